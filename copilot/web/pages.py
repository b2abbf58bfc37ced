"""The pages of the console. Each translates clicks and keys into events, calls the desk, and draws its cards."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nicegui import events, ui

from copilot.conversation import Role
from copilot.desk import Card, CommandGiven, DeskView, Event, Pressed, TextWritten
from copilot.desk.alerts import OWN_ALERT
from copilot.desk.colleagues import TRAINING
from copilot.desk.improving import may_improve
from copilot.desk.rhythm import split_dialogue
from copilot.desk.turn_cards import FORMER
from copilot.errors import CopilotError
from copilot.logs import new_reference
from copilot.web.card_view import PRESSED, show_card
from copilot.web.clock_view import show_clock
from copilot.web.look import HEAD, SEND_ON_ENTER
from copilot.web.wording import worded

if TYPE_CHECKING:
    from copilot.wiring import Services

_UNNAMED = "local"  # the desk of a console whose agent has no name in the settings
_BAR = (
    ("新对话", "new"), ("六步指引", "guide"), ("服务记录", "record"), ("找记录", "find"), ("小结", "summary"), ("话术", "phrase"),
    ("转交", "handover"), ("承诺", "promises"), ("渠道", "channel"), ("帮助", "help"),
)  # fmt: skip
DOUBLE_TAP_S = 1.0
LOOK_EVERY_S = 2.0  # how often the page looks for what came without a tap
_log = logging.getLogger(__name__)


def register_pages(services: Services) -> None:
    """Make the pages known to NiceGUI."""
    name = services.settings.web_agent
    agent, trainee = f"web:{name or _UNNAMED}", f"{TRAINING}:{name}" if name else TRAINING

    @ui.page("/", title="客服助手")
    async def talk() -> None:
        await TalkPage(services, agent).show()

    @ui.page("/practice", title="练习 · 客服助手")
    async def practice() -> None:
        await PracticePage(services, trainee).show()

    @ui.page("/disputes", title="复核误报 · 客服助手")
    async def disputes() -> None:
        from copilot.web.disputes_page import DisputesPage

        header("/disputes")
        await DisputesPage(services).show()


class DeskPage:
    """What both pages share: sending events to the desk, and drawing what it answers."""

    def __init__(self, services: Services, agent: str) -> None:
        self.desk = services.desk
        self.agent = agent
        self.client = ui.context.client
        self._last = ("", 0.0)  # the text submitted last, and when
        self.drawn: DeskView | None = None  # what the page shows
        ui.on(PRESSED, self._pressed)

    async def send(self, event: Event) -> None:
        """Let the desk handle an event, then draw; trouble becomes one polite line, and what was typed stays."""
        with self.client:  # not in the tapped button's place: drawing takes that away
            try:
                reply = await self.desk.handle(self.agent, event)
            except CopilotError as error:
                ui.notify(str(error), type="warning", multi_line=True)
                return
            except Exception:
                reference = new_reference()
                _log.exception("event failed, reference %s", reference)
                ui.notify(f"这一步没有成功，请再试一次。如仍不行，请把编号 {reference} 告诉管理员。", type="negative")
                return
            kept = {card.slot for card in (await self.desk.view(self.agent)).cards}
            for card in reply.cards:
                if card.slot not in kept:  # a passing line, or the last word of a card that is put away
                    ui.notify(worded(card.text()), position="top", multi_line=True, classes="notice")
            taken = isinstance(event, TextWritten) and any(card.slot != "notice" for card in reply.cards)
            if taken:  # a text that was refused stays to be mended
                self.clear_input()
            await self.draw()
            if may_improve(event):
                async for _better in self.desk.improvements(self.agent):
                    await self.draw()

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        await self.press(str(event.args or ""))

    async def press(self, action: str) -> None:
        await self.send(Pressed(action))

    def clear_input(self) -> None:
        """Empty the input after a text was taken."""

    def sent_twice(self, text: str) -> bool:
        """Whether the same text was submitted a moment ago: a second Enter or tap, not a second message."""
        last, self._last = self._last, (text, time.monotonic())
        return last[0] == text and self._last[1] - last[1] < DOUBLE_TAP_S

    async def look(self) -> None:
        """Draw anew when something came without a tap: a reminder that is due, an emergency at some desk."""
        try:
            due = await self.desk.tell_here(self.agent)
            view = await self.desk.view(self.agent)
        except CopilotError as error:  # the database is busy: the next look will find the same
            _log.warning("the desk could not be looked at: %s", error)
            return
        if self.drawn is None or (view.cards, view.alerts, view.turns) != (self.drawn.cards, self.drawn.alerts, self.drawn.turns):
            with self.client:
                for card in due:
                    ui.notify(worded(card.text()), position="top", multi_line=True, classes="notice")
                await self.draw()

    async def draw(self) -> None:
        """Draw the desk's present state."""
        raise NotImplementedError

    def bubbles(self, turns: Any) -> None:
        for turn in turns:
            ui.label(turn.text).classes(f"bubble {turn.role}").mark(f"turn-{turn.role}")

    def composer(self, placeholder: str, submit: Callable[[str], Awaitable[None]]) -> ui.textarea:
        """The input box: Enter sends what stands in it."""

        async def entered(event: events.GenericEventArguments) -> None:
            await submit(str(event.args or ""))

        box = ui.textarea(placeholder=placeholder).props("autogrow outlined dense rows=1 autofocus").mark("composer")
        box.on("keydown.enter", entered, js_handler=SEND_ON_ENTER)
        return box


