"""The application: its routers in one list, and what every request passes on its way to them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from service import pages
from service.api import (
    access,
    audit,
    calendars,
    cells,
    changes,
    comparison,
    documents,
    exports,
    health,
    openapi,
    plans,
    problems,
    reconcile,
    reference,
    sessions,
    tasks,
    uploads,
    webhooks,
)
from service.api import jobs as job_routes
from service.api.bounds import Rates, Turns, Windows
from service.api.browsers import guards
from service.api.conditions import Conditions
from service.api.gate import Gate
from service.api.health import Metrics
from service.api.logs import Telemetry
from service.store import Store

#: Each route tells its scope by `needs(...)`. They are tried in this order: the busiest first.
ROUTERS: tuple[APIRouter, ...] = (
    documents.router,
    plans.router,
    plans.of_all_targets,
    plans.of_all_citations,
    tasks.router,
    changes.router,
    webhooks.router,
    calendars.router,
    calendars.public,
    health.router,
    problems.router,
    sessions.router,
    access.router,
    audit.router,
    exports.router,
    uploads.router,
    reference.router,
    comparison.router,
    job_routes.router,
    cells.router,
    cells.contract,
)

#: How hard answers are packed: one more takes twice the time for a tenth of the bytes.
LEVEL = 3

#: Exports and uploads at a time: in a process, and of one caller. An export holds a connection to
#: the database, an upload a file.
EXPORTS, UPLOADS = (6, 3), (32, 8)
#: Requests that wait for changes, in a process and of one caller: each is a connection.
WAITS = (200, 10)

#: Routes under way at a time, each in a thread, and uploads that are being kept. All of them take
#: turns with the thread that hears of new requests: with many it would have to wait long.
THREADS, KEEPING = 4, 2

#: Answers that are packed already, or that nothing gets smaller.
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    async with pages.opened(app):
        yield


def create_app(
    store: Store, jobs: Callable[[], bool] | None, windows: Windows | None = None
) -> FastAPI:
    """The service on an opened store.

    `jobs` tells whether documents are read beside it right now, None where others do that;
    `windows` are those of the requests where several processes answer.
    """
    app = FastAPI(
        title="kehoach",
        version=version("kehoach"),
        description="Kế hoạch đã ban hành thành nhiệm vụ. Issued plans as tasks.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_running,
    )
    settings = store.settings
    app.state.store = store
    app.state.jobs = jobs
    app.state.rates = Rates(windows or Windows())
    app.state.exports, app.state.uploads = Turns(*EXPORTS), Turns(*UPLOADS)
    app.state.waits, app.state.tail = Turns(*WAITS), changes.Tail(store)
    app.state.passwords = CapacityLimiter(sessions.TRIES)
    app.state.keeping = CapacityLimiter(KEEPING)
    app.state.metrics = Metrics(store)
    problems.install(app)
    openapi.install(app, https=settings.https)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.extend(reconcile.routes())
    pages.install(app)
    # A request passes them from the last one added to the first.
    app.add_middleware(Gate, store=store, rates=app.state.rates)
    app.add_middleware(GZipMiddleware, compresslevel=LEVEL, exclude_content_types=PACKED)
    app.add_middleware(Conditions)
    app.add_middleware(Telemetry, metrics=app.state.metrics, headers=guards(settings.https))
    return app
