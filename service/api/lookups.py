"""One thing by the name in an address; 404 where it is not in the store."""

from sqlmodel import Session, select

from models.tables import DocumentRow, PlanRow, RunRow, TaskRow
from models.tables.documents import document_key
from service.store.errors import NoPlan, UnknownDocument, UnknownRun, UnknownTask


def document_of(session: Session, name: str) -> DocumentRow:
    """The document of an id, of its digits alone, or of its key."""
    digits = name.removeprefix("sha256:")
    found = session.exec(
        select(DocumentRow).where(DocumentRow.key == document_key(digits))
    ).one_or_none()
    if found is None or not found.sha256.startswith(digits):
        raise UnknownDocument
    return found


def plan_of(session: Session, name: str) -> PlanRow:
    """The plan of a document, named as `document_of` takes it."""
    found = session.get(PlanRow, document_of(session, name).id)
    if found is None:
        raise NoPlan
    return found


def task_of(session: Session, key: str) -> TaskRow:
    found = session.exec(select(TaskRow).where(TaskRow.key == key)).one_or_none()
    if found is None:
        raise UnknownTask
    return found


def run_of(session: Session, run: str) -> RunRow:
    found = session.get(RunRow, run)
    if found is None:
        raise UnknownRun
    return found
