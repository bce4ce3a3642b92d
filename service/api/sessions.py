"""Signing in and out, and who is asking."""

from datetime import datetime
from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Request, Response
from pydantic import Field, SecretStr
from sqlmodel import select

from models.tables import UserRow
from service.access import Scope, users
from service.access.errors import NoPassword, WrongPassword, WrongSignIn
from service.access.users import SignIn
from service.api.answers import Closed
from service.api.audit import told
from service.api.bounds import Rates, sender
from service.api.dependencies import API, CallerDep, StoreDep, needs, routes
from service.api.gate import cookie_name
from service.store import Store

router = routes("access", None, f"{API}/session")

_NO_STORE = {"Cache-Control": "no-store"}

#: Passwords tried at a time: each takes 64 MiB, and nobody may take it all.
TRIES = 2

Password = Annotated[SecretStr, Field(max_length=users.LONGEST)]


class Credentials(Closed):
    """A name and its password."""

    name: Annotated[str, Field(max_length=64, examples=["an"])]
    password: Annotated[Password, Field(examples=["một mật khẩu thật dài"])]


class WhoAmI(Closed):
    """Who is asking. `csrf` goes with every change by a sign-in, as X-CSRF-Token."""

    kind: Annotated[str, Field(examples=["user"])]
    name: Annotated[str, Field(examples=["an"])]
    scope: Scope
    csrf: str | None
    expires_at: datetime | None = None


class NewPassword(Closed):
    """The password in force, and the one to come."""

    current: Password
    new: Password


@router.post("", summary="Sign in")
async def sign_in(
    given: Credentials, request: Request, response: Response, store: StoreDep
) -> WhoAmI:
    """Answers with a cookie for this browser. Wrong passwords are counted and slowed down."""
    made, user = await signed_in(request, store, given.name, given.password.get_secret_value())
    set_cookie(response, store, made)
    response.headers.update(_NO_STORE)
    return WhoAmI(
        kind="user", name=user.name, scope=user.scope, csrf=made.csrf, expires_at=made.expires_at
    )


async def signed_in(
    request: Request, store: Store, name: str, password: str
) -> tuple[SignIn, UserRow]:
    """A new sign-in of this user; raises 401, or 429 after too many wrong passwords."""
    attempt = partial(_signed_in, request, store, name, password)
    return await run_sync(attempt, limiter=request.app.state.passwords)


def _signed_in(request: Request, store: Store, name: str, password: str) -> tuple[SignIn, UserRow]:
    with store.reading() as session:
        user = session.exec(select(UserRow).where(UserRow.name == name)).first()
    if not _fits(request, name, user, password) or user is None:
        with store.writing() as session:
            told(session, request, "sign_in.failed", name)
        raise WrongSignIn
    settings = store.settings
    cookie = request.cookies.get(cookie_name(settings.https))
    with store.writing() as session:
        made = users.sign_in(session, user, settings.session_hours, instead_of=cookie)
        told(session, request, "sign_in", user.name, actor=f"user:{user.name}")
    return made, user


def _fits(request: Request, name: str, user: UserRow | None, password: str) -> bool:
    """Whether this is the password; wrong ones are counted, and raise 429 when they are many."""
    rates: Rates = request.app.state.rates
    rates.check_signin(name, sender(request))
    fits = users.fits(user, password)
    if not fits:
        rates.wrong_signin(name, sender(request))
    return fits


def set_cookie(response: Response, store: Store, made: SignIn) -> None:
    """Gives the browser the cookie of a sign-in."""
    settings = store.settings
    response.set_cookie(
        cookie_name(settings.https), made.cookie, max_age=int(settings.session_hours * 3600),
        path="/", secure=settings.https, httponly=True, samesite="lax",
    )  # fmt: skip


def drop_cookie(response: Response, store: Store) -> None:
    """Takes the cookie of a sign-in from the browser."""
    https = store.settings.https
    response.delete_cookie(
        cookie_name(https), path="/", secure=https, httponly=True, samesite="lax"
    )


@router.get("", summary="Who is asking", dependencies=[needs("read")])
def get_session(caller: CallerDep, response: Response) -> WhoAmI:
    """Who this request comes from, and what that one may do."""
    response.headers.update(_NO_STORE)
    return WhoAmI(kind=caller.kind, name=caller.name, scope=caller.scope, csrf=caller.csrf)


@router.delete("", summary="Sign out", status_code=204, dependencies=[needs("read")])
def sign_out(request: Request, store: StoreDep) -> Response:
    """Ends this sign-in, here and in the browser; nothing happens to a key."""
    cookie = request.cookies.get(cookie_name(store.settings.https))
    with store.writing() as session:
        users.sign_out(session, cookie)
        told(session, request, "sign_out")
    response = Response(status_code=204)
    drop_cookie(response, store)
    return response


@router.put(
    "/password",
    summary="Change one's own password",
    status_code=204,
    responses={409: {}},
    dependencies=[needs("read")],
)
async def change_password(
    given: NewPassword, request: Request, store: StoreDep, caller: CallerDep
) -> Response:
    """Needs the password in force. Every sign-in of the user ends, this one too."""
    if caller.kind != "user":
        raise NoPassword
    change = partial(_changed, request, store, caller.id, given)
    await run_sync(change, limiter=request.app.state.passwords)
    response = Response(status_code=204)
    drop_cookie(response, store)
    return response


def _changed(request: Request, store: Store, user_id: str, given: NewPassword) -> None:
    with store.reading() as session:
        user = users.one(session, user_id)
    if not _fits(request, user.name, user, given.current.get_secret_value()):
        raise WrongPassword
    with store.writing() as session:
        users.set_password(session, users.one(session, user_id), given.new.get_secret_value())
        told(session, request, "password.change", user.name)
