"""What every command opens first: the settings, with the workspace chosen on the command line, and the engine."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.settings import Settings
    from copilot.workspace import Workspace


class Chosen:
    """What stands before the command: `copilot --workspace FOLDER …`."""

    workspace: Path | None = None


def open_settings(web_port: int | None = None) -> Settings:
    """The settings of this run, with the log set up so that it holds no personal data. Raises SettingsError."""
    from copilot.logs import MaskingFilter, mask_plainly
    from copilot.settings import load_settings

    settings = load_settings(workspace=Chosen.workspace, web_port=web_port)
    others = list(logging.getLogger().handlers)  # of a program that runs this command inside itself; they are its own
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        if handler not in others:
            handler.addFilter(MaskingFilter(mask_plainly, ()))
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log addresses with the bot token in them
    return settings


def open_copilot() -> Copilot:
    """The engine, which draws a bar where the index has to be built first."""
    from copilot.cli.progress import index_progress
    from copilot.wiring import build_copilot

    return build_copilot(open_settings(), index_progress())


def open_documents() -> tuple[Settings, Workspace]:
    """The settings and the workspace with the documents of the user's home; nothing is built. Raises WorkspaceError."""
    from copilot.workspace import open_workspace

    settings = open_settings()
    return settings, open_workspace(settings.workspace).with_home(settings.home)
