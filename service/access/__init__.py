"""Who may use the service: users with passwords, keys, sign-ins, and the trail of what was done."""

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, or_, select

from models.tables import KeyRow, Scope, UserRow

__all__ = ["OPEN", "SCOPES", "Caller", "Scope", "inhabited"]

#: From the least to the most; each holds those before it.
SCOPES: tuple[Scope, ...] = ("read", "report", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from: a key, a signed-in user, or anybody while access is open.

    `name` is what people see (the author of a correction), `id` that of the row. `csrf` is the
    token the pages of a sign-in must send back, `rate` a key's own bound (requests a minute).
    """

    kind: Literal["open", "key", "user"]
    scope: Scope
    id: str = ""
    name: str = ""
    csrf: str | None = None
    rate: int | None = None

    @property
    def actor(self) -> str:
        """The caller in the audit trail: `user:<name>`, `key:<id>` or `open`."""
        if self.kind == "open":
            return "open"
        return f"user:{self.name}" if self.kind == "user" else f"key:{self.id}"

    def may(self, wanted: Scope) -> bool:
        """Whether the scope holds what is wanted.

        >>> OPEN.may("read"), Caller("key", "read").may("write")
        (True, False)
        """
        return SCOPES.index(self.scope) >= SCOPES.index(wanted)


#: Anybody on this machine, while there is no user and no key.
OPEN = Caller("open", "admin", name="open")


_ANYBODY = select(or_(select(UserRow.id).exists(), select(KeyRow.id).exists()))


def inhabited(session: Session) -> bool:
    """Whether a user or a key was ever made; those disabled or revoked count.

    So locking out the last user never opens the service to everybody.
    """
    return bool(session.execute(_ANYBODY).scalar_one())
