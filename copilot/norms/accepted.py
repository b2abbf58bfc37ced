"""What trainers accepted after a dispute: the same reply passes for that norm in the same kind of situation.

An accepted reply stands as a good example in `norm_examples/disputed.yaml`, which a trainer may read and edit. The
model of words learns from it like from any other example at the next training; here it counts at once and exactly:
the reply's normal form with personal data masked must be the same, and so must what kind of message it answers.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from copilot.conversation import Conversation, Mood, Turn
from copilot.errors import WorkspaceError, reason_of
from copilot.language import normalise
from copilot.norms.model import ACCEPTED_FILE, ExampleSet, Norm
from copilot.reading.veil import Veil
from copilot.workspace import Workspace

if TYPE_CHECKING:
    from copilot.norms.matching import Hit
    from copilot.norms.situation import Situation
    from copilot.reading import Masked, Reading

logger = logging.getLogger(__name__)

_HEAD = (
    "# 误报经复核认可的说法，由 copilot norms accept 写入：同样的回复，在同类情形下不再报这条规范。\n"
    "# customer 是客户的话，删去这一行，就是任何情形都不报；reply 是回复。\n"
    "# 可以直接修改或删去，改完请运行 copilot norms check。\n"
)
_FEELINGS: dict[Mood, str] = {"happy": "calm", "angry": "dissatisfied"}  # moods that call for the same manners
_MASKED = "【"  # begins every placeholder of personal data
_LOCK_TIMEOUT_S = 10.0
_RECENT = 3  # messages of the customer in which an emergency still counts
MOST_TURNS = 10  # of a conversation before a draft that a trainer is shown, the newest

Read = Callable[[Conversation], "Reading"]
Mask = Callable[[str], "Masked"]


class Reader(Protocol):
    """The part of the reader that is needed here."""

    def read(self, conversation: Conversation) -> Reading: ...

    def mask(self, text: str) -> Masked: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of customer message a reply answers, as far as manners depend on it; all empty for no message."""

    emergency: bool = False
    complaint: bool = False
    feeling: str = ""
    intent: str = ""

    @classmethod
    def of(cls, customer: str, read: Read) -> Kind:
        """The kind of one message, read by itself."""
        if not customer.strip():
            return cls()
        reading = read(Conversation.from_customer(customer))
        feeling = _FEELINGS.get(reading.mood, reading.mood)
        return cls(reading.urgency == "emergency", reading.complaint, feeling, reading.intents[0])

    def __str__(self) -> str:
        """ "emergency complaint angry refund", only what is so."""
        facts = ("emergency" if self.emergency else "", "complaint" if self.complaint else "")
        return " ".join(filter(None, (*facts, self.feeling, self.intent)))

    def like(self, other: Kind, *, closely: bool) -> bool:
        """Whether manners are the same in both; `closely` also asks for the same matter."""
        same = (self.emergency, self.complaint, self.feeling) == (other.emergency, other.complaint, other.feeling)
        return same and (not closely or self.intent == other.intent)


def bare(text: str) -> str:
    """What two spellings of the same text have in common: the normal form without blanks and a closing full stop."""
    return "".join(normalise(text).text.split()).rstrip("。.")


def veil_of(conversation: Conversation, reply: str, mask: Mask) -> Veil:
    """The newest turns of a conversation, then `reply`, as they may be shown: masked alike here and for the trainer."""
    return Veil((*conversation.turns[-MOST_TURNS:], Turn("agent", reply)), mask)


