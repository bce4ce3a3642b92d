"""The list of tasks: each filter against the plans themselves, every order, page by page."""

import dataclasses
import json
from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event

from extractor.language.deeds import Deed, deeds
from extractor.text import searched
from models.plan import Plan
from models.tables import TaskRow
from models.tables.documents import task_key
from models.task import Task
from service.store import Store
from service.store.errors import WrongCursor
from service.store.filters import TaskFilter, TaskQuery
from service.store.plans import partial_plans
from service.store.statements import bodies_of
from service.store.tasks import ORDERS, facets, task_of, tasks
from tests.service.store.readings import put, renamed, sample, with_task

PLANS = ("vinh-long-2023", "ninh-son-2024", "binh-duong-2024", "lai-chau-2025")


@pytest.fixture(scope="module")
def filled(module_store: Store) -> Store:
    for plan in plans():
        put(module_store, plan)
    return module_store


def plans() -> list[Plan]:
    """The small samples, and one without a unit, a date and years."""
    plain = sample("binh-duong-2024")
    head = dataclasses.replace(plain.document, unit=None, issued_on=None, period=None)
    nowhere = renamed(dataclasses.replace(plain, document=head), "nowhere")
    return [*map(sample, PLANS), nowhere]


def every(store: Store, where: TaskFilter, sort: str = "document", limit: int = 1000) -> list[str]:
    """The keys of all tasks of a filter, by as many pages as it takes."""
    found: list[str] = []
    after = None
    with store.reading() as session:
        while True:
            asked = where.into(TaskQuery, sort=sort, limit=limit, after=after)
            page = tasks(session, asked)
            assert len(page.items) <= limit
            found += [task.key for task in page.items]
            if page.next is None:
                return found
            assert len(page.items) == limit
            after = page.next


def expected(asks: Any) -> list[str]:
    """The keys of the tasks of the samples that fulfil a condition on plan and task."""
    return [
        task_key(plan.document.id, task.id)
        for plan in sorted(plans(), key=lambda plan: plan.document.id)
        for task in plan.tasks
        if asks(plan, task)
    ]


def unit_of(plan: Plan) -> str:
    unit = plan.document.unit
    return (unit.id if unit else None) or ""


def years_of(plan: Plan) -> tuple[int, ...]:
    return plan.document.period.years if plan.document.period else ()


def due(task: Task) -> str:
    return (task.deadline.due if task.deadline else None) or "9999-12-31"


def asked_for(task: Task) -> Deed:
    return deeds(task.description or task.subject or "", task.product or None)[0]


def named(task: Task, *roles: str) -> set[str | None]:
    cells = [getattr(task, role) for role in roles or ("lead", "coordinating")]
    return {body.id for cell in cells if cell for body in cell.agencies}


ASKED: list[tuple[TaskFilter, Any]] = [
    (TaskFilter(), lambda p, t: True),
    (TaskFilter(unit="vn-58"), lambda p, t: unit_of(p).startswith("vn-58")),
    (TaskFilter(unit="vn-58", below=False), lambda p, t: unit_of(p) == "vn-58"),
    (TaskFilter(unit="vn-58-585"), lambda p, t: unit_of(p) == "vn-58-585"),
    (TaskFilter(unit="vn"), lambda p, t: unit_of(p).startswith("vn")),
    (TaskFilter(unit="vn-99"), lambda p, t: False),
    (TaskFilter(year=2024), lambda p, t: 2024 in years_of(p)),
    (TaskFilter(field="PAR.1"), lambda p, t: bool(t.field) and t.field.code == "PAR.1"),
    (TaskFilter(field="PAR"), lambda p, t: bool(t.field) and t.field.code.startswith("PAR.")),
    (TaskFilter(kind="missing"), lambda p, t: t.deadline is None),
    (TaskFilter(kind="period"), lambda p, t: bool(t.deadline) and t.deadline.kind == "period"),
    (TaskFilter(origin="narrative"), lambda p, t: t.origin == "narrative"),
    (TaskFilter(repeats=False), lambda p, t: t.same_as is None),
    (TaskFilter(status="confirmed"), lambda p, t: False),
    (TaskFilter(corrected=False), lambda p, t: True),
    (TaskFilter(corrected=True), lambda p, t: False),
    (TaskFilter(due_from=date(2023, 6, 1), due_to=date(2023, 12, 31)),
     lambda p, t: "2023-06-01" <= due(t) <= "2023-12-31"),
    (TaskFilter(due_from=date(2023, 6, 1)), lambda p, t: "2023-06-01" <= due(t) < "9999"),
    (TaskFilter(due_to=date(9999, 12, 31)), lambda p, t: due(t) < "9999"),
    (TaskFilter(agency="vn-86/so-noi-vu"), lambda p, t: "vn-86/so-noi-vu" in named(t)),
    (TaskFilter(agency="vn-86/so-noi-vu", role="lead"),
     lambda p, t: "vn-86/so-noi-vu" in named(t, "lead")),
    (TaskFilter(agency="vn-86/so-tai-chinh", successors="2026"),
     lambda p, t: bool({"vn-86/so-tai-chinh", "vn-86/so-ke-hoach-dau-tu"} & named(t))),
    (TaskFilter(document=sample("lai-chau-2025").document.id),
     lambda p, t: p is sample("lai-chau-2025")),
    (TaskFilter(document=sample("lai-chau-2025").document.id[7:23]),
     lambda p, t: p is sample("lai-chau-2025")),
    (TaskFilter(document="0" * 16), lambda p, t: False),
    (TaskFilter(unit="vn-86", kind="missing", origin="table"),
     lambda p, t: unit_of(p) == "vn-86" and t.deadline is None and t.origin == "table"),
    (TaskFilter(year=2023, agency="vn-86/so-noi-vu", due_to=date(2023, 6, 30)),
     lambda p, t: unit_of(p) == "vn-86" and "vn-86/so-noi-vu" in named(t)
     and due(t) <= "2023-06-30"),
    (TaskFilter(step="check"), lambda p, t: asked_for(t).step == "check"),
    (TaskFilter(act="issue", origin="table"),
     lambda p, t: "issue" in asked_for(t).acts and t.origin == "table"),
    (TaskFilter(level="each"), lambda p, t: "each" in asked_for(t).levels),
    (TaskFilter(sector="officials"), lambda p, t: "officials" in asked_for(t).sectors),
    (TaskFilter(object="Tuyên truyền  cải cách hành chính", step="plan"),
     lambda p, t: asked_for(t).object == "tuyên truyền cải cách hành chính"
     and asked_for(t).step == "plan"),
    (TaskFilter(text="cải cách hành chính", unit="vn-86"),
     lambda p, t: unit_of(p) == "vn-86" and all(
         any(word.startswith(part) for word in searched(spoken(t)).split())
         for part in ("cai", "cach", "hanh", "chinh"))),
]  # fmt: skip


