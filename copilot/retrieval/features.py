"""What the learnt models see of a text: named features of several kinds, so that few disguises hide all of them.

The first character of a name says its kind: 1 2 3 runs of Chinese characters, w words, c concepts, p pairs of sounds,
e English stems, f pairs of them. Question frames ("请问……算违规吗") are left out of words, not of characters.
"""

from __future__ import annotations

import re
from itertools import pairwise

from copilot.language import normalise, words
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.pinyin import syllables

MAX_CHARACTERS = 500
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+")
_NOT_LATIN = re.compile(r"[^a-z0-9\s'.,?!:;\"()/-]+")
_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("ly", ""), ("es", ""), ("s", ""))


def features(text: str, lexicon: Lexicon, max_characters: int = MAX_CHARACTERS) -> list[str]:
    """The names of the features of `text`, sorted, each once."""
    text = text[:max_characters]
    normal = normalise(text).text
    subject, concepts = lexicon.read(text)
    found = {f"c{name}" for name in concepts}
    found.update(f"w{word}" for word in words(subject) if not word.isascii())
    found.update(_character_runs(normal))
    found.update(_english(normal))
    for run in syllables(normal):
        found.update(f"p{first} {second}" for first, second in pairwise(run))
    return sorted(found)


def _character_runs(normal: str) -> set[str]:
    found: set[str] = set()
    for part in _NOT_LATIN.findall(normal):
        run = "".join(character for character in part if character.isalnum())
        found.update(f"{n}{run[i : i + n]}" for n in (1, 2, 3) for i in range(len(run) - n + 1))
    return found


def _english(normal: str) -> set[str]:
    stems = [stem(word) for word in _LATIN.findall(normal)]
    return {f"e{each}" for each in stems}.union(f"f{first} {second}" for first, second in pairwise(stems))


def stem(word: str) -> str:
    """An English word without its ending of number or tense; close enough for two forms to meet."""
    word = word.split("'")[0]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
