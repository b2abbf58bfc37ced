"""Whether what a model wrote is fit to be proposed, beyond what the guard asks of everybody.

The guard holds back what the reviewer would flag, unknown clauses and invented figures. A model can do more harm than a
phrase bank: obey the customer's text, claim what nobody did, promise what no clause gives, or not be a reply at all. Each
check names its reason, for the count that the trainer sees.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from copilot.assist.familiar import Familiar
from copilot.assist.veil import has_mark
from copilot.clauses import Clause
from copilot.conversation import Act, Conversation, Turn
from copilot.language import compile_pattern, normalise, squeeze
from copilot.workspace import DataRecord, Workspace

LONGEST = 160  # characters of a reply; 120 are asked for
LONGEST_ENGLISH = 600
WORDS_FILE = "model_replies.yaml"
_LEAST_FAMILIAR = 0.5  # of a whole reply: of 790 replies of our own, each left out of the count, the least has 0.55
_LEAST_IN_IDLE = 0.36  # of a part that does nothing an agent does: one in a hundred of our own parts has less
_ECHO = 12  # characters in a row of the customer's that no agent would repeat
_ALIKE = 0.75
_DONE: frozenset[Act] = frozenset({"carry_out", "report_back"})
_IDLE: frozenset[Act] = frozenset({"other", "greet", "thank"})
_PART = re.compile(r"[^，,。！？!?；;：:\n]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKUP = re.compile(r"\*\*|__|~~|```|\]\(|^\s*#|https?:|www\.|<[a-z/]", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})  # characters that nobody sees, and that may turn the text around
_LATIN = re.compile(r"[A-Za-z]{2,}(?:[ ,.']+[A-Za-z]{2,}){2,}")  # a run of foreign words


class ReadsActs(Protocol):
    """What fitness needs of `copilot.reading.Reader`."""

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...


class EnglishWord(DataRecord):
    """An English word that weighs, and what the Chinese beside it must say for it to stand."""

    word: str
    chinese: str


class ReplyWords(DataRecord):
    """`never`: in no reply. `promises`: only where a clause that is cited, or the agent before, says the same.

    `deeds`: told as done; only where the agent told the same before.
    """

    never: tuple[str, ...]
    promises: tuple[str, ...]
    deeds: tuple[str, ...]
    english: tuple[EnglishWord, ...]


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a reply may lean on: the cited clauses and what agents said, and apart from it the customer's words."""

    ours: str
    theirs: tuple[str, ...]
    agent_did: frozenset[Act]
    agent_said: str


