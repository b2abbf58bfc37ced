"""When something fails: the agent gets one polite sentence with a reference, the log gets the rest."""

from __future__ import annotations

import logging

from telegram import Chat, Update
from telegram.error import Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import ContextTypes

from copilot.errors import CopilotError
from copilot.logs import new_reference
from copilot.telegram import texts
from copilot.telegram.delivery import with_retries

logger = logging.getLogger(__name__)


class NotShownError(Exception):
    """The desk has saved the event, but its cards could not be shown; the cause says why."""


async def on_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Tell the agent, and log under the same reference. A user who blocked the bot is neither told nor an error."""
    error = context.error
    cause = error.__cause__ if isinstance(error, NotShownError) else error
    update_id = update.update_id if isinstance(update, Update) else None
    if error is None or isinstance(cause, Forbidden):
        logger.info("update %s: the user has blocked the bot", update_id)
        return
    reference = new_reference()
    logger.error("update %s failed, reference %s", update_id, reference, exc_info=error)
    chat = update.effective_chat if isinstance(update, Update) else None
    if chat is None or chat.type != Chat.PRIVATE:
        return
    try:
        if isinstance(update, Update) and update.callback_query is not None:
            await update.callback_query.answer()
    except TelegramError as failure:
        logger.info("the tap could not be answered: %s", type(failure).__name__)
    try:
        text = what_to_say(error, reference)
        await with_retries(lambda: context.bot.send_message(chat.id, text, parse_mode=None))
    except TelegramError as failure:
        logger.warning("reference %s could not be told: %s", reference, type(failure).__name__)


def what_to_say(error: BaseException, reference: str) -> str:
    """The sentence for the agent: what is known, what to do, never a traceback."""
    if isinstance(error, NotShownError):
        return texts.SAVED_NOT_SHOWN.format(reference=reference)
    if isinstance(error, CopilotError):
        return texts.FAILED_BECAUSE.format(reason=str(error)[:1000], reference=reference)
    return texts.FAILED.format(reference=reference)


class PollingTroubles:
    """Logs failures of fetching once per kind, not once per try; PTB goes on trying by itself."""

    def __init__(self) -> None:
        self._last: type[TelegramError] | None = None

    def __call__(self, error: TelegramError) -> None:
        if type(error) is self._last:
            return
        self._last = type(error)
        if isinstance(error, Conflict):
            logger.error("another process fetches updates with the same bot token; stop one of them")
        elif isinstance(error, InvalidToken):
            logger.error("Telegram no longer accepts the bot token; fetching has ended")
        elif isinstance(error, NetworkError):
            logger.warning("Telegram cannot be reached (%s); trying again", error.message)
        else:
            logger.warning("updates could not be fetched (%s); trying again", type(error).__name__)

    def over(self) -> None:
        """Fetching works again: the next trouble is news."""
        if self._last is not None:
            logger.info("updates are fetched again")
        self._last = None
