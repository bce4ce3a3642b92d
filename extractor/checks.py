"""Stage 5: what became of every cell and paragraph, what looks wrong in the plan or in its reading,
and how far each task is to be trusted."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from corpora.tables import threshold
from extractor.context import Context
from extractor.labels import Label, label_of, ordinal_of
from extractor.layout import Layout, Unit
from extractor.structure.items import Item
from extractor.structure.segments import Fate, Fated, Segments
from extractor.structure.tabulation import Listing
from models.deadline import Deadline
from models.plan import Diagnostic, Ledger, Severity
from models.provenance import Place, Provenance
from models.task import FieldMatch, Task

#: What one issue takes from the confidence in a task; remarks take nothing.
DOUBT, LEAST = threshold("task.doubt"), threshold("task.least")
#: How sure a table without lines must be not to be warned of.
DECODED = threshold("table.decoded")
REMARKS = frozenset({"row.over-page", "lead.ditto", "coordinating.ditto", "deadline.ditto"})


def balance(layout: Layout, fates: Iterable[Fated]) -> tuple[Ledger, list[Unit]]:
    """The ledger of a reading, and the units that are in none of its `fates`: lost ones.

    Of several fates the first is the one that counts; blank units are not counted.
    """
    open_units = {id(unit): unit for unit in layout.units() if unit.text.strip()}
    whole = len(open_units)
    counts: Counter[Fate] = Counter()
    for fate, units in fates:
        counts[fate] += sum(open_units.pop(id(unit), None) is not None for unit in units)
    found = {fate: counts[fate] for fate in get_args(Fate) if counts[fate]}
    return Ledger(whole, found), list(open_units.values())


def deadline_issues(deadline: Deadline, issued_on: str | None, years: Sequence[int]) -> list[str]:
    """What is odd about a deadline: before the day of issue, or years behind the plan."""
    if not deadline.end or deadline.unread:
        return []
    found = []
    if issued_on and deadline.end < issued_on:
        found.append("deadline.before-issue")
    if years and not deadline.assumed_year and int(deadline.end[:4]) > max(years) + 10:
        found.append("deadline.far-off")
    return found


def checked(
    tasks: Sequence[Task], fields: Sequence[FieldMatch | None], context: Context
) -> Iterator[Task]:
    """Each task with its field, what is odd about its deadline, and the confidence that is left."""
    issued_on = context.on.isoformat() if context.on else None
    for task, field in zip(tasks, fields, strict=True):
        odd = deadline_issues(task.deadline, issued_on, context.years) if task.deadline else []
        issues = (*task.issues, *odd)
        if not issues and field is None:
            yield task
        else:
            confidence = confidence_of(task.confidence, issues)
            yield dataclasses.replace(task, field=field, issues=issues, confidence=confidence)


def confidence_of(certainty: float, issues: Sequence[str]) -> float:
    """How far a task is to be trusted: the certainty of its row, less for each doubt.

    >>> confidence_of(1.0, []), confidence_of(1.0, ["lead.unresolved", "row.over-page"])
    (1.0, 0.9)
    """
    doubts = sum(issue not in REMARKS for issue in issues)
    return round(max(LEAST, certainty * (1 - DOUBT) ** doubts), 3) if issues else certainty


def diagnostics_of(
    layout: Layout,
    segments: Segments,
    listings: Sequence[Listing],
    doubtful: Sequence[Item],
    lost: Sequence[Unit],
) -> Iterator[Diagnostic]:
    """What a reader of the plan should know of the source and of how it was read."""
    yield from layout.diagnostics
    for blank in segments.letterhead.blanks:
        vi, en = {"number": ("số", "number"), "issued_on": ("ngày", "date")}[blank]
        yield _told(
            "warning", f"document.{blank}-blank",
            f"Văn bản để trống {vi} (dự thảo?), hoặc chữ viết tay không đọc được",
            f"The {en} is left blank (a draft?), or written by hand and cannot be read",
        )  # fmt: skip
    if segments.letterhead.captioned:
        yield _told(
            "info", "document.number-by-caption",
            "Số văn bản lấy từ dòng “Kèm theo …” của phần kèm theo vì phần đầu không cho biết",
            "The number is the one that what it carries says it comes with: the head shows none",
        )  # fmt: skip
    if segments.title_text is None:
        yield _told(
            "warning", "document.title-missing", "Không tìm thấy tên văn bản", "No title was found"
        )
    form = segments.form
    if form and form.duties == "none":
        yield _told(
            "info", "document.no-orders", f"Văn bản là {form.vi}: không giao nhiệm vụ",
            f"The paper is no order ({form.name}): it has no tasks",
        )  # fmt: skip
    for listing in listings:
        yield from _of_table(listing)
    for paragraph in layout.paragraphs():
        if paragraph.kind in ("footnote", "stamp") and paragraph.text.strip():
            yield _told("info", f"source.{paragraph.kind}", paragraph.text, at=paragraph.place)
    for item in doubtful:
        yield _told(
            "info", "duty.doubtful", f"Có thể không phải nhiệm vụ: {item.text}",
            f"Perhaps no duty: {item.text}", at=item.place,
        )  # fmt: skip
    for unit in lost:
        text = unit.text[:200]
        yield _told(
            "error", "ledger.lost", "Chưa xếp được vào đâu", f"Not accounted for: {text}",
            at=unit.place,
        )  # fmt: skip
    for listing in listings:
        yield from ordinal_gaps(listing)


def _told(
    severity: Severity,
    code: str,
    vi: str,
    en: str | None = None,
    *,
    at: Place | None = None,
    table: int | None = None,
    row: int | None = None,
) -> Diagnostic:
    """What is told of a place, in both languages; the words of the source in one."""
    where = Provenance.at(at, table=table, row=row) if at else Provenance()
    return Diagnostic(severity, code, f"{vi} | {en}" if en else vi, where)


#: Rows that are no tasks, and what they are.
_NO_TASK = {
    "total": ("dòng tổng không phải nhiệm vụ", "a line of totals"),
    "remark": ("dòng ghi chú không phải nhiệm vụ", "a remark"),
}


def _of_table(listing: Listing) -> Iterator[Diagnostic]:
    """What is to be known of one table: what kind it is, what in it was not understood."""
    number, header, at = listing.sheet.table, listing.sheet.header, listing.sheet.place
    verdict = listing.verdict
    if listing.kind not in ("tasks", "targets"):
        yield _told(
            "info", "table.no-tasks", f"Bảng {number} không phải bảng nhiệm vụ: {verdict.vi}",
            f"Table {number} lists no tasks ({verdict.kind}): {verdict.en}", at=at, table=number,
        )  # fmt: skip
        return
    for read in listing.aside:
        row = read.row
        words = " · ".join(
            text for text, own in zip(row.texts, row.own, strict=True) if text and own
        )
        kind = "total" if read.kind == "total" else "remark"
        vi, en = _NO_TASK[kind]
        yield _told(
            "info", f"row.{kind}", f"Bảng {number}: {vi}: {words}",
            f"Table {number}: {en}, no task: {words}",
            at=row.places()[0], table=row.table, row=row.number,
        )  # fmt: skip
    for heading, role in zip(header.headings, header.roles, strict=True):
        if role is None and heading and listing.kind == "tasks":
            yield _told(
                "info", "table.column-unknown",
                f"Bảng {number}: chưa biết cột “{heading}” là gì, giữ ở phần khác",
                f"Table {number}: column “{heading}” is not known and kept as extra",
                at=at, table=number,
            )  # fmt: skip
    if len(listing.tasks) > 1 and header.ordinals and not any(row.ordinal for row in listing.tasks):
        yield _told(
            "warning", "table.unnumbered",
            f"Bảng {number}: cột số thứ tự không có số nào; số tự động của tệp có thể đã mất",
            f"Table {number}: the column of ordinals is blank; automatic numbers may be lost",
            at=at, table=number,
        )  # fmt: skip
    sure = min((t.decoded for t in listing.sheet.tables if t.decoded is not None), default=None)
    if sure is not None:
        yield _told(
            "info" if sure >= DECODED else "warning", "table.decoded",
            f"Bảng {number} không còn đường kẻ: dòng và cột được suy ra, độ chắc chắn {sure:.2f}",
            f"Table {number} has lost its rulings: rows and columns were decoded, "
            f"certainty {sure:.2f}", at=at, table=number,
        )  # fmt: skip


def ordinal_gaps(listing: Listing) -> Iterator[Diagnostic]:
    """Places where the numbers of a table skip: a row may have been lost, or never printed."""
    last: dict[tuple[str, ...], int] = {}
    for row in listing.tasks:
        for depth, heading in enumerate(row.group):  # a heading row has a number of the series, too
            _count(last, row.group[:depth], label_of(heading))
        before, value = _count(last, row.group, ordinal_of(row.ordinal or ""))
        if before is not None and value is not None and value > before + 1:
            yield _told(
                "warning", "table.ordinal-skip",
                f"Bảng {row.table}, dòng {row.number}: số thứ tự nhảy từ {before} đến {value}",
                f"Table {row.table}, row {row.number}: the numbering jumps from {before}"
                f" to {value}",
                at=row.place, table=row.table, row=row.number,
            )  # fmt: skip


def _count(
    last: dict[tuple[str, ...], int], group: tuple[str, ...], label: Label | None
) -> tuple[int | None, int | None]:
    """The number before `label` in its series and its own, which is noted as the last one."""
    if label is None or label.value is None or label.kind not in ("number", "decimal"):
        return None, None
    parent = label.text.rstrip(".):").rpartition(".")[0] if label.kind == "decimal" else ""
    series = (*group, label.kind, parent)
    before = last.get(series)
    last[series] = label.value
    return before, label.value
