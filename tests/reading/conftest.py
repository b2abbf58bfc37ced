"""One reader for all reading tests: its classifiers are trained once a session."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from copilot.reading import Reader
from copilot.workspace import Workspace, builtin_workspace


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    return builtin_workspace()


@pytest.fixture(scope="session")
def cache() -> Path:
    """A folder that outlives the session: the file names carry the digest of what was learnt from."""
    user = getattr(os, "getuid", lambda: 0)()
    return Path(tempfile.gettempdir()) / f"copilot-test-classifiers-{user}"


@pytest.fixture(scope="session")
def reader(workspace: Workspace, cache: Path) -> Reader:
    return Reader(workspace, cache)
