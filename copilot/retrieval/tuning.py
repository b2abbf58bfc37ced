"""Fits the constants of `calibration.json`: `python -m copilot.retrieval.tuning [WORKSPACE] [--write]`.

A quarter of the questions, covered and uncovered, is left out of the index, of the embedding's training and of the asked
model, and asked. Neighbouring lines go together, since they are alike. Some uncovered topics are left out whole: those
are subjects that nobody foresaw. The rank is fitted as a choice among all owners (a softmax), the curve as a logistic
regression on whether the documents cover the question. Figures come from constants fitted on the other half of what was
asked. Needs the extra "models".
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from copilot.clauses import QuestionSet, UncoveredTopic, read_clauses, read_questions, read_uncovered
from copilot.conversation import AGREEMENT
from copilot.retrieval.asked import AskedColumns, AskedModel
from copilot.retrieval.concepts import Lexicon, read_concepts
from copilot.retrieval.embeddings import HashedEmbeddings
from copilot.retrieval.entries import entries_of, places_of, searched
from copilot.retrieval.fields import FIELDS, Fields, Rows, owners_of
from copilot.retrieval.fusion import EVIDENCE, FEATURES, dense_columns, evidence_of
from copilot.retrieval.searcher import agreement_column
from copilot.retrieval.static import StaticEmbeddings
from copilot.retrieval.training import groups_of, train
from copilot.workspace import Workspace, open_workspace

_PARTS = 4  # one of them is left out
_TOGETHER = 5  # neighbouring questions of a clause that are left out together
_NEAREST = 60  # entries, as in a search
_CURVE_C = 0.1  # inverse strength of the penalty on the curve's weights
_ELSEWHERE = 0.2  # the say of questions about other documents; there are far fewer of them
_REFUSED_COVERED = 0.05  # share of questions over the agreement that may be refused; the cut-off is set by it


@dataclass(frozen=True)
class Asked:
    """One question left out: `answer` is the position of its clause, -1 for an uncovered one; `rows` (n_owners, f)."""

    text: str
    answer: int
    agreement: bool
    rows: Rows
    n_clauses: int
    hashed: Rows  # (n_owners,): the similarity under the embedding that learns nothing, to compare with


def left_out(name: str, place: int = 0) -> bool:
    """Whether question number `place` of the clause or topic `name` is left out; the same in every run."""
    return zlib.crc32(f"{name} {place // _TOGETHER}".encode()) % _PARTS == 0


def ask_left_out(workspace: Workspace, folder: Path, train_embedding: bool = True) -> list[Asked]:
    """The questions left out, asked of an index without them; the embedding for it is trained into `folder` first."""
    clauses = read_clauses(workspace)
    sets, topics = read_questions(workspace, clauses), read_uncovered(workspace)
    lexicon = Lexicon(read_concepts(workspace))
    kept_topics, left_topics = _split(topics)
    entries = entries_of(clauses, _without(sets), kept_topics)
    if train_embedding:
        train(groups_of(entries, workspace), lexicon, folder)
    embeddings = StaticEmbeddings(lexicon, folder)
    learnt_from, entries = entries, searched(entries)
    fields, owners = Fields.build(entries, lexicon), owners_of(entries)
    vectors = embeddings.vectors([entry.text for entry in entries])
    hashed = HashedEmbeddings(lexicon)
    hashed_vectors = hashed.vectors([entry.text for entry in entries])
    n_owners = int(owners[-1]) + 1
    agreement = agreement_column(clauses, len(kept_topics))
    position = {clause.ref: i for i, clause in enumerate(clauses)}
    learnt = AskedColumns(AskedModel.fit(learnt_from, lexicon), places_of(clauses), n_owners, len(clauses))

    def ask(text: str, answer: int) -> Asked:
        similarity = (vectors @ embeddings.vectors([text])[0]).clip(-1.0, 1.0)
        nearest = np.argpartition(-similarity, _NEAREST)[:_NEAREST]
        dense = dense_columns(((int(owners[i]), float(similarity[i])) for i in nearest), n_owners)
        rows = np.column_stack([*fields.columns(text), *dense, agreement, *learnt.scores(text, lexicon)])
        plain = np.zeros(n_owners)
        np.maximum.at(plain, owners, (hashed_vectors @ hashed.vectors([text])[0]).clip(0.0, 1.0))
        return Asked(text, answer, answer >= 0 and clauses[answer].document == AGREEMENT, rows, len(clauses), plain)

    covered = [
        ask(text, position[entry.ref])
        for entry in sets
        for place, text in enumerate(entry.questions)
        if left_out(entry.id, place)
    ]
    return covered + [ask(text, -1) for text in left_topics]


def _split(topics: Sequence[UncoveredTopic]) -> tuple[list[UncoveredTopic], list[str]]:
    """(topics that stay in the index, questions left out); every third topic goes as a whole, of the others questions."""
    kept: list[UncoveredTopic] = []
    left: list[str] = []
    for topic in topics:
        whole = zlib.crc32(topic.id.encode()) % 3 == 0
        out = [text for place, text in enumerate(topic.questions) if whole or left_out(topic.id, place)]
        stay = tuple(text for text in topic.questions if text not in out)
        left += out
        if stay:
            kept.append(topic.model_copy(update={"questions": stay}))
    return kept, left


def _without(sets: Sequence[QuestionSet]) -> list[QuestionSet]:
    return [
        entry.model_copy(
            update={"questions": tuple(text for place, text in enumerate(entry.questions) if not left_out(entry.id, place))}
        )
        for entry in sets
    ]


def fit_rank(asked: Sequence[Asked]) -> Rows:
    """Weights of shape (2, n_features), for the agreement and elsewhere, that make the right clause the likely choice."""
    from scipy.optimize import minimize

    covered = [item for item in asked if item.answer >= 0]
    rows = np.stack([_twofold(item.rows) for item in covered])
    answers, which = np.array([item.answer for item in covered]), np.arange(len(covered))
    conduct = np.array([item.agreement for item in covered])
    share_of = np.where(conduct, 1.0 - _ELSEWHERE, _ELSEWHERE * conduct.sum() / max(1, (~conduct).sum()))
    share_of /= share_of.sum()

    def loss(weights: Rows) -> tuple[float, Rows]:
        logits = rows @ weights
        logits -= logits.max(axis=1, keepdims=True)
        share = np.exp(logits)
        share /= share.sum(axis=1, keepdims=True)
        value = -(share_of * np.log(share[which, answers] + 1e-12)).sum() + 1e-3 * float(weights @ weights)
        share[which, answers] -= 1.0
        return float(value), np.einsum("q,qo,qof->f", share_of, share, rows, optimize=True) + 2e-3 * weights

    start = np.ones(2 * len(FEATURES))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x).reshape(2, -1)


def _twofold(rows: Rows) -> Rows:
    """Each feature once as the agreement's and once as the others', 0 where it is not theirs."""
    own = rows[:, [FEATURES.index("agreement")]] > 0.0
    return np.concatenate([rows * own, rows * ~own], axis=1).astype(np.float32)


def _ranks(item: Asked, weights: Rows) -> Rows:
    return np.asarray(_twofold(item.rows) @ weights.ravel())


@dataclass(frozen=True)
class Curve:
    """The probability that the documents cover a question: `weights` of the first rank and of EVIDENCE, and the cut-off."""

    weights: Rows
    bias: float
    cutoff: float

    def __call__(self, inputs: Rows) -> Rows:
        """Probabilities, shape (n_questions,)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(inputs @ self.weights + self.bias))))


