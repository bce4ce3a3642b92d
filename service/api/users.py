"""Users: for administrators."""

from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, SecretStr
from sqlmodel import Session, col, select

from models.tables import UserFacts, UserRow
from service.access import SCOPES, Scope, users
from service.access.errors import LastAdmin
from service.api.answers import Answer
from service.api.audit import told
from service.api.conditions import IfMatch, etag, matched
from service.api.dependencies import StoreDep, needs
from service.api.problems import problems
from service.api.sessions import Password
from service.store import Store

router = APIRouter(prefix="/users", tags=["access"], dependencies=[needs("admin")])

UserPath = Annotated[str, Path(max_length=64, description="Id or name of the user")]


class UserList(Answer):
    """All users by name."""

    items: list[UserFacts]


class NewUser(Answer):
    """A user to be."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.@-]+$", examples=["an"])]
    password: Annotated[Password, Field(examples=["một mật khẩu thật dài"])]
    scope: Scope = "write"


class UserChange(Answer):
    """What is to change; a key that is left out stays as it is."""

    scope: Scope | None = None
    disabled: bool | None = None
    password: Annotated[SecretStr | None, Field(max_length=users.LONGEST)] = None


def _state(row: UserRow) -> str:
    """The ETag of a user, without its quotes; the password counts, but does not show."""
    parts = (row.id, row.scope, str(row.disabled_at), row.password)
    return etag("\0".join(parts).encode()).strip('"')


@router.get("", operation_id="list_users", summary="All users", responses=problems())
def list_users(store: StoreDep) -> UserList:
    """Everybody who can sign in, or could once."""
    with store.reading() as session:
        return UserList(items=[UserFacts.model_validate(row) for row in users.listed(session)])


@router.post(
    "",
    operation_id="add_user",
    summary="Add a user",
    status_code=201,
    responses=problems(409, 413, 415),
)
async def add_user(
    given: NewUser, request: Request, response: Response, store: StoreDep
) -> UserFacts:
    """A name and a password with which somebody signs in on the pages."""
    record, state = await run_sync(partial(_added, given, request, store))
    response.headers["ETag"] = etag(state)
    response.headers["Location"] = f"{request.url.path}/{record.id}"
    return record


def _added(given: NewUser, request: Request, store: Store) -> tuple[UserFacts, str]:
    with store.writing() as session:
        row = users.add(session, given.name, given.password.get_secret_value(), given.scope)
        told(session, request, "user.add", row.name, detail={"scope": given.scope})
        return UserFacts.model_validate(row), _state(row)


@router.get("/{user}", operation_id="get_user", summary="One user", responses=problems(404))
def get_user(user: UserPath, response: Response, store: StoreDep) -> UserFacts:
    """A user by id or name. The ETag is for If-Match."""
    with store.reading() as session:
        row = users.one(session, user)
        response.headers["ETag"] = etag(_state(row))
        return UserFacts.model_validate(row)


@router.patch(
    "/{user}",
    operation_id="change_user",
    summary="Change a user",
    responses=problems(404, 409, 412, 413, 415, 428),
)
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
        _administered(session)
        told(
            session,
            request,
            "user.change",
            row.name,
            detail={
                "scope": given.scope,
                "disabled": None if given.disabled is None else int(given.disabled),
                "password": None if given.password is None else "changed",
            },
        )
        response.headers["ETag"] = etag(_state(row))
        return UserFacts.model_validate(row)


def _administered(session: Session) -> None:
    """Raises 409 where nobody could manage users any more."""
    admins = session.exec(
        select(UserRow.id)
        .where(col(UserRow.disabled_at).is_(None))
        .where(col(UserRow.scope) == SCOPES[-1])
        .limit(1)
    ).first()
    if admins is None:
        raise LastAdmin
