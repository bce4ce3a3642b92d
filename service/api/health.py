"""Whether the process lives, whether it can work, and its figures.

The first two answer without a key, in few words, for those who restart and route. The figures need
one where the rest does.
"""

import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import sqlalchemy
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from pydantic import BaseModel
from sqlalchemy import func, text
from sqlmodel import SQLModel, col, select

from models.errors import KehoachError
from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from service.api.dependencies import StoreDep, needs
from service.api.errors import NotReady
from service.api.problems import failure
from service.jobs import check_room
from service.store import Store
from service.store.database import BUSY_MS, file_of, patient
from service.store.errors import DamagedDatabase

router = APIRouter(tags=["health"])

State = Literal["ok", "failed", "elsewhere"]
Part = Literal["database", "vault", "jobs", "queue"]

PARTS: tuple[Part, ...] = get_args(Part)

#: Milliseconds a database may be locked and yet count as ready, and bytes that are tried.
READY_MS, TRIED = 2000, 64 * 1024

#: A name no bytes have: to ask an object store for is to see that it answers.
_NOTHING = "0" * 64


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """All that the service needs is there; `jobs` may be those of other processes."""

    status: Literal["ok"] = "ok"
    checks: dict[Part, State]


@router.get("/healthz", operation_id="healthz", summary="The process answers")
async def healthz() -> Alive:
    """Answers while the process can answer at all; it looks at nothing else."""
    return Alive()


@router.get("/readyz", operation_id="readyz", summary="The service can work")
def readyz(request: Request, store: StoreDep) -> Ready:
    """503 names what is amiss: the database, the place of the files, the jobs, or a full queue.

    Each is tried: a row of every table is read, and something is written where it would be.
    """
    state, settings = request.app.state, store.settings
    checks: dict[Part, State] = {
        "database": "ok",
        "vault": "ok",
        "jobs": _jobs(state.jobs),
        "queue": "ok",
    }
    amiss = [("công việc", "jobs")] if checks["jobs"] == "failed" else []
    tried: dict[Part, Callable[[], None]] = {
        "database": partial(_database, store, getattr(state, "damaged", False)),
        "vault": partial(_vault, store),
        "queue": partial(check_room, store),
    }
    for part, check in tried.items():
        try:
            check()
        except Exception as error:  # whatever it is, that part cannot be used
            checks[part] = "failed"
            problem = error if isinstance(error, KehoachError) else failure(error, settings)
            amiss.append((f"{part}: {problem.vi}", f"{part}: {problem.en}"))
    state.damaged = getattr(state, "damaged", False) and checks["database"] == "failed"
    if "failed" in checks.values():
        vi, en = ("; ".join(one) for one in zip(*amiss, strict=True))
        raise NotReady(f"Chưa sẵn sàng: {vi}.", f"Not ready: {en}.", checks=checks)
    return Ready(checks=checks)


def _database(store: Store, doubted: bool) -> None:
    """A row of every table is read, and a transaction that writes is begun; of a database that was
    found damaged, all of it is looked through."""
    path = None
    with store.engine.connect().execution_options(kehoach_writes=True) as connection:
        if store.dialect == "sqlite":
            path = file_of(store.settings.database_url)
            patient(connection, READY_MS)
        try:
            with connection.begin() as begun:
                for table in SQLModel.metadata.sorted_tables:
                    connection.execute(sqlalchemy.select(table).limit(1)).all()
                if path is None:
                    connection.execute(text("SELECT pg_current_xact_id()"))
                elif doubted:
                    told = connection.execute(text("PRAGMA quick_check(1)")).scalar()
                    if told != "ok":
                        raise DamagedDatabase(place=path.name)
                begun.rollback()
        finally:
            if path is not None:
                patient(connection, BUSY_MS)
    if path is not None:
        _written(path.parent)


def _vault(store: Store) -> None:
    if store.vault.folder is None:
        store.vault.has(_NOTHING)
    else:
        _written(store.vault.folder)


def _written(folder: Path) -> None:
    """Raises OSError where no file can be kept in the folder."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(TRIED))
        file.flush()


def _jobs(jobs: Callable[[], bool] | None) -> State:
    if jobs is None:
        return "elsewhere"
    return "ok" if jobs() else "failed"


# Figures

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATES = ("queued", "running", "done", "failed")


class Metrics(CollectorRegistry):
    """The figures of one application: of its requests, and of its store at the time of asking.

    Their labels are of bounded number by construction. Where several processes answer, the library
    adds up what each counts, in the folder that this variable names to it.
    """

    FOLDER = "PROMETHEUS_MULTIPROC_DIR"

    def __init__(self, store: Store) -> None:
        super().__init__()
        registry = None if self.FOLDER in os.environ else self
        self._requests = Counter(
            "kehoach_requests", "Requests answered", ("method", "route", "status"),
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "kehoach_request_seconds", "Time to answer a request", ("method", "route"),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        if registry is None:
            MultiProcessCollector(self)  # type: ignore[no-untyped-call]
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
