"""The tree of errors. Every error that a person may see says what, where and what to do.

Messages are written for the people who read them: those raised while an agent, a trainer or a knowledge owner
works are plain Chinese; a door turns them into chat text, an exit status or a notice and never shows a traceback.
"""

from __future__ import annotations


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


class ModelError(CopilotError):
    """A language or embedding model could not be reached or gave nothing usable; the offline path goes on."""
