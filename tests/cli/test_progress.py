"""The progress of an index build as a person sees it."""

from __future__ import annotations

import io

from rich.console import Console

from copilot.cli.progress import index_progress


def test_each_step_leaves_its_finished_bar() -> None:
    output = io.StringIO()
    report = index_progress(Console(file=output, width=80))
    for step, total in (("读取协议", 1), ("建立词语索引", 4), ("建立语义索引", 300)):
        for done in range(total + 1):
            report(step, done, total)
    shown = output.getvalue()
    for step, counts in (("读取协议", "1/1"), ("建立词语索引", "4/4"), ("建立语义索引", "300/300")):
        assert any(step in line and counts in line for line in shown.splitlines()), shown


def test_nothing_is_drawn_for_a_step_without_work() -> None:
    output = io.StringIO()
    index_progress(Console(file=output))("建立语义索引", 0, 0)
    assert output.getvalue() == ""
