"""Own phrases in the database, and how often each phrase was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from copilot.conversation import ClauseRef
from copilot.store import Store, Work
from copilot.store.phrase_files import TEAM, PhraseUse

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    phrase: str
    text: str = "您好。"
    cites: tuple[ClauseRef, ...] = ()
    style: str = "act"
    source: str = "offline"


async def kept(work: Work, owner: str, text: str, by: str = "a") -> bool:
    return await work.add_phrase(owner, by, text, "act", ["urges"], [ClauseRef("delivery", "1.5")], "到哪了", NOW)


async def test_an_agent_sees_their_own_phrases_and_the_teams_and_nobody_elses(store: Store) -> None:
    async with store.unit_of_work() as work:
        for owner, text in (("a", "我的"), ("b", "别人的"), (TEAM, "大家的")):
            assert await kept(work, owner, text)
        assert [each.text for each in await work.phrases("a")] == ["大家的", "我的"]
        assert len(await work.all_phrases()) == 3


async def test_the_same_text_is_kept_once_for_each_owner(store: Store) -> None:
    async with store.unit_of_work() as work:
        assert await kept(work, "a", "马上为您核实。")
        assert not await kept(work, "a", "马上 为您核实。")
        assert await kept(work, TEAM, "马上为您核实。")


async def test_a_removed_phrase_is_gone_and_can_come_back(store: Store) -> None:
    async with store.unit_of_work() as work:
        await kept(work, "a", "马上为您核实。")
        (phrase,) = await work.phrases("a")
        assert (phrase.topics, phrase.cites) == (("urges",), (ClauseRef("delivery", "1.5"),))
        assert await work.remove_phrase(phrase.id)
        assert not await work.remove_phrase(phrase.id)
        assert await kept(work, "a", "马上为您核实。")


async def test_only_decided_offers_count_and_only_the_chosen_suggestion_was_taken(store: Store) -> None:
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        turn = await work.add_turn(conversation, "customer", "到哪了", "typed", NOW)
        for choice, chosen, at in (
            ("accepted", 1, NOW), ("edited", 2, NOW), ("ignored", None, NOW), ("open", None, NOW),
            ("accepted", 1, NOW - timedelta(days=200)),
        ):  # fmt: skip
            offer = await work.add_offer(conversation, turn, [Shown("x"), Shown("y"), Shown("")], at)
            await work.decide_offer(offer, choice, at, chosen)  # type: ignore[arg-type]
        uses = await work.phrase_uses(NOW - timedelta(days=90))
    assert uses == (PhraseUse("x", 3, 1, 0), PhraseUse("y", 3, 0, 1))
