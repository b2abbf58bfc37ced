"""Response times of the channels and what counts as a promised time: `knowledge/clocks.yaml`, proved usable."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from copilot.language import PatternSet
from copilot.procedures.model import ClauseRecord, Text
from copilot.workspace import DataRecord, Workspace

CLOCKS = "clocks.yaml"


class ChannelRecord(DataRecord):
    """A channel: the customer is answered within `limit_s` seconds; after `nudge_s` the agent is reminded."""

    id: Annotated[str, Field(pattern=r"^[a-z]{2,12}$")]
    title: Text
    limit_s: int = Field(gt=0)
    nudge_s: int = Field(gt=0)
    said: Text
    clause: ClauseRecord

    @model_validator(mode="after")
    def _nudge_before_limit(self) -> ChannelRecord:
        if self.nudge_s >= self.limit_s:
            raise ValueError(f"渠道 {self.id}：nudge_s 要比 limit_s 小，提醒才来得及。")
        return self

    def nudge_at(self, since: datetime) -> datetime:
        return since + timedelta(seconds=self.nudge_s)

    def limit_at(self, since: datetime) -> datetime:
        return since + timedelta(seconds=self.limit_s)


class PromiseExamples(DataRecord):
    """Replies that promise a time, and near misses that do not."""

    hit: tuple[Text, ...] = Field(min_length=1)
    miss: tuple[Text, ...] = ()


class PromiseRecord(DataRecord):
    """What counts as a promised time, when day parts end ("12:00"), and how early to remind."""

    clause: ClauseRecord
    early_share: float = Field(ge=0, le=1)
    early_most_s: int = Field(ge=0)
    day_end: Text
    day_parts: dict[str, str]
    does: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()
    examples: PromiseExamples

    @field_validator("day_end", "day_parts")
    @classmethod
    def _times(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        for at in [value] if isinstance(value, str) else value.values():
            try:
                time.fromisoformat(at)
            except ValueError as error:
                raise ValueError(f"时间 {at!r} 的写法不对，请写成“18:00”这样，并加引号。") from error
        return value

    @model_validator(mode="after")
    def _usable(self) -> PromiseRecord:
        PatternSet((True, pattern) for pattern in (*self.does, *self.unless))
        return self


class ClockRecord(DataRecord):
    """The file: channels, the first of which is the usual one, and promises."""

    channels: tuple[ChannelRecord, ...] = Field(min_length=1)
    promises: PromiseRecord

    @model_validator(mode="after")
    def _unique(self) -> ClockRecord:
        names = [channel.id for channel in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("有两个渠道的 id 相同，请改名。")
        return self

    def channel(self, name: str) -> ChannelRecord | None:
        """The channel of this id or title ("mail", "邮件"); None where there is none."""
        wanted = name.strip().lower()
        return next((each for each in self.channels if wanted in {each.id, each.title}), None)


def read_clocks(workspace: Workspace) -> ClockRecord:
    """The clocks of the workspace. Raises WorkspaceError naming file, line and remedy."""
    return workspace.read_record(CLOCKS, ClockRecord)
