"""Embedding models and cross-encoders that somebody chose, by name or by folder.

sentence-transformers (and with it torch) is imported when a model is first asked for a vector, never before; a model2vec
model needs neither. A model is told apart by a fingerprint of its files, which takes no library at all, so an index that
is up to date opens as quickly as ever. Whatever is wrong with a model shows as a ModelError with one line in Chinese.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelError, VectorsUnavailableError, reason_of
from copilot.retrieval.embeddings import Vector

_log = logging.getLogger(__name__)
_FORMAT = "1"  # part of every name: raise it when texts are turned into vectors in another way
_WEIGHTS = (".safetensors", ".bin")
_READ = (*_WEIGHTS, ".json", ".txt", ".model")
_IGNORED_FOLDERS = {"onnx", "openvino", ".git", ".cache"}
_MODEL2VEC_TENSORS = {"embeddings", "weights", "mapping"}
_BLOCK = 1 << 20


class ChosenModel:
    """The files of a model, and the model once it is loaded. Base of the kinds below; safe to share between threads."""

    def __init__(self, given: str, folder: Path, on_fault: Callable[[ModelError], None] | None = None) -> None:
        """`given` is what the setting says, `folder` where the files lie; `on_fault` hears of a model that fails.

        Raises ModelError for unreadable files.
        """
        self.given, self.folder, self._on_fault = given, folder, on_fault
        try:
            self._fingerprint = fingerprint(folder)
        except OSError as error:
            raise ModelError(f"模型 {given} 的文件读不了（{reason_of(error)}）：{folder}。") from error
        self._model: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Kind, model and fingerprint: another model, or the same with other weights, never has the same name."""
        return f"{self._kind}-{_FORMAT}:{Path(self.given).name or self.given}:{self._fingerprint}"

    _kind = ""

    def load(self) -> None:
        """Load the model, once. Raises ModelError."""
        with self._lock:
            self._load()

    def _load(self) -> Any:
        if self._model is None:
            try:
                self._model = self._open()
            except ModelError as error:
                self._tell(error)
                raise
            except Exception as error:  # broken files show as errors of torch, transformers, safetensors or Python
                raise self._broken(error) from error
        return self._model

    def _open(self) -> Any:
        raise NotImplementedError

    def _broken(self, error: Exception) -> ModelError:
        _log.debug("model %s", self.given, exc_info=error)
        fault = ModelError(
            f"模型 {self.given} 无法使用（{type(error).__name__}），文件可能不完整或类型不对：{self.folder}。"
            "请换一个模型，或删去这个文件夹后重新下载。"
        )
        self._tell(fault)
        return fault

    def _tell(self, fault: ModelError) -> None:
        if self._on_fault is not None:
            self._on_fault(fault)


class SentenceTransformerEmbeddings(ChosenModel):
    """`TextEmbeddings` by sentence-transformers; questions and entries get the prompts that the model defines for them."""

    batch = 64  # texts at a time, so that progress is heard of
    _kind = "st"

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Of what is searched, shape (n_texts, dimensions), rows of length 1. Raises ModelError."""
        with self._lock:
            return self._encode("encode_document", texts)

    def query_vectors(self, queries: Sequence[str]) -> Vector:
        """Of questions, likewise. Raises VectorsUnavailableError at once while another thread loads the model."""
        if not self._lock.acquire(blocking=self._model is not None):
            raise VectorsUnavailableError(f"模型 {self.given} 正在加载。")
        try:
            return self._encode("encode_query", queries)
        finally:
            self._lock.release()

    def _encode(self, method: str, texts: Sequence[str]) -> Vector:
        encode = getattr(self._load(), method)
        try:
            rows = encode(list(texts), batch_size=self.batch, show_progress_bar=False, convert_to_numpy=True)
            return _unit_rows(rows, len(texts))
        except Exception as error:
            raise self._broken(error) from error

    def _open(self) -> Any:
        require_sentence_transformers(self.given)
        from sentence_transformers import SentenceTransformer

        _quiet()
        return SentenceTransformer(str(self.folder), local_files_only=True)


class Model2VecEmbeddings(ChosenModel):
    """`TextEmbeddings` by model2vec: a static model, loaded without torch."""

    _kind = "m2v"

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Shape (n_texts, dimensions), rows of length 1, or 0 for a text without known tokens. Raises ModelError."""
        with self._lock:
            model = self._load()
            try:
                return _unit_rows(model.encode(list(texts), use_multiprocessing=False), len(texts))
            except Exception as error:
                raise self._broken(error) from error

    def _open(self) -> Any:
        from model2vec import StaticModel

        return StaticModel.from_pretrained(self.folder)


