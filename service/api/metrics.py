"""The figures of the service for Prometheus; labels are of bounded number by construction."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest as plain
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.registry import Collector
from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from service.store import Store

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATES = ("queued", "running", "done", "failed")


class Metrics:
    """The figures of one application: of its requests, and of its store at the time of asking."""

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