class Fitness:
    """Judges a model's replies. `familiar` is asked once, when the first reply comes. Raises WorkspaceError."""

    def __init__(self, workspace: Workspace, reader: ReadsActs, familiar: Callable[[], Iterable[str]]) -> None:
        words = workspace.read_record(WORDS_FILE, ReplyWords)
        self._never = compile_pattern("|".join(f"(?:{each})" for each in words.never))
        self._deeds = compile_pattern("|".join(f"(?:{each})" for each in words.deeds))
        self._promises = [compile_pattern(each) for each in words.promises]
        self.english_words = tuple((compile_pattern(rf"\b(?:{w.word})"), compile_pattern(w.chinese)) for w in words.english)
        self._reader, self._familiar = reader, Familiar(familiar())

    def objection(
        self, text: str, conversation: Conversation, clauses: Sequence[Clause], others: Sequence[str] = ()
    ) -> str | None:
        """Why a reply of a model must not be proposed, or None. `others` are the replies that are on the screen."""
        sources = self._sources(conversation, clauses)
        return (
            shape_objection(text)
            or ("forbidden words" if self.says_never(text) else None)
            or ("repeats another" if any(alike(text, other) for other in others) else None)
            or ("repeats the customer" if _echoes(text, sources) else None)
            or self._deeds_objection(text, sources)
            or self._promise_objection(text, sources)
            or self._sound_objection(text)
        )

    def says_never(self, text: str) -> bool:
        """Whether a text holds what no reply may."""
        return bool(self._never.search(normalise(text).text))

    def _sources(self, conversation: Conversation, clauses: Sequence[Clause]) -> _Sources:
        told = [*(f"{c.title}\n{c.text}\n" + "\n".join(c.say) for c in clauses), *conversation.agent_texts]
        did = [self._reader.acts(turn) for turn in conversation.turns if turn.role == "agent"]
        said = normalise("\n".join(conversation.agent_texts)).text
        return _Sources(normalise("\n".join(told)).text, conversation.customer_texts, frozenset[Act]().union(*did), said)

    def _deeds_objection(self, text: str, sources: _Sources) -> str | None:
        """A deed that is told as done must have been told by the agent before: a model does nothing."""
        claimed = self._reader.acts(Turn("agent", text)) & _DONE
        if claimed and not claimed & sources.agent_did:
            return "claims a deed"
        told = self._deeds.search(normalise(text).text)
        return "claims a deed" if told and not self._deeds.search(sources.agent_said) else None

    def _promise_objection(self, text: str, sources: _Sources) -> str | None:
        plain = normalise(text).text
        for pattern in self._promises:
            found = pattern.search(plain)
            if found and not pattern.search(sources.ours):
                return "promises without a clause"
        return None

    def _sound_objection(self, text: str) -> str | None:
        """A reply does something that agents do, in words that agents use."""
        if self._reader.acts(Turn("agent", text)) <= _IDLE:
            return "does nothing"
        if self._familiar.share(text) < _LEAST_FAMILIAR:
            return "unfamiliar"
        for part in _PART.findall(text):
            if len(squeeze(part)) < 4:
                continue
            if not _CHINESE.search(part):
                return "another language"
            if self._familiar.share(part) < _LEAST_IN_IDLE and self._reader.acts(Turn("agent", part)) <= _IDLE:
                return "unfamiliar part"
        return None


def shape_objection(text: str, longest: int = LONGEST) -> str | None:
    """Why a text is no plain Chinese reply: too long, foreign, with markup or marks left in it, or one thing over and over."""
    if len(text) > longest:
        return "too long"
    if has_mark(text):
        return "unknown mark"
    if _MARKUP.search(text) or any(unicodedata.category(character) in _UNSEEN for character in text if character != "\n"):
        return "markup"
    letters = [character for character in text if character.isalpha()]
    chinese = sum("\u3400" <= character <= "\u9fff" for character in letters)
    if not chinese or chinese < 0.6 * len(letters) or _LATIN.search(text) or any(map(_is_foreign, letters)):
        return "another language"
    if any(len(set(text[place : place + 4])) == 1 for place in range(len(text) - 3)) or len(set(text)) * 4 < len(text):
        return "over and over"
    return None


def _is_foreign(letter: str) -> bool:
    """Kana, Hangul, Cyrillic, Arabic and the like."""
    return not ("\u3400" <= letter <= "\u9fff" or letter.isascii()) and not unicodedata.name(letter, "").startswith(
        ("CJK", "LATIN", "FULLWIDTH", "GREEK")
    )


def alike(text: str, other: str) -> bool:
    """Whether two replies say the same, by the pairs of characters that they share."""
    mine, theirs = _pairs(text), _pairs(other)
    return bool(mine and theirs) and len(mine & theirs) / min(len(mine), len(theirs)) >= _ALIKE


def _pairs(text: str) -> frozenset[str]:
    plain = squeeze(text)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _echoes(text: str, sources: _Sources) -> bool:
    """Whether the reply repeats a stretch of the customer's words that is nobody else's."""
    plain = squeeze(text)
    theirs = "\n".join(map(squeeze, sources.theirs))
    ours = squeeze(sources.ours)
    stretches = (plain[place : place + _ECHO] for place in range(len(plain) - _ECHO + 1))
    return any(
        stretch in theirs and stretch not in ours and sum(c.isdigit() for c in stretch) < _ECHO // 2 for stretch in stretches
    )
