"""The door is closed by default, and a code cannot be guessed."""

from __future__ import annotations

import pytest
from fakes.telegram_desk import MemoryStore

from copilot.telegram.access import MAX_WRONG_CODES, MAX_WRONG_CODES_PER_USER, Access, new_code

CODE = "12345678"


@pytest.mark.parametrize("user", ["4711", "@XiaoLin", "xiaolin"])
async def test_users_named_in_the_settings_may_pass(user: str) -> None:
    access = Access([user], MemoryStore())
    assert await access.admit(4711, "xiaolin", "您好") == "open"
    assert await access.admit(4711, "xiaolin", None) == "open"


async def test_a_name_that_is_all_digits_is_an_id_and_nobodys_name() -> None:
    assert await Access(["4711"], MemoryStore()).admit(5, "4711", "您好") == "decline"


async def test_nobody_may_pass_without_settings() -> None:
    access = Access([], MemoryStore())
    assert await access.admit(4711, None, "您好") == "decline"


async def test_a_stranger_is_told_once_and_then_meets_silence_buttons_included() -> None:
    access = Access([], MemoryStore(), CODE)
    assert [await access.admit(5, None, text) for text in ("您好", "在吗", None, "您好")] == [
        "decline", "ignore", "ignore", "ignore"
    ]  # fmt: skip
    assert await access.admit(6, None, None) == "decline"


@pytest.mark.parametrize("text", [CODE, f" {CODE} ", "1234 5678", "１２３４５６７８", f"/start {CODE}"])
async def test_the_code_lets_in_for_good(text: str) -> None:
    store = MemoryStore()
    access = Access([], store, CODE)
    assert await access.admit(5, "lin", text) == "opened"
    assert store.allowed == {5: "@lin"}
    assert await access.admit(5, "lin", "您好") == "open"
    assert await Access([], store).admit(5, None, None) == "open"


async def test_the_code_works_only_once() -> None:
    access = Access([], MemoryStore(), CODE)
    assert await access.admit(5, None, CODE) == "opened"
    assert access.code is None
    assert await access.admit(6, None, CODE) == "decline"


async def test_after_five_wrong_codes_even_the_right_one_is_not_looked_at() -> None:
    access = Access([], MemoryStore(), CODE)
    for number in range(MAX_WRONG_CODES_PER_USER):
        await access.admit(5, None, f"0000000{number}")
    assert await access.admit(5, None, CODE) == "ignore"
    assert await access.admit(6, None, CODE) == "opened"


async def test_many_accounts_together_cannot_guess_either() -> None:
    access = Access([], MemoryStore(), CODE)
    for user_id in range(MAX_WRONG_CODES):
        await access.admit(100 + user_id, None, "00000000")
    assert await access.admit(5, None, CODE) == "decline"


async def test_a_code_is_not_spent_when_it_could_not_be_kept() -> None:
    store = MemoryStore()
    access = Access([], store, CODE)
    await access.admit(5, None, "您好")

    async def fails(user_id: int, name: str = "") -> None:
        raise OSError("disk full")

    store.allow_telegram_user = fails  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        await access.admit(5, None, CODE)
    assert access.code == CODE


async def test_a_sentence_that_holds_the_code_is_not_the_code() -> None:
    access = Access([], MemoryStore(), CODE)
    assert await access.admit(5, None, f"口令是{CODE}吗") == "decline"
    assert access.code == CODE


def test_codes_have_eight_digits_and_differ() -> None:
    codes = {new_code() for _ in range(20)}
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert len(codes) > 15