def curve_inputs(asked: Sequence[Asked], weights: Rows) -> Rows:
    """Shape (n_questions, 1 + n_evidence): the rank of the first clause, and the evidence."""
    found = []
    for item in asked:
        ranks = _ranks(item, weights)
        found.append([ranks[: item.n_clauses].max(), *evidence_of(ranks, list(item.rows.T), item.n_clauses)])
    return np.array(found)


def fit_curve(asked: Sequence[Asked], weights: Rows) -> Curve:
    """The curve on standardised inputs, its weights kept small, written back for the inputs as they are."""
    from sklearn.linear_model import LogisticRegression

    inputs, covered = curve_inputs(asked, weights), np.array([item.answer >= 0 for item in asked])
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    model = LogisticRegression(C=_CURVE_C, class_weight="balanced", max_iter=2_000).fit((inputs - centre) / spread, covered)
    coefficients = model.coef_[0] / spread
    curve = Curve(coefficients, float(model.intercept_[0] - coefficients @ centre), 0.0)
    conduct = np.array([item.agreement for item in asked])
    cutoff = float(np.quantile(curve(inputs)[conduct if conduct.any() else covered], _REFUSED_COVERED))
    return Curve(curve.weights, curve.bias, cutoff)


def measure(asked: Sequence[Asked], weights: Rows, curve: Curve) -> dict[str, float]:
    """Shares in [0, 1]: right clause first and among three, covered and uncovered questions refused."""
    places = np.array([_place(item, weights) for item in asked if item.answer >= 0])
    conduct = np.array([item.agreement for item in asked if item.answer >= 0])
    covered = np.array([item.answer >= 0 for item in asked])
    refused = curve(curve_inputs(asked, weights)) < curve.cutoff
    of_conduct = np.array([item.agreement for item in asked])
    figures = {
        "first": (places < 1).mean(), "among_three": (places < 3).mean(),
        "agreement_first": (places[conduct] < 1).mean(), "agreement_among_three": (places[conduct] < 3).mean(),
        "elsewhere_first": (places[~conduct] < 1).mean(), "elsewhere_among_three": (places[~conduct] < 3).mean(),
        "agreement_refused": refused[of_conduct].mean(), "covered_refused": refused[covered].mean(), "uncovered_refused": refused[~covered].mean(),
    }  # fmt: skip
    return {name: round(float(value), 3) for name, value in figures.items()}


