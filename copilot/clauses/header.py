"""What a document says about itself before its first heading: the front matter of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from copilot.errors import WorkspaceError

_DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"[^\s@/\\]{1,40}")
_FIELDS = ("id", "title", "effective", "until", "version", "source", "imported", "sha256")
_SHAPE = "请在文件开头写三行“id: …”“title: …”“effective: 2026-01-01”，上下各一行“---”。"


@dataclass(frozen=True, slots=True)
class Header:
    """The front matter. `until` is the first day on which the document no longer holds."""

    id: str
    title: str
    effective: date | None = None
    until: date | None = None
    version: str = ""
    source: str = ""  # name of the file that was imported, without its folder
    imported: date | None = None
    sha256: str = ""  # of the file that was imported

    def written(self) -> str:
        """The front matter as it stands in a file."""
        values = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        content = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1_000_000)
        return f"---\n{content}---\n"


def is_document_id(text: str) -> bool:
    """Whether the text may be a document's id: small letters, digits, - and _."""
    return _DOCUMENT_ID.fullmatch(text) is not None


def read_header(lines: list[str], source: str) -> tuple[Header, int]:
    """The front matter and the index of the first line after it. Raises WorkspaceError with file, line and remedy."""
    if not lines or lines[0].lstrip("\ufeff").strip() != "---":
        raise WorkspaceError(f"{source}:1：缺少文件头。{_SHAPE}")
    end = next((i for i, line in enumerate(lines[1:], start=1) if line.strip() == "---"), None)
    if end is None:
        raise WorkspaceError(f"{source}:1：文件头没有结束。{_SHAPE}")
    try:
        header = yaml.safe_load("\n".join(lines[1:end])) or {}
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-13-01 looks like a date and is none
        raise WorkspaceError(f"{source}:2：文件头格式有误。{_SHAPE}") from error
    if not isinstance(header, dict):
        raise WorkspaceError(f"{source}:2：文件头格式有误。{_SHAPE}")
    return _checked(header, source), end + 1


def _checked(header: Mapping[Any, Any], source: str) -> Header:
    for name in ("id", "title"):
        if not str(header.get(name) or "").strip():
            raise WorkspaceError(f"{source}:2：文件头缺少 {name}。{_SHAPE}")
    unknown = sorted(str(key) for key in header if key not in _FIELDS)
    if unknown:
        raise WorkspaceError(f"{source}:2：文件头里没有名为 {unknown[0]} 的字段，请删去或更正拼写。")
    if not is_document_id(str(header["id"])):
        raise WorkspaceError(f"{source}:2：文件头的 id {header['id']!r} 只能用小写英文字母、数字、- 和 _。")
    effective, until = _date(header, "effective", source), _date(header, "until", source)
    if effective is not None and until is not None and until <= effective:
        raise WorkspaceError(f"{source}:2：文件头的 until {until} 应晚于 effective {effective}，请更正其中一个。")
    version = str(header.get("version") or "")
    if version and not _VERSION.fullmatch(version):
        raise WorkspaceError(f"{source}:2：文件头的 version {version!r} 里不能有空格、@ 和斜线，最长 40 个字。")
    return Header(
        id=str(header["id"]), title=str(header["title"]).strip(), effective=effective, until=until, version=version,
        source=str(header.get("source") or ""), imported=_date(header, "imported", source),
        sha256=str(header.get("sha256") or ""),
    )  # fmt: skip


def _date(header: Mapping[Any, Any], name: str, source: str) -> date | None:
    value = header.get(name)
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise WorkspaceError(f"{source}:2：文件头的 {name} {value!r} 不是日期，请写成 2026-01-01 的样子。")
    return value
