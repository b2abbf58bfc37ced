"""The workspace: a folder with `knowledge/` and `prompts/`, read strictly and early.

The built-in workspace travels inside the package; `copy_builtin` gives a team its own copy to edit. Every data file
is validated against a pydantic model that forbids unknown keys; an error names file, line and remedy.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from copilot.errors import WorkspaceError, reason_of
from copilot.validation import in_chinese

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DataRecord(BaseModel):
    """Base of everything that is read from YAML: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


RecordT = TypeVar("RecordT", bound=BaseModel)
_ADDED_TO = frozenset({"norm_examples"})  # folders of `knowledge/` of which the home may hold files beside the workspace's


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `knowledge/` and `prompts/`."""

    root: Path
    home: Path | None = None  # where documents are kept that are added to a workspace which must not be changed

    def with_home(self, home: Path) -> Workspace:
        """The same workspace with the documents that were added in this home."""
        return Workspace(self.root, home)

    @property
    def document_folders(self) -> tuple[Path, ...]:
        """Where imported documents lie; the first folder takes new ones. The built-in workspace is never written to."""
        own = self.knowledge / "documents"
        if self.home is None:
            return (own,)
        added = self.home / "documents"
        return (added, own) if self.root == builtin_workspace().root else (own, added)

    @property
    def knowledge(self) -> Path:
        return self.root / "knowledge"

    def places_of(self, name: str) -> tuple[Path, ...]:
        """Where the file `knowledge/<name>`, which the copilot itself writes, may lie; a new one is written to the first.

        That is in the workspace, or in the home for the built-in one, which is never written to.
        """
        own = self.knowledge / name
        if self.home is None:
            return (own,)
        added = self.home / "knowledge" / name
        return (added, own) if self.root == builtin_workspace().root else (own, added)

    @property
    def prompts(self) -> Path:
        return self.root / "prompts"

    def name_of(self, path: Path) -> str:
        """The path as people see it in messages: relative to the workspace."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def files(self, folder: str, suffix: str) -> list[Path]:
        """Files below `knowledge/<folder>` with this suffix (".yaml", ".md"), sorted by path; the home's come last."""
        folders = [self.knowledge / folder]
        if self.home is not None and folder in _ADDED_TO:
            folders.append(self.home / "knowledge" / folder)
        return [path for each in folders for path in sorted(each.rglob(f"*{suffix}")) if path.is_file()]

    def read_records(self, folder: str, model: type[RecordT], *, key: str | None = "id") -> list[RecordT]:
        """All records of the YAML files below `knowledge/<folder>`; each file holds a list of mappings.

        Where `key` is given, two records with the same value of it are an error.
        Raises WorkspaceError naming file, line and remedy.
        """
        found: list[RecordT] = []
        seen: dict[object, str] = {}
        for path in self.files(folder, ".yaml"):
            for record in self.records_in(path, model):
                if key is not None:
                    identity, place = getattr(record, key), self.name_of(path)
                    if identity in seen:
                        raise WorkspaceError(
                            f"{place}：{key} 为 {identity!r} 的条目已在 {seen[identity]} 出现过，请改成不同的 {key}。"
                        )
                    seen[identity] = place
                found.append(record)
        return found

    def read_record(self, name: str, model: type[RecordT]) -> RecordT:
        """The one mapping that the YAML file `knowledge/<name>` holds. Raises WorkspaceError."""
        path = self.knowledge / name
        content = self._parse(path)
        try:
            return model.model_validate(content)
        except ValidationError as error:
            raise self._error(path, error, ()) from error

    def read_prompt(self, name: str) -> str:
        """The text of `prompts/<name>`. Raises WorkspaceError when there is no such file."""
        return self._read_text(self.prompts / name)

    def records_in(self, path: Path, model: type[RecordT]) -> Iterator[RecordT]:
        """The records of one YAML file, first to last. Raises WorkspaceError naming file, line and remedy."""
        content = self._parse(path)
        if content is None:
            return
        if not isinstance(content, list):
            raise WorkspaceError(f"{self.name_of(path)}:1：应为列表，每个条目以“- ”开头。")
        for position, item in enumerate(content):
            try:
                yield model.model_validate(item)
            except ValidationError as error:
                raise self._error(path, error, (position,)) from error

    def _read_text(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise WorkspaceError(
                f"{self.name_of(path)}：找不到这个文件。请补上，或用 copilot init 生成一份完整的工作区。"
            ) from error
        except UnicodeDecodeError as error:
            raise WorkspaceError(f"{self.name_of(path)}：不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error
        except OSError as error:
            raise WorkspaceError(f"{self.name_of(path)}：无法读取（{reason_of(error)}）。请检查文件权限。") from error

    def _parse(self, path: Path) -> Any:
        text = self._read_text(path)
        try:
            return yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are the safe ones
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise WorkspaceError(
                f"{self.name_of(path)}:{line}：YAML 格式有误（{error.problem}）。请检查缩进、冒号和引号。"
            ) from error
        except yaml.YAMLError as error:
            raise WorkspaceError(f"{self.name_of(path)}:1：YAML 格式有误（{error}）。") from error
        except ValueError as error:  # what looks like a date is turned into one: 2026-02-30
            line, said = _impossible_date(text)
            raise WorkspaceError(f"{self.name_of(path)}:{line}：没有 {said} 这一天或这个数，请核对；是文字就加引号。") from error

    def _error(self, path: Path, error: ValidationError, inside: tuple[int, ...]) -> WorkspaceError:
        first = error.errors()[0]
        location = (*inside, *first["loc"])
        line = _line_of(self._read_text(path), location)
        field = ".".join(str(part) for part in first["loc"]) or "条目"
        if first["type"] == "extra_forbidden":
            advice = f"没有名为 {field} 的字段，请删去或更正拼写。"
        elif first["type"] == "missing":
            advice = f"缺少字段 {field}，请补上。"
        else:
            advice = f"{'这一条' if not first['loc'] else f'字段 {field} 的值'}不可用：{in_chinese(first)}。"
        return WorkspaceError(f"{self.name_of(path)}:{line}：{advice}")


def _impossible_date(text: str) -> tuple[int, str]:
    """The 1-based line of the first value that cannot be what it looks like, a date that does not exist; and the value."""
    maker = yaml.constructor.SafeConstructor()
    nodes = [yaml.compose(text, Loader=_Loader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.ScalarNode):
            try:
                maker.construct_object(node)
            except ValueError:
                return node.start_mark.line + 1, str(node.value)
        elif node is not None:
            parts = node.value if isinstance(node, yaml.SequenceNode) else [each for pair in node.value for each in pair]
            nodes += reversed(parts)
    return 1, "文件里的某个值"


def _line_of(text: str, location: tuple[int | str, ...]) -> int:
    """The 1-based line of the deepest node of `location` that exists in the YAML text."""
    node = yaml.compose(text, Loader=_Loader)
    line = 1
    for part in location:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            match = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if match is None:
                return line
            line, node = match[0].start_mark.line + 1, match[1]
        else:
            return line
    return node.start_mark.line + 1 if isinstance(node, yaml.ScalarNode) else line


def builtin_workspace() -> Workspace:
    """The workspace that comes with the package (inside the wheel, or beside it in a source checkout)."""
    packaged = Path(str(files("copilot").joinpath("_workspace")))
    if packaged.is_dir():
        return Workspace(packaged)
    return Workspace(Path(str(files("copilot"))).parent)


def open_workspace(path: Path | None) -> Workspace:
    """The workspace at `path`, or the built-in one for None. Raises WorkspaceError when it is none."""
    if path is None:
        return builtin_workspace()
    if not (path / "knowledge").is_dir():
        raise WorkspaceError(
            f"{path}：这里没有 knowledge 文件夹。请用 copilot init {path} 生成工作区，或改正 COPILOT_WORKSPACE。"
        )
    return Workspace(path.resolve())


def copy_builtin(destination: Path) -> Workspace:
    """Copy the built-in workspace to `destination`, an empty or new folder, and open it.

    Raises WorkspaceError when the folder already holds something: nothing is overwritten.
    """
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise WorkspaceError(f"{destination}：已存在且不是空文件夹，为免覆盖未作任何改动。请换一个新的文件夹名。")
    source = builtin_workspace()
    destination.mkdir(parents=True, exist_ok=True)
    for part in ("knowledge", "prompts"):
        shutil.copytree(source.root / part, destination / part)
    return Workspace(destination.resolve())
