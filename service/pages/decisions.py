"""What is done at the review: one form, one transaction, one way back.

A token of the way back is `c:LAST-NEWEST` for corrections made since one, `o:TASK` for a task that
was decided on, `r:SERIAL` for many of them; the page shows it as a button.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field
from sqlmodel import Session

from models.plan import ReviewStatus
from models.tables import AuditRow, CorrectionRow, PlanRow
from models.task import Origin
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

    csrf_token: str = Field(default="", max_length=200)
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


def done(session: Session, plan: PlanRow, given: Decision, author: Mapping[str, Any]) -> Any:
    """Does it; what the next page is asked: its task, what was done, the way back."""
    document = plan.document_id
    match given.act:
        case "undo":
            return _undone(session, document, given, author)
        case "plan" | "draft":
            status: Literal["draft", "confirmed"] = "confirmed" if given.act == "plan" else "draft"
            confirm_plan(session, document, status=status, **author)
            return {"task": given.task, "did": given.act}
        case "withdraw":
            withdraw(session, given.correction, **author)
            return {"task": given.task, "did": "undone"}
    lines = lines_of(session, document, given.order, given.part)
    if given.act == "rest":
        plain = {one.task.id for one in lines if one.open and one.sure}
        changed, serial = confirm_tasks(session, document, plain, **author)
        return {"did": "rest", "back": f"r:{serial:x}"} if changed else {}
    if given.act == "general":
        last = _last(session, document)
        for one in general(session, lines):
            correct(session, one.line.key, {one.field: one.words}, reason=AGREED, **author)
        back = _since(session, document, last)
        return {"task": given.task, "did": "general", "back": back} if back else {}
    at = place_of(lines, given.task)
    line = lines[at]
    match given.act:
        case "drop" | "open":
            decided: ReviewStatus = "dropped" if given.act == "drop" else "open"
            confirm_task(session, line.key, status=decided, if_match=given.revision, **author)
            if given.act == "open":
                return {"task": line.task.id, "did": "opened"}
            following = next_one(lines, at, lambda one: one.open) or line
            return {"task": following.task.id, "did": "dropped", "back": f"o:{line.task.id}"}
        case "confirm":
            return _confirmed(session, document, lines, at, given, author)
        case "save":
            back = _saved(session, document, lines, line, given, author)
            told = {"did": "corrected", "back": back} if back else {}
            return {"task": given.then or line.task.id, **told}
        case "split":
            return _split(session, document, lines, line, given, author)
        case "merge":
            return _merged(session, document, lines, at, given, author)
        case "add":
            last = _last(session, document)
            said = {name: words for name, words in given.typed().items() if words}
            if not said:
                return {"task": line.task.id}
            new = add_task(session, document, line.task.id, said, **author).id
            return {"task": new, "did": "added", "back": _since(session, document, last)}
        case _:
            return _placed(session, document, line, given, author)


def _confirmed(
    session: Session,
    document: str,
    lines: Sequence[Line],
    at: int,
    given: Decision,
    author: Mapping[str, Any],
) -> dict[str, Any]:
    """Keeps what was typed, says that it is right, and goes on."""
    line = lines[at]
    back = _saved(session, document, lines, line, given, author)
    revision = None if back else given.revision
    confirm_task(session, line.key, if_match=revision, **author)
    following = next_one(lines, at, lambda one: one.open) or line
    way = ",".join(filter(None, (back, f"o:{line.task.id}")))
    return {"task": following.task.id, "did": "confirmed", "back": way}


def _saved(
    session: Session,
    document: str,
    lines: Sequence[Line],
    line: Line,
    given: Decision,
    author: Mapping[str, Any],
) -> str:
    """Corrects the fields that were changed, and those with the same words where that is wanted.

    The way back from there, "" where nothing was changed.
    """
    now = texts_of(line.task)
    changes = {name: words for name, words in given.typed().items() if (words or "") != now[name]}
    last = _last(session, document)
    reason = given.reason.strip() or None
    wanted = {line.key: changes} if changes else {}
    for name in set(given.alike) & set(changes):
        for one in alike(lines, line, name):
            wanted.setdefault(one.key, {})[name] = changes[name]
    for task, change in wanted.items():
        revision = given.revision if task == line.key else None
        correct(session, task, change, reason=reason, if_match=revision, **author)
    return _since(session, document, last)


def _split(
    session: Session,
    document: str,
    lines: Sequence[Line],
    line: Line,
    given: Decision,
    author: Mapping[str, Any],
) -> dict[str, Any]:
    """The words before the first empty line stay; each part after one is a task of its own."""
    parts = [part for part in _PARTING.split(given.typed().get("description") or "") if part]
    if len(parts) < 2:
        return {"task": line.task.id}
    last = _last(session, document)
    first = given.model_copy(update={"description": parts[0]})
    _saved(session, document, lines, line, first, author)
    shared = {name: words for name, words in first.typed().items() if words}
    for part in reversed(parts[1:]):
        said = shared | {"description": part}
        said.pop("ordinal", None)
        add_task(session, document, line.task.id, said, **author)
    return {"task": line.task.id, "did": "split", "back": _since(session, document, last)}


def _merged(
    session: Session,
    document: str,
    lines: Sequence[Line],
    at: int,
    given: Decision,
    author: Mapping[str, Any],
) -> dict[str, Any]:
    """The words of the next task go to the end of this one, and that is no task any more."""
    line = lines[at]
    if given.order != "printed" or at + 1 == len(lines):
        return {"task": line.task.id}
    other = lines[at + 1]
    words = "\n".join(filter(None, (given.typed().get("description"), other.words)))
    whole = given.model_copy(update={"description": words})
    back = _saved(session, document, lines, line, whole, author)
    confirm_task(session, other.key, status="dropped", **author)
    way = ",".join(filter(None, (back, f"o:{other.task.id}", f"o:{line.task.id}")))
    return {"task": line.task.id, "did": "merged", "back": way}


def _placed(
    session: Session, document: str, line: Line, given: Decision, author: Mapping[str, Any]
) -> dict[str, Any]:
    """What an orphan says is said of this task; the orphan is taken back."""
    found = session.get(CorrectionRow, given.correction)
    if found is None or found.document_id != document or found.orphaned_at is None:
        raise UnknownCorrection
    last = _last(session, document)
    value = words_in(decoded(found.field, found.after))
    if found.field in EDITABLE:
        correct(session, line.key, {found.field: value}, reason=found.reason, **author)
    withdraw(session, found.id, **author)
    return {"task": line.task.id, "did": "placed", "back": _since(session, document, last)}


def _last(session: Session, document: str) -> str:
    """The last correction of a document: their ids sort by time."""
    some = corrections(session, CorrectionQuery(document=document, limit=1)).items
    return some[0].id if some else "0"


def _since(session: Session, document: str, last: str) -> str:
    """The way back from the corrections made since that one."""
    newest = _last(session, document)
    return f"c:{last}-{newest}" if newest != last else ""


def _undone(
    session: Session, document: str, given: Decision, author: Mapping[str, Any]
) -> dict[str, Any]:
    """Takes back what was done last, along its way back; then the task is shown it was done to."""
    shown = given.task
    for token in filter(None, given.back.split(",")):
        kind, _, what = token.partition(":")
        if kind == "c":
            _withdraw(session, document, what, author)
        elif kind == "o":
            confirm_tasks(session, document, {what}, status="open", **author)
            shown = what
        else:
            row = session.get(AuditRow, int(what, 16))
            ours = row is not None and row.subject == document and row.detail
            names = set(msgspec.json.decode(ours)["tasks"].split()) if ours else set()
            confirm_tasks(session, document, names, status="open", **author)
    there = any(line.task.id == shown for line in lines_of(session, document))
    return {"task": shown if there else None, "did": "undone"}


def _withdraw(session: Session, document: str, span: str, author: Mapping[str, Any]) -> None:
    """Takes corrections of a document back that were made at once, all by one person."""
    first, _, last = span.partition("-")
    some = corrections(
        session,
        CorrectionQuery(document=document, author=author["author"], state="active", limit=1000),
    ).items
    for one in some:
        if first < one.id <= last:
            withdraw(session, one.id, **author)
