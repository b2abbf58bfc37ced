"""The Telegram door: updates in, cards out. The only package that knows python-telegram-bot."""

from copilot.telegram.access import Access, AllowedUsers, new_code
from copilot.telegram.bot import BotStore, TelegramBot, build_application, check_token
from copilot.telegram.handlers import Desk
from copilot.telegram.screen import Counters

__all__ = [
    "Access", "AllowedUsers", "BotStore", "Counters", "Desk", "TelegramBot", "build_application", "check_token", "new_code",
]  # fmt: skip
