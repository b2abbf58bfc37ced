from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from copilot.retrieval.fusion import EVIDENCE, FEATURES, Calibration, calibration, dense_columns, evidence_of


@pytest.fixture
def columns() -> list[np.ndarray]:
    """Three owners: a clause of the agreement, one of a policy, an uncovered topic; every feature says the same of them."""
    values = {name: np.array([0.2, 0.4, 0.1]) for name in FEATURES}
    return list((values | {"agreement": np.array([1.0, 0.0, 0.0])}).values())


def test_the_shipped_constants_name_every_feature_and_a_cut_within_the_range() -> None:
    constants = calibration()
    assert len(constants.weights) == len(constants.elsewhere) == len(FEATURES)
    assert len(constants.evidence) == len(EVIDENCE)
    assert 0.0 < constants.cutoff < 1.0
    assert constants.scale > 0.0  # the score must rise with the rank


def test_the_agreement_has_weights_of_its_own(columns: list[np.ndarray]) -> None:
    constants = Calibration((1.0,) * len(FEATURES), (2.0,) * len(FEATURES), 1.0, (0.0,) * len(EVIDENCE), 0.0, 0.5)
    changed = replace(constants, weights=(3.0,) * len(FEATURES))
    before, after = constants.ranks(columns), changed.ranks(columns)
    assert after[0] == pytest.approx(3 * before[0])
    assert np.array_equal(after[1:], before[1:])


def test_evidence_tells_clauses_and_topics_apart(columns: list[np.ndarray]) -> None:
    evidence = dict(zip(EVIDENCE, evidence_of(np.array([2.0, 1.0, 0.5]), columns, 2), strict=True))
    assert evidence["second"] == 1.0
    assert evidence["uncovered"] == 0.5
    assert evidence["dense of clauses"] == pytest.approx(0.4)
    assert evidence["dense of topics"] == pytest.approx(0.1)


def test_evidence_stands_without_topics_and_with_a_single_clause(columns: list[np.ndarray]) -> None:
    evidence = evidence_of(np.array([2.0]), [column[:1] for column in columns], 1)
    assert dict(zip(EVIDENCE, evidence, strict=True))["second"] == 0.0
    assert evidence[-1] == 0.0


def test_scores_rise_with_the_rank_and_stay_within_the_range() -> None:
    scores = calibration().scores(np.array([-3.0, 0.0, 5.0, 50.0]), np.zeros(len(EVIDENCE)))
    assert all(np.diff(scores) >= 0.0)
    assert scores.min() >= 0.0
    assert scores.max() <= 1.0


def test_many_near_entries_outweigh_one_that_is_a_little_nearer() -> None:
    best, share = dense_columns([(0, 0.82), (1, 0.8), (1, 0.79), (1, 0.78)], 3)
    assert best[0] > best[1]
    assert share[1] > share[0]
    assert share.sum() == pytest.approx(1.0)
    assert best[2] == share[2] == 0.0


def test_without_near_entries_both_columns_are_zero() -> None:
    assert not np.any(dense_columns([], 2))
