"""What is worth another try gets one; what Telegram refused does not."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from copilot.telegram.delivery import edited, with_retries


class Server:
    """Raises the given errors one after another, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return "ok"


@pytest.mark.parametrize("error", [NetworkError("x"), TimedOut(), TelegramError("Invalid server response")])
async def test_network_troubles_are_tried_again(error: Exception) -> None:
    server = Server(error, error)
    assert await with_retries(server, (0, 0)) == "ok"
    assert server.calls == 3


async def test_after_the_last_try_the_trouble_is_raised() -> None:
    server = Server(*[NetworkError("x")] * 3)
    with pytest.raises(NetworkError):
        await with_retries(server, (0, 0))


@pytest.mark.parametrize("error", [BadRequest("message is too long"), Forbidden("blocked")])
async def test_a_refusal_is_final(error: TelegramError) -> None:
    server = Server(error)
    with pytest.raises(type(error)):
        await with_retries(server, (0, 0))
    assert server.calls == 1


async def test_an_unchanged_message_counts_as_edited() -> None:
    assert await edited(Server(BadRequest("Message is not modified: specified new message content"))) is True


async def test_a_message_that_is_gone_does_not() -> None:
    assert await edited(Server(BadRequest("Message to edit not found"))) is False
