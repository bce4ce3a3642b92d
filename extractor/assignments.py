"""Stage 4 for running text: the duties that its items order, and who is to do them.

Only plans are read: a decision that approves procedures orders nothing a tracker could follow,
and the articles that put a plan in force are no duties of it.
"""

import re

from corpora.duties import duty_words
from extractor.checks import confidence_of, deadline_issues
from extractor.context import Context
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import find_deadlines, read_deadline
from extractor.language.duties import Read, is_named, opens_with_verb, partners_of
from extractor.language.fields import field_of
from extractor.orders import Order, orders_of
from extractor.progress import Listener, Progress, nobody
from extractor.structure.segments import Segments
from extractor.understanding import Names
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.provenance import Provenance
from models.task import Task

#: How sure a duty is: one that opens like a task or names its doer, and any other item.
SURE, LIKELY = 0.95, 0.75

_CARRIES = re.compile(
    rf"\b(?:phê duyệt|ban hành|thông qua)\s+(?:kèm theo\s+)?[“\"]?"
    rf"(?:{'|'.join(map(re.escape, duty_words('carrier')))})\b",
    re.IGNORECASE,
)


def duties_of(
    segments: Segments, context: Context, names: Names, tell: Listener = nobody
) -> list[Task]:
    """The duties in the body of a plan, in printed order; `tell` hears of each."""
    if not _is_plan(segments):
        return []

    def read(text: str) -> tuple[AgencyMention, ...]:
        return read_agencies(text, context.unit, context.on)

    start = segments.carried.lines[-1].block if segments.carried else -1
    duties = []
    for order in orders_of(segments.outline, start, read):
        duties.append(_task(order, read, context, names))
        tell(Progress("understand"))
    return duties


def _is_plan(segments: Segments) -> bool:
    """Whether the paper is a plan, carries one, or puts one into its articles."""
    kinds = duty_words("carrier")
    if segments.carried is not None:
        return segments.carried.kind in kinds
    return segments.kind in kinds or bool(_CARRIES.search(segments.title_text or ""))


def _task(order: Order, read: Read, context: Context, names: Names) -> Task:
    frame, text = order.frame, order.text
    issues: list[str] = []
    lead, coordinating = _assigned(order, read, issues)
    for name, assignment in (("lead", lead), ("coordinating", coordinating)):
        if assignment and any(agency.kind == "unknown" for agency in assignment.agencies):
            issues.append(f"{name}.unresolved")
    sure = order.doer is not None or frame.lead is not None or opens_with_verb(text)
    assigned = frame.lead is not None or (
        order.doer is not None and (order.doer.order is not None or frame.kind == "assign")
    )
    return Task(
        id=names.name("t", None, *frame.group, order.ordinal, text),
        origin="assignment" if assigned else "narrative",
        appendix=None,
        group=frame.group,
        ordinal=order.ordinal,
        subject=None,
        description=text,
        lead=lead,
        coordinating=coordinating,
        product=order.fields.get("product"),
        target=None,
        note=None,
        deadline=_deadline(order, context, issues),
        field=field_of(frame.group),
        provenance=Provenance.at(order.item.place),
        confidence=confidence_of(SURE if sure else LIKELY, issues),
        issues=tuple(issues),
    )


def _assigned(
    order: Order, read: Read, issues: list[str]
) -> tuple[Assignment | None, Assignment | None]:
    """Who leads and who works with them: by a field, the sentence, the heading, in this order."""
    doer, heading, text = order.doer, order.frame.lead, order.text
    if doer is not None and heading is not None and not is_named(text, doer):
        doer = None
    asked = doer or heading
    if asked is not None and asked.order == "request":
        issues.append("duty.request")
    partners = partners_of(text, read)
    lead = Assignment(asked.text, asked.agencies) if asked else None
    others = Assignment(partners[0].text, partners[0].agencies) if partners else None
    opens = partners is not None and partners[1] and doer is None and heading is not None
    if partners and opens and all(agency.kind == "agency" for agency in partners[0].agencies):
        # "Phối hợp với Sở Nội vụ …" under the heading of another: Sở Nội vụ leads
        lead, others = others, lead
    for name in ("lead", "coordinating"):
        if words := order.fields.get(name):
            named = Assignment(words, read(words))
            lead, others = (named, others) if name == "lead" else (lead, named)
    return lead, others


def _deadline(order: Order, context: Context, issues: list[str]) -> Deadline | None:
    """The deadline in the field of a duty, else those that hide in its sentence."""
    printed = order.fields.get("deadline")
    if printed:
        deadline = read_deadline(printed, context.years, context.on)
        if deadline.unread:
            issues.append("deadline.unread")
    else:
        found = find_deadlines(order.text, context.years, context.on)
        if not found:
            return None
        deadline = found[0][2]
        if len(found) > 1:
            words = dict.fromkeys(order.text[start:end] for start, end, _ in found)
            deadline = read_deadline("; ".join(words), context.years, context.on)
            if deadline.unread:
                deadline = found[0][2]
    issued_on = context.on.isoformat() if context.on else None
    issues += deadline_issues(deadline, issued_on, context.years)
    return deadline
