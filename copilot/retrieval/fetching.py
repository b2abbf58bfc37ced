"""Finds the folder of a model: as given, in the cache of Hugging Face's hub, or fetched from the hub, never for ever."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copilot.errors import ModelError
from copilot.retrieval.models import has_weights

_KNOCK_S = 5.0  # for the hub's first answer; its own client has no limit there
_STALLED_S, _LONGEST_S = 60.0, 1_800.0  # without a byte, and in all
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.mlmodel"]


def find_model(given: str, progress: Callable[[str, int, int], None] | None = None) -> Path:
    """The folder of the model that a setting names. Raises ModelError with one line that says what is wrong.

    `progress(step, done, total)` hears of a download.
    """
    folder = Path(given).expanduser()
    if folder.is_dir():
        if not has_weights(folder):
            raise ModelError(f"文件夹 {folder} 里没有完整的模型（要有 config.json 或 modules.json，以及权重文件）。")
        return folder
    if given.startswith(("/", ".", "~")) or "\\" in given or given.count("/") > 1:
        raise ModelError(f"模型文件夹 {given} 不存在，请检查路径。")
    return _cached(given) or _fetched(given, progress)


def _hub() -> Any:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import huggingface_hub

    return huggingface_hub


def _cached(given: str) -> Path | None:
    """The folder in the hub's cache, where it is complete enough to be a model."""
    try:
        folder = Path(_hub().snapshot_download(given, local_files_only=True))
    except ValueError as error:  # what a name may not be
        raise _unknown(given) from error
    except OSError:
        return None
    return folder if has_weights(folder) else None


def _fetched(given: str, progress: Callable[[str, int, int], None] | None) -> Path:
    hub = _hub()
    if hub.constants.HF_HUB_OFFLINE:
        raise ModelError(f"模型 {given} 还没有下载过，而现在不许联网（HF_HUB_OFFLINE）。请先联网下载，或填本机的模型文件夹。")
    _knock(given, hub)
    report = progress or (lambda step, done, total: None)
    step = f"下载模型 {given}"
    report(step, 0, 1)
    try:
        folder = _download(given, hub)
    finally:
        report(step, 1, 1)
    if not has_weights(folder):
        raise ModelError(f"{given} 里没有可用的模型权重，请换一个模型。")
    return folder


def _knock(given: str, hub: Any) -> None:
    """Ask the hub about the model, with a time limit. Raises ModelError for whatever stands in the way."""
    import httpx

    endpoint = hub.constants.ENDPOINT
    headers = {"Authorization": f"Bearer {token}"} if (token := hub.get_token()) else {}
    try:
        answer = httpx.get(
            f"{endpoint}/api/models/{given}/revision/main", headers=headers, timeout=_KNOCK_S, follow_redirects=True
        )
        status, known = answer.status_code, answer.status_code == 200 and "siblings" in answer.json()
    except httpx.HTTPError as error:
        raise ModelError(
            f"连不上模型网站 {endpoint}，无法下载模型 {given}。请检查网络，或先下载好，在设置里填本机的文件夹。"
        ) from error
    except (ValueError, TypeError):
        status, known = 200, False
    if status in {401, 403, 404}:
        raise _unknown(given)
    if not known:
        raise ModelError(f"模型网站 {endpoint} 应答不正常（{status}），无法下载模型 {given}。请稍后再试。")


def _unknown(given: str) -> ModelError:
    return ModelError(f"没有名叫 {given} 的公开模型，请检查拼写（形如 BAAI/bge-small-zh-v1.5），或填本机的文件夹。")


def _download(given: str, hub: Any) -> Path:
    """The folder of the model's files once they are all here; gives up when nothing comes any more."""
    outcome: list[Path | Exception] = []

    def fetch() -> None:
        try:
            outcome.append(Path(hub.snapshot_download(given, etag_timeout=_KNOCK_S, ignore_patterns=_NOT_NEEDED)))
        except Exception as error:
            outcome.append(error)

    worker = threading.Thread(target=fetch, name="model-download", daemon=True)
    worker.start()
    cache = Path(hub.constants.HF_HUB_CACHE) / hub.file_download.repo_folder_name(repo_id=given, repo_type="model")
    started = changed = time.monotonic()
    size = -1
    while worker.is_alive():
        worker.join(0.5)
        now, before = time.monotonic(), size
        size = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file() and not path.is_symlink())
        changed = now if size != before else changed
        if worker.is_alive() and (now - changed > _STALLED_S or now - started > _LONGEST_S):
            raise ModelError(f"下载模型 {given} 中断了（长时间没有收到数据），下次启动会接着下载。")
    result = outcome[0]
    if isinstance(result, Exception):
        raise ModelError(f"模型 {given} 没有下载成功（{type(result).__name__}），下次启动会再试。") from result
    return result
