"""Whether the process lives, whether it can work, and its figures.

The first two answer without a key, in few words, for those who restart and route. The figures need
one where the rest does.
"""

import os
from collections.abc import Callable, Iterable
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from pydantic import BaseModel
from sqlalchemy import func, text
from sqlmodel import col, select

from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from service.api.dependencies import JobsDep, StoreDep, needs
from service.api.errors import NotReady
from service.jobs import Jobs, check_room
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


@router.get("/healthz", operation_id="healthz", summary="The process answers")
async def healthz() -> Alive:
    """Answers while the process can answer at all; it looks at nothing else."""
    return Alive()


@router.get("/readyz", operation_id="readyz", summary="The service can work")
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


# Figures

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATES = ("queued", "running", "done", "failed")


class Metrics(CollectorRegistry):
    """The figures of one application: of its requests, and of its store at the time of asking.

    Their labels are of bounded number by construction.
    """

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._requests = Counter(
            "kehoach_requests", "Requests answered", ("method", "route", "status"), registry=self
        )
        self._seconds = Histogram(
            "kehoach_request_seconds", "Time to answer a request", ("method", "route"),
            buckets=_BUCKETS, registry=self,
        )  # fmt: skip
        self.register(_StoreFigures(store))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request; `route` is the template, never the address itself."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class _StoreFigures(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[Metric]:
        return ()  # asked for at registration; the database is not

    def collect(self) -> Iterable[Metric]:
        states = select(JobRow.state, func.count()).group_by(col(JobRow.state))
        spent = select(func.count(), func.coalesce(func.sum(RunRow.seconds), 0.0))
        with self._store.reading() as session:
            jobs = dict(session.execute(states).all())
            documents = session.exec(select(func.count()).select_from(DocumentRow)).one()
            # by the figures of their plans: a sum over documents, not over tasks
            tasks = session.exec(select(func.coalesce(func.sum(PlanRow.tasks), 0))).one()
            readings, seconds = session.execute(spent.select_from(RunRow)).one()
        by_state = GaugeMetricFamily("kehoach_jobs", "Jobs by state", labels=["state"])
        for state in _STATES:
            by_state.add_metric([state], jobs.get(state, 0))
        yield by_state
        for name, help_text, value in (
            ("kehoach_queue_length", "Jobs that wait", jobs.get("queued", 0)),
            ("kehoach_queue_limit", "Jobs that may wait", self._store.settings.queue),
            ("kehoach_documents", "Documents kept", documents),
            ("kehoach_tasks", "Tasks of the current readings", tasks),
            ("kehoach_readings", "Readings kept", readings),
            ("kehoach_reading_seconds", "Seconds spent on the readings kept", seconds),
        ):
            yield GaugeMetricFamily(name, help_text, value=float(value))


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "The figures, in the text form of Prometheus or as OpenMetrics",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
    dependencies=[needs("read")],
)
def metrics(request: Request) -> Response:
    """Requests by route and status, their times, jobs by state, documents, tasks, readings."""
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(request.app.state.metrics), headers={"Content-Type": kind})
