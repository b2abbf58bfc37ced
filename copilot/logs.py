"""Logs without secrets: the bot's token and personal data are masked in every record, tracebacks included.

At the lowest floor, for every door writes logs. A filter on a logger does not see what its children log, so the filter
sits on the handlers. At INFO httpx would write each URL, and the token is part of the URL; PTB's own DEBUG records hold
whole messages.
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Mask = Callable[[str], str]
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without the two that look like digits
_ANY_TOKEN = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{30,64}")
_DIGITS = re.compile(r"(://[A-Za-z0-9.\[\]:-]{1,253}:\d{1,5}(?!\d))|\d{5,}")  # a server's port may be told
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_LEAST_LEVELS = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "telegram": logging.INFO}


def new_reference() -> str:
    """Six letters that stand both in what a user is told and in the log; no masking takes them for a number."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


def mask_plainly(text: str) -> str:
    """`text` without long numbers and mail addresses: what is used where no reader of personal data is at hand."""
    return _MAIL.sub("[mail]", _DIGITS.sub(lambda found: found[1] or "[number]", text))


class MaskingFilter(logging.Filter):
    """Rewrites each record so that nothing secret is left in it; lets every record pass."""

    def __init__(self, mask: Mask, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._mask, self._secrets = mask, tuple(secret for secret in secrets if secret)

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "masked", False):
            return True
        record.msg, record.args = self.masked(_message(record)), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self.masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None  # what a handler would format again, unmasked
        record.masked = True
        return True

    def masked(self, text: str) -> str:
        """`text` without tokens and personal data; a text that cannot be masked is not shown at all."""
        for secret in self._secrets:
            text = text.replace(secret, "******")
        text = _ANY_TOKEN.sub("******", text)
        try:
            return self._mask(text)
        except Exception as error:
            return f"(not shown: masking failed with {type(error).__name__})"


@contextmanager
def protected_logs(mask: Mask, token: str) -> Iterator[None]:
    """While this lasts, all present handlers mask what they write, and the chatty libraries are quiet.

    It stands in for a masking that a handler already has: a plain one before it would hide the digits by which `mask`
    knows a telephone number, and those of the reference that an agent was told.
    """
    masking = MaskingFilter(mask, (token,))
    handlers = list(_handlers())
    replaced = [(handler, each) for handler in handlers for each in handler.filters if isinstance(each, MaskingFilter)]
    loggers = {name: logging.getLogger(name) for name in _LEAST_LEVELS}
    before = {name: each.level for name, each in loggers.items()}
    for handler, plainer in replaced:
        handler.removeFilter(plainer)
    for handler in handlers:
        handler.addFilter(masking)
    for name, each in loggers.items():
        each.setLevel(max(_LEAST_LEVELS[name], each.getEffectiveLevel()))
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(masking)
        for handler, plainer in replaced:
            handler.addFilter(plainer)
        for name, each in loggers.items():
            each.setLevel(before[name])


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:
        return str(record.msg)


def _handlers() -> Iterator[logging.Handler]:
    """Every handler of the process, and the one that Python falls back on where there is none."""
    yield from logging.getLogger().handlers
    for each in logging.root.manager.loggerDict.values():
        if isinstance(each, logging.Logger):
            yield from each.handlers
    if logging.lastResort is not None:
        yield logging.lastResort
