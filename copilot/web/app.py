"""The application behind the console: pages by NiceGUI on FastAPI, for this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from copilot.wiring import Services

_HOSTS = ["127.0.0.1", "localhost"]


def create_app(services: Services) -> FastAPI:
    """The ASGI application of the console: / for conversations, /practice for training, /health for monitors.

    Requests that name another host are refused, so a page elsewhere cannot reach the console through the browser
    (DNS rebinding). Call it once in a process: NiceGUI keeps its pages globally.
    """
    from fastapi import FastAPI
    from fastapi.middleware.trustedhost import TrustedHostMiddleware
    from nicegui import ui

    from copilot.web.pages import register_pages

    app = FastAPI(title="客服助手", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    register_pages(services)
    ui.run_with(app, title="客服助手", language="zh-CN", favicon="💬", show_welcome_message=False, dark=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)
    return app
