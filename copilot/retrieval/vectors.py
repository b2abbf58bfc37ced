"""Fills a new generation with vectors: what did not change is carried over, the rest embedded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from copilot.errors import VectorsUnavailableError
from copilot.retrieval.dense import DenseIndex, VectorStores, query_vectors
from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.entries import Entry
from copilot.retrieval.rescaling import MOST_ENTRIES, MOST_QUERIES, Scale

_log = logging.getLogger(__name__)
NOWHERE = "none"  # what a manifest says where the vectors could not be stored
_FEW = 0.2  # share of entries that may be new before the scale is measured again


def store_vectors(
    stores: VectorStores, folder: Path, reuse: Path | None, entries: Sequence[Entry], embeddings: TextEmbeddings,
    reference: TextEmbeddings, progress: Callable[[int, int], None],
) -> str:  # fmt: skip
    """Where the vectors of all entries lie now: the store's name, or NOWHERE while it cannot be reached.

    `reuse` is an earlier generation in the same place, made with the same embedding; `reference` is the embedding that
    the fusion's constants were fitted with. Raises ModelError where the embedding fails.
    """
    wanted = {entry.id for entry in entries}
    try:
        kept = stores.carry_over(reuse, folder, embeddings, wanted) if reuse is not None else set()
        add = [entry for entry in entries if entry.id not in kept]
        progress(0, len(add))
        dense = stores.create(folder, embeddings)
        try:
            dense.update(add, sorted(kept - wanted), progress)
            if embeddings.name != reference.name:
                _scale(dense, entries, embeddings, reference, reuse, len(add)).save(folder)
        finally:
            dense.close()
    except VectorsUnavailableError as error:
        _log.warning("%s新索引先只用词语检索，服务恢复后会自动补上向量。", error)
        return NOWHERE
    return stores.name


def _scale(
    dense: DenseIndex, entries: Sequence[Entry], embeddings: TextEmbeddings, reference: TextEmbeddings,
    reuse: Path | None, n_new: int,
) -> Scale:  # fmt: skip
    """How this embedding's similarities read in the reference's terms; the earlier generation's where little is new."""
    if reuse is not None and Scale.saved(reuse) and n_new <= _FEW * len(entries):
        return Scale.load(reuse)
    sample = sorted(entries, key=lambda entry: entry.id)[:MOST_ENTRIES]  # ids are hashes, so this is a random sample
    asked = [place for place, entry in enumerate(sample) if entry.kind in {"question", "uncovered"}]
    own = (asked or list(range(len(sample))))[:MOST_QUERIES]
    texts, queries = [entry.text for entry in sample], [sample[place].text for place in own]
    given = query_vectors(embeddings, queries), dense.vectors_of([entry.id for entry in sample])
    return Scale.fit(given, (reference.vectors(queries), reference.vectors(texts)), own)

