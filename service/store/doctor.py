"""The doctor: looks the whole store through and names all that is not as it should be.

It reads only, document by document, while a service may go on; it holds little in memory however
large the store is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, ForeignKey, Select, Table, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel, col

from models.tables import DocumentRow, JobRow, RunRow, WorkerRow
from models.tables.columns import now
from service.store.agreement import Finding, looked_through
from service.store.database import Store

__all__ = ["Finding", "check"]

#: How old bytes that nobody names are before they are told: an upload may still be on its way.
GRACE = timedelta(hours=1)
#: How many ids are asked for at a time.
BATCH = 500

_WORKERS = WorkerRow.__table__
_BACKUP = (
    "hãy dừng dịch vụ và khôi phục từ bản sao lưu",
    "stop the service and restore a backup",
)


def check(store: Store) -> Iterator[Finding]:
    """Everything wrong with the store, found while it is iterated over.

    Errors mean that something is lost, damaged or disagrees; warnings that something waits for
    somebody; notes are good to know.
    """
    yield from _database(store)
    for document_id in _documents(store):
        with store.reading() as session:
            yield from looked_through(session, store.vault, document_id)
    yield from _jobs(store)
    yield from _vault(store)


def _documents(store: Store) -> Iterator[str]:
    last = ""
    while True:
        with store.reading() as session:
            ids = session.connection().scalars(
                select(col(DocumentRow.id))
                .where(col(DocumentRow.id) > last)
                .order_by(col(DocumentRow.id))
                .limit(BATCH)
            )
            some = list(ids)
        if not some:
            return
        yield from some
        last = some[-1]


def _database(store: Store) -> Iterator[Finding]:
    with store.reading() as session:
        connection = session.connection()
        if store.dialect == "sqlite":
            yield from _integrity(connection)
        yield from _references(connection)
        yield from _search_orphans(connection)
    if store.dialect == "sqlite":
        yield from _search_index(store)


def _integrity(connection: Connection) -> Iterator[Finding]:
    try:
        told = list(connection.scalars(text("PRAGMA integrity_check(20)")))
    except DatabaseError as error:
        told = [str(error.orig)]
    for line in told:
        if line != "ok":
            yield Finding(
                "error", "database.damaged", line,
                f"tệp cơ sở dữ liệu bị hỏng; {_BACKUP[0]}",
                f"the database file is damaged; {_BACKUP[1]}",
            )  # fmt: skip


def _references(connection: Connection) -> Iterator[Finding]:
    """Rows that name a row that is not there, table by table."""
    for kept in SQLModel.metadata.sorted_tables:
        for key in kept.foreign_keys:
            count = connection.scalar(_lost(kept, key))
            if count:
                yield Finding(
                    "error", "rows.orphans", f"{kept.name}.{key.parent.name}",
                    f"{count} dòng của bảng {kept.name} trỏ tới dòng không có trong bảng "
                    f"{key.column.table.name}; {_BACKUP[0]}",
                    f"{count} rows of the table {kept.name} name rows that are not in "
                    f"{key.column.table.name}; {_BACKUP[1]}",
                )  # fmt: skip


def _lost(kept: Table, key: ForeignKey) -> Select[int]:
    here, other = kept.c[key.parent.name], key.column.table.alias()
    there = select(other.c[key.column.name]).where(other.c[key.column.name] == here)
    return (
        select(func.count())
        .select_from(kept)
        .where(here.is_not(None), ~there.correlate(kept).exists())
    )


def _search_orphans(connection: Connection) -> Iterator[Finding]:
    sqlite = connection.dialect.name == "sqlite"
    words = "SELECT id FROM task_words_docsize" if sqlite else "SELECT task FROM task_words"
    count = connection.scalar(
        text(f"SELECT count(*) FROM ({words} EXCEPT SELECT serial FROM tasks) AS lost")
    )
    if count:
        yield Finding(
            "error", "search.orphans", "task_words",
            f"chỉ mục tìm kiếm có {count} nhiệm vụ không còn tồn tại; {_BACKUP[0]}",
            f"the search index has {count} tasks that are no more; {_BACKUP[1]}",
        )  # fmt: skip


def _search_index(store: Store) -> Iterator[Finding]:
    """FTS5 compares its index with its words only for somebody who may write."""
    try:
        with store.writing() as session:
            session.connection().execute(
                text("INSERT INTO task_words (task_words) VALUES ('integrity-check')")
            )
    except DatabaseError as error:
        yield Finding(
            "error", "search.damaged", str(error.orig),
            f"chỉ mục tìm kiếm bị hỏng; {_BACKUP[0]}",
            f"the search index is damaged; {_BACKUP[1]}",
        )  # fmt: skip


def _jobs(store: Store) -> Iterator[Finding]:
    """Jobs nobody works on."""
    silent = now() - timedelta(seconds=2 * store.settings.takeover_seconds)
    with store.reading() as session:
        connection = session.connection()
        alive: set[str] = set(
            connection.scalars(select(_WORKERS.c.executor).where(_WORKERS.c.beat_at > silent))
        )
        running = connection.execute(
            select(col(JobRow.id), col(JobRow.executor)).where(col(JobRow.state) == "running")
        ).all()
        queued = connection.scalar(
            select(func.count()).select_from(JobRow.__table__).where(col(JobRow.state) == "queued")
        )
    for job in running:
        if job.executor is None:
            yield Finding(
                "error", "job.unheld", job.id,
                "một việc được ghi là đang chạy mà không ai làm; hãy gửi lại văn bản với yêu cầu "
                "đọc lại",
                "a job is said to run, but nobody has it; upload the document again",
            )  # fmt: skip
        elif job.executor not in alive:
            yield Finding(
                "warning", "job.silent", job.id,
                f"việc đang do {job.executor} giữ nhưng không thấy nó hoạt động; việc sẽ được "
                "làm tiếp khi có `kehoach serve` hoặc `kehoach worker` chạy",
                f"the job is held by {job.executor}, which gives no sign of life; it goes on when "
                "`kehoach serve` or `kehoach worker` runs",
            )  # fmt: skip
    if queued and not alive:
        yield Finding(
            "warning", "jobs.waiting", str(queued),
            f"{queued} văn bản chờ đọc mà không có tiến trình nào làm; hãy chạy `kehoach serve` "
            "hoặc `kehoach worker`",
            f"{queued} documents wait and nobody reads them; run `kehoach serve` or "
            "`kehoach worker`",
        )  # fmt: skip


def _vault(store: Store) -> Iterator[Finding]:
    old = now() - GRACE
    some: list[str] = []
    for sha256, written in store.vault.kept():
        if written < old:
            some.append(sha256)
        if len(some) == BATCH:
            yield from _unnamed(store, some)
            some = []
    yield from _unnamed(store, some)
    for name, written in store.vault.unfinished():
        if written < old:
            yield from _broken_off(name, written)


def _unnamed(store: Store, some: list[str]) -> Iterator[Finding]:
    with store.reading() as session:
        connection = session.connection()
        named: set[str | None] = set()
        for name in (col(DocumentRow.sha256), col(RunRow.reading)):
            named |= set(connection.scalars(select(name).where(name.in_(some))))
    for sha256 in some:
        if sha256 not in named:
            yield Finding(
                "note", "vault.unnamed", sha256,
                "kho tệp giữ một tệp không thuộc văn bản nào (thường do một lần gửi dở dang); "
                "không cần làm gì, lần gửi lại tệp đó sẽ dùng nó",
                "the vault keeps bytes that no document names (mostly of an upload that broke "
                "off); there is nothing to do, the next upload of them uses them",
            )  # fmt: skip


def _broken_off(name: str, written: datetime) -> Iterator[Finding]:
    yield Finding(
        "note", "vault.unfinished", name,
        f"một lần ghi tệp dở dang từ {written:%Y-%m-%d %H:%M} UTC; có thể xóa tệp này",
        f"a write that broke off at {written:%Y-%m-%d %H:%M} UTC; the file can be deleted",
    )  # fmt: skip
