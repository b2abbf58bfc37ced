"""What a chat calls a command, the console calls by its button; the customer's words stay as they are."""

from __future__ import annotations

from copilot.desk.cards import Line
from copilot.web.wording import page_lines, worded


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
