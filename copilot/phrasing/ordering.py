"""Ordering: the best first, and the first ones different in kind and in words."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.conversation import Conversation
from copilot.phrasing.compose import Draft
from copilot.phrasing.overlap import pairs_of, repeats, similarity

_SAME_KIND, _SAME_WORDS = 2.5, 4.0
_SAME_MATTER = 1.0  # who names two troubles is answered on both
_TOO_ALIKE = 0.8
_FAR_BEHIND = 9.5  # what fits this much worse than the best is left out: less rather than more
_LOOKED_AT = 30
_SHOWN = 3


def ordered(drafts: Sequence[Draft], conversation: Conversation, at_most: int) -> list[Draft]:
    """At most `at_most` drafts: each time the one with the best score less what it repeats of those before it."""
    pool = sorted(drafts, key=lambda draft: (-draft.score, draft.text))[:_LOOKED_AT]
    if not pool:
        return []
    floor = max((draft.score for draft in pool if not draft.urgent), default=0.0) - _FAR_BEHIND
    pool = [draft for draft in pool if draft.score >= floor and not repeats(draft.text, conversation.agent_texts)]
    pairs = {id(draft): pairs_of(draft.text) for draft in pool}
    places = {id(draft): place for place, draft in enumerate(drafts)}
    chosen: list[Draft] = []
    alike = {id(draft): 0.0 for draft in pool}
    while pool and len(chosen) < at_most:
        kinds, matters = [draft.style for draft in chosen], {draft.matter for draft in chosen}
        best = max(
            pool,
            key=lambda draft: (
                draft.score
                - _SAME_KIND * min(2, kinds.count(draft.style))
                - _SAME_WORDS * alike[id(draft)]
                - _SAME_MATTER * (draft.matter != "" and draft.matter in matters),
                -places[id(draft)],
            ),
        )
        chosen.append(best)
        pool = [draft for draft in pool if draft is not best]
        for draft in pool:
            alike[id(draft)] = max(alike[id(draft)], similarity(pairs[id(draft)], pairs[id(best)]))
        pool = [draft for draft in pool if alike[id(draft)] < _TOO_ALIKE]
    return chosen


def naming(chosen: Sequence[Draft], drafts: Sequence[Draft], word: str | None) -> list[Draft]:
    """The chosen drafts with one among the first three that names the matter in the customer's own word.

    Where none of them does, the best other draft that does takes the third place, of that one's kind or of one that the
    first two are not. Nothing changes in danger, or where no draft names the word.
    """
    first = chosen[:_SHOWN]
    if word is None or len(first) < _SHOWN or any(draft.urgent or word in draft.text for draft in first):
        return list(chosen)
    kinds = {draft.style for draft in first[:-1]}
    fit = [draft for draft in drafts if word in draft.text and draft.style not in kinds]
    if not fit:
        return list(chosen)
    best = max(fit, key=lambda draft: (draft.style == first[-1].style, draft.score))
    return [*first[:-1], best, first[-1], *(draft for draft in chosen[_SHOWN:] if draft is not best)]
