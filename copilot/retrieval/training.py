"""Trains the default embedding: `python -m copilot.retrieval.training [WORKSPACE]`; some minutes on two cores.

The data are groups of texts that mean the same: the questions of a clause with its own wording, the questions of an
uncovered topic, and the paraphrases. Each batch holds pairs from many groups; every text should lie nearer to the texts of
its own group than to all others (the supervised contrastive loss of Khosla et al. 2020: the ranking loss over pairs, told
which of the others are no negatives). Features are dropped at random, so that no single word carries a meaning alone.
The seed is fixed: the same data give the same model. Needs the extra "models" (torch, sentence-transformers).
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.clauses import read_clauses, read_questions, read_uncovered
from copilot.retrieval.concepts import Lexicon, read_concepts
from copilot.retrieval.entries import Entry, entries_of
from copilot.retrieval.paraphrases import read_paraphrases
from copilot.retrieval.static import FOLDER, feature_names
from copilot.workspace import Workspace, open_workspace

Ids = npt.NDArray[np.int64]
_UNKNOWN = "[UNK]"
# How much each kind of feature counts before anything is learnt (by the first character of its name).
_START_WEIGHTS = {"1": 1.0, "2": 1.0, "3": 0.8, "w": 1.0, "c": 1.5, "p": 1.0, "e": 1.5, "f": 0.8}


_OWN_WORDING = 0.25


@dataclass(frozen=True)
class Recipe:
    """What can be turned. Sizes in texts, `drop` the share of features left out of a text at each look."""

    dimensions: int = 160
    epochs: int = 8
    pairs: int = 384
    learning_rate: float = 0.004
    temperature: float = 0.1
    drop: float = 0.3
    min_count: int = 3
    max_features: int = 36_000
    seed: int = 7


def groups_of(entries: Sequence[Entry], workspace: Workspace) -> dict[str, list[str]]:
    """Texts that mean the same, by the name of what they mean: those of `entries` by owner, and the paraphrases."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        groups.setdefault(f"{entry.document} {entry.clause}", []).append(entry.text)
    for paraphrase in read_paraphrases(workspace):
        groups[f"= {paraphrase.id}"] = list(paraphrase.texts)
    return groups


def train(groups: Mapping[str, Sequence[str]], lexicon: Lexicon, folder: Path, recipe: Recipe = Recipe()) -> None:
    """Train on `groups` and put the model into `folder`, in place of what lies there."""
    lines = [(label, feature_names(text, lexicon)) for label, texts in enumerate(groups.values()) for text in texts]
    labels = np.array([label for label, _ in lines])
    vocabulary = _vocabulary([line for _, line in lines], recipe)
    rows = {feature: row for row, feature in enumerate(vocabulary)}
    texts = [np.array([rows[name] for name in line if name in rows], dtype=np.int64) for _, line in lines]
    _save(_fit(texts, labels, vocabulary, recipe), vocabulary, folder)


def _vocabulary(lines: Sequence[Sequence[str]], recipe: Recipe) -> dict[str, float]:
    """The features worth a vector, with the weight that each begins with."""
    counts = Counter(name for line in lines for name in line)
    kept = sorted(name for name, count in counts.most_common(recipe.max_features) if count >= recipe.min_count)
    idf = {name: float(np.log((1 + len(lines)) / (1 + counts[name]))) + 1.0 for name in kept}
    return {name: idf[name] * _START_WEIGHTS[name[0]] for name in kept}


