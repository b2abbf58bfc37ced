"""What a review says: one finding per breach, and the verdict over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copilot.conversation import SEVERITIES, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: `quote` stands at `[start, end)` of the draft; something missing has 0, 0 and an empty quote.

    `rewrite` is what could stand in place of the quoted words, or None where nothing short would mend them.
    """

    norm: str
    document: str
    clause: str
    severity: Severity
    start: int
    end: int
    quote: str
    reason: str
    rewrite: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The verdict on one draft, its findings most serious first, and a whole reply that would pass (or None)."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    rewrite: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding that is in question: `found` says whether the review holds it."""

    finding: Finding
    title: str
    found: bool


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """"block" if any finding blocks, else "warn" if any warns, else "pass" (tips alone pass)."""
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "warn" if "warn" in severities else "pass"


def most_serious_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by severity, then by place in the draft; what is missing comes after what was said."""
    return tuple(
        sorted(
            findings,
            key=lambda found: (SEVERITIES.index(found.severity), found.end == 0, found.start, -found.end, found.norm),
        )
    )
