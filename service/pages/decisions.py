"""What is done at the review: one form, one transaction, one way back.

A token of the way back is `c:LAST-NEWEST` for corrections made since one, `o:TASK` for a task that
was decided on, `r:SERIAL` for many of them; the page shows it as a button.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field
from sqlmodel import Session

from models.plan import ReviewStatus
from models.tables import AuditRow, CorrectionRow, PlanRow
from models.task import Origin
from service.access.audit import By
from service.pages.aliases import general
from service.pages.lines import Line, Sorting, alike, lines_of, next_one, place_of, texts_of
from service.pages.wordings import EDITABLE
from service.store.corrections import (
    LONGEST,
    add_task,
    confirm_plan,
    confirm_task,
    confirm_tasks,
    correct,
    withdraw,
)
from service.store.errors import UnknownCorrection
from service.store.filters import Asked, CorrectionQuery
from service.store.listings import corrections
from service.store.replay import decoded, words_in

TaskId = Annotated[str | None, Field(pattern=r"^[0-9a-z-]{1,64}$")]
Back = Annotated[
    str, Field(pattern=r"^([cor]:[0-9a-z-]{1,70}(,[cor]:[0-9a-z-]{1,70})*)?$", max_length=500)
]
Text = Annotated[str | None, Field(max_length=LONGEST)]

Act = Literal[
    "confirm", "drop", "open", "save", "split", "merge", "add", "withdraw", "rest", "plan", "draft",
    "place", "undo", "general",
]  # fmt: skip
Did = Literal[
    "confirmed", "dropped", "opened", "corrected", "split", "merged", "added", "rest", "plan",
    "draft", "placed", "undone", "general",
]  # fmt: skip

#: Why a cell was corrected by what two people had said before.
AGREED = "hai người đã sửa chữ này như vậy"

#: An empty line parts the words of two tasks.
_PARTING = re.compile(r"\n[ \t]*\n\s*")


class Words(Asked):
    """The fields of a task as they were typed; None where a form has no such field."""

    ordinal: Text = None
    subject: Text = None
    description: Text = None
    lead: Text = None
    coordinating: Text = None
    product: Text = None
    target: Text = None
    deadline: Text = None
    note: Text = None

    def typed(self) -> dict[str, str | None]:
        """The words that stand in the form, with single line ends; None for an empty field."""
        return {
            name: words.replace("\r\n", "\n").strip() or None
            for name in EDITABLE
            if (words := getattr(self, name)) is not None
        }


class Decision(Words):
    """One thing that is done to a task, or to all that are left; `then` is the task to go to."""

    act: Act
    order: Sorting = "printed"
    part: Origin | None = None
    task: TaskId = None
    then: TaskId = None
    revision: int | None = None
    reason: str = Field(default="", max_length=2000)
    alike: tuple[str, ...] = ()
    correction: str = Field(default="", pattern=r"^[0-9a-f]{0,32}$")
    back: Back = ""


def done(session: Session, plan: PlanRow, given: Decision, by: By) -> Any:
    """Does it; what the next page is asked: its task, what was done, the way back."""
    document = plan.document_id
    match given.act:
        case "undo":
            return _undone(session, document, given, by)
        case "plan" | "draft":
            status: Literal["draft", "confirmed"] = "confirmed" if given.act == "plan" else "draft"
            confirm_plan(session, document, status=status, by=by)
            return {"task": given.task, "did": given.act}
        case "withdraw":
            withdraw(session, given.correction, by=by)
            return {"task": given.task, "did": "undone"}
    lines = lines_of(session, document, given.order, given.part)
    if given.act == "rest":
        plain = {one.task.id for one in lines if one.open and one.sure}
        changed, serial = confirm_tasks(session, document, plain, by=by)
        return {"did": "rest", "back": f"r:{serial:x}"} if changed else {}
    if given.act == "general":
        last = _last(session, document)
        for one in general(session, lines):
            correct(session, one.line.key, {one.field: one.words}, reason=AGREED, by=by)
        back = _since(session, document, last)
        return {"task": given.task, "did": "general", "back": back} if back else {}
    at = place_of(lines, given.task)
    line, chosen = lines[at], _Chosen(session, document, lines, at, given, by)
    match given.act:
        case "drop" | "open":
            decided: ReviewStatus = "dropped" if given.act == "drop" else "open"
            confirm_task(session, line.key, status=decided, if_match=given.revision, by=by)
            if given.act == "open":
                return {"task": line.task.id, "did": "opened"}
            following = next_one(lines, at, lambda one: one.open) or line
            return {"task": following.task.id, "did": "dropped", "back": f"o:{line.task.id}"}
        case "confirm":
            return chosen.confirmed()
        case "save":
            back = chosen.saved(given)
            told = {"did": "corrected", "back": back} if back else {}
            return {"task": given.then or line.task.id, **told}
        case "split":
            return chosen.split()
        case "merge":
            return chosen.merged()
        case "add":
            last = _last(session, document)
            said = {name: words for name, words in given.typed().items() if words}
            if not said:
                return {"task": line.task.id}
            new = add_task(session, document, line.task.id, said, by=by).id
            return {"task": new, "did": "added", "back": _since(session, document, last)}
        case _:
            return chosen.placed()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A decision about one line of those under review, and who makes it."""

    session: Session
    document: str
    lines: Sequence[Line]
    at: int
    given: Decision
    by: By

    @property
    def line(self) -> Line:
        return self.lines[self.at]

    def confirmed(self) -> dict[str, Any]:
        """Keeps what was typed, says that it is right, and goes on."""
        back = self.saved(self.given)
        revision = None if back else self.given.revision
        confirm_task(self.session, self.line.key, if_match=revision, by=self.by)
        following = next_one(self.lines, self.at, lambda one: one.open) or self.line
        way = ",".join(filter(None, (back, f"o:{self.line.task.id}")))
        return {"task": following.task.id, "did": "confirmed", "back": way}

    def saved(self, given: Decision) -> str:
        """Corrects the fields that `given` changes, and those with the same words if so wanted.

        The way back from there, "" where nothing was changed.
        """
        now = texts_of(self.line.task)
        changes = {
            name: words for name, words in given.typed().items() if (words or "") != now[name]
        }
        last = _last(self.session, self.document)
        reason = given.reason.strip() or None
        wanted = {self.line.key: changes} if changes else {}
        for name in set(given.alike) & set(changes):
            for one in alike(self.lines, self.line, name):
                wanted.setdefault(one.key, {})[name] = changes[name]
        for task, change in wanted.items():
            revision = given.revision if task == self.line.key else None
            correct(self.session, task, change, reason=reason, if_match=revision, by=self.by)
        return _since(self.session, self.document, last)

    def split(self) -> dict[str, Any]:
        """The words before the first empty line stay; each part after one is a task of its own."""
        parts = [
            part for part in _PARTING.split(self.given.typed().get("description") or "") if part
        ]
        if len(parts) < 2:
            return {"task": self.line.task.id}
        last = _last(self.session, self.document)
        first = self.given.model_copy(update={"description": parts[0]})
        self.saved(first)
        shared = {name: words for name, words in first.typed().items() if words}
        for part in reversed(parts[1:]):
            said = shared | {"description": part}
            said.pop("ordinal", None)
            add_task(self.session, self.document, self.line.task.id, said, by=self.by)
        return self._told("split", last)

    def merged(self) -> dict[str, Any]:
        """The words of the next task go to the end of this one, and that is no task any more."""
        if self.given.order != "printed" or self.at + 1 == len(self.lines):
            return {"task": self.line.task.id}
        other = self.lines[self.at + 1]
        words = "\n".join(filter(None, (self.given.typed().get("description"), other.words)))
        whole = self.given.model_copy(update={"description": words})
        back = self.saved(whole)
        confirm_task(self.session, other.key, status="dropped", by=self.by)
        way = ",".join(filter(None, (back, f"o:{other.task.id}", f"o:{self.line.task.id}")))
        return {"task": self.line.task.id, "did": "merged", "back": way}

    def placed(self) -> dict[str, Any]:
        """What an orphan says is said of this task; the orphan is taken back."""
        found = self.session.get(CorrectionRow, self.given.correction)
        if found is None or found.document_id != self.document or found.orphaned_at is None:
            raise UnknownCorrection
        last = _last(self.session, self.document)
        value = words_in(decoded(found.field, found.after))
        if found.field in EDITABLE:
            change = {found.field: value}
            correct(self.session, self.line.key, change, reason=found.reason, by=self.by)
        withdraw(self.session, found.id, by=self.by)
        return self._told("placed", last)

    def _told(self, did: Did, last: str) -> dict[str, Any]:
        back = _since(self.session, self.document, last)
        return {"task": self.line.task.id, "did": did, "back": back}


