from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.stores import open_store

from copilot.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'new folder' / 'copilot.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened
