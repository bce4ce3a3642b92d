"""Trouble that passes and trouble that does not: full disks, databases away, missing bytes."""

import errno
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Pool, event, text
from sqlmodel import select

from models.tables import JobRow
from service.jobs import Jobs, ingestion, job_of, submit, troubles
from service.store import Store, opened_store
from service.store.doctor import check
from service.store.vault import Source, Vault
from tests.conftest import PLANS
from tests.service.jobs.crashing import Crashable
from tests.service.jobs.documents import make_documents
from tests.service.jobs.test_faults import check_all, counts, ends, given, gone, kill, until
from tests.service.mock_reader import mock_reader
from tests.service.postgres import own_server, programs
from tests.service.stores import SettingsFor

TEXT = PLANS / "binh-duong-2024" / "binh-duong-2024.txt"


class FullVault(Vault):
    """A vault whose disk is full for the next `left` writes."""

    left = 0

    def kept_anew(self, data: Source) -> tuple[str, bool]:
        if self.left > 0:
            self.left -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().kept_anew(data)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another at once."""
    monkeypatch.setattr(troubles, "FIRST", 0.01)


@contextmanager
def full(settings_for: SettingsFor, **given: Any) -> Iterator[tuple[Store, FullVault]]:
    with opened_store(settings_for("sqlite", workers=1, **given)) as store:
        vault = FullVault(store.vault.url)
        yield replace(store, vault=vault), vault


def ended(store: Store, job_id: str | None) -> JobRow:
    """The job, when it has come to its end."""
    found: list[JobRow] = []

    def look() -> bool:
        job = job_of(store, job_id or "")
        if job is not None and job.state in ("done", "failed"):
            found.append(job)
        return bool(found)

    until(look, 120)
    return found[0]


@pytest.mark.usefixtures("quick")
def test_a_disk_that_is_full_for_a_while_costs_nothing(settings_for: SettingsFor) -> None:
    with full(settings_for, attempts=4) as (store, vault):
        taken = submit(store, b"good", "a.txt", by=None)
        vault.left = 3
        with Jobs(store, "worker", reader=mock_reader):
            job = ended(store, taken.job_id)
        assert (job.state, job.error_code, vault.left) == ("done", None, 0)


@pytest.mark.usefixtures("quick")
def test_a_disk_that_stays_full_fails_the_job_with_a_reason(settings_for: SettingsFor) -> None:
    with full(settings_for, attempts=3) as (store, vault):
        taken = submit(store, b"good", "a.txt", by=None)
        vault.left = 1000
        with Jobs(store, "worker", reader=mock_reader):
            job = ended(store, taken.job_id)
            assert vault.left == 1000 - 3
            assert (job.state, job.error_code) == ("failed", "job.trouble")
            assert "ổ đĩa đã đầy" in (job.error_vi or "")
            assert "disk is full" in (job.error_en or "")
            vault.left = 0
            again = submit(store, b"good", "a.txt", by=None)
            assert again.new
            assert ended(store, again.job_id).state == "done"


def test_an_upload_to_a_full_disk_is_refused_and_leaves_nothing(settings_for: SettingsFor) -> None:
    with full(settings_for) as (store, vault):
        vault.left = 1
        with pytest.raises(OSError, match="No space left"):
            submit(store, b"good", "a.txt", by=None)
        assert counts(store).total() == 0
        assert list(check(store)) == []


@pytest.mark.usefixtures("quick")
def test_bytes_that_are_missing_fail_the_job_with_a_reason(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite", workers=1, attempts=2)) as store:
        taken = submit(store, b"good", "a.txt", by=None)
        store.vault.delete(taken.document_id.removeprefix("sha256:"))
        with Jobs(store, "worker", reader=mock_reader):
            job = ended(store, taken.job_id)
        assert (job.state, job.error_code) == ("failed", "vault.missing")


def test_what_the_machine_was_too_slow_for_is_read_once_more(
    settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading comes to no end by the clock, without having worked for it."""
    monkeypatch.setattr(ingestion, "LATER", 3.0)
    settings = settings_for("sqlite", workers=1, read_seconds=0.75)
    with opened_store(settings) as store:
        order = f"hang until {time.time() + 8}"
        taken = submit(store, order.encode(), "a.txt", by=None)
        with Jobs(store, "worker", reader=mock_reader):
            job = ended(store, taken.job_id)
    assert (job.state, job.error_code) == ("done", None)


@contextmanager
def heard(target: Any, name: str, hear: Callable[..., None]) -> Iterator[None]:
    event.listen(target, name, hear)
    try:
        yield
    finally:
        event.remove(target, name, hear)


