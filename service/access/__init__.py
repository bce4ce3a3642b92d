"""Who may use the service: users with passwords, keys, sign-ins, and the trail of what was done."""

from service.access.caller import Caller
from service.access.scopes import SCOPES, Scope

__all__ = ["SCOPES", "Caller", "Scope"]
