"""Three lines about a case: told from the conversation, with nobody in them, and right about what is open."""

from __future__ import annotations

import pytest

from copilot.cli.human import parse_dialogue
from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.summaries import Summary, summarise


def summary_of(copilot: Copilot, dialogue: str) -> Summary:
    conversation = Conversation(parse_dialogue(dialogue))
    reading = copilot.read(conversation)
    return summarise(conversation, reading, copilot.progress(conversation, reading), copilot.reader)


COMPLAINT = """客：我买的书柜装到一半发现少了四颗螺丝，师傅扔下就走了
我：非常抱歉给您添麻烦了，请问订单号是多少？
客：CG20260417，我姓名叫林晓芸，手机13912345678，我要求今天补过来
我：已核实，是仓库漏装。给您补寄一包配件，再安排师傅免费安装，您看可以吗？"""


def test_a_complaint_in_hand_tells_the_matter_the_offer_and_whose_answer_is_awaited(copilot: Copilot) -> None:
    summary = summary_of(copilot, COMPLAINT)
    assert "投诉" in summary.wants
    assert "少了四颗螺丝" in summary.wants
    assert "补寄一包配件" in summary.done
    assert "致歉" in summary.done
    assert "等客户答复方案" in summary.open


def test_nobody_is_named_or_can_be_reached_but_the_order_is_found_again(copilot: Copilot) -> None:
    dialogue = COMPLAINT + "\n客：林晓芸收，打13912345678这个电话，CG20260417这单今天必须补过来"
    told = "".join(summary_of(copilot, dialogue).lines())
    assert "林晓芸" not in told
    assert "13912345678" not in told
    assert "CG20260417" in told


@pytest.mark.parametrize(
    ("dialogue", "open_"),
    [
        ("客：热水器漏水了，能派人来看看吗？", "还没有回复：“热水器漏水了，能派人来看看吗？”"),
        ("客：上周报修没人来\n我：抱歉，我重新给您约周四上午，可以吗？\n客：不行，我周四不在家，换一天", "不接受"),
        ("客：上周报修没人来\n我：抱歉，我重新给您约周四上午，可以吗？\n客：可以的，就周四吧", "客户同意了"),
        ("客：查一下我的退款\n我：好的，我去核实，今天下午三点前给您回电。", "今天下午三点前给您回电"),
        ("客：查一下我的退款\n我：请问您的订单号是多少？", "等客户回答：“请问您的订单号是多少？”"),
        ("客：插线板着火了！！", "还没有上报主管"),
        ("我：您好，请问有什么可以帮您？", "没有未了的事"),
    ],
)
def test_what_is_open_follows_from_who_is_to_act_next(copilot: Copilot, dialogue: str, open_: str) -> None:
    assert open_ in summary_of(copilot, dialogue).open


@pytest.mark.parametrize(
    ("dialogue", "quoted", "left_out"),
    [
        ("客：你好，在吗！\n我：您好，在的。\n客：陶瓷炉烧十分钟就自己关了", "陶瓷炉烧十分钟就自己关了", "在吗"),
        ("客：喂\n客：有人吗\n客：给猫约的绝育手术能不能改到月底", "给猫约的绝育手术能不能改到月底", "有人吗"),
        ("客：亲在不在呀，跳绳的手柄断了一个", "跳绳的手柄断了一个", "亲"),
        ("客：在吗在吗在吗\n客：[图片]\n客：墙纸送来颜色和样品差好多", "墙纸送来颜色和样品差好多", "图片"),
    ],
)
def test_the_matter_is_quoted_and_not_the_greeting(copilot: Copilot, dialogue: str, quoted: str, left_out: str) -> None:
    wants = summary_of(copilot, dialogue).wants
    assert f"“{quoted}”" in wants
    assert left_out not in wants


@pytest.mark.parametrize(
    ("answer", "open_"),
    [
        ("那我再想想", "客户还在考虑"), ("算了不要了", "客户说不用了"), ("行 我等你们电话", "客户在等消息"), ("行吧", "客户同意了"),
        ("不行，周末我不在", "客户不接受"),
    ],
)  # fmt: skip
def test_a_short_answer_is_told_as_what_it_means(copilot: Copilot, answer: str, open_: str) -> None:
    dialogue = f"客：淋浴房玻璃门关不严\n我：很抱歉，我安排师傅周六上门调整，您看可以吗？\n客：{answer}"
    assert open_ in summary_of(copilot, dialogue).open


def test_what_the_customer_was_asked_for_and_gave_is_no_question_left_open(copilot: Copilot) -> None:
    dialogue = "客：平衡车充不进电\n我：麻烦您提供一下订单号，我查保修。\n客：PH2026081702"
    assert "客户已经回答：“PH2026081702”" in summary_of(copilot, dialogue).open


def test_a_promise_is_told_once_and_the_newest_counts(copilot: Copilot) -> None:
    summary = summary_of(copilot, (
        "客：净水器师傅呢\n我：非常抱歉，师傅今天下午两点前到。\n客：都三点了！\n我：实在抱歉，路上堵车，预计三点半到。"
    ))  # fmt: skip
    assert "预计三点半到" in summary.open
    assert "两点前" not in summary.open
    assert "预计三点半到" not in summary.done
    assert "抱歉" not in summary.open.replace("致歉", "")


def test_a_promise_that_was_kept_is_not_open_any_more(copilot: Copilot) -> None:
    dialogue = "客：查退款\n我：我去核实，下午三点前给您回电。\n我：跟您反馈一下结果，退款已经到账了，请您查收。\n客：收到了，很满意，谢谢"
    assert summary_of(copilot, dialogue).open == "没有未了的事，可以结束"


def test_the_step_in_hand_is_told_unless_it_is_told_elsewhere(copilot: Copilot) -> None:
    conversation = Conversation(parse_dialogue(COMPLAINT))
    assert "；流程在第 4/6 步" in copilot.summary(conversation).open
    assert copilot.summary(conversation, with_step=False).open == "等客户答复方案"


def test_a_step_in_hand_is_never_called_nothing_open(copilot: Copilot) -> None:
    dialogue = "客：师傅乱收费，我要投诉\n我：非常抱歉，让您遇到这样的事，我完全理解您的心情。"
    summary = copilot.summary(Conversation(parse_dialogue(dialogue)), with_step=False)
    assert summary.open == "按流程接着办"


def test_no_line_is_empty_and_none_invents_a_figure(copilot: Copilot) -> None:
    from copilot.language import figures

    for dialogue in ("客：？", "客：好", COMPLAINT, "客：" + "很长的话没有标点" * 400):
        summary = summary_of(copilot, dialogue)
        assert summary.wants
        assert summary.done
        assert summary.open
        steps = {"1", "2", "3", "4", "5", "6"}
        assert figures("".join(summary.lines())) - steps <= figures(dialogue)
        assert all(len(line) <= 220 for line in summary.lines())


def test_an_empty_conversation_says_that_nothing_is_known_yet(copilot: Copilot) -> None:
    conversation = Conversation()
    summary = summarise(conversation, copilot.read(conversation), None, copilot.reader)
    assert summary.lines() == ("客户诉求：客户还没有说明来意", "已经做的：还没有回复客户", "还没完的：等客户说明情况")


def test_a_summary_survives_being_kept(copilot: Copilot) -> None:
    summary = summary_of(copilot, COMPLAINT)
    assert Summary.from_dict(summary.as_dict()) == summary
