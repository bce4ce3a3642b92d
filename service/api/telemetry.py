"""What is known of each request afterwards: its id, one line in the log, its part of the figures.

No line holds the query, a body, a header or the message of an exception: any of them may hold
words of a document or a secret. An exception is told by its kind and the places it came through.
"""

import re
import time
import uuid
from collections.abc import Iterable

import structlog
from anyio import get_cancelled_exc_class
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest as plain
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.registry import Collector
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col, select
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import KehoachError
from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from service.api.errors import StoreUnavailable
from service.api.logs import places
from service.api.problems import answer
from service.errors import InternalError
from service.store import Store

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LONGEST_PATH = 200
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATES = ("queued", "running", "done", "failed")

log = structlog.stdlib.get_logger("kehoach.api")


# Figures for Prometheus


class Metrics:
    """The figures of one application: of its requests, and of its store at the time of asking.

    Their labels are of bounded number by construction.
    """

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kehoach_requests", "Requests answered", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "kehoach_request_seconds", "Time to answer a request", ("method", "route"),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(_StoreFigures(store))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request; `route` is the template, never the address itself."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def exposed(self, accept: str) -> tuple[bytes, str]:
        """All figures, and the media type they are in: OpenMetrics where that is accepted."""
        if "application/openmetrics-text" in accept:
            return openmetrics(self.registry), (  # type: ignore[no-untyped-call]
                "application/openmetrics-text; version=1.0.0; charset=utf-8"
            )
        return plain(self.registry), "text/plain; version=0.0.4; charset=utf-8"


class _StoreFigures(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[Metric]:
        return ()  # asked for at registration; the database is not

    def collect(self) -> Iterable[Metric]:
        with self._store.reading() as session:
            jobs = dict(
                session.execute(
                    select(JobRow.state, func.count()).group_by(col(JobRow.state))
                ).all()
            )
            documents, tasks = _totals(session)
            readings, seconds = session.execute(
                select(func.count(), func.coalesce(func.sum(RunRow.seconds), 0.0)).select_from(
                    RunRow
                )
            ).one()
        states = GaugeMetricFamily("kehoach_jobs", "Jobs by state", labels=["state"])
        for state in _STATES:
            states.add_metric([state], jobs.get(state, 0))
        yield states
        for name, help_text, value in (
            ("kehoach_queue_length", "Jobs that wait", jobs.get("queued", 0)),
            ("kehoach_queue_limit", "Jobs that may wait", self._store.settings.queue),
            ("kehoach_documents", "Documents kept", documents),
            ("kehoach_tasks", "Tasks of the current readings", tasks),
            ("kehoach_readings", "Readings kept", readings),
            ("kehoach_reading_seconds", "Seconds spent on the readings kept", seconds),
        ):
            yield GaugeMetricFamily(name, help_text, value=float(value))


def _totals(session: Session) -> tuple[int, int]:
    """Documents, and tasks by the figures of their plans: a sum over documents, not over tasks."""
    documents = session.exec(select(func.count()).select_from(DocumentRow)).one()
    tasks = session.exec(select(func.coalesce(func.sum(PlanRow.tasks), 0))).one()
    return documents, int(tasks)


# Requests


def request_id_of(given: str | None) -> str:
    """The id a client or a proxy gave the request, where it is a sane one; else a new one."""
    return given if given and _SANE.fullmatch(given) else uuid.uuid4().hex


def failure(error: Exception) -> KehoachError:
    """The problem behind an error that no route foresaw; it tells nothing of the inside."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, OperationalError | PoolTimeout | OSError):
        return StoreUnavailable()
    return InternalError()


class Telemetry:
    """Passes every request on under its id, and tells how it went."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        request_id = request_id_of(connection.headers.get("x-request-id"))
        connection.state.request_id = request_id
        started, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, told)
            except get_cancelled_exc_class():
                raise
            except Exception as error:
                log.error(
                    "failure", error=type(error).__qualname__, places=places(error.__traceback__)
                )
                if status:  # half an answer is out: only the end of the connection can tell
                    status = 500
                    raise
                await answer(failure(error), connection)(scope, receive, told)
            finally:
                self._done(scope, status, time.perf_counter() - started)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = template(scope)
        self.metrics.request(scope["method"], route, status, seconds)
        caller = scope.get("state", {}).get("caller")
        log.info(
            "request",
            method=scope["method"][:20],
            path=scope.get("raw_path", b"").decode("ascii", "replace")[:_LONGEST_PATH],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            caller=caller.actor if caller else None,
            **_subject(scope),
        )


def template(scope: Scope) -> str:
    """The route of a request with the names of its parameters, not their values; '' for none.

    A route knows its path within its router only; the whole one stands in the OpenAPI.
    """
    route = scope.get("route")
    if route is None:
        return ""
    named = _templates(scope["app"]).get(getattr(route, "operation_id", None) or "")
    return named or str(getattr(route, "path", ""))


def _templates(app: FastAPI) -> dict[str, str]:
    """The whole path of each operation, by its id."""
    if not hasattr(app.state, "templates"):
        app.state.templates = {
            operation["operationId"]: path
            for path, operations in app.openapi()["paths"].items()
            for operation in operations.values()
        }
    templates: dict[str, str] = app.state.templates
    return templates


def _subject(scope: Scope) -> dict[str, str]:
    """The document a request is about, as its address names it."""
    named = scope.get("path_params", {})
    document = named.get("document") or str(named.get("task", "")).partition(".")[0]
    return {"document": str(document)[:80]} if document else {}
