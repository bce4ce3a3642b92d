"""One thing by the name in an address; 404 where it is not in the store."""

from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from models.errors import KehoachError
from models.tables import DocumentRow, PlanRow, PlanYearRow, RunRow, TaskRow
from models.tables.documents import document_key
from service.store.errors import NoPlan, UnknownDocument, UnknownRun, UnknownTask

Row = TypeVar("Row", bound=SQLModel)


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


def years_of(session: Session, document_ids: list[str]) -> dict[str, list[int]]:
    """The years of plans by document."""
    found: dict[str, list[int]] = {key: [] for key in document_ids}
    rows = session.exec(
        select(PlanYearRow)
        .where(col(PlanYearRow.document_id).in_(document_ids))
        .order_by(col(PlanYearRow.year))
    )
    for row in rows:
        found[row.document_id].append(row.year)
    return found


def task_of(session: Session, key: str) -> TaskRow:
    found = session.exec(select(TaskRow).where(TaskRow.key == key)).one_or_none()
    if found is None:
        raise UnknownTask
    return found


def run_of(session: Session, run: str) -> RunRow:
    return _one(session, RunRow, run, UnknownRun)


def _one(session: Session, model: type[Row], key: str, missing: type[KehoachError]) -> Row:
    found = session.get(model, key)
    if found is None:
        raise missing
    return found


def current_runs(session: Session, document_ids: list[str]) -> dict[str, str]:
    """By document, the reading that its plan comes from."""
    rows = session.exec(
        select(PlanRow.document_id, PlanRow.run_id).where(
            col(PlanRow.document_id).in_(document_ids)
        )
    )
    return dict(rows.all())
