"""Users (a name, a password by argon2id, a scope) and their sign-ins.

A sign-in is a cookie of 256 random bits, kept as its SHA-256, and a token for the forms of pages.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlmodel import Session, col, delete, select

from models.tables import Scope, SessionRow, UserRow
from models.tables.columns import now
from service.access import Caller
from service.access.errors import NameInPassword, UnknownUser, UserExists, WeakPassword, WrongName
from service.access.keys import digest

#: NIST SP 800-63B, 3.1.1.2: length is what counts; no rules of composition.
SHORTEST, LONGEST = 12, 256

_NAME = re.compile(r"[\w.@-]{1,64}", re.UNICODE)

#: The second recommended option of RFC 9106, section 4: 64 MiB, 3 passes.
HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


def _accepted(name: str, password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(shortest=SHORTEST, longest=LONGEST)
    if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
        raise NameInPassword
    return HASHER.hash(password)


def add(session: Session, name: str, password: str, scope: Scope) -> UserRow:
    """Makes a user; raises WrongName, WeakPassword, UserExists."""
    if not _NAME.fullmatch(name):
        raise WrongName
    if session.exec(select(UserRow).where(UserRow.name == name)).first() is not None:
        raise UserExists(name=name)
    row = UserRow(
        id=secrets.token_hex(6), name=name, password=_accepted(name, password),
        scope=scope,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def listed(session: Session) -> Sequence[UserRow]:
    """All users by name."""
    return session.exec(select(UserRow).order_by(UserRow.name)).all()


def one(session: Session, name_or_id: str) -> UserRow:
    """The user of that id or name; raises UnknownUser."""
    row = session.get(UserRow, name_or_id)
    if row is None:
        row = session.exec(select(UserRow).where(UserRow.name == name_or_id)).first()
    if row is None:
        raise UnknownUser(name=name_or_id)
    return row


def disable(session: Session, row: UserRow, disabled: bool = True) -> UserRow:
    """Locks a user out, sign-ins included, or lets one in again."""
    row.disabled_at = (row.disabled_at or now()) if disabled else None
    if disabled:
        sign_out_everywhere(session, row.id)
    return row


def set_scope(session: Session, row: UserRow, scope: Scope) -> UserRow:
    """Gives a user this scope from the next request on."""
    row.scope = scope
    return row


def set_password(session: Session, row: UserRow, password: str) -> UserRow:
    """Changes a password and ends every sign-in made with the old one."""
    row.password = _accepted(row.name, password)
    sign_out_everywhere(session, row.id)
    return row


def sign_out_everywhere(session: Session, user_id: str) -> None:
    """Ends all sign-ins of a user."""
    session.execute(delete(SessionRow).where(col(SessionRow.user_id) == user_id))


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))


def fits(row: UserRow | None, password: str) -> bool:
    """Whether this is the password; as much work where there is no such user (`row` None)."""
    try:
        matched = HASHER.verify(row.password if row else _nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return matched and row is not None and row.disabled_at is None


# Sign-ins


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in just made; `cookie` is kept by the browser alone."""

    cookie: str
    csrf: str
    expires_at: datetime


def sign_in(session: Session, user: UserRow, hours: float, *, instead_of: str | None) -> SignIn:
    """Signs a user in under a cookie that nobody knew before, and ends the sign-in it replaces.

    So a cookie planted in the browser beforehand opens nothing (session fixation).
    """
    sign_out(session, instead_of)
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


def sign_out(session: Session, cookie: str | None) -> None:
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
    return Caller("user", user.scope, user.id, user.name, csrf=row.csrf)
