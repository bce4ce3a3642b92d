"""Keys of the API: 256 random bits, kept as SHA-256, so that a copy of the store opens nothing.

A fast digest is right here: nobody can try 2**256 keys, unlike passwords.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from models.tables import KeyRow, Scope
from models.tables.columns import now
from service.access import Caller
from service.access.errors import UnknownKey

PREFIX = "kh_"

#: How exact the last use is kept; a write for every request would cost more than it tells.
USE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is shown this once and kept nowhere."""

    row: KeyRow
    secret: str


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add(
    session: Session, name: str, scope: Scope, *, rate: int | None = None, by: str | None = None
) -> NewKey:
    """Makes a key; `rate` is its own bound in requests a minute."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = KeyRow(
        id=secrets.token_hex(6),
        name=name,
        secret=digest(secret),
        scope=scope,
        rate=rate,
        created_by=by,
    )
    session.add(row)
    session.flush()
    return NewKey(row, secret)


def listed(session: Session) -> Sequence[KeyRow]:
    """All keys, the newest first."""
    return session.exec(select(KeyRow).order_by(col(KeyRow.created_at).desc(), KeyRow.id)).all()


def one(session: Session, key_id: str) -> KeyRow:
    """The key of that id; raises UnknownKey."""
    row = session.get(KeyRow, key_id)
    if row is None:
        raise UnknownKey(key=key_id)
    return row


def revoke(session: Session, key_id: str) -> KeyRow:
    """Ends a key for good; ending it again changes nothing."""
    row = one(session, key_id)
    row.revoked_at = row.revoked_at or now()
    return row


#: Asked for every request, so made once.
_HOLDER = KeyRow.__table__.select().where(col(KeyRow.secret) == bindparam("digest"))


def caller(session: Session, secret: str) -> Caller | None:
    """Who holds this secret; None where no key that counts has it."""
    row = session.execute(_HOLDER, {"digest": digest(secret)}).first()
    if row is None or row.revoked_at is not None:
        return None
    return Caller("key", row.scope, row.id, row.name, rate=row.rate)


def used(session: Session, key_id: str) -> None:
    """Keeps that the key was used now, to within five minutes."""
    moment = now()
    session.execute(
        update(KeyRow)
        .where(col(KeyRow.id) == key_id)
        .where(
            col(KeyRow.last_used_at).is_(None)
            | (col(KeyRow.last_used_at) < moment - timedelta(seconds=USE_SECONDS))
        )
        .values(last_used_at=moment)
    )
