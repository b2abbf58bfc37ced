"""The web console: the same desk in a browser on this machine."""

from copilot.web.app import create_app

__all__ = ["create_app"]
