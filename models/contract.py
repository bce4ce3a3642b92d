"""The plan as JSON, `kehoach/plan@1`, and back."""

from typing import Any

import msgspec

from models.plan import Diagnostic, Document, Ledger, Plan
from models.target import Target
from models.task import Task


class Tail(msgspec.Struct, frozen=True):
    """What stands after the records of a plan."""

    diagnostics: tuple[Diagnostic, ...]
    ledger: Ledger


# What a class looks like is found out where it is first decoded, and a second thread that comes
# meanwhile takes what is found so far: the process crashes. So it is found out here, at import.
_PLAN = msgspec.json.Decoder(Plan)
_DOCUMENT = msgspec.json.Decoder(Document)
_TASK = msgspec.json.Decoder(Task)
_TARGET = msgspec.json.Decoder(Target)
_TAIL = msgspec.json.Decoder(Tail)


def encode(record: object) -> bytes:
    """JSON of a Plan or any record of this room, UTF-8, keys in the order of the contract."""
    return msgspec.json.encode(record)


def decode(data: bytes | str) -> Plan:
    """The Plan of `encode(plan)`; raises msgspec.ValidationError, which names the wrong key."""
    return _PLAN.decode(data)


def decode_document(data: bytes | str) -> Document:
    """The head of a plan; raises msgspec.ValidationError, as do the others."""
    return _DOCUMENT.decode(data)


def decode_task(data: bytes | str) -> Task:
    """One task of a plan."""
    return _TASK.decode(data)


def decode_target(data: bytes | str) -> Target:
    """One target of a plan."""
    return _TARGET.decode(data)


def decode_tail(data: bytes | str) -> Tail:
    """The diagnostics and the ledger of a plan."""
    return _TAIL.decode(data)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the plan."""
    return msgspec.json.schema(Plan)
