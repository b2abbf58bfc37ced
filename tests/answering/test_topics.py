from __future__ import annotations

from pathlib import Path

import pytest
from fakes.clauses import small_workspace

from copilot.answering.topics import Topic, Topics
from copilot.errors import WorkspaceError
from copilot.workspace import builtin_workspace

TOPICS = Topics.of(builtin_workspace())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("在线消息和邮件多久回", [("chat", "在线消息"), ("mail", "邮件")]),
        ("给ＶＩＰ客户发email", [("vip", "ＶＩＰ"), ("customer", "客户"), ("mail", "email")]),
        ("emailing", []),
        ("告诉我的一位好朋友", [("disclosing", "告诉我的一位好朋友")]),
        ("告诉我。朋友来了", []),
    ],
)
def test_topics_are_found_where_they_are_named(text: str, named: list[tuple[str, str]]) -> None:
    assert [(each.id, text[each.start : each.end]) for each in TOPICS.mentions(text)] == named


def test_where_names_overlap_the_longest_counts() -> None:
    topics = Topics([Topic(id="a", kind="x", words=("客户",)), Topic(id="b", kind="x", words=("客户信息",))])
    assert [each.id for each in topics.mentions("客户信息与客户")] == ["b", "a"]


def test_no_word_names_two_topics() -> None:
    words = [word.lower() for topic in TOPICS.by_id.values() for word in topic.words]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_a_workspace_without_topics_has_none_and_a_broken_file_is_named(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    assert Topics.of(workspace).mentions("电话") == []
    broken = tmp_path / "knowledge" / "topics" / "things.yaml"
    broken.parent.mkdir()
    broken.write_text("- {id: phone, kind: channel, wrods: [电话]}\n", "utf-8")
    with pytest.raises(WorkspaceError, match=r"things\.yaml:1"):
        Topics.of(workspace)
