"""The tree of errors. Every error that a person may see says what, where and what to do.

Messages are written for the people who read them: those raised while an agent, a trainer or a knowledge owner
works are plain Chinese; a door turns them into chat text, an exit status or a notice and never shows a traceback.
"""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹", errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘是只读的", errno.EEXIST: "已有同名的文件",
    errno.ENAMETOOLONG: "文件名太长", errno.EADDRINUSE: "已被别的程序占用", errno.EADDRNOTAVAIL: "这台机器没有这个地址",
}  # fmt: skip


def reason_of(error: OSError) -> str:
    """Why the system refused, in plain Chinese; its own words for what is rare."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


class CopilotError(Exception):
    """Root of everything that this package raises on purpose; `str(error)` may be shown to a user."""


class SettingsError(CopilotError):
    """A setting has a value that cannot be used; the message names the setting and the remedy."""


class WorkspaceError(CopilotError):
    """A file of the workspace cannot be used; the message names file, line and remedy."""


class DocumentError(CopilotError):
    """A company's file cannot be read into clauses; the message names the file, what is wrong and the remedy."""


class IndexUnavailableError(CopilotError):
    """The retrieval index is missing or cannot be read; the message says how to rebuild it."""


class VectorsUnavailableError(IndexUnavailableError):
    """Vectors cannot be stored or searched at the moment; lexical search goes on alone. The message says why."""


class StoreError(CopilotError):
    """The database cannot be reached or has another schema; the message names the remedy."""


class RecordKeyError(CopilotError):
    """A service record cannot be opened with the keys at hand, or a key is none; nothing is lost. The message says what to do."""


class ModelError(CopilotError):
    """A language or embedding model could not be reached or gave nothing usable; the offline path goes on."""
