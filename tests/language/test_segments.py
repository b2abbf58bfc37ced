from __future__ import annotations

from copilot.language import Segments, is_word


def test_words_are_told_from_names_by_the_dictionary() -> None:
    segments = Segments("租客舒明把合同落店里了。明天王磊来")
    assert segments.is_person(2, 4)
    assert segments.splits_a_word(6)  # 合|同
    assert not segments.splits_a_word(4)
    assert segments.ends_at(2)
    assert segments.is_working_word(4, 5)
    assert segments.at(14).start == 14  # the second sentence counts from the beginning of the text


def test_a_known_word_that_begins_with_a_surname_is_a_thing() -> None:
    assert Segments("安排一下").is_known_thing(0, 1)
    assert not Segments("王磊来了").is_known_thing(0, 1)
    assert is_word("安排")
    assert not is_word("舒明把")
