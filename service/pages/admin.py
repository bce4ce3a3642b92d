"""Users, keys and settings for administrators, and everybody's own password."""

from functools import partial
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, SecretStr
from sqlmodel import Session

from models.errors import KehoachError
from service.access import Scope, keys, users
from service.api.access import administered
from service.api.audit import told
from service.api.dependencies import CallerDep, StoreDep, needs
from service.api.sessions import NewPassword, change_password
from service.pages.looks import page, page_router
from service.store import Store
from service.store.filters import Asked

router = page_router(None)

Name = Annotated[str, Field(max_length=100)]
Secret = Annotated[SecretStr, Field(max_length=users.LONGEST)]

#: Settings that hold where something is, and perhaps a password: only whether they are set.
_QUIET = frozenset({"database", "vault"})


class Decision(Asked):
    """One thing that is done to a user or a key."""

    act: Literal["add", "scope", "disable", "enable", "password", "key", "revoke"]
    name: Name = ""
    scope: Scope = "read"
    password: Secret = SecretStr("")


class OwnPassword(Asked):
    """The password in force, and the one to come."""

    current: Secret
    new: Secret


@router.get("/admin", dependencies=[needs("admin")])
def admin(request: Request, store: StoreDep) -> Any:
    """Everybody who can sign in, every key, every setting."""
    return _page(request, store)


def _page(
    request: Request, store: Store, problem: KehoachError | None = None, secret: str | None = None
) -> Response:
    with store.reading() as session:
        people, secrets = users.listed(session), keys.listed(session)
    settings = {
        name: "•••" if name in _QUIET and value else value
        for name, value in store.settings.model_dump(mode="json").items()
    }
    answer = page(
        request, "admin", "admin", people=people, keys=secrets, settings=settings,
        problem=problem, secret=secret,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/admin", dependencies=[needs("admin")])
def decide(
    request: Request, store: StoreDep, caller: CallerDep, given: Annotated[Decision, Form()]
) -> Any:
    """Does what a form says; a new key is shown this once."""
    try:
        with store.writing() as session:
            secret = _done(session, request, given, caller.actor)
    except KehoachError as error:
        return _page(request, store, error)
    return _page(request, store, secret=secret) if secret else RedirectResponse("/admin", 303)


def _done(session: Session, request: Request, given: Decision, by: str) -> str | None:
    """Does it; the secret of a new key."""
    password, secret, name = given.password.get_secret_value(), None, given.name
    match given.act:
        case "add":
            users.add(session, name, password, given.scope)
        case "scope":
            users.set_scope(session, users.one(session, name), given.scope)
        case "disable" | "enable":
            users.disable(session, users.one(session, name), given.act == "disable")
        case "password":
            users.set_password(session, users.one(session, name), password)
        case "key":
            made = keys.add(session, name or "?", given.scope, by=by)
            name, secret = made.row.id, made.secret
        case "revoke":
            keys.revoke(session, name)
    if given.act in ("scope", "disable"):
        administered(session)
    action = {"key": "key.add", "revoke": "key.revoke", "add": "user.add"}.get(given.act)
    told(session, request, action or "user.change", name, detail={"act": given.act})
    return secret


@router.get("/account", dependencies=[needs("read")])
def account(request: Request) -> Any:
    """Where a person changes the own password."""
    return page(request, "account")


@router.post("/account", dependencies=[needs("read")])
async def own_password(
    request: Request, store: StoreDep, caller: CallerDep, given: Annotated[OwnPassword, Form()]
) -> Any:
    """Changes it, and leads to a new sign-in."""
    new = NewPassword(current=given.current, new=given.new)
    try:
        answer = await change_password(new, request, store, caller)
    except KehoachError as error:
        return await run_sync(partial(page, request, "account", problem=error))
    answer.status_code, answer.headers["Location"] = 303, "/login"
    return answer
