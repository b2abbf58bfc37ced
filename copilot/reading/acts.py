"""What a turn does: the acts of both sides, recognised in one place for reviewer, tracker, practice and reading.

The patterns are data (`knowledge/reading/acts/*.yaml`). They run on the normal form of a text; a match that
overlaps a match of `unless` does not count, so "不需要道歉" is no apology. A short answer such as "行" means
something only after what the other side just did: such rules name the agent acts they follow in `after`.
"""

from __future__ import annotations

from collections import OrderedDict

from copilot.conversation import Act, AgentAct, Conversation, CustomerAct, Role, Turn
from copilot.language import PatternSet, normalise
from copilot.workspace import DataRecord, Workspace

_MAX_CHARACTERS = 4_000  # a turn says what it does well before; the rest would only cost time
_REMEMBERED_TURNS = 4_096


class Exchange(DataRecord):
    """An example that needs its context: what the agent said, and the customer's answer `text`."""

    agent: str
    text: str


class ActRule(DataRecord):
    """One way to do an act. `whole` patterns must cover the entire squeezed turn; `after` names preceding agent acts."""

    id: str
    role: Role
    act: CustomerAct | AgentAct
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    whole: bool = False
    after: tuple[AgentAct, ...] = ()
    examples: tuple[str | Exchange, ...]
    counterexamples: tuple[str | Exchange, ...] = ()


class ActReader:
    """Names the acts of turns. Raises WorkspaceError when the data cannot be used."""

    def __init__(self, workspace: Workspace) -> None:
        self.rules = tuple(workspace.read_records("reading/acts", ActRule))
        self._sets = {
            (role, whole): _compile([r for r in self.rules if r.role == role and r.whole == whole])
            for role in ("customer", "agent")
            for whole in (False, True)
        }
        self._remembered: OrderedDict[tuple[str, str, frozenset[Act]], frozenset[Act]] = OrderedDict()

    def acts(self, turn: Turn, before: Conversation) -> frozenset[Act]:
        """The acts of `turn`, said after `before`; never empty: what does nothing recognisable is "other"."""
        previous = self._agent_acts_just_before(before) if turn.role == "customer" else frozenset()
        key = (turn.role, turn.text, previous)
        known = self._remembered.get(key)
        if known is None:
            known = self._recognise(turn, previous)
            self._remembered[key] = known
            if len(self._remembered) > _REMEMBERED_TURNS:
                self._remembered.popitem(last=False)
        return known

    def _agent_acts_just_before(self, before: Conversation) -> frozenset[Act]:
        found: set[Act] = set()
        answered = False
        for turn in reversed(before.turns):
            if turn.role == "customer":
                if answered:
                    break
                continue
            answered = True
            found |= self.acts(turn, Conversation())
        return frozenset(found)

    def _recognise(self, turn: Turn, previous: frozenset[Act]) -> frozenset[Act]:
        normal = normalise(turn.text[:_MAX_CHARACTERS])
        found: set[Act] = set()
        for whole, text in ((False, normal.text.replace(" ", "")), (True, normal.squeezed.text)):
            for rule in _matching(self._sets[turn.role, whole], text):
                if not rule.after or previous & set(rule.after):
                    found.add(rule.act)
        if "reject" in found:  # "行吧，可是太少了": who objects has not agreed yet
            found.discard("accept")
        if not found:
            found.add(_plain_act(turn.role, normal.text))
        return frozenset(found)


def _compile(rules: list[ActRule]) -> PatternSet[tuple[ActRule, bool]]:
    pairs: list[tuple[tuple[ActRule, bool], str]] = []
    for rule in rules:
        shape = "^(?:{})$" if rule.whole else "{}"
        pairs.extend(((rule, True), shape.format(pattern)) for pattern in rule.patterns)
        pairs.extend(((rule, False), pattern) for pattern in rule.unless)
    return PatternSet(pairs)


def _matching(patterns: PatternSet[tuple[ActRule, bool]], text: str) -> list[ActRule]:
    """Rules with a match that no `unless` of theirs overlaps."""
    wanted: dict[str, list[tuple[int, int]]] = {}
    excluded: dict[str, list[tuple[int, int]]] = {}
    rules: dict[str, ActRule] = {}
    for match in patterns.scan(text):
        rule, counts = match.key
        rules[rule.id] = rule
        (wanted if counts else excluded).setdefault(rule.id, []).append((match.start, match.end))
    return [
        rules[name]
        for name, spans in wanted.items()
        if any(
            not any(start < other_end and other_start < end for other_start, other_end in excluded.get(name, ()))
            for start, end in spans
        )
    ]


def _plain_act(role: Role, text: str) -> Act:
    if role == "customer":
        if text.rstrip().endswith(("?", "吗", "呢")):
            return "ask"
        if sum(character.isalnum() for character in text) >= 4:
            return "inform"
    return "other"
