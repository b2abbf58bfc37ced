"""The desk's own lines as the console says them: a button's name where a chat would name a command."""

from __future__ import annotations

from copilot.desk.cards import Line

_NAMES = (
    ("再练一次：/practice。接着发客户的话，就回到工作。", "再练一次，请点“换一个场景”。接待客户请回“对话”。"),
    ("请发 /practice 重新选择", "请重新选择"),
    ("想再练，请发 /practice。", "想再练，请选一个场景。"),
    ("请发 /new", "请点“新对话”"),
    ("（/record）", ""),
    ("再点 /guide", "再点“六步指引”"),
    ("（/start）", ""),
    ("要附一句话，请发 /handover 加上内容。", ""),
    ("，再发 /handover", "，再点“转交”"),
    ("：/handover", "，请点“转交”"),
    (
        "要存一条，请发：/phrase 后面接着写话术。姓名、单号可以写成 {姓名}、{单号}。",
        "要存一条，请在那句回复发出后点“话术”。",
    ),
    ("全部承诺：/promises", "全部承诺请点“承诺”。"),
    ("请发 /record ", "请点“找记录”，输入 "),
)


def worded(text: str) -> str:
    """The text with the names of buttons in place of commands."""
    for said, instead in _NAMES:
        text = text.replace(said, instead)
    return text


def page_lines(lines: tuple[Line, ...]) -> list[Line]:
    """The lines for the page: its own words in muted and warning lines, no list of commands; the rest untouched."""
    own = ("muted", "warning")
    kept = (line for line in lines if not (line.role == "muted" and line.text.startswith("/")))
    return [Line(line.role, worded(line.text)) if line.role in own else line for line in kept]
