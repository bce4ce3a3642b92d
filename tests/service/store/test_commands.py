"""The commands doctor, backup and restore, as people run them."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import delete

from models.tables import MentionRow
from service.jobs import submit
from service.jobs.queue import client_of
from service.settings import Settings
from service.store import opened_store
from tests.conftest import ROOT
from tests.service.commands import called, environment
from tests.service.store.planting import planted
from tests.service.stores import SettingsFor

#: Whether file systems can be mounted here.
MOUNTS = hasattr(os, "getuid") and os.getuid() == 0 and shutil.which("unshare")


def kehoach(
    settings: Settings, *words: str | Path, **given: str
) -> "subprocess.CompletedProcess[str]":
    """Runs the command on the store of the settings; in Vietnamese unless told."""
    done = called(*words, KEHOACH_DATA=str(settings.data), **given)
    return subprocess.CompletedProcess(
        words, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def filled(settings_for: SettingsFor) -> Settings:
    settings = settings_for("sqlite")
    with opened_store(settings) as store:
        planted(store)
    return settings


def test_a_sound_store(filled: Settings) -> None:
    done = kehoach(filled, "doctor")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("\n0 lỗi, 0 cảnh báo, 0 lưu ý\n")


def test_a_broken_store(filled: Settings) -> None:
    with opened_store(filled) as store:
        sha256 = next(store.vault.names())
        store.vault.delete(sha256)
    done = kehoach(filled, "doctor")
    assert done.returncode == 1
    assert "LỖI" in done.stdout
    english = kehoach(filled, "doctor", KEHOACH_LANG="en")
    assert "ERROR" in english.stdout
    lines = [json.loads(line) for line in kehoach(filled, "doctor", "--json").stdout.splitlines()]
    assert lines
    assert set(lines[0]) == {"severity", "code", "subject", "vi", "en", "mendable", "mended"}


def test_a_store_is_put_right(filled: Settings) -> None:
    with opened_store(filled) as store, store.writing() as session:
        session.execute(delete(MentionRow))
    told = kehoach(filled, "doctor")
    assert (told.returncode, "--repair" in told.stdout) == (1, True)
    done = kehoach(filled, "doctor", "--repair")
    assert done.returncode == 0
    assert done.stderr.endswith("\n0 lỗi, 0 cảnh báo, 1 lưu ý\n")
    assert "rows.mentions" in done.stdout
    assert "đã sửa lại" in done.stdout
    assert kehoach(filled, "doctor").stdout == ""


def test_a_file_that_is_no_database(settings_for: SettingsFor) -> None:
    settings = settings_for("sqlite")
    (settings.data / "kehoach.db").write_bytes(b"khong phai co so du lieu" * 100)
    done = kehoach(settings, "doctor")
    assert done.returncode == 2
    assert "không dùng được kho dữ liệu" in done.stderr
    assert "Traceback" not in done.stderr


def test_backup_and_restore(filled: Settings, settings_for: SettingsFor, tmp_path: Path) -> None:
    out = tmp_path / "kehoach.zip"
    done = kehoach(filled, "backup", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{out}\n"
    assert kehoach(filled, "backup", out).returncode == 2
    refused = kehoach(filled, "restore", out)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    other = settings_for("sqlite")
    restored = kehoach(other, "restore", out)
    assert restored.returncode == 0, restored.stderr
    assert "đã khôi phục 2 tệp" in restored.stderr
    assert kehoach(other, "doctor").returncode == 0
    assert kehoach(filled, "restore", out, "--replace").returncode == 0


def test_a_backup_that_lacks_something_says_so(filled: Settings, tmp_path: Path) -> None:
    with opened_store(filled) as store:
        sha256 = next(store.vault.names())
        store.vault.delete(sha256)
    done = kehoach(filled, "backup", tmp_path / "x.zip")
    assert done.returncode == 1
    assert f"sha256:{sha256}" in done.stderr
    assert (tmp_path / "x.zip").exists()


def test_an_emptied_database_is_not_taken_for_a_new_one(filled: Settings) -> None:
    database = filled.data / "kehoach.db"
    for gone in filled.data.glob("kehoach.db*"):
        gone.unlink()
    for words in (("serve", "--port", "0"), ("doctor",), ("user", "list")):
        done = called(*words, KEHOACH_DATA=str(filled.data))
        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert str(database) in line
        assert "kehoach restore" in line
    with opened_store(filled, new=True) as store:
        assert store.dialect == "sqlite"


def test_a_queue_that_lost_a_table_is_named_and_made_anew(filled: Settings, tmp_path: Path) -> None:
    with opened_store(filled) as store:
        client_of(store)  # whoever takes a document in makes the tables, where they are not there
        with store.writing() as session:
            session.execute(text("DROP TABLE workflow_status"))
    refused = called("serve", "--port", "0", KEHOACH_DATA=str(filled.data), KEHOACH_LANG="en")
    assert refused.returncode == 2
    (line,) = refused.stderr.decode().splitlines()
    assert str(filled.data / "kehoach.db") in line
    assert "workflow_status" in line
    assert kehoach(filled, "backup", tmp_path / "x.zip").returncode == 0
    found = kehoach(filled, "doctor")
    assert found.returncode == 1
    assert "workflow_status" in found.stdout
    assert kehoach(filled, "doctor", "--repair").returncode == 0
    assert kehoach(filled, "doctor").returncode == 0
    with opened_store(filled) as store:
        assert submit(store, b"one more", "a.txt", by=None).new


@pytest.mark.skipif(not MOUNTS, reason="only the superuser may make a file system read-only")
def test_doctor_and_backup_work_on_a_read_only_store(filled: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    here = filled.data
    commands = f"""
import sys
from typer.testing import CliRunner
from service.cli import app

for words, ends in ((["doctor"], 0), (["backup", {str(out)!r}], 0), (["serve", "--port", "0"], 2)):
    done = CliRunner().invoke(app, words)
    print(done.stderr, file=sys.stderr)
    assert done.exit_code == ends, (words, done.exit_code, done.exception)
"""
    script = (
        f"mount --bind {here} {here} && mount -o remount,ro,bind {here} && "
        f"exec {shlex.join((sys.executable, '-c', commands))}"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, cwd=ROOT,
        env=environment(KEHOACH_DATA=str(filled.data), KEHOACH_LANG="en"),
    )  # fmt: skip
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    assert list(out.glob("*.zip"))
    assert f"{filled.data / 'kehoach.db'} can only be read" in done.stderr.decode()
