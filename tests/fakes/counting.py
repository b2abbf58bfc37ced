"""The real default-like embedding, which also remembers what it was asked to embed."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.retrieval import HashedEmbeddings
from copilot.retrieval.embeddings import Vector


class CountingEmbeddings(HashedEmbeddings):
    """Shared list on purpose: every instance of a test writes to `embedded`."""

    embedded: list[str] = []  # noqa: RUF012

    def vectors(self, texts: Sequence[str]) -> Vector:
        CountingEmbeddings.embedded.extend(texts)
        return super().vectors(texts)
