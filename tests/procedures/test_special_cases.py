"""Emergencies and VIP treatment as data: told apart by words, resting on clauses, clean to say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.errors import WorkspaceError
from copilot.procedures import EmergencyRecord, SpecialCases
from copilot.workspace import Workspace, builtin_workspace

CASES = SpecialCases(builtin_workspace())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("家里一股煤气味，头有点晕", "gas"),
        ("插座冒火花，墙都熏黑了", "fire"),
        ("我爸碰了一下热水器，整个人被电倒了", "shock"),
        ("孩子误喝了洁厕灵，一直吐", "poisoning"),
        ("被你们的热水壶烫了，手上全是泡", "injury"),
        ("柜子倒下来砸到我妈，流了好多血", "accident"),
        ("我真的不想活了", "self_harm"),
        ("有人自称客服让我妈转账", "fraud"),
        ("安装师傅堵门威胁我，说要动手", "violence"),
        ("出大事了，快来人", "other"),
        ("吃完那盒饼干拉了一晚上", "poisoning"),
        ("孩子喝了奶就拉肚子", "poisoning"),
        ("电闸拉了，人已经出来", "other"),
        ("快叫救护车，人晕过去了", "accident"),
    ],
)
def test_emergencies_are_told_apart(text: str, kind: str) -> None:
    assert CASES.emergency((text,)).id == kind


def test_the_newest_message_that_says_what_it_is_counts() -> None:
    assert CASES.emergency(("插座冒烟了", "我们都出来了")).id == "fire"
    assert CASES.emergency(()).id == "other"
    assert CASES.emergency(("插座冒烟了", "我爸被电着了")).id == "shock"


def test_an_ambulance_does_not_make_another_emergency_of_it() -> None:
    assert CASES.emergency(("热水器漏电，把我老公电着了", "闸已经拉了", "救护车到了，谢谢")).id == "shock"


@pytest.mark.parametrize("kind", CASES.emergencies, ids=lambda kind: kind.id)
def test_what_to_say_first_may_be_said_and_rests_on_a_clause(copilot: Copilot, kind: EmergencyRecord) -> None:
    from copilot.desk.emergency_cards import first_words

    assert copilot.index.clause(kind.clause.ref) is not None
    for text in {first_words(copilot, kind).text, kind.say}:
        asked = Conversation.from_customer(f"{kind.title}，怎么办！")
        assert copilot.judge.review(text, asked, with_rewrite=False).verdict == "pass", text


def test_vip_treatment_rests_on_clauses_and_a_complaint_adds_to_it(copilot: Copilot) -> None:
    always, complaint = CASES.vip(complaint=False), CASES.vip(complaint=True)
    assert set(always) < set(complaint)
    assert all(copilot.index.clause(each.clause.ref) is not None for each in complaint)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("id: fraud", "id: gas", "id 相同"), ("words: ['烫|灼']", "words: ['(烫']", "无法使用"), ("never:", "nevr:", "special_cases.yaml:")],
)
def test_a_mistake_is_named_with_file_line_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "knowledge").mkdir()
    target = tmp_path / "knowledge" / "special_cases.yaml"
    shutil.copy(builtin_workspace().knowledge / "special_cases.yaml", target)
    text = target.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"special_cases\.yaml:\d+") as caught:
        SpecialCases(Workspace(tmp_path))
    assert said in str(caught.value)
