"""The reader: what a customer message means, and what each turn does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

from copilot.conversation import Act, Conversation, Intent, Mood, PersonalDatum, ServiceStage, Turn, Urgency
from copilot.reading.acts import ActReader
from copilot.reading.context import judge_in_view
from copilot.reading.judgement import Judge
from copilot.reading.personal import Masked, PersonalDataFinder
from copilot.reading.stage import stage_of
from copilot.workspace import Workspace

_REMEMBERED = 64  # conversations; enough for the agents at work in one moment, and small in memory


@dataclass(frozen=True)
class Reading:
    """What the last customer message means.

    Personal data and the stage are looked for when first asked about: who judges a draft hardly ever does.
    """

    mood: Mood
    complaint: bool
    urgency: Urgency
    intents: tuple[Intent, ...]
    vip: bool
    find_personal_data: Callable[[], tuple[PersonalDatum, ...]] = field(repr=False, compare=False)
    find_stage: Callable[[], ServiceStage] = field(repr=False, compare=False)

    @cached_property
    def personal_data(self) -> tuple[PersonalDatum, ...]:
        """Personal data in the message, first to last; offsets are into the message."""
        return self.find_personal_data()

    @cached_property
    def stage(self) -> ServiceStage:
        """Where the conversation stands, and so the stage that the agent's next reply belongs to."""
        return self.find_stage()


class Reader:
    """Reads customer messages. `cache` is the folder for trained classifiers.

    Raises WorkspaceError when a data file cannot be used.
    """

    def __init__(self, workspace: Workspace, cache: Path) -> None:
        self._acts = ActReader(workspace)
        self._personal = PersonalDataFinder(workspace)
        self._judge = Judge(workspace, cache)
        # One message is read again and again: for its card, for each suggestion the guard looks at, for each draft.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._read)

    def read(self, conversation: Conversation) -> Reading:
        """The reading of the last customer message, in view of the whole conversation."""
        return self._remembered(conversation)

    def _read(self, conversation: Conversation) -> Reading:
        judgement = judge_in_view(self._judge.judge_text, conversation, self.acts)
        return Reading(
            mood=judgement.mood,
            complaint=judgement.complaint,
            urgency=judgement.urgency,
            intents=judgement.intents,
            vip=judgement.vip,
            find_personal_data=partial(self.personal_data, conversation.last_customer_text),
            find_stage=partial(stage_of, conversation, self.acts),
        )

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[Act]:  # noqa: B008 - a frozen value
        """What `turn` does, said after `before`; never empty."""
        return self._acts.acts(turn, before)

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        """Personal data in `text`, first to last."""
        return self._personal.find(text)

    def mask(self, text: str) -> Masked:
        """`text` with readable placeholders in place of personal data."""
        return self._personal.mask(text)
