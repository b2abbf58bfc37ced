from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.dialogue import Dialogue
from fakes.openai_api import server
from fakes.stores import open_store

from copilot.store import Store

__all__ = ["chat", "server", "store"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'desk.db'}") as opened:
        yield opened


@pytest.fixture
def chat(store: Store) -> Dialogue:
    return Dialogue(store)
