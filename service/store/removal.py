"""Taking a document out of the store: its rows, and its bytes where nothing else names them."""

from sqlmodel import Session, col, delete, select

from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from models.tables.jobs import ACTIVE
from service.store.database import Store


def is_busy(session: Session, document_id: str) -> bool:
    """Whether a job of the document has not ended."""
    active = select(JobRow.id).where(
        JobRow.document_id == document_id, col(JobRow.state).in_(ACTIVE)
    )
    return session.exec(active).first() is not None


def remove_rows(session: Session, document: DocumentRow) -> list[str]:
    """Deletes a document with all that hangs on it; the SHA-256s its rows named.

    The bytes stay until `remove_bytes`, which is to be called once this is committed.
    """
    readings = session.exec(
        select(RunRow.reading).where(
            RunRow.document_id == document.id, col(RunRow.reading).is_not(None)
        )
    ).all()
    named = [document.sha256, *(reading for reading in readings if reading)]
    session.execute(delete(PlanRow).where(col(PlanRow.document_id) == document.id))
    session.execute(delete(DocumentRow).where(col(DocumentRow.id) == document.id))
    return list(dict.fromkeys(named))


def remove_bytes(store: Store, named: list[str]) -> None:
    """Deletes bytes that no row names any more.

    Somebody may upload the same file at this moment, find its bytes and count on them: so they are
    put back where a row names them afterwards. (`service.jobs.intake` looks from its side.)
    """
    for sha256 in named:
        if _is_named(store, sha256) or not store.vault.has(sha256):
            continue
        data = store.vault.get(sha256)
        store.vault.delete(sha256)
        if _is_named(store, sha256):
            store.vault.put(data)


def _is_named(store: Store, sha256: str) -> bool:
    with store.reading() as session:
        document = select(DocumentRow.id).where(DocumentRow.sha256 == sha256)
        run = select(RunRow.id).where(RunRow.reading == sha256)
        return any(session.exec(query.limit(1)).first() is not None for query in (document, run))
