"""What a key or a user may do: read, write (and read), admin (and all else)."""

from collections.abc import Iterable
from typing import Literal

from service.access.errors import UnknownScope

Scope = Literal["read", "write", "admin"]

#: From the least to the most; each holds those before it.
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


def widest(scopes: Iterable[str]) -> Scope:
    """The one of `scopes` that holds the others; raises UnknownScope.

    >>> widest(["write", "read"])
    'write'
    """
    names = set(scopes)
    if not names or not names <= set(SCOPES):
        raise UnknownScope
    return next(scope for scope in reversed(SCOPES) if scope in names)


def holds(scope: Scope, wanted: Scope) -> bool:
    """Whether who has `scope` may do what needs `wanted`.

    >>> holds("admin", "read"), holds("read", "write")
    (True, False)
    """
    return SCOPES.index(scope) >= SCOPES.index(wanted)


def spelled(scope: Scope) -> str:
    """All that `scope` holds, by spaces, as the tables keep it.

    >>> spelled("write")
    'read write'
    """
    return " ".join(SCOPES[: SCOPES.index(scope) + 1])
