from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from copilot.retrieval.embeddings import Vector
from copilot.retrieval.rescaling import Scale


def unit(rows: Vector) -> Vector:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def squeezed(rows: Vector) -> Vector:
    """The same texts in a space where all of them are close together."""
    return unit(np.hstack([rows, np.full((len(rows), 1), 1.5, dtype=np.float32)]))


@pytest.fixture
def texts() -> Vector:
    return unit(np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32))


def test_a_crowded_space_reads_like_the_wide_one(texts: Vector) -> None:
    own = list(range(50))
    crowded = squeezed(texts)
    scale = Scale.fit((crowded[own], crowded), (texts[own], texts), own)
    for query in range(60, 100):
        raw, wide = crowded @ crowded[query], texts @ texts[query]
        near = np.argsort(-wide)[1:20]
        assert np.abs(scale(raw[near]) - wide[near]).max() < 0.1
        assert raw[near].min() > wide[near].max() - 0.1, "without the scale all would look near"


def test_the_order_never_changes_and_a_text_is_itself(texts: Vector) -> None:
    own = list(range(50))
    scale = Scale.fit((squeezed(texts)[own], squeezed(texts)), (texts[own], texts), own)
    mapped = scale(np.linspace(-1.0, 1.0, 101))
    assert np.all(np.diff(mapped) >= 0.0)
    assert mapped[-1] == pytest.approx(1.0)


def test_too_few_texts_leave_every_similarity_as_it_is(texts: Vector) -> None:
    scale = Scale.fit((texts[:2], texts[:4]), (texts[:2], texts[:4]), [0, 1])
    assert scale(np.array([0.3]))[0] == 0.3


def test_a_scale_loads_as_it_was_saved_and_a_broken_one_changes_nothing(tmp_path: Path, texts: Vector) -> None:
    own = list(range(50))
    scale = Scale.fit((squeezed(texts)[own], squeezed(texts)), (texts[own], texts), own)
    assert not Scale.saved(tmp_path)
    scale.save(tmp_path)
    values = np.linspace(0.0, 1.0, 11)
    assert np.allclose(Scale.load(tmp_path)(values), scale(values), atol=1e-3)
    (tmp_path / "dense-scale.json").write_text("{", "utf-8")
    assert np.array_equal(Scale.load(tmp_path)(values), values)
