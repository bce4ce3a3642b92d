"""Stage 5: what looks wrong in the plan itself, and how far each task is to be trusted."""

import dataclasses
from collections.abc import Sequence

from extractor.structure.labels import ordinal_of
from extractor.structure.tabulation import Listing
from models.plan import Diagnostic
from models.provenance import Provenance
from models.task import Task

#: What one issue takes from the confidence in a task; remarks take nothing.
DOUBT = 0.1
_REMARKS = frozenset({"row.over-page", "lead.ditto", "coordinating.ditto", "deadline.ditto"})


def checked(task: Task, issued_on: str | None, years: Sequence[int]) -> Task:
    """`task` with the issues its deadline raises, and its confidence lowered for each issue."""
    issues = list(task.issues)
    deadline = task.deadline
    if deadline and deadline.end and not deadline.unread:
        if issued_on and deadline.end < issued_on:
            issues.append("deadline.before-issue")
        if years and not deadline.assumed_year and int(deadline.end[:4]) > max(years) + 10:
            issues.append("deadline.far-off")
    if not task.description and not task.subject:
        issues.append("row.without-task")
    doubts = sum(issue not in _REMARKS for issue in issues)
    confidence = round(max(0.05, task.confidence * (1 - DOUBT) ** doubts), 3)
    return dataclasses.replace(task, issues=tuple(issues), confidence=confidence)


def ordinal_gaps(listing: Listing) -> list[Diagnostic]:
    """Places where the numbers of a table skip: a row may have been lost, or never printed."""
    found = []
    last: dict[tuple[tuple[str, ...], str, int], int] = {}
    for row in listing.tasks:
        label = ordinal_of(row.ordinal or "")
        if label is None or label.value is None or label.kind not in ("number", "decimal"):
            continue
        parent = row.ordinal.rpartition(".")[0] if row.ordinal and label.kind == "decimal" else ""
        series = ((*row.group, parent), label.kind, label.depth)
        before = last.get(series)
        if before is not None and label.value > before + 1:
            found.append(
                Diagnostic(
                    "warning",
                    "table.ordinal-skip",
                    f"Bảng {row.table}, dòng {row.number}: số thứ tự nhảy từ {before} đến "
                    f"{label.value} | Table {row.table}, row {row.number}: the numbering jumps "
                    f"from {before} to {label.value}",
                    Provenance.at(row.place, table=row.table, row=row.number),
                )
            )
        last[series] = label.value
    return found
