"""The kinds of text that are no clause, each with its own examples."""

from __future__ import annotations

import pytest

from copilot.documents.left_out_rules import LeaveRule, LeaveRules, builtin_rules

RULES = builtin_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_leaves_its_own_examples_and_keeps_the_others(rule: LeaveRule) -> None:
    alone = LeaveRules((rule,))
    assert [line for line in rule.leave if alone.why(line, rule.where) != rule.why] == []
    assert [line for line in rule.keep if alone.why(line, rule.where) is not None] == []


ORDINARY = [
    "客服应在三十秒内回复客户。", "退款原路退回，三个工作日到账。", "下载电子发票后请核对抬头。", "会员积分清零前三十日应当提醒客户。", "首次投诉由一线坐席受理。",
    "甲方应当在每月十日前支付服务费。", "客户要求删除评论的，转交法务处理。", "来源不明的包裹不得签收。", "The agent shall share the ticket number.", "Search results are sorted by date.",
    "Home delivery takes two days.", "Next day delivery costs 5 euros.", "打印发票须在柜台办理。", "返回商品的运费由客户承担。", "格式条款应当提示客户注意。", "关注客户情绪变化，及时安抚。",
    "菜单价格以门店公示为准。", "登录异常的账户，冻结24小时。", "阅读并同意服务条款后方可开户。", "收藏夹内商品不保留库存。", "3/4以上的坐席须持证上岗。", "Share the case with the duty manager.", "联系我们客服时请提供订单号。",
    "意见反馈应当在两日内答复。", "搜索不到订单的，请客户提供手机号。",
]  # fmt: skip


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_rule_is_never_left_out_in_the_middle_of_a_text(line: str) -> None:
    rules = LeaveRules(RULES)
    assert (rules.why(line, "anywhere"), rules.why(line, "start"), rules.why(line, "end")) == (None, None, None)
