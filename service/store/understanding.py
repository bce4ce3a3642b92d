"""What a person writes in a field of a task, understood as the reader of plans would."""

import unicodedata
from typing import Any

from corpora import agencies, fields, units
from extractor.context import Context
from extractor.language.agencies import full_name, read_agencies
from extractor.language.deadlines import read_deadline
from extractor.text import normal
from models.agency import AgencyMention, Assignment
from models.task import FieldMatch, Task
from service.store.errors import (
    NoAssignment,
    NoLetters,
    NoSuchAgency,
    NoSuchReformField,
    NotText,
    UnknownField,
)
from service.store.replay import FIELDS

#: The longest text of one field, in characters, and the most bodies of one cell.
LONGEST = 20_000
MOST_BODIES = 500

#: By whom a value was given that no rule of the reader found.
PERSON = "person"


def understood(name: str, value: Any, task: Task, plan: Context) -> Any:
    """The value of a field in the contract.

    A text (None for none) is read as the plan would be: who is meant in lead and coordinating,
    which day in deadline; `field` is a code of `corpora/fields.tsv`. Of lead and coordinating the
    bodies can be told instead, {"agencies": [ids…]}, with or without another "text". Raises
    UnknownField, WrongValue.
    """
    if name not in FIELDS:
        raise UnknownField(name=name, names=", ".join(FIELDS))
    if name in ("lead", "coordinating"):
        current = getattr(task, name)
        if isinstance(value, dict):
            return _told(name, value, current, plan)
        words = _text(name, value)
        return Assignment(words, read_agencies(words, plan.unit, plan.on)) if words else None
    words = _text(name, value)
    if words is None:
        return None
    if name == "deadline":
        return read_deadline(words, plan.years, plan.on)
    if name == "field":
        if not any(words == one.code for one in fields.fields()):
            raise NoSuchReformField(field=words)
        return FieldMatch(words, PERSON, 1.0)
    return words


def _text(name: str, value: Any) -> str | None:
    """A text as plans have them: NFC, blanks folded, lines kept; None where nothing is in it."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        raise NotText(name=name, longest=LONGEST)
    if any(unicodedata.category(letter) == "Cs" for letter in value):
        raise NoLetters(name=name)
    lines = (" ".join(line.split()) for line in normal(value).splitlines())
    return "\n".join(line for line in lines if line) or None


def _told(
    name: str, value: dict[str, Any], current: Assignment | None, plan: Context
) -> Assignment:
    """The cell with the bodies a person named; its words stay unless others are given."""
    ids = value.get("agencies")
    if (
        not set(value) <= {"text", "agencies"}
        or not isinstance(ids, list)
        or not 0 < len(ids) <= MOST_BODIES
        or not all(isinstance(one, str) for one in ids)
    ):
        raise NoAssignment(name=name)
    found = tuple(_body(one, plan) for one in dict.fromkeys(ids))
    words = _text(name, value.get("text")) or (current.text if current else None)
    return Assignment(words or "; ".join(body.text for body in found), found)


def _body(agency_id: str, plan: Context) -> AgencyMention:
    unit, _, slug = agency_id.partition("/")
    role, home = agencies.roles().get(slug), units.find(unit, plan.on)
    if role is None or home is None or home.level != role.unit:
        raise NoSuchAgency(agency=agency_id)
    name = full_name(role, unit, plan.on)
    return AgencyMention(
        name, agency_id, name, "agency", role.unit, 1.0, via=PERSON,
        issues=() if role.stands(plan.on) else ("agency.not-in-force",),
    )  # fmt: skip
