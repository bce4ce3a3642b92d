"""A real PostgreSQL for the tests: Debian's programs, a folder of its own, a free port of loopback.

`python -m tests.service.postgres FOLDER PID` keeps one server alive for as long as the process PID
lives, so that it ends with the tests whichever way they end. PostgreSQL does not run as root: it
gets the user postgres or nobody then.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg

ROOT = Path(__file__).parent.parent.parent
USER = "kehoach"
WAIT = 60.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # what a test kills is a process, never the machine
    "max_connections": "300",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "timezone": "Asia/Ho_Chi_Minh",
}


def programs() -> Path | None:
    """The folder of initdb and postgres, the newest version first; None where there is none."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    named = shutil.which("initdb")
    for folder in [*debian, *([Path(named).resolve().parent] if named else [])]:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    return None


def _identity() -> dict[str, Any]:
    """As whom the server runs: arguments of subprocess, none where we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("root needs a user postgres or nobody to run PostgreSQL as")


@dataclass(frozen=True)
class Server:
    """A server in `folder`; `start` and `stop` as often as a test likes."""

    folder: Path
    port: int
    password: str

    @classmethod
    def made(cls) -> "Server":
        """A new one, not started yet."""
        found = programs()
        assert found is not None
        folder = Path(tempfile.mkdtemp(prefix="kehoach-pg-"))
        who = _identity()
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        if who:
            for path in (folder, folder / "password"):
                os.chown(path, who["user"], who["group"])
        subprocess.run(
            [
                *(found / "initdb", "-D", folder / "data", "-U", USER, "--encoding=UTF8"),
                *("--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync"),
                f"--pwfile={folder / 'password'}",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **who,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        return cls(folder, port, password)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it answers."""
        found = programs()
        assert found is not None
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [
                    *(found / "postgres", "-D", self.folder / "data"),
                    *("-k", self.folder, "-p", str(self.port)),
                    *(f"--{name}={value}" for name, value in _SETTINGS.items()),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **_identity(),
            )
        _CHILDREN[self.folder] = server
        end = time.monotonic() + WAIT
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > end:
                    self.stop("immediate")
                    told = (self.folder / "log").read_text("utf-8", "replace")
                    raise RuntimeError(f"PostgreSQL does not start: {told}") from None
                time.sleep(0.05)

    def stop(self, mode: Literal["fast", "immediate"] = "immediate") -> None:
        """immediate: as if it crashed. Nothing where it does not run."""
        server = _CHILDREN.pop(self.folder, None)
        if server is not None:
            server.send_signal(signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
            server.wait(WAIT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, name: str, template: str = "template1") -> str:
        """A new database, a copy of `template`; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # File by file, as it was before version 15: a third of the work of a copy by the log.
            copied = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {copied}')
        return self.url(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


#: The servers that this process started, by folder.
_CHILDREN: dict[Path, subprocess.Popen[bytes]] = {}


@contextmanager
def own_server() -> Iterator[Server]:
    """A server for one test alone, which may stop and start it."""
    server = Server.made()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def shared_server(folder: Path, owner: int) -> Server:
    """The server that all test processes with this folder share, until the process `owner` ends."""
    state = folder / "postgres.json"
    with locked(folder / "postgres.lock"):
        if not state.exists():
            keeper = [sys.executable, "-m", "tests.service.postgres", str(folder), str(owner)]
            subprocess.run(
                ["sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", *keeper],
                cwd=ROOT,
                start_new_session=True,
                check=True,
            )
            end = time.monotonic() + 2 * WAIT
            while not state.exists():
                if time.monotonic() > end:
                    raise RuntimeError("PostgreSQL does not start")
                time.sleep(0.05)
    told = json.loads(state.read_text())
    if "error" in told:
        raise RuntimeError(told["error"])
    return Server(Path(told["folder"]), told["port"], told["password"])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else who takes the same path is in here."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _kept(folder: Path, owner: int) -> None:
    """Starts a server, tells of it in `folder`, and stops it when `owner` is no more."""
    told: dict[str, Any]
    server = None
    try:
        server = Server.made()
        server.start()
        told = {"folder": str(server.folder), "port": server.port, "password": server.password}
    except (RuntimeError, OSError, subprocess.CalledProcessError) as wrong:
        detail = getattr(wrong, "stderr", None) or b""
        told = {"error": f"{wrong} {detail.decode('utf-8', 'replace')}"}
    try:
        ready = folder / "postgres.json.new"
        ready.write_text(json.dumps(told))
        ready.rename(folder / "postgres.json")
        while server is not None and _alive(owner):
            time.sleep(0.25)
    finally:
        if server is not None:
            server.remove()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    _kept(Path(sys.argv[1]), int(sys.argv[2]))
