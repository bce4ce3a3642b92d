"""The doctor finds each thing that is broken, by its code, and nothing in a sound store."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, delete, select

from models.contract import decode_task, encode
from models.tables import (
    CorrectionRow,
    DocumentRow,
    JobRow,
    PlanRow,
    ReportRow,
    RunRow,
    TaskRow,
    WebhookRow,
    WorkerRow,
)
from models.tables.columns import now
from service.access.audit import By
from service.store import Store, opened_store
from service.store.corrections import confirm_task, correct
from service.store.doctor import Finding, check
from service.store.replay import Selectors
from service.store.vault import PASSING
from tests.service.store.planting import planted
from tests.service.stores import SettingsFor

OF_A_DOCUMENT = (
    *("runs", "plans", "plan_years", "sections", "tasks", "targets", "citations", "mentions"),
)

#: What pins a correction to a task that is nowhere.
NOWHERE = encode(Selectors("t", "không có", None, None, None, None, None)).decode()

Breaking = Callable[[Store, str], None]


def sql(*statements: str, free: bool = False) -> Breaking:
    """Breaks a store by statements on the document `:id`; `free`: references are not checked."""

    def broken(store: Store, document: str) -> None:
        with store.engine.connect() as connection:
            cursor = connection.connection.cursor()
            if free and store.dialect == "sqlite":
                cursor.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                if free and store.dialect == "postgresql":
                    connection.execute(text("SET LOCAL session_replication_role = replica"))
                for statement in statements:
                    connection.execute(text(statement), {"id": document})
            if free and store.dialect == "sqlite":
                cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()

    return broken


def file_of(store: Store, sha256: str) -> Path:
    path = store.vault.local(sha256)
    assert path is not None
    return path


def reading_of(store: Store, document: str) -> str:
    with store.reading() as session:
        reading = session.exec(select(RunRow.reading).where(RunRow.document_id == document)).one()
    assert reading is not None
    return reading


def lost_file(store: Store, document: str) -> None:
    store.vault.delete(document.removeprefix("sha256:"))


def damaged_file(store: Store, document: str) -> None:
    path = file_of(store, document.removeprefix("sha256:"))
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def lost_reading(store: Store, document: str) -> None:
    store.vault.delete(reading_of(store, document))


def damaged_reading(store: Store, document: str) -> None:
    path = file_of(store, reading_of(store, document))
    path.write_bytes(path.read_bytes()[:-1])


def reading_of_another_contract(store: Store, document: str) -> None:
    name = store.vault.put(b'{"contract": "kehoach/plan@0"}')
    with store.writing() as session:
        session.exec(select(RunRow).where(RunRow.document_id == document)).one().reading = name


def text_moved(store: Store, document: str) -> None:
    """The rows, the reading and the bytes agree, and yet the words are not at their places."""
    data = "trang trắng\n".encode() * 300
    sha256 = store.vault.put(data)
    sql(
        "INSERT INTO documents (id, key, sha256, bytes, created_at) "
        f"SELECT 'sha256:{sha256}', '{sha256[:16]}', '{sha256}', {len(data)}, created_at "
        "FROM documents WHERE id = :id",
        *(
            f"UPDATE {name} SET document_id = 'sha256:{sha256}' WHERE document_id = :id"
            for name in OF_A_DOCUMENT
        ),
        f"UPDATE tasks SET key = '{sha256[:16]}.' || id",
        f"UPDATE targets SET key = '{sha256[:16]}.' || id",
        "DELETE FROM documents WHERE id = :id",
        free=True,
    )(store, document)


def aged(path: Path) -> None:
    before = (now() - timedelta(days=1)).timestamp()
    os.utime(path, (before, before))


def unnamed_bytes(store: Store, _: str) -> None:
    aged(file_of(store, store.vault.put(b"khong ai nhac toi")))


def broken_off(store: Store, _: str) -> None:
    assert store.vault.folder is not None
    (store.vault.folder / PASSING).mkdir(exist_ok=True)
    path = store.vault.folder / PASSING / "x"
    path.write_bytes(b"do dang")
    aged(path)


def correction(session: Session, document: str, **given: object) -> None:
    session.add(
        CorrectionRow(
            id="c1", document_id=document, field="note", before="null", after='"x"',
            selectors=NOWHERE, author="an", version="0", **({"task_id": "t"} | given),
        )
    )  # fmt: skip


def lost_correction(store: Store, document: str) -> None:
    with store.writing() as session:
        correction(session, document)


def orphaned_correction(store: Store, document: str) -> None:
    with store.writing() as session:
        correction(session, document, orphaned_at=now())


def job(**given: object) -> Breaking:
    def broken(store: Store, document: str) -> None:
        with store.writing() as session:
            session.add(JobRow(id="j1", document_id=document, **given))

    return broken


def unread(store: Store, document: str) -> None:
    with store.writing() as session:
        session.exec(delete(PlanRow).where(col(PlanRow.document_id) == document))
        session.exec(delete(RunRow).where(col(RunRow.document_id) == document))


BROKEN: dict[str, tuple[str, str, Breaking]] = {
    "file lost": ("error", "document.missing", lost_file),
    "file damaged": ("error", "document.damaged", damaged_file),
    "size": ("error", "document.damaged", sql("UPDATE documents SET bytes = 1")),
    "key": ("error", "document.name", sql("UPDATE documents SET key = '0123456789abcdef'")),
    "reading lost": ("error", "reading.missing", lost_reading),
    "reading damaged": ("error", "reading.damaged", damaged_reading),
    "reading of another contract": ("error", "reading.damaged", reading_of_another_contract),
    "run without reading": ("error", "plan.run", sql("UPDATE runs SET reading = NULL")),
    "no plan": ("error", "plan.missing", sql("DELETE FROM plans")),
    "never read": ("error", "document.unread", unread),
    "plan head": ("error", "rows.plans", sql("UPDATE plans SET tasks = tasks + 1")),
    "year": ("error", "rows.plan_years", sql("UPDATE plan_years SET year = 1990")),
    "section": ("error", "rows.sections", sql("DELETE FROM sections WHERE position = 0")),
    "section text": ("error", "rows.sections", sql("UPDATE sections SET record = 'x'")),
    "target": ("error", "rows.targets", sql("UPDATE targets SET year = 1")),
    "task gone": ("error", "rows.tasks", sql("DELETE FROM tasks WHERE position = 0")),
    "task column": ("error", "rows.tasks", sql("UPDATE tasks SET origin = 'x'")),
    "task day": ("error", "rows.tasks", sql("UPDATE tasks SET due_order = '2020-01-01'")),
    "task record": ("error", "rows.tasks", sql("UPDATE tasks SET record = '{}'")),
    "task order": ("error", "rows.tasks", sql("UPDATE tasks SET position = position + 1")),
    "corrected": ("error", "rows.tasks", sql("UPDATE tasks SET corrected = true")),
    "mention": ("error", "rows.mentions", sql("UPDATE mentions SET agency_id = 'vn-01/so'")),
    "mention gone": ("error", "rows.mentions", sql("DELETE FROM mentions")),
    "words": ("error", "rows.task_words", sql("UPDATE task_words SET folded = 'x'")),
    "words gone": ("error", "rows.task_words", sql("DELETE FROM task_words")),
    "row without parent": (
        "error", "rows.orphans", sql("DELETE FROM documents WHERE id = :id", free=True),
    ),
    "places": ("error", "spans.differ", text_moved),
    "correction lost": ("error", "rows.corrections", lost_correction),
    "correction orphaned": ("note", "correction.orphan", orphaned_correction),
    "job of nobody": ("warning", "job.silent", job(state="running")),
    "job of the dead": ("warning", "job.silent", job(state="running", executor="may-cu")),
    "nobody works": ("warning", "jobs.waiting", job()),
    "open to all": ("warning", "place.open", lambda s, _: s.settings.data.chmod(0o755)),
    "bytes of nobody": ("note", "vault.unnamed", unnamed_bytes),
    "broken off": ("note", "vault.unfinished", broken_off),
}  # fmt: skip


def found(store: Store) -> dict[str, Finding]:
    return {finding.code: finding for finding in check(store)}


def test_nothing_is_found_in_a_sound_store(store: Store) -> None:
    for number in range(3):
        planted(store, number)
    with store.writing() as session:
        session.add(WorkerRow(executor="may-1", host="may", pid=1, version="0"))
        document = session.exec(select(DocumentRow)).first()
        assert document is not None
        session.add(JobRow(id="j", document_id=document.id, state="running", executor="may-1"))
    assert found(store) == {}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found_and_rows_are_put_right(sqlite_store: Store, what: str) -> None:
    severity, code, broken = BROKEN[what]
    document = planted(sqlite_store)
    broken(sqlite_store, document)
    findings = {one.code: one for one in check(sqlite_store, repair=True)}
    assert code in findings, findings
    told = findings[code]
    assert told.severity == ("note" if told.mended else severity)
    assert told.vi
    assert told.en != told.vi
    assert told.mended == told.mendable
    assert (code in found(sqlite_store)) != told.mended


def test_rows_of_postgresql_are_put_right(postgres_store: Store) -> None:
    broken = ("task column", "mention gone", "words", "year", "section")
    document = planted(postgres_store)
    for what in broken:
        BROKEN[what][2](postgres_store, document)
    assert {BROKEN[what][1] for what in broken} <= set(found(postgres_store))
    assert all(one.mended for one in check(postgres_store, repair=True))
    assert found(postgres_store) == {}


def test_what_people_said_outlives_the_putting_right(sqlite_store: Store) -> None:
    document = planted(sqlite_store)
    with sqlite_store.writing() as session:
        key = session.scalars(select(TaskRow.key).order_by(col(TaskRow.position))).first()
        correct(session, str(key), {"note": "của người"}, by=By("lan"))
        confirm_task(session, str(key), by=By("lan"))
    sql(
        "UPDATE tasks SET record = coalesce(reading, record)",
        "DELETE FROM mentions",
    )(sqlite_store, document)
    assert {"rows.tasks", "rows.mentions"} <= set(found(sqlite_store))
    list(check(sqlite_store, repair=True))
    assert found(sqlite_store) == {}
    with sqlite_store.reading() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.key == key)).one()
        assert (decode_task(task.record).note, task.corrected) == ("của người", True)


def test_a_damaged_page_of_sqlite(settings_for: SettingsFor) -> None:
    settings = settings_for()
    with opened_store(settings) as store:
        planted(store)
        with store.engine.connect() as connection:
            root = connection.scalar(
                text("SELECT rootpage FROM sqlite_schema WHERE name = 'ix_units_id'")
            )
            size = connection.scalar(text("PRAGMA page_size"))
        store.close()  # the log is in the file now
        with (settings.data / "kehoach.db").open("r+b") as file:
            file.seek((root - 1) * size)
            file.write(b"\xff" * size)
        assert "database.damaged" in [finding.code for finding in check(store)]


def test_damaged_words_of_sqlite(settings_for: SettingsFor) -> None:
    with opened_store(settings_for()) as store:
        planted(store)
        sql("DELETE FROM task_words_idx")(store, "")
        sql("UPDATE task_words_content SET c0 = 'khac' WHERE id = 1")(store, "")
        assert "search.damaged" in found(store)


def test_words_of_a_task_that_is_no_more(sqlite_store: Store) -> None:
    planted(sqlite_store)
    sql("INSERT INTO task_words (rowid, folded) VALUES (9999, 'x')")(sqlite_store, "")
    assert "search.orphans" in found(sqlite_store)


def test_fresh_bytes_may_be_on_their_way(store: Store) -> None:
    store.vault.put(b"dang gui")
    assert found(store) == {}


def test_findings_hold_no_words_of_a_document(store: Store) -> None:
    planted(store)
    sql("UPDATE tasks SET record = 'BÍ MẬT'", "UPDATE task_words SET folded = 'bi mat'")(store, "")
    told = " ".join(f"{one.subject} {one.vi} {one.en}" for one in check(store))
    assert told
    assert "BÍ MẬT" not in told
    assert "Sở Nội vụ" not in told


def test_a_feed_that_tells_otherwise_is_put_right(store: Store) -> None:
    document = planted(store)
    other = planted(store, 2)
    sql("UPDATE changes SET state = 'x' WHERE subject LIKE '%.%' AND plan = substr(:id, 8, 16)")(
        store, document
    )
    assert {one.code: one.subject for one in check(store)} == {"feed.behind": document[7:23]}
    list(check(store, repair=True))
    assert found(store) == {}
    sql("UPDATE changes SET latest = false WHERE plan = substr(:id, 8, 16)")(store, other)
    assert "feed.broken" in found(store)


def test_what_trackers_say_of_nothing_and_webhooks_that_are_paused_are_told(store: Store) -> None:
    planted(store)
    with store.writing() as session:
        session.add(ReportRow(subject=f"{'0' * 16}.t-0", done=True, author="x"))
        session.add(
            WebhookRow(
                id="0" * 12, name="sổ", url="x", secret="x", state="paused", reason="HTTP 503"
            )
        )
    told = {one.code: one.vi for one in check(store)}
    assert told.keys() == {"feed.orphans", "webhook.paused"}
    assert "HTTP 503" in told["webhook.paused"]