def _last(session: Session, document: str) -> str:
    """The last correction of a document: their ids sort by time."""
    some = corrections(session, CorrectionQuery(document=document, limit=1)).items
    return some[0].id if some else "0"


def _since(session: Session, document: str, last: str) -> str:
    """The way back from the corrections made since that one."""
    newest = _last(session, document)
    return f"c:{last}-{newest}" if newest != last else ""


def _undone(session: Session, document: str, given: Decision, by: By) -> dict[str, Any]:
    """Takes back what was done last, along its way back; then the task is shown it was done to."""
    shown = given.task
    for token in filter(None, given.back.split(",")):
        kind, _, what = token.partition(":")
        if kind == "c":
            _withdraw(session, document, what, by)
        elif kind == "o":
            confirm_tasks(session, document, {what}, status="open", by=by)
            shown = what
        else:
            row = session.get(AuditRow, int(what, 16))
            ours = row is not None and row.subject == document and row.detail
            names = set(msgspec.json.decode(ours)["tasks"].split()) if ours else set()
            confirm_tasks(session, document, names, status="open", by=by)
    there = any(line.task.id == shown for line in lines_of(session, document))
    return {"task": shown if there else None, "did": "undone"}


def _withdraw(session: Session, document: str, span: str, by: By) -> None:
    """Takes corrections of a document back that were made at once, all by one person."""
    first, _, last = span.partition("-")
    some = corrections(
        session,
        CorrectionQuery(document=document, author=by.author, state="active", limit=1000),
    ).items
    for one in some:
        if first < one.id <= last:
            withdraw(session, one.id, by=by)
