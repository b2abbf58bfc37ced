"""The console as a person sees it: a page in a real Chromium, opened and typed into."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser, Page, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium fonts-noto-cjk"),
    # asyncio's transports of the driver are closed by the interpreter, after the test that opened them
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
DEADLINE_MS = 15_000


def open_page(browser: Browser, url: str, *, width: int = 1280, height: int = 860) -> Page:
    """A page of the console in a session of its own, ready to be used."""
    context = browser.new_context(viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(DEADLINE_MS)
    page.goto(url)
    expect(page.locator(".pane").first).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    """Write into the composer and press Enter; a draft with findings stays in the box."""
    box = page.locator("textarea")
    box.fill(text)
    box.press("Enter")


def submit(page: Page, text: str) -> None:
    """Write, and see that the text was taken."""
    write(page, text)
    expect(page.locator("textarea")).to_have_value("")
