"""Corrections by people: understood, taken back, replayed, never overwritten and never moved."""

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.contract import decode, encode
from models.plan import Plan
from models.tables import AuditRow, CorrectionRow, MentionRow, PlanRow, TaskRow
from models.tables.documents import task_key
from service.access.audit import By
from service.store import Store
from service.store.corrections import (
    add_task,
    confirm_plan,
    confirm_task,
    correct,
    orphans,
    withdraw,
)
from service.store.errors import (
    NoPlan,
    StaleRevision,
    UnknownCorrection,
    UnknownField,
    UnknownTask,
    WrongValue,
)
from service.store.filters import CorrectionQuery, TaskQuery
from service.store.listings import corrections
from service.store.plans import plan_json
from service.store.replay import CHANGED
from service.store.tasks import tasks
from tests.service.store.readings import kept, put, renamed, sample, save, with_task

PLAN = sample("binh-duong-2024")
KEY = task_key(PLAN.document.id, PLAN.tasks[2].id)
LAN = By("lan")


@pytest.fixture
def filled(store: Store) -> Store:
    put(store, PLAN)
    return store


def fix(
    store: Store, changes: dict[str, Any], key: str = KEY, by: By = LAN, **more: Any
) -> TaskRow:
    with store.writing() as session:
        row = correct(session, key, changes, by=by, **more)
        session.expunge(row)
        return row


def task(store: Store, key: str = KEY) -> TaskRow:
    with store.reading() as session:
        return session.scalars(select(TaskRow).where(col(TaskRow.key) == key)).one()


def record(store: Store, key: str = KEY) -> dict[str, Any]:
    return dict(json.loads(task(store, key).record))


def the_plan(store: Store) -> PlanRow:
    with store.reading() as session:
        return session.scalars(select(PlanRow)).one()


def last(store: Store) -> CorrectionRow:
    with store.reading() as session:
        return corrections(session, CorrectionQuery()).items[0]


def take_back(store: Store, correction_id: str, **more: Any) -> CorrectionRow:
    with store.writing() as session:
        row = withdraw(session, correction_id, by=By("minh"), **more)
        session.expunge(row)
        return row


def meanings(store: Store, document: str) -> list[Any]:
    """The bodies that the tasks of a document name, told by the place of the task."""
    with store.reading() as session:
        places = {
            row.serial: row.position
            for row in session.execute(
                select(TaskRow.__table__).where(col(TaskRow.document_id) == document)
            )
        }
        found = []
        table = MentionRow.__table__
        for row in session.execute(select(table).where(table.c.document_id == document)):
            values = {k: v for k, v in row._mapping.items() if k not in ("serial", "document_id")}
            found.append(repr(values | {"task": places.get(values["task"])}))
        return sorted(found)


def test_texts_are_set_and_taken_away(filled: Store) -> None:
    fields = ("description", "subject", "product", "target", "note", "ordinal")
    row = fix(filled, {name: f"  {name}  mới\n\n dòng 2 " for name in fields})
    for name in fields:
        assert record(filled)[name] == f"{name} mới\ndòng 2"
    assert (row.corrected, row.revision, row.status) == (True, 2, "open")
    assert the_plan(filled).revision == 2
    row = fix(filled, {"note": None, "product": " "})
    assert (record(filled)["note"], record(filled)["product"], row.revision) == (None, None, 3)


def test_bodies_are_understood_anew(filled: Store) -> None:
    fix(filled, {"lead": "Sở Y tế, Sở Tư pháp", "coordinating": None})
    assert record(filled)["lead"]["text"] == "Sở Y tế, Sở Tư pháp"
    ids = [body["id"] for body in record(filled)["lead"]["agencies"]]
    assert ids == ["vn-74/so-y-te", "vn-74/so-tu-phap"]
    assert record(filled)["coordinating"] is None
    with filled.reading() as session:
        where = TaskQuery(agency="vn-74/so-tu-phap", role="lead")
        assert KEY in {task.key for task in tasks(session, where).items}