def header(active: str) -> ui.row:
    """The bar at the top, open for more buttons."""
    ui.add_head_html(HEAD)
    bar = ui.row().classes("bar items-center")
    with bar:
        ui.label("客服助手").classes("name")
        for label, path in (("对话", "/"), ("练习", "/practice"), ("复核", "/disputes")):
            props = "unelevated" if path == active else "flat"
            ui.button(label, on_click=lambda path=path: ui.navigate.to(path)).props(f'dense no-caps {props} color="teal-8"')
    return bar


class TalkPage(DeskPage):
    """Conversation left, copilot right; the same rhythm as in the chat."""

    role: Role = "customer"
    _draft = ""  # the flagged draft that was put into the box to be mended
    _submitted = False
    _rough = ""  # the draft that was polished last

    async def show(self) -> None:
        with header("/"):
            ui.space()
            for label, command in _BAR:
                ui.button(label, on_click=lambda c=command: self.send(CommandGiven(c))).props('dense no-caps outline color="teal-8"')
        with ui.element("div").classes("columns"):
            with ui.element("div").classes("pane talk"):
                self.turns = ui.element("div").classes("scroll").mark("turns")
                with ui.element("div").classes("composer"):
                    with ui.row().classes("items-center w-full"):
                        self.whose = ui.toggle(
                            {"customer": "客户说的", "agent": "我要发的"}, value="customer", on_change=self._role_chosen
                        ).props('dense no-caps toggle-color="teal-8"').mark("whose")
                        ui.space()
                        ui.label("Enter 提交 · Shift+Enter 换行 · Alt+1/2/3 复制建议").classes("line-muted hint text-xs")
                    with ui.row().classes("w-full no-wrap items-end"):
                        self.box = self.composer("", self._submit)
                        self.box.classes("grow")
                        self.better = ui.button("润色", on_click=lambda: self._polish(self.box.value or ""))
                        self.better.props('no-caps outline color="teal-8" title="把粗略的草稿改得体，事实不变"')
                        ui.button("提交", on_click=lambda: self._submit(self.box.value or "")).props('no-caps unelevated color="teal-8"')
            with ui.element("div").classes("pane help"):
                with ui.row().classes("w-full no-wrap items-center q-pa-sm"):
                    self.question = ui.input(placeholder="问协议和制度，例如：邮件多久要回").props("dense outlined clearable").classes("grow").mark("question")
                    self.question.on("keydown.enter", self._asked, js_handler=SEND_ON_ENTER)
                    ui.button("查", on_click=lambda: self._ask(self.question.value or "")).props('dense no-caps outline color="teal-8"')
                self.clock = ui.element("div").mark("clock")
                self.cards = ui.element("div").classes("scroll").mark("cards")
        await self.desk.arrive(self.agent)
        await self.draw()
        ui.timer(LOOK_EVERY_S, self.look, immediate=False)

    def _fill_box(self, draft: str) -> None:
        """A flagged draft stands in the box to be mended; what was taken leaves it; anything else stays as typed."""
        if draft != self._draft:
            self.box.set_value(draft)
        elif self._submitted:
            self.box.set_value("")
        self._draft, self._submitted = draft, False

    def _role_chosen(self, event: events.ValueChangeEventArguments[Any]) -> None:
        self._set_role(event.value)

    def _set_role(self, role: Role) -> None:
        self.role = role
        self.whose.set_value(role)
        self.better.set_visibility(role == "agent")
        waiting = "把客户的话粘贴到这里" if role == "customer" else "写下要发的回复，先审核再发送"
        self.box.props(f'placeholder="{waiting}"')

    def clear_input(self) -> None:
        self._submitted = True

    async def _submit(self, text: str) -> None:
        if text.strip():
            if not self.sent_twice(text):
                role = None if split_dialogue(text) else self.role  # “客：”, “我：” in the text say more than the switch
                await self.send(TextWritten(text, role=role))
        else:
            ui.notify("还没有写内容。", position="top")

    async def _polish(self, text: str) -> None:
        if text.strip():
            self._rough = text
            await self.send(CommandGiven("polish", text.strip()))
        else:
            ui.notify("请先写好草稿，再点“润色”。", position="top")

    async def press(self, action: str) -> None:
        await super().press(action)
        view = self.drawn
        sent = view is not None and bool(view.turns) and view.turns[-1].role == "agent"
        if action.startswith("sentthis:") and sent and self.box.value == self._rough:
            self.box.set_value("")  # what was sent in its place stands in the conversation

    async def _answered(self, slot: str, text: str) -> None:
        """What was written into a card's own box; what stands in the composer stays there."""
        await self.send(CommandGiven("find" if slot == "find" else "fill", text.strip()))

    async def _asked(self, event: events.GenericEventArguments) -> None:
        await self._ask(str(event.args or ""))

    async def _ask(self, question: str) -> None:
        if question.strip():
            self.question.set_value("")
            await self.send(CommandGiven("ask", question.strip()))

    async def draw(self) -> None:
        self.drawn = view = await self.desk.view(self.agent)
        show_clock(self.clock, view)
        drafting = bool(view.draft) and not view.draft_fine
        self._set_role("agent" if drafting else view.expects)
        self._fill_box(view.draft if drafting else "")
        self.turns.clear()
        with self.turns:
            self.bubbles(view.turns)
            if view.draft:
                ui.label(view.draft).classes("bubble agent draft")
            if not view.turns:
                ui.label("把客户的第一句话粘贴到下面，助手会给出情绪、建议和提醒。").classes("empty")
        self.cards.clear()
        with self.cards:
            hotkeys = 0
            own = [card for card in view.alerts if card.slot == OWN_ALERT]
            for card in view.alerts:
                if card not in own:
                    show_card(card, self.press)
            for card in reversed(view.cards):
                hotkeys += show_card(_without(card, FORMER), self.press, first_hotkey=hotkeys, write=self._answered)
                while own:  # below the card of the moment, which says what to do first
                    show_card(own.pop(), self.press)
        ui.run_javascript("for (const e of document.querySelectorAll('.pane.talk .scroll')) e.scrollTop = e.scrollHeight;"
                          "for (const e of document.querySelectorAll('.pane.help .scroll')) e.scrollTop = 0; copilotTick();")


