"""Finding the words: a bank of phrases, what the customer is talking about, and the replies that fit."""

from copilot.phrasing.phrasebook import Phrasebook
from copilot.phrasing.records import Phrase, Topic, WordLists
from copilot.phrasing.slots import SlotReader, Slots
from copilot.phrasing.suggestion import Suggestion

__all__ = ["Phrase", "Phrasebook", "SlotReader", "Slots", "Suggestion", "Topic", "WordLists"]