def _fit(texts: Sequence[Ids], labels: Ids, vocabulary: Mapping[str, float], recipe: Recipe) -> npt.NDArray[np.float32]:
    """The vectors of the features, shape (n_features + 1, dimensions); the last is the unknown feature's."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    start = chance.normal(size=(len(vocabulary) + 1, recipe.dimensions)).astype(np.float32) / recipe.dimensions**0.5
    start *= np.array([*vocabulary.values(), 0.0], dtype=np.float32)[:, None]
    model = StaticEmbedding(_tokenizer(list(vocabulary)), embedding_weights=start)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    batches = [batch for _ in range(recipe.epochs) for batch in _batches(labels, recipe.pairs, chance)]
    for step, batch in enumerate(batches):
        optimiser.param_groups[0]["lr"] = recipe.learning_rate * (1 - step / len(batches))
        chosen = [ids[chance.random(len(ids)) >= recipe.drop] for ids in (texts[i] for i in batch)]
        offsets = np.cumsum([0, *(len(ids) for ids in chosen[:-1])])
        inputs = {"input_ids": torch.from_numpy(np.concatenate(chosen)), "offsets": torch.from_numpy(offsets)}
        vectors = torch.nn.functional.normalize(model(inputs)["sentence_embedding"], dim=1)
        loss = _contrastive(vectors, torch.from_numpy(labels[batch]), recipe.temperature)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    learnt: npt.NDArray[np.float32] = model.embedding.weight.detach().numpy()
    return learnt


def _batches(labels: Ids, pairs: int, chance: np.random.Generator) -> list[Ids]:
    """Every text once as an anchor, each with another text of its group; groups of one text are left aside.

    Every fourth partner is the group's first text: a clause's own wording, which is all that an imported clause has.
    """
    members: dict[int, Ids] = {int(label): np.flatnonzero(labels == label) for label in np.unique(labels)}
    anchors = chance.permutation([i for i, label in enumerate(labels) if len(members[int(label)]) > 1])
    partners = np.empty_like(anchors)
    for place, anchor in enumerate(anchors):
        group = members[int(labels[anchor])]
        other = group[0] if chance.random() < _OWN_WORDING else group[chance.integers(len(group))]
        partners[place] = other if other != anchor else group[(np.searchsorted(group, anchor) + 1) % len(group)]
    return [
        np.concatenate([anchors[start : start + pairs], partners[start : start + pairs]])
        for start in range(0, len(anchors), pairs)
    ]


def _contrastive(vectors: Any, labels: Any, temperature: float) -> Any:
    """Mean over the texts of how unlikely their own group is among all others in the batch."""
    import torch

    similar = vectors @ vectors.T / temperature
    itself = torch.eye(len(labels), dtype=torch.bool)
    same = (labels[:, None] == labels[None, :]) & ~itself
    likely = torch.log_softmax(similar.masked_fill(itself, -1e9), dim=1)
    each = -likely.masked_fill(~same, 0.0).sum(dim=1) / same.sum(dim=1).clamp(min=1)
    return each[same.any(dim=1)].mean()


def _tokenizer(vocabulary: Sequence[str]) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    rows = {name: row for row, name in enumerate([*vocabulary, _UNKNOWN])}
    tokenizer = Tokenizer(WordLevel(rows, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return tokenizer


def _save(vectors: npt.NDArray[np.float32], vocabulary: Mapping[str, float], folder: Path) -> None:
    """Write the model as model2vec reads it, in eight bits a number."""
    from model2vec import StaticModel
    from model2vec.quantization import DType, quantize_embeddings

    bound = np.quantile(np.abs(vectors), 0.9995)  # a few extreme numbers would leave all others few steps
    small = quantize_embeddings(vectors.clip(-bound, bound), DType.Int8)
    small[-1] = 0
    model = StaticModel(small, _tokenizer(list(vocabulary)), normalize=True, max_length=None)
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    model.save_pretrained(new)
    (new / "README.md").unlink(missing_ok=True)
    digest = hashlib.sha256(small.tobytes() + "\n".join(vocabulary).encode()).hexdigest()[:12]
    (new / "digest.txt").write_text(digest + "\n", "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder for the model")
    options = parser.parse_args(arguments)
    workspace = open_workspace(options.workspace)
    clauses = read_clauses(workspace)
    entries = entries_of(clauses, read_questions(workspace, clauses), read_uncovered(workspace))
    groups = groups_of(entries, workspace)
    train(groups, Lexicon(read_concepts(workspace)), options.into)
    size = sum(path.stat().st_size for path in options.into.iterdir()) / 1e6
    sys.stdout.write(f"{sum(map(len, groups.values()))} texts in {len(groups)} groups; {size:.1f} MB in {options.into}\n")


if __name__ == "__main__":
    main()
