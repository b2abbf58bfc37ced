"""`copilot doctor`: what works, what is wrong, and what to do about it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from copilot.cli.doctor_search import look_at_embedding, look_at_reranker, look_at_vectors
from copilot.conversation import ClauseRef
from copilot.engine import Copilot
from copilot.errors import CopilotError, reason_of
from copilot.settings import Settings, load_settings, variable_name

State = Literal["ok", "note", "bad"]
_MARKS: dict[State, tuple[str, str]] = {"ok": ("✔", "green"), "note": ("•", "yellow"), "bad": ("✘", "red")}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of the doctor: what was looked at, how it is, and what was seen (with the remedy when it is bad)."""

    subject: str
    state: State
    remark: str


def examine(console: Console, workspace: Path | None) -> int:
    """Print a line for each part; 0 when nothing is bad, else 1."""
    status = 0
    for diagnosis in diagnose(workspace):
        mark, colour = _MARKS[diagnosis.state]
        console.print(Text(f"{mark} {diagnosis.subject}：{diagnosis.remark}", style=colour), soft_wrap=True)
        status |= diagnosis.state == "bad"
    return status


def diagnose(workspace: Path | None) -> Iterator[Diagnosis]:
    """All diagnoses, one after the other; settings first, for without them nothing else can be looked at."""
    try:
        settings = load_settings(workspace=workspace)
    except CopilotError as error:
        yield Diagnosis("设置", "bad", str(error))
        return
    yield from _settings(settings)
    for subject, check in _CHECKS.items():
        yield _checked(subject, check, settings)


def _checked(subject: str, check: Callable[[Settings], Diagnosis], settings: Settings) -> Diagnosis:
    retrieval = logging.getLogger("copilot.retrieval")
    before = retrieval.level
    retrieval.setLevel(logging.ERROR)  # what it would warn of has a line of its own here
    try:
        return check(settings)
    except CopilotError as error:
        return Diagnosis(subject, "bad", str(error))
    except Exception as error:  # the doctor reports what it did not expect and goes on
        return Diagnosis(subject, "bad", f"检查时出了意外（{type(error).__name__}: {error}）。请把这一行反馈给维护者。")
    finally:
        retrieval.setLevel(before)


def _settings(settings: Settings) -> Iterator[Diagnosis]:
    known = {variable_name(field) for field in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("COPILOT_") and name not in known)
    if unknown:
        yield Diagnosis("设置", "note", f"不认识的变量 {'、'.join(unknown)}，不起作用；请检查拼写。")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".doctor"
        probe.touch()
        probe.unlink()
        yield Diagnosis("设置", "ok", f"已读取；数据文件夹 {settings.home} 可以写入。")
    except OSError as error:
        yield Diagnosis(
            "设置", "bad", f"数据文件夹 {settings.home} 无法写入（{reason_of(error)}）。请用 COPILOT_HOME 指定一个可写的文件夹。"
        )


def _workspace(settings: Settings) -> Diagnosis:
    from copilot.wiring import build_copilot

    copilot = build_copilot(settings)
    norms, scenarios = len(copilot.reviewer.norms), len(copilot.practice.scenarios)
    phrases, procedures = len(copilot.phrasebook.phrases), len(copilot.tracker.procedures)
    if unknown := sorted(set(_unknown_clauses(copilot))):
        return Diagnosis(
            "工作区", "bad",
            f"{copilot.workspace.root}：这些条目引用了不存在的条款，请更正条款号：{'；'.join(unknown[:5])}"
            f"{f' 等 {len(unknown)} 处' if len(unknown) > 5 else ''}",
        )  # fmt: skip
    if not (norms and scenarios and phrases and procedures):
        return Diagnosis(
            "工作区", "bad",
            f"{copilot.workspace.root}：规范 {norms} 条，话术 {phrases} 条，流程 {procedures} 个，练习场景 {scenarios} 个；"
            "有一类是空的。请检查 knowledge 里对应的文件，或用 copilot init 重新生成一份来对照。",
        )  # fmt: skip
    return Diagnosis(
        "工作区", "ok",
        f"{copilot.workspace.root}：规范 {norms} 条，话术 {phrases} 条，流程 {procedures} 个，练习场景 {scenarios} 个，文件均有效。",
    )  # fmt: skip


def _unknown_clauses(copilot: Copilot) -> Iterator[str]:
    """Each norm, phrase and step that cites a clause which is in no document: "话术 x → emergencies 9.9"."""
    cited = [
        *(("规范", norm.id, ClauseRef(norm.document, norm.clause)) for norm in copilot.reviewer.norms),
        *(
            ("话术", phrase.id, ClauseRef(cite.document, cite.clause))
            for phrase in copilot.phrasebook.phrases for cite in phrase.cites
        ),
    ]  # fmt: skip
    known = {clause.ref for clause in copilot.index.clauses}
    yield from (f"{kind} {identity} → {ref}" for kind, identity, ref in cited if ref not in known)


