"""Readings of the sample plans, changed and put into stores at will; no bytes are kept."""

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from models.contract import decode, encode
from models.plan import Plan
from models.tables import DocumentRow, RunRow
from service.store import Store
from service.store.plans import plan_json
from service.store.saving import save_reading
from tests.conftest import PLANS
from tests.extractor.pages import sample as read

SMALL = ("vinh-long-2023", "ninh-son-2024", "binh-duong-2024", "lai-chau-2025")
READ_AT = datetime(2026, 11, 22, 1, 40, tzinfo=UTC)


def sample(slug: str) -> Plan:
    """The sample as its web page gives it, which every sample has."""
    return read(PLANS / slug / f"{slug}.html")


def renamed(plan: Plan, name: str) -> Plan:
    """The same plan as another file."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    source = dataclasses.replace(plan.document.source, sha256=digest, filename=name)
    document = dataclasses.replace(plan.document, id=f"sha256:{digest}", source=source)
    return dataclasses.replace(plan, document=document)


def with_task(plan: Plan, at: int, **changes: Any) -> Plan:
    """The plan with fields of one task changed."""
    tasks = list(plan.tasks)
    tasks[at] = dataclasses.replace(tasks[at], **changes)
    return dataclasses.replace(plan, tasks=tuple(tasks))


def put(store: Store, plan: Plan) -> str:
    """Saves the plan as the reading of its document; the document's id."""
    document_id = plan.document.id
    with store.writing() as session:
        if session.get(DocumentRow, document_id) is None:
            sha256 = document_id.removeprefix("sha256:")
            key, size = sha256[:16], plan.document.source.bytes
            session.add(DocumentRow(id=document_id, key=key, sha256=sha256, bytes=size))
        session.flush()
        save(session, plan)
    return document_id


def save(session: Any, plan: Plan) -> bool:
    """One more reading of a document that is there."""
    document_id = plan.document.id
    run = RunRow(
        id=uuid4().hex, document_id=document_id, version="0", started_at=READ_AT, seconds=0.1
    )
    return save_reading(session, document_id, run, encode(plan))


def kept(session: Session, plan: Plan) -> bytes:
    """The plan as it is in the store now, without what is told of its tasks' reviews."""
    found = decode(plan_json(session, plan.document.id))
    return encode(dataclasses.replace(found, reviews={}))
