"""Keys of the API: for administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from models.tables import KeyFacts
from service.access import Scope, keys
from service.api.answers import Answer
from service.api.audit import told
from service.api.dependencies import CallerDep, StoreDep, needs
from service.api.problems import problems

router = APIRouter(prefix="/keys", tags=["access"], dependencies=[needs("admin")])

KeyPath = Annotated[str, Path(max_length=64, description="Id of the key")]


class MadeKey(KeyFacts):
    """A key just made: the only time its secret is shown."""

    secret: Annotated[str, Field(examples=["kh_…"])]


class KeyList(Answer):
    """All keys, the newest first."""

    items: list[KeyFacts]


class NewKey(Answer):
    """A key to be."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["đồng bộ hằng đêm"])]
    scope: Scope = "read"
    rate: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


@router.get("", operation_id="list_keys", summary="All keys", responses=problems())
def list_keys(store: StoreDep) -> KeyList:
    """All keys, also revoked ones; a secret is never shown again."""
    with store.reading() as session:
        return KeyList(items=[KeyFacts.model_validate(row) for row in keys.listed(session)])


@router.post(
    "",
    operation_id="add_key",
    summary="Make a key",
    status_code=201,
    responses=problems(409, 413, 415),
)
def add_key(
    given: NewKey, request: Request, response: Response, store: StoreDep, caller: CallerDep
) -> MadeKey:
    """The secret is in this answer and nowhere else."""
    with store.writing() as session:
        made = keys.add(session, given.name, given.scope, rate=given.rate, by=caller.actor)
        told(session, request, "key.add", made.row.id, detail={"scope": given.scope})
        response.headers["Cache-Control"] = "no-store"
        response.headers["Location"] = f"{request.url.path}/{made.row.id}"
        return MadeKey(**made.row.model_dump(exclude={"secret"}), secret=made.secret)


@router.get("/{key}", operation_id="get_key", summary="One key", responses=problems(404))
def get_key(key: KeyPath, store: StoreDep) -> KeyFacts:
    """A key, when it was made and last used; not its secret."""
    with store.reading() as session:
        return KeyFacts.model_validate(keys.one(session, key))


@router.delete(
    "/{key}",
    operation_id="revoke_key",
    summary="Revoke a key",
    status_code=204,
    responses=problems(404, 409),
)
def revoke_key(key: KeyPath, request: Request, store: StoreDep) -> Response:
    """From the next request on nothing is answered to it. It stays in the list."""
    with store.writing() as session:
        keys.revoke(session, key)
        told(session, request, "key.revoke", key)
    return Response(status_code=204)
