"""What waited when a backup was made is read where it was restored."""

import threading
from pathlib import Path

from sqlmodel import select

from models.tables import JobRow
from service.jobs import Jobs, submit
from service.store import Store, opened_store
from service.store.backup import backup, restore
from service.store.doctor import check
from tests.service.store.planting import TEXT
from tests.service.stores import SettingsFor

WAIT = 120.0


def states(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.exec(select(JobRow.state)).all())


def until_done(store: Store, least: int) -> None:
    """Waits until so many jobs are done."""
    pause = threading.Event()
    for _ in range(int(WAIT / 0.1)):
        if states(store).count("done") >= least:
            return
        pause.wait(0.1)
    raise AssertionError(states(store))


def test_queued_jobs_go_on(settings_for: SettingsFor, tmp_path: Path) -> None:
    with opened_store(settings_for()) as store:
        for number in range(6):
            submit(store, TEXT.format(n=number).encode(), f"{number}.txt", by=None)
        with Jobs(store, "worker", 1):
            until_done(store, 1)
            file = backup(store, tmp_path / "x.zip").path  # while they are worked on
            until_done(store, 6)
    settings = settings_for()
    restore(settings, file)
    with opened_store(settings) as store:
        before = states(store)
        assert len(before) == 6
        assert set(before) <= {"done", "queued"}
        with Jobs(store, "worker", 1):
            until_done(store, 6)
        assert list(check(store)) == []
