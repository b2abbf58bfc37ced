"""The table of phrases that a trainer fills in, and the lines that tell what is taken and left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.errors import DocumentError

if TYPE_CHECKING:
    from copilot.store.phrase_files import PhraseUse

COLUMNS = {"话术": 60, "适用情形": 40, "类型": 10, "归属": 14}
"""The headings with their widths; only the first must be there."""

EXAMPLES = (
    ("您好，沙发这类大件由我们预约师傅上门取件，不用您自己寄。", "沙发要退怎么寄；大件不想自己搬", "说明", "团队"),
    ("{姓名}您好，您着急我理解，我马上去核实，有结果第一时间告诉您。", "怎么还没处理好；等太久了", "安抚", "团队"),
)
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One phrase of a table; `number` is its row as a spreadsheet counts."""

    number: int
    text: str
    situation: str
    style: str
    owner: str


def read_sheet(path: Path, most: int) -> list[SheetRow]:
    """The rows of an xlsx or csv file that hold a phrase, of all its sheets.

    Raises DocumentError where there is no such file, no column 话术, nothing below it, or more than `most` rows.
    """
    if not path.is_file():
        raise DocumentError(f"找不到 {path}。请检查文件名；要一份模板：copilot phrases template")
    rows = [row for sheet in _sheets(path) for row in _rows(path, sheet)]
    if not rows:
        raise DocumentError(f"{path.name}：“话术”这一列里没有内容。请填好再导入。")
    if len(rows) > most:
        raise DocumentError(f"{path.name}：一次最多导入 {most:,} 条，这里有 {len(rows):,} 条。请分成几份。")
    return rows


def _sheets(path: Path) -> Iterator[Iterator[tuple[int, Sequence[Any]]]]:
    from copilot.quality.tables import read_csv, read_xlsx

    if path.suffix.lower() == ".csv":
        yield read_csv(path)
    elif path.suffix.lower() == ".xlsx":
        yield from (rows for _title, rows in read_xlsx(path))
    else:
        raise DocumentError(f"{path.name}：只能导入 xlsx 或 csv。请用 Excel 或 WPS 另存为 xlsx 再试。")


def _rows(path: Path, rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[SheetRow]:
    places: dict[str, int] = {}
    for number, cells in rows:
        values = ["" if cell is None else str(cell).strip() for cell in cells]
        if not places:
            if any(values):
                places = {name: values.index(name) for name in COLUMNS if name in values}
                if "话术" not in places:
                    raise DocumentError(
                        f"{path.name}:{number}：第一行要有名为“话术”的列，另可有 {'、'.join(list(COLUMNS)[1:])}。"
                        "要一份模板：copilot phrases template"
                    )
            continue

        text, situation, style, owner = (
            values[places[name]] if name in places and places[name] < len(values) else "" for name in COLUMNS
        )
        if text:
            yield SheetRow(number, text, situation, style, owner)


def stat_lines(uses: Iterable[PhraseUse], texts: Mapping[str, str], top: int) -> list[str]:
    """What is taken most and least, with the points that each phrase moves by among the suggestions."""
    from copilot.phrasing.habit import MOST, habits

    known = {use.phrase: use for use in uses if use.shown}
    if not known:
        return ["这段时间还没有记录。客服点“复制”、改后发送或另写一句，都会记在这里。"]
    moved = habits(known.values())
    shown = sum(use.shown for use in known.values())
    taken = sum(use.accepted for use in known.values())
    edited = sum(use.edited for use in known.values())
    order = sorted(moved, key=lambda name: (-moved[name].points, name))
    lines = [
        f"建议共出现 {shown} 次，原样采用 {taken} 次（{taken / shown:.0%}），改后采用 {edited} 次（{edited / shown:.0%}）。",
        f"采用率高于团队平均的话术会提前，低于平均的靠后，最多 {MOST:g} 分（主题相符是 9 分）；出现次数少的几乎不动。",
    ]
    for title, names in (
        ("常被采用：", [name for name in order if moved[name].points > 0][:top]),
        ("常被放过：", [name for name in reversed(order) if moved[name].points < 0][:top]),
    ):
        lines += [title, *(_stat_line(known[name], moved[name].points, texts) for name in names)] if names else []
    return lines


def _stat_line(use: PhraseUse, points: float, texts: Mapping[str, str]) -> str:
    text = texts.get(use.phrase, "（已删除）")
    short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
    return f"  {points:+.2f} 分　出现 {use.shown}，采用 {use.accepted}，改后采用 {use.edited}　[{use.phrase}] {short}"
