"""The bot: put together in `build_application`, and living inside whatever loop starts it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Protocol, Self

from telegram import Bot, BotCommand, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    Defaults,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from copilot.errors import CopilotError, SettingsError
from copilot.logs import Mask, mask_plainly, protected_logs
from copilot.settings import Settings
from copilot.telegram import texts
from copilot.telegram.access import Access, AllowedUsers, new_code
from copilot.telegram.delivery import with_retries
from copilot.telegram.errors import PollingTroubles, on_error
from copilot.telegram.handlers import Desk, Handlers
from copilot.telegram.polling import CarefulBot, SettlingProcessor, Unsettled
from copilot.telegram.reminding import Reminding
from copilot.telegram.screen import Counters, Screen

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 15.0
WRITE_TIMEOUT_S = 15.0
POOL_TIMEOUT_S = 5.0
POLL_S = 25  # seconds that Telegram holds a poll without news
STOP_TIMEOUT_S = 10.0
CONNECTIONS = 32
MAX_FLOOD_WAITS = 3
REMINDING = "reminding"
WANTED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]

Announce = Callable[[str], None]
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class BotStore(AllowedUsers, Counters, Protocol):
    """What the bot keeps beyond the desk's own records."""


def build_application(
    token: str, api: str, desk: Desk, access: Access, counters: Counters, troubles: PollingTroubles,
    supervisors: frozenset[int] = frozenset(),
) -> AnyApplication:  # fmt: skip
    """The whole bot, not started. `api` is the Bot API server's base address; `application.bot_data` holds Reminding."""
    # PTB's own switch for the type of RetryAfter.retry_after; without it each flood prints a deprecation warning.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    unsettled = Unsettled()
    bot = _bot(token, api.rstrip("/"), unsettled, troubles)
    handlers = Handlers(desk, access, Screen(bot, counters), unsettled, supervisors)
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL

    application: AnyApplication = (
        Application.builder().bot(bot).concurrent_updates(SettlingProcessor(unsettled)).job_queue(None).build()
    )
    application.bot_data[REMINDING] = Reminding(desk, handlers.tell)
    application.add_handler(CallbackQueryHandler(handlers.on_press))
    application.add_handler(MessageHandler(private, handlers.on_message))
    application.add_handler(MessageHandler(filters.ChatType.GROUPS & filters.COMMAND, handlers.on_group))
    application.add_error_handler(on_error)
    return application


def _bot(token: str, api: str, unsettled: Unsettled, troubles: PollingTroubles) -> CarefulBot:
    return CarefulBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=_request(CONNECTIONS),
        get_updates_request=_request(2),
        defaults=Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=AIORateLimiter(max_retries=MAX_FLOOD_WAITS),
        unsettled=unsettled,
        on_fetched=troubles.over,
    )


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections, connect_timeout=CONNECT_TIMEOUT_S, read_timeout=READ_TIMEOUT_S,
        write_timeout=WRITE_TIMEOUT_S, media_write_timeout=WRITE_TIMEOUT_S * 2, pool_timeout=POOL_TIMEOUT_S,
    )  # fmt: skip


class TelegramBot:
    """The bot as a part of a running program: `await start()`, `await stop()`, or `async with`."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        store: BotStore,
        *,
        announce: Announce | None = None,
        mask: Mask = mask_plainly,
        code: str | None = None,
    ) -> None:
        """`announce` gets the lines for whoever starts the program, the one-time code (by default a fresh one) among
        them; `mask` replaces personal data in texts for the log. Raises SettingsError without a token.
        """
        self._token, self._api = _token_of(settings), settings.telegram_api
        self._announce, self._mask = announce or (lambda line: None), mask
        self._access = Access(settings.telegram_users, store, code or new_code())
        self._troubles = PollingTroubles()
        self._application = build_application(
            self._token, self._api, desk, self._access, store, self._troubles,
            frozenset(int(chat) for chat in settings.supervisor_chat),
        )  # fmt: skip
        self._protection = ExitStack()

    @property
    def code(self) -> str | None:
        """The one-time code that lets the next user in; None once it is used."""
        return self._access.code

    @property
    def link(self) -> str:
        """The bot's address; known after `start`."""
        return f"https://t.me/{self._application.bot.username}"

    async def start(self) -> None:
        """Check the token, publish the commands and begin to fetch updates. Returns when the bot is ready.

        Raises SettingsError for a wrong token and CopilotError when Telegram cannot be reached.
        """
        self._protection.enter_context(protected_logs(self._mask, self._token))
        try:
            await self._start()
            self._announce(texts.READY.format(link=self.link))
            if self.code is not None:
                self._announce(texts.CODE.format(code=self.code))
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        application = self._application
        try:
            await with_retries(application.initialize)
        except TelegramError as error:
            raise _start_failed(self._api, error) from None  # the cause may spell the token out
        await self._publish_commands()
        await application.start()
        if application.updater is not None:
            await application.updater.start_polling(
                timeout=POLL_S, allowed_updates=WANTED_UPDATES, bootstrap_retries=3, error_callback=self._troubles
            )
        self._reminding.start()

    @property
    def _reminding(self) -> Reminding:
        reminding: Reminding = self._application.bot_data[REMINDING]
        return reminding

    async def stop(self) -> None:
        """Finish what is being worked on, confirm it, and let go. May be called twice."""
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await self._finish()
        except TimeoutError:
            logger.warning("the bot did not finish in time; Telegram will deliver again what was not saved")
        finally:
            await self._application.bot.shutdown()
            self._protection.close()

    async def _finish(self) -> None:
        application = self._application
        await self._reminding.stop()
        if application.updater is not None and application.updater.running:
            await application.updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()

    async def _publish_commands(self) -> None:
        """The menu of commands; without it the bot works all the same."""
        commands = [BotCommand(name, description) for name, description in texts.COMMANDS]
        try:
            await self._application.bot.set_my_commands(commands)
        except TelegramError as error:
            logger.warning("the list of commands could not be published (%s)", type(error).__name__)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def check_token(settings: Settings) -> str:
    """The bot's user name, asked from Telegram. Raises SettingsError for a wrong token, CopilotError without an answer."""
    bot = Bot(_token_of(settings), base_url=f"{settings.telegram_api.rstrip('/')}/bot", request=_request(1))
    try:
        async with bot:
            return bot.username
    except TelegramError as error:
        raise _start_failed(settings.telegram_api, error) from None


def _token_of(settings: Settings) -> str:
    if settings.telegram_bot_token is None:
        raise SettingsError("没有设置 TELEGRAM_BOT_TOKEN，无法启动 Telegram 机器人。请向 @BotFather 申请后填入。")
    return settings.telegram_bot_token.get_secret_value()


def _start_failed(api: str, error: TelegramError) -> CopilotError:
    if isinstance(error, InvalidToken):
        return SettingsError("Telegram 不接受 TELEGRAM_BOT_TOKEN，请到 @BotFather 核对后重新填写。")
    return CopilotError(
        f"连不上 Telegram（{api}，{type(error).__name__}）。"
        "请检查网络、代理和 COPILOT_TELEGRAM_API，或先去掉 TELEGRAM_BOT_TOKEN 只用网页控制台。"
    )
