"""Sample plans in the store of a client, as jobs put them there; answers held to the OpenAPI."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jsonschema_rs
from fastapi.testclient import TestClient

from models import contract
from models.plan import Plan
from models.tables import DocumentRow, RunRow
from models.tables.columns import now
from models.tables.documents import document_key
from service.feed import webhooks
from service.jobs.queue import client_of
from service.store import Store
from service.store.filters import Paging
from service.store.saving import save_reading
from tests.conftest import PLANS
from tests.extractor.pages import sample as read
from tests.service.store.planting import plant

API = "/api/v1"
VINH_LONG, LAI_CHAU, NINH_SON = SAMPLES = "vinh-long-2023", "lai-chau-2025", "ninh-son-2024"


def sample(slug: str, suffix: str = "txt") -> Path:
    return PLANS / slug / f"{slug}.{suffix}"


@cache
def reading(slug: str) -> tuple[bytes, Plan]:
    """The plan JSON of a sample, and the plan."""
    plan = read(sample(slug))
    return contract.encode(plan), plan


def name_of(slug: str) -> str:
    """The key of a sample, where it is in a store."""
    return document_key(hashlib.sha256(sample(slug).read_bytes()).hexdigest())


def planted(store: Store, slug: str = VINH_LONG) -> str:
    """Puts a sample with its reading into the store; the key of the document."""
    path = sample(slug)
    return document_key(plant(store, path.read_bytes(), path.name, *reading(slug)))


def read_again(store: Store, key: str, encoded: bytes) -> None:
    """Another reading of a planted document."""
    read = store.vault.put(encoded)
    with store.writing() as session:
        document = next(
            iter(session.scalars(DocumentRow.__table__.select().with_only_columns(DocumentRow.id)))  # type: ignore[attr-defined]
        )
        assert document[7:23] == key
        run = RunRow(
            id=uuid4().hex, document_id=document, version="1", started_at=now(), seconds=0.1,
            reading=read,
        )  # fmt: skip
        save_reading(session, document, run, encoded)


#: What the service says of itself; the same whatever its store, and told once in a process.
_openapi: dict[str, Any] = {}


def openapi_of(client: TestClient) -> dict[str, Any]:
    if not _openapi:
        _openapi.update(client.app.openapi())  # type: ignore[attr-defined]
    return _openapi


def held(client: TestClient, answer: httpx.Response, operation_id: str) -> Any:
    """The JSON of an answer, which is of the form that the OpenAPI tells for its status."""
    whole = openapi_of(client)
    operation = next(
        operation
        for path in whole["paths"].values()
        for operation in path.values()
        if operation["operationId"] == operation_id
    )
    told = operation["responses"][str(answer.status_code)]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    found = answer.json()
    root = {**told[kind]["schema"], "components": whole["components"]}
    validator = jsonschema_rs.Draft202012Validator(root)
    faults = [f"{fault.instance_path}: {fault.message}" for fault in validator.iter_errors(found)]
    assert faults == []
    return found


def webhook_of(store: Store) -> tuple[str, str]:
    """A webhook, and a delivery to it that waits."""
    client = client_of(store)
    with store.writing() as session:
        values = {"name": "sổ theo dõi", "url": "https" + "://theo-doi.example/nhan"}
        row = webhooks.add(session, store.settings, values)
        row.position, webhook = 0, row.id
    with store.writing() as session:
        webhooks.take_up(session, client, webhook)
        first = webhooks.deliveries(session, webhook, Paging()).items[0]
        return webhook, first.id
