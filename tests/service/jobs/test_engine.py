"""A worker: what it does with its jobs, with those of others, and when it starts and stops."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest
from sqlmodel import select

from models.tables import JobRow, PlanRow, RunRow, WorkerRow
from models.tables.columns import now
from service.jobs import Jobs, claims, engine, keeping, submit, watch_job
from service.jobs.keeping import Watch
from service.jobs.names import held_name
from service.jobs.outcomes import Outcome, unpacked
from service.store import Store, opened_store
from tests.service.jobs.test_faults import counts, until
from tests.service.jobs.test_troubles import TEXT, ended
from tests.service.mock_reader import mock_reader
from tests.service.stores import SettingsFor


def test_a_document_is_read_and_stored(store: Store) -> None:
    with Jobs(store, "worker", 1):
        taken = submit(store, TEXT, "ke hoach.txt", by=None)
        job = ended(store, taken.job_id)
    assert (job.state, job.stage, job.attempts, job.error_code) == ("done", "done", 1, None)
    with store.reading() as session:
        run = session.exec(select(RunRow)).one()
        plan = session.exec(select(PlanRow)).one()
        assert session.exec(select(WorkerRow)).all() == []  # it has left
    assert (run.job_id, run.document_id, run.balanced) == (job.id, job.document_id, True)
    assert (plan.run_id, plan.tasks) == (run.id, 6)
    assert run.reading
    assert store.vault.has(run.reading)


def test_a_document_that_cannot_be_read_is_an_answer(store: Store) -> None:
    with Jobs(store, "worker", 1):
        job = ended(store, submit(store, b"\x00\x01\x02" * 50, "a.docx", by=None).job_id)
    assert (job.state, job.attempts) == ("failed", 1)
    assert job.error_code
    with store.reading() as session:
        run = session.exec(select(RunRow)).one()
    assert (run.error_code, run.error_vi, run.reading) == (job.error_code, job.error_vi, None)


def test_what_was_in_hand_when_it_crashed_goes_on_at_its_start(store: Store) -> None:
    job_id = submit(store, b"good", "a.txt", by=None).job_id
    with held_name(store, "worker") as place:
        assert claims.claim(store, place.executor)
    with Jobs(store, "worker", 1, mock_reader):
        job = ended(store, job_id)
    assert (job.state, job.attempts, job.executor) == ("done", 2, place.executor)


def test_a_job_that_is_over_for_dbos_only_is_done_anew(store: Store) -> None:
    """As after the restoring of a backup that is older than the workflows."""
    with Jobs(store, "worker", 1, mock_reader):
        job_id = submit(store, b"good", "a.txt", by=None).job_id
        ended(store, job_id)
        with store.writing() as session:
            job = session.get_one(JobRow, job_id)
            session.delete(session.exec(select(PlanRow)).one())
            session.delete(session.exec(select(RunRow)).one())
            job.state, job.attempts, job.executor = "queued", 0, None
            session.add(job)
        assert ended(store, job_id).state == "done"
    with store.reading() as session:
        assert session.exec(select(PlanRow)).one()


def test_a_job_that_nobody_survives_is_given_up(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite")) as store:
        job_id = submit(store, b"good", "a.txt", by=None).job_id or ""
        with store.writing() as session:
            session.get_one(JobRow, job_id).attempts = engine.MOST_ATTEMPTS
        with Jobs(store, "worker", 1, mock_reader):
            job = ended(store, job_id)
        assert (job.state, job.error_code) == ("failed", "job.interrupted")
        assert f"{engine.MOST_ATTEMPTS} times" in (job.error_en or "")


def test_stopping_gives_back_what_is_not_finished(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite")) as store:
        job_id = submit(store, b"hang", "a.txt", by=None).job_id
        jobs = Jobs(store, "worker", 1, mock_reader)
        jobs.start()
        try:
            until(lambda: counts(store)["running"] == 1, 60)
            time.sleep(0.3)
        finally:
            jobs.stop(grace=0)
        with store.reading() as session:
            job = session.get_one(JobRow, job_id)
            assert (job.state, job.executor, job.error_code) == ("queued", None, None)


def test_with_no_workers_it_does_nothing(sqlite_store: Store) -> None:
    with Jobs(sqlite_store, "server", 0) as jobs:
        assert jobs.executor is None


def test_two_workers_never_have_one_name(store: Store) -> None:
    with held_name(store, "worker") as first, held_name(store, "worker") as second:
        assert second.executor == f"{first.executor}-2"
    with held_name(store, "worker") as again:
        assert again.executor == first.executor


def test_a_name_that_is_alive_on_another_machine_is_left_to_it(store: Store) -> None:
    with held_name(store, "worker") as place:
        pass
    with store.writing() as session:
        session.add(
            WorkerRow(executor=place.executor, host="other", pid=1, version="1", beat_at=now())
        )
    with held_name(store, "worker") as second:
        assert second.executor == f"{place.executor}-2"


def test_silence_is_measured_by_our_own_clock() -> None:
    watch = Watch(patience=10)
    assert watch.silent({"a": 1, "b": None}, 0.0) == []
    assert watch.silent({"a": 2, "b": None}, 9.0) == []
    assert watch.silent({"a": 2, "b": None}, 10.0) == [("b", None)]
    assert watch.silent({"a": 2}, 19.0) == [("a", 2)]


def test_what_ended_workflows_left_is_cleared_away(
    settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "KEPT", 0.0)
    monkeypatch.setattr(keeping, "CLEAR_EVERY", 0.1)
    monkeypatch.setattr(keeping, "BEAT_SECONDS", 0.1)
    settings = settings_for("sqlite", workers=1)
    with opened_store(settings) as store, Jobs(store, "worker", 1, mock_reader):
        for number in range(3):
            ended(store, submit(store, b"good" + b" " * number, "a.txt", by=None).job_id)

        def left() -> int:
            with closing(sqlite3.connect(settings.data / "jobs.db")) as connection:
                rows = connection.execute("SELECT count(*) FROM workflow_status").fetchone()
            return int(rows[0])

        until(lambda: left() == 0, 60)


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


def test_outcomes_go_through_json() -> None:
    outcome = Outcome(1.5, 2.0, "a" * 64, fates='{"task": 1}')
    assert unpacked(outcome.packed()) == outcome
