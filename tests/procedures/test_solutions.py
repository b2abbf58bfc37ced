"""Solutions from policy: the right clauses for a case, figures as the clauses state them, and no offer beyond authority."""

from __future__ import annotations

import pytest

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.language import figures
from copilot.procedures import Solutions
from copilot.workspace import builtin_workspace

SOLUTIONS = Solutions(builtin_workspace())

BEYOND = [
    ("我给您补偿八十元。", 80),
    ("这次赔您200块，算我们的歉意。", 200),
    ("我做主送您一张100元代金券。", 100),
    ("再补您一百五十元优惠券，您看可以吗？", 150),
    ("马上给您发个66元红包。", 66),
    ("我们赔付您三千元。", 3000),
    ("给您500元现金补偿。", 500),
    ("返您120块钱。", 120),
    ("给您贴补六十块。", 60),
]
WITHIN = [
    "我给您补偿五十元。",
    "按规定为您补 20 元优惠券，今天发到账户。",
    "这笔299元的货款原路退回，三个工作日内到账。",
    "您提的300元超出了我的权限，我现在报给组长，两小时内给您答复。",
    "差价80元退给您。",
    "主管批准了，给您补偿200元。",
    "这个我没办法给您补偿100元。",
    "退款500元已提交。",
    "满300元可以送您一张券。",
    "补偿最高50元。",
    "您的订单是1299元，对吗？",
    "非常抱歉，我马上为您核实。",
]


@pytest.mark.parametrize(("draft", "amount"), BEYOND)
def test_an_offer_above_the_agents_authority_is_seen(draft: str, amount: int) -> None:
    assert SOLUTIONS.beyond_authority(draft) == amount


@pytest.mark.parametrize("draft", WITHIN)
def test_what_the_agent_may_say_is_left_alone(draft: str) -> None:
    assert SOLUTIONS.beyond_authority(draft) is None


@pytest.mark.parametrize(
    ("amount", "who"), [(50, "客服"), (51, "组长"), (300, "组长"), (301, "主管"), (2000, "主管"), (2001, "客服经理")]
)
def test_the_lowest_level_that_may_decides(amount: int, who: str) -> None:
    assert SOLUTIONS.authority.decides(amount).who == who


def test_authority_and_options_state_only_figures_of_their_clauses(copilot: Copilot) -> None:
    authority = SOLUTIONS.authority
    clause, path = copilot.index.clause(authority.clause.ref), copilot.index.clause(authority.path.ref)
    assert clause is not None
    assert path is not None
    assert {str(level.most) for level in authority.levels if level.most} <= figures(clause.text)
    assert all(figures(level.answers) <= figures(path.text) for level in authority.levels)
    for case in SOLUTIONS.cases:
        for option in case.options:
            rests_on = copilot.index.clause(option.clause.ref)
            assert rests_on is not None, option
            assert figures(option.text) <= figures(rests_on.text), option
            assert option.most is None or str(option.most) in figures(rests_on.text), option


@pytest.mark.parametrize(
    ("texts", "case", "clause"),
    [
        (["快递等了八天还没到"], "late", "compensation 2.1"),
        (["显示签收了我根本没收到"], "lost", "delivery 1.6"),
        (["拆开一看杯子碎了三个"], "broken", "exchange 1.5"),
        (["洗衣机才用三天就漏水"], "faulty", "returns 1.4"),
        (["修了三次还是老样子"], "repeated_repair", "warranty 2.4"),
        (["说好四个，少了一个"], "missing_parts", "exchange 1.3"),
        (["我买白色的，你们发错了"], "wrong_goods", "exchange 1.4"),
        (["退款十天了还没到账"], "late_refund", "compensation 2.4"),
        (["约好的师傅没来"], "installer", "compensation 2.2"),
        (["昨天买今天就降价"], "price_drop", "pricing 1.1"),
        (["会员自动续费扣了我钱"], "charged", "subscriptions 1.5"),
        (["你们客服态度太差还挂我电话"], "attitude", "complaints 1.3"),
        (["害我请假一天，误工费谁出"], "indirect_loss", "compensation 2.5"),
    ],
)
def test_a_case_is_told_by_the_customers_words(texts: list[str], case: str, clause: str) -> None:
    assert case in [each.id for each in SOLUTIONS.cases_of(texts)[:2]]
    assert clause in [str(option.clause.ref) for option in SOLUTIONS.options(texts)]


def test_nothing_is_offered_where_nothing_was_told() -> None:
    assert SOLUTIONS.options(["你好", "在吗"]) == ()


def test_each_clause_is_offered_once_and_few_in_all() -> None:
    found = SOLUTIONS.options(["洗衣机坏了，修了三次还是漏水，师傅还没来，客服态度差"])
    assert len(found) <= 4
    assert len({str(option.clause.ref) for option in found}) == len(found)


def test_a_plain_offer_beyond_the_policys_figure_is_flagged_by_the_norms_and_one_within_it_is_not(copilot: Copilot) -> None:
    asked = Conversation.from_customer("快递晚到三天，你们怎么补偿？")
    beyond = copilot.review("非常抱歉，我给您补偿80元现金。", asked)
    assert {"compensation-limit", "unauthorised-compensation"} & {each.norm for each in beyond.findings}
    within = copilot.review("非常抱歉，按规定为您补30元优惠券，您看可以吗？", asked)
    assert not {"compensation-limit", "unauthorised-compensation"} & {each.norm for each in within.findings}
