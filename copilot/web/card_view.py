"""A card as NiceGUI elements. All text goes through labels, which never read it as HTML."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from nicegui import events, ui

from copilot.desk.cards import Button, Card, Line
from copilot.web.look import ROLE_CLASSES, SEND_ON_ENTER
from copilot.web.wording import page_lines, worded

Press = Callable[[str], Awaitable[None]]
PRESSED = "copilot_pressed"  # the event that a page hears of a tap by; its argument is the button's action
Write = Callable[[str, str], Awaitable[None]]


def show_card(card: Card, press: Press, *, first_hotkey: int = 0, write: Write | None = None) -> int:
    """Draw a card; a tap is the page's event `PRESSED`, the cross calls `press(action)`. Returns how many hotkeys (Alt+1 …) it took, from `first_hotkey`.

    Where the card asks for something, a box on it takes the answer to `write(slot, text)`.
    """
    inline = _inline_copies(card)
    hotkeys = 0
    with ui.element("div").classes("card").mark(f"card-{card.slot}"):
        _show_head(card, press)
        copies = iter(inline)
        for line in page_lines(card.lines):
            if line.role in {"suggestion", "rewrite"} and inline:
                hotkeys += 1
                with ui.element("div").classes("offer"):
                    _show_line(line)
                    _show_button(next(copies), hotkey=first_hotkey + hotkeys)
            else:
                _show_line(line)
        if card.asks and write is not None:
            _show_box(card, write)
        for row in card.buttons:
            rest = [button for button in row if button not in inline]
            if rest:
                with ui.element("div").classes("buttons"):
                    for button in rest:
                        _show_button(button)
        if card.attachment is not None:
            attachment = card.attachment
            ui.button(f"下载 {attachment.name}", on_click=lambda: ui.download(attachment.content, attachment.name))
    return hotkeys


def _show_head(card: Card, press: Press) -> None:
    """The title, and at its right the way to put the card away where it has one."""
    if not card.close:
        if card.title:
            ui.label(worded(card.title)).classes("card-title")
        return
    with ui.element("div").classes("card-head"):
        ui.label(worded(card.title)).classes("card-title")
        button = ui.button(icon="close").props('flat round dense size="sm" color="grey-7" aria-label="关闭" title="关闭"')
        button.mark(f"close-{card.slot}").on("click", lambda: press(card.close), args=[])


def _show_box(card: Card, write: Write) -> None:
    async def entered(event: events.GenericEventArguments) -> None:
        text = str(event.args or "")
        if text.strip():
            await write(card.slot, text)

    box = ui.input(placeholder=f"{card.asks}，Enter 填入").props("dense outlined autofocus").classes("w-full")
    box.mark(f"asks-{card.slot}").on("keydown.enter", entered, js_handler=SEND_ON_ENTER)


def _inline_copies(card: Card) -> list[Button]:
    """The copy buttons that stand beside their text: when there is one for each suggestion or rewrite."""
    texts = [line for line in card.lines if line.role in {"suggestion", "rewrite"}]
    copies = [button for row in card.buttons for button in row if button.kind == "copy"]
    return copies if len(copies) == len(texts) else []


def _show_line(line: Line) -> None:
    if line.text:
        ui.label(line.text).classes(f"line {ROLE_CLASSES[line.role]}")


def _show_button(button: Button, hotkey: int = 0) -> None:
    """The tap is the page's event, not the button's: one that is under way while the card is drawn anew still counts."""
    element = ui.button(button.label).props("dense no-caps unelevated" if button.kind == "copy" else "dense no-caps outline")
    element.props('color="teal-8"')
    if hotkey:
        element.props(f'data-hotkey="{hotkey}" title="Alt+{hotkey}"')

    told = f"emitEvent({json.dumps(PRESSED)}, {json.dumps(button.action)});" if button.action else ""
    if button.kind == "copy":  # the clipboard may only be written within the click itself
        told = f"copilotCopy({json.dumps(button.copy_text)}); {told}"
    element.on("click", js_handler=f"() => {{ {told} }}")
