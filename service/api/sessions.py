"""Signing in and out, and who is asking."""

from datetime import datetime
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr
from sqlmodel import select

from models.tables import UserRow
from service.access import Scope, users
from service.access.errors import NoPassword, WrongPassword, WrongSignIn
from service.access.users import SignIn
from service.api.answers import Answer
from service.api.audit import told
from service.api.dependencies import CallerDep, StoreDep, needs
from service.api.gate import cookie_name
from service.api.problems import problems
from service.api.rates import Rates, address_key
from service.store import Store

router = APIRouter(prefix="/session", tags=["access"])

_NO_STORE = {"Cache-Control": "no-store"}

#: Passwords tried at a time: each takes 64 MiB, and nobody may take it all.
_TRIES = 2
_limiter: RunVar[CapacityLimiter] = RunVar("kehoach_passwords")

Password = Annotated[SecretStr, Field(max_length=users.LONGEST)]


class Credentials(Answer):
    """A name and its password."""

    name: Annotated[str, Field(max_length=64, examples=["an"])]
    password: Annotated[Password, Field(examples=["một mật khẩu thật dài"])]


class WhoAmI(Answer):
    """Who is asking. `csrf` goes with every change by a sign-in, as X-CSRF-Token."""

    kind: Annotated[str, Field(examples=["user"])]
    name: Annotated[str, Field(examples=["an"])]
    scope: Scope
    csrf: str | None
    expires_at: datetime | None = None


class NewPassword(Answer):
    """The password in force, and the one to come."""

    current: Password
    new: Password


def passwords() -> CapacityLimiter:
    """What bounds how many passwords are tried at a time."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(_TRIES)
        _limiter.set(limiter)
        return limiter


@router.post(
    "",
    operation_id="sign_in",
    summary="Sign in",
    responses=problems(413, 415),
    openapi_extra={"security": []},
)
async def sign_in(
    given: Credentials, request: Request, response: Response, store: StoreDep
) -> WhoAmI:
    """Answers with a cookie for this browser. Wrong passwords are counted and slowed down."""
    made, user = await run_sync(
        partial(signed_in, request, store, given.name, given.password.get_secret_value()),
        limiter=passwords(),
    )
    set_cookie(response, store, made)
    response.headers.update(_NO_STORE)
    return WhoAmI(
        kind="user",
        name=user.name,
        scope=user.scope,
        csrf=made.csrf,
        expires_at=made.expires_at,
    )


def signed_in(request: Request, store: Store, name: str, password: str) -> tuple[SignIn, UserRow]:
    """A new sign-in of this user; raises 401, or 429 after too many wrong passwords."""
    rates: Rates = request.app.state.rates
    address = address_key(request.client.host if request.client else None)
    rates.check_signin(name, address)
    with store.reading() as session:
        user = session.exec(select(UserRow).where(UserRow.name == name)).first()
    if not users.fits(user, password) or user is None:
        rates.wrong_signin(name, address)
        with store.writing() as session:
            told(session, request, "sign_in.failed", name)
        raise WrongSignIn
    settings = store.settings
    with store.writing() as session:
        made = users.sign_in(
            session,
            user,
            settings.session_hours,
            instead_of=request.cookies.get(cookie_name(settings.https)),
        )
        told(session, request, "sign_in", user.name, actor=f"user:{user.name}")
    return made, user


def set_cookie(response: Response, store: Store, made: SignIn) -> None:
    """Gives the browser the cookie of a sign-in."""
    settings = store.settings
    response.set_cookie(
        cookie_name(settings.https),
        made.cookie,
        max_age=int(settings.session_hours * 3600),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, store: Store) -> None:
    """Takes the cookie of a sign-in from the browser."""
    https = store.settings.https
    response.delete_cookie(
        cookie_name(https), path="/", secure=https, httponly=True, samesite="lax"
    )


@router.get(
    "",
    operation_id="get_session",
    summary="Who is asking",
    responses=problems(),
    dependencies=[needs("read")],
)
def get_session(caller: CallerDep, response: Response) -> WhoAmI:
    """Who this request comes from, and what that one may do."""
    response.headers.update(_NO_STORE)
    return WhoAmI(kind=caller.kind, name=caller.name, scope=caller.scope, csrf=caller.csrf)


@router.delete(
    "",
    operation_id="sign_out",
    summary="Sign out",
    status_code=204,
    responses=problems(),
    dependencies=[needs("read")],
)
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
    operation_id="change_password",
    summary="Change one's own password",
    status_code=204,
    responses=problems(409, 413, 415),
    dependencies=[needs("read")],
)
async def change_password(
    given: NewPassword, request: Request, store: StoreDep, caller: CallerDep
) -> Response:
    """Needs the password in force. Every sign-in of the user ends, this one too."""
    await run_sync(
        partial(
            _changed,
            request,
            store,
            caller.id if caller.kind == "user" else None,
            given.current.get_secret_value(),
            given.new.get_secret_value(),
        ),
        limiter=passwords(),
    )
    response = Response(status_code=204)
    drop_cookie(response, store)
    return response


def _changed(request: Request, store: Store, user_id: str | None, current: str, new: str) -> None:
    if user_id is None:
        raise NoPassword
    rates: Rates = request.app.state.rates
    address = address_key(request.client.host if request.client else None)
    with store.reading() as session:
        user = users.one(session, user_id)
    rates.check_signin(user.name, address)
    if not users.fits(user, current):
        rates.wrong_signin(user.name, address)
        raise WrongPassword
    with store.writing() as session:
        users.set_password(session, users.one(session, user_id), new)
        told(session, request, "password.change", user.name)
