"""Learns from the questions that stand beside the clauses which clause a question is about.

Two linear views over the features of `features.py`. "odds" adds up how much more often each feature occurs among one
clause's questions than among all (a naive Bayes whose weights are bounded, so no single feature decides). "fit" is a
ridge regression onto the clauses, which knows which features only look telling. Both cost one small product a question.
Questions that no document answers are one more label. Clauses without questions simply get 0 from both.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry
from copilot.retrieval.features import features

_FORMAT = 5  # part of the digest: raise it when features or training change
_UNCOVERED = ("", "")  # the label of all questions that no document answers
_FEWEST_EXAMPLES = 200  # from fewer, one chance word would outweigh what a clause itself says
_MOST_EXAMPLES = 24_000  # beyond that a sample: the regression takes seconds for every ten thousand
_MIN_COUNT = 3
# By the first character of a feature; characters count for as much as words, since questions come in words never seen.
_WEIGHTS = {"1": 1.0, "2": 1.0, "3": 0.8, "w": 1.0, "c": 1.5, "p": 1.0, "e": 1.5, "f": 0.8}
_RIDGE = 0.3
_ROUNDS = 25  # of conjugate gradients; half as many find a twentieth less
_ODDS_BOUNDS = (-1.0, 4.0)
_SMOOTHING = 2.0  # questions' worth of the overall rate mixed into each label's rate
# Weights are kept as whole multiples of these in eight bits: a clause's score adds up a hundred of them, so that the
# rounding evens out, and all of them lie in memory once many questions were asked.
_ODDS_STEP, _FIT_STEP = 4.0 / 127, 1.2 / 127
_ARRAYS = ("names", "idf", "odds", "fit")

Columns = npt.NDArray[np.float32]
Label = tuple[str, str]  # document and clause


class AskedModel:
    """Scores of labels for a question. Make one with `fit`, `load` or `prepare`."""

    def __init__(self, labels: Sequence[Label], names: npt.NDArray[np.uint32], idf: Columns, odds: Any, fit: Any) -> None:
        """`names` are the sorted checksums of the features, shape (n_features,); `odds`, `fit` (n_features, n_labels)."""
        self.labels = tuple(labels)
        self._names, self._idf, self._odds, self._fit = names, idf, odds, fit

    @classmethod
    def fit(cls, entries: Sequence[Entry], lexicon: Lexicon) -> AskedModel | None:
        """The model for these entries' questions, or None where there are too few to learn from."""
        examples = _examples(entries)
        labels = sorted({label for label, _ in examples})
        if len(labels) < 2 or len(examples) < _FEWEST_EXAMPLES:
            return None
        found = [_checksums(features(text, lexicon)) for _, text in examples]
        weights = {checksum: weight for each in found for checksum, weight in each.items()}
        counts = Counter(checksum for each in found for checksum in each)
        kept = sorted(checksum for checksum, count in counts.items() if count >= _MIN_COUNT)
        if not kept:
            return None
        place = {label: column for column, label in enumerate(labels)}
        which = np.array([place[label] for label, _ in examples])
        names = np.array(kept, dtype=np.uint32)
        idf = np.array([weights[c] * (np.log((1 + len(found)) / (1 + counts[c])) + 1) for c in kept], dtype=np.float32)
        matrix = _matrix(found, names, idf)
        odds, fit = _odds(matrix, which, len(labels)), _ridge(matrix, which, len(labels))
        return cls(labels, names, idf, _in_steps(odds, _ODDS_STEP), _in_steps(fit, _FIT_STEP))

    def scores(self, question: str, lexicon: Lexicon) -> tuple[Columns, Columns]:
        """(odds, fit), each of shape (n_labels,), 0 or more for odds, about 0 to 1 for fit, higher is better."""
        rows = _rows(_checksums(features(question, lexicon)), self._names)
        if not len(rows):
            nothing = np.zeros(len(self.labels), dtype=np.float32)
            return nothing, nothing
        values = self._idf[rows] / np.linalg.norm(self._idf[rows])
        odds = self._odds[rows].sum(axis=0, dtype=np.float32) * np.float32(_ODDS_STEP / len(rows) ** 0.5)
        return odds.clip(0.0), values @ self._fit[rows].astype(np.float32) * np.float32(_FIT_STEP)

    def save(self, folder: Path, digest: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        header = {"digest": digest, "labels": self.labels}
        (folder / "header.json").write_text(json.dumps(header, ensure_ascii=False), "utf-8")
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))

    @classmethod
    def load(cls, folder: Path) -> AskedModel | None:
        """The model saved in `folder`, None where none was. Raises OSError, ValueError or KeyError for a damaged one."""
        if not (folder / "header.json").is_file():
            return None
        header: dict[str, Any] = json.loads((folder / "header.json").read_text("utf-8"))
        labels = [(document, clause) for document, clause in header["labels"]]
        # Mapped, not read: a question touches some hundred rows of tens of thousands.
        names, idf, odds, fit = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS)
        return cls(labels, np.array(names), np.array(idf), odds, fit)


