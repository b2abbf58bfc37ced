"""Rough words within a fragment that no rule knows as a whole, put politely in their places; its facts stay word for word."""

from __future__ import annotations

import re

from copilot.language import compile_pattern, figures
from copilot.polishing.facts import refuses
from copilot.polishing.model import Kind, Softening
from copilot.workspace import Workspace

# A way that is left, where nothing is refused in the same breath.
_OFFERS = "^(先|等|剩|还有|目前还有|改到|改成|最早|明天|明早|后天|下周|下次|下期|其他|别的|重做|免费)|(^|[^不才])能|可以|才有"
_GROUP = re.compile(r"\{(\d)\}")


class Softener:
    """Softens fragments. The rules are tried in the order of the file, each on what the ones before have made."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises WorkspaceError when the data cannot be used."""
        self.rules = tuple(workspace.read_records("polishing/softening", Softening))
        self._rules = [(rule, compile_pattern(rule.match)) for rule in self.rules]
        self._offers = compile_pattern(_OFFERS)

    def soften(self, part: str) -> tuple[Kind, str, bool]:
        """What the fragment does, how it is said, and whether anything had to be said otherwise."""
        kind: Kind = "refuse" if refuses(part) else "state"
        text = part.encode("utf-8", "replace").decode()  # half an emoji is no text for a pattern
        for rule, pattern in self._rules:
            found = pattern.search(text)
            if found is None:
                continue
            words = [group or "" for group in found.groups()]
            text = text[: found.start()] + _GROUP.sub(lambda mark: words[int(mark[1]) - 1], rule.say) + text[found.end() :]  # noqa: B023
            kind = rule.kind if rule.kind != "state" and kind != "refuse" else kind
        if kind == "state" and self._offers.search(text):
            kind = "offer"
        return kind, text.strip(), text.strip() != part

    @staticmethod
    def tells(text: str) -> bool:
        """Whether a fragment has something that a customer should know: a figure, or what cannot be done."""
        return bool(figures(text)) or refuses(text)
