"""The plan as JSON, `kehoach/plan@1`, and back."""

from typing import Any

import msgspec

from models.plan import Plan


def encode(record: object) -> bytes:
    """JSON of a Plan or any record of this room, UTF-8, keys in the order of the contract."""
    return msgspec.json.encode(record)


def decode(data: bytes | str) -> Plan:
    """The Plan of `encode(plan)`; raises msgspec.ValidationError, which names the wrong key."""
    return msgspec.json.decode(data, type=Plan)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the plan."""
    return msgspec.json.schema(Plan)
