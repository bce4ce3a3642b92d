"""The first page: an inbox of what was uploaded, the latest first, each with its plan or its fault.

The same plan in two files (issuer, number, day) is one line with two forms. A script sends files,
follows their reading and puts new lines in place; without it a form does, and nothing moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import func, select
from sqlmodel import Session, col

from models.errors import KehoachError
from models.tables import DocumentRow, JobRow, PlanRow
from models.tables.columns import now
from service.api.answers import Uploaded, following_page
from service.api.dependencies import HEX, CallerDep, StoreDep, in_turn, needs
from service.api.exports import PlansExport, PlansForm
from service.api.uploads import upload_form
from service.forms import FORMS
from service.jobs import read_anew, submit
from service.jobs.intake import check_room
from service.pages.looks import language, page, page_router
from service.pages.plan import tasks_of
from service.pages.source import originals
from service.pages.tables import FromForm
from service.pages.wordings import stages
from service.store import Store, listings
from service.store.changes import identity
from service.store.filters import Asked, DocumentQuery
from service.store.listings import Entry
from service.store.statements import copies
from service.wording import called, pick

router = page_router()

#: How long a plan that nobody has looked at yet is called new.
NEW = timedelta(days=2)

#: New plans whose sources are made ready to be looked at.
NEXT = 5

#: How an officer has it otherwise, where files were put together, or could not be.
_REGROUP = (
    "Ghép chưa đúng? Ở ô “Nhiều tệp”, chọn “là một kế hoạch cùng các phụ lục” hoặc “mỗi tệp là một "
    "văn bản riêng”, rồi gửi lại các tệp ấy.",
    "Not as it should be? Under “Several files” choose “are one plan with its appendices” or “are "
    "each a paper of its own”, and send those files again.",
)

#: What makes two files the same plan.
Identity = tuple[Any, ...]


class InboxAsked(FromForm, DocumentQuery):
    """The list of documents, by the names that the API has."""

    limit: int = Field(default=50, ge=1, le=200)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with all its files, or a file that is being read or could not be."""

    entry: Entry
    others: Sequence[PlanRow] = ()
    new: bool = False

    @property
    def document(self) -> DocumentRow:
        return self.entry.document

    @property
    def plan(self) -> PlanRow | None:
        return self.entry.plan

    @property
    def job(self) -> JobRow | None:
        return self.entry.job

    @property
    def state(self) -> str:
        """What the line shows: reading, plan, failed."""
        if self.job and self.job.state in ("queued", "running"):
            return "reading"
        return "plan" if self.plan else "failed"


@router.get("/")
def home(request: Request, store: StoreDep, asked: Annotated[InboxAsked, Query()]) -> Any:
    """Upload, and every document there is, the latest first."""
    return _home(request, store, asked)


