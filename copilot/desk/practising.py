"""/practice: a simulated customer to talk to, and a scorecard at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.conversation import Role
from copilot.desk.cards import Card, Line
from copilot.desk.session import Session, action
from copilot.desk.state import PracticeInHand
from copilot.desk.words import muted
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.practice import PracticeRun

SLOT = "practice"


async def open_practice(session: Session, _argument: str = "") -> None:
    """List the scenarios; while a run goes on, show it again."""
    if session.state.practice is not None:
        card = next((card for card in session.state.cards if card.slot == SLOT), None)
        if card is not None:
            session.show(card)
            return
    scenarios = session.copilot.practice.scenarios
    token = session.token(SLOT)
    session.update(menu=tuple(scenario.id for scenario in scenarios))
    rows = [
        (action(f"{scenario.title}（{scenario.difficulty}）", token, "play", str(number)),)
        for number, scenario in enumerate(scenarios, start=1)
    ]
    rows.append((action("返回对话", token, "unplay"),))
    session.show(Card(SLOT, "选一个场景，开始练习", (), tuple(rows), fresh=True))


async def start_run(session: Session, number: int) -> None:
    """Begin the scenario with this number on the list."""
    menu, practice = session.state.menu, session.copilot.practice
    scenario = next(
        (each for each in practice.scenarios if 1 <= number <= len(menu) and each.id == menu[number - 1]), None
    )
    if scenario is None:
        session.tell("这个场景找不到了，请发 /practice 重新选择。")
        return
    run, opening = practice.start(scenario.id)
    values = run.to_json()
    kept = await session.work.add_practice_run(session.agent, scenario.id, values, session.now)
    said: tuple[tuple[Role, str], ...] = (("customer", opening),)
    session.update(practice=PracticeInHand(kept, scenario.id, values), practice_said=said, menu=())
    lines = (muted(scenario.brief), Line("quote", f"客户：{opening}"))
    session.show(_run_card(session, scenario.title, lines))


async def trainee_wrote(session: Session, text: str) -> None:
    """Pass the trainee's reply to the simulated customer and show what comes back."""
    playing = session.state.practice
    assert playing is not None
    practice = session.copilot.practice
    restored = await _restored(session, playing)
    if restored is None:
        return
    run, answer, finished = practice.answer(restored, text)
    values = run.to_json()
    said: list[tuple[Role, str]] = [*session.state.practice_said, ("agent", text)]
    if answer:
        said.append(("customer", answer))
    session.update(practice=PracticeInHand(playing.id, playing.scenario, values), practice_said=tuple(said))
    if finished:
        await finish_run(session, answer)
        return
    await session.work.save_practice_run(playing.id, values)
    title = next((each.title for each in practice.scenarios if each.id == playing.scenario), playing.scenario)
    session.show(_run_card(session, title, (Line("quote", f"客户：{answer or '……'}"),)))


async def finish_run(session: Session, last_line: str | None = None) -> None:
    """End the run and show its scorecard."""
    playing = session.state.practice
    if playing is None:
        session.tell("没有进行中的练习。想再练，请发 /practice。")
        return
    restored = await _restored(session, playing)
    if restored is None:
        return
    scorecard = session.copilot.practice.scorecard(restored)
    marks = list(scorecard.lines())
    await session.work.save_practice_run(playing.id, playing.run, {"lines": marks}, session.now)
    session.update(practice=None)
    session.state = session.state.without_card(SLOT)
    lines = [Line("quote", f"客户：{last_line}")] if last_line else []
    lines += [Line("text", mark) for mark in marks]
    lines.append(muted("再练一次：/practice。接着发客户的话，就回到工作。"))
    session.show(Card(SLOT, "练习结束 · 评分", tuple(lines), fresh=True))


async def leave_menu(session: Session) -> None:
    """Put the list of scenarios away."""
    session.update(menu=())
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "好的，回到对话。"))


def _run_card(session: Session, title: str, lines: tuple[Line, ...]) -> Card:
    row = (action("结束练习", session.token(SLOT), "stop"),)
    return Card(SLOT, f"练习：{title}", (*lines, muted("直接写您的回复。")), (row,), fresh=True)


async def _restored(session: Session, playing: PracticeInHand) -> PracticeRun | None:
    """The run in hand; where its scenario was changed or removed since, the run ends, the agent is told, and None."""
    try:
        return session.copilot.practice.restore(playing.run)
    except CopilotError as error:
        await session.work.save_practice_run(playing.id, playing.run, None, session.now)
        session.update(practice=None)
        session.state = session.state.without_card(SLOT)
        session.cards.append(Card(SLOT, str(error)))
        return None
