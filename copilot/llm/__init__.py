"""Language models: asked for structured output only, through a gate that counts, limits and rests."""

from copilot.llm.gate import Limits
from copilot.llm.ledger import Ledger, Silence, Use
from copilot.llm.model import LEDGER_FILE, LanguageModel, check_model, tokens_about
from copilot.llm.trouble import REMEDIES, WHYS, ModelSilentError

__all__ = [
    "LEDGER_FILE", "REMEDIES", "WHYS", "LanguageModel", "Ledger", "Limits", "ModelSilentError", "Silence", "Use", "check_model",
    "tokens_about",
]  # fmt: skip