def test_a_database_that_is_full_is_waited_for(sqlite_store: Store) -> None:
    """SQLite itself is told that it may not grow, until it may; for the rows and for the queue."""
    taken = submit(sqlite_store, TEXT.read_bytes(), "a.txt", by=None)
    room, refused = threading.Event(), threading.Event()

    def bound(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {10**9 if room.is_set() else 1}")

    def told(context: Any) -> None:
        if "full" in str(context.original_exception):
            refused.set()

    with (
        heard(Pool, "checkout", bound),
        heard(Engine, "handle_error", told),
        Jobs(sqlite_store, "worker", 1),
    ):
        assert refused.wait(120)
        assert counts(sqlite_store) in ({"running": 1}, {"queued": 1})
        room.set()
        assert ended(sqlite_store, taken.job_id).state == "done"
    with sqlite_store.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM tasks")) == 6


def test_a_database_that_is_locked_for_seconds(settings_for: SettingsFor, tmp_path: Path) -> None:
    made = make_documents(tmp_path / "in", 8, seed=3)
    settings = settings_for("sqlite")
    with opened_store(settings) as store, Jobs(store, "worker", 1):
        for name, data in made.items():
            submit(store, data, name, by=None)
        until(lambda: counts(store)["done"] >= 1, 120)
        with closing(sqlite3.connect(settings.data / "kehoach.db", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 30000")
            other.execute("BEGIN IMMEDIATE")
            time.sleep(2)  # that is the fault
            other.execute("ROLLBACK")
        until(lambda: counts(store)["done"] == len(made), 120)
        check_all(store, made)


@pytest.mark.soak
@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_a_database_that_goes_and_comes_back(settings_for: SettingsFor, tmp_path: Path) -> None:
    made = make_documents(tmp_path / "in", 40, seed=5)
    with own_server() as server, Crashable(tmp_path / "log") as crashable:
        settings = settings_for("sqlite").model_copy(
            update={"database": server.create("kehoach"), "workers": 2}
        )
        with opened_store(settings) as store:
            for name, data in made.items():
                submit(store, data, name, by=None)
            worker = crashable.start("worker", settings=given(settings), ready=tmp_path / "ready")
            for number in (2, 10):
                until(lambda number=number: ends(crashable) >= number, 120)  # type: ignore[misc]
                server.stop()
                time.sleep(0.5)  # that is the fault
                server.start()
            until(_patient(lambda: counts(store)["done"] == len(made)), 200)
            assert not gone(worker)
            stopped(worker)
            check_all(store, made)


def test_three_workers_share_a_queue_and_take_over_from_a_dead_one(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    made = make_documents(tmp_path / "in", 18, seed=7)
    settings = settings_for("sqlite", workers=1, takeover_seconds=2)
    with opened_store(settings) as store, Crashable(tmp_path / "log") as crashable:
        for name, data in made.items():
            submit(store, data, name, by=None)
        readies = [tmp_path / f"ready-{number}" for number in range(3)]
        workers = [
            crashable.start("worker", settings=given(settings), ready=ready) for ready in readies
        ]
        until(lambda: all(ready.exists() for ready in readies), 120)
        names = [ready.read_text() for ready in readies]
        assert len(set(names)) == 3
        until(lambda: ends(crashable) >= 3 and bool(in_hand(store, names[1])), 120)
        kill(workers[1])
        until(lambda: gone(workers[1]), 30)
        orphaned = in_hand(store, names[1])
        killed_at = time.monotonic()
        until(lambda: counts(store)["done"] == len(made), 200)
        seconds = time.monotonic() - killed_at
        stopped(workers[0])
        stopped(workers[2])
        check_all(store, made)
        with store.reading() as session:
            jobs = {job.id: job for job in session.exec(select(JobRow)).all()}
        print(f"{len(orphaned)} jobs of the dead taken over; all done after {seconds:.1f} s")
        assert orphaned
        for job_id in orphaned:
            assert jobs[job_id].executor in (names[0], names[2])
            assert jobs[job_id].attempts == 2


def in_hand(store: Store, executor: str) -> list[str]:
    with store.reading() as session:
        rows = session.connection().execute(
            text("SELECT id FROM jobs WHERE state = 'running' AND executor = :executor"),
            {"executor": executor},
        )
        return [row[0] for row in rows]


def stopped(worker: int) -> None:
    import signal

    kill(worker, signal.SIGTERM)
    until(lambda: gone(worker), 60)


def _patient(condition: Callable[[], bool]) -> Callable[[], bool]:
    """The condition, not met while the database is away."""
    from sqlalchemy.exc import DBAPIError

    def met() -> bool:
        try:
            return condition()
        except DBAPIError:
            return False

    return met
