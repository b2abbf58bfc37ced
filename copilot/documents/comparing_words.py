"""The words by which clauses are compared, read from `knowledge/comparing.yaml`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from copilot.language import normalise, words
from copilot.workspace import DataRecord, Workspace, builtin_workspace

_FILE = "comparing.yaml"
_HALF = 0.5  # what two words count that begin alike: 开具 and 开出


class _Lists(DataRecord):
    """The file."""

    same: tuple[tuple[str, ...], ...] = ()
    differ: tuple[tuple[str, ...], ...] = ()
    narrow: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """How far two figures are about the same: words in common, and words that only one of them has."""

    common: float
    first_only: int
    second_only: int


Kinds = Mapping[int, frozenset[str]]  # by the place of the set of contrasts
# Characters that are words of their own; others that are left single belong together: 解, 绑.
_PARTICLES = frozenset("的了在后前内外可由与和或及从起至每按给把被将要并等为以是有会能其所该此则须应当时者若如用于对向就都也还又再只")


class ComparingWords:
    """Which words mean the same, which are contrasts, which narrow a rule to a special case, which say nothing."""

    def __init__(
        self, same: Sequence[Sequence[str]] = (), differ: Sequence[Sequence[str]] = (),
        narrow: Sequence[str] = (), generic: Sequence[str] = (), start: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._start = frozenset(start)
        plain = {word: normalise(word).text for group in (*same, *differ, narrow, generic) for word in group}
        self._name_of = {plain[word]: plain[group[0]] for group in reversed(same) for word in group}
        self._generic = frozenset(plain[word] for word in generic)
        self._narrow = frozenset(plain[word] for word in narrow)
        self._sets_of: dict[str, list[int]] = defaultdict(list)
        for place, group in enumerate(differ):
            for word in group:
                self._sets_of[plain[word]].append(place)
        self._starting: dict[str, list[str]] = defaultdict(list)
        for word in sorted({*self._name_of, *self._sets_of, *self._narrow}):
            self._starting[word[0]].append(word)

    @classmethod
    def read(cls, workspace: Workspace) -> ComparingWords:
        """The words of the workspace, or the built-in ones where it has none. Raises WorkspaceError."""
        own = workspace if (workspace.knowledge / _FILE).is_file() else builtin_workspace()
        lists = own.read_record(_FILE, _Lists)
        return cls(lists.same, lists.differ, lists.narrow, lists.generic, lists.start)

    def watched(self, text: str) -> frozenset[str]:
        """The words of the lists that stand in a normal form, also inside of what is taken for one word."""
        return frozenset(
            word
            for place, character in enumerate(text) if character in self._starting
            for word in self._starting[character] if text.startswith(word, place)
        )  # fmt: skip

    def names(self, text: str) -> frozenset[str]:
        """The words of a normal form that say what it is about, each under the name of its group."""
        found = {word for word in _joined(words(text)) if len(word) > 1 and not word[0].isdigit()}
        found.update(word for word in self.watched(text) if word in self._name_of or word in self._sets_of)
        whole = {word for word in found if not any(word != other and word in other for other in found)}
        return frozenset(self._name_of.get(word, word) for word in whole - self._generic)

    def weak(self, text: str) -> frozenset[str]:
        """The words of a normal form that say little; in common they are a sign, alone they are none."""
        return frozenset(words(text)) & self._generic

    def kinds(self, *texts: str) -> Kinds:
        """The contrasts that apply: of each set, the words in the first text that holds any, for the closest decide."""
        found: dict[int, frozenset[str]] = {}
        for text in texts:
            here: dict[int, set[str]] = defaultdict(set)
            for word in self.watched(text):
                for place in self._sets_of.get(word, ()):
                    here[place].add(word)
            found.update((place, frozenset(those)) for place, those in here.items() if place not in found)
        return found

    def cases(self, text: str) -> frozenset[str]:
        """The special cases that a normal form names."""
        return self.watched(text) & self._narrow

    def same_start(self, first: tuple[str, str] | None, second: tuple[str, str] | None) -> bool:
        """Whether two times may be counted from the same: from events that share a character or are both a beginning."""
        if first is None or second is None:
            return True
        (one, after), (other, also_after) = first, second
        return after == also_after and bool(set(one) & set(other) or {one, other} <= self._start)

    @staticmethod
    def contrast(first: Kinds, second: Kinds) -> bool:
        """Whether two texts differ in one of the contrasts."""
        return any(not words & second[place] for place, words in first.items() if place in second)

    @staticmethod
    def alike(first: Kinds, second: Kinds) -> bool:
        """Whether two texts have a word of a contrast in common."""
        return any(words & second[place] for place, words in first.items() if place in second)

    def shared(self, first: frozenset[str], second: frozenset[str], first_text: str, second_text: str) -> Shared:
        """Compare what two figures are about (`names`), each in view of all that the other text says."""
        first_only = {name for name in first - second if name not in second_text}
        second_only = {name for name in second - first if name not in first_text}
        common = float(len(first | second) - len(first_only) - len(second_only))
        for name in sorted(first_only):
            begin_alike = (each for each in sorted(second_only) if each[0] == name[0] and len(each) == len(name))
            alike = next(begin_alike, None)
            if alike is not None:
                first_only.discard(name)
                second_only.discard(alike)
                common += _HALF
        return Shared(common, len(first_only), len(second_only))


def _joined(found: Iterable[str]) -> Iterator[str]:
    """The words, with runs of single characters that are no particles joined into one."""
    run = ""
    for word in found:
        if len(word) == 1 and word not in _PARTICLES and not word.isascii():
            run += word
            continue
        if run:
            yield run
        run = ""
        yield word
    if run:
        yield run