def test_bodies_can_be_told(filled: Store) -> None:
    printed = "Tổ chuyên gia"
    fix(filled, {"lead": printed})
    assert "lead.unresolved" in record(filled)["issues"]
    fix(filled, {"lead": {"agencies": ["vn-74-718/ubnd-huyen", "vn-74/so-y-te"]}})
    lead = record(filled)["lead"]
    assert lead["text"] == printed
    assert record(filled)["issues"] == []
    assert [body["id"] for body in lead["agencies"]] == ["vn-74-718/ubnd-huyen", "vn-74/so-y-te"]
    assert {body["via"] for body in lead["agencies"]} == {"person"}
    assert all(body["name"] for body in lead["agencies"])
    fix(filled, {"lead": {"agencies": ["vn/bo-y-te"], "text": "Bộ Y tế"}})
    assert record(filled)["lead"]["text"] == "Bộ Y tế"


def test_deadlines_are_read_with_the_years_of_the_plan(filled: Store) -> None:
    row = fix(filled, {"deadline": "Quý III"})
    assert (str(row.due_order), row.deadline_kind) == ("2024-09-30", "period")
    assert record(filled)["deadline"]["due"] == "2024-09-30"
    row = fix(filled, {"deadline": None})
    assert (record(filled)["deadline"], str(row.due_order)) == (None, "9999-12-31")
    fix(filled, {"deadline": "xyz abc"})
    assert "deadline.unread" in record(filled)["issues"]


def test_fields_are_codes(filled: Store) -> None:
    row = fix(filled, {"field": "PAPI.1.1"})
    assert (row.field, record(filled)["field"]["by"]) == ("PAPI.1.1", "person")
    assert fix(filled, {"field": None}).field is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"id": "x"}, UnknownField),
        ({"provenance": None}, UnknownField),
        ({"": None}, UnknownField),
        ({"note": 5}, WrongValue),
        ({"note": ["x"]}, WrongValue),
        ({"note": {"text": "x"}}, WrongValue),
        ({"note": "x" * 20_001}, WrongValue),
        ({"note": "\ud800"}, WrongValue),
        ({"field": "PAR.99"}, WrongValue),
        ({"deadline": {"due": "2024-01-01"}}, WrongValue),
        ({"lead": True}, WrongValue),
        ({"lead": {}}, WrongValue),
        ({"lead": {"agencies": []}}, WrongValue),
        ({"lead": {"agencies": [5]}}, WrongValue),
        ({"lead": {"agencies": ["vn-74/so-y-te"], "id": 5}}, WrongValue),
        ({"lead": {"agencies": ["vn-74/so-khong-co"]}}, WrongValue),
        ({"lead": {"agencies": ["vn-99/so-y-te"]}}, WrongValue),
        ({"lead": {"agencies": ["vn/so-y-te"]}}, WrongValue),
        ({"lead": {"agencies": ["vn-74-718/so-y-te"]}}, WrongValue),
        ({"note": "đúng", "lead": 5}, WrongValue),
    ],
)
def test_what_has_no_meaning_is_refused_whole(
    sqlite_store: Store, changes: dict[str, Any], error: type[Exception]
) -> None:
    put(sqlite_store, PLAN)
    before = task(sqlite_store)
    with pytest.raises(error) as caught:
        fix(sqlite_store, changes)
    assert caught.value.code.startswith("correction.")  # type: ignore[attr-defined]
    assert task(sqlite_store) == before
    with sqlite_store.reading() as session:
        assert corrections(session, CorrectionQuery()).items == []


def test_a_value_that_is_there_is_no_change(filled: Store) -> None:
    before = record(filled)
    row = fix(filled, {name: before[name] for name in ("note", "description")})
    assert row.revision == 1
    with filled.reading() as session:
        assert corrections(session, CorrectionQuery()).items == []
        assert session.scalars(select(AuditRow)).all() == []


def test_a_stale_revision_changes_nothing(filled: Store) -> None:
    fix(filled, {"note": "một"}, if_match=1)
    with pytest.raises(StaleRevision) as caught:
        fix(filled, {"note": "hai"}, if_match=1)
    assert caught.value.facts == {"current": 2}
    assert record(filled)["note"] == "một"
    with pytest.raises(StaleRevision), filled.writing() as session:
        confirm_task(session, KEY, by=LAN, if_match=1)
    with pytest.raises(StaleRevision), filled.writing() as session:
        confirm_plan(session, PLAN.document.id, by=LAN, if_match=1)
    with pytest.raises(StaleRevision):
        take_back(filled, last(filled).id, if_match=1)


