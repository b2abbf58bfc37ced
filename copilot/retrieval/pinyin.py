"""Pinyin without tones: typos that sound alike (玉速 for 语速) and words typed in Latin letters (pei xun) meet the right word.

The readings are those of pypinyin. Sounds that many speakers and input methods do not tell apart
(zh and z, ch and c, sh and s, ing and in, eng and en) count as one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_FOLDED_STARTS = {"zh": "z", "ch": "c", "sh": "s"}
_LONGEST_SYLLABLE = 6
_MOST_LETTERS = 40  # of one Latin word: longer ones are no pinyin


def syllables(text: str) -> list[tuple[str, ...]]:
    """Runs of folded syllables in a normal form, cut at punctuation, digits and Latin words that are no pinyin."""
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    for piece in _pieces(text):
        spelt = _of_piece(piece)
        if spelt:
            run.extend(spelt)
        elif run:
            runs.append(tuple(run))
            run = []
    return [*runs, tuple(run)] if run else runs


def reading(characters: str) -> tuple[str, ...] | None:
    """The folded syllables of Chinese characters; None where one of them is not in the table."""
    table = _readings()
    found = tuple(table.get(character, "") for character in characters)
    return found if found and all(found) else None


def _pieces(text: str) -> Iterator[str]:
    """Single Chinese characters, whole Latin words, and "" for every mark or digit between them; spaces join."""
    word = ""
    for character in text:
        if character.isascii() and character.isalpha():
            word += character
            continue
        if word:
            yield word
            word = ""
        if not character.isspace() and character != "'":
            yield character if character.isalpha() else ""
    if word:
        yield word


def _of_piece(piece: str) -> tuple[str, ...]:
    if not piece:
        return ()
    if piece.isascii():
        return _spelt(piece)
    return reading(piece) or ()


@cache
def _readings() -> dict[str, str]:
    """The folded syllable of each character."""
    return {character: _fold(syllable) for syllable, character in _table()}


@cache
def _spellings() -> frozenset[str]:
    return frozenset(syllable for syllable, _ in _table())


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """(syllable without tone, character) for the characters of GB 2312, in which simplified text is written.

    Of several readings the first, the most frequent one. pypinyin's table is read as the file it is: importing the package
    takes 13 MB more.
    """
    place = find_spec("pypinyin")
    assert place is not None
    assert place.origin is not None
    readings: dict[str, str] = json.loads(Path(place.origin).with_name("pinyin_dict.json").read_text("utf-8"))
    characters = {chr(int(code)): spelt.partition(",")[0] for code, spelt in readings.items()}
    return tuple((_without_tone(spelt), each) for each, spelt in characters.items() if _is_common(each))


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _without_tone(syllable: str) -> str:
    """ "lǜ" is "lv"."""
    parted = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def _fold(syllable: str) -> str:
    start = _FOLDED_STARTS.get(syllable[:2])
    folded = start + syllable[2:] if start else syllable
    return folded[:-1] if folded.endswith(("ing", "eng")) else folded


def _spelt(word: str) -> tuple[str, ...]:
    """The folded syllables that a Latin word is made of, longest first; () where it is no pinyin."""
    word = word.lower()
    if len(word) > _MOST_LETTERS:
        return ()
    ends: list[tuple[str, ...] | None] = [None] * (len(word) + 1)
    ends[len(word)] = ()
    for start in range(len(word) - 1, -1, -1):
        for size in range(min(_LONGEST_SYLLABLE, len(word) - start), 0, -1):
            rest = ends[start + size]
            if rest is not None and word[start : start + size] in _spellings():
                ends[start] = (_fold(word[start : start + size]), *rest)
                break
    return ends[0] or ()
