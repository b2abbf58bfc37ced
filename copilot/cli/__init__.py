"""The command line: each command serves a person, and with --jsonl a machine."""

from copilot.cli.app import main

__all__ = ["main"]
