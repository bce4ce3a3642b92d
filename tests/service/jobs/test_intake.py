"""Taking documents in: the same bytes once, one job at a time, bounds, races."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func
from sqlmodel import select

from models.errors import EmptySource, LimitExceeded
from models.tables import DocumentRow, JobRow, RunRow
from models.tables.columns import now
from service.jobs import Submission, submit
from service.jobs.errors import QueueFull
from service.jobs.intake import clean_name, new_id, this_version
from service.store import Store, opened_store
from tests.service.stores import SettingsFor


def end(store: Store, job_id: str, *, version: str, reading: str | None = "0" * 64) -> None:
    """Ends a queued job as a worker would."""
    with store.writing() as session:
        job = session.get_one(JobRow, job_id)
        job.state = "done" if reading else "failed"
        session.add(job)
        session.add(
            RunRow(
                id=job.id, job_id=job.id, document_id=job.document_id, version=version,
                started_at=now(), seconds=1, reading=reading,
            )
        )  # fmt: skip


def test_an_upload_is_a_document_with_a_job(store: Store) -> None:
    taken = submit(store, "Kế hoạch".encode(), "C:\\van ban\\kế hoạch.txt", by="key:a")
    assert taken.new
    with store.reading() as session:
        document = session.get_one(DocumentRow, taken.document_id)
        job = session.get_one(JobRow, taken.job_id)
        assert (document.filename, document.bytes) == ("kế hoạch.txt", 12)
        assert document.key == document.sha256[:16]
        assert (job.state, job.document_id, job.submitted_by) == ("queued", document.id, "key:a")
    assert store.vault.get(document.sha256) == "Kế hoạch".encode()


def test_the_same_bytes_are_the_same_document_and_one_job(store: Store) -> None:
    first = submit(store, b"a", "a.txt", by=None)
    assert submit(store, b"a", "b.txt", by=None) == Submission(
        first.document_id, first.job_id, new=False
    )
    end(store, first.job_id or "", version=this_version())
    assert submit(store, b"a", "a.txt", by=None) == Submission(first.document_id, None, new=False)
    again = submit(store, b"a", "a.txt", by=None, again=True)
    assert again.new
    assert again.job_id != first.job_id


@pytest.mark.parametrize(("version", "reading"), [("0.0.1", "0" * 64), (None, None)])
def test_what_another_version_read_or_nobody_could_read_is_read_anew(
    store: Store, version: str | None, reading: str | None
) -> None:
    first = submit(store, b"a", "a.txt", by=None)
    end(store, first.job_id or "", version=version or this_version(), reading=reading)
    assert submit(store, b"a", "a.txt", by=None).new


def test_uploads_of_the_same_bytes_at_once(store: Store) -> None:
    start = Barrier(8)

    def upload(_: int) -> Submission:
        start.wait()
        return submit(store, b"same", "a.txt", by=None)

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(upload, range(8)))
    assert len({(one.document_id, one.job_id) for one in taken}) == 1
    assert sum(one.new for one in taken) == 1
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(JobRow)).one() == 1


def test_a_full_queue_takes_no_more_and_says_when_to_ask(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite", queue=2)) as store:
        for data in (b"1", b"2"):
            submit(store, data, None, by=None)
        with pytest.raises(QueueFull, match="2 documents wait") as full:
            submit(store, b"3", None, by=None)
        assert 2 <= full.value.facts["retry_after"] <= 60
        assert len(list(store.vault.names())) == 2


def test_bounds_on_an_upload(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite", upload_mb=1)) as store:
        with pytest.raises(EmptySource):
            submit(store, b"", "a.txt", by=None)
        with pytest.raises(LimitExceeded, match="larger than 1 MB"):
            submit(store, bytes(1024**2 + 1), "a.txt", by=None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("", None),
        ("/tmp/../a.pdf", "a.pdf"),
        ("a\x00\u202eb\n.docx", "ab.docx"),
        ("ke\u0302.txt", "kê.txt"),
        ("x" * 300 + ".docx", "x" * 235 + "x" * 15 + ".docx"),
    ],
)
def test_names_of_files(given: str | None, kept: str | None) -> None:
    assert clean_name(given) == kept


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert [i[:12] for i in ids] == sorted(i[:12] for i in ids)
    assert len(set(ids)) == 100


def test_the_bound_of_the_queue_holds_under_many_at_once(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite", queue=5)) as store, ThreadPoolExecutor(20) as threads:

        def taken(number: int) -> bool:
            try:
                submit(store, f"{number}".encode(), "a.txt", by=None)
            except QueueFull:
                return False
            return True

        assert sum(threads.map(taken, range(60))) == 5
        assert len(list(store.vault.names())) == 5
