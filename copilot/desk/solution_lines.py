"""What policy allows in the case at hand, and an offer beyond the agent's authority before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.desk.cards import Line
from copilot.desk.words import cite

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.procedures import Progress

STEPS = frozenset({"propose", "agree"})  # where a solution is looked for
MOST_ON_A_MESSAGE = 2
BEYOND_AUTHORITY = "⛔ 先别发送：超出权限"  # the title of a draft whose words alone would pass


def solution_lines(copilot: Copilot, progress: Progress | None, customer_texts: Sequence[str], most: int) -> list[Line]:
    """The options of the case with their clauses, and how far the agent decides; only while a solution is looked for."""
    if progress is None or progress.finished or progress.steps[progress.step - 1].id not in STEPS:
        return []
    solutions = copilot.casebook.solutions
    lines = [
        Line("text", f"可给 · {option.kind}：{option.text}。{cite(copilot, [option.clause.ref])}")
        for option in solutions.options(customer_texts)[:most]
    ]
    if not lines:
        return []
    authority = solutions.authority
    above = authority.levels[1]
    text = f"补偿您可做主 {authority.own} 元以内；再高报{above.who}（{above.answers}答复）。"
    return [*lines, Line("text", f"{text}{cite(copilot, [authority.clause.ref, authority.path.ref])}")]


def authority_lines(copilot: Copilot, draft: str) -> list[Line]:
    """A warning for a draft that promises more than its author may, with who decides and by when."""
    authority = copilot.casebook.solutions.authority
    amount = copilot.casebook.solutions.beyond_authority(draft)
    if amount is None:
        return []
    level = authority.decides(amount)
    text = f"⛔ 补偿 {amount:g} 元超出您的权限（{authority.own} 元）：先报{level.who}，{level.answers}答复，别先答应。"
    return [Line("danger", f"{text}{cite(copilot, [authority.clause.ref, authority.path.ref])}")]
