"""How long the customer has waited: the server says it once, the page counts on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

if TYPE_CHECKING:
    from copilot.desk import DeskView


def show_clock(place: ui.element, view: DeskView) -> None:
    """Draw the clock of the customer who waits into `place`; nothing where nobody does."""
    place.clear()
    waiting, now = view.waiting, view.now
    if waiting is None or now is None:
        return
    seconds = {
        "waited": (now - waiting.since).total_seconds(),
        "nudge": (waiting.nudge_at - waiting.since).total_seconds(),
        "limit": (waiting.limit_at - waiting.since).total_seconds(),
    }
    with place:
        clock = ui.element("div").classes("waiting").mark("waiting")
        for name, value in seconds.items():
            clock.props(f'data-{name}="{value:.1f}"')
        clock.props(f'data-said="{waiting.channel} {waiting.said}"')
