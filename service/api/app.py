"""The application: its routers in one list, and what every request passes on its way to them."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from service.api import health, problems
from service.api.conditions import Conditions
from service.api.gate import Gate
from service.api.rates import Rates
from service.store import Store

if TYPE_CHECKING:
    from service.jobs import Jobs

API = "/api/v1"

#: Under /api/v1; each route tells its scope by `needs(...)`.
RESOURCES: tuple[APIRouter, ...] = ()

#: At the root.
ROOTS: tuple[APIRouter, ...] = (health.router,)


def create_app(store: Store, jobs: "Jobs | None") -> FastAPI:
    """The service on an opened store; `jobs` None where other processes read the documents."""
    app = FastAPI(
        title="kehoach",
        version=version("kehoach"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.store = store
    app.state.jobs = jobs
    problems.install(app)
    for router in ROOTS:
        app.include_router(router)
    for router in RESOURCES:
        app.include_router(router, prefix=API)
    app.state.rates = Rates()
    # The last one added is the first a request passes.
    app.add_middleware(Gate, store=store, rates=app.state.rates)
    app.add_middleware(Conditions)
    return app
