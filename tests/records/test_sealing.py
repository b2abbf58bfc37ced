"""Contact data on the disk: unreadable without the key, findable with it, never lost."""

from __future__ import annotations

import pytest

from copilot.errors import RecordKeyError
from copilot.records.sealing import Safe, new_key

VALUES = {"customer_name": "陈丽", "contact": "13812345678", "promises": ["明天回电"]}


def test_what_is_sealed_opens_again_and_shows_nothing_of_itself() -> None:
    safe = Safe(new_key())
    sealed = safe.seal(VALUES)
    assert safe.open(sealed) == VALUES
    assert "13812345678" not in sealed
    assert safe.seal(VALUES) != sealed


def test_another_key_says_which_key_is_needed_and_changes_nothing() -> None:
    first = Safe(new_key())
    sealed = first.seal(VALUES)
    with pytest.raises(RecordKeyError, match=f"{first.key_id}.*没有丢.*COPILOT_RECORD_OLD_KEY"):
        Safe(new_key()).open(sealed)
    with pytest.raises(RecordKeyError, match=first.key_id):
        Safe().open(sealed)


def test_a_former_key_opens_what_it_sealed_while_the_new_one_seals() -> None:
    old, new = new_key(), new_key()
    both = Safe(new, old)
    assert both.open(Safe(old).seal(VALUES)) == VALUES
    assert Safe(new).open(both.seal(VALUES)) == VALUES
    assert both.opens(Safe(old).key_id)
    assert not Safe(new).opens(Safe(old).key_id)


def test_a_damaged_token_is_told_from_a_wrong_key() -> None:
    safe = Safe(new_key())
    sealed = safe.seal(VALUES)
    for broken in (sealed[:-8] + "AAAAAAA=", sealed.replace("v1:", "v9:"), "nonsense"):
        with pytest.raises(RecordKeyError, match="损坏"):
            safe.open(broken)


def test_without_a_key_everything_is_kept_and_the_safe_says_so() -> None:
    safe = Safe("", "")
    assert not safe.encrypted
    assert safe.key_id == "plain"
    assert Safe(new_key()).open(safe.seal(VALUES)) == VALUES


def test_a_former_key_alone_encrypts_nothing_new() -> None:
    old = new_key()
    safe = Safe("", old)
    assert not safe.encrypted
    assert safe.open(Safe(old).seal(VALUES)) == VALUES


def test_equal_values_have_equal_hashes_under_one_key_and_others_under_another() -> None:
    key = new_key()
    assert Safe(key).hashes(["13812345678"]) == Safe(key).hashes(["13812345678"])
    assert Safe(key).hashes(["13812345678"]) != Safe(new_key()).hashes(["13812345678"])
    assert "13812345678" not in repr(Safe().hashes(["13812345678"]))


def test_what_was_kept_before_the_key_is_looked_for_too() -> None:
    old, new = new_key(), new_key()
    sought = set(Safe(new, old).hashes_anywhere(["陈丽"]))
    for safe in (Safe(), Safe(old), Safe(new)):
        assert set(safe.hashes(["陈丽"])) <= sought


@pytest.mark.parametrize("text", ["abc", "密钥", "A" * 44 + "==", new_key()[:-2]])
def test_what_is_no_key_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(RecordKeyError, match="copilot records key"):
        Safe(text)
