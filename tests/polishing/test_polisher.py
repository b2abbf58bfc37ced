"""Rough drafts made proper: every fact stays, nothing is added, the reviewer is content, and who cannot says so."""

from __future__ import annotations

import pytest

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.language import figures
from copilot.polishing import Polisher, keeps_the_facts
from copilot.polishing.softening import Softener
from copilot.workspace import builtin_workspace


def polisher() -> Polisher:
    return Polisher(builtin_workspace(), None, lambda *_: None, lambda _: True, lambda _: False)  # type: ignore[arg-type]


RULES = polisher()


@pytest.mark.parametrize("rule", RULES.fragments, ids=lambda rule: rule.id)
def test_each_rough_fragment_is_said_as_its_rule_says(rule: object) -> None:
    said = RULES._known(rule.rough)  # type: ignore[attr-defined]
    assert said is not None
    assert rule.polite in said.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", Softener(builtin_workspace()).rules, ids=lambda rule: rule.id)
def test_rough_words_in_what_nobody_knows_are_softened_in_their_place(rule: object) -> None:
    _, text, softened = Softener(builtin_workspace()).soften(rule.rough)  # type: ignore[attr-defined]
    assert softened
    assert rule.polite in text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("draft", "customer", "kept"),
    [
        ("退不了 过7天了", "鞋子小了我要退货", ("7 天", "不能", "退货")),
        ("没货了 要等10天", "", ("缺货", "10 天")),
        ("单号发我 我查下", "快递怎么还不到", ("单号", "核实")),
        ("地址改不了 货已经发了", "帮我改一下收货地址", ("地址", "不能", "发出")),
        ("用过了退不了，可以换个新的滤芯给你", "净水器我要退", ("使用过", "不能", "新的滤芯")),
        ("优惠券过期了用不了", "我的券呢", ("优惠券", "过期", "不能")),
        ("专票开不了 只能开普票", "要专票", ("专票", "不能", "普票")),
        ("已经给你登记了 48小时内有人联系你", "约安装", ("登记", "48 小时")),
        ("不归我管 你去找快递", "我的快递丢了！你们怎么搞的", ("其他同事", "快递")),
        ("赠品送完了 给你补5块红包", "赠品呢", ("送完", "5块红包")),
        ("运费你自己出", "退货运费谁出", ("运费", "您")),
    ],
)
def test_a_rough_draft_becomes_proper_and_keeps_its_facts(
    copilot: Copilot, draft: str, customer: str, kept: tuple[str, ...]
) -> None:
    conversation = Conversation.from_customer(customer)
    polished = copilot.polish(draft, conversation)
    assert polished is not None
    assert all(fact in polished.text for fact in kept), polished.text
    assert figures(draft) <= figures(polished.text) <= figures(draft) | figures(customer)
    assert copilot.review(polished.text, conversation).verdict == "pass"
    assert copilot.guard.objection(polished.text, polished.cites, conversation.followed_by("agent", draft)) is None


@pytest.mark.parametrize(
    ("draft", "customer", "jibe", "kept"),
    [
        ("退不了 过7天了 你爱找谁找谁", "鞋子小了要退", "爱找谁", ("7 天", "不能")),
        ("赔不了 你爱投诉投诉去", "我要投诉你们", "投诉去", ("不能",)),
        ("等48小时 催也没用", "退款呢", "催也没用", ("48 小时",)),
        ("押金退不了 合同写得清清楚楚你不看", "押金呢", "清清楚楚", ("押金", "不能")),
        ("课退不了 你家孩子不学怪我们咯", "不想上了退费", "怪我们", ("课", "不能")),
        ("保单过期了 早干嘛去了", "我要理赔", "早干嘛", ("过期",)),
        ("水费没错 你自己用水没数", "水费怎么翻倍", "没数", ("没错",)),
    ],
)
def test_a_jibe_without_a_fact_is_left_out(
    copilot: Copilot, draft: str, customer: str, jibe: str, kept: tuple[str, ...]
) -> None:
    polished = copilot.polish(draft, Conversation.from_customer(customer))
    assert polished is not None
    assert jibe not in polished.text
    assert all(fact in polished.text for fact in kept), polished.text


@pytest.mark.parametrize("draft", ["你自己手机不行怪谁 重装一下", "早干嘛去了 多大点事啊你"])
def test_where_the_jibe_is_all_or_tells_a_fact_nothing_is_made_of_it(copilot: Copilot, draft: str) -> None:
    assert copilot.polish(draft, Conversation.from_customer("app老闪退")) is None


