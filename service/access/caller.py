"""Who a request comes from."""

from dataclasses import dataclass
from typing import Literal

from service.access.scopes import Scope, holds


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
        return holds(self.scope, wanted)


#: Anybody on this machine, while there is no user and no key.
OPEN = Caller("open", "admin", name="open")
