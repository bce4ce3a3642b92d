"""The log: one line an event on standard error, as JSON or as text; and what it says of requests.

Lines of the libraries (the server, the database) pass through the same form. What is bound with
`structlog.contextvars` (the id of the request, the document) stands in every line. No line holds
the query, a body, a header or the message of an exception: any of them may hold words of a document
or a secret. An exception is told by its kind and the places it came through.
"""

import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from anyio import get_cancelled_exc_class
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.gate import SECRET_FOLDER
from service.api.health import Metrics
from service.api.problems import answer, failure
from service.settings import Settings
from service.store import Store
from service.store.errors import DamagedDatabase

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LONGEST_PATH = 200

log = structlog.stdlib.get_logger("kehoach.api")


def configure(settings: Settings) -> None:
    """Sets up the log of this process; the last call counts."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    line: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log == "json"
        else structlog.processors.LogfmtRenderer(
            key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exception,
                line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    if settings.log_level != "debug":
        for name in ("alembic", "dbos", "watchfiles"):
            logging.getLogger(name).setLevel(logging.WARNING)


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception came through, the last twelve places."""
    return [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-12:]
    ]


def _exception(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Puts kind and places of an exception in the line instead of its message."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if given and given[0] is not None:
        event["error"], event["places"] = given[0].__qualname__, places(given[2])
    return event


# Requests


def request_id_of(given: str | None) -> str:
    """The id a client or a proxy gave the request, where it is a sane one; else a new one."""
    return given if given and _SANE.fullmatch(given) else uuid.uuid4().hex


class Telemetry:
    """Passes every request on under its id, and tells how it went; `headers` are of every answer
    that has not its own."""

    def __init__(self, app: ASGIApp, metrics: Metrics, headers: Mapping[str, str]) -> None:
        self.app = app
        self.metrics = metrics
        self.headers = headers

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
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
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
                store: Store = connection.app.state.store
                problem = failure(error, store.settings)
                if isinstance(problem, DamagedDatabase):
                    connection.app.state.damaged = True
                await answer(problem, connection)(scope, receive, told)
            finally:
                self._done(scope, status, time.perf_counter() - started)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = template(scope)
        self.metrics.request(scope["method"], route, status, seconds)
        caller = scope.get("state", {}).get("caller")
        log.info(
            "request",
            method=scope["method"][:20],
            path=_path(scope),
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            caller=caller.actor if caller else None,
            **_subject(scope),
        )


def _path(scope: Scope) -> str:
    """The path as it was sent; of a calendar, whose address is the secret, no more than where."""
    path: str = scope.get("raw_path", b"").decode("ascii", "replace")[:_LONGEST_PATH]
    return f"{SECRET_FOLDER}…" if scope["path"].startswith(SECRET_FOLDER) else path


def template(scope: Scope) -> str:
    """The route of a request with the names of its parameters, not their values; '' for none."""
    return str(getattr(scope.get("route"), "path_format", ""))


def _subject(scope: Scope) -> dict[str, str]:
    """The document a request is about, as its address names it."""
    named = scope.get("path_params", {})
    document = named.get("document") or str(named.get("task", "")).partition(".")[0]
    return {"document": str(document)[:80]} if document else {}
