"""Migrations on both databases, alone and against each other."""

import multiprocessing
import multiprocessing.synchronize
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel, select

import models.migrations
import models.tables
from models.migrations import compared
from models.tables import ChangeRow, DocumentRow, TaskRow, UserRow
from service.store import Store, database, opened_store
from service.store.database import engine_of, head, migrate, revision
from service.store.doctor import check
from service.store.errors import NewerDatabase
from tests.service.store.planting import planted
from tests.service.stores import DIALECTS, SettingsFor

both = pytest.mark.parametrize("dialect", DIALECTS)


def differences(engine: Engine) -> list[object]:
    assert models.tables.__all__
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": compared, "compare_type": True}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def there(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


@both
def test_an_empty_database_gets_all_tables(settings_for: SettingsFor, dialect: str) -> None:
    engine = engine_of(settings_for(dialect, empty=True).database_url)
    try:
        assert revision(engine) is None
        for _ in range(2):
            migrate(engine)
            assert revision(engine) == head()
            assert differences(engine) == []
            assert {"tasks", "task_words"} <= there(engine)
    finally:
        engine.dispose()


def _migrated(url: str, start: "multiprocessing.synchronize.Event") -> None:
    engine = engine_of(url)
    start.wait()
    migrate(engine)
    assert revision(engine) == head()
    engine.dispose()


@both
def test_several_processes_at_once(settings_for: SettingsFor, dialect: str) -> None:
    url = settings_for(dialect, empty=True).database_url
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Event()
    crowd = [spawn.Process(target=_migrated, args=(url, start)) for _ in range(3)]
    for process in crowd:
        process.start()
    start.set()
    for process in crowd:
        process.join(600)
    assert [process.exitcode for process in crowd] == [0] * 3


@both
def test_a_newer_database_is_refused(settings_for: SettingsFor, dialect: str) -> None:
    engine = engine_of(settings_for(dialect).database_url)
    try:
        with engine.execution_options(kehoach_writes=True).begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(NewerDatabase, match="9999") as told:
            migrate(engine)
        assert told.value.code == "store.newer"
        assert "phiên bản mới hơn" in told.value.vi
        assert "tasks" in there(engine)
    finally:
        engine.dispose()


@both
def test_a_document_goes_with_all_that_hangs_on_it(settings_for: SettingsFor, dialect: str) -> None:
    """Not a row of it is left, nor a word to search; nothing of others goes along."""
    with opened_store(settings_for(dialect)) as store:
        first, second = planted(store, 1), planted(store, 2)
        before = filled(store, second)
        with store.writing() as session:
            session.delete(session.get_one(DocumentRow, first))
        assert set(filled(store, first).values()) == {0}
        assert filled(store, second) == before
        assert min(before.values()) > 0
        with store.reading() as session:
            words = session.connection().scalar(text("SELECT count(*) FROM task_words"))
            assert words == before["tasks"]


def filled(store: Store, document: str) -> dict[str, int]:
    """How many rows of each table belong to a document."""
    names = ("plans", "plan_years", "sections", "tasks", "mentions", "runs")
    with store.reading() as session:
        connection = session.connection()
        return {
            name: connection.scalar(
                text(f"SELECT count(*) FROM {name} WHERE document_id = :id"), {"id": document}
            )
            or 0
            for name in names
        }


def test_a_store_of_the_first_version_is_sound_after_the_upgrade(settings_for: SettingsFor) -> None:
    """`store-0001.zip` is a data folder as the code of commit 89cfed8 left it, at revision 0001.

    A worker read plan 1 of `planting` and the web page of binh-duong-2024; a deadline and a note,
    a lead, and a description (withdrawn) were corrected, a task confirmed, two users and a key
    made. What is loaded from `corpora/`, and the queue of then, were taken out.
    """
    settings = settings_for(empty=True)
    with zipfile.ZipFile(Path(__file__).with_name("store-0001.zip")) as archive:
        archive.extractall(settings.data)
    with opened_store(settings) as store:
        assert differences(store.engine) == []
        assert list(check(store)) == []
        with store.reading() as session:
            users = session.exec(select(UserRow.name, UserRow.scope)).all()
            assert dict(users) == {"lan": "write", "an": "admin"}
            tasks = session.exec(select(TaskRow.corrected, TaskRow.status)).all()
            assert Counter(corrected for corrected, _ in tasks) == {True: 2, False: 7}
            assert Counter(status for _, status in tasks) == {"confirmed": 1, "open": 8}
            told = session.exec(select(ChangeRow.type)).all()
            assert Counter(told) == {"plan.added": 2, "task.created": 9}


@both
def test_an_old_data_folder_is_upgraded_without_loss(
    settings_for: SettingsFor, dialect: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The next revision makes `tasks` anew, as SQLite must: what refers to it stays."""
    later = tmp_path / "later"
    shutil.copytree(Path(models.migrations.__path__[0]), later)
    (later / "versions" / "v9999_next.py").write_text(NEXT.replace("HEAD", head()))
    with opened_store(settings_for(dialect)) as store:
        document = planted(store)
        before = filled(store, document)
        monkeypatch.setattr(database, "LOCATION", str(later))
        migrate(store.engine)
        assert revision(store.engine) == "9999"
        assert filled(store, document) == before
        with store.reading() as session:
            connection = session.connection()
            assert connection.scalar(text("SELECT min(urgency) FROM tasks")) == 7
            words = connection.scalar(text("SELECT count(*) FROM task_words"))
            assert words == before["tasks"]


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "HEAD"


def upgrade():
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("tasks", recreate=anew) as batch:
        batch.add_column(sa.Column("urgency", sa.Integer(), nullable=False, server_default="7"))
"""
