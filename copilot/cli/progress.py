"""The progress bar of an index build, on standard error and only when there is something to wait for."""

from __future__ import annotations

from collections.abc import Callable


def index_progress() -> Callable[[str, int, int], None]:
    """A callback (step, done, total) that draws a bar while a step takes place and clears it at its end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    console = Console(stderr=True)
    state: dict[str, TaskID] = {}
    progress = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)

    def report(step: str, done: int, total: int) -> None:
        if step not in state:
            if not state:
                progress.start()
            state[step] = progress.add_task(step, total=total)
        progress.update(state[step], completed=done, total=total)
        if all(task.finished for task in progress.tasks):
            progress.stop()

    return report
