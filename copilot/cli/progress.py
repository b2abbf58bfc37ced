"""The progress bars of an index build, on standard error: a line for each step, kept once it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


def index_progress(console: Console | None = None) -> Callable[[str, int, int], None]:
    """A callback (step, done, total) that draws a bar while a step takes place; nothing when nothing is built."""
    from rich.console import Console

    output = console or Console(stderr=True)
    running: dict[str, Progress] = {}

    def report(step: str, done: int, total: int) -> None:
        if total <= 0:
            return
        if step not in running:
            for earlier in running.values():
                earlier.stop()
            running.clear()
            running[step] = _bar(step, total, output)
        running[step].update(running[step].task_ids[0], completed=done)
        if done >= total:
            running.pop(step).stop()

    return report


def _bar(step: str, total: int, console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
    bar.add_task(step, total=total)
    bar.start()
    return bar
