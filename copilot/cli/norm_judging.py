"""The examples of the norms judged: which bad ones are missed, and which good ones are flagged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot.cli.norm_checking import Inspection
from copilot.cli.norm_words import today
from copilot.conversation import Conversation

if TYPE_CHECKING:
    from copilot.norms import Reviewer


@dataclass(frozen=True, slots=True)
class Misjudged:
    """An example that is judged otherwise than it is filed: `norms` are what flagged a good one."""

    place: str
    norm: str
    bad: bool
    customer: str
    reply: str
    norms: tuple[str, ...]


def judge_examples(
    inspection: Inspection, reviewer: Reviewer, only: Collection[str] | None, progress: Callable[[int, int], None]
) -> tuple[list[Misjudged], int]:
    """The examples judged otherwise than they are filed, and how many were judged; of the norms `only`, if given.

    A bad one counts as found when any norm of weight speaks up, as long as its own norm is no mere tip.
    """
    norms = {norm.id: norm for norm in reviewer.norms}
    sets = [entry for entry in inspection.examples if only is None or entry.record.norm in only]
    total = sum(len(entry.record.bad) + len(entry.record.good) for entry in sets)
    wrong: list[Misjudged] = []
    done, day = 0, today()
    for entry in sets:
        norm = norms.get(entry.record.norm)
        for kind, lines in (("bad", entry.record.bad), ("good", entry.record.good)):
            for position, line in enumerate(lines):
                done += 1
                progress(done, total)
                if kind == "bad" and (norm is None or not norm.holds_on(day)):
                    continue
                review = reviewer.review(line.reply, Conversation.from_customer(line.customer), with_rewrite=False)
                found = tuple(dict.fromkeys(each.norm for each in review.findings))
                own = entry.record.norm in found
                flagged = own or review.verdict != "pass"
                missed = norm is not None and not own and (norm.severity == "tip" or review.verdict == "pass")
                if missed if kind == "bad" else flagged:
                    place = entry.place(kind, position)
                    wrong.append(Misjudged(place, entry.record.norm, kind == "bad", line.customer, line.reply, found))
    return wrong, total
