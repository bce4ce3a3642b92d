"""A document is taken out whole, and never the bytes that somebody counts on."""

import pytest
from sqlmodel import select

from models.tables import DocumentRow, JobRow
from service.jobs import read_anew, submit
from service.jobs.intake import is_busy, remove_bytes, remove_rows
from service.store import Store
from service.store.vault import Vault
from tests.service.store.planting import planted


def removed(store: Store, document_id: str) -> list[str]:
    with store.writing() as session:
        return remove_rows(session, session.get_one(DocumentRow, document_id))


def test_rows_go_and_then_bytes_that_nothing_names(store: Store) -> None:
    one, two = planted(store, 1), planted(store, 2)
    before = set(store.vault.names())
    named = removed(store, one)
    assert set(store.vault.names()) == before
    remove_bytes(store, named)
    assert set(store.vault.names()) == before - set(named)
    with store.reading() as session:
        assert session.exec(select(DocumentRow.id)).all() == [two]


def test_bytes_that_another_row_names_stay(store: Store) -> None:
    document = planted(store, 1)
    remove_bytes(store, [document.removeprefix("sha256:")])
    assert store.vault.has(document.removeprefix("sha256:"))


def test_bytes_that_are_uploaded_again_meanwhile_are_put_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = planted(store, 1)
    sha256 = document.removeprefix("sha256:")
    data = store.vault.get(sha256)
    named = removed(store, document)
    real = Vault.delete

    def slow(vault: Vault, name: str) -> None:
        if name == sha256:  # somebody found the bytes there, and commits just now
            with store.writing() as session:
                session.add(DocumentRow(id=document, key=sha256[:16], sha256=sha256, bytes=1))
        real(vault, name)

    monkeypatch.setattr(Vault, "delete", slow)
    remove_bytes(store, named)
    assert store.vault.get(sha256) == data


def test_an_upload_whose_bytes_were_taken_away_meanwhile_puts_them_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, puts = Vault.put, []

    def vanishing(vault: Vault, data: bytes) -> str:
        sha256 = real(vault, data)
        puts.append(sha256)
        if len(puts) == 1:
            vault.delete(sha256)
        return sha256

    monkeypatch.setattr(Vault, "put", vanishing)
    document = submit(store, b"text", "a.txt", by=None).document_id
    assert store.vault.get(document.removeprefix("sha256:")) == b"text"


def test_a_document_with_a_job_under_way_is_busy(store: Store) -> None:
    document = planted(store, 1)
    with store.reading() as session:
        assert not is_busy(session, document)
    submission = read_anew(store, document, by=None)
    assert submission is not None
    with store.reading() as session:
        assert is_busy(session, document)
    again = read_anew(store, document, by=None)
    assert again is not None
    assert (again.job_id, again.new) == (submission.job_id, False)
    with store.writing() as session:
        job = session.get_one(JobRow, submission.job_id)
        job.state = "done"
        session.add(job)
    with store.reading() as session:
        assert not is_busy(session, document)
    assert read_anew(store, f"sha256:{'0' * 64}", by=None) is None
