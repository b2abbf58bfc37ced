"""What `copilot index` prints: short lines in plain Chinese, coloured where the terminal shows colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from copilot.clauses import Arrival, Clause, Document
    from copilot.documents import LeftOut
    from copilot.documents.comparing import Comparison, Disagreement
    from copilot.documents.differences import Difference
    from copilot.documents.repeated import Duplicate
    from copilot.retrieval import Hit
    from copilot.retrieval.standing import Standing
    from copilot.workspace import Workspace

_FEW = 5  # lines of one kind that are shown without --verbose
_SHORT = 60  # characters of a passage


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one file."""

    file: str
    arrival: Arrival
    left_out: Sequence[LeftOut]
    notes: Sequence[str]
    found: Comparison


def show_report(console: Console, report: Report, today: date, *, verbose: bool) -> None:
    """Print what was made of one file."""
    arrival, document = report.arrival, report.arrival.document
    what = f"{document.id}《{document.title}》"
    if arrival.change == "unchanged":
        _say(console, f"• {report.file}：没有变化，{what}早已加入。", "yellow")
        return
    outcome = f"{_change(arrival)}，{len(document.clauses)} 条，{validity(document, today)}"
    _say(console, f"✔ {report.file} → {what}，{outcome}", "green")
    if report.left_out:
        kinds = Counter(each.why for each in report.left_out)
        counted = "，".join(f"{why} {count}" for why, count in kinds.most_common())
        _say(console, f"  略去 {len(report.left_out)} 处：{counted}" + ("" if verbose else "（--verbose 逐条列出）"))
        for each in report.left_out if verbose else ():
            _say(console, f"    第 {each.line} 行 {each.why}：{_short(each.text)}", "dim")
    if broken := [clause.number for clause in document.clauses if clause.truncated]:
        _say(console, f"  原文没有写完：{'、'.join(broken)}", "yellow")
    for note in report.notes:
        _say(console, f"  请留意：{note}", "yellow")
    show_comparison(console, report.found, verbose=verbose, indent="  ")


def _change(arrival: Arrival) -> str:
    if arrival.change == "new":
        return "新加入"
    if arrival.change == "corrected":
        return "更正了这个版本"
    before, start = arrival.before, arrival.document.effective
    return "新版本" + (f"，旧版本到 {start} 为止" if before is not None else "（比已有的早）")


def validity(document: Document, today: date) -> str:
    """The days on which a version holds, in words."""
    start, end = document.effective, document.until
    if end is not None and end <= today:
        return f"{f'{start} 起，' if start else ''}到 {end} 为止（已失效）"
    days = (f"{start} 起" if start else "") + (f"{'，' if start else ''}到 {end} 为止" if end else "")
    return (days or "一直有效") + ("（尚未生效）" if start is not None and start > today else "")


def show_comparison(console: Console, found: Comparison, *, verbose: bool, indent: str = "") -> None:
    """Print duplicates and disagreements, the first few or all."""
    if found.disagreements:
        _say(console, f"{indent}数字不一致 {len(found.disagreements)} 处：", "red")
        _some(console, [disagreement_line(each) for each in found.disagreements], indent, verbose=verbose)
    if found.duplicates:
        _say(console, f"{indent}内容重复 {len(found.duplicates)} 处：", "yellow")
        _some(console, [_duplicate_line(each) for each in found.duplicates], indent, verbose=verbose)


def disagreement_line(found: Disagreement) -> str:
    """ "delivery 2.1 说 24 小时，standards 3.2 说 48 小时"."""
    return f"{_name(found.first)} 说 {found.first_words}，{_name(found.second)} 说 {found.second_words}"


def _duplicate_line(found: Duplicate) -> str:
    how = "相同" if found.similarity == 1.0 else f"相近（{found.similarity:.0%}）"
    return f"{_name(found.first)} 与 {_name(found.second)} {how}"


def _some(console: Console, lines: Sequence[str], indent: str, *, verbose: bool) -> None:
    shown = lines if verbose else lines[:_FEW]
    for line in shown:
        _say(console, f"{indent}  {line}")
    if len(shown) < len(lines):
        _say(console, f"{indent}  ……另有 {len(lines) - len(shown)} 处（--verbose 全部列出）", "dim")


