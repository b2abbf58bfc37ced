"""The language model's part: asked with masked, fenced data, answered through the guard and checks of its own."""

from copilot.assist.assistant import Assistant
from copilot.assist.english import writes_english
from copilot.assist.veil import Veil, veil

__all__ = ["Assistant", "Veil", "veil", "writes_english"]
