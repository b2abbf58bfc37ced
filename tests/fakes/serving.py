"""Serve an ASGI app over real HTTP on 127.0.0.1, in a thread, for as long as a test needs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def serve_in_thread(app: Any, *, deadline_s: float = 10.0, keep_alive: bool = False) -> Iterator[str]:
    """The base address of `app` while the block runs; the server is stopped and joined at the end.

    `keep_alive`: connections outlive their answers, as real servers' do; the test closes its client then.
    """
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", lifespan="off", timeout_keep_alive=30,
        headers=[] if keep_alive else [("Connection", "close")],  # or it stays open beyond the test's event loop
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = time.monotonic()
    while not server.started:
        if time.monotonic() - started > deadline_s or not thread.is_alive():
            raise RuntimeError("the test server did not start")
        time.sleep(0.005)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(deadline_s)
