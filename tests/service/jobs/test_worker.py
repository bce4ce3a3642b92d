"""A worker: what it does with its jobs, with those of others, and when it starts and stops."""

import asyncio
import os
import socket

import pytest
from sqlmodel import select

from models.tables import JobRow, PlanRow, RunRow, WorkerRow
from service.jobs import Jobs, ingestion, queue, submit, watch_job, worker
from service.jobs.queue import client_of, forget_all
from service.jobs.worker import Watch
from service.store import Store, opened_store
from tests.service.jobs.test_faults import counts, until
from tests.service.jobs.test_troubles import TEXT, ended
from tests.service.mock_reader import mock_reader
from tests.service.stores import SettingsFor


def test_a_document_is_read_and_stored_and_one_that_cannot_be_is_answered(store: Store) -> None:
    with Jobs(store, "worker", 1):
        taken = submit(store, TEXT, "ke hoach.txt", by=None)
        broken = submit(store, b"\x00\x01\x02" * 50, "a.docx", by=None)
        job, answer = ended(store, taken.job_id), ended(store, broken.job_id)
    assert (job.state, job.stage, job.attempts, job.error_code) == ("done", "done", 1, None)
    with store.reading() as session:
        run, failed = (session.get_one(RunRow, one.id) for one in (job, answer))
        plan = session.exec(select(PlanRow)).one()
        assert session.exec(select(WorkerRow)).all() == []  # it has left
        session.expunge_all()
    assert (run.job_id, run.document_id, run.balanced) == (job.id, job.document_id, True)
    assert (plan.run_id, plan.tasks) == (run.id, 6)
    assert run.reading
    assert store.vault.has(run.reading)
    assert (answer.state, answer.attempts) == ("failed", 1)
    assert answer.error_code
    assert (failed.error_code, failed.error_vi) == (answer.error_code, answer.error_vi)
    assert failed.reading is None


def test_a_job_that_nobody_survives_is_given_up(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite")) as store:
        job_id = submit(store, b"good", "a.txt", by=None).job_id or ""
        with store.writing() as session:
            session.get_one(JobRow, job_id).attempts = ingestion.MOST_ATTEMPTS
        with Jobs(store, "worker", 1, mock_reader):
            job = ended(store, job_id)
        assert (job.state, job.error_code) == ("failed", "job.interrupted")
        assert f"{ingestion.MOST_ATTEMPTS} times" in (job.error_en or "")


def test_stopping_gives_back_what_is_not_finished(store: Store) -> None:
    job_id = submit(store, b"hang", "a.txt", by=None).job_id
    jobs = Jobs(store, "worker", 1, mock_reader)
    jobs.start()
    try:
        until(lambda: counts(store)["running"] == 1, 60)
    finally:
        jobs.stop(grace=0)
    with store.reading() as session:
        job = session.get_one(JobRow, job_id)
        assert (job.state, job.executor, job.error_code) == ("queued", None, None)
        assert session.exec(select(WorkerRow)).all() == []
    assert [one.status for one in client_of(store).list_workflows()] == ["ENQUEUED"]


def test_jobs_that_the_queue_does_not_know_are_accepted(store: Store) -> None:
    """As after the restoring of a backup, or with a store of an older version."""
    job_id = submit(store, b"good", "a.txt", by=None).job_id
    forget_all(store)
    with store.writing() as session:
        job = session.get_one(JobRow, job_id)
        job.state, job.executor = "running", "somebody"
    with Jobs(store, "worker", 1, mock_reader):
        assert ended(store, job_id).state == "done"


def test_a_worker_of_this_machine_whose_process_is_gone_is_given_up_at_once(
    sqlite_store: Store,
) -> None:
    here, gone = socket.gethostname(), 2**22 + 1  # more than Linux gives
    rows = {"dead": (here, gone), "alive": (here, os.getppid()), "far": ("other", gone)}
    with sqlite_store.writing() as session:
        for name, (host, pid) in rows.items():
            session.add(WorkerRow(executor=name, host=host, pid=pid, version="1"))
    with Jobs(sqlite_store, "worker", 1, mock_reader), sqlite_store.reading() as session:
        known = set(session.exec(select(WorkerRow.executor)).all())
    assert known & set(rows) == {"alive", "far"}


def test_with_no_workers_it_does_nothing(sqlite_store: Store) -> None:
    with Jobs(sqlite_store, "server", 0) as jobs:
        assert jobs.executor is None


def test_silence_is_measured_by_our_own_clock() -> None:
    watch = Watch(patience=10)
    assert watch.silent({"a": 1, "b": None}, 0.0) == []
    assert watch.silent({"a": 2, "b": None}, 9.0) == []
    assert watch.silent({"a": 2, "b": None}, 10.0) == ["b"]
    assert watch.silent({"a": 2}, 19.0) == ["a"]


def test_work_that_is_over_is_forgotten(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "KEPT", 0.0)
    monkeypatch.setattr(worker, "TIDY_EVERY", 0.1)
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)
    with Jobs(sqlite_store, "worker", 1, mock_reader):
        for number in range(3):
            data = b"good" + b" " * number
            ended(sqlite_store, submit(sqlite_store, data, "a.txt", by=None).job_id)
        until(lambda: client_of(sqlite_store).list_workflows() == [], 60)


def test_a_job_is_followed_live(settings_for: SettingsFor) -> None:
    async def followed(job_id: str) -> list[str]:
        return [job.state async for job in watch_job(store, job_id, every=0.02)]

    with opened_store(settings_for("sqlite")) as store:
        assert asyncio.run(followed("nothing")) == []
        job_id = submit(store, b"good", "a.txt", by=None).job_id or ""
        with Jobs(store, "worker", 1, mock_reader):
            states = asyncio.run(followed(job_id))
        assert states[-1] == "done"
        assert asyncio.run(followed(job_id)) == ["done"]