class AskedColumns:
    """The model's scores spread over the owners of an index."""

    def __init__(self, model: AskedModel | None, owners: Mapping[Label, Sequence[int]], n_owners: int, n_clauses: int) -> None:
        """`owners` gives the places of each clause, one for each version; what lies from `n_clauses` on are uncovered topics."""
        self._model, self._n_owners, self._n_clauses = model, n_owners, n_clauses
        labels = model.labels if model else ()
        pairs = [(column, owner) for column, label in enumerate(labels) for owner in owners.get(label, ())]
        self._from = np.array([column for column, _ in pairs], dtype=np.intp)
        self._to = np.array([owner for _, owner in pairs], dtype=np.intp)
        self._uncovered = labels.index(_UNCOVERED) if _UNCOVERED in labels else None

    def scores(self, question: str, lexicon: Lexicon) -> tuple[Columns, Columns]:
        """(odds, fit) of every owner, each of shape (n_owners,)."""
        first, second = np.zeros((2, self._n_owners), dtype=np.float32)
        if self._model is not None:
            for column, values in zip((first, second), self._model.scores(question, lexicon), strict=True):
                column[self._to] = values[self._from]
                if self._uncovered is not None:
                    column[self._n_clauses :] = values[self._uncovered]
        return first, second


def prepare(folder: Path, reuse: Path | None, entries: Sequence[Entry], lexicon: Lexicon) -> None:
    """Put the model for `entries` into `folder`, copied from `reuse` where it was made from the very same questions."""
    digest = _digest(entries, lexicon)
    if reuse is not None and _digest_in(reuse) == digest:
        shutil.copytree(reuse, folder)
        return
    model = AskedModel.fit(entries, lexicon)
    if model is not None:
        model.save(folder, digest)


def _examples(entries: Sequence[Entry]) -> list[tuple[Label, str]]:
    """Questions with their labels; where there are very many, a sample that is the same every time."""
    asked = [(entry.document, entry.clause, entry.text) for entry in entries if entry.kind == "question"]
    asked += [(*_UNCOVERED, entry.text) for entry in entries if entry.kind == "uncovered"]
    if len(asked) > _MOST_EXAMPLES:
        asked = sorted(asked, key=lambda item: zlib.crc32(item[2].encode()))[:_MOST_EXAMPLES]
    examples = [((document, clause), text) for document, clause, text in asked]
    return list(dict.fromkeys(examples))  # every version of a clause has the same questions


def _digest(entries: Sequence[Entry], lexicon: Lexicon) -> str:
    content = json.dumps([_FORMAT, lexicon.fingerprint, _examples(entries)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _digest_in(folder: Path) -> str:
    try:
        return str(json.loads((folder / "header.json").read_text("utf-8"))["digest"])
    except (OSError, ValueError, KeyError):
        return ""


def _checksums(names: Sequence[str]) -> dict[int, float]:
    """The checksum of each feature's name with the weight of its kind; names themselves would fill the memory."""
    return {zlib.crc32(name.encode()): _WEIGHTS[name[0]] for name in names}


def _rows(checksums: Iterable[int], names: npt.NDArray[np.uint32]) -> npt.NDArray[np.intp]:
    """The rows of those checksums that are known, rising."""
    wanted = np.array(sorted(checksums), dtype=np.uint32)
    places = np.searchsorted(names, wanted).clip(max=len(names) - 1)
    return np.asarray(places[names[places] == wanted])


def _matrix(found: Sequence[Iterable[int]], names: npt.NDArray[np.uint32], idf: Columns) -> Any:
    """A sparse matrix of shape (n_examples, n_features), rows of length 1."""
    from scipy.sparse import csr_matrix

    rows = [_rows(each, names) for each in found]
    values = [idf[each] / max(float(np.linalg.norm(idf[each])), 1e-9) for each in rows]
    pointers = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.concatenate(values), np.concatenate(rows), pointers), shape=(len(found), len(names)))


def _in_steps(weights: Columns, step: float) -> npt.NDArray[np.int8]:
    return np.asarray(np.rint(weights / step).clip(-127, 127), dtype=np.int8)


def _odds(matrix: Any, which: npt.NDArray[np.intp], n_labels: int) -> Columns:
    present = matrix.astype(bool).astype(np.float32)
    counts = np.asarray(present.T @ np.eye(n_labels, dtype=np.float32)[which])
    overall = counts.sum(axis=1, keepdims=True) / len(which)
    rate = (counts + _SMOOTHING * overall) / (np.bincount(which, minlength=n_labels) + _SMOOTHING)
    weights: Columns = np.log(rate / overall).clip(*_ODDS_BOUNDS).astype(np.float32)
    return weights


def _ridge(matrix: Any, which: npt.NDArray[np.intp], n_labels: int) -> Columns:
    """Weights of shape (n_features, n_labels), by conjugate gradients; questions of clauses with few count for more."""
    targets = np.eye(n_labels, dtype=np.float32)[which]
    sizes = np.sqrt(np.bincount(which, minlength=n_labels)[which]).astype(np.float32)
    penalty = (_RIDGE * sizes / sizes.mean())[:, None]  # as if a question of a small clause had been asked more often
    solution, left = np.zeros_like(targets), targets.copy()
    direction = left / penalty
    size = (left * direction).sum(axis=0)
    for _ in range(_ROUNDS):
        step = matrix @ (matrix.T @ direction) + penalty * direction
        rate = size / np.maximum((direction * step).sum(axis=0), 1e-12)
        solution += rate * direction
        left -= rate * step
        scaled = left / penalty
        before, size = size, (left * scaled).sum(axis=0)
        direction = scaled + (size / np.maximum(before, 1e-12)) * direction
    weights: Columns = np.asarray(matrix.T @ solution, dtype=np.float32)
    return weights