class PracticePage(DeskPage):
    """A training conversation with a simulated customer, and its scorecard."""

    async def show(self) -> None:
        header("/practice")
        with ui.element("div").classes("columns"):
            with ui.element("div").classes("pane talk"):
                self.turns = ui.element("div").classes("scroll").mark("turns")
                with ui.element("div").classes("composer"), ui.row().classes("w-full no-wrap items-end"):
                    self.box = self.composer("像平时一样回复客户，Enter 发送", self._submit)
                    self.box.classes("grow")
                    ui.button("发送", on_click=lambda: self._submit(self.box.value or "")).props('no-caps unelevated color="teal-8"')
            with ui.element("div").classes("pane help"):
                self.cards = ui.element("div").classes("scroll").mark("cards")
        if not (await self.desk.view(self.agent)).cards:
            await self.desk.handle(self.agent, CommandGiven("practice"))
        await self.draw()

    def clear_input(self) -> None:
        self.box.set_value("")

    async def _submit(self, text: str) -> None:
        view = await self.desk.view(self.agent)
        if not view.practising:
            ui.notify("请先选一个场景。", position="top")
        elif text.strip() and not self.sent_twice(text):
            await self.send(TextWritten(text, role="agent"))

    async def draw(self) -> None:
        view = await self.desk.view(self.agent)
        self.turns.clear()
        with self.turns:
            self.bubbles(view.practice_turns)
            if not view.practice_turns:
                ui.label("选一个场景，就可以开始练习。").classes("empty")
        self.cards.clear()
        with self.cards:
            if view.practice_turns and not view.practising:
                ui.button("换一个场景", on_click=lambda: self.send(CommandGiven("practice"))).props('dense no-caps outline color="teal-8"')
            for card in reversed(view.cards):
                show_card(_without(card, "unplay"), self.press)  # the way back is a page of its own here
        ui.run_javascript("for (const e of document.querySelectorAll('.pane.talk .scroll')) e.scrollTop = e.scrollHeight;")


def _without(card: Card, verb: str) -> Card:
    """The card without the buttons of an action that a page does not need."""
    rows = tuple(tuple(each for each in row if each.action.partition(":")[0] != verb) for row in card.buttons)
    return replace(card, buttons=tuple(row for row in rows if row))