def test_of_two_with_the_same_revision_one_is_late(filled: Store) -> None:
    def attempt(number: int) -> bool:
        try:
            fix(filled, {"note": f"lần {number}"}, if_match=1)
        except StaleRevision:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1
    assert task(filled).revision == 2


def test_what_is_not_there_is_named(filled: Store) -> None:
    with pytest.raises(UnknownTask):
        fix(filled, {"note": "a"}, key="x.y")
    with pytest.raises(UnknownCorrection):
        take_back(filled, "abc")
    with pytest.raises(NoPlan), filled.writing() as session:
        confirm_plan(session, "0" * 16, by=LAN)


def test_withdrawn_the_one_before_counts_again(filled: Store) -> None:
    read = record(filled)
    fix(filled, {"note": "một", "lead": "Sở Y tế"})
    fix(filled, {"note": "hai"})
    second = last(filled)
    taken = take_back(filled, second.id, if_match=3)
    assert (taken.withdrawn_by, taken.withdrawn_at is not None) == ("minh", True)
    assert record(filled)["note"] == "một"
    with filled.reading() as session:
        left = corrections(session, CorrectionQuery(task=KEY, state="active")).items
    assert {row.field for row in left} == {"note", "lead"}
    for row in left:
        take_back(filled, row.id)
    assert record(filled) == read
    row_ = task(filled)
    assert (row_.corrected, row_.reading, row_.revision) == (False, None, 6)
    take_back(filled, second.id)
    assert task(filled).revision == 6
    with filled.reading() as session:
        assert kept(session, PLAN) == encode(PLAN)


def test_the_rows_are_those_of_the_corrected_plan(filled: Store) -> None:
    """What is derived from a correction is what a reading of the same words would give."""
    fix(filled, {"lead": "Sở Y tế", "deadline": "Quý I; Quý III", "note": "x", "field": "PAR.3"})
    with filled.reading() as session:
        now_ = decode(plan_json(session, PLAN.document.id))
    assert now_.tasks[2].note == "x"
    other = put(filled, renamed(now_, "như đã sửa"))
    assert meanings(filled, PLAN.document.id) == meanings(filled, other)
    twin = task(filled, task_key(other, PLAN.tasks[2].id))
    mine = task(filled)
    same = set(TaskRow.model_fields) - {
        "serial", "key", "document_id", "revision", "corrected", "reading",
    }  # fmt: skip
    assert {n: getattr(mine, n) for n in same} == {n: getattr(twin, n) for n in same}


def test_words_are_found_at_once(filled: Store) -> None:
    fix(filled, {"product": "Bản đồ hổ phách"})
    with filled.reading() as session:
        assert [t.key for t in tasks(session, TaskQuery(text="ho phach")).items] == [KEY]
        corrected = tasks(session, TaskQuery(corrected=True)).items
        assert [t.key for t in corrected] == [KEY]


def test_a_new_reading_keeps_what_people_said(filled: Store) -> None:
    fix(filled, {"note": "của người", "deadline": "Quý III"})
    said = record(filled)
    again = with_task(PLAN, 2, note="máy đọc khác", confidence=0.42)
    put(filled, again)
    row = task(filled)
    assert (record(filled)["note"], str(row.due_order)) == ("của người", "2024-09-30")
    assert CHANGED in record(filled)["issues"]
    assert json.loads(row.reading or "")["note"] == "máy đọc khác"
    put(filled, PLAN)
    assert record(filled) == said
    put(filled, PLAN)
    assert task(filled).revision == 4
    take_back(filled, last(filled).id)


def test_the_task_of_another_reading_keeps_its_review(filled: Store) -> None:
    fix(filled, {"note": "của người"})
    with filled.writing() as session:
        confirm_task(session, KEY, by=LAN)
    put(filled, with_task(PLAN, 2, confidence=0.3))
    assert task(filled).status == "confirmed"
    put(filled, with_task(PLAN, 2, product="khác"))
    assert task(filled).status == "open"


