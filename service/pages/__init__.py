"""The pages for people: upload, the list of plans, one plan's tasks, a search, a sign-in.

Made on the server from the same listings as the API, Vietnamese first, with an English switch.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from anyio.to_thread import run_sync
from fastapi import FastAPI

#: The modules that have pages, in the order in which their addresses are tried.
ROOMS = (
    "signin", "admin", "webhooks", "guide", "home", "plan", "preview", "review", "source",
    "returns", "matching", "search", "work", "calendars", "comparison", "places",
)  # fmt: skip


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    """While the application runs; then the process that draws pages of documents is ended.

    The templates are made ready beside the first requests, which need not wait for all of them.
    """
    from service.pages.looks import load

    threading.Thread(target=load, name="kehoach-templates", daemon=True).start()
    yield
    await run_sync(app.state.originals.close)


def install(app: FastAPI) -> None:
    """Adds the pages and their files to the application."""
    from service.originals import Originals
    from service.pages.looks import STATIC, Files, mishap

    app.state.mishap = mishap
    app.state.originals = Originals.of(app.state.store)
    app.mount("/static", Files(directory=STATIC), name="static")
    for room in ROOMS:
        app.include_router(import_module(f"service.pages.{room}").router)
