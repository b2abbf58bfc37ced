from __future__ import annotations

from datetime import UTC, datetime

from fakes.plain_copilot import PlainFinding, PlainSuggestion

from copilot.conversation import AGREEMENT, ClauseRef
from copilot.store import KeptFinding, KeptSuggestion, Store

LATER = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


async def test_a_review_comes_back_with_its_findings_in_order(store: Store) -> None:
    findings = [
        PlainFinding("rude", AGREEMENT, "1.3.4", "block", 4, 5, "笨", "不礼貌", None),
        PlainFinding("unsure", AGREEMENT, "2.1", "warn", 0, 3, "不知道", "推脱", "我为您核实"),
    ]
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        number = await work.add_review(conversation, "不知道，笨", "block", findings, "好的", NOW)  # type: ignore[arg-type]
        await work.add_review(conversation, "好的", "pass", (), None, NOW)
        await work.decide_review(number, "rewritten", NOW)
        first, second = await work.reviews(conversation)
    assert (first.draft, first.verdict, first.rewrite, first.outcome) == ("不知道，笨", "block", "好的", "rewritten")
    assert first.findings == (
        KeptFinding("rude", AGREEMENT, "1.3.4", "block", 4, 5, "笨", "不礼貌", None),
        KeptFinding("unsure", AGREEMENT, "2.1", "warn", 0, 3, "不知道", "推脱", "我为您核实"),
    )
    assert (second.findings, second.outcome) == ((), "open")


async def test_an_offer_comes_back_with_its_suggestions_and_the_choice(store: Store) -> None:
    suggestion = PlainSuggestion("您好", (ClauseRef(AGREEMENT, "2.1"), ClauseRef("returns", "1.1")), "greet")
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        turn = await work.add_turn(conversation, "customer", "在吗", "forwarded", NOW)
        offer = await work.add_offer(conversation, turn, [suggestion], NOW)
        await work.decide_offer(offer, "accepted", NOW, 1)
        assert await work.offers(conversation) == (
            ("accepted", 1, (KeptSuggestion("您好", ((AGREEMENT, "2.1"), ("returns", "1.1")), "greet", "offline"),)),
        )


async def test_turns_keep_their_order_and_how_they_came(store: Store) -> None:
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        other = await work.open_conversation("a", NOW)
        await work.add_turn(conversation, "customer", "在吗", "forwarded", NOW)
        await work.add_turn(other, "customer", "别的", "typed", NOW)
        await work.add_turn(conversation, "agent", "在的", "suggestion", NOW)
        assert [(turn.role, turn.text, turn.origin) for turn in await work.turns(conversation)] == [
            ("customer", "在吗", "forwarded"), ("agent", "在的", "suggestion"),
        ]  # fmt: skip
        assert await work.conversations("a") == (other, conversation)


async def test_records_and_practice_runs_come_back_as_values(store: Store) -> None:
    async with store.unit_of_work() as work:
        await work.add_record("a", None, {"客户姓名": "王"}, NOW)
        run = await work.add_practice_run("a", "late-parcel", {"said": []}, NOW)
        await work.save_practice_run(run, {"said": ["您好"]})
        (going,) = await work.practice_runs("a")
        await work.save_practice_run(run, {"said": ["您好"]}, {"lines": ["好"]}, NOW)
        (ended,) = await work.practice_runs("a")
        (record,) = await work.records("a")
    assert record.content == {"客户姓名": "王"}
    assert (going.run, going.scorecard, going.ended_at) == ({"said": ["您好"]}, None, None)
    assert (ended.scorecard, ended.ended_at) == ({"lines": ["好"]}, NOW)


async def test_unanswered_questions_are_listed_newest_first(store: Store) -> None:
    async with store.unit_of_work() as work:
        await work.add_unanswered_question("a", "一", [{"document": "returns", "clause": "1.1", "score": 0.2}], NOW)
        await work.add_unanswered_question("b", "二", [], NOW)
        assert [kept.question for kept in await work.unanswered_questions()] == ["二", "一"]


async def test_a_question_that_was_dealt_with_keeps_the_time_of_that(store: Store) -> None:
    async with store.unit_of_work() as work:
        first = await work.add_unanswered_question("a", "一", [], NOW, "web")
        second = await work.add_unanswered_question("b", "二", [{"document": "returns", "clause": "1.1", "score": 0.2}], LATER)
        await work.close_questions([first], LATER)
        await work.close_questions([first, second], LATER + (LATER - NOW))
        newest, oldest = await work.unanswered_questions()
        assert (oldest.source, oldest.done_at, oldest.nearest) == ("web", LATER, ())
        assert (newest.source, newest.done_at) == ("desk", LATER + (LATER - NOW))
        assert newest.nearest[0]["clause"] == "1.1"
        assert [kept.question for kept in await work.unanswered_questions(since=LATER)] == ["二"]
