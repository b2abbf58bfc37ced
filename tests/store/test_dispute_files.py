from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.plain_copilot import PlainFinding

from copilot.store import JudgedDraft, NewDispute, Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FINDINGS = (
    PlainFinding("rude", "agreement", "1.3.4", "block", 4, 5, "笨", "不礼貌"),
    PlainFinding("unsure", "agreement", "2.1", "warn", 0, 3, "不知道", "推脱"),
)


async def reviewed(store: Store, *, at: datetime = NOW, outcome: str = "open", findings: tuple[PlainFinding, ...] = FINDINGS) -> int:
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", at)
        number = await work.add_review(conversation, "不知道，笨", "block", findings, None, at)  # type: ignore[arg-type]
        await work.decide_review(number, outcome, at)  # type: ignore[arg-type]
        await work.commit()
    return number


def new(review: int, **changes: object) -> NewDispute:
    dispute = NewDispute(
        "a", "rude", "agreement", "1.3.4", "block", "不知道，笨", 4, 5, "笨", "不礼貌",
        ({"role": "customer", "text": "在吗\n'\"😀"},), "key", "calm other", NOW, review=review, position=0,
    )  # fmt: skip
    return replace(dispute, **changes)  # type: ignore[arg-type]


async def test_a_dispute_comes_back_as_it_was_given(store: Store) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        assert await work.add_dispute(new(review))
        await work.commit()
    async with store.unit_of_work() as work:
        (kept,) = await work.disputes("open")
        assert await work.dispute(kept.id) == kept
    assert (kept.norm, kept.draft, kept.start, kept.end, kept.quote, kept.at) == ("rude", "不知道，笨", 4, 5, "笨", NOW)
    assert kept.customer == "在吗\n'\"😀"
    assert (kept.status, kept.answer, kept.decided_at) == ("open", "", None)


async def test_one_finding_is_disputed_once(store: Store) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        assert [await work.add_dispute(new(review)) for _ in range(2)] == [True, False]
        assert await work.add_dispute(new(review, position=1, norm="unsure"))
        assert len(await work.disputes()) == 2


async def test_a_withdrawn_dispute_is_gone_and_its_number_never_means_another(store: Store) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        await work.add_dispute(new(review))
        (first,) = await work.disputes()
        assert await work.withdraw_dispute(review, 0)
        assert not await work.withdraw_dispute(review, 0)
        assert await work.disputes() == ()
        assert await work.dispute(first.id) is None
        assert await work.count_disputes() == {}
        await work.add_dispute(new(review, position=1))
        assert (await work.disputes())[0].id != first.id
        assert await work.add_dispute(new(review))
        assert {each.id for each in await work.disputes()} > {first.id}


async def test_only_the_first_decision_counts(store: Store) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        await work.add_dispute(new(review))
        assert await work.decide_disputes([1], "accepted", "", LATER) == 1
        assert await work.decide_disputes([1], "declined", "不对", LATER) == 0
        assert not await work.withdraw_dispute(review, 0)
        found = await work.dispute(1)
    assert found is not None
    assert (found.status, found.answer, found.decided_at) == ("accepted", "", LATER)


async def test_a_decision_is_told_once_to_the_agent_who_asked(store: Store) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        for position in (0, 1):
            await work.add_dispute(new(review, position=position))
        assert await work.tell_decision("a", NOW) is None
        await work.decide_disputes([2], "declined", "先", NOW)
        await work.decide_disputes([1], "declined", "后", LATER)
        assert await work.tell_decision("b", LATER) is None
        told = [await work.tell_decision("a", LATER) for _ in range(3)]
    assert [each and each.answer for each in told] == ["先", "后", None]


async def test_disputes_are_found_by_status_time_norm_and_reply(store: Store) -> None:
    first, second = await reviewed(store), await reviewed(store)
    async with store.unit_of_work() as work:
        await work.add_dispute(new(first))
        await work.add_dispute(new(second, norm="unsure", reply_key="other", at=LATER))
        await work.decide_disputes([1], "declined", "不", LATER)
        assert [each.id for each in await work.disputes()] == [2, 1]
        assert [each.id for each in await work.disputes("declined")] == [1]
        assert [each.id for each in await work.disputes(since=LATER)] == [2]
        assert [each.id for each in await work.disputes(norm="unsure", reply_key="other")] == [2]
        assert [each.id for each in await work.declined("key")] == [1]
        assert await work.declined("other") == ()
        assert await work.count_disputes() == {("rude", "declined"): 1, ("unsure", "open"): 1}
        assert await work.count_disputes(LATER) == {("unsure", "open"): 1}


async def test_drafts_are_counted_with_their_norms_and_what_was_disputed(store: Store) -> None:
    await reviewed(store, at=NOW - timedelta(days=9))
    first = await reviewed(store, outcome="overridden")
    await reviewed(store, outcome="sent", findings=())
    async with store.unit_of_work() as work:
        await work.add_dispute(new(first))
        drafts = await work.judged_drafts(NOW)
        assert drafts == (
            JudgedDraft(2, "overridden", frozenset({"rude", "unsure"}), frozenset({"rude"})),
            JudgedDraft(3, "sent", frozenset(), frozenset()),
        )
        assert len(await work.judged_drafts()) == 3
        await work.withdraw_dispute(first, 0)
        assert (await work.judged_drafts(NOW))[0].disputed == frozenset()


async def test_a_dispute_outlives_its_review(store: Store) -> None:
    import sqlalchemy as sa

    review = await reviewed(store)
    async with store.unit_of_work() as work:
        await work.add_dispute(new(review))
        for table in ("findings where review_id", "reviews where id"):
            await work._connection.execute(sa.text(f"delete from {table} = {review}"))
        assert [each.draft for each in await work.disputes()] == ["不知道，笨"]
        assert await work.decide_disputes([1], "accepted", "", NOW) == 1


@pytest.mark.parametrize("text", ["长" * 50_000, "引号'\"\n\r\t😀\u2028"])
async def test_long_and_odd_texts_are_kept_whole(store: Store, text: str) -> None:
    review = await reviewed(store)
    async with store.unit_of_work() as work:
        await work.add_dispute(new(review, draft=text, turns=({"role": "agent", "text": text},)))
        (kept,) = await work.disputes()
    assert kept.draft == kept.turns[0]["text"] == text
    assert kept.customer == ""
