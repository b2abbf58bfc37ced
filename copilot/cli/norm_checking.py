"""All that is wrong with a workspace's norms and their examples: each problem with file, line and remedy.

The reviewer refuses to start at the first problem; a trainer wants to see them all at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import ValidationError

from copilot.conversation import ClauseRef
from copilot.errors import WorkspaceError, reason_of
from copilot.language import PatternSet
from copilot.norms import ExampleSet, Norm
from copilot.norms.model import EXAMPLES_FOLDER, NORMS_FOLDER, ORDINARY, WORDS_FILE, read_fittings
from copilot.validation import in_chinese
from copilot.workspace import DataRecord, Workspace

TO_FILL_IN = "【待填写】"  # what `norms new` leaves for the trainer
ENOUGH = 40  # examples of each kind
_WORD = re.compile(r"<([\u4e00-\u9fff]+)>")
_PATTERNS = ("patterns", "unless", "unless_draft", "squeezed_patterns", "squeezed_unless")
_WHEN_PATTERNS = ("customer", "customer_unless", "echo", "echo_unless", "draft", "draft_unless")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RecordT = TypeVar("RecordT", bound=DataRecord)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to mend at `place` ("knowledge/norms/a.yaml:3"); the text names the remedy."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}：{self.text}"


@dataclass(frozen=True, slots=True)
class Entry(Generic[RecordT]):
    """A record with the file and the YAML node that it was read from."""

    record: RecordT
    name: str
    node: yaml.Node

    def place(self, *location: int | str) -> str:
        """ "knowledge/norms/a.yaml:7": where this field, or the record itself, stands."""
        return f"{self.name}:{line_of(self.node, location)}"


def line_of(node: yaml.Node, location: Collection[int | str]) -> int:
    """The 1-based line of the deepest part of `location` that exists below `node`."""
    line: int = node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode) and isinstance(part, str):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif not (isinstance(node, yaml.MappingNode) and isinstance(part, int)):  # one `when` needs no list
            return line
    return node.start_mark.line + 1 if isinstance(node, yaml.ScalarNode) else line


@dataclass
class Inspection:
    """Norms and examples that can be read, the troubles that must be mended, and hints that need not."""

    workspace: Workspace
    clauses: Collection[ClauseRef] | None = None  # None: not known, and no clause is called unknown
    troubles: list[Trouble] = field(default_factory=list)
    hints: list[Trouble] = field(default_factory=list)
    norms: list[Entry[Norm]] = field(default_factory=list)
    examples: list[Entry[ExampleSet]] = field(default_factory=list)

    @classmethod
    def of(cls, workspace: Workspace, clauses: Collection[ClauseRef] | None) -> Inspection:
        """Everything checked but the judging of the examples."""
        found = cls(workspace, clauses)
        words = found._words()
        found.norms = list(found._entries(NORMS_FOLDER, Norm))
        found._same_ids()
        for entry in found.norms:
            found._check_norm(entry, words)
        found.examples = list(found._entries(EXAMPLES_FOLDER, ExampleSet))
        found._check_examples()
        return found

    # Files

    def _entries(self, folder: str, model: type[RecordT]) -> Iterator[Entry[RecordT]]:
        for path in self.workspace.files(folder, ".yaml"):
            name = self.workspace.name_of(path)
            node, content = self._parsed(path)
            if content is None or node is None:
                continue
            if not isinstance(content, list) or not isinstance(node, yaml.SequenceNode):
                self._tell(f"{name}:1", "应为列表，每个条目以“- ”开头。")
                continue
            for item, item_node in zip(content, node.value, strict=True):
                try:
                    yield Entry(model.model_validate(item), name, item_node)
                except ValidationError as error:
                    for each in error.errors():
                        self._tell(f"{name}:{line_of(item_node, each['loc'])}", _advice(dict(each)))

    def _parsed(self, path: Path) -> tuple[yaml.Node | None, Any]:
        """The nodes and the values of a YAML file; None for one that cannot be read, which is told."""
        name = self.workspace.name_of(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
            return yaml.compose(text, Loader=_Loader), yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe ones
        except UnicodeDecodeError:
            self._tell(f"{name}:1", "不是 UTF-8 编码，请另存为 UTF-8 后再试。")
        except OSError as error:
            self._tell(f"{name}:1", f"无法读取（{reason_of(error)}）。请检查文件和权限。")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._tell(f"{name}:{line}", f"YAML 格式有误（{error.problem}）。请检查缩进、冒号和引号。")
        except yaml.YAMLError as error:
            self._tell(f"{name}:1", f"YAML 格式有误（{error}）。")
        return None, None

    def _words(self) -> dict[str, str]:
        """The words that patterns may name; what is wrong in their file is told."""
        try:
            read_fittings(self.workspace)
        except WorkspaceError as error:
            place, _, text = str(error).partition("：")
            self._tell(place, text)
        path = self.workspace.knowledge / WORDS_FILE
        if not path.is_file():
            return {}
        node, content = self._parsed(path)
        if node is None or not isinstance(content, dict):
            return {}
        name = self.workspace.name_of(path)
        groups = {key: content[key] for key in ("words", "cues", "said") if isinstance(content.get(key), dict)}
        words = {str(key): str(value) for key, value in groups.get("words", {}).items()}
        for group, patterns in groups.items():
            for key, pattern in patterns.items():
                self._check_pattern(f"{name}:{line_of(node, (group, key))}", str(pattern), words)
        return words

    # Norms

    def _same_ids(self) -> None:
        seen: dict[str, str] = {}
        for entry in self.norms:
            first = seen.setdefault(entry.record.id, entry.place("id"))
            if first != entry.place("id"):
                self._tell(entry.place("id"), f"id 为 {entry.record.id} 的规范已在 {first} 出现过，请改成不同的 id。")

    def _check_norm(self, entry: Entry[Norm], words: dict[str, str]) -> None:
        norm = entry.record
        for name in ("title", "reason", "advice"):
            if TO_FILL_IN in getattr(norm, name):
                self._tell(entry.place(name), f"{name} 还没有填写，请改成自己的话。")
        ref = ClauseRef(norm.document, norm.clause)
        if self.clauses is not None and ref not in self.clauses:
            documents = {each.document for each in self.clauses}
            what = f"{norm.document} 里没有条款 {norm.clause}" if norm.document in documents else f"没有编号为 {norm.document} 的文件"
            where = "clause" if norm.document in documents else "document"
            self._tell(entry.place(where), f"{what}，请核对 clause 和 document（copilot index status 列出全部文件）。")
        for location, pattern in _patterns_of(norm):
            if TO_FILL_IN in pattern:
                self._tell(entry.place(*location), f"{location[0]} 还没有填写，请写上实际的说法。")
            else:
                self._check_pattern(entry.place(*location), pattern, words)

    def _check_pattern(self, place: str, pattern: str, words: dict[str, str]) -> None:
        unknown = [name for name in dict.fromkeys(_WORD.findall(pattern)) if name not in words]
        for name in unknown:
            self._tell(place, f"<{name}> 不在 {WORDS_FILE} 的 words 里，请先在那里添加“{name}”，或改正这里的写法。")
        if unknown:
            return
        try:
            PatternSet([("", _WORD.sub(lambda match: f"(?:{words[match[1]]})", pattern))])
        except ValueError as error:
            reason = str(error).rpartition("无法使用：")[2]
            self._tell(place, f"这个句式用不了：{reason}。请检查括号、方括号和反斜杠。")

    # Examples

    def _check_examples(self) -> None:
        norms = {entry.record.id: entry.record for entry in self.norms}
        places: dict[tuple[str, str], tuple[str, str]] = {}  # of bad examples: the exchange, its norm and place
        for entry in self.examples:
            identity = entry.record.norm
            if identity not in norms and identity != ORDINARY:
                self._tell(entry.place("norm"), f"没有编号为 {identity} 的规范，请改正 norm，或先添加这条规范。")
            for position, line in enumerate(entry.record.bad):
                places[line.customer, line.reply] = identity, entry.place("bad", position)
        for entry in self.examples:
            self._check_lines(entry, places, norms)
        self._count_examples()

    def _check_lines(
        self, entry: Entry[ExampleSet], bad: dict[tuple[str, str], tuple[str, str]], norms: dict[str, Norm]
    ) -> None:
        for kind, lines in (("bad", entry.record.bad), ("good", entry.record.good)):
            seen: set[tuple[str, str]] = set()
            for position, line in enumerate(lines):
                exchange, place = (line.customer, line.reply), entry.place(kind, position)
                if TO_FILL_IN in line.reply:
                    self._tell(place, f"{kind} 的例句还没有填写，请换成自己写的句子。")
                    continue
                if exchange in seen:
                    self.hints.append(Trouble(place, f"“{line.reply}”在这里写了两遍，可以删去一句。"))
                seen.add(exchange)
                norm, other = bad.get(exchange, ("", ""))
                rival = norm == entry.record.norm or (norm in norms and norms[norm].severity != "tip")
                if kind == "good" and other and rival:
                    self._tell(place, f"“{line.reply}”又在不该说的里（{other}），两处只能留一处。")

    def _count_examples(self) -> None:
        for entry in self.norms:
            sets = [each for each in self.examples if each.record.norm == entry.record.id]
            bad, good = (sum(len(getattr(each.record, kind)) for each in sets) for kind in ("bad", "good"))
            if bad < ENOUGH or good < ENOUGH:
                place = sets[0].place() if sets else entry.place()
                self.hints.append(
                    Trouble(place, f"{entry.record.id} 不该说的 {bad} 句、可以说的 {good} 句，建议各 {ENOUGH} 句以上。")
                )

    def _tell(self, place: str, text: str) -> None:
        trouble = Trouble(place, text)
        if trouble not in self.troubles:
            self.troubles.append(trouble)


def _patterns_of(norm: Norm) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Each pattern of a norm and where it stands in its record."""
    for name in _PATTERNS:
        for position, pattern in enumerate(getattr(norm, name)):
            yield (name, position), pattern
    for number, when in enumerate(norm.when):
        for name in _WHEN_PATTERNS:
            for position, pattern in enumerate(getattr(when, name)):
                yield ("when", number, name, position), pattern
    for position, replacement in enumerate(norm.replace):
        yield ("replace", position, "pattern"), replacement.pattern


def _advice(error: dict[str, Any]) -> str:
    """One of pydantic's errors as the workspace words it."""
    name = ".".join(str(part) for part in error["loc"] if not isinstance(part, int)) or "条目"
    if error["type"] == "extra_forbidden":
        return f"没有名为 {name} 的字段，请删去或更正拼写。"
    if error["type"] == "missing":
        return f"缺少字段 {name}，请补上。"
    return f"{'这一条' if not error['loc'] else f'字段 {name} 的值'}不可用：{in_chinese(error).rstrip('。')}。"
