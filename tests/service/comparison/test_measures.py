"""What is counted, against the plans themselves; and each number against the rows it opens."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qsl

import pytest
from sqlmodel import Session

from models.plan import Period, Plan, UnitRef
from models.task import Task
from service.access.audit import By
from service.comparison.coverage import coverage
from service.comparison.frames import Map, body_placed, placed, roles_placed
from service.comparison.groups import Grouped, grouped
from service.comparison.measures import DIMENSIONS, Measured, measured, measures
from service.comparison.tallies import Dimension, Scope, tallies
from service.store import Store
from service.store.corrections import confirm_task, confirm_tasks, correct
from service.store.filters import TaskFilter
from service.store.marks import MARKS, marks_of
from service.store.tasks import facets
from tests.service.store.readings import SMALL, put, renamed, sample

BY = By("thử")


def moved(plan: Plan, name: str, unit: str, on: str, *years: int) -> Plan:
    """The plan as another unit's, of another day and for other years."""
    level = "province" if unit.count("-") == 1 else "district"
    document = dataclasses.replace(
        plan.document,
        unit=UnitRef(unit, unit, level),
        issued_on=on,
        number=name,
        period=Period(f"{years[0]}-01-01", f"{years[-1]}-12-31", years),
    )
    return renamed(dataclasses.replace(plan, document=document), name)


def plans() -> list[Plan]:
    """The small samples; one of them in a second file; and the same words of other places."""
    ninh_son = sample("ninh-son-2024")
    return [
        *map(sample, SMALL),
        renamed(ninh_son, "the same in another file"),
        moved(ninh_son, "1", "vn-86", "2026-01-05", 2026),
        moved(ninh_son, "2", "vn-83", "2024-01-05", 2024, 2025),
        moved(sample("vinh-long-2023"), "3", "vn-24", "2024-03-01", 2024),
        moved(sample("binh-duong-2024"), "4", "vn-24", "2026-03-01", 2026),
    ]


def once() -> list[Plan]:
    """Those that count."""
    return [plan for plan in plans() if plan.document.source.filename != "the same in another file"]


@pytest.fixture(scope="module")
def filled(module_store: Store) -> Store:
    for plan in plans():
        put(module_store, plan)
    with module_store.writing() as session:
        last = renamed(sample("ninh-son-2024"), "1").document.id
        some = {task.id for task in sample("ninh-son-2024").tasks[:7]}
        confirm_tasks(session, last, some, by=BY)
    return module_store


def counting(plan: Plan) -> list[Task]:
    return [task for task in plan.tasks if task.same_as is None]


def test_units_and_years_are_those_of_the_plans(filled: Store) -> None:
    wanted: Counter[tuple[str, ...]] = Counter()
    for plan in once():
        assert plan.document.unit
        assert plan.document.unit.id
        at = placed(plan.document.unit.id, date.fromisoformat(plan.document.issued_on or ""), "34")
        for year in plan.document.period.years if plan.document.period else ("",):
            wanted[at.id, str(year)] += len(counting(plan))
    with filled.reading() as session:
        found = tallies(session, ("unit", "year"), Scope(frame="34"))
    assert {tally.keys: tally.count("tasks") for tally in found} == wanted


@pytest.mark.parametrize("mark", list(MARKS))
def test_marks_are_counted(filled: Store, mark: str) -> None:
    tasks = [task for plan in once() for task in counting(plan)]
    with filled.reading() as session:
        (all_,) = tallies(session)
    assert all_.count(mark) == sum(bool(marks_of(task) & MARKS[mark]) for task in tasks)  # type: ignore[index]
    assert all_.count("tasks") == len(tasks)
    assert all_.count("confirmed") == 7
    assert all_.plans == len(once())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("act", lambda task: task.acts),
        ("whose", lambda task: task.levels),
        ("sector", lambda task: task.sectors),
    ],
)
def test_what_a_task_is_counts_once_for_each_that_it_has(
    filled: Store, name: Dimension, told: Callable[[Grouped], tuple[str, ...]]
) -> None:
    with filled.reading() as session:
        wanted = Counter(one for task in grouped(session) for one in told(task) or ("",))
        found = tallies(session, (name,))
    assert {tally.keys[0]: tally.count("tasks") for tally in found} == wanted


EACH: list[tuple[Dimension, ...]] = [
    (), ("unit", "year"), ("province",), ("plan", "kind"), ("field",), ("origin",), ("lead",),
    ("role",), ("month",), ("step",), ("act", "year"), ("whose", "unit"), ("sector", "step"),
    ("provinces",), ("first", "year"),
]  # fmt: skip


@pytest.mark.parametrize("frame", ["printed", "63", "34"])
@pytest.mark.parametrize("by", EACH, ids=lambda by: "+".join(by) or "all")
def test_each_number_opens_its_rows(filled: Store, by: tuple[Dimension, ...], frame: Map) -> None:
    opened = 0
    with filled.reading() as session:
        found = measured(session, by, Scope(frame=frame), "vi", spread=True)
        assert found.measures == measures()
        for line in found.lines[:12]:
            assert len(line.names) == len(by)
            assert all(line.names)
            for measure in measures():
                opened += opens(session, found, line, measure)
    assert opened or (frame != "printed" and by in (("lead",), ("role",)))


def opens(session, found: Measured, line, measure) -> int:  # type: ignore[no-untyped-def]
    """How often a number of a line opened rows, each time as many as it says."""
    asked = found.rows_of(line, measure)
    if asked is None:
        return 0
    where = TaskFilter.model_validate(dict(parse_qsl(asked)))
    rows = sum(facets(session, where)["status"].values())
    assert rows == line.tally.count(measure.numerator), (line.names, measure.key, asked)
    return 1


