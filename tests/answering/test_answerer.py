from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.clauses import small_workspace
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.answering import Answerer
from copilot.answering.answerer import choose, is_follow_up
from copilot.clauses import Clause, read_clauses
from copilot.retrieval import Hit, Index


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    root = tmp_path_factory.mktemp("answering")
    return Answerer(Index.open(small_workspace(root / "workspace"), root / "home"), cutoff=0.2)


@pytest.fixture(scope="module")
def willing(answerer: Answerer) -> Answerer:
    """Refuses nothing, so that what it says of a clause can be looked at whatever the calibration."""
    return Answerer(answerer._index, cutoff=0.0)


@dataclass
class FoundBefore:
    """A search that finds the same hits whatever it is asked, and remembers the questions."""

    hits: list[Hit]
    clauses: Sequence[Clause] = ()

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def search(self, query: str, k: int = 5) -> list[Hit]:
        self.asked.append(query)
        return self.hits[:k]


def hit(document: str, number: str, score: float, text: str = "应当照办。", truncated: bool = False) -> Hit:
    clause = Clause(document, f"{document}的标题", number, "题目", text, truncated=truncated)
    return Hit(clause, score, score, score)


def test_an_answer_leads_with_its_citation_and_states_the_rule(answerer: Answerer) -> None:
    answer = answerer.answer("能不能抢话")
    assert answer.answered
    assert answer.answer.startswith("《客服行为规范协议》1.2 耐心倾听：")
    assert "不得打断客户讲话" in answer.answer
    assert (answer.cites[0].document, answer.cites[0].clause) == ("agreement", "1.2")


def test_quotes_stand_word_for_word_in_their_clauses(willing: Answerer, tmp_path: Path) -> None:
    texts = {(c.document, c.number): c.text for c in read_clauses(small_workspace(tmp_path))}
    for question in ("大件退货谁来取，运费呢", "邮件多久回", "退款几天到账", "穿背心可以不"):
        answer = willing.answer(question)
        assert answer.cites
        assert all(cite.quote and cite.quote in texts[cite.document, cite.clause] for cite in answer.cites)


def test_a_long_clause_is_cut_to_the_sentences_that_fit(willing: Answerer) -> None:
    answer = willing.answer("垫付的运费每单最多退多少元，退货运费")
    assert answer.cites[0].clause == "1.3"
    assert "最多 25 元" in answer.cites[0].quote
    assert len(answer.cites[0].quote) <= 160


def test_what_is_not_covered_is_refused_without_cites(answerer: Answerer) -> None:
    answer = answerer.answer("明天会下雨还是出太阳")
    assert not answer.answered
    assert "没有查到" in answer.answer
    assert answer.cites == ()
    assert len(answer.nearest) <= 2


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "😀🎉", "？？？", "。"])
def test_a_text_without_words_is_told_to_ask_something(answerer: Answerer, text: str) -> None:
    answer = answerer.answer(text)
    assert (answer.answered, answer.cites, answer.question) == (False, (), text)
    assert answer.answer.startswith("请写下您想问的问题")


def test_emoji_around_a_question_change_nothing(answerer: Answerer) -> None:
    plain, decorated = answerer.answer("退款几天到账"), answerer.answer("😀退款几天到账🎉")
    assert plain.cites == decorated.cites


def test_fifty_thousand_characters_are_answered_quickly(answerer: Answerer) -> None:
    started = time.perf_counter()
    assert isinstance(answerer.answer("退款几天到账，" * 7_200).answered, bool)
    assert time.perf_counter() - started < 1.0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.none() | st.text(max_size=60))
def test_any_text_gets_an_answer_or_a_refusal(answerer: Answerer, question: str, previous: str | None) -> None:
    answer = answerer.answer(question, previous)
    assert answer.question == question
    assert answer.answer
    assert answer.answered == bool(answer.cites)
    assert not (answer.answered and answer.nearest)
    scores = [cite.score for cite in answer.cites]
    assert scores == sorted(scores, reverse=True)


def test_the_figures_of_an_answer_stand_in_the_cited_clauses(answerer: Answerer) -> None:
    answer = answerer.answer("退款几天到账")
    quoted = " ".join(f"{cite.clause} {cite.quote}" for cite in answer.cites)
    assert set(re.findall(r"\d+", answer.answer)) <= set(re.findall(r"\d+", quoted))


