"""Jobs: lists, live events, another try."""

import threading
from collections.abc import Callable
from threading import Semaphore
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from models.tables import JobRow
from models.tables.columns import now
from service.jobs import submit
from service.store import Store
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, held
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


def queued(store: Store, text: bytes = b"mot") -> str:
    job = submit(store, text, "a.txt", by="an").job_id
    assert job is not None
    return job


def moved(store: Store, job: str, **what: object) -> None:
    with store.writing() as session:
        row = session.get_one(JobRow, job)
        for name, value in what.items():
            setattr(row, name, value)
        session.add(row)


FAILED: dict[str, Any] = {
    "state": "failed", "error_code": "source.empty", "error_vi": "trống", "error_en": "empty",
    "finished_at": now(),
}  # fmt: skip


@both
def test_jobs_are_listed(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    store = store_of(client)
    one, two = queued(store), queued(store, b"hai")
    moved(store, one, **FAILED)

    def listed(**asked: str) -> list[str]:
        found = held(client, client.get(f"{API}/jobs", params=asked), "list_jobs")
        return [job["id"] for job in found["items"]]

    assert listed() == [two, one]
    assert listed(sort="created") == [one, two]
    assert listed(state="failed") == [one]
    assert listed(state="active") == [two]
    assert listed(submitted_by="nobody") == []
    document = held(client, client.get(f"{API}/jobs/{one}"), "get_job")
    assert document["error"] == {"code": "source.empty", "vi": "trống", "en": "empty"}
    assert listed(document=document["document_key"]) == [one]


def events(client: TestClient, job: str, meanwhile: Callable[[], None]) -> list[tuple[str, Any]]:
    """The events of a job while something happens in another thread."""
    thread = threading.Thread(target=meanwhile)
    thread.start()
    answer = client.get(f"{API}/jobs/{job}/events")
    thread.join()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in answer.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[0] != ":")
        if lines:
            found.append((lines["event"], msgspec.json.decode(lines["data"])))
    return found


@both
def test_a_job_is_followed_to_its_end(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    store = store_of(client)
    job = queued(store)

    looks = Semaphore(0)

    def looked(*given: Any) -> None:
        if "FROM jobs" in given[2]:
            looks.release()

    def read() -> None:
        for change in (
            {"state": "running", "stage": "read", "page": 1, "pages": 2, "started_at": now()},
            {"page": 2},
            {"state": "done", "stage": None, "finished_at": now()},
        ):
            while looks.acquire(blocking=False):
                pass
            for _ in range(2):  # one may have been under way as the last change was made
                assert looks.acquire(timeout=60)
            moved(store, job, **change)

    event.listen(store.engine, "after_cursor_execute", looked)
    found = events(client, job, read)
    assert [name for name, _ in found] == ["progress", "progress", "progress", "done"]
    assert [(one["state"], one["page"]) for _, one in found] == [
        ("queued", None), ("running", 1), ("running", 2), ("done", 2),
    ]  # fmt: skip
    assert found[-1][1] == client.get(f"{API}/jobs/{job}").json()


def test_one_that_has_ended_is_told_once(client: TestClient) -> None:
    store = store_of(client)
    job = queued(store)
    moved(store, job, **FAILED)
    found = events(client, job, lambda: None)
    assert [(name, one["error"]["code"]) for name, one in found] == [("failed", "source.empty")]


def test_there_are_no_events_of_no_job(client: TestClient) -> None:
    answer = client.get(f"{API}/jobs/{'0' * 32}/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "job.unknown")


@both
def test_a_failed_job_is_tried_again(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    store = store_of(client)
    job = queued(store)
    early = client.post(f"{API}/jobs/{job}/retry")
    assert held(client, early, "retry_job")["code"] == "job.not-failed"
    moved(store, job, **FAILED)
    answer = client.post(f"{API}/jobs/{job}/retry")
    new = held(client, answer, "retry_job")
    assert (answer.status_code, new["state"]) == (202, "queued")
    assert new["id"] != job
    assert answer.headers["location"] == f"{API}/jobs/{new['id']}"
    assert client.post(f"{API}/jobs/{job}/retry").json()["id"] == new["id"]
    assert client.post(f"{API}/jobs/{'0' * 32}/retry").status_code == 404


def test_a_reader_may_not_try_again(client: TestClient) -> None:
    job = queued(store_of(client))
    assert client.post(f"{API}/jobs/{job}/retry", headers=key_of(client, "read")).status_code == 403
