"""A rough draft as a proper reply: each fragment said politely, in the order of a reply, with regret and a way on.

What a fragment states is carried over word for word where the rules do not know it; nothing is added but what the frames
hold, which promise nothing. A jibe without a fact is left out; what is a breach and states a fact as well cannot be polished.
Whether the result may be shown is decided by whoever is given as `objection`; of several
wordings the first that passes is taken, and where none does there is honestly none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Protocol

from copilot.conversation import NEGATIVE_MOODS, ClauseRef, Conversation, Mood
from copilot.language import compile_pattern, normalise
from copilot.polishing.facts import keeps_the_facts
from copilot.polishing.model import Fragment, Frames, Kind
from copilot.polishing.softening import Softener
from copilot.workspace import Workspace

LONGEST = 240  # characters of a draft: a longer one is no rough note
_LONGEST_RESULT = 160
_BREAK = re.compile(r"[，,。！!；;、~…\n]+|(?<=[？?])|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_ASKED = "？?"
_PARTICLES = re.compile(r"(?:啊|呀|哈|嘛|呗|哦|啦|喔|咯|噢)+$")
_MOST_FRAGMENTS = 8
_NEXT: frozenset[Kind] = frozenset({"ask", "todo", "offer", "wait"})
_ORDER: dict[Kind, int] = {
    "thanks": 0, "yes": 1, "reason": 2, "refuse": 3, "state": 4, "offer": 5, "ask": 6, "todo": 7, "wait": 8, "close": 9,
}  # fmt: skip
_TOGETHER: frozenset[tuple[Kind, Kind]] = frozenset({
    ("reason", "refuse"), ("reason", "state"), ("yes", "ask"), ("yes", "offer"), ("yes", "state"), ("yes", "todo"),
})  # fmt: skip
_TELLS: frozenset[Kind] = frozenset({"reason", "refuse", "state", "offer", "yes"})
_LONGEST_SENTENCE = 48  # characters that fragments may share


@dataclass(frozen=True, slots=True)
class Polished:
    """A proper reply and the clauses on how to speak that it rests on."""

    text: str
    cites: tuple[ClauseRef, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    text: str
    known: bool
    softened: bool = False
    asks: bool = False  # it stood there as a question


class MoodReader(Protocol):
    """What polishing needs of `copilot.reading.Reader`."""

    def read(self, conversation: Conversation) -> Any: ...


Objection = Callable[[str, Sequence[ClauseRef], Conversation], str | None]


class Polisher:
    """Polishes drafts. `objection` says why a text must not be proposed; `exists` whether a clause is in the documents.

    `breaks` says whether words are a breach wherever they stand.
    """

    def __init__(
        self, workspace: Workspace, reader: MoodReader, objection: Objection, exists: Callable[[ClauseRef], bool],
        breaks: Callable[[str], bool],
    ) -> None:  # fmt: skip
        """Raises WorkspaceError when the data cannot be used."""
        self.fragments = tuple(workspace.read_records("polishing/fragments", Fragment))
        self._frames = workspace.read_record("polishing/frames.yaml", Frames)
        self._rules = [
            (rule, compile_pattern(rule.match), compile_pattern(rule.unless) if rule.unless else None)
            for rule in self.fragments
        ]
        self._softener = Softener(workspace)
        self._goes_on = compile_pattern(self._frames.goes_on)
        self._reader, self._objection, self._exists, self._breaks = reader, objection, exists, breaks

    def polish(self, draft: str, conversation: Conversation) -> Polished | None:
        """The draft as a proper reply with all its facts and no other; None where the rules do not find one."""
        if not draft.strip() or len(draft) > LONGEST:
            return None
        about = f"{draft}\n{conversation.last_customer_text}"
        parts = [part.strip() for part in _BREAK.split(draft) if part and part.strip()]
        said = [
            replace(each, asks=each.asks or part[-1] in _ASKED)
            for part in parts if (words := part.strip(_ASKED)) for each in self._say(words, about)
        ]  # fmt: skip
        if len(said) > _MOST_FRAGMENTS or not self._tells(said):
            return None
        jibes = [each for each in said if self._is_jibe(each)]
        said = [each for each in said if each not in jibes]
        if not any(each.text for each in said) or any(self._softener.tells(each.text) for each in jibes):
            return None
        cites = self.cites()
        sources = [turn.text for turn in conversation.turns]
        told = conversation.followed_by("agent", draft)
        for text in self._wordings(said, conversation):
            if len(text) > max(_LONGEST_RESULT, len(draft)) or not keeps_the_facts(text, draft, sources):
                continue
            if text != draft and self._objection(text, cites, told) is None:
                return Polished(text, cites)
        return None

    def _is_jibe(self, said: _Said) -> bool:
        """Whether words that no rule knows are a breach even behind a greeting: in a whole polite reply they would pass."""
        return not said.known and self._breaks(f"{self._frames.greeting}{said.text}。")

    def _tells(self, said: Sequence[_Said]) -> bool:
        """Whether there is something to be said properly: known or rough words, a fact, or more than one note."""
        told = [each for each in said if each.text]
        return len(told) > 1 or any(each.known or each.softened or self._softener.tells(each.text) for each in told)

    def cites(self) -> tuple[ClauseRef, ...]:
        """The clauses on how to speak that the documents hold."""
        refs = (ClauseRef(*name.split(" ", 1)) for name in self._frames.cites)
        return tuple(ref for ref in refs if self._exists(ref))[:2]

    def _say(self, part: str, about: str = "") -> list[_Said]:
        """A fragment said politely; two that stand together without a break are told apart where both are known."""
        if (whole := self._known(part, about)) is not None:
            return [whole]
        for place in range(len(part) - 2, 1, -1):
            second = self._known(part[place:], about)
            if second is not None and (first := self._known(part[:place], about)) is not None:
                return [first, second]
        kind, text, softened = self._softener.soften(_PARTICLES.sub("", part))
        return [_Said(kind, text, False, softened)]

    def _known(self, part: str, about: str = "") -> _Said | None:
        plain = normalise(part).text.replace(" ", "")
        for rule, pattern, unless in self._rules:
            if (found := pattern.fullmatch(plain)) and not (unless is not None and unless.search(about)):
                words = [found.group(0), *(group or "" for group in found.groups())]
                return _Said(rule.kind, rule.say.format(*words).strip(), True)
        return None

    def _wordings(self, said: Sequence[_Said], conversation: Conversation) -> Iterator[str]:
        """Ways to put it all, the best first."""
        reading = self._reader.read(conversation) if conversation.customer_texts else None
        mood: Mood = reading.mood if reading is not None else "calm"
        kinds = {each.kind for each in said}
        unhappy = "refuse" in kinds or "sorry" in kinds or mood in NEGATIVE_MOODS or bool(reading and reading.complaint)
        greetings = [self._frames.greeting if not conversation.agent_texts else "", ""]
        regrets = self._frames.sorry[mood] if unhappy else ("", *self._frames.sorry[mood][:1])
        ends: tuple[str, ...] = ("",)
        going = any(self._goes_on.search(each.text) for each in said)
        more = self._frames.next_steps if going else self._frames.told
        if "refuse" in kinds and not kinds & _NEXT:
            ends = self._frames.ways_out
        elif not kinds & (_NEXT | {"close"}) and not said[-1].asks:
            plain = not unhappy and all(each.known for each in said)  # what is kept as it stood needs a frame at least
            ends = ("",) if plain else more
        elif said[-1].asks:
            ends = ("",)
        elif "ask" in kinds and not unhappy:
            ends = (self._frames.thanks, "")
        body = self._body(said)
        for regret, end, greeting in product(regrets, dict.fromkeys((*ends, *more)), dict.fromkeys(greetings)):
            yield f"{greeting}{regret}{body}{end}"

    @staticmethod
    def _body(said: Sequence[_Said]) -> str:
        """Reasons before what follows from them, then what is so, then who does what; fragments of a kind share a sentence.

        What is not understood keeps its place, and shares a sentence with what is told beside it, as long as that is short.
        """
        told = list({each.text: each for each in said if each.text}.values())  # two notes may say the same
        if not all(each.known for each in told):  # what is not understood keeps its place
            ordered = told
        else:
            ordered = sorted(told, key=lambda each: _ORDER.get(each.kind, 4))
        text, sentence = "", 0
        for place, each in enumerate(ordered):
            following = ordered[place + 1] if place + 1 < len(ordered) else None
            sentence += len(each.text)
            joined = following is not None and (
                each.kind == following.kind or (each.kind, following.kind) in _TOGETHER
                or (not (each.known and following.known) and {each.kind, following.kind} <= _TELLS)
            ) and sentence + len(following.text) <= _LONGEST_SENTENCE  # fmt: skip
            question = each.asks or each.text.startswith("请问") or each.text.endswith("吗")
            repeats = place > 0 and ordered[place - 1].kind == "yes" and each.kind in ("offer", "yes")
            words = each.text.removeprefix("可以") if repeats else each.text
            text += words + ("？" if question else "，" if joined else "。")
            sentence = sentence if joined and not question else 0
        return text
