"""The real `copilot run` as a process, on a free port, for tests that need the whole program."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COPILOT = Path(sys.executable).parent / "copilot"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class RunningCopilot:
    """A started `copilot run`: its address and what it said on standard error."""

    process: subprocess.Popen[str]
    url: str = ""
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.rstrip())

    def wait_for(self, pattern: str, deadline_s: float = 60) -> re.Match[str]:
        """The first line said that matches; fails at the deadline or when the process ends."""
        end = time.monotonic() + deadline_s
        while time.monotonic() < end:
            for line in list(self.said):
                if match := re.search(pattern, line):
                    return match
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} was not said; exit {self.process.poll()}; said: {self.said}")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; returns the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)


@contextmanager
def running_copilot(home: Path, **environment: str) -> Iterator[RunningCopilot]:
    """`copilot run` over `home` until the block ends; ready when it yields."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    settings = {"COPILOT_HOME": str(home), "COPILOT_WEB_PORT": str(free_port()), "COLUMNS": "200", **environment}
    process = subprocess.Popen(
        [COPILOT, "run"], env={**clean, **settings}, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    running = RunningCopilot(process)
    listener = threading.Thread(target=running.listen, daemon=True)
    listener.start()
    try:
        running.url = running.wait_for(r"http://127\.0\.0\.1:\d+").group()
        yield running
    finally:
        running.stop()
        listener.join(5)
        if process.stderr is not None:
            process.stderr.close()
        if process.stderr is not None:
            process.stderr.close()
