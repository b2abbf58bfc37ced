"""What people typed, as a plain line for a file: the words stay, the shouting and the small talk go."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from typing import Any

from copilot.language import compile_pattern

_ENDS = "。！？!?.…~～"
_PAUSES = "，,、；; "
_SOFT = {"!": "。", "！": "。", "~": "，", "～": "，", "…": "，"}  # a file neither shouts nor trails off
_PICTURES = frozenset({"So", "Sk", "Cs", "Co", "Cf", "Cc"})
_GREETING = (
    r"^(?:(?:喂+|哈喽|哈啰|嗨|hello|hi|您好|你好|早上好|上午好|中午好|下午好|晚上好|在吗|在不在|有人吗|亲+|客服|那个|嗯+|呃+|额|哦|噢|啊)"
    r"(?:[呀啊哈呢]?[，,。.！!？?～~…、 ]+|[呀啊]))+"
)


@cache
def _greeting() -> Any:
    return compile_pattern(_GREETING)


def plain_line(text: str) -> str:
    """The text in one line without emoji, greetings and repeated signs; what it says stays word for word."""
    line = _one_line("".join(_plain(character) for character in text))
    opening = _greeting().search(line)
    if opening is not None and opening.end() < len(line):
        line = line[opening.end() :]
    line = line.lstrip(_ENDS + _PAUSES)
    return line.rstrip(_PAUSES + "。.…~～！!")


def _plain(character: str) -> str:
    if character in "\r\n\t":
        return "\n"
    if character in "～~" or unicodedata.category(character) not in _PICTURES:
        return character
    return ""


def _one_line(text: str) -> str:
    """The lines joined by a pause, and one sign where several stood."""
    parts = [part.strip() for part in text.split("\n")]
    joined = ""
    for part in filter(None, parts):
        joined += ("" if not joined or joined[-1] in _ENDS + _PAUSES else "，") + part
    pieces: list[str] = []
    for is_end, group in groupby(joined, key=lambda sign: sign in _ENDS):
        run = "".join(group)
        if not is_end or (len(run) == 1 and run == "."):  # a point inside a figure is none of ours
            pieces.append(run)
        elif any(sign in "？?" for sign in run):
            pieces.append("？")
        else:
            pieces.append(_SOFT.get(run[0], "。"))
    return " ".join("".join(pieces).split())