def test_scopes_narrow(filled: Store) -> None:
    with filled.reading() as session:
        (one,) = tallies(session, (), Scope(units=("vn-86",), frame="34"))
        (two,) = tallies(session, (), Scope(units=("vn-86",), years=(2026,), frame="34"))
        assert tallies(session, ("unit",), Scope(units=("vn-99",))) == []
        document = renamed(sample("ninh-son-2024"), "2").document.id
        (three,) = tallies(session, ("year",), Scope(documents=(document,), years=(2025,)))
    assert one.plans == 3
    assert two.plans == three.plans == 1
    assert two.count("tasks") == three.count("tasks") == len(counting(sample("ninh-son-2024")))
    assert three.keys == ("2025",)


def test_what_people_do_is_counted_at_once(sqlite_store: Store) -> None:
    plan = sample("ninh-son-2024")
    put(sqlite_store, plan)
    key = plan.document.id[7:23]
    task = next(task for task in counting(plan) if not task.product)

    def now() -> tuple[int, ...]:
        with sqlite_store.reading() as session:
            (all_,) = tallies(session)
        return all_.count("tasks"), all_.count("confirmed"), all_.count("product")

    tasks, confirmed, product = now()
    assert confirmed == 0
    with sqlite_store.writing() as session:
        correct(session, f"{key}.{task.id}", {"product": "Báo cáo"}, by=BY)
    assert now() == (tasks, 0, product + 1)
    with sqlite_store.writing() as session:
        confirm_task(session, f"{key}.{task.id}", status="confirmed", by=BY)
    assert now() == (tasks, 1, product + 1)
    with sqlite_store.writing() as session:
        confirm_task(session, f"{key}.{task.id}", status="dropped", by=BY)
    assert now() == (tasks - 1, 0, product)
    put(sqlite_store, renamed(plan, "other"))
    assert now() == (tasks, 0, product)  # the same plan, of which the file that came last counts


def test_what_is_taken_back_was_never_counted(sqlite_store: Store) -> None:
    plan = sample("ninh-son-2024")
    put(sqlite_store, plan)
    key = plan.document.id[7:23]
    one, other, *_ = counting(plan)
    with sqlite_store.reading() as session:
        (before,) = tallies(session)

    def confirmed() -> int:
        (all_,) = tallies(session)
        return all_.count("confirmed") - before.count("confirmed")

    with Session(sqlite_store.engine.execution_options(kehoach_writes=True)) as session:
        confirm_tasks(session, plan.document.id, {one.id, other.id}, by=BY)
        assert confirmed() == 2
        session.rollback()
    with sqlite_store.writing() as session:
        confirm_task(session, f"{key}.{one.id}", status="confirmed", by=BY)
    with sqlite_store.reading() as session:
        assert confirmed() == 1


def test_coverage_tells_no_document_from_no_task(filled: Store) -> None:
    with filled.reading() as session:
        found = coverage(session, "34", "vi")
    assert found.years == ("2023", "2024", "2025", "2026")
    assert (found.plans, found.files) == (len(once()), len(plans()))
    rows = {row.place.id: row for row in found.rows}
    held = rows["vn-86"].cells
    assert [len(cell.plans) for cell in held] == [1, 1, 1, 1]
    assert held[3].reviewed == 7
    assert held[3].share == 7 / len(counting(sample("ninh-son-2024")))
    nothing = rows["vn-12"].cells[0]
    assert not nothing.held
    assert nothing.tasks is None
    assert "tỉnh Cao Bằng" in found.without
    assert not any("Vĩnh Long" in name for name in found.without)
    twice = next(row for row in found.rows if row.place.shared)  # huyện Ninh Sơn: five communes
    assert [cell.files for cell in twice.cells] == [0, 2, 0, 0]


def test_a_code_that_passed_to_another_name_is_two_units(filled: Store) -> None:
    with filled.reading() as session:
        lines = measured(session, ("unit",), Scope(), "vi").lines
    names = {line.names[0] for line in lines}
    assert {"tỉnh Bắc Giang"} < names
    assert sum("Bắc Ninh" in name for name in names) == 1


def test_one_to_many_is_shown_and_not_guessed() -> None:
    after = date(2026, 1, 1)
    assert placed("vn-86", after, "63").ids == ("vn-83", "vn-84", "vn-86")
    assert placed("vn-86", after, "34").ids == placed("vn-86", None, "34").ids == ("vn-86",)
    assert placed("vn-01", after, "63").ids == ("vn-01",)
    assert placed(None, after, "63").id == ""
    assert body_placed("vn-86/so-noi-vu", after, "63").shared
    assert body_placed("vn-83/so-noi-vu", date(2023, 1, 1), "34").ids == ("vn-86/so-noi-vu",)
    assert roles_placed(["so-ke-hoach-dau-tu"], "34") == {"so-ke-hoach-dau-tu": ("so-tai-chinh",)}
    assert (
        "so-nnptnt"
        in roles_placed(["so-nong-nghiep-moi-truong"], "63")["so-nong-nghiep-moi-truong"]
    )


def test_measures_have_definitions() -> None:
    assert len({one.key for one in measures()}) == len(measures())
    for one in measures():
        assert one.meaning("vi")
        assert one.meaning("en") != one.meaning("vi")
        assert one.kind in ("count", "share")
    assert len(DIMENSIONS) == len(set(DIMENSIONS.values()))