def _home(
    request: Request,
    store: Store,
    asked: InboxAsked,
    taken: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Any:
    """The page; `taken` tells of each file that was sent just now: its state and a sentence."""
    lang = language(request)
    with store.reading() as session:
        found = listings.documents(session, asked)
        lines = list(lines_of(session, found.items))
        plans, files = _counts(session)
        counts = tasks_of(session, [line.document.id for line in lines if line.plan])
    for line in [one for one in lines if one.new][:NEXT]:
        document = line.document
        originals(request).prepare(document.sha256, document.filename)
    return page(
        request,
        "home",
        "home",
        status=status,
        where=asked,
        filtered=bool(asked.text or asked.year),
        lines=lines,
        plans=plans,
        files=files,
        taken=taken,
        counts=counts,
        stages=stages(lang),
        lists=[(form, about.title) for form, about in FORMS.items() if form in get_args(PlansForm)],
        query=urlencode(
            asked.into(PlansExport, lang=lang).model_dump(mode="json", exclude_defaults=True)
        ),
        next=following_page(request, found.next) if found.next else None,
    )


def lines_of(session: Session, entries: Iterable[Entry]) -> Iterable[PlanLine]:
    """The lines of the inbox: a document whose plan came again later is told there."""
    some = list(entries)
    twins = _twins(session, [one.plan for one in some if one.plan])
    for entry in some:
        plan, job = entry.plan, entry.job
        if plan is None and job is None:  # it could not be read, and was put away
            continue
        same = twins.get(identity(plan), []) if plan else []
        if plan and same and same[0].document_id != plan.document_id:
            continue
        young = entry.document.created_at > now() - NEW
        untouched = plan is not None and plan.status == "draft" and plan.revision == 1
        yield PlanLine(entry, same[1:], young and untouched)


def _twins(session: Session, plans: Sequence[PlanRow]) -> dict[Identity | None, list[PlanRow]]:
    """All plans that are the same as one of these, the last uploaded first."""
    numbers = {plan.number for plan in plans if identity(plan)}
    if not numbers:
        return {}
    wanted = (
        select(PlanRow)
        .join(DocumentRow, col(DocumentRow.id) == col(PlanRow.document_id))
        .where(col(PlanRow.number).in_(numbers))
        .order_by(col(DocumentRow.created_at).desc(), col(DocumentRow.id).desc())
        .options(*listings.HEAVY)
    )
    found: dict[Identity | None, list[PlanRow]] = defaultdict(list)
    for plan in session.scalars(wanted):
        if mine := identity(plan):
            found[mine].append(plan)
    return {mine: some for mine, some in found.items() if len(some) > 1}


def _counts(session: Session) -> tuple[int, int]:
    """How many plans there are, a plan in two files once; and how many files."""
    files = session.scalar(select(func.count()).select_from(PlanRow.__table__)) or 0
    again = session.scalar(select(func.count()).select_from(copies().subquery())) or 0
    return files - again, files


# What is sent


@router.post("/upload", dependencies=[needs("write"), in_turn("uploads")])
async def upload(request: Request, store: StoreDep, caller: CallerDep) -> Any:
    """Takes in the files of the form, those in ZIP archives too, or the text pasted there."""
    await run_sync(check_room, store)
    pasted: str = ""
    async with upload_form(request, store, caller.name or None) as form:
        answers = [answer for answer, _ in form.taken]
        pasted = form.fields.get("text", "").strip()
    if pasted:
        answers.append(await run_sync(_pasted, store, pasted, caller.name or None))
    told = [_told(request, answer) for answer in answers]
    if not told:
        wording = ("Chưa chọn tệp nào, cũng chưa dán chữ nào.", "No file and no text was given.")
        told = [("bad", pick(language(request), *wording))]
    if any(part.why not in ("plan", "asked") for one in answers for part in one.parts):
        told.append(("good", pick(language(request), *_REGROUP)))
    status = 200 if any(state != "bad" for state, _ in told) else 422
    return await run_sync(_home, request, store, InboxAsked(), told, status)


def _pasted(store: Store, text: str, by: str | None) -> Uploaded:
    """The text as a file that is called after its first line."""
    first = " ".join(text.split("\n", 1)[0].split())[:60].strip(" .") or "van-ban"
    name = f"{first}.txt".replace("/", "-")
    try:
        return Uploaded.of(name, submit(store, text.encode(), name, by=by))
    except KehoachError as error:
        return Uploaded.refused(name, error)


def _told(request: Request, answer: Uploaded) -> tuple[str, str]:
    """What became of a document: a state, and a sentence with what was put together, and why."""
    lang, name = language(request), answer.filename or "?"
    if answer.error:
        return "bad", f"{name}: {pick(lang, answer.error.vi, answer.error.en)}"
    became = "new" if answer.new else "waits" if answer.job else "known"
    told = f"{name}: {called('upload', became, lang)}"
    if len(answer.parts) > 1:
        files = "; ".join(
            f"{one.filename} ({called('why', one.why, lang)})" for one in answer.parts
        )
        told += pick(lang, f" Ghép từ: {files}.", f" Put together of: {files}.")
    alone = len(answer.parts) == 1 and answer.parts[0].why in ("other", "unknown")
    if alone:
        told += f" {called('why', answer.parts[0].why, lang).capitalize()}."
    return ("warn" if alone or not answer.new else "good"), told


class Decision(Asked):
    """What is done about a file that could not be read."""

    act: Literal["retry", "aside"]
    job: str = Field(pattern=HEX)


@router.post("/failures", dependencies=[needs("write")])
def decide(store: StoreDep, caller: CallerDep, given: Annotated[Decision, Form()]) -> Any:
    """Reads it again, or puts it away: the file stays stored, and can be sent again."""
    with store.reading() as session:
        job = session.get(JobRow, given.job)
        document = job.document_id if job and job.state == "failed" else None
    if document and given.act == "retry":
        read_anew(store, document, by=caller.name or None)
    elif document:
        with store.writing() as session:
            t = JobRow.__table__
            failed = (t.c.document_id == document, t.c.state == "failed")
            session.execute(t.delete().where(*failed))
    return RedirectResponse("/", 303)
