"""The reviewer as a whole: spans, verdicts, context, rewrites, speed."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.conversation import Conversation, Turn
from copilot.norms import Review, Reviewer, read_examples
from copilot.reading import Reader
from copilot.workspace import builtin_workspace

WORKSPACE = builtin_workspace()
EMERGENCY_NUMBERS = set(re.findall(r"\b(?:1[12]0|119|123\d\d)\b", (WORKSPACE.knowledge / "policies" / "emergencies.md").read_text("utf-8")))


@pytest.fixture(scope="module")
def reviewer(tmp_path_factory: pytest.TempPathFactory) -> Reviewer:
    cache: Path = tmp_path_factory.mktemp("norms")
    return Reviewer(WORKSPACE, Reader(WORKSPACE, cache), cache)


def _after(customer: str) -> Conversation:
    return Conversation.from_customer(customer)


PIECES = st.sampled_from([
    "傻逼", "加微信", "您好", "，", "。", "！", "稍等", "自己看", " ", "\n", "😊", "ＳＢ", "爱買不買", "13800001111", "“", "”",
    "不会", "1天", "T.M.D", "\u200b", "催什么催", "https://a.cn/?x=1", "百分百能到", "~",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draft=st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=12).map("".join)),
    customer=st.one_of(st.just(""), st.just("又坏了，气死我了！"), st.text(max_size=60)),
)
def test_any_text_gives_spans_inside_it_and_a_consistent_verdict(
    reviewer: Reviewer, draft: str, customer: str
) -> None:
    review = reviewer.review(draft, _after(customer))
    severities = {found.severity for found in review.findings}
    assert review.verdict == ("block" if "block" in severities else "warn" if "warn" in severities else "pass")
    for found in review.findings:
        assert 0 <= found.start <= found.end <= len(draft)
        assert draft[found.start : found.end] == found.quote
    if review.rewrite is not None:
        assert reviewer.review(review.rewrite, _after(customer), with_rewrite=False).verdict == "pass"


def test_the_most_serious_finding_comes_first(reviewer: Reviewer) -> None:
    review = reviewer.review("自己看说明书去，傻逼", Conversation())
    assert [found.severity for found in review.findings] == ["block", "warn"]
    assert review.verdict == "block"


def test_spans_point_into_the_original_of_a_disguised_text(reviewer: Reviewer) -> None:
    draft = "您好，傻\u200b · 逼 才退货"
    (found, *_) = reviewer.review(draft, Conversation()).findings
    assert found.norm == "vulgar-words"
    assert draft[found.start : found.end] == found.quote
    assert found.quote.startswith("傻")
    assert found.quote.endswith("逼")


@pytest.mark.parametrize(
    "disguised",
    ["傻-逼", "ＳＢ", "t m d", "他媽的，又退", "給我滾", "➕V聊", "加 薇 信 说", "扣扣上找我，三三五 六六七 八八九", "n.m.s.l"],
)
def test_disguised_words_are_seen_through(reviewer: Reviewer, disguised: str) -> None:
    assert reviewer.review(disguised, Conversation(), with_rewrite=False).verdict == "block"


@pytest.mark.parametrize(
    "harmless",
    [
        "您说的“骗子”我们非常理解您的心情，对不起", "我们不会索要您的密码", "滚筒洗衣机和垃圾袋都有货", "亲，在的呢~",
        "不收费的", "好的呢", "手机死机可以长按电源键重启", "",
    ],
)  # fmt: skip
def test_quotation_negation_product_words_and_chat_pass(reviewer: Reviewer, harmless: str) -> None:
    assert reviewer.review(harmless, Conversation()) .verdict == "pass"


@pytest.mark.parametrize(
    ("reply", "fits", "fails"),
    [
        ("谢谢惠顾，期待您再来！", "衣服挺合身的，谢谢", "气死人了，一群骗子，以后谁还买！"),
        ("您先重启一下路由器试试。", "网页打不开怎么办", "路由器我已经重启过三次了，还是不行"),
        ("好的，工单给您完结了。", "网恢复了，单子结了吧", "还是断网，单子先别结"),
        ("您申请换货就可以了。", "想换个颜色，怎么弄", "你们发错货两次了，太气人了！"),
        ("给您换一台新的好吗？", "坏了能不能换一台", "我不要换货，我只要退款"),
    ],
)
def test_the_same_reply_is_judged_by_its_conversation(
    reviewer: Reviewer, reply: str, fits: str, fails: str
) -> None:
    assert reviewer.review(reply, _after(fits)).verdict == "pass"
    assert reviewer.review(reply, _after(fails)).verdict != "pass"


def test_what_is_missing_has_no_place_in_the_draft(reviewer: Reviewer) -> None:
    review = reviewer.review("请提供一下订单号", _after("插座冒烟了，有焦味，着火了"))
    missing = [found for found in review.findings if found.norm == "emergency-without-safety"]
    assert [(found.start, found.end, found.quote) for found in missing] == [(0, 0, "")]
    assert review.verdict == "block"


def test_an_apology_given_before_need_not_be_repeated(reviewer: Reviewer) -> None:
    upset = Turn("customer", "你们发错货两次了，太气人了！")
    apologised = Conversation.of([upset, Turn("agent", "发错两次真的非常抱歉，让您受累了"), upset])
    names = {found.norm for found in reviewer.review("您申请换货就可以了。", apologised).findings}
    assert "complaint-without-apology" not in names


def test_rewrites_pass_and_bring_no_new_numbers(reviewer: Reviewer) -> None:
    made = total = 0
    for examples in read_examples(WORKSPACE, reviewer.norms):
        for line in examples.bad[:3]:
            conversation = _after(line.customer)
            review: Review = reviewer.review(line.reply, conversation)
            if review.verdict == "pass":
                continue
            total += 1
            if review.rewrite is None:
                continue
            made += 1
            assert reviewer.review(review.rewrite, conversation, with_rewrite=False).verdict == "pass"
            known = set(re.findall(r"\d+", line.reply + line.customer)) | EMERGENCY_NUMBERS
            assert set(re.findall(r"\d+", review.rewrite)) <= known
    assert made >= 0.9 * total


def test_a_rewrite_keeps_the_facts_that_were_not_objected_to(reviewer: Reviewer) -> None:
    draft = "催什么催。您的订单6688已发出，单号SF123456，查询：https://sf.example/q?n=1。"
    rewrite = reviewer.review(draft, _after("怎么还没发货")).rewrite
    assert rewrite is not None
    assert "催什么" not in rewrite
    for fact in ("6688", "SF123456", "https://sf.example/q?n=1"):
        assert fact in rewrite


def test_without_rewrite_none_is_made(reviewer: Reviewer) -> None:
    review = reviewer.review("爱买不买", Conversation(), with_rewrite=False)
    assert review.verdict == "warn"
    assert review.rewrite is None


@pytest.mark.parametrize("piece", ["您好", "傻逼", "你自己看清楚再下单，", "加V", "\n", "不", "稍等,", "“"])
def test_a_very_long_draft_is_judged_quickly(reviewer: Reviewer, piece: str) -> None:
    draft = (piece * 50_000)[:50_000]
    started = time.perf_counter()
    review = reviewer.review(draft, _after("怎么还没发货"), with_rewrite=False)
    assert time.perf_counter() - started < 2.0  # the budget is 0.2 s on a quiet machine; this catches what explodes
    assert all(draft[found.start : found.end] == found.quote for found in review.findings)


def test_a_second_reviewer_loads_what_the_first_trained(reviewer: Reviewer, tmp_path: Path) -> None:
    first = Reviewer(WORKSPACE, Reader(WORKSPACE, tmp_path), tmp_path)
    kept = sorted(path.name for path in tmp_path.glob("norms-*.npz"))
    second = Reviewer(WORKSPACE, Reader(WORKSPACE, tmp_path), tmp_path)
    assert len(kept) == 3
    assert sorted(path.name for path in tmp_path.glob("norms-*.npz")) == kept
    assert second.review("爱买不买", Conversation()) == first.review("爱买不买", Conversation())
