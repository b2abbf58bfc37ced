"""Vectors on a Chroma server: one collection for each generation of each index, and calm when the server is away.

A collection is named after the home it belongs to, so any number of homes can share a server. While the server does
not answer, the search is told so at once, and goes on with words alone; a look every few seconds, in a thread of its
own, notices when the server is back. Every wait is bounded.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import uuid
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from copilot.errors import VectorsUnavailableError
from copilot.retrieval.dense import DenseIndex, Neighbour, query_vector
from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.rescaling import Scale

_log = logging.getLogger(__name__)
_IDENTITY = "vectors-id"  # file beside the generations that tells this home's collections from others'
_BATCH = 256  # entries a request: small enough that each ends well within the time limit
_CONNECT_S, _LOOK_S = 1.5, 2.0
_SEARCH_S, _BUILD_S = 2.0, 30.0  # a whole request; a search that waits longer goes on with words
_PAUSE_S = 5.0  # between two looks at a server that is away


class ServerVectors:
    """The collections of one Chroma server. Safe to share between threads."""

    def __init__(
        self, url: str, *, token: str = "", tenant: str = "default_tenant", database: str = "default_database",
        pause_s: float = _PAUSE_S,
    ) -> None:  # fmt: skip
        """`url` is http:// or https:// with a host and perhaps a port (8000 where http names none)."""
        self.url, self._tenant, self._database, self._pause_s = url, tenant, database, pause_s
        self._headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
        self._lock = threading.Lock()
        self._looking: threading.Thread | None = None
        self._away = ""  # why the server cannot be used; empty while it can
        self._looked_s = 0.0
        self._told = False

    @property
    def name(self) -> str:
        return f"{self.url} {self._tenant}/{self._database}"

    def reachable(self) -> bool:
        return not self.fault()

    def fault(self) -> str:
        """What is wrong with the server and what to do, in one Chinese line; empty when it answers as Chroma does."""
        import httpx

        address = f"{_base(self.url)}/api/v2/heartbeat"
        try:
            answer = httpx.get(address, headers=self._headers, timeout=httpx.Timeout(_LOOK_S, connect=_CONNECT_S))
            if answer.status_code in {401, 403}:
                return f"Chroma 服务 {self.url} 不接受令牌（{answer.status_code}），请检查 COPILOT_CHROMA_TOKEN。"
            if answer.status_code == 200 and "nanosecond heartbeat" in answer.json():
                return ""
        except httpx.TimeoutException:
            return f"Chroma 服务 {self.url} 没有及时回应，请检查它是否正常。"
        except httpx.HTTPError:
            return f"连不上 Chroma 服务 {self.url}，请检查它是否已启动、COPILOT_CHROMA_URL 是否正确。"
        except (ValueError, TypeError):  # an answer that is no JSON, or JSON of another shape
            pass
        return f"{self.url} 有程序应答，但不是 Chroma 服务，请更正 COPILOT_CHROMA_URL。"

    # The places of generations

    def open(self, folder: Path, embeddings: TextEmbeddings) -> ServerNeighbours:
        return ServerNeighbours(self, folder, embeddings)

    def create(self, folder: Path, embeddings: TextEmbeddings) -> DenseIndex:
        return self.connect(folder, embeddings, create=True, timeout_s=_BUILD_S)

    def carry_over(self, old: Path, new: Path, embeddings: TextEmbeddings, wanted: Collection[str]) -> set[str]:
        """The wanted vectors of the old generation's collection, copied; none where it cannot be read."""
        dense = self.create(new, embeddings)
        try:
            return dense.take_from(_collection(old), wanted)
        except Exception as error:  # what is wrong with the old collection no longer matters: its entries are made anew
            self._check(error)
            dense.close()
            dense = self.create(new, embeddings)
            return set()
        finally:
            dense.close()

    def clear(self, index_folder: Path, keep: Collection[str]) -> None:
        mine = f"copilot-{_identity(index_folder)}-"
        kept = {_collection(index_folder / generation) for generation in keep}
        try:
            client = self._client(_BUILD_S)
            try:
                for collection in client.list_collections():
                    if collection.name.startswith(mine) and collection.name not in kept:
                        client.delete_collection(collection.name)
            finally:
                _close(client)
        except Exception as error:  # left for the next build to clear away
            _log.debug("old collections stay for now: %s", error)

    def connect(
        self, folder: Path, embeddings: TextEmbeddings, *, create: bool = False, timeout_s: float = _SEARCH_S
    ) -> DenseIndex:
        """The collection of a generation. Raises VectorsUnavailableError, or LookupError where it is not there."""
        client = None
        try:
            client = self._client(timeout_s)
            return DenseIndex(
                client, _collection(folder), embeddings, scale=Scale.load(folder), create=create, batch=_BATCH,
                close=partial(_close, client),
            )  # fmt: skip
        except Exception as error:
            if client is not None:
                _close(client)
            if isinstance(error, VectorsUnavailableError):
                raise
            if _is_missing(error):
                raise LookupError(_collection(folder)) from error
            raise VectorsUnavailableError(self._because(error)) from error

    def _client(self, timeout_s: float) -> Any:
        """A client of the server. Raises VectorsUnavailableError."""
        if fault := self.fault() or self._no_database():
            raise VectorsUnavailableError(fault)
        import chromadb
        import httpx
        from chromadb.config import Settings

        parts = urlsplit(_base(self.url))
        host = parts.hostname or "" if not parts.path else _base(self.url)
        client = chromadb.HttpClient(
            host, parts.port or 0, ssl=parts.scheme == "https", headers=dict(self._headers),
            settings=Settings(anonymized_telemetry=False), tenant=self._tenant, database=self._database,
        )  # fmt: skip
        for session in _sessions(client):  # Chroma sets no time limit and offers no setting for it
            session.timeout = httpx.Timeout(timeout_s, connect=_CONNECT_S)
        return client

    def _no_database(self) -> str:
        """The line for a tenant or database that is not there; empty where both are."""
        import httpx

        address = f"{_base(self.url)}/api/v2/tenants/{quote(self._tenant)}/databases/{quote(self._database)}"
        try:
            found = httpx.get(address, headers=self._headers, timeout=_LOOK_S).status_code == 200
        except httpx.HTTPError:
            return self.fault()
        return "" if found else (
            f"Chroma 服务 {self.url} 上没有租户 {self._tenant} 或数据库 {self._database}，"
            "请先在服务上建好，或更正 COPILOT_CHROMA_TENANT、COPILOT_CHROMA_DATABASE。"
        )  # fmt: skip

    # Away and back

    def ready(self) -> bool:
        """Whether the server answered when last heard of; one that is away is looked at again, without waiting for it."""
        with self._lock:
            if not self._away:
                return True
            idle = self._looking is None or not self._looking.is_alive()
            if idle and time.monotonic() - self._looked_s >= self._pause_s:
                self._looking = threading.Thread(target=self._look, name="chroma-look", daemon=True)
                self._looking.start()
            return False

    def _look(self) -> None:
        fault = self.fault()
        with self._lock:
            self._away, self._looked_s = fault, time.monotonic()

    def went_away(self, reason: str) -> None:
        """Take note that the server cannot be used, and say so once."""
        with self._lock:
            self._away, self._looked_s = reason, time.monotonic()
            told, self._told = self._told, True
        if not told:
            _log.warning("%s检索暂时只用词语，恢复后会自动用上。", reason)

    def answered(self) -> None:
        """Take note that the server did its work; said only where it had been away."""
        with self._lock:
            self._away = ""
            told, self._told = self._told, False
        if told:
            _log.warning("Chroma 服务 %s 已恢复。", self.url)

    def _check(self, error: Exception) -> None:
        """Raise VectorsUnavailableError where the error means that the server is away."""
        if isinstance(error, VectorsUnavailableError):
            raise error
        if not _is_missing(error) and (fault := self.fault()):
            raise VectorsUnavailableError(fault) from error

    def _because(self, error: Exception) -> str:
        return self.fault() or f"Chroma 服务 {self.url} 出错（{type(error).__name__}），请查看它的日志。"


