"""What waited is read where a backup was restored, or the queue was made anew."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.tables import JobRow
from service.jobs import Jobs, submit
from service.store import Store, opened_store
from service.store.backup import backup, restore
from service.store.doctor import check
from tests.conftest import ROOT
from tests.service.postgres import programs
from tests.service.store.planting import TEXT, planted
from tests.service.stores import DIALECTS, SettingsFor

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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_waited_is_read_once_the_queue_is_made_anew(
    settings_for: SettingsFor, dialect: str
) -> None:
    with opened_store(settings_for(dialect)) as store:
        submit(store, TEXT.format(n=1).encode(), "1.txt", by=None)
        lost = "dbos.workflow_status" if dialect == "postgresql" else "workflow_status"
        with store.writing() as session:
            session.execute(text(f"DROP TABLE {lost}" + " CASCADE" * (dialect == "postgresql")))
        found = [one for one in check(store) if one.code == "queue.damaged"]
        assert [(one.subject, one.mended) for one in found] == [("workflow_status", False)]
        mended = [one for one in check(store, repair=True) if one.code == "queue.damaged"]
        assert [one.mended for one in mended] == [True]
        assert submit(store, TEXT.format(n=2).encode(), "2.txt", by=None).new
        with Jobs(store, "worker", 1):
            until_done(store, 2)
        assert list(check(store)) == []


@pytest.mark.soak
def test_postgresql_is_backed_up_and_restored_as_the_page_says(
    postgres_store: Store, settings_for: SettingsFor, tmp_path: Path
) -> None:
    """The commands of docs/deployment.md, with other folders and without rsync."""
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.S)
    saving, restoring = (one for one in blocks if "pg_dump" in one or "pg_restore" in one)
    for number in range(3):
        document = planted(postgres_store, number)
    submit(postgres_store, TEXT.format(n=4).encode(), "a.txt", by=None)
    with postgres_store.writing() as session:
        session.add(JobRow(id="j1", document_id=document, state="running", executor="may-1"))
    other = settings_for("postgresql", empty=True)
    postgres, kehoach = programs(), Path(sys.executable).parent
    for block, settings in ((saving, postgres_store.settings), (restoring, other)):
        block = re.sub(r"rsync -a (\S+) (\S+)", r"mkdir -p \2 && cp -a \1. \2", block)
        block = block.replace("/srv/kehoach", str(settings.vault_url))
        done = subprocess.run(
            ["sh", "-ec", block.replace("/var/lib/kehoach-backups", str(tmp_path / "copies"))],
            cwd=tmp_path,
            env={
                "PATH": f"{kehoach}:{postgres}:{os.environ['PATH']}",
                "KEHOACH_DATA": str(settings.data),
                "KEHOACH_DATABASE": settings.database_url,
                "KEHOACH_LANG": "en",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors, 1 warnings, 0 notes" in done.stderr  # nobody works on what waits
    with opened_store(other) as store:
        assert [one.code for one in check(store)] == ["jobs.waiting"]
        assert states(store) == ["queued", "queued"]
        with Jobs(store, "worker", 1):
            until_done(store, 2)
        assert list(check(store)) == []
