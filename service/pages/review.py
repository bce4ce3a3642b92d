"""Review: each task beside its place in the source, to be confirmed, corrected or dropped.

One page shows one task; every key of the keyboard presses a button or follows a link of it, so that
all works without a script, too. A form does one thing and leads to the page of the next task, which
tells what was done and how to take it back.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field
from sqlmodel import Session

from corpora import lineage, units
from extractor.context import Context
from models.agency import Assignment
from models.contract import decode_document, decode_tail
from models.errors import KehoachError
from models.tables import AgencyRow, CorrectionRow
from models.task import Origin
from service.api.dependencies import ByDep, DocumentPath, StoreDep, needs, plan_of
from service.pages.aliases import OF_BODIES, general, offers
from service.pages.decisions import Back, Decision, Did, done
from service.pages.lines import (
    ALIKE,
    Line,
    Sorting,
    alike,
    doubts_by_field,
    lines_of,
    next_one,
    place_of,
    texts_of,
)
from service.pages.looks import language, page, page_router
from service.pages.plan import PARTS
from service.pages.source import SourceAsked, source_of
from service.pages.tables import names_of
from service.pages.wordings import EDITABLE, doubt, understood_words
from service.store.corrections import orphans
from service.store.filters import AgencyQuery, Asked, CorrectionQuery
from service.store.listings import agencies, corrections
from service.store.replay import context_of, decoded, words_in
from service.wording import Lang, pick

router = page_router(prefix="/plans/{key}")

#: Bodies that are offered while one is typed, and members of a group that are shown.
OFFERED, MEMBERS = 8, 40


@dataclass(frozen=True, slots=True)
class Saying:
    """A correction as people read it; `now` tells whether it is in force."""

    id: str
    field: str
    before: str
    after: str
    author: str
    at: Any
    reason: str | None
    version: str
    now: bool


class ReviewAsked(SourceAsked):
    """The same, and what was done just now."""

    did: Did | None = None
    back: Back = ""


class Typed(Asked):
    """Words typed into a field."""

    field: str = Field(pattern=r"^(lead|coordinating|deadline)$")
    text: str = Field(max_length=2000)


class BodyTyped(Asked):
    """The beginning of a name."""

    text: str = Field(max_length=200)


@router.get("/review")
def review(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[ReviewAsked, Query()]
) -> Any:
    """The task asked for, or the first that nobody has looked at, beside its source."""
    with store.reading() as session:
        return _page(request, session, key, asked)


@router.get("/review/understood")
def understood(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[Typed, Query()]
) -> Any:
    """What the words typed into a field would be understood as, in a few words."""
    with store.reading() as session:
        context = context_of(decode_document(plan_of(session, key).head))
    found = understood_words(asked.field, asked.text, context, language(request))
    return Response(found, media_type="text/plain; charset=utf-8")


@router.get("/review/bodies")
def bodies(store: StoreDep, key: DocumentPath, asked: Annotated[BodyTyped, Query()]) -> Any:
    """Bodies of that name on the day of the plan: of its unit, its province, the centre; where
    there are none, of any other."""
    with store.reading() as session:
        context = context_of(decode_document(plan_of(session, key).head))
        found: dict[str, AgencyRow] = {}
        above = [context.unit, context.unit[:5]] if context.unit else []  # itself, its province
        homes: list[dict[str, Any]] = [{"unit": unit, "below": True} for unit in above]
        for home in (*homes, {"unit": "vn"}, {}):
            if len(found) >= OFFERED or (found and not home):
                break
            query = AgencyQuery(text=asked.text, on=context.on, limit=OFFERED, **home)
            found |= {row.id: row for row in agencies(session, query).items}
        told = [
            {"name": row.name, "about": _about(row, context)}
            for row in list(found.values())[:OFFERED]
        ]
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")


def _about(row: AgencyRow, context: Context) -> str:
    """The territory of a body, which tells its level."""
    unit = units.find(row.unit_id, context.on)
    return unit.title if unit else row.unit_id


@router.post("/review", dependencies=[needs("write")])
def decide(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    by: ByDep,
    given: Annotated[Decision, Form()],
) -> Any:
    """Does what a form says, and goes on; what cannot be done is told with what was typed kept."""
    try:
        with store.writing() as session:
            told = done(session, plan_of(session, key), given, by)
    except KehoachError as error:
        with store.reading() as session:
            asked = ReviewAsked(task=given.task, order=given.order, part=given.part)
            return _page(request, session, key, asked, error, given)
    told = {name: value for name, value in told.items() if value} | _kept(given.order, given.part)
    return RedirectResponse(f"/plans/{key}/review?{urlencode(told)}#here", 303)


def _kept(order: Sorting, part: Origin | None) -> dict[str, str]:
    """What stays asked from one task to the next."""
    return ({"order": order} if order != "printed" else {}) | ({"part": part} if part else {})


def _page(
    request: Request,
    session: Session,
    key: str,
    asked: ReviewAsked,
    problem: KehoachError | None = None,
    given: Decision | None = None,
) -> Response:
    lang = language(request)
    plan = plan_of(session, key)
    document = decode_document(plan.head)
    every = lines_of(session, plan.document_id, asked.order)
    lines = [one for one in every if asked.part in (None, one.task.origin)]
    shared: dict[str, Any] = {
        "plan": plan,
        "document": document,
        "lines": lines,
        "asked": asked,
        "ledger": decode_tail(plan.tail).ledger,
        "sums": _sums(every),
        "parts": _parts(every),
        "part_names": PARTS,
        "decided": sum(not one.open for one in lines),
        "all_decided": not any(one.open for one in every),
        "orphans": [_saying(one, lang) for one in orphans(session, plan.document_id)],
    }
    if not lines:
        return page(request, "review", line=None, **shared)
    at = place_of(lines, asked.task)
    line = lines[at]
    said = corrections(session, CorrectionQuery(task=line.key, limit=200)).items
    now = texts_of(line.task)
    typed = {} if given is None else {k: v or "" for k, v in given.typed().items()}
    context = context_of(document)
    return page(
        request,
        "review",
        line=line,
        problem=problem,
        source=source_of(request, document, lines, line, asked.page),
        now=now,
        texts=now | typed,
        printed=texts_of(line.read),
        editable=EDITABLE,
        alike={name: alike(lines, line, name) for name in ALIKE},
        understood_as={name: _understood(line, name, context, lang) for name in ALIKE},
        members={name: _members(session, line, name, context) for name in ALIKE[:2]},
        offers={name: offers(session, line, name) for name in OF_BODIES},
        general=general(session, lines),
        doubts=doubts_by_field(line),
        history=[_saying(one, lang) for one in said],
        latest={one.field: _saying(one, lang) for one in reversed(said) if _in_force(one)},
        before=lines[at - 1] if at else None,
        after=lines[at + 1] if at + 1 < len(lines) else None,
        next=next_one(lines, at, lambda one: one.open),
        elsewhere=next((one for one in every if one.open), None),
        doubtful=next_one(lines, at, lambda one: one.open and not one.sure),
        plain=[one for one in lines if one.open and one.sure],
        doubt=lambda code: doubt(code, lang),
        **shared,
    )


def _sums(lines: Sequence[Line]) -> dict[str, int]:
    """How many tasks stand in tables, under how many headings, and elsewhere."""
    table = [one.task for one in lines if one.task.origin == "table"]
    groups = ((task.appendix, task.group[:depth]) for task in table
              for depth in range(1, len(task.group) + 1))  # fmt: skip
    return {
        "table": len(table),
        "headings": len(set(groups)),
        "elsewhere": len(lines) - len(table),
    }


def _parts(lines: Sequence[Line]) -> list[tuple[str, tuple[str, str], int]]:
    """The parts that the plan has, and how many tasks."""
    counts: dict[str, int] = defaultdict(int)
    for one in lines:
        counts[one.task.origin] += 1
    return [(name, words, counts[name]) for name, words in PARTS.items() if counts[name]]


def _understood(line: Line, name: str, context: Context, lang: Lang) -> str:
    """What a field means now, in a few words."""
    value = getattr(line.task, name)
    if isinstance(value, Assignment):
        none = pick(lang, "chưa nhận ra", "not known")
        return "; ".join(one.name or f"{one.text}: {none}" for one in value.agencies)
    return understood_words(name, words_in(value) or "", context, lang) if value else ""


def _members(
    session: Session, line: Line, name: str, context: Context
) -> list[tuple[str, list[str]]]:
    """The groups that a field names, each with the names of its bodies as far as they are known."""
    cell: Assignment | None = getattr(line.task, name)
    on = context.on or date.today()
    groups = [one for one in cell.agencies if one.kind == "group"] if cell else []
    found = []
    for group in groups:
        some = lineage.expand(group.members, context.unit, on)[:MEMBERS] if context.unit else []
        names = names_of(session, some)
        found.append((group.name or group.text, [names[one] for one in some if one in names]))
    return found


def _saying(one: CorrectionRow, lang: Lang) -> Saying:
    field = EDITABLE.get(one.field)
    return Saying(
        one.id,
        pick(lang, *field) if field else pick(lang, "Thêm nhiệm vụ", "Task added"),
        words_in(decoded(one.field, one.before)) or "",
        _said(one),
        one.author,
        one.created_at,
        one.reason,
        one.version,
        _in_force(one),
    )


def _in_force(one: CorrectionRow) -> bool:
    return one.withdrawn_at is None and one.orphaned_at is None


def _said(one: CorrectionRow) -> str:
    """The words of a correction; of a task that was added, what is to be done."""
    value = decoded(one.field, one.after)
    return words_in(value) or getattr(value, "description", None) or ""