class CrossEncoderScorer(ChosenModel):
    """A sentence-transformers CrossEncoder as `reranking.PairScorer`."""

    _kind = "ce"

    def relevance(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.floating]:
        """Shape (n_pairs,), higher is better. Raises ModelError, also for a model that gives several numbers a pair."""
        with self._lock:
            model = self._load()
            try:
                values = np.asarray(model.predict(list(pairs), show_progress_bar=False), dtype=float)
            except Exception as error:
                raise self._broken(error) from error
        if values.shape != (len(pairs),) or not np.isfinite(values).all():
            raise ModelError(f"模型 {self.given} 不是给一问一答打一个分的交叉编码器，不能用来重排，请换一个。")
        return values

    def _open(self) -> Any:
        require_sentence_transformers(self.given)
        from sentence_transformers import CrossEncoder

        _quiet()
        return CrossEncoder(str(self.folder), local_files_only=True)


def open_embeddings(
    given: str, find: Callable[[str], Path], on_fault: Callable[[ModelError], None] | None = None
) -> SentenceTransformerEmbeddings | Model2VecEmbeddings:
    """The embedding of this name or folder, not yet loaded; `find` gives its folder. Raises ModelError.

    `on_fault` hears of what goes wrong later, when it is loaded or used.
    """
    folder = find(given)
    if is_model2vec(folder):
        return Model2VecEmbeddings(given, folder, on_fault)
    require_sentence_transformers(given)
    return SentenceTransformerEmbeddings(given, folder, on_fault)


def require_sentence_transformers(given: str) -> None:
    """Raises ModelError where the extra `models` is not installed; imports nothing."""
    if find_spec("sentence_transformers") is None or find_spec("torch") is None:
        raise ModelError(f"使用模型 {given} 需要另外安装：pip install 'agent-copilot[models]'。")


def has_weights(folder: Path) -> bool:
    """Whether the folder holds a model: a description and weights."""
    described = any((folder / name).is_file() for name in ("config.json", "modules.json"))
    return described and any(path.suffix in _WEIGHTS for path in _files(folder))


def is_model2vec(folder: Path) -> bool:
    """Whether the folder holds a model2vec model, told by the names of its tensors."""
    try:
        with (folder / "model.safetensors").open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            names = set(json.loads(file.read(min(size, 10 * _BLOCK)))) - {"__metadata__"}
    except (OSError, ValueError):
        return False
    return "embeddings" in names and names <= _MODEL2VEC_TENSORS


def fingerprint(folder: Path) -> str:
    """Sixteen characters that change with any weight, vocabulary or setting of the model. Raises OSError."""
    total = hashlib.sha256()
    for path in sorted(_files(folder)):
        one = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                one.update(block)
        total.update(f"{path.relative_to(folder).as_posix()}\0{one.hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in _READ and path.is_file() and _IGNORED_FOLDERS.isdisjoint(path.relative_to(folder).parts)
    ]


def _unit_rows(rows: npt.ArrayLike, n_rows: int) -> Vector:
    """The rows scaled to length 1; rows without length stay 0. Raises ValueError for anything but finite rows."""
    values = np.asarray(rows, dtype=np.float32).reshape(n_rows, -1)
    if not np.isfinite(values).all():
        raise ValueError("vectors that are no numbers")
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    scaled: Vector = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
    return scaled


def _quiet() -> None:
    """No progress bars and warnings of the libraries on the terminal: their faults are told in our own words."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name in ("sentence_transformers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
