"""A real `chroma run`, on 127.0.0.1 and a free port, that tests start, stop and start again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

_DEADLINE_S = 20.0


class ChromaRun:
    """The server over one folder of data. `url` stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._process = folder, None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            [chroma_command(), "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
        deadline = time.monotonic() + _DEADLINE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1.0).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        self.kill()
        raise RuntimeError("chroma run did not start")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As a machine that goes down: without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def collections(self) -> list[str]:
        """The names of all collections on the server."""
        answer = httpx.get(f"{self.url}/api/v2/tenants/default_tenant/databases/default_database/collections", timeout=5.0)
        return sorted(each["name"] for each in answer.json())

    def delete_all(self) -> None:
        """As an administrator who tidies up too much."""
        for name in self.collections():
            base = f"{self.url}/api/v2/tenants/default_tenant/databases/default_database/collections"
            httpx.delete(f"{base}/{name}", timeout=5.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chroma_command() -> str:
    """The `chroma` command of this environment; skips the test where there is none."""
    beside = Path(sys.executable).parent / "chroma"
    found = str(beside) if beside.is_file() else shutil.which("chroma")
    if found is None:
        pytest.skip("the `chroma` command is missing: it comes with the package chromadb")
    return found