def show_status(
    console: Console, workspace: Workspace, standing: Standing | None, today: date, *, verbose: bool
) -> None:
    """Print the documents, the state of the index and what documents disagree on."""
    from copilot.clauses import DocumentStore
    from copilot.cli.comparing import compare_documents

    store = DocumentStore(workspace, today)
    documents = store.documents
    clauses = [clause for document in documents for clause in document.clauses]
    holds = sum(clause.valid_on(today) for clause in clauses)
    ids = len({document.id for document in documents})
    _say(console, f"文件 {ids} 份（导入 {len(store.imported_ids)} 份），条款 {len(clauses)} 条，今天有效 {holds} 条。")
    if standing is None:
        _say(console, "还没有建立索引；第一次使用时会自动建立，也可以运行 copilot index rebuild。", "yellow")
    else:
        _say(console, f"索引建于 {standing.built_at.astimezone():%Y-%m-%d %H:%M}，语义模型 {standing.embedding}。")
        more = f" 等 {len(standing.changed)} 个文件" if len(standing.changed) > _FEW else ""
        changed = "、".join(standing.changed[:_FEW]) + more
        _say(console, f"此后改过：{changed}。下次使用时自动更新。" if changed else "此后没有改动。", "yellow" if changed else "")
    found = compare_documents(store, workspace)
    _say(console, f"数字不一致 {len(found.disagreements)} 处，内容重复 {len(found.duplicates)} 处。")
    show_comparison(console, found, verbose=verbose)
    table = Table(box=None, pad_edge=False)
    for heading in ("编号", "标题", "条款", "有效期", "来源"):
        table.add_column(heading, overflow="fold")
    for document in documents:
        source = f"导入：{document.origin.file}" if document.origin else "手写"
        edition = f"{document.id}@{document.version}" if document.version else document.id
        cells = (edition, document.title, str(len(document.clauses)), validity(document, today), source)
        table.add_row(*map(Text, cells))
    console.print(table)


_MARKS = {"new": ("＋ 新增", "green"), "changed": ("～ 改动", "yellow"), "renumbered": ("～ 改了编号", "yellow"),
          "period": ("～ 改了有效期", "yellow"), "gone": ("－ 去掉", "red")}  # fmt: skip


def show_differences(console: Console, found: Sequence[Difference]) -> int:
    """Print each clause that is not as it was; 0 when there is none, else 1."""
    if not found:
        _say(console, "没有变化。")
        return 0
    for each in found:
        words, colour = _MARKS[each.kind]
        number = f"（原 {each.old.number}）" if each.kind == "renumbered" and each.old else ""
        _say(console, f"{words} {_name(each.clause)}{number} {each.clause.title}", colour)
        if each.kind == "new":
            _say(console, f"    {_short(each.clause.text)}", "dim")
        for edit in each.edits:
            line = Text(f"    …{_flat(edit.before)}")
            line.append(f"[-{_flat(edit.removed)}-]" if edit.removed else "", "red")
            line.append(f"[+{_flat(edit.added)}+]" if edit.added else "", "green")
            console.print(line.append(f"{_flat(edit.after)}…"), soft_wrap=True)
    counts = Counter(_MARKS[each.kind][0][2:] for each in found)
    _say(console, "共 " + "，".join(f"{what} {count} 条" for what, count in counts.items()) + "。")
    return 1


def show_hits(console: Console, query: str, hits: Sequence[Hit]) -> None:
    """Print the clauses that were found with their scores, the best passage and the version."""
    from copilot.answering.sentences import best_passage

    if not hits:
        _say(console, "没有搜到条款。", "yellow")
    for hit in hits:
        clause = hit.clause
        days = _days(clause)
        _say(console, f"{hit.score:.2f}  {_name(clause)}  {clause.title}{f'（{days}）' if days else ''}", "cyan")
        _say(console, f"      {_short(_flat(best_passage(clause.text, query, _SHORT)))}", "dim")


def _days(clause: Clause) -> str:
    """The days on which a clause holds, where it has such."""
    start, end = clause.valid_from, clause.valid_until
    return (f"{start} 起" if start else "") + (f"{'，' if start and end else ''}到 {end} 为止" if end else "")


def _name(clause: Clause) -> str:
    return f"{clause.edition} {clause.number}"


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))


def _short(text: str) -> str:
    flat = _flat(text)
    return flat if len(flat) <= _SHORT else f"{flat[:_SHORT]}…"


def _say(console: Console, text: str, style: str = "") -> None:
    """Print text as it is: square brackets in it are no markup."""
    console.print(Text(text, style=style), soft_wrap=True)
