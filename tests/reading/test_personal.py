from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.reading import PLACEHOLDERS, Reader
from copilot.reading.checks import id_card_holds, luhn_holds

LINES = (Path(__file__).parent / "personal_data.txt").read_text(encoding="utf-8").splitlines()
MARK = re.compile(r"⟦(\w+):(.*?)⟧")


def unmarked(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without its marks, and what the marks say: (type, value), in order."""
    return MARK.sub(lambda match: match[2], line), [(match[1], match[2]) for match in MARK.finditer(line)]


@pytest.mark.parametrize("line", [line for line in LINES if line and not line.startswith("#")])
def test_exactly_the_marked_values_are_found(reader: Reader, line: str) -> None:
    text, expected = unmarked(line)
    assert [(datum.type, text[datum.start : datum.end]) for datum in reader.personal_data(text)] == expected


def test_the_third_held_out_lines_are_found_about_as_well_as_reported(reader: Reader) -> None:
    lines = (Path(__file__).parent / "personal_third.jsonl").read_text(encoding="utf-8").splitlines()
    right = found = marked = 0
    for row in map(json.loads, lines):
        got = {(datum.type, datum.start, datum.end) for datum in reader.personal_data(row["text"])}
        expected = {(span["type"], span["start"], span["end"]) for span in row["spans"]}
        right, found, marked = right + len(got & expected), found + len(got), marked + len(expected)
    assert len(lines) >= 60
    assert 2 * right >= 0.92 * (found + marked)


def test_masking_leaves_readable_placeholders_and_nothing_else_changed(reader: Reader) -> None:
    masked = reader.mask("我叫林晓雯，电话 138-1234-5678，麻烦回电。")
    assert masked.masked == "我叫【姓名】，电话 【手机号】，麻烦回电。"


def test_a_value_is_masked_wherever_it_stands_again(reader: Reader) -> None:
    masked = reader.mask("订单号 E20240518001。E20240518001 到底发没发？")
    assert "E20240518001" not in masked.masked
    assert len(masked.spans) == 2


def test_a_date_of_birth_that_does_not_exist_is_no_identity_card(reader: Reader) -> None:
    assert not id_card_holds("110105194913310020")
    assert id_card_holds("11010519491231002X")
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789-+ 号路王李微信qq@.:,电话单")), max_size=80)
)
def test_any_text_is_masked_without_a_crash_and_leaves_no_value(reader: Reader, text: str) -> None:
    masked = reader.mask(text)
    place = 0
    for span in masked.spans:
        assert place <= span.start < span.end <= len(text)
        place = span.end
    rest = masked.masked
    for placeholder in PLACEHOLDERS.values():
        rest = rest.replace(placeholder, "\n")
    for span in masked.spans:
        assert text[span.start : span.end] not in rest


def test_a_card_number_broken_over_two_lines_is_one_find(reader: Reader) -> None:
    text = "身份证 33078219900101\n1234，卡号是6217 9960 0001 2345 \n678"
    found = [(datum.type, text[datum.start : datum.end]) for datum in reader.personal_data(text)]
    assert found == [("id_card", "33078219900101\n1234"), ("bank_card", "6217 9960 0001 2345 \n678")]


def test_a_name_signed_under_a_letter_is_found(reader: Reader) -> None:
    text = "The room was cold.\nRegards,\nOliver Marsh"
    assert [text[datum.start : datum.end] for datum in reader.personal_data(text)] == ["Oliver Marsh"]