def test_what_fits_no_more_is_an_orphan_until_it_fits_again(filled: Store) -> None:
    fix(filled, {"note": "của người"})
    said = record(filled)
    fewer = dataclasses.replace(PLAN, tasks=PLAN.tasks[:2] + PLAN.tasks[3:])
    put(filled, fewer)
    with filled.reading() as session:
        lost = orphans(session, PLAN.document.id)
        assert [(row.field, json.loads(row.after)) for row in lost] == [("note", "của người")]
        assert lost == orphans(session)
        assert kept(session, PLAN) == encode(fewer)
        since = lost[0].orphaned_at
    put(filled, with_task(fewer, 0, note="y"))
    with filled.reading() as session:
        assert orphans(session)[0].orphaned_at == since
    put(filled, PLAN)
    with filled.reading() as session:
        assert orphans(session) == []
    assert record(filled) == said
    put(filled, fewer)
    gone = take_back(filled, last(filled).id)
    assert gone.withdrawn_at is not None
    put(filled, PLAN)
    assert record(filled)["note"] == json.loads(encode(PLAN.tasks[2]))["note"]


def twins() -> Plan:
    """A plan with two tasks of the same words, told apart by their number alone."""
    one = PLAN.tasks[1]
    other = dataclasses.replace(one, id=f"{one.id}0")
    return dataclasses.replace(PLAN, tasks=(*PLAN.tasks[:4], other, *PLAN.tasks[4:]))


def test_it_never_moves_to_a_lookalike(filled: Store) -> None:
    plan = twins()
    put(filled, plan)
    fix(filled, {"note": "của người"}, key=task_key(plan.document.id, plan.tasks[1].id))
    # The first twin is gone; the second has its id now, as the reader numbers them.
    second = dataclasses.replace(plan.tasks[4], id=plan.tasks[1].id)
    left = (plan.tasks[0], *plan.tasks[2:4], second, *plan.tasks[5:])
    put(filled, dataclasses.replace(plan, tasks=left))
    with filled.reading() as session:
        assert [row.field for row in orphans(session)] == ["note"]
        assert tasks(session, TaskQuery(corrected=True)).items == []
    put(filled, plan)
    with filled.reading() as session:
        assert orphans(session) == []
        assert [t.id for t in tasks(session, TaskQuery(corrected=True)).items] == [plan.tasks[1].id]


def test_under_a_new_id_it_is_known_by_its_place(filled: Store) -> None:
    fix(filled, {"note": "của người"})
    put(filled, with_task(PLAN, 2, id="t-khac"))
    moved = task_key(PLAN.document.id, "t-khac")
    assert record(filled, moved)["note"] == "của người"
    assert last(filled).task_id == "t-khac"
    take_back(filled, last(filled).id)
    assert record(filled, moved)["note"] == PLAN.tasks[2].note


def test_words_of_the_task_itself_can_be_corrected(filled: Store) -> None:
    """The selectors are of what was read, not of what people made of it."""
    fix(filled, {"description": "Nội dung đúng", "ordinal": "7"})
    fix(filled, {"note": "thêm"})
    put(filled, with_task(PLAN, 2, confidence=0.5))
    found = record(filled)
    assert [found[name] for name in ("description", "ordinal", "note")] == [
        "Nội dung đúng", "7", "thêm",
    ]  # fmt: skip


def test_each_change_is_on_the_trail_without_words(filled: Store) -> None:
    fix(filled, {"note": "bí mật"}, reason="đọc sai", by=By("lan", "r1", "::1"))
    take_back(filled, last(filled).id)
    with filled.writing() as session:
        confirm_task(session, KEY, by=LAN)
        confirm_task(session, KEY, by=LAN, status="open")
        confirm_plan(session, PLAN.document.id, by=LAN)
        confirm_plan(session, PLAN.document.id[7:23], by=LAN, status="draft")
    with filled.reading() as session:
        trail = session.scalars(select(AuditRow).order_by(AuditRow.serial)).all()  # type: ignore[arg-type]
        kept = session.scalars(select(CorrectionRow)).one()
    assert [row.action for row in trail] == [
        "task.correct", "correction.withdraw", "task.confirm", "task.reopen", "plan.confirm",
        "plan.reopen",
    ]  # fmt: skip
    assert (trail[0].actor, trail[0].subject, trail[0].request_id, trail[0].address) == (
        "lan", KEY, "r1", "::1",
    )  # fmt: skip
    assert not any("bí mật" in (row.detail or "") for row in trail)
    assert (kept.reason, kept.author, json.loads(kept.after)) == ("đọc sai", "lan", "bí mật")


