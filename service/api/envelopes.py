"""Records with what the store knows of them around: items of lists of tasks, targets, papers."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from models.tables import CitationRow, PlanRow, TargetRow, TaskRow
from models.tables.documents import document_key
from service.api.splicing import raw
from service.api.views import View

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


def heads(session: Session, documents: Iterable[str]) -> dict[str, msgspec.Raw]:
    """By document id: which document it is, encoded once however many records stand in it."""
    c = PlanRow.__table__.c
    found = session.execute(
        select(c.document_id, c.number, c.title, c.issued_on).where(
            c.document_id.in_(set(documents))
        )
    )
    return {
        row.document_id: raw(
            msgspec.json.encode(
                {
                    "id": row.document_id,
                    "key": document_key(row.document_id),
                    "number": row.number,
                    "title": row.title,
                    "issued_on": row.issued_on,
                }
            )
        )
        for row in found
    }


def task_views(
    session: Session, rows: Sequence[TaskRow], only: frozenset[str] | None = None
) -> list[View]:
    """Tasks in their envelopes; with `only` these fields of each."""
    told = heads(session, (row.document_id for row in rows))
    return [
        {
            "key": row.key,
            "document": told[row.document_id],
            "unit_id": row.unit_id,
            "status": row.status,
            "corrected": row.corrected,
            "revision": row.revision,
            "task": raw(row.record) if only is None else sparse(row.record, only),
        }
        for row in rows
    ]


def sparse(record: str, names: frozenset[str]) -> dict[str, Any]:
    """A stored record with only the keys in `names`."""
    return {name: value for name, value in _keys.decode(record).items() if name in names}


def target_views(session: Session, rows: Sequence[TargetRow]) -> list[View]:
    told = heads(session, (row.document_id for row in rows))
    return [
        {
            "key": row.key,
            "document": told[row.document_id],
            "unit_id": row.unit_id,
            "target": raw(row.record),
        }
        for row in rows
    ]


def citation_views(session: Session, rows: Sequence[CitationRow]) -> list[View]:
    told = heads(session, (row.document_id for row in rows))
    return [{"document": told[row.document_id], "citation": raw(row.record)} for row in rows]
