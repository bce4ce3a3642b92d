"""Copies of a database, of one moment: of SQLite a file, of PostgreSQL a dump.

The state of workflows is no part of them. Which jobs there are the rows say; a workflow that was
copied half-way could name the result of a step whose bytes were not copied. So a job that was in
hand begins anew where it is restored.

SQLite copies itself while others write. PostgreSQL is copied by its own programs, pg_dump,
pg_restore and psql, which must not be older than the server.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from extractor.errors import KehoachError
from service.store.database import engine_of
from service.store.migrations import migrate

#: Where Debian keeps the programs of each version of PostgreSQL.
DEBIAN = Path("/usr/lib/postgresql")
#: The schema of PostgreSQL in which dbos keeps workflows.
WORKFLOWS = "dbos"
#: What makes a copy fit to go on from: nobody works on what was being worked on.
_AT_REST = (
    "UPDATE jobs SET state = 'queued', executor = NULL WHERE state = 'running'",
    "DELETE FROM workers",
)
#: SHA-256 of all bytes that the rows of a database name.
_NAMED = (
    "SELECT sha256 FROM documents UNION SELECT reading FROM runs WHERE reading IS NOT NULL "
    "ORDER BY 1"
)
#: Rows of these are somebody's work; a store without any is as good as empty.
_WORK = ("documents", "users", "api_keys")


class MissingProgram(KehoachError):
    """A program of PostgreSQL is not installed."""

    code = "backup.program"


class CopyFailed(KehoachError):
    """A program of PostgreSQL gave up; the sentence has its words."""

    code = "backup.failed"


class InUse(KehoachError):
    """Somebody has the database open that is to be replaced."""

    code = "restore.in-use"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a database in `path`, and the SHA-256 of all bytes that its rows name."""

    path: Path
    named: Iterator[str]


def kind(url: str) -> str:
    """sqlite or postgresql."""
    return "postgresql" if url.startswith("postgresql") else "sqlite"


def suffix(url: str) -> str:
    """How the name of a copy ends."""
    return ".db" if kind(url) == "sqlite" else ".dump"


@contextmanager
def copied(url: str, path: Path) -> Iterator[Copy]:
    """Copies the database to `path`; others may go on writing."""
    if kind(url) == "sqlite":
        _copy_file(_file(url), path)
        with closing(sqlite3.connect(path)) as copy:
            yield Copy(path, _rows(copy.execute(_NAMED)))
        return
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        _run(
            "pg_dump", url, "--format=custom", f"--exclude-schema={WORKFLOWS}",
            f"--snapshot={row[0]}", f"--file={path}",
        )  # fmt: skip
        with connection.cursor("named") as cursor:  # rows come as they are asked for
            yield Copy(path, _rows(cursor.execute(_NAMED)))


def _rows(cursor: Iterable[tuple[str]]) -> Iterator[str]:
    return (name for (name,) in cursor)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def holds_work(url: str) -> bool:
    """Whether documents, users or keys would be lost with the database. Raises InUse."""
    if kind(url) == "sqlite":
        path = _file(url)
        if not path.is_file():
            return False
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            _alone(connection)
            return any(
                connection.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0]
                for (name,) in connection.execute(
                    f"SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN {_WORK}"
                ).fetchall()
            )
    with psycopg.connect(url) as session:
        others = session.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).fetchone()
        if others and others[0]:
            raise _in_use()
        for name in _WORK:
            there = session.execute("SELECT to_regclass(%s) IS NOT NULL", (name,)).fetchone()
            if there and there[0]:
                row = session.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()
                if row and row[0]:
                    return True
    return False


def _alone(connection: sqlite3.Connection) -> None:
    """Raises InUse where another connection has the file open: only one alone may do this."""
    try:
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise _in_use() from error


def _in_use() -> InUse:
    return InUse(
        "cơ sở dữ liệu đang được dùng; hãy dừng dịch vụ (kehoach serve, kehoach worker) rồi "
        "khôi phục",
        "the database is in use; stop the service (kehoach serve, kehoach worker), then restore",
    )


