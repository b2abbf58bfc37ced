"""Recognition by likeness: what no pattern names is known by the sentences that customers say about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.reading import FakeReading

from copilot.conversation import Conversation, Turn
from copilot.errors import WorkspaceError
from copilot.phrasing import Phrasebook
from copilot.phrasing.likeness import Likeness
from copilot.workspace import Workspace, builtin_workspace

BOOK = Phrasebook(builtin_workspace())
LIKENESS = Likeness([("late", "包裹还没送到"), ("late", "货怎么不动了"), ("bill", "账单多收了钱")])


def test_a_sentence_is_most_like_itself() -> None:
    found = LIKENESS.topics("账单多收了钱")
    assert max(found, key=found.__getitem__) == "bill"
    assert found["bill"] == pytest.approx(0.75)


@pytest.mark.parametrize("text", ["", "？！", "hello world", "xyz" * 300])
def test_what_shares_nothing_is_like_nothing(text: str) -> None:
    assert LIKENESS.topics(text) == {}


def test_likeness_lies_between_nought_and_one() -> None:
    assert all(0 < like <= 1 for like in LIKENESS.topics("包裹怎么还没送到，账单也不对").values())


def test_every_said_sentence_leads_to_its_topic_within_the_first_three() -> None:
    said = BOOK._finder._plain_examples
    missed = [
        text
        for topic, text in said
        if topic not in sorted(found := BOOK._finder._likeness.topics(text), key=lambda name: -found[name])[:3]
    ]
    assert missed == []


def test_sentences_about_an_unknown_topic_are_refused_with_the_remedy(tmp_path: Path) -> None:
    root = tmp_path / "knowledge" / "phrases"
    for folder in ("bank", "topics", "said"):
        (root / folder).mkdir(parents=True)
    (root / "words.yaml").write_text("surnames: 王\nproducts: []\ntopics: []\n", "utf-8")
    (root / "said" / "own.yaml").write_text("- {topic: moon, texts: [月亮圆吗]}\n", "utf-8")
    with pytest.raises(WorkspaceError, match="moon"):
        Phrasebook(Workspace(tmp_path))


def test_a_complaint_about_a_parcel_is_not_answered_by_an_appointment() -> None:
    conversation = Conversation.from_customer("包裹等了八天还没到，热线也打不通，真让人上火")
    reading = FakeReading(mood="angry", complaint=True, intents=("logistics", "service_attitude"))
    first = BOOK.candidates(conversation, reading)[:3]  # type: ignore[arg-type]
    assert not any("约的是什么时间" in item.text for item in first)
    assert any("物流" in item.text or "快递" in item.text for item in first)


def test_an_emergency_that_may_be_none_leaves_room_for_the_matter_itself() -> None:
    conversation = Conversation.from_customer("发票抬头写错了，帮我重开")
    found = BOOK.candidates(conversation, FakeReading(urgency="emergency", intents=("invoice",)))[:3]  # type: ignore[arg-type]
    assert any("抬头" in item.text and "120" in item.text for item in found)
    assert any("安全" in item.text for item in found)


def test_policy_sentences_do_not_name_goods_that_nobody_mentioned() -> None:
    from copilot.clauses import read_clauses

    clauses = [clause for clause in read_clauses(builtin_workspace()) if clause.document in ("warranty", "products")]
    conversation = Conversation.of([Turn("customer", "这个保修几年，坏了怎么修")])
    found = BOOK.candidates(conversation, FakeReading(intents=("warranty_repair",)), clauses=clauses[:6])  # type: ignore[arg-type]
    assert not [item.text for item in found if "洗衣机" in item.text or "空调" in item.text]
