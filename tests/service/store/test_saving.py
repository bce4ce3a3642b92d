"""Readings become rows and rows plans again; a new reading changes what it changes, no more."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlmodel import col

from models.contract import decode_task, encode
from models.plan import Plan
from models.provenance import Provenance
from models.tables import (
    AgencyRow,
    CitationRow,
    MentionRow,
    PlanRow,
    PlanYearRow,
    SectionRow,
    TargetRow,
    TaskRow,
)
from models.tables.documents import task_key
from service.access.audit import By
from service.store import Store
from service.store.corrections import confirm_plan, confirm_task
from service.store.errors import NoPlan
from service.store.plans import plan_json
from tests.conftest import PLANS as SAMPLES
from tests.service.store.readings import kept, put, read, renamed, sample, save, with_task

#: Every sample as a web page, and one of them in every form.
FILES = [*sorted(SAMPLES.glob("*/*.html"))]
FILES += [SAMPLES / "ninh-son-2024" / f"ninh-son-2024.{form}" for form in ("docx", "pdf", "txt")]
TABLES = [
    model.__table__
    for model in (
        PlanRow,
        PlanYearRow,
        SectionRow,
        TaskRow,
        MentionRow,
        TargetRow,
        CitationRow,
    )
]


def rows(store: Store) -> dict[str, list[Any]]:
    """All rows of the plans of a store, but for which run they are of."""
    with store.reading() as session:
        return {
            table.name: sorted(
                (
                    tuple(value for name, value in row._mapping.items() if name != "run_id")
                    for row in session.execute(select(table))
                ),
                key=repr,
            )
            for table in TABLES
        }


def tasks_of(store: Store) -> dict[str, TaskRow]:
    with store.reading() as session:
        return {row.id: row for row in session.scalars(select(TaskRow))}


def the_plan(store: Store) -> PlanRow:
    with store.reading() as session:
        return session.scalars(select(PlanRow)).one()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_comes_out_byte_for_byte(path: Path, sqlite_store: Store) -> None:
    plan = read(path)
    put(sqlite_store, plan)
    with sqlite_store.reading() as session:
        assert plan_json(session, plan.document.id) == encode(plan)
    found = the_plan(sqlite_store)
    assert (found.tasks, found.units) == (len(plan.tasks), plan.ledger.units)
    assert len(tasks_of(sqlite_store)) == len(plan.tasks)


def test_both_databases_hold_the_same(sqlite_store: Store, postgres_store: Store) -> None:
    for slug in ("vinh-long-2023", "ninh-son-2024", "lai-chau-2025"):
        put(sqlite_store, sample(slug))
        put(postgres_store, sample(slug))
    assert rows(sqlite_store) == rows(postgres_store)
    with postgres_store.reading() as session:
        plan = sample("ninh-son-2024")
        assert plan_json(session, plan.document.id) == encode(plan)


def test_the_same_reading_again_changes_nothing(store: Store) -> None:
    plan = sample("vinh-long-2023")
    put(store, plan)
    before = rows(store)
    with store.writing() as session:
        assert save(session, plan) is False
    assert rows(store) == before


def test_only_what_differs_is_written(store: Store) -> None:
    plan = sample("ninh-son-2024")
    put(store, plan)
    before = tasks_of(store)
    new = with_task(plan, 3, note="Ghi chú mới", deadline=None, lead=None)
    with store.writing() as session:
        assert save(session, new) is True
    after = tasks_of(store)
    changed = plan.tasks[3].id
    assert after[changed].revision == 2
    assert after[changed].serial == before[changed].serial
    assert decode_task(after[changed].record) == new.tasks[3]
    del before[changed], after[changed]
    assert after == before
    assert the_plan(store).revision == 2
    with store.reading() as session:
        assert kept(session, plan) == encode(new)


def test_tasks_come_and_go(store: Store) -> None:
    plan = sample("ninh-son-2024")
    fewer = dataclasses.replace(plan, tasks=plan.tasks[:10] + plan.tasks[20:])
    put(store, fewer)
    before = tasks_of(store)
    put(store, plan)
    after = tasks_of(store)
    assert len(after) == len(plan.tasks)
    for id_, row in before.items():
        assert (after[id_].serial, after[id_].revision) == (row.serial, 1)
    order = [t.id for t in sorted(after.values(), key=lambda task: task.position)]
    assert order == [task.id for task in plan.tasks]
    assert put(store, fewer)
    with store.reading() as session:
        assert kept(session, plan) == encode(fewer)


def test_a_reading_and_back_is_like_the_first(store: Store) -> None:
    """Whatever way a plan came about, its rows are those of the plan alone."""
    first, other = sample("ninh-son-2024"), sample("vinh-long-2023")
    same = dataclasses.replace(
        other, document=dataclasses.replace(other.document, id=first.document.id)
    )
    put(store, first)
    put(store, same)
    with store.reading() as session:
        assert kept(session, first) == encode(same)
    units = {row.unit_id for row in tasks_of(store).values()}
    assert units == {"vn-86"}
    put(store, first)
    with store.reading() as session:
        assert kept(session, first) == encode(first)
        years = session.scalars(select(col(PlanYearRow.year))).all()
        assert tuple(years) == (2024,)


def test_a_review_holds_while_the_task_says_the_same(store: Store) -> None:
    plan = sample("binh-duong-2024")
    document = put(store, plan)
    with store.writing() as session:
        confirm_plan(session, document, by=By("lan"))
    moved = with_task(plan, 0, provenance=Provenance(page=99), confidence=0.5, issues=("x",))
    put(store, moved)
    task = tasks_of(store)[plan.tasks[0].id]
    assert (task.status, task.revision) == ("confirmed", 3)
    assert the_plan(store).status == "confirmed"
    put(store, with_task(moved, 0, product="Khác hẳn"))
    after = tasks_of(store)
    assert after[plan.tasks[0].id].status == "open"
    assert after[plan.tasks[1].id].status == "confirmed"
    assert the_plan(store).status == "draft"


def test_a_new_title_makes_a_draft_of_a_plan(store: Store) -> None:
    plan = sample("binh-duong-2024")
    document = put(store, plan)
    with store.writing() as session:
        confirm_plan(session, document, by=By("lan"))
    head = dataclasses.replace(plan.document, title="KẾ HOẠCH KHÁC")
    put(store, dataclasses.replace(plan, document=head))
    assert (the_plan(store).status, the_plan(store).title) == ("draft", "KẾ HOẠCH KHÁC")
    with store.writing() as session:
        key = task_key(document, plan.tasks[0].id)
        assert confirm_task(session, key, by=By("lan")).status == "confirmed"


def test_text_with_nul_is_kept_whole_in_the_record(store: Store) -> None:
    plan = sample("binh-duong-2024")
    odd = with_task(plan, 0, note="a\x00b", extra={"cột\x00": "\x00"})
    odd = dataclasses.replace(odd, document=dataclasses.replace(odd.document, title="a\x00b"))
    put(store, odd)
    assert the_plan(store).title == "ab"
    with store.reading() as session:
        assert kept(session, plan) == encode(odd)


def test_bodies_of_districts_are_known_once_named(store: Store) -> None:
    district = select(col(AgencyRow.id)).where(col(AgencyRow.id).startswith("vn-58-585/"))
    with store.reading() as session:
        assert session.scalars(district).all() == []
    put(store, sample("ninh-son-2024"))
    with store.reading() as session:
        assert "vn-58-585/phong-noi-vu" in session.scalars(district).all()
        named = set(session.scalars(select(col(MentionRow.agency_id))))
        assert named <= set(session.scalars(select(col(AgencyRow.id))))


def test_of_two_that_save_at_once_one_counts_whole(store: Store) -> None:
    plan = sample("binh-duong-2024")
    put(store, plan)
    versions: list[Plan] = [
        dataclasses.replace(
            plan,
            tasks=tuple(dataclasses.replace(t, note=f"bản {n}") for t in plan.tasks[n % 3 :]),
        )
        for n in range(8)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda version: put(store, version), versions))
    with store.reading() as session:
        assert kept(session, plan) in map(encode, versions)


def test_what_is_no_plan_changes_nothing(sqlite_store: Store) -> None:
    plan = sample("binh-duong-2024")
    put(sqlite_store, plan)
    before = rows(sqlite_store)
    wrong = dataclasses.replace(plan, contract=None)  # type: ignore[arg-type]
    with pytest.raises(msgspec.ValidationError):
        put(sqlite_store, wrong)
    assert rows(sqlite_store) == before
    with sqlite_store.reading() as session, pytest.raises(NoPlan):
        plan_json(session, "sha256:none")


def test_another_file_of_the_same_plan_is_another_document(sqlite_store: Store) -> None:
    plan = sample("binh-duong-2024")
    put(sqlite_store, plan)
    put(sqlite_store, renamed(plan, "khác.docx"))
    with sqlite_store.reading() as session:
        found = session.scalars(
            select(col(TaskRow.key)).where(col(TaskRow.id) == plan.tasks[0].id)
        ).all()
    assert len(set(found)) == 2


def test_a_task_on_something_without_end_is_kept(store: Store) -> None:
    """Its words are no key that an index would have to hold."""
    words = " ".join(f"phân{number * 7919 % 10007} hệ{number}" for number in range(1500))
    plan = with_task(sample("ninh-son-2024"), 0, description=f"Xây dựng {words}")
    document = put(store, plan)
    with store.reading() as session:
        row = session.scalars(
            select(TaskRow).where(
                col(TaskRow.document_id) == document, col(TaskRow.id) == plan.tasks[0].id
            )
        ).one()
        assert words in (decode_task(row.record).description or "")
        assert row.object is None
