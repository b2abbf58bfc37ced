"""`copilot run`: the web console, and the Telegram bot beside it once there is a token."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack

from rich.console import Console

from copilot.cli.progress import index_progress
from copilot.engine import Copilot
from copilot.errors import CopilotError, SettingsError, reason_of
from copilot.logs import protected_logs
from copilot.settings import Settings
from copilot.wiring import Services, build_copilot, open_services


def serve(settings: Settings) -> int:
    """Build what is missing, then serve until stopped; 0 at a normal end. Raises CopilotError when it cannot start."""
    console = Console(stderr=True)
    _require_free_port(settings)
    copilot = build_copilot(settings, index_progress())
    console.print("正在准备：读取知识、检查索引……")
    copilot.prepare()
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    with protected_logs(lambda text: copilot.mask(text).masked, token):
        return asyncio.run(_serve(settings, copilot, console))


def _require_free_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            raise SettingsError(
                f"端口 {settings.web_port} 无法使用（{reason_of(error)}）。"
                f"请先关掉占用它的程序，或换一个端口：copilot run --port {settings.web_port + 1}"
            ) from error


async def _serve(settings: Settings, copilot: Copilot, console: Console) -> int:
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings, copilot))
        await services.desk.warm()
        _start_housekeeping(services, stack)
        if settings.telegram_bot_token is not None:
            await _start_telegram(services, stack, console)
        else:
            console.print("没有设置 TELEGRAM_BOT_TOKEN，只启动网页控制台。")
        return await _serve_web(services, console)


def _start_housekeeping(services: Services, stack: AsyncExitStack) -> None:
    """Old records go once a day, for as long as the server runs."""
    from copilot.cli.housekeeping import keep_house
    from copilot.records.retention import Keeping

    keeping = Keeping(services.settings.record_months, services.settings.complaint_months)
    task = asyncio.create_task(keep_house(services.store, keeping), name="housekeeping")

    async def stop() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(stop)


async def _start_telegram(services: Services, stack: AsyncExitStack, console: Console) -> None:
    from copilot.telegram import TelegramBot

    bot = TelegramBot(
        services.settings,
        services.desk,
        services.store,
        announce=lambda line: console.print(line, markup=False),
        mask=lambda text: services.copilot.mask(text).masked,
    )
    try:
        await bot.start()
    except CopilotError as error:
        console.print(f"Telegram 没有启动：{error}\n网页控制台照常使用。", markup=False)
        return
    stack.push_async_callback(bot.stop)


async def _warm(copilot: Copilot) -> None:
    await asyncio.to_thread(copilot.warm)
    if copilot.assistant is not None:
        await copilot.assistant.warm()


async def _serve_web(services: Services, console: Console) -> int:
    import uvicorn

    from copilot.web import create_app

    settings = services.settings

    class AnnouncingServer(uvicorn.Server):
        """Says where to look as its last line, once it really listens; the search loads while the page opens."""

        warming: asyncio.Task[None]

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                self.warming = asyncio.create_task(_warm(services.copilot))
                console.print(f"请打开 http://{settings.web_host}:{settings.web_port} 开始使用（按 Ctrl+C 停止）")

    config = uvicorn.Config(
        create_app(services), host=settings.web_host, port=settings.web_port,
        log_level=settings.log_level.lower(), access_log=False,
    )  # fmt: skip
    server = AnnouncingServer(config)
    await server.serve()
    if server.started:
        await asyncio.wait([server.warming])  # a failure in it shows again, politely, where the search is used
    return 0 if server.started else 1