@pytest.mark.parametrize("draft", ["骑手摔了 餐在路上 再等15分钟", "户型改不了 合同签了", "学费分3期可以 利息没有", "接口限流了 每秒10次"])
def test_a_short_fact_is_no_jibe(copilot: Copilot, draft: str) -> None:
    polished = copilot.polish(draft, Conversation.from_customer("怎么回事"))
    assert polished is not None
    first, *_, last = draft.split()
    assert first[:2] in polished.text
    assert last[-2:] in polished.text


@pytest.mark.parametrize(
    ("draft", "customer", "kept"),
    [
        ("搓澡师傅今天请假 只能做按摩 要不要", "预约的搓澡怎么没了", ("请假", "按摩", "可以接受吗？")),
        ("驾校周末不开 周一8点来报名", "周末能报名吗", ("周末", "周一8点", "报名")),
        ("滑雪票过了12点退不了 没滑可以改期", "没去成 票能退吗", ("12点", "不能退", "改期")),
        ("锅底糊了别硬铲 先泡2小时", "新买的锅糊底了", ("请您不要硬铲", "2小时")),
        ("电影卡余额转不了 能送朋友用", "卡里的钱能转出来吗", ("余额", "不能转", "朋友")),
        ("乐高少了3块？拍照 补给你", "拼到最后发现少零件", ("少了3块？", "拍张照片", "补给您")),
        ("贷款利率不归我们 打银行电话", "利率怎么又高了", ("不由我们受理", "银行电话")),
    ],
)
def test_what_stands_in_no_rule_is_kept_word_for_word_and_put_politely(
    copilot: Copilot, draft: str, customer: str, kept: tuple[str, ...]
) -> None:
    polished = copilot.polish(draft, Conversation.from_customer(customer))
    assert polished is not None
    assert all(fact in polished.text for fact in kept), polished.text
    assert "你" not in polished.text
    assert copilot.review(polished.text, Conversation.from_customer(customer)).verdict == "pass"


def test_a_draft_that_names_a_way_out_gets_no_second_one(copilot: Copilot) -> None:
    said = Conversation.from_customer("陶艺课临时去不了，能退吗")
    with_way = copilot.polish("陶艺课当天退不了 可以改到下周同一时间", said)
    without = copilot.polish("陶艺课当天退不了", said)
    assert with_way is not None
    assert without is not None
    assert "其他能办的方式" not in with_way.text
    assert "其他能办的方式" in without.text


def test_a_condition_is_no_refusal_and_a_refusal_stays_one() -> None:
    assert keeps_the_facts("如果还没有解决，我安排师傅上门。", "还不行我派师傅")
    assert not keeps_the_facts("请您重新上传。", "资料传不上去 退不了")


@pytest.mark.parametrize("draft", ["", "   ", "随便聊几句没有用的话", "啊" * 500, "您好，请问有什么可以帮您？"])
def test_what_cannot_be_made_proper_by_rule_is_left_to_the_agent(copilot: Copilot, draft: str) -> None:
    assert copilot.polish(draft, Conversation.from_customer("怎么这么慢")) is None


def test_a_sigh_is_no_fact_and_goes(copilot: Copilot) -> None:
    polished = copilot.polish("烦死了 别催了", Conversation.from_customer("怎么这么慢"))
    assert polished is not None
    assert "烦" not in polished.text
    assert "催" not in polished.text


def test_regret_follows_the_mood_and_a_refusal_has_a_way_out(copilot: Copilot) -> None:
    angry = copilot.polish("换不了", Conversation.from_customer("气死我了，什么破店，我要换货！"))
    assert angry is not None
    assert "很抱歉" in angry.text
    assert angry.text.endswith("？") or "我来" in angry.text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("很抱歉，这单超过 7 天，退货不能为您办理。", True), ("很抱歉，这单超过 8 天，退货不能为您办理。", False),
        ("很抱歉，退货不能为您办理。", False), ("超过 7 天也可以为您退货。", False), ("超过 7 天不能退，赔您 50 元。", False),
    ],
)  # fmt: skip
def test_figures_and_a_refusal_survive_or_it_is_not_the_same(text: str, kept: bool) -> None:
    assert keeps_the_facts(text, "退不了 过7天了") is kept