def brought_up(copy: Path) -> None:
    """Brings a copy of an SQLite database to the tables of this version, nobody working on it."""
    engine = engine_of(f"sqlite:///{copy}")
    try:
        migrate(engine)
        with engine.execution_options(kehoach_writes=True).begin() as connection:
            for statement in _AT_REST:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection_:
        connection_.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it


def replace_file(url: str, copy: Path) -> None:
    """Puts a copy in the place of an SQLite database, at once."""
    path = _file(url)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    for end in ("-wal", "-shm"):  # of a file that is gone; SQLite would take them for the new one's
        path.with_name(path.name + end).unlink(missing_ok=True)
    copy.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def forget_workflows(url: str) -> None:
    """Takes the state of workflows away; a job that is not ended begins anew without it."""
    if kind(url) == "postgresql":
        with psycopg.connect(url) as session:
            session.execute(f"DROP SCHEMA IF EXISTS {WORKFLOWS} CASCADE")
        return
    path = _file(url)
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def replace_postgresql(url: str, dump: Path) -> None:
    """Makes a PostgreSQL database what the dump holds, in one transaction; then this version's."""
    with psycopg.connect(url) as session:
        names = session.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname = current_schema()"
        ).fetchall()
    before = [f"DROP TABLE IF EXISTS {name} CASCADE;" for (name,) in names]
    before += [f"DROP SCHEMA IF EXISTS {WORKFLOWS} CASCADE;"]
    before += ["DROP FUNCTION IF EXISTS kehoach_fold(text);"]
    after = [f"{statement};" for statement in _AT_REST]
    with tempfile.TemporaryFile() as told:
        psql = subprocess.Popen(
            [
                *(_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--file=-"),
                *("--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--dbname={_place(url)}"),
            ],
            stdin=subprocess.PIPE,
            stderr=told,
            env=_environment(url),
        )
        assert psql.stdin is not None
        script = [_program("pg_restore"), "--no-owner", "--no-privileges", "--no-comments"]
        with suppress(BrokenPipeError), psql:
            psql.stdin.write("\n".join(before).encode() + b"\n")
            psql.stdin.flush()
            done = subprocess.run(
                [*script, "--file=-", str(dump)], stdout=psql.stdin, stderr=told, check=False
            )
            if done.returncode:  # psql must not take what came for the whole
                psql.stdin.write(b"\n\\broken_off\n")
            # pg_restore leaves no search path behind it
            psql.stdin.write(b"\nRESET search_path;\n" + "\n".join(after).encode() + b"\n")
        if psql.wait():
            told.seek(0)
            raise _failed("psql", told.read())
    engine = engine_of(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def _run(program: str, url: str, *options: str) -> None:
    done = subprocess.run(
        [_program(program), *options, f"--dbname={_place(url)}"],
        capture_output=True,
        env=_environment(url),
        check=False,
    )
    if done.returncode:
        raise _failed(program, done.stderr)


def _failed(program: str, told: bytes) -> CopyFailed:
    words = told.decode("utf-8", "replace").strip()[-1000:]
    return CopyFailed(f"{program} không làm được: {words}", f"{program} gave up: {words}")


def _program(name: str) -> str:
    """Where a program of PostgreSQL is, Debian's newest first. Raises MissingProgram."""
    debian = sorted(
        DEBIAN.glob(f"*/bin/{name}"),
        key=lambda path: path.parent.parent.name.zfill(4),
    )
    found = str(debian[-1]) if debian else shutil.which(name)
    if found is None:
        raise MissingProgram(
            f"không có chương trình {name}; hãy cài bộ công cụ của PostgreSQL "
            "(apt-get install postgresql-client)",
            f"there is no program {name}; install the tools of PostgreSQL "
            "(apt-get install postgresql-client)",
        )
    return found


def _place(url: str) -> str:
    """Where the database is, without the password: everybody sees the words of a command."""
    return make_conninfo("", **{k: v for k, v in conninfo_to_dict(url).items() if k != "password"})


def _environment(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url).get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
