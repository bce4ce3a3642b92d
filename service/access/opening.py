"""Whether the store has anybody who could sign in or hold a key."""

from sqlmodel import Session, select

from models.tables import KeyRow, UserRow


def inhabited(session: Session) -> bool:
    """Whether a user or a key was ever made; those disabled or revoked count.

    So locking out the last user never opens the service to everybody.
    """
    return (
        session.exec(select(UserRow.id).limit(1)).first() is not None
        or session.exec(select(KeyRow.id).limit(1)).first() is not None
    )
