"""The reference tables are those of `corpora/`, and are brought up to date whole."""

import pytest
from sqlmodel import Session, col, delete, func, select

from corpora import units
from corpora.lineage import FRAMES, successors
from models.tables import (
    AgencyRow,
    DocumentRow,
    MentionRow,
    ReferenceRow,
    SuccessionRow,
    UnitRow,
)
from service.store import Store
from service.store.reference import SOURCES, digest, load_reference
from tests.service.store.planting import planted


def counted(session: Session) -> tuple[int, int, int]:
    found = [
        session.exec(select(func.count()).select_from(model)).one()
        for model in (UnitRow, AgencyRow, SuccessionRow)
    ]
    return found[0], found[1], found[2]


def test_every_unit_of_every_time(store: Store) -> None:
    with store.reading() as session:
        rows = session.exec(select(UnitRow)).all()
    by_level = {
        level: sum(row.level == level for row in rows)
        for level in ("central", "province", "district", "commune")
    }
    assert by_level == {
        "central": 1,
        "province": len(units.provinces()) - 1,
        "district": len(units.districts()),
        "commune": len(units.communes()) + len(units.communes_old()),
    }
    names = {(row.name, row.kind): row for row in rows if row.id == "vn-24"}
    before, after = names["Bắc Giang", "tỉnh"], names["Bắc Ninh", "tỉnh"]
    assert before.valid_to is not None
    assert after.valid_from is not None
    assert before.valid_to < after.valid_from
    assert before.parent == "vn"
    assert "bac giang" in before.words


def test_the_parent_of_a_commune_is_its_district_while_there_were_districts(store: Store) -> None:
    ended = min(units.communes_old().values(), key=lambda unit: unit.id)
    with store.reading() as session:
        old = session.exec(
            select(UnitRow).where(
                UnitRow.id == ended.id, UnitRow.valid_to == units.LAST_DISTRICT_DAY
            )
        ).one()
        assert old.parent == units.parent(ended.id, units.LAST_DISTRICT_DAY)
        parents = {row.parent for row in session.exec(select(UnitRow)) if row.parent}
        known = set(session.exec(select(UnitRow.id)))
    assert parents <= known


def test_a_body_has_its_last_name_and_is_found_by_the_others(store: Store) -> None:
    with store.reading() as session:
        row = session.get_one(AgencyRow, "vn-24/so-noi-vu")
        assert row.name == "Sở Nội vụ thành phố Bắc Ninh"
        assert "so noi vu tinh bac giang" in row.words
        ended = session.get_one(AgencyRow, "vn-86/so-thong-tin-truyen-thong")
        assert ended.valid_to is not None
        assert session.get(AgencyRow, "vn/bo-noi-vu") is not None
        assert session.get(AgencyRow, "vn/so-noi-vu") is None


@pytest.mark.parametrize(
    "key", ["vn-83/so-ke-hoach-dau-tu", "vn-86/so-nong-nghiep-moi-truong", "vn-74", "vn-24-213"]
)
def test_successions_are_those_of_the_lineage(store: Store, key: str) -> None:
    with store.reading() as session:
        for frame in FRAMES:
            rows = session.exec(
                select(SuccessionRow.successor_id)
                .where(SuccessionRow.id == key, SuccessionRow.frame == frame)
                .order_by(col(SuccessionRow.position))
            ).all()
            assert tuple(rows) == successors(key, frame)


def test_nothing_is_done_while_corpora_is_the_same(store: Store) -> None:
    with store.reading() as session:
        before = counted(session)
    assert load_reference(store) is False
    with store.reading() as session:
        assert counted(session) == before


def test_a_new_state_takes_the_place_of_the_old(store: Store) -> None:
    with store.reading() as session:
        before = counted(session)
    with store.writing() as session:
        session.exec(delete(UnitRow).where(col(UnitRow.level) == "commune"))
        session.add(UnitRow(id="vn-00", level="province", kind="tỉnh", name="Cũ", words="cu"))
        session.get_one(ReferenceRow, "corpora").digest = "0"
    assert load_reference(store) is True
    with store.reading() as session:
        assert counted(session) == before
        assert session.exec(select(UnitRow).where(UnitRow.id == "vn-00")).first() is None
        assert session.get_one(ReferenceRow, "corpora").digest == digest(*SOURCES)


def test_bodies_that_plans_named_stay(store: Store) -> None:
    """Those of districts and communes are not in corpora one by one."""
    document = planted(store)
    with store.writing() as session:
        session.add(
            MentionRow(
                document_id=document, role="lead", agency_id="vn-86-857/ubnd-huyen",
                name="Ủy ban nhân dân huyện Long Hồ",
            )
        )  # fmt: skip
        session.get_one(ReferenceRow, "corpora").digest = "0"
    load_reference(store)
    with store.reading() as session:
        row = session.get_one(AgencyRow, "vn-86-857/ubnd-huyen")
        assert row.name == "Ủy ban nhân dân huyện Long Hồ"
        assert session.get(DocumentRow, document) is not None
        heirs = session.exec(
            select(SuccessionRow.successor_id)
            .where(SuccessionRow.id == row.id, SuccessionRow.frame == "2026")
            .order_by(col(SuccessionRow.position))
        ).all()
        assert tuple(heirs) == successors(row.id, "2026")
        assert heirs
