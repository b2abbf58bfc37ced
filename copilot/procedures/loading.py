"""Procedures as they stand in the workspace, proved usable before the first dialogue is tracked."""

from __future__ import annotations

from copilot.errors import WorkspaceError
from copilot.procedures.model import ProcedureRecord, SignalFile, SignalRecord
from copilot.workspace import Workspace

FOLDER = "procedures"
SIGNALS = f"{FOLDER}/signals.yaml"


def read_signals(workspace: Workspace) -> tuple[SignalRecord, ...]:
    """The signals that all procedures share. Raises WorkspaceError naming file, line and remedy."""
    return workspace.read_record(SIGNALS, SignalFile).signals


def read_procedures(workspace: Workspace) -> dict[str, ProcedureRecord]:
    """All procedures by id, in the order of their files.

    Raises WorkspaceError when a file is malformed, a step cannot be reached, or a signal is named that does not exist.
    """
    signals = {signal.id for signal in read_signals(workspace)}
    found: dict[str, ProcedureRecord] = {}
    for path in workspace.files(FOLDER, ".yaml"):
        name = path.relative_to(workspace.knowledge).as_posix()
        if name == SIGNALS:
            continue
        procedure = workspace.read_record(name, ProcedureRecord)
        if procedure.id in found:
            raise WorkspaceError(f"{workspace.name_of(path)}:1：流程 id {procedure.id!r} 已经有了，请换一个 id。")
        for condition in procedure.conditions:
            for signal in condition.names:
                if signal not in signals:
                    line = _line_naming(path.read_text(encoding="utf-8-sig"), signal)
                    raise WorkspaceError(
                        f"{workspace.name_of(path)}:{line}：没有名为 {signal!r} 的信号。"
                        f"请改正拼写，或在 {SIGNALS} 里加上它。"
                    )
        found[procedure.id] = procedure
    if not found:
        raise WorkspaceError(f"knowledge/{FOLDER}：没有任何流程文件。请补上，或用 copilot init 生成一份完整的工作区。")
    return found


def _line_naming(text: str, word: str) -> int:
    """The first 1-based line in which `word` stands by itself."""
    for number, line in enumerate(text.splitlines(), start=1):
        pieces = line.replace("[", " ").replace("]", " ").replace(",", " ").replace("{", " ").replace("}", " ").split()
        if word in pieces:
            return number
    return 1
