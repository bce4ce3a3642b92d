"""The vault: whole bytes under their SHA-256, or nothing."""

import hashlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import vault as module
from service.store.errors import MissingBytes
from service.store.vault import PASSING, Vault, digest
from tests.service.store.object_store import ObjectStore

ABC = hashlib.sha256(b"abc").hexdigest()
NONE = "0" * 64


@pytest.fixture(params=["folder", "s3"])
def vault(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """The same tests for a folder and for an object store of another machine."""
    if request.param == "folder":
        yield Vault(str(tmp_path / "files"))
        return
    with ObjectStore() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield Vault("s3://kho/kehoach")


def test_what_is_kept_comes_back(vault: Vault) -> None:
    assert vault.put(b"abc") == ABC
    assert vault.has(ABC)
    assert vault.get(ABC) == b"abc"
    assert b"".join(vault.chunks(ABC)) == b"abc"
    assert list(vault.names()) == [ABC]
    assert vault.check(ABC)


def test_the_same_bytes_are_kept_once(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert vault.put(b"abc") == vault.put(tmp_path / "x") == ABC
    assert list(vault.names()) == [ABC]


def test_a_large_file_goes_in_and_out_in_pieces(vault: Vault, tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(os.urandom(1024) * 12_000)
    name = vault.put(big)
    assert name == digest(big)
    pieces = list(vault.chunks(name))
    assert len(pieces) > 1
    assert b"".join(pieces) == big.read_bytes()


def test_nothing_is_kept_of_no_bytes_but_their_name(vault: Vault) -> None:
    name = vault.put(b"")
    assert vault.get(name) == b""


def test_what_is_missing_is_told(vault: Vault) -> None:
    assert not vault.has(NONE)
    assert not vault.check(NONE)
    with pytest.raises(MissingBytes, match=NONE) as told:
        vault.get(NONE)
    assert told.value.code == "vault.missing"
    with pytest.raises(MissingBytes):
        list(vault.chunks(NONE))


def test_forgetting(vault: Vault) -> None:
    vault.put(b"abc")
    vault.delete(ABC)
    vault.delete(ABC)
    assert not vault.has(ABC)
    assert list(vault.names()) == []


@pytest.mark.parametrize("name", ["", "abc", "../../etc/passwd", NONE + "0", NONE.upper() + "G"])
def test_a_name_is_a_sha256_and_nothing_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Vault(str(tmp_path)).get(name)


def test_an_object_store_that_does_not_answer_is_an_oserror(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ObjectStore() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        vault = Vault("s3://kho/kehoach")
        server.refusing = True
        with pytest.raises(OSError, match="vault"):
            vault.put(b"abc")
        with pytest.raises(OSError, match="vault"):
            vault.get(ABC)
        with pytest.raises(OSError, match="vault"):
            list(vault.names())


def folder(tmp_path: Path) -> Vault:
    return Vault(str(tmp_path / "files"))


def files(vault: Vault) -> list[Path]:
    assert vault.folder is not None
    return sorted(path for path in vault.folder.rglob("*") if path.is_file())


def test_where_the_file_is(tmp_path: Path) -> None:
    vault = folder(tmp_path)
    assert vault.local(ABC) is None
    vault.put(b"abc")
    path = vault.local(ABC)
    assert path is not None
    assert path.relative_to(tmp_path / "files").as_posix() == f"{ABC[:2]}/{ABC[2:]}"
    assert path.read_bytes() == b"abc"


def test_damaged_bytes_are_put_right_by_the_same_upload(tmp_path: Path) -> None:
    vault = folder(tmp_path)
    vault.put(b"abc")
    path = vault.local(ABC)
    assert path is not None
    path.write_bytes(b"abX")
    assert not vault.check(ABC)
    vault.put(b"abc")
    assert vault.check(ABC)


def test_a_write_that_breaks_off_leaves_nothing_under_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kill or a full disk between the bytes and the name."""
    vault = folder(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        vault.put(b"abc")
    assert not vault.has(ABC)
    assert files(vault) == []


def test_a_file_that_changes_while_it_is_kept_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = folder(tmp_path)
    (tmp_path / "x").write_bytes(b"abc")
    first = iter([ABC])
    monkeypatch.setattr(module, "digest", lambda _: next(first))
    (tmp_path / "x").write_bytes(b"abd")
    with pytest.raises(OSError, match="changed"):
        vault.put(tmp_path / "x")
    assert files(vault) == []


def test_what_was_left_by_a_kill_is_named(tmp_path: Path) -> None:
    vault = folder(tmp_path)
    vault.put(b"abc")
    assert vault.folder is not None
    (vault.folder / PASSING).mkdir(exist_ok=True)
    (vault.folder / PASSING / "x1").write_bytes(b"ab")
    assert [name for name, _ in vault.unfinished()] == [f"{PASSING}/x1"]
    assert list(vault.names()) == [ABC]


def test_many_at_once(vault: Vault) -> None:
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(10):
                vault.put(b"x" * number)
                vault.put(b"abc")
        except BaseException as error:
            wrong.append(error)

    crowd = [threading.Thread(target=work) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert wrong == []
    assert len(list(vault.names())) == 11
    assert all(vault.check(name) for name in vault.names())


def test_what_the_dead_left_is_swept_and_what_the_living_write_stays(tmp_path: Path) -> None:
    passing, host = tmp_path / "passing", socket.gethostname()
    passing.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [f"{host}.{dead.pid}.abc", f"{host}.{dead.pid}.abc#1", f"{host}.{os.getpid()}.abc"]
    stay = [f"{host}.{os.getppid()}.abc", f"elsewhere.{dead.pid}.abc"]
    for name in (*left, *stay):
        (passing / name).touch()
    Vault(str(tmp_path)).sweep()
    assert sorted(path.name for path in passing.iterdir()) == sorted(stay)
