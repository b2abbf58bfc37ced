"""The report as one page that needs nothing else: summary first, then the conversations with something to look at."""

from __future__ import annotations

import html
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from copilot.documents.table_files import cell_text
from copilot.quality.masking import Veil
from copilot.quality.report import Checked, Mark
from copilot.quality.rules import QualityRules
from copilot.quality.sheets import scoring_line
from copilot.quality.summary import Summary
from copilot.quality.wording import (
    ROLES,
    SEVERITIES,
    Cite,
    facts,
    group_rows,
    mark_rows,
    place_of,
    points_of,
    step_rows,
)

_MOST = 1_000  # conversations on the page; more would make it slow to open
_MOST_TURNS = 200  # of one conversation
_COPIED = 8_192  # characters at once
_STYLE = """
:root{color-scheme:light dark;--line:#d9dde3;--soft:#f4f6f8;--block:#b3261e;--warn:#9a6700;--tip:#57606a}
@media(prefers-color-scheme:dark){:root{--line:#3d444d;--soft:#1f242b;--block:#ff8a80;--warn:#e3b341;--tip:#9da7b3}}
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:1000px;margin:2em auto;padding:0 1em}
h1{font-size:1.5em}h2{font-size:1.15em;margin:1.8em 0 .5em}
table{border-collapse:collapse;width:100%}th,td{padding:.35em .6em;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:.6em}
.facts div{background:var(--soft);border-radius:6px;padding:.5em .8em}.facts b{display:block;font-size:1.1em}
details{border:1px solid var(--line);border-radius:6px;margin:.5em 0;padding:.2em .8em}summary{cursor:pointer;padding:.3em 0}
.t{margin:.4em 0;white-space:pre-wrap;overflow-wrap:anywhere}.t i{font-style:normal;color:var(--tip);margin-right:.6em}
.m{margin:.2em 0 .2em 1.5em;padding-left:.7em;border-left:3px solid}.block{color:var(--block)}.warn{color:var(--warn)}.tip{color:var(--tip)}
small{color:var(--tip)}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # nothing is fetched or run, whatever a customer wrote


class Page:
    """Writes the page to `path`; conversations wait in a temporary file, for the summary comes before them."""

    def __init__(self, path: Path, rules: QualityRules, cite: Cite) -> None:
        self._path, self._rules, self._cite = path, rules, cite
        self._body = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by finish or abandon
        self._with_marks = 0

    def take(self, checked: Checked, veil: Veil, identity: str) -> None:
        if not checked.marks:
            return
        self._with_marks += 1
        if self._with_marks <= _MOST:
            self._body.writelines(self._conversation(checked, veil, identity))

    def finish(self, summary: Summary) -> None:
        with self._path.open("w", encoding="utf-8") as page:
            page.write(
                f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width='
                f'device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
                f"<title>会话质检报告</title><style>{_STYLE}</style></head><body><h1>会话质检报告</h1>"
            )
            page.writelines(self._head(summary))
            self._body.seek(0)
            shutil.copyfileobj(self._body, page, _COPIED)
            page.write("</body></html>\n")
        self._body.close()

    def abandon(self) -> None:
        self._body.close()

    def _head(self, summary: Summary) -> Iterable[str]:
        yield '<div class="facts">'
        yield from (f"<div>{_safe(label)}<b>{_safe(value)}</b></div>" for label, value in facts(summary))
        yield "</div><h2>各条款组平均分</h2>"
        yield _table(["条款", "评分", "平均分", "已评（通）", "未核查（通）"], group_rows(summary), 2)
        yield f"<p><small>{_safe(scoring_line(self._rules))}</small></p>"
        common, missed = mark_rows(summary.top(), self._cite), step_rows(summary.missed_steps(), self._cite)
        yield "<h2>最常见的问题</h2>"
        yield _table(["问题", "条款", "程度", "次数", "会话"], common, 3) if common else "<p>没有。</p>"
        yield "<h2>漏掉的步骤</h2>"
        yield _table(["步骤", "条款", "情况", "会话"], missed, 3) if missed else "<p>没有。</p>"
        yield f"<h2>有发现的会话（{self._with_marks:,} 通）</h2>"
        if self._with_marks > _MOST:
            yield f"<p>这里列出前 {_MOST:,} 通；要看全部，请存成 xlsx 或 jsonl。</p>"
        if not self._with_marks:
            yield "<p>没有。</p>"

    def _conversation(self, checked: Checked, veil: Veil, identity: str) -> Iterable[str]:
        serious = [mark for mark in checked.marks if mark.severity != "tip"]
        blocked = sum(mark.severity == "block" for mark in serious)
        scores = "　".join(f"{score.title} {points_of(score)}" for score in checked.scores)
        head = f"{len(serious)} 处问题" + (f"，其中 {blocked} 处不可发送" if blocked else "")
        yield f"<details><summary><b>{_safe(identity)}</b>　{head}<br><small>{_safe(scores)}</small></summary>"
        if checked.notes:
            yield f"<p><small>{_safe('；'.join(checked.notes))}</small></p>"
        for number, turn in enumerate(checked.dialogue.turns[:_MOST_TURNS], start=1):
            yield f'<p class="t"><i>{number} {ROLES[turn.role]}</i>{_safe(veil.text(number))}</p>'
            yield from (self._mark(mark, veil) for mark in checked.marks if mark.turn == number)
        rest = [mark for mark in checked.marks if not mark.turn or mark.turn > _MOST_TURNS]
        yield from (self._mark(mark, veil) for mark in rest)
        yield f"<p><small>{_safe(checked.dialogue.place)}</small></p></details>\n"

    def _mark(self, mark: Mark, veil: Veil) -> str:
        quote = f"“{veil.part(mark.turn, mark.start, mark.end)}”" if mark.end else ""
        where = "" if mark.turn and mark.turn <= _MOST_TURNS else f"{place_of(mark)} · "
        line = f"{where}{SEVERITIES[mark.severity]} · {mark.title}（{self._cite(mark.clause)}）{quote}{mark.reason}"
        return f'<div class="m {mark.severity}">{_safe(line)}</div>'


def _table(headings: Sequence[str], rows: Iterable[Sequence[Any]], numbers_from: int) -> str:
    """A table; columns from `numbers_from` on are numbers and stand to the right."""

    def row(cells: Sequence[Any], tag: str) -> str:
        return "<tr>" + "".join(
            f"<{tag}{' class=n' if place >= numbers_from else ''}>{_safe(f'{cell:,}' if isinstance(cell, int) else cell)}</{tag}>"
            for place, cell in enumerate(cells)
        ) + "</tr>"  # fmt: skip

    return f"<table>{row(headings, 'th')}{''.join(row(cells, 'td') for cells in rows)}</table>"


def _safe(text: str) -> str:
    return html.escape(cell_text(text))
