"""Signing in and out on the pages, and the switch of the language."""

from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field

from models.errors import KehoachError
from service.access import users
from service.api.dependencies import StoreDep, needs
from service.api.gate import cookie_name
from service.api.sessions import drop_cookie, set_cookie, signed_in
from service.pages.looks import LANGUAGE, page, page_router
from service.store.filters import Asked
from service.wording import Lang

#: For anybody; the way out is for those who are in.
router = page_router(None)

Address = Annotated[str, Field(max_length=2000)]


class LanguageAsked(Asked):
    """The switch of the language, and the page it was chosen on."""

    lang: Lang
    back: Address = "/"


class SignInAsked(Asked):
    """The page that is to be shown after the sign-in."""

    next: Address = "/"


class SignIn(SignInAsked):
    """A name, a password, and where to go then."""

    name: str = Field(default="", max_length=64)
    password: str = Field(default="", max_length=users.LONGEST)


@router.get("/language")
def choose_language(asked: Annotated[LanguageAsked, Query()]) -> RedirectResponse:
    """Keeps the language for a year and goes back to the page it was chosen on."""
    answer = RedirectResponse(ours(asked.back), 303)
    answer.set_cookie(LANGUAGE, asked.lang, max_age=365 * 86400, httponly=True, samesite="lax")
    return answer


def ours(address: str) -> str:
    """The address if it is one of this site, else that of the first page.

    >>> ours("/plans/1?part=text"), ours("//elsewhere"), ours("/\\\\elsewhere"), ours("ftp:x")
    ('/plans/1?part=text', '/', '/', '/')
    """
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own else "/"


@router.get("/login")
def login_page(request: Request, asked: Annotated[SignInAsked, Query()]) -> Any:
    """Where people sign in."""
    return page(request, "login", user="", then=ours(asked.next))


@router.post("/login")
async def login(request: Request, store: StoreDep, given: Annotated[SignIn, Form()]) -> Any:
    """Signs in and goes to the page that was wanted; says what is wrong otherwise."""
    then = ours(given.next)
    try:
        made, _ = await signed_in(request, store, given.name, given.password)
    except KehoachError as problem:
        return page(request, "login", problem=problem, user=given.name, then=then)
    answer = RedirectResponse(then, 303)
    set_cookie(answer, store, made)
    return answer


@router.post("/logout", dependencies=[needs("read")])
def logout(request: Request, store: StoreDep) -> RedirectResponse:
    """Ends the sign-in of this browser."""
    with store.writing() as session:
        users.sign_out(session, request.cookies.get(cookie_name(store.settings.https)))
    answer = RedirectResponse("/login", 303)
    drop_cookie(answer, store)
    return answer
