"""Backup and restore: whole, while others write, and nothing touched where something is wrong."""

import hashlib
import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select

from models.tables import DocumentRow, JobRow, TaskRow, WorkerRow
from service.jobs import submit
from service.jobs.queue import client_of
from service.settings import Settings
from service.store import Store, opened_store
from service.store.backup import Manifest, backup, restore
from service.store.doctor import check
from service.store.errors import (
    BackupExists,
    DamagedBackup,
    InUse,
    NewerDatabase,
    NotEmpty,
    OtherTools,
)
from service.store.vault import Vault
from tests.service.store.planting import planted
from tests.service.stores import SettingsFor


def counted(store: Store) -> tuple[int, int]:
    with store.reading() as session:
        documents = session.exec(select(func.count()).select_from(DocumentRow)).one()
        return documents, session.exec(select(func.count()).select_from(TaskRow)).one()


def working(session: Session, document: str) -> None:
    session.add(WorkerRow(executor="may-1", host="may", pid=1, version="0"))
    session.add(JobRow(id="j1", document_id=document, state="running", executor="may-1"))


Made = tuple[Path, tuple[int, int]]


@pytest.fixture
def made(sqlite_store: Store, tmp_path: Path) -> Made:
    """A backup of a store, and how much was in that."""
    for number in range(3):
        document = planted(sqlite_store, number)
    with sqlite_store.writing() as session:
        working(session, document)
    file = backup(sqlite_store, tmp_path / "sao-luu.zip")
    assert file.lost == ()
    assert file.files == 6
    return file.path, counted(sqlite_store)


def test_a_restored_store_is_sound_and_whole(made: Made, settings_for: SettingsFor) -> None:
    file, count = made
    settings = settings_for()
    assert restore(settings, file).files == 6
    with opened_store(settings) as store:
        assert counted(store) == count
        assert [one for one in check(store) if one.code != "jobs.waiting"] == []


def test_what_was_being_done_waits_again(made: Made, settings_for: SettingsFor) -> None:
    """Whoever had it in hand is not there any more."""
    file, _ = made
    settings = settings_for()
    restore(settings, file)
    with opened_store(settings) as store, store.reading() as session:
        job = session.get_one(JobRow, "j1")
        assert (job.state, job.executor) == ("queued", None)
        assert session.exec(select(WorkerRow)).all() == []


def test_a_database_without_tables_will_do(made: Made, settings_for: SettingsFor) -> None:
    file, count = made
    settings = settings_for(empty=True)
    restore(settings, file)
    with opened_store(settings) as store:
        assert counted(store) == count


def test_work_is_not_replaced_without_leave(made: Made, settings_for: SettingsFor) -> None:
    file, count = made
    settings = settings_for()
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
    file, _ = made
    settings = settings_for()
    with opened_store(settings) as store:
        with store.reading() as session:
            session.exec(select(DocumentRow)).all()
            with pytest.raises(InUse):
                restore(settings, file, replace=True)
        assert counted(store) == (0, 0)


def test_postgresql_has_tools_of_its_own(made: Made, postgres_store: Store, tmp_path: Path) -> None:
    with pytest.raises(OtherTools, match="pg_dump"):
        backup(postgres_store, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()
    with pytest.raises(OtherTools, match="pg_restore"):
        restore(postgres_store.settings, made[0])


def test_the_sums_are_those_of_sha256sum(made: Made, tmp_path: Path) -> None:
    file, _ = made
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
    file, _ = made
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
    settings = settings_for()
    with opened_store(settings) as store:
        planted(store, 9)
    before = files(settings)
    with pytest.raises(DamagedBackup) as told:
        restore(settings, bad, replace=True)
    assert told.value.code == "restore.damaged"
    assert files(settings) == before
    with opened_store(settings) as store:
        assert counted(store)[0] == 1


def test_a_backup_of_a_newer_version(settings_for: SettingsFor, tmp_path: Path) -> None:
    with opened_store(settings_for()) as store:
        planted(store)
        with store.writing() as session:
            session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
        newer = backup(store, tmp_path / "moi.zip").path
    settings = settings_for()
    with pytest.raises(NewerDatabase):
        restore(settings, newer)
    assert files(settings) == []


def test_a_restore_that_breaks_off_changes_nothing(
    made: Made, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = made
    settings = settings_for()
    with opened_store(settings) as store:
        planted(store, 9)
    before = files(settings)
    real, left = Vault.put, iter(range(4))

    def full(vault: Vault, data: bytes | Path) -> str:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        return real(vault, data)

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "put", full)
        with pytest.raises(OSError, match="No space"):
            restore(settings, file, replace=True)
    assert sorted(files(settings)) == sorted(before)
    with opened_store(settings) as store:
        assert counted(store)[0] == 1
        assert list(check(store)) == []


def test_a_writer_goes_on(settings_for: SettingsFor, tmp_path: Path) -> None:
    """What is copied is of one moment: each document whole, with its bytes."""
    with opened_store(settings_for()) as store:
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
    settings = settings_for()
    restore(settings, made[-1].path)
    with opened_store(settings) as store:
        assert 2 * counted(store)[0] == made[-1].files
        assert list(check(store)) == []


def test_work_of_before_is_forgotten(settings_for: SettingsFor, tmp_path: Path) -> None:
    """Which jobs there are the rows say; what was half done is begun anew."""
    with opened_store(settings_for()) as store:
        submit(store, b"mot", "a.txt", by=None)
        file = backup(store, tmp_path).path
    assert file.parent == tmp_path
    assert file.name.startswith("kehoach-")
    assert file.stat().st_mode & 0o777 == 0o600
    target = settings_for()
    restore(target, file)
    with opened_store(target) as store, store.reading() as session:
        assert session.exec(select(JobRow.state)).all() == ["queued"]
        assert client_of(store).list_workflows() == []


def test_a_log_left_of_a_lost_database_is_not_taken_for_ours(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    with opened_store(settings_for()) as store:
        planted(store)
        file = backup(store, tmp_path).path
    target = settings_for()
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

    monkeypatch.setattr(Vault, "chunks", full)
    with pytest.raises(OSError, match="No space"):
        backup(sqlite_store, tmp_path / "out" / "x.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_manifest_says_what_is_there(made: Made) -> None:
    file, _ = made
    with zipfile.ZipFile(file) as archive:
        manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
        sums = archive.read("SHA256SUMS")
    assert manifest.sums == hashlib.sha256(sums).hexdigest()
    assert manifest.files == 6
