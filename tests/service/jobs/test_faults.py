"""Faults: workers and uploaders killed at random moments, disks full, databases away.

The processes are real, and so is the SIGKILL. The figures are printed: pytest -rP shows them.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, text
from sqlmodel import select

from extractor import read_plan
from models.contract import encode
from models.errors import KehoachError
from models.tables import DocumentRow, JobRow, PlanRow, RunRow, TaskRow
from service.settings import Settings
from service.store import Store, opened_store
from service.store.doctor import check
from tests.service.jobs.crashing import Crashable
from tests.service.jobs.documents import make_documents
from tests.service.stores import DIALECTS, SettingsFor

#: The longest any of this may take on a machine that does much else.
PATIENCE = 1800.0
SEED = 20221213
UPLOADS = int(os.environ.get("KILLED_UPLOADS", "200"))
#: Kills of a worker after which it is left alone: a job is not taken up more than 25 times.
MOST_KILLS = 22


def given(settings: Settings) -> dict[str, object]:
    """The settings as a child is told them."""
    return settings.model_dump(exclude_unset=True)


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


def kill(process: int, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def counts(store: Store) -> Counter[str]:
    """How many jobs there are in each state."""
    with store.reading() as session:
        states = session.exec(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
    return Counter(dict(states))


def ends(crashable: Crashable) -> int:
    return crashable.reads.read_bytes().count(b"end ")


def expected(name: str, data: bytes) -> bytes | str:
    """What a plain reading gives: the plan JSON, or the code of the error."""
    try:
        return encode(read_plan(data, name))
    except KehoachError as error:
        return error.code


def check_all(store: Store, made: dict[str, bytes]) -> None:
    """Every document is there once, as a plain reading reads it, and the doctor finds no fault."""
    with store.reading() as session:
        documents = {row.id: row for row in session.exec(select(DocumentRow)).all()}
        jobs = session.exec(select(JobRow)).all()
        runs = {row.document_id: row for row in session.exec(select(RunRow)).all()}
        plans = {row.document_id: row for row in session.exec(select(PlanRow)).all()}
        tasks = Counter(session.exec(select(TaskRow.document_id)).all())
        assert len(session.exec(select(RunRow.id)).all()) == len(made)
    assert len(documents) == len(jobs) == len(runs) == len(made)
    assert len({job.document_id for job in jobs}) == len(made)
    by_name = {job.filename or "": job for job in jobs}
    for name, data in made.items():
        job = by_name[name]
        run = runs[job.document_id]
        want = expected(name, data)
        if isinstance(want, str):
            assert (job.state, job.error_code, run.error_code) == ("failed", want, want)
            assert None not in (job.error_vi, job.error_en)
            assert job.document_id not in plans
        else:
            assert job.state == "done"
            assert run.reading
            assert store.vault.get(run.reading) == want
            assert tasks[job.document_id] == plans[job.document_id].tasks
        assert job.stage == job.state
        assert None not in (job.finished_at, job.executor)
    assert [finding for finding in check(store) if finding.severity != "note"] == []


def check_steps(store: Store, crashable: Crashable) -> int:
    """No document was read again once the step that reads it was finished; readings in all."""
    schema = "dbos." if store.dialect == "postgresql" else ""
    with store.reading() as session:
        steps = (
            session.connection()
            .execute(
                text(
                    "SELECT workflow_uuid, completed_at_epoch_ms "
                    f"FROM {schema}operation_outputs WHERE function_name = 'read'"
                )
            )
            .all()
        )
    finished = {row[0]: row[1] / 1000 for row in steps}
    assert len(finished) == len(steps)
    with store.reading() as session:
        jobs = session.exec(select(JobRow.id, JobRow.document_id)).all()
    began = Counter[str]()
    ended = {document_id.removeprefix("sha256:"): finished.get(job) for job, document_id in jobs}
    for line in crashable.reads.read_text().splitlines():
        what, sha256, moment = line.split()
        if what == "begin":
            began[sha256] += 1
            end = ended[sha256]
            assert end is None or float(moment) <= end + 0.002
    return began.total()


@pytest.mark.soak
@pytest.mark.parametrize("dialect", DIALECTS)
def test_killed_again_and_again(dialect: str, settings_for: SettingsFor, tmp_path: Path) -> None:
    """So many uploads, worker and uploader killed at random: each is read once, none is lost."""
    chance = random.Random(SEED)
    made = make_documents(tmp_path / "in", UPLOADS, SEED, spoiled=10)
    settings = settings_for(dialect, workers=2, takeover_seconds=5)
    uploads = tmp_path / "uploads.log"
    begun = time.monotonic()
    killed: Counter[str] = Counter()
    with Crashable(tmp_path / "log") as crashable, opened_store(settings) as store:

        def worker() -> int:
            ready = tmp_path / f"ready-{killed['worker']}"
            process = crashable.start("worker", settings=given(settings), ready=ready)
            if chance.random() < 0.15:  # while it starts
                time.sleep(chance.uniform(0, 0.4))
            else:
                until(lambda: ready.exists() or gone(process), 60)
            return process

        def uploader() -> int:
            return crashable.start(
                "uploader",
                settings=given(settings),
                folder=tmp_path / "in",
                log=uploads,
                pause=0.05,
            )

        def active() -> bool:
            return lines(uploads) < len(made) or counts(store)["queued"] > 0

        def due() -> Callable[[], bool]:
            """When the worker is to be killed: after some documents, or in the midst of nothing."""
            moment = time.monotonic() + chance.uniform(0, 1.5)
            if chance.random() < 0.2:
                return lambda: time.monotonic() > moment
            enough = ends(crashable) + chance.randint(1, 16)
            return lambda: ends(crashable) >= enough

        at_work, sending = worker(), uploader()
        worker_due, uploader_end = due(), chance.randint(0, 30)
        while active() and killed["worker"] < MOST_KILLS:
            assert time.monotonic() - begun < PATIENCE, (tmp_path / "log").read_text()[-4000:]
            if lines(uploads) < len(made) and (lines(uploads) >= uploader_end or gone(sending)):
                time.sleep(chance.uniform(0, 0.05))
                kill(sending)
                killed["uploader"] += 1
                sending = uploader()
                uploader_end = lines(uploads) + chance.randint(0, 30)
            if worker_due():
                time.sleep(chance.uniform(0, 0.1))
                kill(at_work)
                killed["worker"] += 1
                at_work = worker()
                worker_due = due()
            time.sleep(0.03)
        until(lambda: lines(uploads) == len(made))
        until(lambda: counts(store)["queued"] + counts(store)["running"] == 0)
        kill(at_work, signal.SIGTERM)
        until(lambda: gone(at_work), 60)
        check_all(store, made)
        readings = check_steps(store, crashable)
        states = counts(store)
        with store.reading() as session:
            attempts = sum(session.exec(select(JobRow.attempts)).all())
    seconds = time.monotonic() - begun
    print(
        f"{dialect}: {len(made)} uploads, worker killed {killed['worker']} times, uploader "
        f"{killed['uploader']} times: {states['done']} done, {states['failed']} failed with a "
        f"reason; {attempts} attempts, {readings} readings, {seconds:.0f} s"
    )
    assert killed["worker"] >= UPLOADS // 20
    assert killed["uploader"] >= UPLOADS // 66
    assert states["failed"] == 10
    assert readings <= len(made) + 2 * (killed["worker"] + 1)