def spoken(task: Task) -> str:
    cells = [cell for cell in (task.lead, task.coordinating) if cell]
    return "\n".join(
        filter(
            None,
            (
                task.subject, task.description, task.product, task.target, task.note,
                task.deadline and task.deadline.text, task.appendix, *task.group,
                *task.extra.values(), *(cell.text for cell in cells),
                *(body.name for cell in cells for body in cell.agencies),
            ),
        )
    )  # fmt: skip


def test_each_filter_gives_what_the_plans_hold(filled: Store) -> None:
    for where, asks in ASKED:
        assert every(filled, where) == expected(asks), where
    records = [where for where, _ in ASKED if where.step or where.act or where.level]
    assert all(every(filled, where) for where in records)


@pytest.mark.parametrize("module_store", ["sqlite"], indirect=True)
def test_either_way_to_the_tasks_gives_the_same(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few tasks are taken and sorted, many looked for along the order: with the same result."""
    found = {
        (at, sort): every(filled, where, sort)
        for (at, (where, _)), sort in product(enumerate(ASKED), ORDERS)
    }
    for few, looked in ((-1, 0), (10**9, 0), (-1, 5), (-1, 5000)):
        for name in ("FEW_IN_PLANS", "FEW_IN_SETS"):
            monkeypatch.setattr(f"service.store.tasks.{name}", few)
        monkeypatch.setattr("service.store.tasks.LOOKED", looked)
        for (at, sort), wanted in found.items():
            assert every(filled, ASKED[at][0], sort) == wanted, (ASKED[at][0], sort, few, looked)
    monkeypatch.setattr("service.store.tasks.FEW_IN_PLANS", -1)
    for (at, sort), wanted in found.items():
        assert every(filled, ASKED[at][0], sort) == wanted


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_show_each_task_once_in_order(filled: Store, sort: str) -> None:
    whole = every(filled, TaskFilter(), sort)
    assert Counter(whole) == Counter(expected(lambda p, t: True))
    for limit in (7, 256):
        assert every(filled, TaskFilter(), sort, limit) == whole
    one = TaskFilter(document=sample("binh-duong-2024").document.id)
    assert every(filled, one, sort, 1) == every(filled, one, sort)
    with filled.reading() as session:
        found = tasks(session, TaskQuery(sort=sort, limit=1000)).items
        rows = [session.get_one(TaskRow, one.serial) for one in found]
    key = {
        "document": lambda row: (row.document_id, row.position),
        "due": lambda row: row.due_order,
        "-due": lambda row: row.due_reverse,
        "unit": lambda row: (row.unit_id is None, row.unit_id or "", row.document_id, row.position),
        "confidence": lambda row: row.confidence,
        "-confidence": lambda row: row.confidence,
    }[sort]
    assert [key(row) for row in rows] == sorted(map(key, rows), reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ORDERS)
def test_a_list_tells_of_each_task_what_it_tells_alone(filled: Store, sort: str) -> None:
    with filled.reading() as session:
        page = tasks(session, TaskFilter().into(TaskQuery, sort=sort, limit=5000))
        assert page.items
        for told in page.items:
            alone = task_of(session, told.key)._asdict()
            assert {name: getattr(told, name) for name in alone} == alone
            assert all(type(getattr(told, name)) is type(one) for name, one in alone.items())


def test_a_walk_is_not_disturbed_by_what_comes_in(store: Store) -> None:
    put(store, sample("ninh-son-2024"))
    mine = set(every(store, TaskFilter()))
    seen: list[str] = []
    after, number = None, 0
    while True:
        with store.reading() as session:
            page = tasks(session, TaskQuery(sort="due", limit=20, after=after))
        seen += [task.key for task in page.items]
        if page.next is None:
            break
        after = page.next
        number += 1
        put(store, renamed(sample("binh-duong-2024"), f"{number}"))
    assert Counter(key for key in seen if key in mine) == Counter(mine)


def test_a_cursor_of_another_order_is_refused(filled: Store) -> None:
    with filled.reading() as session:
        first = tasks(session, TaskQuery(sort="due", limit=1))
        assert first.next is not None
        with pytest.raises(WrongCursor):
            tasks(session, TaskQuery(sort="-due", limit=1, after=first.next))


def test_facets_add_up(filled: Store) -> None:
    with filled.reading() as session:
        for where, asks in ASKED:
            found = facets(session, where)
            keys = set(expected(asks))
            chosen = [
                (p, t) for p in plans() for t in p.tasks if task_key(p.document.id, t.id) in keys
            ]
            assert found["unit"] == Counter(unit_of(p) for p, _ in chosen)
            assert found["field"] == Counter(t.field.code if t.field else "" for _, t in chosen)
            assert found["origin"] == Counter(t.origin for _, t in chosen)
            assert found["lead"] == Counter(b for _, t in chosen for b in named(t, "lead") if b)
            assert found["year"] == Counter(
                str(year)
                for p, _ in chosen
                if p.document.period
                for year in p.document.period.years
            )


def test_an_agency_has_its_lineage(sqlite_store: Store) -> None:
    with sqlite_store.reading() as session:
        assert bodies_of(session, "vn-86/so-tai-chinh", None) == ["vn-86/so-tai-chinh"]
        now = bodies_of(session, "vn-86/so-tai-chinh", "2026")
        assert {"vn-86/so-tai-chinh", "vn-83/so-ke-hoach-dau-tu", "vn-84/so-tai-chinh"} <= set(now)
        old = bodies_of(session, "vn-83/so-ke-hoach-dau-tu", "2026")
        assert old == ["vn-83/so-ke-hoach-dau-tu", "vn-86/so-tai-chinh"]


def test_parts_of_plans_hold_the_tasks_in_order(filled: Store) -> None:
    for sort in ("document", "due"):
        found = []
        for part in partial_plans(filled, TaskFilter(kind="period"), sort):
            plan = json.loads(part)
            key = plan["document"]["id"][7:23]
            found += [f"{key}.{task['id']}" for task in plan["tasks"]]
            assert plan["contract"] == "kehoach/plan@1"
            assert plan["sections"] == plan["targets"] == plan["citations"] == []
            assert set(plan["ledger"]) == {"units", "fates"}
        assert found == every(filled, TaskFilter(kind="period"), sort)


def test_long_walks_go_lot_by_lot(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.plans.STEP", 7)
    found = [json.loads(part) for part in partial_plans(filled, TaskFilter(), "document")]
    assert max(len(plan["tasks"]) for plan in found) == 7
    assert sum(len(plan["tasks"]) for plan in found) == len(every(filled, TaskFilter()))


def test_sqlite_never_reads_tasks_that_are_not_shown(sqlite_store: Store) -> None:
    """Whatever is asked, the way to the tasks is an index that has all of it."""
    for number in range(3):
        put(sqlite_store, renamed(with_task(sample("binh-duong-2024"), 0, note="x"), str(number)))
    seen: list[tuple[str, Any]] = []

    def noted(_c: Any, _u: Any, statement: str, given: Any, _x: Any, _m: bool) -> None:
        if "INDEXED" in statement:
            seen.append((statement, given))

    event.listen(sqlite_store.engine, "before_cursor_execute", noted)
    with sqlite_store.reading() as session:
        for (where, _), sort in product(ASKED, ORDERS):
            tasks(session, where.into(TaskQuery, sort=sort, limit=2))
        event.remove(sqlite_store.engine, "before_cursor_execute", noted)
        connection = session.connection()
        for statement, given in {str(one): one for one in seen}.values():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            ways = [row[3] for row in plan if " tasks" in row[3]]
            covered = [
                way for way in ways if "COVERING INDEX" in way or "INTEGER PRIMARY KEY" in way
            ]
            assert ways
            assert ways == covered, (statement, ways)
