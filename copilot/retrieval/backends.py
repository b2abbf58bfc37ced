"""What the index stands on, as the settings ask for it: which embedding, where the vectors lie, which reranker.

Nothing set, nothing loaded: the default embedding and files beside the index. What cannot be had is named once, in one
line, and the default serves until the next start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from copilot.errors import ModelError
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.dense import EmbeddedVectors, VectorStores
from copilot.retrieval.embeddings import TextEmbeddings, default_embeddings
from copilot.retrieval.reranking import PairScorer, Reranker, TimedReranker
from copilot.settings import Settings

_log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
EmbeddingsFor = Callable[[Lexicon], TextEmbeddings]


@dataclass(frozen=True)
class Backends:
    """The parts that an index is opened with; `Backends()` is what needs no setting."""

    embeddings: EmbeddingsFor = default_embeddings
    vectors: VectorStores = field(default_factory=EmbeddedVectors)
    reranker: Reranker | None = None

    @classmethod
    def from_settings(cls, settings: Settings, progress: Progress | None = None) -> Backends:
        """The parts that the settings name; neither model nor server is looked at yet."""
        return cls(
            embeddings=ChosenEmbeddings(settings.embeddings, progress) if settings.embeddings else default_embeddings,
            vectors=_server(settings, settings.chroma_url) if settings.chroma_url else EmbeddedVectors(),
            reranker=chosen_reranker(settings.reranker, progress) if settings.reranker else None,
        )


def _server(settings: Settings, url: str) -> VectorStores:
    from copilot.retrieval.chroma_server import ServerVectors

    token = settings.chroma_token.get_secret_value() if settings.chroma_token else ""
    return ServerVectors(url, token=token, tenant=settings.chroma_tenant, database=settings.chroma_database)


class ChosenEmbeddings:
    """Gives the embedding that a setting names, or the default one from the moment it fails."""

    def __init__(self, given: str, progress: Progress | None = None) -> None:
        self.given, self._progress = given, progress
        self._chosen: TextEmbeddings | None = None
        self.fault = ""  # why the default serves; empty while the chosen one does

    def __call__(self, lexicon: Lexicon) -> TextEmbeddings:
        if self._chosen is None and not self.fault:
            self._choose()
        return default_embeddings(lexicon) if self._chosen is None or self.fault else self._chosen

    def _choose(self) -> None:
        from copilot.retrieval.fetching import find_model
        from copilot.retrieval.models import open_embeddings

        try:
            self._chosen = open_embeddings(self.given, partial(find_model, progress=self._progress), self.give_up)
        except ModelError as error:
            self.give_up(error)

    def give_up(self, error: ModelError) -> None:
        """Serve the default from now on, and say why, once."""
        if not self.fault:
            self.fault = str(error)
            _log.warning("%s检索先用自带的小模型。", error)


def chosen_reranker(given: str, progress: Progress | None = None) -> TimedReranker:
    """The reranker of this name or folder; found and loaded when it is first needed."""
    def scorer() -> PairScorer:
        from copilot.retrieval.fetching import find_model
        from copilot.retrieval.models import CrossEncoderScorer

        return CrossEncoderScorer(given, find_model(given, progress))

    return TimedReranker(given, scorer)
