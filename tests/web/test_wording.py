"""What a chat calls a command, the console calls by its button; the customer's words stay as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import copilot.desk
from copilot.desk.cards import Line
from copilot.desk.commands import COMMANDS
from copilot.web.wording import page_lines, worded

COMMAND = re.compile(rf"/(?:{'|'.join(COMMANDS)})(?![a-z])")
ONLY_TYPED = ("请把草稿写在命令后面", "请把要翻译的回复写在命令后面", "没有这个命令")  # answers to commands that a page has no way to type


def sentences_of_the_desk() -> Iterator[str]:
    """Every text in the desk's code that names a command and may be shown: no docstrings, no list of commands."""
    for file in sorted(Path(copilot.desk.__file__).parent.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        said = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings)
        yield from (
            text for text in said
            if isinstance(text, str) and COMMAND.search(text) and not text.startswith(("/", *ONLY_TYPED))
        )  # fmt: skip


@pytest.mark.parametrize("text", list(sentences_of_the_desk()))
def test_the_page_never_asks_for_a_command(text: str) -> None:
    assert not COMMAND.search(worded(text))


def test_a_command_is_named_by_its_button() -> None:
    assert worded("接待下一位客户，请发 /new。") == "接待下一位客户，请点“新对话”。"
    assert worded("问到后再打开服务记录（/record），会一并补上。") == "问到后再打开服务记录，会一并补上。"
    assert "/practice" not in worded("再练一次：/practice。接着发客户的话，就回到工作。")


def test_the_list_of_commands_is_left_out_and_the_customers_words_are_untouched() -> None:
    said = Line("text", "你们让我请发 /new 是什么意思（/record）")
    assert page_lines((Line("muted", "/new 新对话　/ask 问规定"), said, Line("muted", "请发 /new。"))) == [
        said,
        Line("muted", "请点“新对话”。"),
    ]
