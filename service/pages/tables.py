"""Tasks as rows of a page, whatever list they are from; what the values of facets are called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from markupsafe import Markup, escape
from pydantic import model_validator
from sqlmodel import Session, col, select

from corpora import fields, units
from extractor.text import searched
from models.contract import decode_task
from models.plan import TrackerReport
from models.tables import AgencyRow
from models.tables.documents import document_key
from models.task import Task
from service.comparison.frames import role_name
from service.comparison.measures import measures
from service.forms import FORMS, FileForm, is_list
from service.store.filters import Asked
from service.store.search import terms
from service.wording import Lang, called, pick, values_of

#: The files that tasks can be had as, and what people call them.
FILES = [(form, FORMS[form].title) for form in FORMS if form in get_args(FileForm)]
#: Those that targets can be had as, too.
LISTS = [(form, title) for form, title in FILES if is_list(form)]


@dataclass(frozen=True, slots=True)
class Item:
    """A task in a table of a page; `plan` names the plan it is from."""

    key: str
    task: Task
    corrected: bool
    confirmed: bool
    plan: str = ""
    due: date | None = None
    report: TrackerReport | None = None


class FromForm(Asked):
    """Asked by a form: a field that was left empty is sent as "" and asks nothing."""

    @model_validator(mode="before")
    @classmethod
    def _only_filled(cls, asked: Any) -> Any:
        if not isinstance(asked, dict):
            return asked
        return {name: value for name, value in asked.items() if value != ""}


def items_of(
    rows: Iterable[Any], reports: Mapping[tuple[str, str], TrackerReport] | None = None
) -> list[Item]:
    """The tasks of a list, each with the name of its plan, and with what is reported of it."""
    return [_item(row, (reports or {}).get((row.document_id, row.id))) for row in rows]


def _item(row: Any, report: TrackerReport | None) -> Item:
    task = decode_task(row.record)
    plan = str(row.number or row.title or row.filename or document_key(row.document_id))
    due = task.deadline.due if task.deadline else None
    return Item(
        row.key, task, row.corrected, row.status == "confirmed", plan,
        date.fromisoformat(due) if due else None, report,
    )  # fmt: skip


def marked(text: str | None, query: str | None) -> Markup:
    """The text with the words of a search marked, as the search compares words.

    >>> marked("Kiểm tra <cải cách>", "kiem cach")
    Markup('<mark>Kiểm</mark> tra &lt;cải <mark>cách</mark>&gt;')
    """
    wanted = [word for words, _ in terms(query or "") for word in words.split()]
    if not wanted or not text:
        return escape(text or "")
    pieces = (
        Markup("<mark>{}</mark>").format(piece)
        if piece[:1].isalnum() and searched(piece).startswith(tuple(wanted))
        else escape(piece)
        for piece in re.findall(r"\w+|\W+", text)
    )
    return Markup("").join(pieces)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: the filter it is of, what it is called, how many tasks have it."""

    filter: str
    value: str
    name: str
    count: int


#: The facets, in order, by what they are called; the filter of each has the same name, but of lead.
FACETS = values_of("facet")

#: The most values of a facet that are offered.
MOST = 12


def choices(
    session: Session, counted: Mapping[str, Mapping[str, int]], lang: Lang
) -> dict[str, list[Choice]]:
    """What each facet offers; a value that no filter can ask for is left out."""
    leads = [value for value in counted["lead"] if value][:MOST]
    names = names_of(session, leads)
    found: dict[str, list[Choice]] = {}
    for facet in FACETS:
        filter_ = "agency" if facet == "lead" else facet
        some = [(value, count) for value, count in counted[facet].items() if value]
        found[facet] = [
            Choice(filter_, value, names.get(value) or named(facet, value, lang), count)
            for value, count in some[:MOST]
        ]
    return {facet: some for facet, some in found.items() if some}


def names_of(session: Session, agencies: Sequence[str]) -> dict[str, str]:
    """The names of bodies by their ids, those that are known."""
    if not agencies:
        return {}
    rows = session.exec(select(AgencyRow).where(col(AgencyRow.id).in_(agencies))).all()
    return {row.id: row.name for row in rows}


def named(filter_: str, value: str, lang: Lang) -> str:
    """What people call a value of a filter.

    >>> named("unit", "vn-86", "vi"), named("kind", "missing", "vi"), named("status", "open", "vi")
    ('tỉnh Vĩnh Long', 'không ghi thời hạn', 'chưa xem')
    """
    match filter_:
        case "unit":
            ids, _, since = value.partition("@")
            day = date.fromisoformat(since) if since else date(2025, 1, 1)
            some = (units.find(one, day) if since else units.find(one) or units.find(one, day)
                    for one in ids.split("+"))  # fmt: skip
            return " + ".join(unit.title for unit in some if unit) or value
        case "field" | "step" | "act" | "level" | "sector" if value == "none":
            return pick(lang, "chưa rõ", "not told")
        case "field":
            found = next((one.name for one in fields.fields() if one.code == value), "")
            return f"{value} {found}".strip()
        case "frame":
            return called("map", value, lang)
        case "has" | "lacks":
            found = next((m.title(lang) for m in measures() if m.asks == f"has={value}"), value)
            return found.lower()
        case "slug":
            return role_name(value)
        case "below" | "repeats" | "new" | "local":
            return pick(lang, *(("có", "yes") if value.lower() == "true" else ("không", "no")))
        case "kind":
            return called("deadline_kind", "" if value == "missing" else value, lang)
        case "act" | "level" | "sector":
            return called(f"{filter_}s", value, lang)
        case "status" | "origin" | "report_state" | "verdict" | "taking" | "step":
            return called(filter_, value, lang)
        case "role":
            words = {"lead": ("chủ trì", "lead"), "coordinating": ("phối hợp", "with")}
            return pick(lang, *words.get(value, ("được nêu tên", "named")))
        case "corrected":
            yes, no = ("đã sửa", "corrected"), ("chưa sửa", "as printed")
            return pick(lang, *(yes if value.lower() == "true" else no))
    return value
