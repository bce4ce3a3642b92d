"""Whether the process lives, whether it can work, and its figures.

The first two answer without a key, in few words, for those who restart and route. The figures need
one where the rest does.
"""

import os
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text

from service.api.dependencies import JobsDep, StoreDep, needs
from service.api.errors import NotReady
from service.api.problems import problems
from service.api.telemetry import Metrics
from service.jobs import Jobs, check_room
from service.jobs.errors import QueueFull
from service.store import Store

router = APIRouter(tags=["health"])

State = Literal["ok", "failed", "elsewhere"]

#: A name no bytes have: to ask an object store for is to see that it answers.
_NOTHING = "0" * 64


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """All that the service needs is there; `jobs` may be those of other processes."""

    status: Literal["ok"] = "ok"
    checks: dict[Literal["database", "vault", "jobs", "queue"], State]


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="The process answers",
    responses=problems(),
    openapi_extra={"security": []},
)
async def healthz() -> Alive:
    """Answers while the process can answer at all; it looks at nothing else."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="The service can work",
    response_model=Ready,
    responses=problems(),
    openapi_extra={"security": []},
)
def readyz(store: StoreDep, jobs: JobsDep) -> Ready:
    """503 names what is amiss: the database, the place of the files, the jobs, or a full queue."""
    checks: dict[Literal["database", "vault", "jobs", "queue"], State] = {
        "database": _passes(_database, store),
        "vault": _passes(_vault, store),
        "jobs": _jobs(jobs),
        "queue": _passes(check_room, store),
    }
    if "failed" in checks.values():
        amiss = ", ".join(name for name, state in checks.items() if state == "failed")
        raise NotReady(amiss=amiss, checks=checks)
    return Ready(checks=checks)


def _passes(check: Callable[[Store], None], store: Store) -> State:
    try:
        check(store)
    except QueueFull:
        return "failed"
    except Exception:  # whatever it is, that part cannot be used
        return "failed"
    return "ok"


def _database(store: Store) -> None:
    with store.reading() as session:
        session.execute(text("SELECT 1"))


def _vault(store: Store) -> None:
    folder = store.vault.folder
    if folder is None:
        store.vault.has(_NOTHING)
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise OSError("the folder of the vault cannot be written to")


def _jobs(jobs: Jobs | None) -> State:
    if jobs is None or jobs.workers < 1:
        return "elsewhere"
    return "ok" if jobs.executor else "failed"


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "The figures, in the text form of Prometheus or as OpenMetrics",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **problems(),
    },
    dependencies=[needs("read")],
)
def metrics(request: Request) -> Response:
    """Requests by route and status, their times, jobs by state, documents, tasks, readings."""
    figures: Metrics = request.app.state.metrics
    body, media_type = figures.exposed(request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type})
