"""Fits the constants of `calibration.json`: `python -m copilot.retrieval.tuning [WORKSPACE] [--write]`.

A quarter of the questions, covered and uncovered, is left out of the index and asked; four times, so that each is asked
once. Some uncovered topics are left out whole: those are subjects that nobody foresaw. The rank is fitted as a choice among all owners (a softmax), the curve as a logistic
regression on whether the clause ranked first answers the question. Figures come from weights that never saw the
questions they are measured on.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.clauses import QuestionSet, UncoveredTopic, read_clauses, read_questions, read_uncovered
from copilot.conversation import AGREEMENT
from copilot.retrieval.asked import AskedColumns, AskedModel
from copilot.retrieval.concepts import Lexicon, read_concepts
from copilot.retrieval.embeddings import default_embeddings
from copilot.retrieval.entries import entries_of
from copilot.retrieval.fields import Fields, Rows, owners_of
from copilot.retrieval.fusion import FEATURES
from copilot.retrieval.searcher import agreement_column
from copilot.workspace import Workspace, open_workspace

FOLDS = 4
_REFUSED_COVERED = 0.05  # share of questions over the agreement that may be refused; the cut-off is set by it


@dataclass(frozen=True)
class Asked:
    """One question left out: `answer` is the position of its clause, -1 for an uncovered one; `rows` (n_owners, f)."""

    text: str
    answer: int
    agreement: bool
    rows: Rows
    n_clauses: int


def _fold(text: str) -> int:
    return zlib.crc32(text.encode()) % FOLDS


def ask_left_out(workspace: Workspace, fold: int) -> list[Asked]:
    """The questions of one fold, asked of an index without them."""
    clauses = read_clauses(workspace)
    sets, topics = read_questions(workspace, clauses), read_uncovered(workspace)
    lexicon = Lexicon(read_concepts(workspace))
    kept_topics, left_topics = _split(topics, fold)
    entries = entries_of(clauses, _without(sets, fold), kept_topics)
    fields, owners = Fields.build(entries, lexicon), owners_of(entries)
    embeddings = default_embeddings(lexicon)
    vectors = embeddings.vectors([entry.text for entry in entries])
    agreement = agreement_column(clauses, len(kept_topics))
    position = {clause.ref: i for i, clause in enumerate(clauses)}
    places = {(clause.document, clause.number): i for i, clause in enumerate(clauses)}
    learnt = AskedColumns(AskedModel.fit(entries, lexicon), places, int(owners[-1]) + 1, len(clauses))

    def ask(text: str, answer: int) -> Asked:
        similarity = (vectors @ embeddings.vectors([text])[0]).clip(0.0, 1.0)
        similarity[np.argsort(-similarity)[60:]] = 0.0
        dense = np.zeros(int(owners[-1]) + 1)
        np.maximum.at(dense, owners, similarity)
        rows = np.column_stack([*fields.columns(text), dense, agreement, *learnt.scores(text, lexicon)])
        return Asked(text, answer, answer >= 0 and clauses[answer].document == AGREEMENT, rows, len(clauses))

    covered = [ask(text, position[entry.ref]) for entry in sets for text in entry.questions if _fold(text) == fold]
    return covered + [ask(text, -1) for text in left_topics]


def _split(topics: Sequence[UncoveredTopic], fold: int) -> tuple[list[UncoveredTopic], list[str]]:
    """(topics that stay in the index, questions left out); every third topic goes as a whole, of the others questions."""
    kept: list[UncoveredTopic] = []
    left: list[str] = []
    for topic in topics:
        whole = zlib.crc32(topic.id.encode()) % 3 == 0
        out = [text for text in topic.questions if _fold(topic.id if whole else text) == fold]
        stay = tuple(text for text in topic.questions if text not in out)
        left += out
        if stay:
            kept.append(topic.model_copy(update={"questions": stay}))
    return kept, left


def _without(sets: Sequence[QuestionSet], fold: int) -> list[QuestionSet]:
    return [
        entry.model_copy(update={"questions": tuple(text for text in entry.questions if _fold(text) != fold)})
        for entry in sets
    ]


def fit_rank(asked: Sequence[Asked]) -> npt.NDArray[np.float64]:
    """Weights by FEATURES that make the right clause the likely choice among all clauses."""
    from scipy.optimize import minimize

    covered = [item for item in asked if item.answer >= 0]
    rows = np.stack([item.rows[: item.n_clauses] for item in covered])
    answers, which = np.array([item.answer for item in covered]), np.arange(len(covered))

    def loss(weights: Rows) -> tuple[float, Rows]:
        logits = rows @ weights
        logits -= logits.max(axis=1, keepdims=True)
        share = np.exp(logits)
        share /= share.sum(axis=1, keepdims=True)
        value = -np.log(share[which, answers] + 1e-12).mean() + 1e-3 * float(weights @ weights)
        share[which, answers] -= 1.0
        return float(value), np.einsum("qo,qof->f", share, rows) / len(covered) + 2e-3 * weights

    return np.asarray(minimize(loss, np.ones(len(FEATURES)), jac=True).x)


def curve_inputs(asked: Sequence[Asked], weights: Rows) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """(rank of the first clause, rank of the nearest uncovered topic) per question, and whether it is covered."""
    pairs = []
    for item in asked:
        ranks = item.rows @ weights
        pairs.append((ranks[: item.n_clauses].max(), ranks[item.n_clauses :].max(initial=0.0)))
    return np.array(pairs), np.array([item.answer >= 0 for item in asked])


def fit_curve(asked: Sequence[Asked], weights: Rows) -> tuple[float, float, float, float]:
    """(scale, uncovered, bias, cutoff) of the probability that the documents cover a question."""
    from sklearn.linear_model import LogisticRegression

    pairs, covered = curve_inputs(asked, weights)
    model = LogisticRegression(C=10.0, class_weight="balanced").fit(pairs, covered)
    probability = model.predict_proba(pairs)[:, 1]
    conduct = np.array([item.agreement for item in asked])
    cutoff = float(np.quantile(probability[conduct if conduct.any() else covered], _REFUSED_COVERED))
    return float(model.coef_[0, 0]), float(model.coef_[0, 1]), float(model.intercept_[0]), cutoff


def measure(asked: Sequence[Asked], weights: Rows, curve: tuple[float, float, float, float]) -> dict[str, float]:
    """Shares in [0, 1]: right clause first and among three, covered and uncovered questions refused."""
    places = np.array([_place(item, weights) for item in asked if item.answer >= 0])
    conduct = np.array([item.agreement for item in asked if item.answer >= 0])
    pairs, covered = curve_inputs(asked, weights)
    scale, uncovered, bias, cutoff = curve
    refused = 1.0 / (1.0 + np.exp(-(scale * pairs[:, 0] + uncovered * pairs[:, 1] + bias))) < cutoff
    figures = {
        "first": (places < 1).mean(), "among_three": (places < 3).mean(),
        "agreement_first": (places[conduct] < 1).mean(), "agreement_among_three": (places[conduct] < 3).mean(),
        "covered_refused": refused[covered].mean(), "uncovered_refused": refused[~covered].mean(),
    }  # fmt: skip
    return {name: round(float(value), 3) for name, value in figures.items()}


def _place(item: Asked, weights: Rows) -> int:
    ranks = (item.rows @ weights)[: item.n_clauses]
    order = np.argsort(-ranks, kind="stable")
    return int(np.flatnonzero(order == item.answer)[0])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--write", action="store_true", help="replace calibration.json")
    options = parser.parse_args(arguments)
    workspace = open_workspace(options.workspace)
    folds = [ask_left_out(workspace, fold) for fold in range(FOLDS)]
    figures = []
    for fold, left_out in enumerate(folds):
        seen = [item for other, items in enumerate(folds) if other != fold for item in items]
        weights = fit_rank(seen)
        figures.append(measure(left_out, weights, fit_curve(seen, weights)))
    for name in figures[0]:
        sys.stdout.write(f"{name:24}{np.mean([figure[name] for figure in figures]):.3f}\n")
    if options.write:
        _write([item for items in folds for item in items])


def _write(asked: Sequence[Asked]) -> None:
    weights = fit_rank(asked)
    scale, uncovered, bias, cutoff = (round(value, 4) for value in fit_curve(asked, weights))
    content = {
        "weights": {name: round(float(value), 3) for name, value in zip(FEATURES, weights, strict=True)},
        "scale": scale, "uncovered": uncovered, "bias": bias, "cutoff": cutoff,
    }  # fmt: skip
    target = Path(__file__).with_name("calibration.json")
    target.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
