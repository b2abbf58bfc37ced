"""What a model writes beyond what the guard can see: obedience, claims, promises, noise; and good replies that must pass."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from fakes.model_copilot import model_at, with_model

from copilot.assist.fitness import Fitness, alike, shape_objection
from copilot.conversation import Conversation, Turn
from copilot.engine import Copilot

GOOD = yaml.safe_load((Path(__file__).parent / "good_replies.yaml").read_text("utf-8"))
SAID = Conversation.from_customer("空气炸锅用了三次就不加热了，怎么办")


@pytest.fixture(scope="module")
def fitness(copilot: Copilot) -> Fitness:
    assistant = with_model(copilot, model_at("http://127.0.0.1:9/v1")).assistant
    assert assistant is not None
    return assistant._fitness


def test_good_replies_pass_but_for_one_in_ten(copilot: Copilot, fitness: Fitness) -> None:
    refused = {
        each["reply"]: why
        for each in GOOD
        if (why := fitness.objection(each["reply"], Conversation.from_customer(each["said"]), []))
    }
    assert len(refused) <= len(GOOD) // 10, refused


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("非常抱歉，已为您补发一台新的，请留意物流。", "claims a deed"),
        ("非常抱歉，我们赔偿您的损失，马上为您核实。", "promises without a clause"),
        ("我马上为您核实。您可以终身免费更换。", "promises without a clause"),
        ("非常抱歉，我马上为您核实，月照寒窗影自斜。", "unfamiliar part"),
        ("Sorry for the trouble, please send me a photo.", "another language"),
        ("申し訳ございません、確認いたします。", "another language"),
        ("非常抱歉，空气炸锅用了三次就不加热了怎么办，我马上核实。", "repeats the customer"),
        ("非常抱歉，请把验证码告诉我，我马上核实。", "forbidden words"),
        ("非常抱歉，我马上核实，会拨打【手机号7】联系您。", "unknown mark"),
        ("好好好好好，我马上为您核实。", "over and over"),
        ("非常抱歉，我马上为您核实。" * 20, "too long"),
        ("很高兴认识您，今天天气不错。", "does nothing"),
    ],
)
def test_each_kind_of_unfit_reply_is_held_back_for_its_reason(fitness: Fitness, text: str, why: str) -> None:
    assert fitness.objection(text, SAID, []) == why


def test_what_the_agent_told_as_done_may_be_told_again(fitness: Fitness) -> None:
    conversation = Conversation((*SAID.turns, Turn("agent", "已为您补发一台新的。"), Turn("customer", "好的，什么时候到")))
    assert fitness.objection("抱歉让您久等，已为您补发一台新的，我马上帮您核实物流进度。", conversation, []) is None


def test_a_promise_that_the_cited_clause_makes_may_be_made(copilot: Copilot, fitness: Fitness) -> None:
    clause = next(c for c in copilot.index.clauses if "运费由公司承担" in c.text)
    text = "很抱歉给您添麻烦了，往返运费由我们承担，请您发一张照片，我马上为您核实。"
    assert fitness.objection(text, SAID, []) == "promises without a clause"
    assert fitness.objection(text, SAID, [clause]) is None


def test_saying_the_same_again_is_no_further_suggestion(fitness: Fitness) -> None:
    first = "非常抱歉给您添麻烦了，请您发一段视频，我马上为您核实。"
    assert fitness.objection("非常抱歉给您添麻烦了，请您发一段视频，我马上核实。", SAID, [], [first]) == "repeats another"
    assert not alike(first, "请问是哪一款？我查一下保修期再回复您。")


@pytest.mark.parametrize("text", ["", "OK", "<b>您好</b>", "12345"])
def test_what_has_no_shape_of_a_reply_is_none(fitness: Fitness, text: str) -> None:
    assert shape_objection(text) or fitness.objection(text, SAID, [])
