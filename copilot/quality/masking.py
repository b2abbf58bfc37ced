"""What reports show of a conversation: its texts as `copilot.reading.veil` shows them, and its name."""

from __future__ import annotations

from collections.abc import Callable

from copilot.reading import Masked
from copilot.reading.veil import Veil

__all__ = ["Veil", "shown_id"]

_TELLING = frozenset({"phone", "id_card", "bank_card", "email"})  # what must not serve as a conversation's name


def shown_id(identity: str, mask: Callable[[str], Masked] | None) -> str:
    """A conversation's name as it may be shown: one that is a phone number, card or address of a person is masked."""
    if mask is None:
        return identity
    masked = mask(identity)
    return masked.masked if any(span.type in _TELLING for span in masked.spans) else identity
