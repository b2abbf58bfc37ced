"""Which norm cries wolf: counts over reviewed drafts."""

from __future__ import annotations

from copilot.norms.counting import NormCount, count_norms
from copilot.store import JudgedDraft


def draft(conversation: int, outcome: str, norms: str = "", disputed: str = "") -> JudgedDraft:
    return JudgedDraft(conversation, outcome, frozenset(norms.split()), frozenset(disputed.split()))  # type: ignore[arg-type]


def test_each_outcome_is_counted_where_it_belongs() -> None:
    drafts = [
        draft(1, "superseded", "argue cold"), draft(1, "sent"),  # both mended by hand
        draft(2, "rewritten", "argue"),
        draft(3, "overridden", "argue cold", disputed="cold"),
        draft(4, "superseded", "argue"), draft(4, "superseded", "argue"),  # still argues, then was left behind
        draft(5, "sent", "cold", disputed="cold"),
        draft(6, "discarded", "argue"), draft(7, "sent"),  # the next draft belongs to another conversation
    ]  # fmt: skip
    found = {each.norm: each for each in count_norms(drafts, {("cold", "open"): 1, ("cold", "accepted"): 1})}
    assert found == {
        "argue": NormCount("argue", reported=6, rewritten=1, changed=1, overridden=1),
        "cold": NormCount("cold", reported=3, changed=1, open=1, accepted=1),
    }
    assert found["cold"].disputed == 2
    assert found["argue"].heeded_rate == 2 / 6


def test_the_least_believed_norm_comes_first_and_one_of_one_does_not_outrank_many() -> None:
    drafts = [
        *(draft(n, "overridden" if n < 60 else "rewritten", "wolf") for n in range(100)),
        draft(200, "overridden", "rare"),
        *(draft(300 + n, "rewritten", "believed") for n in range(50)),
    ]
    assert [each.norm for each in count_norms(drafts, {})] == ["wolf", "rare", "believed"]


def test_a_norm_that_is_only_disputed_is_listed_too() -> None:
    (only,) = count_norms([], {("gone", "declined"): 2})
    assert (only.norm, only.reported, only.declined, only.disputed_rate, only.wolf) == ("gone", 0, 2, 0.0, 0.0)


def test_declined_disputes_do_not_count_against_a_norm() -> None:
    drafts = [draft(n, "rewritten", "right wrong") for n in range(10)]
    found = count_norms(drafts, {("right", "declined"): 5, ("wrong", "accepted"): 5})
    assert [each.norm for each in found] == ["wrong", "right"]
    assert found[1].disputed_rate == 0.0
