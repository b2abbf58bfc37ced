"""A reply that a trainer accepted passes for that norm, in the same kind of situation, and nothing else does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from copilot.conversation import Conversation, Turn
from copilot.engine import Copilot
from copilot.errors import WorkspaceError
from copilot.norms import Accepted, Reviewer, bare, keep_accepted, read_examples
from copilot.own_words import QuotationAwareReviewer
from copilot.workspace import Workspace, builtin_workspace

NORM = """- id: {id}
  clause: '1.2.1'
  kind: forbid
  severity: {severity}
  title: 例
  reason: 客户听不懂我们内部的词。
  advice: 请换成客户听得懂的话。
  patterns: ['{pattern}']
"""
NORMS = (
    NORM.format(id="no-jargon", severity="warn", pattern="抓手")
    + NORM.format(id="no-rush", severity="block", pattern="别催")
    + NORM.format(id="short-yes", severity="warn", pattern="^好的$")
    + "  when: {customer: ['.']}\n"
)
CALM, ANGRY = "我想换一个手柄", "你们太气人了，三天了还不处理，我要投诉！"
REPLY = "这个抓手我帮您换成新的，明天寄出。"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for name, text in (("norms/a.yaml", NORMS), ("norm_words.yaml", "words: {喊: 喊|吼}\n")):
        path = tmp_path / "team" / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Workspace(tmp_path / "team", tmp_path / "home")


@pytest.fixture
def flagged(workspace: Workspace, copilot: Copilot, tmp_path: Path) -> Callable[..., list[str]]:
    """The norms that a reply breaks, by a reviewer that was started before anything was accepted."""
    reviewer = Reviewer(workspace, copilot.reader, tmp_path / "models", Accepted(workspace, copilot.reader))

    def judge(reply: str, customer: str | Conversation = CALM) -> list[str]:
        before = Conversation.from_customer(customer) if isinstance(customer, str) else customer
        return [found.norm for found in reviewer.review(reply, before).findings]

    return judge


def test_an_accepted_reply_passes_at_once_in_a_running_reviewer(
    workspace: Workspace, flagged: Callable[..., list[str]]
) -> None:
    assert flagged(REPLY) == ["no-jargon"]
    keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 1 条误报")
    assert flagged(REPLY) == []
    assert flagged(" 这个 抓手我帮您换成新的,明天寄出") == []  # the same words, typed otherwise
    assert flagged("这个抓手我帮您换成旧的，明天寄出。") == ["no-jargon"]
    assert flagged(REPLY + "！！") == ["no-jargon"]


def test_other_breaches_of_the_same_reply_are_still_found(workspace: Workspace, flagged: Callable[..., list[str]]) -> None:
    reply = "这个抓手我帮您换，别催。"
    assert flagged(reply) == ["no-rush", "no-jargon"]
    keep_accepted(workspace, "no-jargon", CALM, reply, "第 1 条误报")
    assert flagged(reply) == ["no-rush"]


def test_it_does_not_pass_where_manners_differ(workspace: Workspace, flagged: Callable[..., list[str]]) -> None:
    keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 1 条误报")
    assert flagged(REPLY, "换个手柄吧") == []
    assert flagged(REPLY, ANGRY) == ["no-jargon"]
    burning = Conversation.of([Turn("customer", "家里的燃气灶漏气了，满屋子味道，我该怎么办"), Turn("agent", "请先关阀门"), Turn("customer", "换个手柄吧")])
    assert flagged(REPLY, burning) == ["no-jargon"]
    assert flagged(REPLY, "") == []  # nothing is known of whom it answers


def test_a_norm_about_the_conversation_asks_for_the_same_matter_too(
    workspace: Workspace, flagged: Callable[..., list[str]]
) -> None:
    keep_accepted(workspace, "short-yes", "请问可以开发票吗", "好的", "第 1 条误报")
    assert flagged("好的", "请问可以开发票吗？") == []
    assert flagged("好的", "能帮我开一张发票吗") == []
    assert flagged("好的", "快递到哪里了") == ["short-yes"]


def test_a_reply_without_customer_speaks_for_itself(workspace: Workspace, flagged: Callable[..., list[str]]) -> None:
    keep_accepted(workspace, "no-jargon", "", REPLY, "第 1 条误报")
    assert flagged(REPLY, ANGRY) == []


def test_a_reply_with_personal_data_passes_for_any_customer(workspace: Workspace, flagged: Callable[..., list[str]]) -> None:
    keep_accepted(workspace, "no-jargon", CALM, "抓手换好了，发到您的手机【手机号】上的短信请看一下", "第 1 条误报")
    for phone in ("13800138000", "18612345678"):
        assert flagged(f"抓手换好了，发到您的手机{phone}上的短信请看一下") == []
    assert flagged("抓手换好了，发到您的手机上的短信请看一下") == ["no-jargon"]


def test_sentences_of_a_clause_beside_it_do_not_hide_what_was_accepted(
    workspace: Workspace, copilot: Copilot, tmp_path: Path
) -> None:
    reviewer = Reviewer(workspace, copilot.reader, tmp_path / "models", Accepted(workspace, copilot.reader))
    (clause,) = [each for each in copilot.index.clauses if each.ref.clause == "1.2.1" and each.ref.document == "agreement"]
    judge = QuotationAwareReviewer(reviewer, lambda: [clause])
    own = next(part for part in clause.text.split("。") if len(part) > 6)
    reply = f"{own}。这个抓手我帮您换，别催。"
    keep_accepted(workspace, "no-jargon", CALM, reply, "第 1 条误报")
    assert [found.norm for found in judge.review(reply, Conversation.from_customer(CALM)).findings] == ["no-rush"]


@pytest.mark.parametrize("text", ["引号\"和'：- #井\n第二行\t😀👨‍👩‍👧", "长" * 50_000, "yes", "- 列表", "null", "12345"])
def test_any_text_is_kept_and_read_back(workspace: Workspace, copilot: Copilot, text: str) -> None:
    path = keep_accepted(workspace, "no-jargon", text, f"抓手{text}", "第 1 条误报：因为\n- norm: x \x00\u2028")
    (entry,) = yaml.safe_load(path.read_text("utf-8"))
    assert entry == {"norm": "no-jargon", "good": [{"customer": text, "reply": f"抓手{text}"}]}
    norm = next(each for each in Reviewer(workspace, copilot.reader, path.parent).norms if each.id == "no-jargon")
    assert Accepted(workspace, copilot.reader).covers(norm, f"抓手{text}", Conversation.from_customer(text))


def test_the_file_stays_as_a_person_left_it_and_nothing_is_written_twice(workspace: Workspace) -> None:
    path = keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 1 条误报，2026-03-01 复核：抓手是商品名")
    assert path == workspace.knowledge / "norm_examples" / "disputed.yaml"
    mine = path.read_text("utf-8") + "# 我的备注\n- norm: no-rush\n  good: ['请您别催促自己，慢慢选']\n"
    path.write_text(mine, "utf-8")
    keep_accepted(workspace, "no-jargon", f"{CALM}。", REPLY, "第 2 条误报")
    assert path.read_text("utf-8") == mine
    keep_accepted(workspace, "no-jargon", ANGRY, REPLY, "第 3 条误报")
    assert path.read_text("utf-8").startswith(mine)
    assert "# 第 1 条误报，2026-03-01 复核：抓手是商品名\n- norm: no-jargon\n  good:\n" in mine


def test_the_builtin_workspace_is_never_written_to(tmp_path: Path, copilot: Copilot) -> None:
    workspace = builtin_workspace().with_home(tmp_path)
    path = keep_accepted(workspace, "argue", CALM, "我可没答应过您什么难办的事", "第 1 条误报")
    assert path == tmp_path / "knowledge" / "norm_examples" / "disputed.yaml"
    reviewer = copilot.reviewer.norms
    learnt = [each for each in read_examples(workspace, reviewer) if each.norm == "argue"]
    assert [line.reply for line in learnt[-1].good] == ["我可没答应过您什么难办的事"]


def test_a_file_that_cannot_be_read_is_named_with_its_line_and_stays_as_it_is(
    workspace: Workspace, copilot: Copilot, flagged: Callable[..., list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    path = keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 1 条误报")
    assert flagged(REPLY) == []
    broken = path.read_text("utf-8") + "- norm: 'x\n"
    path.write_text(broken, "utf-8")
    with caplog.at_level(logging.ERROR):
        assert flagged(REPLY) == []  # what was accepted before stays in force while the server runs
        assert flagged(REPLY) == []
    assert len([each for each in caplog.records if "disputed.yaml:" in each.getMessage()]) == 1
    with pytest.raises(WorkspaceError, match=r"norm_examples/disputed\.yaml:\d+：YAML 格式有误"):
        keep_accepted(workspace, "no-jargon", ANGRY, REPLY, "第 2 条误报")
    with pytest.raises(WorkspaceError, match=r"disputed\.yaml:\d+"):
        Accepted(workspace, copilot.reader)
    assert path.read_text("utf-8") == broken


def test_a_layout_that_cannot_be_continued_is_refused_whole(workspace: Workspace) -> None:
    path = keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 1 条误报")
    inline = "[{norm: no-jargon, good: [抓手]}]\n"
    path.write_text(inline, "utf-8")
    with pytest.raises(WorkspaceError, match="没有写入"):
        keep_accepted(workspace, "no-jargon", CALM, REPLY, "第 2 条误报")
    assert path.read_text("utf-8") == inline


def test_several_who_accept_at_once_lose_nothing(workspace: Workspace) -> None:
    threads = [
        threading.Thread(target=keep_accepted, args=(workspace, "no-jargon", CALM, f"抓手{n}", f"第 {n} 条误报")) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = yaml.safe_load((workspace.knowledge / "norm_examples" / "disputed.yaml").read_text("utf-8"))
    assert sorted(entry["good"][0]["reply"] for entry in entries) == [f"抓手{n}" for n in range(8)]


def test_a_norm_that_is_gone_does_not_keep_the_reviewer_from_starting(
    workspace: Workspace, flagged: Callable[..., list[str]], copilot: Copilot, tmp_path: Path
) -> None:
    keep_accepted(workspace, "no-more", CALM, REPLY, "第 1 条误报")
    Reviewer(workspace, copilot.reader, tmp_path / "other", Accepted(workspace, copilot.reader))
    assert flagged(REPLY) == ["no-jargon"]


def test_two_spellings_have_the_same_bare_text() -> None:
    assert bare("好的， 收到。") == bare("好的,收到") != bare("好的,收到🙄")
