"""/phrase: an agent's and a team's own phrases, kept, listed, used and forgotten; and where they join the suggestions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session, action, copy
from copilot.desk.state import OfferedReply
from copilot.desk.turn_cards import ORIGINS
from copilot.desk.words import muted, shortened
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.phrasing.own import CheckedPhrase, OwnPhrases
    from copilot.phrasing.suggestion import Suggestion
    from copilot.reading import Reading
    from copilot.store import Work
    from copilot.store.phrase_files import KeptPhrase

logger = logging.getLogger(__name__)

SLOT = "phrases"
MOST_LISTED = 5
REMEMBERED = timedelta(days=90)  # what was taken or left longer ago moves nothing any more
READ_AGAIN = timedelta(minutes=10)
TEAM = ""  # the owner of what everybody shares; the store says so too


class EngineJudges:
    """The engine's parts as `OwnPhrases` needs them."""

    def __init__(self, copilot: Copilot) -> None:
        self._copilot = copilot

    def personal_data(self, text: str) -> Sequence[str]:
        from copilot.reading import PLACEHOLDERS

        spans = self._copilot.mask(text).spans
        return tuple(dict.fromkeys(PLACEHOLDERS[span.type].strip("【】") for span in spans))

    def flaws(self, text: str) -> Sequence[str]:
        findings = self._copilot.review(text, Conversation()).findings
        return tuple(each.reason.rstrip("。") for each in findings if each.severity != "tip")

    def nearest(self, text: str, k: int) -> Sequence[tuple[ClauseRef, float]]:
        return tuple((hit.clause.ref, hit.score) for hit in self._copilot.index.search(text, k))

    def objection(self, text: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str | None:
        return self._copilot.guard.objection(text, cites, conversation)


def own_phrases(copilot: Copilot) -> OwnPhrases:
    """The checks and the choice over this engine."""
    from copilot.phrasing.own import OwnPhrases

    return OwnPhrases(copilot.phrasebook, EngineJudges(copilot))


async def keep(work: Work, owner: str, added_by: str, checked: CheckedPhrase, situation: str, at: datetime) -> bool:
    """Keep a checked phrase; False where its owner has it already."""
    return await work.add_phrase(
        owner, added_by, checked.text, checked.style, checked.topics, checked.cites, situation, at
    )


# The command


async def open_phrases(session: Session, argument: str = "") -> None:
    """Show the phrases, and what could be kept: the text after the command, else the reply that was sent last."""
    draft = argument.strip() or await _last_reply(session)
    session.update(phrase_draft=draft, phrase_given=bool(argument.strip()))
    await _show(session)


async def _show(session: Session, told: str = "") -> None:
    found = await session.work.phrases(session.agent)
    listed, token = found[:MOST_LISTED], session.token(SLOT)
    session.update(phrase_list=tuple(each.id for each in listed))
    lines = [Line("warning", told)] if told else []
    rows: list[tuple[Button, ...]] = []
    draft = session.state.phrase_draft
    if draft:
        lines.append(Line("quote", f"要存的话术：{shortened(draft)}"))
        rows.append((action("存为我的", token, "keepmine"), action("存给团队", token, "keepteam")))
    for number, each in enumerate(listed, start=1):
        lines.append(Line("suggestion", f"{number}. {each.text}"))
        lines.append(Line("cite", f"{_mark(each)} · {session.cite(*each.cites)}"))
    if listed:
        rows.append(tuple(copy(f"复制 {n}", each.text, token, "sayphrase", str(n)) for n, each in enumerate(listed, 1)))
        rows.append(tuple(action(f"删 {n}", token, "dropphrase", str(n)) for n in range(1, len(listed) + 1)))
    if len(found) > MOST_LISTED:
        lines.append(muted(f"共 {len(found)} 条，这里列最近 {MOST_LISTED} 条；其余遇到合适的客户会自动出现。"))
    if not draft:
        lines.append(muted("要存一条，请发：/phrase 后面接着写话术。姓名、单号可以写成 {姓名}、{单号}。"))
    title = "常用话术" if found or draft else "还没有存过话术"
    session.show(Card(SLOT, title, tuple(lines), tuple(rows), fresh=True, close=f"shutphrases:{token}"))


def _mark(phrase: KeptPhrase) -> str:
    return ORIGINS["mine" if phrase.owner else "team"]


async def _last_reply(session: Session) -> str:
    """What the agent sent last in this conversation, without the form of address that belongs to this customer."""
    conversation = await session.conversation()
    if not conversation.agent_texts:
        return ""
    text = conversation.agent_texts[-1]
    name = session.copilot.phrasebook.address(conversation)
    if not name:
        return text
    for said, kept in ((f"{name}您好", "您好"), (f"{name}，", ""), (f"{name},", "")):
        text = text.replace(said, kept)
    return text


async def keep_mine(session: Session) -> None:
    """Keep the text in hand as the agent's own."""
    await _keep(session, session.agent, "已存为您的话术，遇到合适的客户会出现在建议里。")


async def keep_team(session: Session) -> None:
    """Keep the text in hand for everybody."""
    await _keep(session, TEAM, "已存给团队，大家遇到合适的客户都会看到。")


async def _keep(session: Session, owner: str, done: str) -> None:
    draft = session.state.phrase_draft
    if not draft:
        return
    conversation = await session.conversation()
    situation = "" if session.state.phrase_given else session.copilot.mask(conversation.last_customer_text).masked
    try:
        checked = own_phrases(session.copilot).checked(draft, situation)
    except CopilotError as error:
        await _show(session, str(error))
        return
    if not await keep(session.work, owner, session.agent, checked, situation, session.now):
        done = "这条话术已经有了。"
    elif not checked.comes_by_itself:
        done += "没认出它用在什么情形，所以不会自动出现，可以在这里复制。"
    session.update(phrase_draft="")
    await _show(session)
    session.tell(done)


async def say_phrase(session: Session, number: int) -> None:
    """Take the copied phrase for the agent's reply, where a customer's message waits for one."""
    from copilot.desk.talk import reply_sent

    phrase = await _on_list(session, number)
    if phrase is None:
        return
    if session.state.turn is None or session.state.sent is not None:
        session.tell("已复制。")
        return
    session.state = session.state.without_card(SLOT)
    await reply_sent(session, phrase.text, "suggestion")


async def drop_phrase(session: Session, number: int) -> None:
    """Forget a phrase: the agent's own, or one of the team's that this agent added."""
    phrase = await _on_list(session, number)
    if phrase is None:
        return
    if phrase.owner == TEAM and phrase.added_by != session.agent:
        session.tell("这条是同事存给团队的，请他本人或主管来删。")
        return
    await session.work.remove_phrase(phrase.id)
    session.update(phrase_draft=phrase.text, phrase_given=True)  # one tap brings it back
    await _show(session)
    session.tell("已删除。删错了，点“存为我的”或“存给团队”就能找回。")


async def close_phrases(session: Session) -> None:
    """Put the phrases away."""
    session.update(phrase_draft="", phrase_list=())
    session.state = session.state.without_card(SLOT)
    session.tell("已关闭。")


async def _on_list(session: Session, number: int) -> KeptPhrase | None:
    listed = session.state.phrase_list
    if not 1 <= number <= len(listed):
        return None
    found = await session.work.phrases(session.agent)
    return next((each for each in found if each.id == listed[number - 1]), None)


# Among the suggestions


async def with_own(
    session: Session, conversation: Conversation, reading: Reading, step: int | None, offered: tuple[OfferedReply, ...]
) -> tuple[OfferedReply, ...]:
    """The replies with the agent's and the team's own phrases that fit in front, three in all, different in kind first."""
    kept = await session.work.phrases(session.agent)
    if not kept:
        return offered
    try:
        found = own_phrases(session.copilot).fitting(kept, conversation, reading, step)
    except Exception:  # the bank's suggestions stand
        logger.exception("own phrases could not be offered")
        return offered
    return joined(found, offered)


def joined(own: Sequence[Suggestion], offered: Sequence[OfferedReply]) -> tuple[OfferedReply, ...]:
    """Own phrases first; of the others those of other kinds before those of the same."""
    first = tuple(
        OfferedReply(
            each.text,
            tuple((cite.document, cite.clause) for cite in each.cites),
            each.style,
            each.source,
            phrase=each.phrase,
        )
        for each in own
    )
    kinds = {each.style for each in first}
    others = sorted(offered, key=lambda reply: reply.style in kinds)
    return (*first, *others)[:3]


# What the team takes and leaves


class TeamHabits:
    """Reads now and then what the team takes and leaves, and moves the phrases accordingly."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None

    async def refresh(self, copilot: Copilot, work: Work, now: datetime) -> None:
        """Move the phrases by what was decided of late; nothing when that was read minutes ago."""
        if self._read_at is not None and now - self._read_at < READ_AGAIN:
            return
        self._read_at = now
        from copilot.phrasing.habit import habits

        uses = await work.phrase_uses(now - REMEMBERED)
        if uses:
            copilot.phrasebook.favour({name: habit.points for name, habit in habits(uses).items()})
