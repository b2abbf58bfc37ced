"""What a match needs: read from the pattern, never more than RE2 itself asks for."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.language import PatternSet
from copilot.language.literals import BEGINNING, END, literals_of


def options() -> object:
    quiet = re2.Options()
    quiet.log_errors = False
    return quiet


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("退款|退货", {"退款", "退货"}),
        ("[你您]好", {"你好", "您好"}),
        ("退(?:款|货)?了", {"退了", "退款了", "退货了"}),
        ("哈{2}", {"哈哈"}),
        (r"1\.5", {"1.5"}),
    ],
)
def test_a_pattern_of_few_texts_is_those_texts(pattern: str, words: set[str]) -> None:
    literals = literals_of(pattern)
    assert literals is not None
    assert literals.words == words
    assert literals.branches == ()


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("不归我管.{0,4}找别人", [({"不归我管"}, {"找别人"})]),
        ("爱买不买|(?:你|您)自己.*看", [({"你自己", "您自己"}, {"看"})]),
        ("^退款$", [({f"{BEGINNING}退款{END}"},)]),
        ("(?:^|,)(?:嗯|哦)+吗$", [({f"{BEGINNING}嗯", f"{BEGINNING}哦", ",嗯", ",哦"}, {f"嗯吗{END}", f"哦吗{END}"})]),
        ("^.{0,4}$", [()]),
        ("(?:.+|几)天内", [({"天内"},)]),
        (r"[\p{Han}]{1,4}女士[^\x{ff1f}]*\x{4f60}", [({"女士"}, {"你"})]),
    ],
)
def test_a_longer_pattern_needs_its_literal_parts(pattern: str, needs: list[tuple[set[str], ...]]) -> None:
    literals = literals_of(pattern)
    assert literals is not None
    assert [sorted(map(sorted, branch.needs)) for branch in literals.branches] == [
        sorted(map(sorted, each)) for each in needs
    ]


@pytest.mark.parametrize(
    ("pattern", "at_most"),
    [
        ("^.{0,4}$", [4]),
        ("^(嗯|好的?呀?){1,2}[。!]?$", [7]),
        ("退款.*了|(?:^[^,]{2}$|^a+$)", [None, 2, None]),
        ("^.{0,4}", [None]),
        ("(^.$|.)", [1, None]),
        (r"^\p{Han}$", [1]),
    ],
)
def test_what_must_be_the_whole_text_is_not_looked_for_in_a_longer_one(pattern: str, at_most: list[int | None]) -> None:
    literals = literals_of(pattern)
    assert literals is not None
    assert [branch.at_most for branch in literals.branches] == at_most


@pytest.mark.parametrize("pattern", ["a*", ".", "(?:退款)?", r"\d*", "^.{0,4}", "[^,]", r"[\p{Han}]"])
def test_a_pattern_without_literals_may_match_anywhere(pattern: str) -> None:
    literals = literals_of(pattern)
    assert literals is not None
    assert literals.anywhere


@pytest.mark.parametrize(
    "pattern", ["(?i)a", "(?P<x>a)", "a**", "(a", "a)", "[a", "[]", "a{3,1}", "*a", "\\", r"\pN", "(?=a)"]
)
def test_syntax_beyond_the_plain_part_is_left_to_re2(pattern: str) -> None:
    assert literals_of(pattern) is None


LETTERS = st.sampled_from(["退", "款", "你", "a", "1", ",", "-"])
ATOMS = st.one_of(
    LETTERS, LETTERS,
    st.sampled_from([".", "^", "$", r"\d", r"\s", r"\b", r"\.", "[^退]", r"\p{Han}", r"[\p{Han}1]", r"\x{6b3e}", r"[a-\x{6b3e}]", "[一-你]", r"\w"]),
    st.sampled_from(["^退款$", "^.{0,3}$", "^(?:你|款.)$"]),
    st.lists(LETTERS, min_size=1, max_size=3).map(lambda chosen: f"[{''.join(chosen)}]"),
)  # fmt: skip
QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{0,3}", "{1,2}", "??"])


def pieces(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})")
    return st.lists(st.tuples(st.one_of(inner, group), QUANTIFIERS).map("".join), min_size=1, max_size=4).map("".join)


PATTERNS = st.recursive(ATOMS, pieces, max_leaves=8)
TEXTS = st.text(alphabet="退款你a1,-您乙😊ÿ \n", max_size=12)


@settings(max_examples=400, deadline=None)
@given(pattern=PATTERNS, text=TEXTS)
def test_a_set_finds_exactly_what_re2_finds(pattern: str, text: str) -> None:
    try:
        plain = re2.compile(pattern, options())
    except re2.error:
        assert literals_of(pattern) is None, "what is read here must be right for RE2"
        return
    patterns = PatternSet([("x", pattern)])
    assert patterns.keys_in(text) == (["x"] if plain.search(text) else [])
    expected = [match.span() for match in plain.finditer(text) if match.end() > match.start()]
    assert [(match.start, match.end) for match in patterns.scan(text)] == sorted(expected)


def test_places_are_counted_in_characters_whatever_stands_before() -> None:
    text = "😊é退款aa退款"
    assert [(found.start, found.end) for found in PatternSet([("x", "退.")]).scan(text)] == [(2, 4), (6, 8)]


MANY = "".join(chr(0x4E00 + 7 * number) for number in range(140))  # more than there are bytes beyond ASCII


@pytest.mark.parametrize(
    "pattern",
    [
        "[[:cntrl:]]退",
        "[[:^ascii:]]款?您",
        "[[:alpha:]退]+a",
        "[:：]退",
        f"[{MANY}]退|[[:cntrl:]]",
        f"[{MANY}]|[[:^print:]]退",
    ],
)
def test_a_named_class_tells_apart_what_re2_tells_apart(pattern: str) -> None:
    plain = re2.compile(pattern, options())
    patterns = PatternSet([("x", pattern)])
    for text in ("款退", "a退", "\x02退", "：退", ":退", "您", "退款您", "a退a", MANY, MANY[-1] + "退"):
        expected = [match.span() for match in plain.finditer(text)]
        assert [(match.start, match.end) for match in patterns.scan(text)] == expected
