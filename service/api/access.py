"""Users and keys: for administrators."""

from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field, SecretStr
from sqlmodel import Session, col, select

from models.tables import KeyFacts, UserFacts, UserRow
from service.access import SCOPES, Scope, keys, users
from service.access.errors import LastAdmin
from service.api.answers import Closed
from service.api.audit import told
from service.api.conditions import IfMatch, etag, matched
from service.api.dependencies import CallerDep, StoreDep, routes
from service.api.sessions import Password

router = routes("access", "admin")

UserPath = Annotated[str, Path(max_length=64, description="Id or name of the user")]
KeyPath = Annotated[str, Path(max_length=64, description="Id of the key")]


# Users


class UserList(Closed):
    """All users by name."""

    items: list[UserFacts]


class NewUser(Closed):
    """A user to be."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.@-]+$", examples=["an"])]
    password: Annotated[Password, Field(examples=["một mật khẩu thật dài"])]
    scope: Scope = "write"


class UserChange(Closed):
    """What is to change; a key that is left out stays as it is."""

    scope: Scope | None = None
    disabled: bool | None = None
    password: Annotated[SecretStr | None, Field(max_length=users.LONGEST)] = None


def _state(row: UserRow) -> str:
    """The ETag of a user, without its quotes; the password counts, but does not show."""
    parts = (row.id, row.scope, str(row.disabled_at), row.password)
    return etag("\0".join(parts).encode()).strip('"')


def _told(row: UserRow, response: Response) -> UserFacts:
    response.headers["ETag"] = etag(_state(row))
    return UserFacts.model_validate(row)


@router.get("/users", summary="All users")
def list_users(store: StoreDep) -> UserList:
    """Everybody who can sign in, or could once."""
    with store.reading() as session:
        return UserList(items=[UserFacts.model_validate(row) for row in users.listed(session)])


@router.post("/users", summary="Add a user", status_code=201, responses={409: {}})
def add_user(given: NewUser, request: Request, response: Response, store: StoreDep) -> UserFacts:
    """A name and a password with which somebody signs in on the pages."""
    with store.writing() as session:
        row = users.add(session, given.name, given.password.get_secret_value(), given.scope)
        told(session, request, "user.add", row.name, detail={"scope": given.scope})
        response.headers["Location"] = f"{request.url.path}/{row.id}"
        return _told(row, response)


@router.get("/users/{user}", summary="One user")
def get_user(user: UserPath, response: Response, store: StoreDep) -> UserFacts:
    """A user by id or name. The ETag is for If-Match."""
    with store.reading() as session:
        return _told(users.one(session, user), response)


@router.patch("/users/{user}", summary="Change a user", responses={409: {}, 428: {}})
def change_user(
    user: UserPath,
    given: UserChange,
    request: Request,
    response: Response,
    store: StoreDep,
    if_match: IfMatch = None,
) -> UserFacts:
    """Scope, password, locked out or not. The last administrator stays one."""
    with store.writing() as session:
        row = users.one(session, user)
        matched(if_match, _state(row))
        if given.scope is not None:
            users.set_scope(session, row, given.scope)
        if given.password is not None:
            users.set_password(session, row, given.password.get_secret_value())
        if given.disabled is not None:
            users.disable(session, row, given.disabled)
        administered(session)
        detail = {
            "scope": given.scope,
            "disabled": None if given.disabled is None else int(given.disabled),
            "password": None if given.password is None else "changed",
        }
        told(session, request, "user.change", row.name, detail=detail)
        return _told(row, response)


def administered(session: Session) -> None:
    """Raises 409 where nobody could manage users any more."""
    admins = session.exec(
        select(UserRow.id)
        .where(col(UserRow.disabled_at).is_(None))
        .where(col(UserRow.scope) == SCOPES[-1])
        .limit(1)
    ).first()
    if admins is None:
        raise LastAdmin


# Keys


class MadeKey(KeyFacts):
    """A key just made: the only time its secret is shown."""

    secret: Annotated[str, Field(examples=["kh_…"])]


class KeyList(Closed):
    """All keys, the newest first."""

    items: list[KeyFacts]


class NewKey(Closed):
    """A key to be."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["đồng bộ hằng đêm"])]
    scope: Scope = "read"
    rate: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


@router.get("/keys", summary="All keys")
def list_keys(store: StoreDep) -> KeyList:
    """All keys, also revoked ones; a secret is never shown again."""
    with store.reading() as session:
        return KeyList(items=[KeyFacts.model_validate(row) for row in keys.listed(session)])


@router.post("/keys", summary="Make a key", status_code=201)
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


@router.get("/keys/{key}", summary="One key")
def get_key(key: KeyPath, store: StoreDep) -> KeyFacts:
    """A key, when it was made and last used; not its secret."""
    with store.reading() as session:
        return KeyFacts.model_validate(keys.one(session, key))


@router.delete("/keys/{key}", summary="Revoke a key", status_code=204)
def revoke_key(key: KeyPath, request: Request, store: StoreDep) -> Response:
    """From the next request on nothing is answered to it. It stays in the list."""
    with store.writing() as session:
        keys.revoke(session, key)
        told(session, request, "key.revoke", key)
    return Response(status_code=204)
