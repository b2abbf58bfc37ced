"""Personal data in a text: found with exact spans, and masked so that nothing found remains."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.conversation import PersonalDataType, PersonalDatum
from copilot.language import normalise
from copilot.reading.address import AddressFinder
from copilot.reading.foreign_names import ForeignNameFinder
from copilot.reading.names import NameFinder
from copilot.reading.numbers import CueRule, Found, NumberFinder, WordList
from copilot.workspace import Workspace

PLACEHOLDERS: dict[PersonalDataType, str] = {
    "phone": "【手机号】", "id_card": "【身份证号】", "bank_card": "【银行卡号】", "email": "【邮箱】", "address": "【地址】",
    "name": "【姓名】", "wechat": "【微信号】", "qq": "【QQ号】", "plate": "【车牌号】", "passport": "【护照号】",
    "order_id": "【订单号】",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masked:
    """`masked` is the text with placeholders; `spans` say what stood where in the input, first to last."""

    masked: str
    spans: tuple[PersonalDatum, ...]


class PersonalDataFinder:
    """Finds personal data. Raises WorkspaceError when the data files cannot be used."""

    def __init__(self, workspace: Workspace) -> None:
        words = workspace.read_records("reading/personal/words", WordList)
        self._numbers = NumberFinder(workspace.read_records("reading/personal/numbers", CueRule))
        cues = workspace.read_records("reading/personal/names", CueRule)
        self._names = NameFinder(words, cues)
        self._foreign_names = ForeignNameFinder(words, cues)
        self._addresses = AddressFinder(words)

    def find(self, text: str) -> tuple[PersonalDatum, ...]:
        """What was found, first to last and without overlaps, as offsets into `text`."""
        normal = normalise(text)
        found = self._numbers.find(normal.text)
        found += self._addresses.find(normal.text)
        found += self._names.find(normal.text)
        found += self._foreign_names.find(normal.text, lambda start, end: text[slice(*normal.span(start, end))])
        kept = sorted(_without_overlaps(found), key=lambda item: item.start)
        return tuple(PersonalDatum(item.type, *normal.span(item.start, item.end)) for item in kept)

    def mask(self, text: str) -> Masked:
        """The text with a placeholder for each find; no value found occurs in it any more, not even a second time."""
        spans = self._with_repetitions(text, self.find(text))
        pieces: list[str] = []
        place = 0
        for span in spans:
            pieces += [text[place : span.start], PLACEHOLDERS[span.type]]
            place = span.end
        return Masked("".join((*pieces, text[place:])), spans)

    @staticmethod
    def _with_repetitions(text: str, spans: tuple[PersonalDatum, ...]) -> tuple[PersonalDatum, ...]:
        """`spans`, and every further place where a value found stands without its cue."""
        values: dict[str, PersonalDataType] = {}
        for span in spans:
            values.setdefault(text[span.start : span.end], span.type)
        if not values:
            return spans
        found = list(spans)
        taken = bytearray(len(text))
        for span in spans:
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
        for value in sorted(values, key=len, reverse=True):
            at = text.find(value)
            while at >= 0:
                if not any(taken[at : at + len(value)]):
                    taken[at : at + len(value)] = b"\x01" * len(value)
                    found.append(PersonalDatum(values[value], at, at + len(value)))
                at = text.find(value, at + 1)
        return tuple(sorted(found, key=lambda span: span.start))


def _without_overlaps(found: list[Found]) -> list[Found]:
    """The best supported finds; of two that overlap the lower rank wins, then the longer one."""
    kept: list[Found] = []
    taken = bytearray(max((item.end for item in found), default=0))
    for item in sorted(found, key=lambda f: (f.rank, f.start - f.end, f.start)):
        if not any(taken[item.start : item.end]):
            taken[item.start : item.end] = b"\x01" * (item.end - item.start)
            kept.append(item)
    return kept
