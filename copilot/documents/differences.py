"""What changed between two readings of the same documents, clause by clause and word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from copilot.clauses import Clause

Kind = Literal["new", "changed", "renumbered", "period", "gone"]
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[A-Za-z]+|[^\dA-Za-z]")
_NEAR = 2  # changes with fewer unchanged tokens between them read better as one
_CONTEXT = 8  # characters shown on either side of a change


@dataclass(frozen=True, slots=True)
class Edit:
    """One place where the words changed, with what stands around it."""

    before: str
    removed: str
    added: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that is not as it was. `old` is None for a new clause, `new` for one that is gone."""

    kind: Kind
    old: Clause | None
    new: Clause | None
    edits: tuple[Edit, ...] = ()

    @property
    def clause(self) -> Clause:
        """The clause as it is now, or was last."""
        clause = self.new or self.old
        assert clause is not None
        return clause


def differences(old: Sequence[Clause], new: Sequence[Clause], *, by_version: bool = True) -> list[Difference]:
    """What changed, in the order of the new clauses, those that are gone last.

    Without `by_version` two versions of one document are compared with each other, clause number by clause number.
    """

    def name(clause: Clause) -> tuple[str, str, str]:
        return (clause.document, clause.version if by_version else "", clause.number)

    before, after = {name(clause): clause for clause in old}, {name(clause): clause for clause in new}
    gone = {key: clause for key, clause in before.items() if key not in after}
    moved = {(c.document, c.version if by_version else "", c.title, c.text): c for c in gone.values()}
    found: list[Difference] = []
    for key, clause in after.items():
        was = before.get(key)
        if was is None:
            was = moved.get((clause.document, clause.version if by_version else "", clause.title, clause.text))
            if was is not None and name(was) in gone:
                del gone[name(was)]
                found.append(Difference("renumbered", was, clause))
            else:
                found.append(Difference("new", None, clause))
        elif (was.title, was.text, was.say) != (clause.title, clause.text, clause.say):
            found.append(Difference("changed", was, clause, tuple(edits(_wording(was), _wording(clause)))))
        elif by_version and (was.valid_from, was.valid_until) != (clause.valid_from, clause.valid_until):
            found.append(Difference("period", was, clause))
    return [*found, *(Difference("gone", clause, None) for clause in gone.values())]


def edits(old: str, new: str) -> list[Edit]:
    """The places where two texts differ; figures and Latin words are never cut in the middle."""
    first, second = _TOKEN.findall(old), _TOKEN.findall(new)
    spans: list[list[int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if spans and a - spans[-1][1] < _NEAR:
            spans[-1][1], spans[-1][3] = b, d
        else:
            spans.append([a, b, c, d])
    return [
        Edit(
            "".join(first[:a])[-_CONTEXT:], "".join(first[a:b]), "".join(second[c:d]), "".join(first[b:])[:_CONTEXT]
        )
        for a, b, c, d in spans
    ]  # fmt: skip


def _wording(clause: Clause) -> str:
    return "\n".join((clause.title, clause.text, *clause.say))
