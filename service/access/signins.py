"""Sign-ins of browsers: a cookie of 256 random bits, kept as its SHA-256, and a token for forms."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete

from models.tables import SessionRow, UserRow
from models.tables.columns import now
from service.access.caller import Caller
from service.access.keys import digest
from service.access.scopes import widest


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in just made; `cookie` is kept by the browser alone."""

    cookie: str
    csrf: str
    expires_at: datetime


def start(session: Session, user: UserRow, hours: float, *, instead_of: str | None) -> SignIn:
    """Signs a user in under a cookie that nobody knew before, and ends the sign-in it replaces.

    So a cookie planted in the browser beforehand opens nothing (session fixation).
    """
    end(session, instead_of)
    moment = now()
    session.execute(delete(SessionRow).where(col(SessionRow.expires_at) <= moment))
    made = SignIn(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), moment + timedelta(hours=hours)
    )
    session.add(
        SessionRow(
            token=digest(made.cookie),
            user_id=user.id,
            csrf=made.csrf,
            created_at=moment,
            expires_at=made.expires_at,
        )
    )
    session.flush()
    return made


def end(session: Session, cookie: str | None) -> None:
    """Ends the sign-in of this cookie, if there is one."""
    if cookie:
        session.execute(delete(SessionRow).where(col(SessionRow.token) == digest(cookie)))


def caller(session: Session, cookie: str) -> Caller | None:
    """Who is signed in by this cookie; None where nobody is, any more or at all."""
    row = session.get(SessionRow, digest(cookie))
    if row is None or row.expires_at <= now():
        return None
    user = session.get(UserRow, row.user_id)
    if user is None or user.disabled_at is not None:
        return None
    return Caller("user", widest(user.scopes.split()), user.id, user.name, csrf=row.csrf)
