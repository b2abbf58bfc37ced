"""The one room that sees everything: settings in, real parts put together.

No other module fetches its own database, index or model. Tests call the same functions with other settings.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from copilot.engine import Copilot
from copilot.llm import LanguageModel
from copilot.settings import Settings
from copilot.workspace import open_workspace

if TYPE_CHECKING:
    from copilot.desk import Desk
    from copilot.records.sealing import Safe
    from copilot.retrieval import Index
    from copilot.retrieval.embeddings import TextEmbeddings
    from copilot.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that a running copilot shares between its doors."""

    settings: Settings
    copilot: Copilot
    store: Store
    desk: Desk


def build_copilot(
    settings: Settings, on_index_progress: Callable[[str, int, int], None] | None = None
) -> Copilot:
    """The engine over the workspace of the settings. Raises WorkspaceError when there is none."""
    return Copilot(
        open_workspace(settings.workspace),
        settings.home,
        on_index_progress=on_index_progress,
        model=LanguageModel.from_settings(settings),
        open_index=partial(open_index, settings, on_index_progress),
        embeddings=partial(chosen_embeddings, settings) if settings.embeddings else None,
    )


def chosen_embeddings(settings: Settings) -> TextEmbeddings | None:
    """The embedding model of the settings for what is not the index; None where none is set. Raises ModelError."""
    from copilot.retrieval.fetching import find_model
    from copilot.retrieval.models import open_embeddings

    return open_embeddings(settings.embeddings, find_model, lambda error: None) if settings.embeddings else None


def open_index(
    settings: Settings, progress: Callable[[str, int, int], None] | None = None, *, anew: bool = False
) -> Index:
    """The index over the workspace, with the embedding, vector store and reranker of the settings.

    `anew` builds it even where nothing changed. Raises WorkspaceError, IndexUnavailableError.
    """
    from copilot.retrieval import Index
    from copilot.retrieval.backends import Backends

    chosen = Backends.from_settings(settings, progress)
    return Index.open(
        open_workspace(settings.workspace), settings.home, progress, anew=anew,
        embeddings=chosen.embeddings, vectors=chosen.vectors, reranker=chosen.reranker,
    )  # fmt: skip


def open_safe(settings: Settings) -> Safe:
    """What seals service records, with the keys of the settings. Raises RecordKeyError for what is no key."""
    from copilot.records.sealing import Safe

    keys = (settings.record_key, settings.record_old_key)
    return Safe(*(key.get_secret_value() if key is not None else "" for key in keys))


@asynccontextmanager
async def open_services(settings: Settings, copilot: Copilot | None = None) -> AsyncIterator[Services]:
    """All parts of a running copilot; the database and the model's connections are closed at the end. Raises StoreError, WorkspaceError."""
    from copilot.desk import Desk, Duty
    from copilot.store import Store

    settings.home.mkdir(parents=True, exist_ok=True)
    engine = copilot or build_copilot(settings)
    store = await Store.open(settings.database)
    duty = Duty.of_chats(settings.supervisor_chat, settings.supervisor_minutes)
    try:
        yield Services(settings, engine, store, Desk(engine, store, duty=duty, safe=open_safe(settings)))
    finally:
        if engine.model is not None:
            await engine.model.aclose()
        await store.close()
