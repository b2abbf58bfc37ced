"""Holds a finished conversation against the norms, the procedures and the clock: what is in it to look at.

Each agent turn is reviewed after the turns before it, as it would have been before sending. Only words, times and
the channel enter; who the agent is does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from copilot.conversation import Act, ClauseRef, Conversation, Turn
from copilot.quality.moments import responses_of
from copilot.quality.repetition import Repetitions
from copilot.quality.report import Checked, Dialogue, Mark, Response
from copilot.quality.rules import Channel, QualityRules, read_rules
from copilot.quality.scoring import scores_of

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.norms import Review
    from copilot.reading import Reading

MOST_TURNS = 2_000  # of one conversation; more is a file whose conversations are not told apart
_HEATED = frozenset({"angry", "distressed"})
_OUTRIGHT: frozenset[Act] = frozenset({"complain", "threaten", "insult", "reopen"})
_NEEDS_SECONDS = 120  # a limit shorter than this (in seconds) cannot be checked with times in minutes


class Examiner:
    """Checks conversations. `with_rewrite` also asks for a whole better reply, which takes longer.

    Raises WorkspaceError when `knowledge/quality.yaml` cannot be used.
    """

    def __init__(self, copilot: Copilot, *, with_rewrite: bool = False) -> None:
        self.rules: QualityRules = read_rules(copilot.workspace)
        self._copilot, self._with_rewrite = copilot, with_rewrite
        self._repetitions = Repetitions(self.rules.repetition)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {norm.id: norm.title for norm in self._copilot.reviewer.norms}

    def check(self, dialogue: Dialogue) -> Checked:
        """Everything in the conversation that deserves a look, its times, and a score per clause group."""
        turns = dialogue.turns[:MOST_TURNS]
        unread = dialogue.unread + len(dialogue.turns) - len(turns)
        norms, readings = self._read_and_review(turns)
        likely = any(reading.complaint for reading in readings.values())
        complaint = likely and self._complains(turns, readings)
        marks = [*norms, *_not_twice(self._repeated(turns, readings), norms)]
        steps, emergency = self._steps(turns, readings, likely)
        if not complaint:
            steps = [_as_tip(mark) if mark.kind != "emergency" else mark for mark in steps]
        channel = self.rules.channel(dialogue.channel)
        responses, why, answers = self._responses(dialogue, turns, channel)
        agents = any(turn.role == "agent" for turn in turns)
        if agents:
            marks += steps
        marks += [self._late(response, channel) for response in responses if response.late and channel]
        marks.sort(key=lambda mark: (mark.turn or MOST_TURNS + 1, mark.start))
        unchecked = "没有客服的消息" if not agents else f"有 {unread} 条消息没有读进来" if unread else ""
        notes = [unchecked, *([] if unchecked else [f"响应时间未核查：{why}" if why else ""])]
        if len(dialogue.turns) > MOST_TURNS:
            notes.append(f"只看了前 {MOST_TURNS:,} 条，请检查会话编号这一列")
        if dialogue.ignored:
            notes.append(f"略过 {dialogue.ignored} 条系统或机器人消息")
        return Checked(
            dialogue, tuple(marks), responses,
            scores_of(marks, self.rules, unchecked=unchecked, response=why, answers=answers),
            tuple(note for note in notes if note), complaint, emergency,
        )  # fmt: skip

    def _read_and_review(self, turns: Sequence[Turn]) -> tuple[list[Mark], dict[int, Reading]]:
        """What the norms say about each agent turn, and the reading of each customer turn by its place.

        In one pass, so that the reviewer finds the reading of the message before still remembered.
        """
        marks: list[Mark] = []
        readings: dict[int, Reading] = {}
        for place, turn in enumerate(turns):
            if turn.role == "customer":
                readings[place] = self._copilot.reader.read(Conversation(tuple(turns[: place + 1])))
            elif turn.text.strip():
                marks += self._norms(turn.text, Conversation(tuple(turns[:place])), place + 1)
        return marks, readings

    def _norms(self, text: str, before: Conversation, number: int) -> Iterator[Mark]:
        review = self._review(text, before)
        for finding in review.findings:
            yield Mark(
                "norm", finding.norm, self._titles.get(finding.norm, finding.norm), number,
                ClauseRef(finding.document, finding.clause), finding.severity, finding.reason,
                finding.start, finding.end, review.rewrite,
            )  # fmt: skip

    def _review(self, text: str, before: Conversation) -> Review:
        if self._with_rewrite:
            return self._copilot.review(text, before)
        return self._copilot.judge.review(text, before, with_rewrite=False)

    def _repeated(self, turns: Sequence[Turn], readings: dict[int, Reading]) -> list[Mark]:
        return self._repetitions.marks(
            turns,
            lambda place: self._copilot.reader.acts(turns[place], Conversation(tuple(turns[:place]))),
            lambda place: {datum.type for datum in readings[place].personal_data},
        )

    def _complains(self, turns: Sequence[Turn], readings: dict[int, Reading]) -> bool:
        """Whether a message that reads like a complaint is one for sure: said outright, in anger, or more than once.

        Of single messages of ordinary shop chats one in eight reads a little like a complaint; steps that are held
        against an agent need more than that.
        """
        reader, times = self._copilot.reader, 0
        for place, reading in readings.items():
            if not reading.complaint or not reader.read(Conversation.from_customer(turns[place].text)).complaint:
                continue
            times += 1
            acts = reader.acts(turns[place], Conversation(tuple(turns[:place])))
            if times > 1 or reading.mood in _HEATED or not _OUTRIGHT.isdisjoint(acts):
                return True
        return False

    # The procedures

    def _steps(
        self, turns: Sequence[Turn], readings: dict[int, Reading], complaint: bool
    ) -> tuple[list[Mark], bool]:
        """Steps of the complaint and of the emergency that were missed, and whether there was an emergency."""
        alarmed = next((place for place, reading in readings.items() if reading.urgency == "emergency"), None)
        marks = list(self._emergency(turns, alarmed)) if alarmed is not None else []
        if complaint and alarmed is None:  # an emergency comes first and has steps of its own
            marks += self._complaint(turns)
        return marks, alarmed is not None

    def _emergency(self, turns: Sequence[Turn], alarmed: int) -> Iterator[Mark]:
        progress = self._copilot.guide(turns[alarmed:], "emergency")
        for step in progress.steps:
            if step.id in self.rules.emergency_steps and step.status != "done":
                reason = f"紧急情况里没有做“{step.title}”。{step.hint}"
                yield Mark("emergency", f"emergency:{step.id}", f"紧急情况：没有{step.title}", alarmed + 1, step.clause, "block", reason)

    def _complaint(self, turns: Sequence[Turn]) -> Iterator[Mark]:
        progress = self._copilot.guide(turns)
        for step in progress.steps if not progress.finished else ():
            title = f"投诉第 {step.number} 步 {step.title}"
            if step.status == "done":
                continue
            if step.status == "skipped":
                number = len(turns)
                while number > 1 and step.number in progress.turns[number - 2].skipped:
                    number -= 1
                yield Mark("step_skipped", f"step:{step.id}", title, number, step.clause, "warn", f"这一步被跳过了。{step.hint}")
                continue
            later = step.id in self.rules.later_steps
            reason = "会话结束时还没走到这一步，请确认后续有没有跟进。" if later else f"会话结束时这一步还没做到。{step.hint}"
            yield Mark("step_missing", f"step:{step.id}", title, 0, step.clause, "tip" if later else "warn", reason)

    # The clock

    def _responses(
        self, dialogue: Dialogue, turns: Sequence[Turn], channel: Channel | None
    ) -> tuple[tuple[Response, ...], str, bool]:
        """The answers with their times, why some could not be checked (or ""), and whether there was any answer."""
        limit = channel.seconds if channel else None
        found, untold = responses_of(turns, limit if limit is not None else float("inf"))
        answers = bool(found or untold)
        if channel is None:
            return (), f"不认识渠道“{dialogue.channel[:20]}”", answers
        if limit is None:
            return (), f"{channel.title}没有可以用时间检查的时限", answers
        if dialogue.minutes_only and limit < _NEEDS_SECONDS:
            return (), "时间只写到分钟", answers
        if untold:
            return found, "没有时间" if not found else f"{untold} 次回复没有时间，或时间前后颠倒", answers
        return found, "", answers

    @staticmethod
    def _late(response: Response, channel: Channel) -> Mark:
        waited, limit = duration(response.seconds), duration(channel.seconds or 0)
        reason = f"客户等了 {waited}，{channel.title}要求 {limit}以内回复。"
        return Mark("late", "late", "回复超时", response.turn, channel.ref, "warn", reason)


def _as_tip(mark: Mark) -> Mark:
    """The mark as something to look at, where it is not sure that the customer complained."""
    return replace(mark, severity="tip", reason=f"如果客户是在投诉：{mark.reason}")


def _not_twice(repeated: Iterable[Mark], norms: Iterable[Mark]) -> Iterator[Mark]:
    """The repetitions without those for which a norm already flags the same turn under the same clause."""
    flagged = {(mark.turn, mark.clause) for mark in norms}
    return (mark for mark in repeated if mark.kind != "asked_again" or (mark.turn, mark.clause) not in flagged)


def duration(seconds: float) -> str:
    """ "45 秒", "3 分 20 秒", "2 小时 5 分": a time as a person reads it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分 {whole % 60} 秒" if whole % 60 else f"{whole // 60} 分钟"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
