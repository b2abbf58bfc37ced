"""A real engine whose language model is a server on this machine."""

from __future__ import annotations

from typing import Any

from copilot.engine import Copilot
from copilot.llm import LanguageModel

_PARTS = ("reader", "reviewer", "tracker", "index", "phrasebook")


def model_at(url: str, timeout_s: float = 3.0, **options: Any) -> LanguageModel:
    """A model that is asked at `url`."""
    return LanguageModel("openai:test-model", base_url=url, api_key="sk-test", timeout_s=timeout_s, **options)


def with_model(copilot: Copilot, model: LanguageModel) -> Copilot:
    """An engine with this model and the parts of `copilot`, which are slow to make."""
    engine = Copilot(copilot.workspace, copilot.home, model=model)
    vars(engine).update({part: getattr(copilot, part) for part in _PARTS})
    return engine


def reply(text: str, document: str = "agreement", clause: str = "2.3", style: str = "soothe", chinese: str = "") -> dict[str, Any]:
    """One suggestion as a model writes it."""
    cites = [{"document": document, "clause": clause}]
    return {"text": text, "style": style, "cites": cites, **({"chinese": chinese} if chinese else {})}


def replies(*each: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the called function."""
    return {"replies": list(each)}