def test_documents_are_named_by_title_in_the_answer_and_by_id_in_the_quote(willing: Answerer) -> None:
    answer = willing.answer("七天无理由退货怎么算")
    assert "（见《退货与退款政策》1.2）" in answer.answer
    assert "（见 returns 1.2）" in answer.cites[0].quote


def test_a_follow_up_is_asked_together_with_the_question_before() -> None:
    search = FoundBefore([hit("agreement", "2.1", 0.9)])
    Answerer(search, cutoff=0.5).answer("那邮件呢？", previous="电话响几声要接")
    assert search.asked == ["电话响几声要接 那邮件呢？"]


def test_a_question_of_its_own_is_asked_alone() -> None:
    search = FoundBefore([hit("agreement", "2.1", 0.9)])
    Answerer(search, cutoff=0.5).answer("退款的钱几天可以到账", previous="电话响几声要接")
    assert search.asked == ["退款的钱几天可以到账"]


@pytest.mark.parametrize("question", ["那邮件呢？", "要是在线聊天呢", "换成黑卡", "晚上呢?", "what about mail?"])
def test_short_questions_that_lean_on_another_are_follow_ups(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize("question", ["电话响几声要接", "退款几天到账", "那位客户昨天下的订单今天能不能再改一次收货地址"])
def test_whole_questions_are_not_follow_ups(question: str) -> None:
    assert not is_follow_up(question)


def test_at_most_three_clauses_are_cited_and_weak_ones_are_not() -> None:
    hits = [hit("returns", str(n), 0.9 - n / 50) for n in range(1, 6)]
    assert [h.clause.number for h in choose(hits)] == ["1", "2", "3"]
    assert [h.clause.number for h in choose([hits[0], hit("returns", "9", 0.1)])] == ["1"]


def test_the_agreement_is_heard_where_policies_fill_the_places() -> None:
    hits = [hit("standards", str(n), 0.9 - n / 50) for n in range(1, 5)] + [hit("agreement", "2.1", 0.7)]
    assert [str(h.clause.ref) for h in choose(hits)] == ["standards 1", "standards 2", "agreement 2.1"]


def test_two_clauses_that_fit_alike_are_both_told() -> None:
    both = Answerer(FoundBefore([hit("agreement", "1.1", 0.9), hit("wording", "1.2", 0.88)]), cutoff=0.5).answer("骂人")
    one = Answerer(FoundBefore([hit("agreement", "1.1", 0.9), hit("wording", "1.2", 0.5)]), cutoff=0.5).answer("骂人")
    assert "《wording的标题》1.2" in both.answer
    assert "《wording的标题》1.2" not in one.answer


def test_a_named_reference_leaves_no_blank_on_either_side() -> None:
    found = FoundBefore([hit("returns", "1.1", 0.9, "逾期的按 returns 1.5 办理。")])
    found.clauses = [found.hits[0].clause]
    assert Answerer(found, cutoff=0.5).answer("逾期").answer.endswith("逾期的按《returns的标题》1.5办理。")


def test_a_clause_far_less_likely_than_the_first_is_not_cited() -> None:
    hits = [hit("compensation", "1.2", 0.95), hit("emergencies", "1.4", 0.6)]
    assert [h.clause.number for h in choose(hits)] == ["1.2"]


def test_a_second_clause_that_probably_does_not_answer_is_not_told() -> None:
    found = FoundBefore([hit("agreement", "3.1.2", 0.42), hit("delivery", "1.1", 0.41)])
    assert "另外" not in Answerer(found, cutoff=0.3).answer("工资什么时候发").answer


def test_a_clause_that_breaks_off_says_so() -> None:
    found = FoundBefore([hit("agreement", "4.1", 0.9, truncated=True)])
    assert "没有写完" in Answerer(found, cutoff=0.5).answer("有什么奖励").answer


def test_below_the_cut_off_the_nearest_are_named_but_not_cited() -> None:
    answer = Answerer(FoundBefore([hit("agreement", "4.1", 0.4)]), cutoff=0.5).answer("奖金多少")
    assert (answer.answered, answer.cites) == (False, ())
    assert [cite.clause for cite in answer.nearest] == ["4.1"]
    assert "《agreement的标题》4.1" in answer.answer
