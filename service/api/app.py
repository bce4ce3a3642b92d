"""The application: its routers in one list, and what every request passes on its way to them."""

from importlib.metadata import version

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from service import pages
from service.api import (
    accounts,
    audit,
    documents,
    exports,
    health,
    openapi,
    plans,
    problems,
    readings,
    reference,
    sessions,
    tasks,
    uploads,
)
from service.api import jobs as job_routes
from service.api.audit import Trail
from service.api.bounds import Bodies, Rates
from service.api.browsers import SecurityHeaders
from service.api.conditions import Conditions
from service.api.gate import Gate
from service.api.health import Metrics
from service.api.logs import Telemetry
from service.jobs import Jobs
from service.store import Store

#: Each route tells its scope by `needs(...)`.
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    problems.router,
    sessions.router,
    accounts.router,
    audit.router,
    exports.router,
    uploads.router,
    documents.router,
    plans.router,
    plans.of_all_targets,
    plans.of_all_citations,
    tasks.router,
    reference.router,
    job_routes.router,
    readings.router,
    readings.contract,
)

#: Answers that are packed already, or that nothing gets smaller.
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def create_app(store: Store, jobs: Jobs | None) -> FastAPI:
    """The service on an opened store; `jobs` None where other processes read the documents."""
    app = FastAPI(
        title="kehoach",
        version=version("kehoach"),
        description="Kế hoạch đã ban hành thành nhiệm vụ. Issued plans as tasks.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    settings = store.settings
    app.state.store = store
    app.state.jobs = jobs
    app.state.rates = Rates()
    app.state.passwords = CapacityLimiter(sessions.TRIES)
    app.state.metrics = Metrics(store)
    problems.install(app)
    openapi.install(app, https=settings.https)
    for router in ROUTERS:
        app.include_router(router)
    pages.install(app)
    # A request passes them from the last one added to the first.
    app.add_middleware(Trail, store=store)
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Gate, store=store, rates=app.state.rates)
    app.add_middleware(GZipMiddleware, compresslevel=6, exclude_content_types=PACKED)
    app.add_middleware(Conditions)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(Telemetry, metrics=app.state.metrics)
    return app
