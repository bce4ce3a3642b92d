"""Backup and restore: whole, while others write, and nothing touched where something is wrong."""

import hashlib
import shutil
import sqlite3
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlmodel import Session, func, select

from models.tables import DocumentRow, JobRow, TaskRow, WorkerRow
from service.settings import Settings
from service.store import Store, dumps, opened_store
from service.store.backup import BackupExists, Manifest, backup
from service.store.doctor import check
from service.store.dumps import CopyFailed, InUse, MissingProgram
from service.store.migrations import NewerDatabase
from service.store.restoring import DamagedBackup, NotEmpty, OtherKind, restore
from tests.service.store.planting import planted
from tests.service.stores import DIALECTS, SettingsFor

both = pytest.mark.parametrize("dialect", DIALECTS)


def counted(store: Store) -> tuple[int, int]:
    with store.reading() as session:
        documents = session.exec(select(func.count()).select_from(DocumentRow)).one()
        return documents, session.exec(select(func.count()).select_from(TaskRow)).one()


def working(session: Session, document: str) -> None:
    session.add(WorkerRow(executor="may-1", host="may", pid=1, version="0"))
    session.add(JobRow(id="j1", document_id=document, state="running", executor="may-1"))


@pytest.fixture(params=DIALECTS)
def made(
    request: pytest.FixtureRequest, settings_for: SettingsFor, tmp_path: Path
) -> Iterator[tuple[str, Path, tuple[int, int]]]:
    """A kind of database, a backup of a store of it, and how much was in that."""
    with opened_store(settings_for(request.param)) as store:
        for number in range(3):
            document = planted(store, number)
        with store.writing() as session:
            working(session, document)
        file = backup(store, tmp_path / "sao-luu.zip")
        assert file.lost == ()
        assert file.files == 6
        yield request.param, file.path, counted(store)


Made = tuple[str, Path, tuple[int, int]]


def test_a_restored_store_is_sound_and_whole(made: Made, settings_for: SettingsFor) -> None:
    dialect, file, count = made
    settings = settings_for(dialect)
    manifest = restore(settings, file)
    assert manifest.kind == dialect
    with opened_store(settings) as store:
        assert counted(store) == count
        assert [one for one in check(store) if one.code != "jobs.waiting"] == []


def test_what_was_being_done_waits_again(made: Made, settings_for: SettingsFor) -> None:
    """Whoever had it in hand is not there any more."""
    dialect, file, _ = made
    settings = settings_for(dialect)
    restore(settings, file)
    with opened_store(settings) as store, store.reading() as session:
        job = session.get_one(JobRow, "j1")
        assert (job.state, job.executor) == ("queued", None)
        assert session.exec(select(WorkerRow)).all() == []


def test_a_database_without_tables_will_do(made: Made, settings_for: SettingsFor) -> None:
    dialect, file, count = made
    settings = settings_for(dialect, empty=True)
    restore(settings, file)
    with opened_store(settings) as store:
        assert counted(store) == count


def test_work_is_not_replaced_without_leave(made: Made, settings_for: SettingsFor) -> None:
    dialect, file, count = made
    settings = settings_for(dialect)
    with opened_store(settings) as store:
        planted(store, 7)
    with pytest.raises(NotEmpty, match="--replace"):
        restore(settings, file)
    with opened_store(settings) as store:
        assert counted(store)[0] == 1
    restore(settings, file, replace=True)
    with opened_store(settings) as store:
        assert counted(store) == count
        with store.reading() as session:
            words = session.exec(select(TaskRow.serial).where(TaskRow.serial != 0)).all()
        assert len(words) == count[1]


def test_a_store_in_use_is_left_alone(made: Made, settings_for: SettingsFor) -> None:
    dialect, file, _ = made
    settings = settings_for(dialect)
    with opened_store(settings) as store:
        with store.reading() as session:
            session.exec(select(DocumentRow)).all()
            with pytest.raises(InUse):
                restore(settings, file, replace=True)
        assert counted(store) == (0, 0)


def test_a_backup_of_the_other_kind(made: Made, settings_for: SettingsFor) -> None:
    dialect, file, _ = made
    other = next(name for name in DIALECTS if name != dialect)
    with pytest.raises(OtherKind):
        restore(settings_for(other), file)


def test_the_sums_are_those_of_sha256sum(made: Made, tmp_path: Path) -> None:
    _, file, _ = made
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "x")
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "x", check=False
    )
    assert done.returncode == 0


