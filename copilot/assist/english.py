"""English for customers who write it: told by the letters, and held against the Chinese beside it.

Whether a reply is proper is judged in Chinese; that the English says the same can be checked as far as figures and weighty
words go. What cannot be checked is seen by the agent, who has both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from copilot.assist.fitness import LONGEST_ENGLISH
from copilot.assist.veil import has_mark
from copilot.language import figures, normalise

_WORD = re.compile(r"[A-Za-z]{2,}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKUP = re.compile(r"[<>{}\\`$|]|https?:|www\.", re.IGNORECASE)
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "hundred": "100",
}  # fmt: skip
_DIGITS = dict(zip("零一二两三四五六七八九十", ("0", "1", "2", "2", "3", "4", "5", "6", "7", "8", "9", "10"), strict=True))
_LEAST_WORDS = 3


def writes_english(text: str) -> bool:
    """Whether a message is written in English: three words or more, and hardly a Chinese character."""
    words = _WORD.findall(text)
    return len(words) >= _LEAST_WORDS and len(_CHINESE.findall(text)) * 4 < len(words)


def english_objection(text: str, chinese: str, words: Sequence[tuple[Any, Any]]) -> str | None:
    """Why an English text must not stand for the Chinese beside it, or None. `words`: English pattern, Chinese it needs."""
    if not text.strip() or len(text) > LONGEST_ENGLISH:
        return "empty or too long"
    if has_mark(text) or _MARKUP.search(text):
        return "markup"
    if _CHINESE.search(text) or len(_WORD.findall(text)) < _LEAST_WORDS:
        return "not English"
    stated, said = _english_figures(text), _chinese_figures(chinese)
    if stated - said:
        return "other figures"
    if {each for each in figures(chinese) if each.isdigit() and each != "1"} - stated:
        return "figures missing"
    plain, beside = text.lower(), normalise(chinese).text
    if any(english.search(plain) and not needed.search(beside) for english, needed in words):
        return "more than the Chinese says"
    if len(text) > 12 * max(8, len(chinese)):
        return "much longer than the Chinese"
    return None


def _english_figures(text: str) -> frozenset[str]:
    spelt = {_NUMBERS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _NUMBERS}
    return figures(text) | spelt


def _chinese_figures(text: str) -> frozenset[str]:
    single = {_DIGITS[character] for character in text if character in _DIGITS}
    return figures(text) | single
