"""Two years of a district, row by row: the plan of 2024, and that of 2025 with known changes.

What is meant is the table of the plan, whose rows a reader can lay side by side; the second year is
written by hand from the first.
"""

import re
from dataclasses import replace

from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.plan import Plan
from models.task import Task
from service.comparison.differences import differences, items_of
from tests.service.store.readings import renamed, sample


def next_year(text: str | None) -> str | None:
    """The words a year later; numbers of papers keep their years."""
    return re.sub(r"(?<![/\d])202[34](?!/)", lambda year: str(int(year[0]) + 1), text or "") or None


def later(task: Task, **changes: object) -> Task:
    """The row in the plan of the next year: its days a year on."""
    deadline = task.deadline
    if deadline:
        due = deadline.due and f"{int(deadline.due[:4]) + 1}{deadline.due[4:]}"
        deadline = replace(deadline, text=next_year(deadline.text), due=due)
    words = next_year(task.description)
    return replace(task, description=words, deadline=deadline, **changes)  # type: ignore[arg-type]


def two_years() -> tuple[Plan, Plan]:
    first = sample("ninh-son-2024")
    rows = [task for task in first.tasks if task.origin == "table"]
    assert len(rows) == 44
    second = [later(task) for task in rows]
    body = AgencyMention("Phòng Nội vụ", "vn-58-585/phong-noi-vu", "Phòng Nội vụ", "agency")
    second[4] = replace(second[4], description="Ban hành Kế hoạch tuyên truyền công tác CCHC")
    second[9] = replace(
        second[9], deadline=Deadline("Quý II/2025", "period", "2025-04-01", "2025-06-30",
                                     "2025-06-30"),
    )  # fmt: skip
    second[19] = replace(second[19], lead=Assignment("Phòng Nội vụ", (body,)))
    second[11] = replace(
        second[11], description=f"{rows[11].description}; {(rows[12].description or '')}",
    )  # fmt: skip
    forms = ("Công bố thủ tục hành chính các cấp",
             "Công bố quy trình nội bộ giải quyết thủ tục hành chính các cấp")  # fmt: skip
    second[16] = replace(second[16], description=forms[0])
    added = [
        replace(second[16], id="t-split", description=forms[1]),
        replace(second[39], id="t-new", description="Tổ chức hội thi tìm hiểu pháp luật về bảo vệ "
                "bí mật nhà nước trong đoàn viên, thanh niên"),
    ]  # fmt: skip
    gone = {12, 13}
    kept = [task for at, task in enumerate(second) if at not in gone]
    period = first.document.period
    assert period
    year = replace(period, years=(2025,), start="2025-01-01", end="2025-12-31")
    head = replace(first.document, number="420/KH-UBND", issued_on="2024-12-09", period=year)
    return (
        replace(first, tasks=tuple(rows)),
        renamed(replace(first, document=head, tasks=(*kept, *added)), "2025"),
    )


def test_each_row_of_two_years() -> None:
    first, second = two_years()
    before, after = items_of(first), items_of(second)
    places = {task.id: at for at, task in enumerate(first.tasks)}
    found = {
        (
            places.get(before[row.before].id) if row.before is not None else None,
            after[row.after].id if row.after is not None else None,
        ): (row.kind, *row.changes)
        for row in differences(before, after)
    }
    told: dict[int | None, tuple[str, ...]] = {}
    pieces: dict[str | None, str] = {}
    changed = {4, 9, 11, 12, 13, 16, 19}
    for (at, other), what in found.items():
        if at is not None and at not in changed and what[0] == "kept":
            assert other == first.tasks[at].id, (at, what)
            assert set(what[1:]) <= {"reworded"}, (at, what)  # the year in its words
            assert what[1:] == () or re.search("202[34]", before[at].words.text), (at, what)
        elif other == "t-new":
            assert what == ("new",)
        elif at == 16:
            pieces[other] = what[0]
        else:
            told[at] = what
    assert pieces.keys() == {first.tasks[16].id, "t-split"}
    assert sorted(pieces.values()) == ["kept", "split"]
    assert told == {
        4: ("kept", "reworded"),
        9: ("kept", "moved"),
        11: ("kept", "reworded"),
        12: ("merged", "reworded"),
        13: ("dropped",),
        19: ("kept", "handed over"),
    }
    kept = [at for (at, _), what in found.items() if what[0] == "kept"]
    assert len(kept) == len(set(kept)) == 44 - 2
