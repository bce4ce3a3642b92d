"""Stage 5: what looks wrong in the plan itself, and how far each task is to be trusted."""

from collections.abc import Sequence

from extractor.labels import Label, label_of, ordinal_of
from extractor.structure.tabulation import Listing
from models.deadline import Deadline
from models.plan import Diagnostic
from models.provenance import Provenance

#: What one issue takes from the confidence in a task; remarks take nothing.
DOUBT = 0.1
_REMARKS = frozenset({"row.over-page", "lead.ditto", "coordinating.ditto", "deadline.ditto"})


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


def confidence_of(certainty: float, issues: Sequence[str]) -> float:
    """How far a task is to be trusted: the certainty of its row, less for each doubt.

    >>> confidence_of(1.0, []), confidence_of(1.0, ["lead.unresolved", "row.over-page"])
    (1.0, 0.9)
    """
    doubts = sum(issue not in _REMARKS for issue in issues)
    return round(max(0.05, certainty * (1 - DOUBT) ** doubts), 3) if issues else certainty


def ordinal_gaps(listing: Listing) -> list[Diagnostic]:
    """Places where the numbers of a table skip: a row may have been lost, or never printed."""
    found = []
    last: dict[tuple[str, ...], int] = {}
    for row in listing.tasks:
        for depth, heading in enumerate(row.group):  # a heading row has a number of the series, too
            _count(last, row.group[:depth], label_of(heading))
        before, value = _count(last, row.group, ordinal_of(row.ordinal or ""))
        if before is not None and value is not None and value > before + 1:
            found.append(
                Diagnostic(
                    "warning",
                    "table.ordinal-skip",
                    f"Bảng {row.table}, dòng {row.number}: số thứ tự nhảy từ {before} đến {value}"
                    f" | Table {row.table}, row {row.number}: the numbering jumps from {before}"
                    f" to {value}",
                    Provenance.at(row.place, table=row.table, row=row.number),
                )
            )
    return found


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
