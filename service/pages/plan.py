"""The page of one plan: its head, its tasks by where they stand, its targets, its files."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, get_args

from fastapi import Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import func, select
from sqlmodel import Session

from models.contract import decode, decode_document, decode_tail, decode_target
from models.tables import TaskRow
from models.task import Origin
from service.api.answers import following_page
from service.api.dependencies import DocumentPath, StoreDep, plan_of
from service.api.exports import FormPath
from service.api.tasks import AsOf
from service.comparison.side_by_side import NAMES, amending, tallied
from service.lint import RULES, findings
from service.pages.looks import language, page, page_router
from service.pages.source import originals
from service.pages.tables import FILES, LISTS, FromForm, Item, items_of
from service.pages.wordings import heading, told
from service.store import listings
from service.store.filters import OnDay, Paging, TargetQuery, TaskQuery
from service.store.plans import plan_json
from service.store.reports import reports_of
from service.store.tasks import tasks
from service.wording import Lang, pick, values_of

router = page_router()

Part = Literal["table", "narrative", "assignment", "targets"]

#: The parts of a plan, each a tab, in order.
PARTS = values_of("part_of_plan")

#: The most remarks that are shown.
REMARKS = 20


class PlanAsked(FromForm, Paging):
    """A part of a plan; `task` is looked for, wherever in the plan it stands. `on`: how far each
    task is as of that day."""

    part: Part | None = None
    task: str | None = Field(default=None, pattern=r"^[0-9a-z-]{1,64}$")
    text: str | None = Field(default=None, max_length=500)
    on: OnDay = None
    limit: int = Field(default=1000, ge=1, le=1000)


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks under one heading."""

    heading: str
    items: Sequence[Item]


@router.get("/plans/{key:undotted}")
def plan(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[PlanAsked, Query()]
) -> Any:
    """One part of a plan, or the one that a task stands in."""
    lang = language(request)
    with store.reading() as session:
        row = plan_of(session, key)
        counts = _counts(session, row.document_id)
        counts["targets"] = row.targets, 0
        part = _part(session, row.document_id, asked, counts)
        query = asked.into(
            TaskQuery, document=row.document_id, origin=None if part == "targets" else part
        )
        found = tasks(session, query) if part != "targets" else None
        some = found.items if found else []
        on = asked.on or (date.today() if reports_of(session, some) else None)
        reports = reports_of(session, some, on) if on else {}
        goals: list[Any] = []
        if part == "targets":
            goals = listings.targets(
                session, TargetQuery(document=row.document_id, text=asked.text, limit=asked.limit)
            ).items
        tail = decode_tail(row.tail)
        document = decode_document(row.head)
        progress = tasks_of(session, [row.document_id])[row.document_id]
        facts = {name: getattr(row, name) for name in ("issued_on", "status")}
        amended = amending(session, row.document_id)
    items = items_of(some, reports)
    first = filter(None, (item.task.provenance.place.sheet for item in items[:1]))
    originals(request).prepare(document.source.sha256, document.source.filename, first)
    remarks = [remark for remark in tail.diagnostics if remark.severity != "info"]
    return page(
        request,
        "plan",
        key=row.document_key,
        document=document,
        plan=facts,
        progress=progress,
        part=part,
        parts=[(name, words, *counts[name]) for name, words in PARTS.items() if any(counts[name])],
        asked=asked,
        on=on,
        states=Counter(one.state for one in reports.values()).most_common(),
        groups=list(_grouped(items, lang)),
        goals=[decode_target(goal.record) for goal in goals],
        remarks=[told(remark.message, lang) for remark in remarks[:REMARKS]],
        amended=[(one, tallied(one.rows)) for one in amended],
        called={name: pick(lang, *words) for name, words in NAMES.items()},
        ledger=tail.ledger,
        exports=FILES,
        lists=LISTS,
        next=following_page(request, found.next) if found and found.next else None,
    )


@router.get("/plans/{key:undotted}.{form}")
def download(
    request: Request, key: DocumentPath, form: FormPath, asked: Annotated[AsOf, Query()]
) -> RedirectResponse:
    """The plan as a file, in the language of the page, with how far tasks are as of its day."""
    as_of = f"&on={asked.on}" if asked.on else ""
    return RedirectResponse(f"/api/v1/plans/{key}.{form}?lang={language(request)}{as_of}", 307)


@router.get("/plans/{key:undotted}/note")
def note(request: Request, store: StoreDep, key: DocumentPath) -> Any:
    """What the drafting office should look at, to be printed."""
    lang = language(request)
    with store.reading() as session:
        row = plan_of(session, key)
        plan = decode(plan_json(session, row.document_id))
    some = findings(plan)
    rules = [
        (pick(lang, *name), [one for one in some if one.rule == rule])
        for rule, name in RULES.items()
    ]
    return page(
        request, "note", key=row.document_key, document=plan.document,
        rules=[(name, found) for name, found in rules if found],
        told=lambda message: told(message, lang),
    )  # fmt: skip


class Progress(NamedTuple):
    """How many tasks a plan has, those that repeat another once and those dropped left out, and
    how many of all were looked at."""

    total: int = 0
    decided: int = 0
    every: int = 0


def tasks_of(session: Session, documents: Sequence[str]) -> Mapping[str, Progress]:
    """The tasks of each document in figures, as people have left them."""
    t = TaskRow.__table__.c
    asked = (
        select(t.document_id, t.status, func.count())
        .where(t.document_id.in_(documents), t.same_as.is_(None))
        .group_by(t.document_id, t.status)
    )
    found = dict.fromkeys(documents, Progress())
    for document, status, count in session.execute(asked):
        was = found[document]
        found[document] = Progress(
            was.total + (count if status != "dropped" else 0),
            was.decided + (count if status != "open" else 0),
            was.every + count,
        )
    return found


def _counts(session: Session, document_id: str) -> dict[str, tuple[int, int]]:
    """How many tasks each part has, and how many that repeat a row; those dropped are in none."""
    t = TaskRow.__table__.c
    mine = (t.document_id == document_id, t.status != "dropped")
    again = func.count(t.same_as)
    asked = select(t.origin, func.count() - again, again).where(*mine).group_by(t.origin)
    return dict.fromkeys(PARTS, (0, 0)) | {
        row[0]: (row[1], row[2]) for row in session.execute(asked)
    }


def _part(
    session: Session, document_id: str, asked: PlanAsked, counts: dict[str, tuple[int, int]]
) -> Part:
    """The part asked for, that of the task asked for, or the first that has something."""
    if asked.task is not None:
        t = TaskRow.__table__.c
        mine = (t.document_id == document_id, t.id == asked.task)
        found: Origin | None = session.scalar(select(t.origin).where(*mine))
        if found is not None:
            return found
    if asked.part is not None:
        return asked.part
    return next((part for part in get_args(Part) if any(counts[part])), "table")


def _grouped(items: Iterable[Item], lang: Lang) -> Iterable[Group]:
    """The items by the headings they stand under, each run of them."""
    run: list[Item] = []
    for item in items:
        if run and heading(run[-1].task, lang) != heading(item.task, lang):
            yield Group(heading(run[-1].task, lang), run)
            run = []
        run.append(item)
    if run:
        yield Group(heading(run[-1].task, lang), run)
