"""Health, figures and the log."""

import errno
import json
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from models.tables import DocumentRow, JobRow
from service.api import logs
from service.api.app import create_app
from service.settings import load
from service.store import opened_store
from tests.service.api.conftest import PASSWORD, Serving, client_of, key_of, store_of, user_of
from tests.service.api.probes import SECRET, probe
from tests.service.stores import SettingsFor


@pytest.fixture
def probed(serving: Serving) -> TestClient:
    client = serving(fresh=True)
    assert isinstance(client.app, FastAPI)
    client.app.include_router(probe)
    return client


def queue_jobs(client: TestClient, count: int) -> None:
    with store_of(client).writing() as session:
        for number in range(count):
            sha256 = f"{number:064x}"
            row = DocumentRow(id=f"sha256:{sha256}", key=f"{number:016x}", sha256=sha256, bytes=1)
            session.add(row)
            session.flush()
            session.add(JobRow(id=f"{number:032x}", document_id=row.id))


# Health


def test_the_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    checks = {"database": "ok", "vault": "ok", "jobs": "elsewhere", "queue": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "checks": checks}


def test_not_without_a_place_for_files(client: TestClient) -> None:
    folder = store_of(client).vault.folder
    assert folder is not None
    shutil.rmtree(folder)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["vault"] == "failed"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200


def test_not_without_a_database(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    client = serving()

    def gone(*_: object) -> None:
        raise OSError("no such database")

    monkeypatch.setattr(store_of(client).engine, "connect", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failed"
    assert client.get("/healthz").status_code == 200
    refused = client.get("/api/v1/keys")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")


def test_not_where_nothing_can_be_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is found by writing, and its place is named."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    answer = client.get("/readyz", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["checks"]["vault"]) == (503, "failed")
    assert "files is full" in answer.json()["detail"]


def test_not_with_a_damaged_database(settings_for: SettingsFor) -> None:
    """Whatever meets the damage tells it in a sentence with the file, and then /readyz does."""
    settings = settings_for("sqlite", workers=0)
    path = settings.data / "kehoach.db"
    with opened_store(settings) as store, client_of(create_app(store, None)) as client:
        assert client.get("/readyz").status_code == 200
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            where = "SELECT rootpage FROM sqlite_schema WHERE name = 'units'"
            page = connection.execute(where).fetchone()[0]
            size = connection.execute("PRAGMA page_size").fetchone()[0]
        store.engine.dispose()
        with path.open("rb+") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
        answer = client.get("/api/v1/units", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "kehoach.db is damaged" in answer.json()["detail"]
        ready = client.get("/readyz", headers={"Accept-Language": "en"})
        assert ready.status_code == 503
        assert "kehoach.db is damaged" in ready.json()["detail"]


def test_not_with_a_full_queue(serving: Serving) -> None:
    client = serving(queue=2)
    queue_jobs(client, 2)
    assert client.get("/readyz").json()["checks"]["queue"] == "failed"


# Figures


def figures(client: TestClient) -> dict[tuple[str, str], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_of_requests_and_jobs(probed: TestClient) -> None:
    queue_jobs(probed, 3)
    for number in range(5):
        probed.get(f"/probe/items/{number}")
    probed.get("/nothing")
    found = figures(probed)
    assert found["kehoach_requests_total", "method=GET,route=/probe/items/{number},status=200"] == 5
    assert found["kehoach_requests_total", "method=GET,route=,status=404"] == 1
    assert found["kehoach_request_seconds_count", "method=GET,route=/probe/items/{number}"] == 5
    assert found["kehoach_jobs", "state=queued"] == 3
    assert found["kehoach_jobs", "state=failed"] == 0
    assert found["kehoach_queue_length", ""] == 3
    assert found["kehoach_documents", ""] == 3
    assert found["kehoach_tasks", ""] == 0


def test_no_client_can_make_new_labels(probed: TestClient) -> None:
    probed.get("/metrics")
    before = len(figures(probed))
    for number in range(50):
        probed.get(f"/nothing/{number}")
        probed.request(f"M{number}", "/probe/large")
    methods = {"route=,status=404", "route=/probe/large,status=405", "route=/probe/large"}
    assert len(figures(probed)) - before <= 20 * len(methods)


def test_open_metrics_where_they_are_asked_for(client: TestClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


# The log


def test_a_line_for_each_request(probed: TestClient) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = probed.get(f"/probe/items/7?limit={SECRET}")
    (line,) = lines
    assert line["event"] == "request"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/probe/items/{number}", 200)
    assert (line["path"], line["caller"]) == ("/probe/items/7", "open")
    assert line["ms"] >= 0


@pytest.mark.parametrize("path", ["/probe/unforeseen", "/probe/database", "/probe/disk"])
def test_a_failure_is_logged_without_its_words(probed: TestClient, path: str) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = probed.get(path)
    failure, request = lines
    assert failure["log_level"] == "error"
    assert failure["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert any("probes.py" in place for place in failure["places"])
    assert SECRET not in str(lines)


def test_a_stream_that_breaks_is_logged_as_broken(probed: TestClient) -> None:
    with capture_logs() as lines, pytest.raises(RuntimeError):
        TestClient(probed.app, base_url=str(probed.base_url)).get("/probe/broken-stream")
    assert [line["event"] for line in lines] == ["failure", "request"]
    assert lines[1]["status"] == 500


def test_no_secret_is_logged(client: TestClient) -> None:
    user_of(client, "an", "admin")
    header = key_of(client, "read")
    with capture_logs() as lines:
        client.post("/api/v1/session", json={"name": "an", "password": PASSWORD})
        client.get(f"/api/v1/session?key={SECRET}", headers=header)
    told = str(lines)
    assert PASSWORD not in told
    assert header["Authorization"][7:] not in told
    assert SECRET not in told
    assert client.cookies["kehoach"] not in told


@pytest.fixture
def own_log(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What the configured log wrote; the logging of the tests is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_lines_as_json(own_log: Callable[[], str]) -> None:
    logs.configure(load(log="json"))
    with structlog.contextvars.bound_contextvars(request_id="r1", document="d1"):
        structlog.stdlib.get_logger("kehoach.api").info("đọc\nxong", pages=3)
        logging.getLogger("uvicorn.error").warning("thấy %s", "lạ")
        structlog.stdlib.get_logger("kehoach.api").debug("unseen")
    first, second = map(json.loads, own_log().splitlines())
    assert (first["event"], first["pages"], first["level"]) == ("đọc\nxong", 3, "info")
    assert (first["request_id"], first["document"]) == ("r1", "d1")
    assert (second["event"], second["logger"]) == ("thấy lạ", "uvicorn.error")
    assert second["request_id"] == "r1"


def test_lines_as_text_stay_lines(own_log: Callable[[], str]) -> None:
    logs.configure(load(log="text", log_level="debug"))
    structlog.stdlib.get_logger("kehoach.api").debug("a\nb", path='/x"\n level=error')
    (line,) = own_log().splitlines()
    assert "level=debug" in line
    assert line.count("level=error") == 1


def test_exceptions_of_libraries_are_told_by_kind_and_place(own_log: Callable[[], str]) -> None:
    logs.configure(load(log="json"))
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed")
    written = own_log()
    line = json.loads(written)
    assert line["error"] == "ValueError"
    assert "test_health.py" in line["places"][0]
    assert SECRET not in written