def files(settings: Settings) -> list[Path]:
    return [path for path in (settings.data / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("damage", ["cut", "byte", "empty", "none", "missing entry", "other entry"])
def test_a_damaged_backup_touches_nothing(
    made: Made, settings_for: SettingsFor, tmp_path: Path, damage: str
) -> None:
    dialect, file, _ = made
    bad = tmp_path / "hong.zip"
    data = file.read_bytes()
    if damage == "cut":
        bad.write_bytes(data[:-100])
    elif damage == "byte":
        middle = len(data) // 2
        bad.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    elif damage == "empty":
        bad.write_bytes(b"")
    elif damage == "none":
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("x", b"y")
    else:
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                if damage == "other entry" or not name.startswith("files/"):
                    new.writestr(name, old.read(name))
            if damage == "other entry":
                new.writestr("files/../../x", b"y")
    settings = settings_for(dialect)
    with opened_store(settings) as store:
        planted(store, 9)
    before = files(settings)
    with pytest.raises(DamagedBackup) as told:
        restore(settings, bad, replace=True)
    assert told.value.code == "restore.damaged"
    assert files(settings) == before
    with opened_store(settings) as store:
        assert counted(store)[0] == 1


def test_a_backup_of_a_newer_version(made: Made, settings_for: SettingsFor, tmp_path: Path) -> None:
    dialect, file, _ = made
    newer = tmp_path / "moi.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                data = data.replace(b'"revision": "0001"', b'"revision": "9999"')
            new.writestr(name, data)
    with pytest.raises(NewerDatabase):
        restore(settings_for(dialect), newer)


def test_a_restore_that_breaks_off_changes_nothing(
    made: Made, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect, file, _ = made
    settings = settings_for(dialect)
    with opened_store(settings) as store:
        planted(store, 9)
    before = files(settings)
    if dialect == "sqlite":

        def full(_: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("service.store.restoring.brought_up", full)
        with pytest.raises(OSError, match="No space"):
            restore(settings, file, replace=True)
    else:
        monkeypatch.setattr(dumps, "_AT_REST", ("SELECT 1/0",))
        with pytest.raises(CopyFailed, match="division by zero"):
            restore(settings, file, replace=True)
    assert sorted(files(settings)) == sorted(before)
    with opened_store(settings) as store:
        assert counted(store)[0] == 1
        assert list(check(store)) == []


@both
def test_a_writer_goes_on(settings_for: SettingsFor, tmp_path: Path, dialect: str) -> None:
    """What is copied is of one moment: each document whole, with its bytes."""
    with opened_store(settings_for(dialect)) as store:
        planted(store, 0)
        stop = threading.Event()
        wrong: list[BaseException] = []

        def write() -> None:
            number = 1
            try:
                while not stop.is_set():
                    planted(store, number)
                    number += 1
            except BaseException as error:
                wrong.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = [backup(store, tmp_path / f"{number}.zip") for number in range(3)]
        finally:
            stop.set()
            writer.join()
        assert wrong == []
        assert [one.lost for one in made] == [(), (), ()]
    settings = settings_for(dialect)
    restore(settings, made[-1].path)
    with opened_store(settings) as store:
        assert 2 * counted(store)[0] == made[-1].files
        assert list(check(store)) == []


def test_workflows_of_before_are_forgotten(settings_for: SettingsFor, tmp_path: Path) -> None:
    """Which jobs there are the rows say; what was half done is begun anew."""
    with opened_store(settings_for("sqlite")) as store:
        file = backup(store, tmp_path).path
    assert file.parent == tmp_path
    assert file.name.startswith("kehoach-")
    assert file.stat().st_mode & 0o777 == 0o600
    target = settings_for("sqlite")
    with closing(sqlite3.connect(target.data / "jobs.db")) as jobs:
        jobs.execute("CREATE TABLE workflows (id INTEGER)")
    restore(target, file)
    assert not (target.data / "jobs.db").exists()


def test_a_log_left_of_a_lost_database_is_not_taken_for_ours(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    with opened_store(settings_for("sqlite")) as store:
        planted(store)
        file = backup(store, tmp_path).path
    target = settings_for("sqlite")
    with opened_store(target) as lost, lost.writing() as session:
        session.add(DocumentRow(id="sha256:0", key="0", sha256="0", bytes=1))
        session.flush()
        session.commit()
        shutil.copy(target.data / "kehoach.db-wal", tmp_path / "wal")
    (target.data / "kehoach.db").unlink()
    shutil.copy(tmp_path / "wal", target.data / "kehoach.db-wal")
    restore(target, file)
    with opened_store(target) as store:
        assert counted(store)[0] == 1
        assert list(check(store)) == []


def test_lost_bytes_are_told_and_the_rest_is_kept(sqlite_store: Store, tmp_path: Path) -> None:
    first, second = planted(sqlite_store, 1), planted(sqlite_store, 2)
    sqlite_store.vault.delete(first.removeprefix("sha256:"))
    path = sqlite_store.vault.local(second.removeprefix("sha256:"))
    assert path is not None
    path.write_bytes(b"hong")
    made = backup(sqlite_store, tmp_path / "x.zip")
    assert set(made.lost) == {first.removeprefix("sha256:"), second.removeprefix("sha256:")}
    assert made.files == 2


def test_a_backup_is_never_written_over(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"cu")
    with pytest.raises(BackupExists):
        backup(sqlite_store, tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == b"cu"


def test_a_backup_that_breaks_off_leaves_no_file(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(sqlite_store)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.store.backup._Archive.keep", full)
    with pytest.raises(OSError, match="No space"):
        backup(sqlite_store, tmp_path / "out" / "x.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_without_the_programs_of_postgresql(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(dumps, "DEBIAN", tmp_path)
    with pytest.raises(MissingProgram, match="postgresql-client"):
        backup(postgres_store, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_the_password_is_in_no_command(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    run = subprocess.run

    def watched(command: list[str], **given: object) -> object:
        seen.extend(map(str, command))
        return run(command, **given)  # type: ignore[call-overload]

    monkeypatch.setattr(dumps.subprocess, "run", watched)
    backup(postgres_store, tmp_path / "x.zip")
    password = postgres_store.engine.url.password
    assert password
    assert seen
    assert not [word for word in seen if password in word]


def test_a_manifest_says_what_is_there(made: Made) -> None:
    dialect, file, _ = made
    with zipfile.ZipFile(file) as archive:
        manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
        sums = archive.read("SHA256SUMS")
    assert manifest.sums == hashlib.sha256(sums).hexdigest()
    assert manifest.database == ("database.db" if dialect == "sqlite" else "database.dump")
    assert manifest.files == 6
