from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.browser import CHROMIUM, DEADLINE_MS, FLAGS
from playwright.sync_api import Browser, expect, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=DEADLINE_MS)  # the patience of the pages' own calls: other work may keep the machine busy
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
