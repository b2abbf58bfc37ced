"""The phrase bank as data: complete, cited, honest about figures, free of guarantees."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from copilot.clauses import read_clauses
from copilot.conversation import INTENTS, MOODS, STAGES, ClauseRef
from copilot.errors import WorkspaceError
from copilot.language import figures
from copilot.phrasing import Phrase, Phrasebook
from copilot.phrasing.records import slot_names
from copilot.phrasing.slots import Slots
from copilot.workspace import Workspace, builtin_workspace

BOOK = Phrasebook(builtin_workspace())
CLAUSES = {ClauseRef(c.document, c.number): c for c in read_clauses(builtin_workspace())}
FORBIDDEN = re.compile(
    "|".join(
        (
            "保证|担保|绝对|包您|百分之?百|100%|(一定|肯定)(会|能|可以|给|是)",  # promises
            "谁让|是您(自己)?的(责任|问题)|您自己|您(怎么)?(没|没有|不)(看|注意|早)|您应该早",  # blame
            "已(经)?(为|给)您(退|补|换|改|办|取消|冻结|提交)",  # claims to have done what nobody has done
            "不归我|不知道|没办法|无法为您|自己去|系统(繁)?忙|稍后再",  # brushing off
            "冷静|别(生气|激动)|您确定(要|吗)",  # telling off
        )
    )
)


def texts(phrase: Phrase) -> list[str]:
    return [text for text in (phrase.text, phrase.known) if text]


def test_the_bank_has_at_least_600_phrases_and_no_two_alike() -> None:
    everything = [text for phrase in BOOK.phrases for text in texts(phrase)]
    assert len(BOOK.phrases) >= 600
    assert [text for text, count in Counter(everything).items() if count > 1] == []


def test_every_stage_intent_mood_and_complaint_step_has_phrases() -> None:
    topical = {phrase.stage for phrase in BOOK.phrases}
    intents = {intent for phrase in BOOK.phrases for intent in phrase.intents}
    moods = {mood for phrase in BOOK.phrases for mood in phrase.moods}
    steps = {step for phrase in BOOK.phrases for step in phrase.steps}
    assert (topical, intents, moods, steps) == (set(STAGES), set(INTENTS), set(MOODS), {1, 2, 3, 4, 5, 6})


def test_every_kind_of_emergency_has_three_ways_to_go_on() -> None:
    kinds = [topic.id for topic in BOOK.topics if topic.kind == "emergency"]
    assert len(kinds) >= 8
    for kind in kinds:
        styles = {p.style for p in BOOK.phrases if kind in p.about and p.urgency == "emergency"}
        assert len(styles) >= 2, kind


def test_every_topic_is_spoken_of_by_a_phrase() -> None:
    spoken = {name for phrase in BOOK.phrases for name in phrase.about}
    assert {topic.id for topic in BOOK.topics} - spoken == {"upset"}


@pytest.mark.parametrize("topic", BOOK.topics, ids=lambda topic: topic.id)
def test_each_topic_recognises_its_examples(topic) -> None:
    for example in topic.examples:
        assert topic.id in BOOK._finder.in_text(example), example


@pytest.mark.parametrize("phrase", BOOK.phrases, ids=lambda phrase: phrase.id)
def test_a_phrase_is_honest(phrase: Phrase) -> None:
    assert [str(ref) for ref in phrase.cites if ref not in CLAUSES] == []
    sources = [CLAUSES[ref].text + "".join(CLAUSES[ref].say) for ref in phrase.cites]
    allowed = frozenset().union(*(figures(source) for source in sources))
    for text in texts(phrase):
        assert not FORBIDDEN.search(text), text
        assert figures(text) <= allowed, (text, sorted(figures(text) - allowed))
        assert len(text) <= 120
        assert text[-1] in "。？！", text
        assert text.count("！") <= 1
        assert "你" not in text


def test_openers_are_short_and_show_understanding() -> None:
    openers = [phrase for phrase in BOOK.phrases if phrase.part == "opener"]
    assert len(openers) >= 20
    assert [p.id for p in openers if len(p.text) > 32 or not p.empathic] == []


def test_a_phrase_with_an_unknown_slot_names_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge" / "phrases" / "bank"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(
        '- {id: a, style: ask, stage: solve, cites: [agreement 2.2], text: "请问{secret}是什么？"}\n', "utf-8"
    )
    with pytest.raises(WorkspaceError, match=r"own\.yaml:1.*占位符"):
        Phrasebook(Workspace(tmp_path))


def test_a_phrase_about_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "knowledge" / "phrases"
    (root / "bank").mkdir(parents=True)
    (root / "topics").mkdir()
    (root / "words.yaml").write_text("surnames: 王\nproducts: []\ntopics: []\n", "utf-8")
    (root / "bank" / "own.yaml").write_text(
        "- {id: a, style: ask, stage: solve, about: [moon], cites: [agreement 2.2], text: 请问怎么了？}\n", "utf-8"
    )
    with pytest.raises(WorkspaceError, match="moon"):
        Phrasebook(Workspace(tmp_path))


def test_slots_are_filled_or_the_phrase_is_dropped() -> None:
    for phrase in BOOK.phrases:
        for text in texts(phrase):
            for name in slot_names(text):
                assert Slots({}).fill(text) is None, name
            filled = Slots(dict.fromkeys(slot_names(text), "某")).fill(text)
            assert filled is not None
            assert "{" not in filled
            assert "}" not in filled
