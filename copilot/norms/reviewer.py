"""The reviewer: holds a draft against every norm, as a good quality lead would, within a millisecond."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.errors import WorkspaceError
from copilot.norms.accepted import Accepted
from copilot.norms.findings import Doubt, Finding, Review, most_serious_first, verdict_of
from copilot.norms.grey import DOUBTFUL, in_question
from copilot.norms.matching import Hit, Matcher
from copilot.norms.model import NORMS_FOLDER, Norm, place_of, read_examples, read_fittings, read_norms
from copilot.norms.opinion import SecondOpinion
from copilot.norms.rewriting import Fittings, mended_words, rewritten
from copilot.norms.segments import Segment
from copilot.norms.situation import Judge, Situation
from copilot.workspace import Workspace

_MORE = 1  # norm that the models may name beside what a rule found
_SURE_OF_CLAUSE = 0.45  # ... when its clause is at least this likely
if TYPE_CHECKING:
    from copilot.norms.head import Embeds

_EDGES = frozenset(" \t\n，,、。；;：:")


class Reviewer:
    """Judges drafts. Raises WorkspaceError, naming file and line, when a norm cannot be used.

    `cache` is a folder for trained weights; it is made when needed, and training again is all that its loss costs.
    """

    def __init__(
        self, workspace: Workspace, reader: Judge, cache: Path, accepted: Accepted | None = None,
        embeddings: Callable[[], Embeds | None] | None = None,
    ) -> None:  # fmt: skip
        """`accepted` knows the replies that trainers accepted after a dispute; `embeddings` gives a chosen model."""
        self._accepted = accepted
        self.norms: tuple[Norm, ...] = read_norms(workspace)
        self._reader = reader
        self._fittings = Fittings(*read_fittings(workspace))
        self._matcher = _matcher(workspace, self.norms)
        self._opinion = SecondOpinion(
            workspace, self.norms, lambda: read_examples(workspace, self.norms), reader, cache, embeddings
        )
        self._opinion.prepare()
        # The rewrite judged last: whoever is offered it and asks again, as everybody should, does not wait again.
        self._proof: tuple[str, Conversation, Review] | None = None

    def review(
        self, draft: str, conversation: Conversation, *, with_rewrite: bool = True, said: str | None = None
    ) -> Review:
        """Everything that is wrong with `draft` as the next message after `conversation`, and the verdict.

        With `with_rewrite`, also a whole reply that passes this same review, or None where none could be made. `said` is
        what the agent wrote, where `draft` is that with quotations blanked out.
        """
        proof, self._proof = self._proof, None
        if not with_rewrite and proof is not None and proof[0] == draft and proof[1] is conversation:
            return proof[2]
        situation = Situation(draft, conversation, self._reader)
        hits = self.hits(situation)
        if self._accepted is not None:
            hits = self._accepted.without(hits, situation, said)
        findings = most_serious_first(self._finding(situation, hit) for hit in hits)
        verdict = verdict_of(findings)
        if verdict == "pass" or not with_rewrite:
            return Review(verdict, findings)
        serious = [hit for hit in hits if hit.norm.severity != "tip"]
        fitting = self._fittings.to(situation.customer.text)
        better = rewritten(situation.draft, serious, lambda text: self._passes(text, conversation), fitting)
        return Review(verdict, findings, better)

    def warm(self) -> None:
        """Make everything ready now, so that the first drafts are judged as fast as the others."""
        self._matcher.warm()

    def in_question(self, draft: str, conversation: Conversation) -> tuple[Doubt, ...]:
        """The norms of which the reviewer is not sure whether the draft breaks them; none that a rule found."""
        situation = Situation(draft, conversation, self._reader)
        hits = self.hits(situation)
        if self._accepted is not None and len(self._accepted.without(hits, situation, None)) < len(hits):
            return ()  # a trainer has decided about this reply
        doubts = in_question(hits, self._opinion.leanings(situation, DOUBTFUL))
        return tuple(
            Doubt(self._finding(situation, Hit(each.norm, each.start, each.end, "warn")), each.norm.title, each.found)
            for each in doubts
        )

    def _passes(self, text: str, conversation: Conversation) -> bool:
        review = self.review(text, conversation, with_rewrite=False)
        self._proof = (text, conversation, review)
        return review.verdict == "pass"

    def hits(self, situation: Situation) -> list[Hit]:
        hits = self._matcher.hits(situation)
        serious = [hit for hit in hits if hit.norm.severity != "tip"]
        places = [Segment(hit.start, hit.end) for hit in serious]
        if serious and all(hit.norm.broad for hit in serious) and self._opinion.finds_nothing(situation, places):
            return [hit for hit in hits if hit not in serious]
        named = {hit.norm.clause for hit in serious}
        for opinion in self._opinion.of(situation)[: _MORE if serious else None]:
            if opinion.norm.clause not in named and (not serious or opinion.share >= _SURE_OF_CLAUSE):
                hits.append(Hit(opinion.norm, opinion.start, opinion.end, opinion.severity))
        return hits

    def _finding(self, situation: Situation, hit: Hit) -> Finding:
        draft = situation.draft
        start, end = draft.normal.span(hit.start, hit.end) if hit.end > hit.start else (0, 0)
        start, end = _without_edges(draft.original, start, end)
        norm, quote = hit.norm, draft.original[start:end]
        return Finding(
            norm=norm.id, document=norm.document, clause=norm.clause, severity=hit.severity or norm.severity,
            start=start, end=end, quote=quote, reason=norm.reason,
            rewrite=mended_words(norm, quote) if quote else (norm.say[0] if norm.say else None),
        )  # fmt: skip


def _matcher(workspace: Workspace, norms: tuple[Norm, ...]) -> Matcher:
    """The matcher over all norms. Raises WorkspaceError naming file and line of the norm whose pattern is broken."""
    try:
        return Matcher(norms)
    except ValueError as error:
        broken = next((norm for norm in norms if _is_broken(norm)), None)
        place = place_of(workspace, NORMS_FOLDER, f"id: {broken.id}") if broken else f"knowledge/{NORMS_FOLDER}"
        name = f"规范 {broken.id} 的" if broken else ""
        raise WorkspaceError(f"{place}：{name}{error}，请改正这条写法。") from error


def _is_broken(norm: Norm) -> bool:
    try:
        Matcher([norm])
    except ValueError:
        return True
    return False


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without commas and blanks at its edges, which patterns take along; never an empty one for words."""
    first, last = start, end
    while first < last and text[first] in _EDGES:
        first += 1
    while last > first and text[last - 1] in _EDGES:
        last -= 1
    return (first, last) if first < last else (start, end)
