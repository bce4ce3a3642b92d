"""Every write on the way of a document fails once: nothing is lost, nothing is left.

The writes are counted on a run in which all goes well; then each of them is made to fail, one run
after the other: statements and commits of the database, and what the vault does in the system. With
`strace` the system itself refuses: each opening, write, sync and renaming of the process that takes
a file in, and of one that reads and saves it too, on a disk that is full for this one call.
"""

import errno
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import col, select

from models.errors import KehoachError
from models.tables import JobRow
from models.tables.jobs import ACTIVE
from service.jobs import Jobs, job_of, submit, troubles
from service.settings import Settings
from service.store import Store, opened_store
from service.store import vault as vault_room
from service.store.doctor import check
from service.store.errors import StoreTrouble
from tests.conftest import ROOT
from tests.service.commands import environment
from tests.service.jobs.test_faults import until
from tests.service.mock_reader import mock_reader
from tests.service.stores import DIALECTS, SettingsFor

GOOD = b"good"
GOOD_ID = f"sha256:{hashlib.sha256(GOOD).hexdigest()}"
#: The writes at the door are all tried, of those after it each of so many; `POINTS_EVERY=1` tries
#: all, which takes some minutes.
DOOR, EVERY = 8, int(os.environ.get("POINTS_EVERY", "40"))


class Points:
    """The places at which something is written, as they are passed; one of them fails, once."""

    def __init__(self, fails: int | None, fault: Callable[[], Exception]) -> None:
        self.fails, self.fault = fails, fault
        self.passed = 0

    def __call__(self, *_: Any, **__: Any) -> None:
        self.passed += 1
        if self.passed == self.fails:
            raise self.fault()


def disk_full() -> Exception:
    return OSError(errno.ENOSPC, "No space left on device")


def disk_broken() -> Exception:
    return OSError(errno.EIO, "Input/output error")


def database_broken() -> Exception:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return OperationalError("?", {}, error)


class _Gone(Exception):
    """The connection is to be cut: what is asked of it next fails by itself."""


@contextmanager
def heard(point: Points) -> Iterator[None]:
    """Each statement that changes something, and each commit, is a point."""

    def passed(connection: Any) -> None:
        try:
            point()
        except _Gone:
            connection.connection.driver_connection.close()

    def statement(connection: Any, _cursor: Any, words: str, *_: Any) -> None:
        if words.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            passed(connection)

    def commit(connection: Any) -> None:
        passed(connection)

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)


