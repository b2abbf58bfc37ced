"""Learns from the questions that stand beside the clauses which clause a question is about.

Two linear views over characters, words and concepts. "odds" adds up how much more often each feature occurs among one
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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.language import squeeze, words
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry

_FORMAT = 1  # part of the digest: raise it when features or training change
_UNCOVERED = ("", "")  # the label of all questions that no document answers
_FEWEST_EXAMPLES = 200  # from fewer, one chance word would outweigh what a clause itself says
_MOST_EXAMPLES = 6_000  # the regression solves a system of this size: seconds, and 300 MB while it runs
_MIN_COUNT = 2
_WEIGHTS = {"1": 0.5, "2": 1.0, "3": 0.8, "w": 1.0, "c": 2.5}  # by the first character of a feature
_RIDGE = 0.1
_ODDS_BOUNDS = (-1.0, 4.0)
_SMOOTHING = 2.0  # questions' worth of the overall rate mixed into each label's rate
_MAX_CHARACTERS = 500

Columns = npt.NDArray[np.float32]
Label = tuple[str, str]  # document and clause


class AskedModel:
    """Scores of labels for a question. Make one with `fit`, `load` or `prepare`."""

    def __init__(
        self, labels: Sequence[Label], vocabulary: Sequence[str], idf: Columns, odds: Columns, fit: Columns
    ) -> None:
        """`idf` has shape (n_features,); `odds` and `fit` (n_features, n_labels), kept in half precision."""
        self.labels = tuple(labels)
        self._vocabulary = {feature: row for row, feature in enumerate(vocabulary)}
        self._idf, self._odds, self._fit = idf, odds.astype(np.float16), fit.astype(np.float16)

    @classmethod
    def fit(cls, entries: Sequence[Entry], lexicon: Lexicon) -> AskedModel | None:
        """The model for these entries' questions, or None where there are too few to learn from."""
        examples = _examples(entries)
        labels = sorted({label for label, _ in examples})
        if len(labels) < 2 or len(examples) < _FEWEST_EXAMPLES:
            return None
        found = [features(text, lexicon) for _, text in examples]
        counts = Counter(feature for each in found for feature in each)
        vocabulary = sorted(feature for feature, count in counts.items() if count >= _MIN_COUNT)
        if not vocabulary:
            return None
        place = {label: column for column, label in enumerate(labels)}
        which = np.array([place[label] for label, _ in examples])
        idf = np.array([np.log((1 + len(found)) / (1 + counts[name])) + 1 for name in vocabulary], dtype=np.float32)
        rows = {feature: row for row, feature in enumerate(vocabulary)}
        odds = _odds(found, rows, which, len(labels))
        return cls(labels, vocabulary, idf, odds, _ridge(found, rows, idf, which, len(labels)))

    def scores(self, question: str, lexicon: Lexicon) -> tuple[Columns, Columns]:
        """(odds, fit), each of shape (n_labels,), 0 or more for odds, about 0 to 1 for fit, higher is better."""
        known = [name for name in features(question, lexicon) if name in self._vocabulary]
        if not known:
            nothing = np.zeros(len(self.labels), dtype=np.float32)
            return nothing, nothing
        rows, values = _scaled(known, self._vocabulary, self._idf)
        odds = self._odds[rows].astype(np.float32).sum(axis=0) / np.float32(len(rows) ** 0.5)
        return odds.clip(0.0), values @ self._fit[rows].astype(np.float32)

    def save(self, folder: Path, digest: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        header = {"digest": digest, "labels": self.labels, "vocabulary": list(self._vocabulary)}
        (folder / "header.json").write_text(json.dumps(header, ensure_ascii=False), "utf-8")
        for name, values in (("idf", self._idf), ("odds", self._odds), ("fit", self._fit)):
            np.save(folder / f"{name}.npy", values)

    @classmethod
    def load(cls, folder: Path) -> AskedModel | None:
        """The model saved in `folder`, None where none was. Raises OSError, ValueError or KeyError for a damaged one."""
        if not (folder / "header.json").is_file():
            return None
        header: dict[str, Any] = json.loads((folder / "header.json").read_text("utf-8"))
        labels = [(document, clause) for document, clause in header["labels"]]
        idf, odds, fit = (np.load(folder / f"{name}.npy") for name in ("idf", "odds", "fit"))
        return cls(labels, header["vocabulary"], idf, odds, fit)


class AskedColumns:
    """The model's scores spread over the owners of an index."""

    def __init__(self, model: AskedModel | None, owners: dict[Label, int], n_owners: int, n_clauses: int) -> None:
        """`owners` gives the place of each clause; what lies from `n_clauses` on are uncovered topics."""
        self._model, self._n_owners, self._n_clauses = model, n_owners, n_clauses
        labels = model.labels if model else ()
        pairs = [(column, owners[label]) for column, label in enumerate(labels) if label in owners]
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


def features(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Characters in ones, twos and threes, words and concepts; the first character of each says which."""
    subject, concepts = lexicon.read(text[:_MAX_CHARACTERS])
    padded = f"^{squeeze(text[:_MAX_CHARACTERS])}$"
    grams = {f"{n}{padded[i : i + n]}" for n in (1, 2, 3) for i in range(len(padded) - n + 1)}
    grams -= {"1^", "1$"}  # every text begins and ends
    return frozenset(grams.union((f"w{word}" for word in words(subject)), (f"c{name}" for name in concepts)))


def _examples(entries: Sequence[Entry]) -> list[tuple[Label, str]]:
    """Questions with their labels; where there are very many, a sample that is the same every time."""
    asked = [(entry.document, entry.clause, entry.text) for entry in entries if entry.kind == "question"]
    asked += [(*_UNCOVERED, entry.text) for entry in entries if entry.kind == "uncovered"]
    if len(asked) > _MOST_EXAMPLES:
        asked = sorted(asked, key=lambda item: zlib.crc32(item[2].encode()))[:_MOST_EXAMPLES]
    return [((document, clause), text) for document, clause, text in asked]


def _digest(entries: Sequence[Entry], lexicon: Lexicon) -> str:
    content = json.dumps([_FORMAT, lexicon.fingerprint, _examples(entries)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _digest_in(folder: Path) -> str:
    try:
        return str(json.loads((folder / "header.json").read_text("utf-8"))["digest"])
    except (OSError, ValueError, KeyError):
        return ""


def _scaled(known: Sequence[str], rows: dict[str, int], idf: Columns) -> tuple[list[int], Columns]:
    """Rows and values of a text's known features, the values scaled to length 1."""
    names = sorted(known)
    places = [rows[name] for name in names]
    values = idf[places] * np.array([_WEIGHTS[name[0]] for name in names], dtype=np.float32)
    return places, (values / np.float32(np.linalg.norm(values))).astype(np.float32)


def _odds(found: Sequence[frozenset[str]], rows: dict[str, int], which: npt.NDArray[np.intp], n_labels: int) -> Columns:
    counts = np.zeros((len(rows), n_labels))
    for each, label in zip(found, which, strict=True):
        counts[[rows[name] for name in each if name in rows], label] += 1
    overall = counts.sum(axis=1, keepdims=True) / len(found)
    rate = (counts + _SMOOTHING * overall) / (np.bincount(which, minlength=n_labels) + _SMOOTHING)
    weights: Columns = np.log(rate / overall).clip(*_ODDS_BOUNDS).astype(np.float32)
    return weights


def _ridge(
    found: Sequence[frozenset[str]], rows: dict[str, int], idf: Columns, which: npt.NDArray[np.intp], n_labels: int
) -> Columns:
    """Weights of shape (n_features, n_labels); questions of clauses with few of them count for more."""
    from scipy.sparse import csr_matrix

    data, columns, pointers = [np.zeros(0, dtype=np.float32)], [], [0]
    for each in found:
        known = [name for name in each if name in rows]
        places, values = _scaled(known, rows, idf) if known else ([], data[0])
        data.append(values)
        columns += places
        pointers.append(len(columns))
    matrix = csr_matrix((np.concatenate(data), columns, pointers), shape=(len(found), len(rows)))
    sizes = np.bincount(which, minlength=n_labels)[which]
    targets = np.zeros((len(found), n_labels))
    targets[np.arange(len(found)), which] = 1.0
    importance = 1.0 / np.sqrt(sizes)
    kernel = (matrix @ matrix.T).toarray().astype(np.float64)
    kernel[np.diag_indices_from(kernel)] += _RIDGE * importance.mean() / importance
    weights: Columns = np.asarray(matrix.T @ np.linalg.solve(kernel, targets), dtype=np.float32)
    return weights