class ServerNeighbours:
    """One generation's collection, connected to when first asked and again when the server comes back."""

    def __init__(self, stores: ServerVectors, folder: Path, embeddings: TextEmbeddings) -> None:
        self._stores, self._folder, self._embeddings = stores, folder, embeddings
        self._dense: DenseIndex | None = None
        self.missing = False  # the server answers but holds no such collection: it has to be made

    def nearest(self, query: str, k: int) -> list[Neighbour]:
        if not self._stores.ready():
            raise VectorsUnavailableError("Chroma 服务暂时不可用。")
        vector = query_vector(self._embeddings, query)
        try:
            found = self._connected().nearest_to(vector, k)
        except Exception as error:
            self._failed(error)
            raise VectorsUnavailableError("Chroma 服务暂时不可用。") from error
        self._stores.answered()
        return found

    def count(self) -> int:
        try:
            return self._connected().count()
        except Exception as error:
            self._failed(error)
            raise VectorsUnavailableError(self._stores.fault() or "Chroma 服务里还没有这份索引的向量。") from error

    def close(self) -> None:
        if self._dense is not None:
            self._dense.close()
            self._dense = None

    def _connected(self) -> DenseIndex:
        if self._dense is None:
            self._dense = self._stores.connect(self._folder, self._embeddings)
        return self._dense

    def _failed(self, error: Exception) -> None:
        self.close()
        if isinstance(error, LookupError) or _is_missing(error):
            self.missing = True
        elif isinstance(error, VectorsUnavailableError):
            self._stores.went_away(str(error))
        else:
            self._stores.went_away(self._stores._because(error))


def _is_missing(error: Exception) -> bool:
    """Whether there is no such collection, or it was made for vectors of another length."""
    from chromadb.errors import InvalidDimensionException, NotFoundError

    dimension = isinstance(error, InvalidDimensionException) or "dimension" in str(error).lower()
    return (isinstance(error, NotFoundError) and "ollection" in str(error)) or dimension


def _sessions(client: Any) -> list[Any]:
    """The HTTP connections of a Chroma client (it has two), none where another version keeps them elsewhere."""
    parts = (client, getattr(client, "_admin_client", None))
    found = (getattr(getattr(part, "_server", None), "_session", None) for part in parts)
    return [session for session in found if session is not None]


def _close(client: Any) -> None:
    """Close a client and its connections, which Chroma leaves open."""
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()


def _base(url: str) -> str:
    """The address with its port, without a slash at the end."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def _collection(folder: Path) -> str:
    return f"copilot-{_identity(folder.parent)}-{folder.name}"


def _identity(index_folder: Path) -> str:
    """Twelve characters that no other home has: drawn once, and bound to the place so that a copied home differs."""
    path = index_folder / _IDENTITY
    try:
        drawn = path.read_text("utf-8").strip()
    except OSError:
        drawn = ""
    if not drawn:
        drawn = uuid.uuid4().hex
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, "utf-8")
    return hashlib.sha256(f"{drawn}\0{index_folder.resolve()}".encode()).hexdigest()[:12]