def test_a_plan_is_confirmed_with_its_tasks(filled: Store) -> None:
    with filled.writing() as session:
        confirm_task(session, KEY, by=LAN)
    with filled.writing() as session:
        plan = confirm_plan(session, PLAN.document.id, by=LAN, if_match=2)
        assert (plan.status, plan.revision) == ("confirmed", 3)
    with filled.reading() as session:
        rows = tasks(session, TaskQuery(status="confirmed")).items
        assert len(rows) == len(PLAN.tasks)
        assert {row.revision for row in rows} == {2}
    with filled.writing() as session:
        assert confirm_plan(session, PLAN.document.id, by=LAN).revision == 3
        confirm_task(session, KEY, by=LAN, status="open")
    assert the_plan(filled).status == "draft"


def test_corrections_are_listed_by_what_became_of_them(filled: Store) -> None:
    for n in range(5):
        fix(filled, {"note": f"{n}"})
    take_back(filled, last(filled).id)
    with filled.reading() as session:
        active = corrections(session, CorrectionQuery(state="active", limit=3))
        assert [json.loads(row.after) for row in active.items] == ["3", "2", "1"]
        more = corrections(session, CorrectionQuery(state="active", limit=3, after=active.next))
        assert [json.loads(row.after) for row in more.items] == ["0"]
        assert len(corrections(session, CorrectionQuery(state="withdrawn")).items) == 1
        assert corrections(session, CorrectionQuery(state="orphaned")).items == []
        assert len(corrections(session, CorrectionQuery(document=KEY[:16])).items) == 5
        assert corrections(session, CorrectionQuery(author="ai")).items == []
        made = col(CorrectionRow.created_at)
        ids = session.scalars(select(col(CorrectionRow.id)).order_by(made)).all()
    assert all(len(id_) == 32 for id_ in ids)
    assert list(ids) == sorted(ids)


def test_a_task_that_was_passed_over_is_added_and_stays(filled: Store) -> None:
    """Behind the task it was put behind, also in a later reading; corrected and taken back."""
    after, behind = PLAN.tasks[2].id, PLAN.tasks[3].id
    with filled.writing() as session:
        values = {"description": "Báo cáo kết quả", "deadline": "31/3/2024"}
        key = add_task(session, PLAN.document.id, after, values, by=LAN).key
    added = key.partition(".")[2]
    fix(filled, {"lead": "Sở Nội vụ"}, key)

    def order() -> list[str]:
        with filled.reading() as session:
            return [one.id for one in decode(plan_json(session, PLAN.document.id)).tasks]

    def again(plan: Plan) -> bool:
        """Reads it once more; whether anything changed."""
        with filled.writing() as session:
            return save(session, plan)

    assert order()[2:5] == [after, added, behind]
    assert record(filled, key)["deadline"]["due"] == "2024-03-31"
    assert not again(PLAN)
    again(dataclasses.replace(PLAN, tasks=PLAN.tasks[1:]))
    assert order()[1:4] == [after, added, behind]
    assert record(filled, key)["lead"]["text"] == "Sở Nội vụ"
    again(dataclasses.replace(PLAN, tasks=PLAN.tasks[:2] + PLAN.tasks[3:]))
    assert added not in order()
    with filled.reading() as session:
        assert {one.field for one in orphans(session)} == {"added", "lead"}
    again(PLAN)
    assert order()[2:5] == [after, added, behind]
    with filled.reading() as session:
        found = select(CorrectionRow.id).where(col(CorrectionRow.field) == "added")
        correction = session.scalars(found).one()
    take_back(filled, correction)
    assert order() == [one.id for one in PLAN.tasks]
    assert not again(PLAN)