def _index(settings: Settings) -> Diagnosis:
    from copilot.wiring import build_copilot

    copilot = build_copilot(settings)
    status = copilot.index.status()
    copilot.index.search("多久回复客户", 1)
    return Diagnosis("索引", "ok", f"文件 {status.documents} 份，条款 {status.clauses} 条，可以检索。")


def _documents(settings: Settings) -> Diagnosis:
    from copilot.clauses import DocumentStore
    from copilot.cli.comparing import compare_documents, today
    from copilot.cli.index_view import disagreement_line
    from copilot.workspace import open_workspace

    workspace = open_workspace(settings.workspace).with_home(settings.home)
    store = DocumentStore(workspace, today())
    found = compare_documents(store, workspace)
    repeated = f"，内容重复 {len(found.duplicates)} 处" if found.duplicates else "，没有重复的条款"
    if found.disagreements:
        first = disagreement_line(found.disagreements[0])
        return Diagnosis(
            "文件", "note",
            f"数字不一致 {len(found.disagreements)} 处，如 {first}{repeated}。运行 copilot index status 查看，请核对哪个正确。",
        )  # fmt: skip
    return Diagnosis("文件", "ok", f"导入 {len(store.imported_ids)} 份；没有发现数字不一致{repeated}。")


def _search(subject: str, look: Callable[[Settings], tuple[bool, str]]) -> Callable[[Settings], Diagnosis]:
    def check(settings: Settings) -> Diagnosis:
        well, remark = look(settings)
        return Diagnosis(subject, "ok" if well else "bad", remark)

    return check


def _database(settings: Settings) -> Diagnosis:
    from copilot.store import Store

    async def open_and_close() -> None:
        store = await Store.open(settings.database)
        await store.close()

    asyncio.run(open_and_close())
    kind = settings.database.partition(":")[0].partition("+")[0]
    return Diagnosis("数据库", "ok", f"{kind} 可以打开，表结构是最新的。")


def _records(settings: Settings) -> Diagnosis:
    from copilot.store import Store
    from copilot.wiring import open_safe

    safe = open_safe(settings)

    async def keys() -> dict[str, int]:
        store = await Store.open(settings.database)
        try:
            async with store.unit_of_work() as work:
                return await work.record_keys()
        finally:
            await store.close()

    counts = asyncio.run(keys())
    total, plain = sum(counts.values()), counts.get("plain", 0)
    if closed := sum(count for key, count in counts.items() if not safe.opens(key)):
        return Diagnosis(
            "服务记录", "bad", f"{total} 条里有 {closed} 条用别的密钥加密，打不开（没有丢）。请把原来的密钥填到 COPILOT_RECORD_OLD_KEY。"
        )
    if not safe.encrypted:
        return Diagnosis(
            "服务记录", "note", f"{total} 条，联系方式未加密保存。用 copilot records key 生成密钥，填到 COPILOT_RECORD_KEY。"
        )
    if later := total - counts.get(safe.key_id, 0):
        kind = "还没加密" if later == plain else "还没换成新密钥"
        return Diagnosis("服务记录", "note", f"{total} 条里有 {later} 条{kind}，请运行 copilot records rekey。")
    return Diagnosis("服务记录", "ok", f"{total} 条，联系方式已加密（密钥编号 {safe.key_id}，请备份好密钥）。")


def _model(settings: Settings) -> Diagnosis:
    from copilot.cli.doctor_model import look_at_model

    return Diagnosis("语言模型", *look_at_model(settings))


def _model_use(settings: Settings) -> Diagnosis:
    from copilot.cli.doctor_model import look_at_use

    return Diagnosis("模型用量", *look_at_use(settings))


def _telegram(settings: Settings) -> Diagnosis:
    if settings.telegram_bot_token is None:
        return Diagnosis("Telegram", "note", "没有设置 TELEGRAM_BOT_TOKEN，只启动网页控制台。向 @BotFather 申请后填入即可启用。")
    from copilot.telegram import check_token

    name = asyncio.run(check_token(settings))
    return Diagnosis("Telegram", "ok", f"令牌有效，机器人是 @{name}。")


_CHECKS: dict[str, Callable[[Settings], Diagnosis]] = {
    "工作区": _workspace, "文件": _documents, "索引": _index, "语义模型": _search("语义模型", look_at_embedding),
    "向量库": _search("向量库", look_at_vectors), "重排模型": _search("重排模型", look_at_reranker), "数据库": _database, "服务记录": _records, "语言模型": _model, "模型用量": _model_use, "Telegram": _telegram,
}  # fmt: skip
