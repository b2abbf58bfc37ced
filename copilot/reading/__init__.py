"""What customers mean and what turns do: mood, complaint, urgency, intents, personal data, acts, stage."""

from copilot.reading.acts import ActReader, ActRule, Exchange
from copilot.reading.personal import PLACEHOLDERS, Masked
from copilot.reading.reader import Reader, Reading

__all__ = ["PLACEHOLDERS", "ActReader", "ActRule", "Exchange", "Masked", "Reader", "Reading"]
