"""Replies to hold norms against: from a file (txt, csv, xlsx, jsonl), the desk's database, and the good examples."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.conversation import Conversation, turns_from_history
from copilot.errors import CopilotError, DocumentError, reason_of

if TYPE_CHECKING:
    from copilot.norms import ExampleSet
    from copilot.quality.tables import Row
    from copilot.workspace import Workspace

Told = Callable[[str], None]
_REPLY = ("回复", "客服回复", "客服", "答复", "reply", "agent", "answer")
_CUSTOMER = ("客户", "客户的话", "客户消息", "顾客", "买家", "customer", "question")
_COLUMNS = "csv 要有“回复”一列，可以再有“客户”一列；整通会话要有“角色”和“内容”两列"
_TABLES = (".csv", ".tsv", ".xlsx")
_JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, what was said before it, and where it was found ("replies.csv:7", "会话 12")."""

    source: str
    text: str
    before: Conversation


def replies_in(path: Path, workspace: Workspace, told: Told) -> Iterator[Reply]:
    """The replies of a file, one at a time; a line that cannot be used goes to `told`. Raises DocumentError."""
    suffix = path.suffix.lower()
    if not path.is_file():
        raise DocumentError(f"{path}：找不到这个文件，请检查文件名。")
    try:
        if suffix in _TABLES:
            yield from _table(path, workspace, told)
        elif suffix in _JSON_LINES:
            yield from _json_lines(path, told)
        else:
            from copilot.documents.encoding import decode

            for number, line in enumerate(decode(path.read_bytes(), path.name).splitlines(), start=1):
                if line.strip():
                    yield Reply(f"{path.name}:{number}", line.strip(), Conversation())
    except OSError as error:
        raise DocumentError(f"{path.name}：读不了（{reason_of(error)}）。请检查文件和权限。") from error


def about_how_many(path: Path) -> int:
    """Lines of a text file that hold something; 0 where that says nothing."""
    from copilot.quality.lines import count_lines

    return count_lines(path) if path.is_file() and path.suffix.lower() != ".xlsx" else 0


def _table(path: Path, workspace: Workspace, told: Told) -> Iterator[Reply]:
    from copilot.quality.tables import read_csv, read_xlsx

    sheets: Iterable[Iterator[Row]]
    sheets = (rows for _, rows in read_xlsx(path)) if path.suffix.lower() == ".xlsx" else [read_csv(path)]
    for rows in sheets:
        first = next(rows, None)
        if first is None:
            continue
        headings = [str(cell or "").strip().lower() for cell in first[1]]
        reply, customer = _column(headings, _REPLY), _column(headings, _CUSTOMER)
        if reply is None:
            if len([heading for heading in headings if heading]) > 1:
                yield from _whole_conversations(path, workspace, told)
                return
            reply, rows = 0, chain([first], rows)  # one column without a heading
        for number, cells in rows:
            text = _cell(cells, reply)
            if text:
                said = _cell(cells, customer) if customer is not None else ""
                yield Reply(f"{path.name}:{number}", text, Conversation.from_customer(said))


def _column(headings: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, heading in enumerate(headings) if heading in names), None)


def _cell(cells: Sequence[Any], place: int) -> str:
    return str(cells[place]).strip() if place < len(cells) and cells[place] is not None else ""


def _whole_conversations(path: Path, workspace: Workspace, told: Told) -> Iterator[Reply]:
    """What the agent said in a table of conversations, as `copilot review --conversation` reads it."""
    from copilot.quality import read_rules
    from copilot.quality.sources import conversations_of

    try:
        for dialogue in conversations_of(path, read_rules(workspace), told, lambda *_: None):
            for place, turn in enumerate(dialogue.turns):
                if turn.role == "agent" and turn.text.strip():
                    yield Reply(f"{path.name} 会话 {dialogue.id}", turn.text, Conversation(dialogue.turns[:place]))
    except DocumentError as error:
        raise DocumentError(f"{path.name}：没有认出哪一列是回复。{_COLUMNS}。") from error


def _json_lines(path: Path, told: Told) -> Iterator[Reply]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            place = f"{path.name}:{number}"
            try:
                yield from _of_json(json.loads(raw.decode("utf-8-sig")), place)
            except (ValueError, RecursionError) as error:
                known = not isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError))
                told(f"{place}：{error if known else '不是合法的 JSON'}，这一行没有看。")


def _of_json(value: Any, place: str) -> Iterator[Reply]:
    """The reply, or all replies of the conversation, that a JSON value holds. Raises ValueError in Chinese."""
    if isinstance(value, str):
        value = {"reply": value}
    if not isinstance(value, dict):
        raise ValueError("应为 {\"reply\": …}，可以再写 customer 或 history")
    if isinstance(turns := value.get("turns"), list):
        said = _history(turns)
        for number, turn in enumerate(said):
            if turn.role == "agent" and turn.text.strip():
                yield Reply(place, turn.text, Conversation(said[:number]))
        return
    text = value.get("reply")
    if not isinstance(text, str):
        raise ValueError("缺少 reply（回复的文字）")
    history, customer = value.get("history"), value.get("customer")
    if isinstance(history, list):
        yield Reply(place, text, Conversation(_history(history)))
    else:
        yield Reply(place, text, Conversation.from_customer(customer if isinstance(customer, str) else ""))


def _history(value: list[Any]) -> tuple[Any, ...]:
    try:
        return turns_from_history(value)
    except ValueError:
        raise ValueError("对话应为 [{\"role\": \"customer\" 或 \"agent\", \"text\": …}]") from None


def examples_as_replies(examples: Iterable[ExampleSet]) -> Iterator[Reply]:
    """The good examples: no norm may flag one."""
    for each in examples:
        for line in each.good:
            yield Reply(f"{each.norm} 的例句", line.reply, Conversation.from_customer(line.customer))


class StoredReplies:
    """What agents said in the desk's database, conversation by conversation. Raises StoreError."""

    def __init__(self, database: str) -> None:
        self._database = database

    def all(self, expect: Callable[[int], None]) -> Iterator[Reply]:
        """The replies, oldest conversation first; `expect` is told how many conversations there are."""
        from copilot.store import Store

        with asyncio.Runner() as runner:
            store: Store = runner.run(Store.open(self._database))
            try:
                numbers = runner.run(_conversations(store))
                expect(len(numbers))
                for number in numbers:
                    turns = runner.run(_turns(store, number))
                    for place, turn in enumerate(turns):
                        if turn.role == "agent" and turn.text.strip():
                            yield Reply(f"会话 {number}", turn.text, Conversation(turns[:place]))
            finally:
                runner.run(store.close())


async def _conversations(store: Any) -> tuple[int, ...]:
    async with store.unit_of_work() as work:
        found: tuple[int, ...] = await work.all_conversations()
        return found


async def _turns(store: Any, number: int) -> tuple[Any, ...]:
    async with store.unit_of_work() as work:
        return tuple(turn.plain() for turn in await work.turns(number))


def no_replies(path: Path | None) -> CopilotError:
    """The error for a source without any reply."""
    if path is None:
        return CopilotError("数据库里还没有回复，也没有例句。请用 --file 给出一批回复（txt、csv、xlsx 或 jsonl）。")
    return CopilotError(f"{path.name}：里面没有回复。{_COLUMNS}；txt 一行一条。")
