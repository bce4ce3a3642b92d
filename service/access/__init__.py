"""Who may use the service: users with passwords, keys, sign-ins, and the trail of what was done."""

from models.tables import Scope
from service.access.callers import SCOPES, Caller, inhabited

__all__ = ["SCOPES", "Caller", "Scope", "inhabited"]