@contextmanager
def wrapped(point: Points, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the vault does in the system is a point before it is done, and one after it."""
    with monkeypatch.context() as patch:
        for owner, name in ((vault_room.obstore, "put"), (vault_room.obstore, "rename"),
                            (vault_room, "flushed")):  # fmt: skip
            real = getattr(owner, name)

            def done(*given: Any, real: Any = real, **more: Any) -> Any:
                point()
                found = real(*given, **more)
                point()
                return found

            patch.setattr(owner, name, done)
        yield


def taken_in(store: Store) -> bool:
    """Whether a document is taken in and read to its end; else the uploader was told so."""
    try:
        taken = submit(store, GOOD, "a.txt", by=None)
    except (OSError, SQLAlchemyError, KehoachError, sqlite3.Error):
        return False
    assert taken.job_id
    jobs = Jobs(store, "worker", 1, reader=mock_reader)
    try:
        jobs.start()
    except StoreTrouble:  # told to whoever began it, who begins it anew
        jobs = Jobs(store, "worker", 1, reader=mock_reader)
        jobs.start()
    try:
        until(lambda: getattr(job_of(store, taken.job_id or ""), "state", "") in ("done", "failed"))
    finally:
        jobs.stop()
    job = job_of(store, taken.job_id)
    assert job
    return job.state == "done"


def check_nothing_is_amiss(store: Store, documents: int = 1) -> None:
    """The file can be sent (again), and then all is as if nothing had been."""
    if not taken_in_already(store):
        assert taken_in(store)
    assert [one for one in check(store) if one.severity != "note"] == []
    kept = sorted(store.vault.names())
    assert len(kept) == 2 * documents, kept  # each file and its reading
    assert list(store.vault.unfinished()) == []


def taken_in_already(store: Store) -> bool:
    submission = submit(store, GOOD, "a.txt", by=None)
    return submission.job_id is None


def after_a_fault(
    settings: Settings, number: int | None, fault: Callable[[], Exception], around: Any
) -> int:
    with opened_store(settings) as store:
        point = Points(number, fault)
        with around(point):
            went_well = taken_in(store)
        if number is None:
            assert went_well
        if not went_well and not list(check_rows(store)):
            assert list(store.vault.names()) == []  # what came to nothing left nothing
        check_nothing_is_amiss(store)
        return point.passed


def check_rows(store: Store) -> list[Any]:
    with store.reading() as session:
        return list(session.connection().exec_driver_sql("SELECT id FROM documents").all())


@pytest.mark.soak
@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_write_of_the_database_fails_once(
    settings_for: SettingsFor, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "FIRST", 0.01)
    fault = database_broken if dialect == "sqlite" else _Gone
    points = after_a_fault(settings_for(dialect), None, fault, heard)
    print(f"{dialect}: {points} writes")
    assert points > 10
    for number in (*range(1, DOOR), *range(DOOR, points + 1, EVERY)):
        after_a_fault(settings_for(dialect), number, fault, heard)


@pytest.mark.soak
@pytest.mark.parametrize("fault", [disk_full, disk_broken])
def test_each_step_of_the_vault_fails_once(
    settings_for: SettingsFor, fault: Callable[[], Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "FIRST", 0.01)

    def around(point: Points) -> Any:
        return wrapped(point, monkeypatch)

    points = after_a_fault(settings_for(), None, fault, around)
    assert points >= 8
    for number in range(1, points + 1, 1 if fault is disk_full else 3):
        after_a_fault(settings_for(), number, fault, around)


#: A process that takes a file in and, where it is to, reads and saves it; what it says holds.
#: What it needs for that is there before it is told to begin: the child that reads, too.
WORK = """
import sys
from contextlib import nullcontext
from service.jobs import Jobs, submit
from service.jobs.queue import client_of
from service.settings import load
from service.store import opened_store
from tests.service.jobs.test_faults import until
from tests.service.jobs.test_points import OTHER, ended
from tests.service.mock_reader import mock_reader

reads = sys.argv[2] == "read"
with opened_store(load(data=sys.argv[1], workers=0)) as store:
    client_of(store)
    with Jobs(store, "worker", 1, reader=mock_reader) if reads else nullcontext():
        if reads:
            submit(store, OTHER, "b.txt", by=None)
            until(lambda: ended(store))
        print("ready", flush=True)
        sys.stdin.readline()
        submit(store, b"good", "a.txt", by=None)
        print("taken", flush=True)
        if reads:
            until(lambda: ended(store))
            print("saved", flush=True)
"""
OTHER = b"another"
#: Calls of the system, and what it says when it refuses one.
CALLS = {
    "openat": "EMFILE", "write": "ENOSPC", "pwrite64": "ENOSPC", "ftruncate": "ENOSPC",
    "fsync": "EIO", "fdatasync": "EIO", "rename,renameat,renameat2": "EIO",
    "mkdir,mkdirat": "ENOSPC",
}  # fmt: skip
#: Of the calls of one kind these are refused, as far as there are so many.
NUMBERS = (1, 2, 4, *range(8, 40, EVERY))


def ended(store: Store) -> bool:
    """Whether no job is left to be done."""
    with store.reading() as session:
        return not session.exec(select(JobRow.id).where(col(JobRow.state).in_(ACTIVE))).first()


@pytest.mark.soak
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("work", ["submit", "read"])
def test_the_system_refuses_each_call_once(settings_for: SettingsFor, work: str) -> None:
    """From the file at the door to the answer, or to the rows of its plan; what was answered holds.

    The system counts for each thread.
    """
    tried: Counter[str] = Counter()
    for calls, fault in CALLS.items():
        if work == "read" and calls == "write":
            continue  # by which threads wake each other, too
        for number in NUMBERS:
            settings = settings_for()
            injected, told = refused(settings, work, calls, number, fault)
            if not injected:
                break
            tried[calls] += 1
            with opened_store(settings) as store:
                names = {row[0] for row in check_rows(store)}
                assert GOOD_ID in names or "taken" not in told
                if work == "submit" and not names:
                    assert list(store.vault.names()) == []
                if not ended(store):
                    with Jobs(store, "worker", 1, reader=mock_reader):  # what was left to others
                        until(partial(ended, store))
                check_nothing_is_amiss(store, 2 if work == "read" else 1)
    print(f"{work}: refused {dict(tried)}")
    assert tried["openat"]
    assert tried.total() >= 8


def refused(settings: Settings, work: str, calls: str, number: int, fault: str) -> tuple[bool, str]:
    """Whether the system refused the call of that number, and what the process said; it begins to
    count when all is ready."""
    log = settings.data.with_suffix(".strace")
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(settings.data), work], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True,
        env=environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    tracer = subprocess.Popen(
        ["strace", "-f", "-y", "-o", str(log), "-p", str(process.pid), "-e", f"trace={calls}",
         "-e", f"inject={calls}:error={fault}:when={number}"], stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert tracer.stderr
    assert "attached" in tracer.stderr.readline()
    told, _ = process.communicate("go\n", timeout=600)
    tracer.communicate(timeout=60)
    lines = [line for line in log.read_text().splitlines() if "(INJECTED)" in line]
    # what is said to us is no write of the store
    return bool(lines) and "<pipe:" not in lines[0], told