def _place(item: Asked, weights: Rows) -> int:
    ranks = _ranks(item, weights)[: item.n_clauses]
    order = np.argsort(-ranks, kind="stable")
    return int(np.flatnonzero(order == item.answer)[0])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--write", action="store_true", help="replace calibration.json")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        asked = ask_left_out(open_workspace(options.workspace), Path(folder) / "static")
    for part, figures in compare(asked).items():
        sys.stdout.write(f"{part}\n" + "".join(f"    {name:24}{value:.3f}\n" for name, value in figures.items()))
    if options.write:
        _write(asked)


def compare(asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """The figures of `figures_of` for parts of the evidence: what each is worth alone and beside the words."""
    hashed = [replace(item, rows=_with(item.rows, "dense", item.hashed)) for item in asked]
    parts: dict[str, tuple[Sequence[Asked], tuple[str, ...]]] = {
        "words alone": (asked, FIELDS), "hashed alone": (hashed, ("dense",)), "trained alone": (asked, ("dense", "near")),
        "words + hashed": (hashed, (*FIELDS, "dense")), "words + trained": (asked, (*FIELDS, "dense", "near")),
        "asked alone": (asked, ("odds", "fit")), "all": (asked, FEATURES),
    }  # fmt: skip
    return {name: figures_of([replace(item, rows=_only(item.rows, kept)) for item in given]) for name, (given, kept) in parts.items()}


def _only(rows: Rows, kept: Sequence[str]) -> Rows:
    """The rows with all features but these, and the mark of the agreement, at 0."""
    return np.asarray(rows * [float(name in kept or name == "agreement") for name in FEATURES])


def _with(rows: Rows, name: str, column: Rows) -> Rows:
    changed = rows.copy()
    changed[:, FEATURES.index(name)] = column
    return changed


def figures_of(asked: Sequence[Asked]) -> dict[str, float]:
    """The figures of `measure`, each half measured with constants from the other."""
    halves = [[item for item in asked if zlib.crc32(item.text.encode()) % 2 == half] for half in (0, 1)]
    figures = []
    for seen, unseen in (halves, halves[::-1]):
        weights = fit_rank(seen)
        figures.append(measure(unseen, weights, fit_curve(seen, weights)))
    return {name: (figures[0][name] + figures[1][name]) / 2 for name in figures[0]}


def _write(asked: Sequence[Asked]) -> None:
    content = {**_constants(asked), "alone": _constants(without_vectors(asked))}
    target = Path(__file__).with_name("calibration.json")
    target.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _constants(asked: Sequence[Asked]) -> dict[str, object]:
    weights = fit_rank(asked)
    curve = fit_curve(asked, weights)
    return {
        "weights": _named(FEATURES, weights[0]), "elsewhere": _named(FEATURES, weights[1]),
        "scale": round(float(curve.weights[0]), 4), "evidence": _named(EVIDENCE, curve.weights[1:]),
        "bias": round(curve.bias, 4), "cutoff": round(curve.cutoff, 4),
    }  # fmt: skip


def without_vectors(asked: Sequence[Asked]) -> list[Asked]:
    """The same questions as they look while the vector index cannot be reached."""
    kept = np.array([name not in {"dense", "near"} for name in FEATURES], dtype=float)
    return [replace(item, rows=item.rows * kept) for item in asked]


def _named(names: Sequence[str], values: Rows) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


if __name__ == "__main__":
    main()