class Accepted:
    """The accepted replies of a workspace; a change of the file counts from the next review on, without a restart."""

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        """Raises WorkspaceError, naming file and line, when the file cannot be used."""
        self._workspace, self._reader = workspace, reader
        self._paths = tuple(map(str, workspace.places_of(ACCEPTED_FILE)))
        self._stamp: object = None
        self._replies: dict[str, dict[str, list[str]]] = {}  # norm → bare reply → customer messages
        self._kinds: dict[str, Kind] = {}
        self._refresh(first=True)

    def without(self, hits: list[Hit], situation: Situation, said: str | None = None) -> list[Hit]:
        """`hits` without those of a norm for which this very reply was accepted in such a situation.

        `said` is what the agent wrote, where the draft of `situation` has quotations blanked out.
        """
        if not hits:
            return hits
        self._refresh()
        if not any(hit.norm.id in self._replies for hit in hits):
            return hits
        norms = {hit.norm.id: hit.norm for hit in hits if hit.norm.id in self._replies}
        draft = situation.draft.original if said is None else said
        fine = {name for name, norm in norms.items() if self.covers(norm, draft, situation.conversation)}
        return [hit for hit in hits if hit.norm.id not in fine]

    def covers(self, norm: Norm, reply: str, conversation: Conversation) -> bool:
        """Whether `reply` was accepted for `norm` in a situation like this one."""
        self._refresh()
        replies = self._replies.get(norm.id, {})
        customers = replies.get(bare(reply))
        if customers is None and any(_MASKED in known for known in replies):
            customers = replies.get(bare(self._veiled(conversation, reply)))
        return any(self._alike(norm, customer, conversation) for customer in customers or ())

    def _veiled(self, conversation: Conversation, reply: str) -> str:
        return veil_of(conversation, reply, self._reader.mask).text(min(len(conversation.turns), MOST_TURNS) + 1)

    def _alike(self, norm: Norm, customer: str, conversation: Conversation) -> bool:
        here = conversation.last_customer_text
        if not customer or not here:  # the reply speaks for itself; or nothing is known of whom it answers
            return True
        here = self._reader.mask(here).masked
        if bare(here) == bare(customer):
            return True
        kind = self._kinds.get(customer)
        if kind is None:
            kind = self._kinds[customer] = Kind.of(customer, self._reader.read)
        if not kind.emergency and self._just_was_emergency(conversation):
            return False
        # A norm that looks at the conversation is judged by it; one about words alone may follow the words.
        closely = bool(norm.when) or norm.kind == "require"
        return kind.like(Kind.of(here, self._reader.read), closely=closely)

    def _just_was_emergency(self, conversation: Conversation) -> bool:
        """Whether one of the customer's newest messages is an emergency: "已经拉闸了" does not end it."""
        return any(Kind.of(text, self._reader.read).emergency for text in conversation.customer_texts[-_RECENT:])

    def _refresh(self, *, first: bool = False) -> None:
        stamp = tuple(map(_stamp, self._paths))
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._replies = _read(self._workspace)
        except WorkspaceError as error:
            if first:
                raise
            logger.error("the replies accepted before stay in force: %s", error)


def _read(workspace: Workspace) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for path in workspace.places_of(ACCEPTED_FILE):
        if path.is_file():
            for examples in workspace.records_in(path, ExampleSet):
                for line in examples.good:
                    found.setdefault(examples.norm, {}).setdefault(bare(line.reply), []).append(line.customer)
    return found


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def keep_accepted(workspace: Workspace, norm: str, customer: str, reply: str, note: str) -> Path:
    """Add a good example to the file of accepted replies, whole or not at all; the file.

    Mask personal data before. What stands in the file stays as it is, comments and all; an example that is there already
    is not added again. Raises WorkspaceError when the file cannot be read, with its line, or written.
    """
    from filelock import FileLock, Timeout

    from copilot.clauses.imported import write_whole

    path = workspace.places_of(ACCEPTED_FILE)[0]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(".disputed.lock"), timeout=_LOCK_TIMEOUT_S):
            before = list(workspace.records_in(path, ExampleSet)) if path.is_file() else []
            same = (bare(customer), bare(reply))
            if any(
                examples.norm == norm and same in [(bare(line.customer), bare(line.reply)) for line in examples.good]
                for examples in before
            ):
                return path
            text = path.read_text(encoding="utf-8-sig") if path.is_file() else _HEAD
            text = f"{text.rstrip()}\n\n{_entry(norm, customer, reply, note)}"
            _check(workspace, path, text, len(before) + 1)
            write_whole(path, text)
    except Timeout as error:
        raise WorkspaceError(f"{path}：别的人正在写这个文件，请稍后再试一次。") from error
    except OSError as error:
        raise WorkspaceError(f"{path}：无法写入（{reason_of(error)}），请检查磁盘空间和文件夹权限。") from error
    return path


def _entry(norm: str, customer: str, reply: str, note: str) -> str:
    import yaml

    line = {"customer": customer, "reply": reply} if customer else {"reply": reply}
    entry = yaml.safe_dump([{"norm": norm, "good": [line]}], allow_unicode=True, sort_keys=False, width=10**9)
    comment = "".join(each for each in " ".join(note.split()) if each.isprintable())
    return f"# {comment}\n{entry}"


def _check(workspace: Workspace, path: Path, text: str, entries: int) -> None:
    """Raises WorkspaceError where the text would not read as so many entries: somebody laid the file out otherwise."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        content = None
    if not isinstance(content, list) or len(content) != entries:
        raise WorkspaceError(
            f"{workspace.name_of(path)}:1：接不上新的一条。请让每个条目都从行首的“- norm:”开始，再试一次；这次没有写入。"
        )
