"""What all tests share: no network but this machine, a home of their own, and one built engine for the session."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copilot.settings import Settings

if TYPE_CHECKING:
    from copilot.engine import Copilot

_LOCAL = {"127.0.0.1", "::1", "localhost"}
_connect = socket.socket.connect


def _connect_locally(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and address[0] not in _LOCAL:
        raise AssertionError(f"a test tried to reach {address[0]}; only this machine may be reached")
    _connect(self, address)


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _connect_locally)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with index and classifiers of the built-in workspace, built once for the session."""
    from copilot.desk.voices import Voices
    from copilot.engine import Copilot
    from copilot.workspace import builtin_workspace

    home = tmp_path_factory.mktemp("home")
    Copilot(builtin_workspace(), home).warm()
    Voices(builtin_workspace(), home / "models")
    return home


@pytest.fixture(scope="session")
def copilot(built_home: Path) -> Copilot:
    """The engine over the built-in workspace."""
    from copilot.engine import Copilot
    from copilot.workspace import builtin_workspace

    engine = Copilot(builtin_workspace(), built_home)
    engine.warm()
    return engine


@pytest.fixture(autouse=True)
def settings_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the settings of whoever runs it, or writes to their data folder."""
    for name in list(os.environ):
        if name.startswith("COPILOT_") or name == "TELEGRAM_BOT_TOKEN":
            monkeypatch.delenv(name)
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path_factory.getbasetemp() / "unused-home"))
    monkeypatch.setitem(Settings.model_config, "env_file", None)
