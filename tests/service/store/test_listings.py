"""The other lists: documents, plans, targets, papers, readings, jobs, bodies, units."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from models.contract import decode_target
from models.plan import Citation
from models.tables import DocumentRow, JobRow, RunRow
from models.target import Target
from service.store import Store
from service.store.filters import (
    AgencyQuery,
    CitationQuery,
    DocumentQuery,
    JobQuery,
    Paging,
    PlanQuery,
    RunQuery,
    TargetQuery,
    UnitQuery,
)
from service.store.listings import (
    agencies,
    citations,
    documents,
    jobs,
    plans,
    runs,
    targets,
    units,
)
from service.store.statements import Slice
from tests.service.store.readings import READ_AT, put, renamed, sample

SLUGS = ("vinh-long-2023", "ninh-son-2024", "lai-chau-2025")
UNREAD = "sha256:" + "f" * 64


@pytest.fixture(scope="module")
def filled(module_store: Store) -> Store:
    """Three plans, a draft without a date, and a document whose reading failed."""
    store = module_store
    for slug in SLUGS:
        put(store, sample(slug))
    draft = sample("binh-duong-2024")
    head = dataclasses.replace(draft.document, issued_on=None, number=None)
    put(store, renamed(dataclasses.replace(draft, document=head), "draft"))
    with store.writing() as session:
        session.add(
            DocumentRow(
                id=UNREAD, key="f" * 16, sha256="f" * 64, bytes=1, submitted_by="lan",
                filename="hỏng.pdf", created_at=READ_AT - timedelta(days=900),
            )
        )  # fmt: skip
        session.flush()
        for number, state in enumerate(("done", "failed")):
            session.add(
                JobRow(
                    id=f"{number}", document_id=UNREAD, state=state, submitted_by="lan",
                    created_at=READ_AT + timedelta(seconds=number),
                )
            )  # fmt: skip
        session.add(
            RunRow(
                id="failed", document_id=UNREAD, version="9", seconds=1,
                error_code="source.damaged", started_at=READ_AT + timedelta(days=1),
            )
        )  # fmt: skip
        session.add(RunRow(id="read", document_id=UNREAD, version="9", seconds=1, reading="a" * 64,
                           started_at=READ_AT + timedelta(days=2)))  # fmt: skip
    return store


def listed(store: Store, walk: Callable[..., Slice[Any]], asked: Paging) -> list[Any]:
    """All of a list, two at a time, each seen once."""
    found: list[Any] = []
    after = None
    with store.reading() as session:
        while True:
            page = walk(session, asked.model_copy(update={"limit": 2, "after": after}))
            found += page.items
            if page.next is None:
                break
            after = page.next
        session.expunge_all()
    return found


def of(slug: str) -> str:
    return sample(slug).document.id


def test_documents_come_with_their_plan_and_last_job(filled: Store) -> None:
    found = listed(filled, documents, DocumentQuery())
    assert len(found) == 5
    assert found == sorted(found, key=lambda entry: entry.document.created_at, reverse=True)
    assert listed(filled, documents, DocumentQuery(sort="created")) == found[::-1]
    last = found[-1]
    assert (last.document.id, last.plan, last.job.state) == (UNREAD, None, "failed")
    by_id = {entry.document.id: entry for entry in found}
    assert by_id[of("lai-chau-2025")].plan.unit_id == "vn-12"
    assert by_id[of("lai-chau-2025")].job is None


DOCUMENTS = (
    (DocumentQuery(state="failed"), {UNREAD}),
    (DocumentQuery(state="done"), set()),
    (DocumentQuery(submitted_by="lan"), {UNREAD}),
    (DocumentQuery(document="f" * 16), {UNREAD}),
    (DocumentQuery(unit="vn-86"), {of("vinh-long-2023")}),
    (DocumentQuery(unit="vn-58", year=2024), {of("ninh-son-2024")}),
    (DocumentQuery(state="failed", unit="vn-86"), set()),
)


def test_documents_by_what_is_asked(filled: Store) -> None:
    for where, wanted in DOCUMENTS:
        found = {entry.document.id for entry in listed(filled, documents, where)}
        assert found == wanted, where


def test_plans_by_day_with_the_undated_last(filled: Store) -> None:
    newest = listed(filled, plans, PlanQuery())
    assert [row.issued_on is None for row in newest] == [False, False, False, True]
    days = [row.issued_on for row in newest[:3]]
    assert days == sorted(days, reverse=True)
    oldest = listed(filled, plans, PlanQuery(sort="issued"))
    assert [row.issued_on for row in oldest] == [*days[::-1], None]
    by_id = [row.document_id for row in listed(filled, plans, PlanQuery(sort="document"))]
    assert by_id == sorted(by_id)


PLANS = (
    (PlanQuery(unit="vn-58"), {"ninh-son-2024"}),
    (PlanQuery(unit="vn-58", below=False), set()),
    (PlanQuery(year=2023), {"vinh-long-2023"}),
    (PlanQuery(number=sample("vinh-long-2023").document.number), {"vinh-long-2023"}),
    (PlanQuery(issued_from=date(2024, 6, 1)), {"lai-chau-2025"}),
    (PlanQuery(issued_to=date(2022, 12, 13)), {"vinh-long-2023"}),
    (PlanQuery(issuer="vn-86/ubnd-tinh"), {"vinh-long-2023"}),
    (PlanQuery(text='vĩnh long "cai cach"'), {"vinh-long-2023"}),
    (PlanQuery(text="ninh thuan ninh son"), {"ninh-son-2024"}),
    (PlanQuery(status="confirmed"), set()),
    (PlanQuery(document=of("lai-chau-2025")), {"lai-chau-2025"}),
)


def test_plans_by_what_is_asked(filled: Store) -> None:
    for where, wanted in PLANS:
        found = {row.document_id for row in listed(filled, plans, where)}
        assert found == {of(slug) for slug in wanted}, where


def told(rows: list[Any]) -> list[Target]:
    return [decode_target(row.record) for row in rows]


def papers(rows: list[Any]) -> list[Citation]:
    return [msgspec.json.decode(row.record, type=Citation) for row in rows]


def test_targets(filled: Store) -> None:
    whole = [target for slug in sorted(SLUGS, key=of) for target in sample(slug).targets]
    mine = [
        row for row in listed(filled, targets, TargetQuery()) if row.document_id in map(of, SLUGS)
    ]
    assert told(mine) == whole
    assert [row.key.partition(".")[2] for row in mine] == [target.id for target in whole]
    years = [target.year for target in told(listed(filled, targets, TargetQuery(sort="year")))]
    assert years == sorted(years, key=lambda year: (year is None, year or 0))
    found = listed(filled, targets, TargetQuery(unit="vn-12", text="hài lòng"))
    assert found
    assert all("hài lòng" in target.text.lower() for target in told(found))
    assert listed(filled, targets, TargetQuery(plan_year=2023)) == []
    assert {one.year for one in told(listed(filled, targets, TargetQuery(year=2025)))} == {2025}


def test_citations(filled: Store) -> None:
    found = listed(filled, citations, CitationQuery(number="76/NQ-CP"))
    assert len(found) >= 2
    paper = papers(found)[0].id
    assert {one.id for one in papers(listed(filled, citations, CitationQuery(id=paper)))} == {paper}
    assert listed(filled, citations, CitationQuery(text="76/NQ-CP", role="legal_basis")) != []
    assert listed(filled, citations, CitationQuery(text="khongcotunay")) == []
    mine = listed(filled, citations, CitationQuery(document=of("vinh-long-2023")[7:23]))
    assert papers(mine) == list(sample("vinh-long-2023").citations)
    assert listed(filled, citations, CitationQuery(unit="vn-86", year=2023)) == mine
    laws = papers(listed(filled, citations, CitationQuery(kind="luật")))
    assert {law.kind for law in laws} == {"luật"}


def test_runs(filled: Store) -> None:
    found = listed(filled, runs, RunQuery())
    assert len(found) == 6
    assert [row.id for row in found[:2]] == ["read", "failed"]
    assert [row.id for row in listed(filled, runs, RunQuery(failed=False))] == ["read"]
    assert [row.id for row in listed(filled, runs, RunQuery(version="9", document="f" * 16))] == [
        "read",
        "failed",
    ]
    assert listed(filled, runs, RunQuery(sort="started"))[-1].id == "read"


def test_jobs(filled: Store) -> None:
    assert [row.id for row in listed(filled, jobs, JobQuery())] == ["1", "0"]
    assert [row.id for row in listed(filled, jobs, JobQuery(sort="created"))] == ["0", "1"]
    assert [row.id for row in listed(filled, jobs, JobQuery(state="failed"))] == ["1"]
    assert listed(filled, jobs, JobQuery(state="active")) == []
    assert len(listed(filled, jobs, JobQuery(submitted_by="lan", document=UNREAD))) == 2
    with filled.writing() as session:
        session.add(JobRow(id="2", document_id=UNREAD, created_at=READ_AT))
        session.flush()
        assert [row.id for row in jobs(session, JobQuery(state="active")).items] == ["2"]
        session.rollback()


def test_agencies(filled: Store) -> None:
    found = listed(filled, agencies, AgencyQuery(text="so noi vu vinh long", on=date(2024, 1, 1)))
    assert [row.id for row in found] == ["vn-86/so-noi-vu"]
    home = listed(filled, agencies, AgencyQuery(unit="vn-86", text="sở nội vụ"))
    assert [row.id for row in home] == ["vn-86/so-noi-vu"]
    below = listed(filled, agencies, AgencyQuery(unit="vn-58", below=True, level="district"))
    assert below
    assert all(row.id.startswith("vn-58-585/") for row in below)
    gone = AgencyQuery(unit="vn-86", slug="so-thong-tin-truyen-thong", on=date(2025, 6, 1))
    assert listed(filled, agencies, gone) == []
    stood = gone.model_copy(update={"on": date(2024, 6, 1)})
    assert len(listed(filled, agencies, stood)) == 1


def test_units(filled: Store) -> None:
    now_ = date(2026, 1, 1)
    found = listed(filled, units, UnitQuery(text="Vĩnh Long", level="province", on=now_))
    assert [row.id for row in found] == ["vn-86"]
    assert {row.name for row in listed(filled, units, UnitQuery(id="vn-24"))} == {
        "Bắc Giang",
        "Bắc Ninh",
    }
    inside = listed(filled, units, UnitQuery(parent="vn-58", level="district"))
    assert "vn-58-585" in {row.id for row in inside}
    provinces = listed(filled, units, UnitQuery(level="province", on=now_))
    assert len(provinces) == 34


def test_what_stands_in_plans_tells_of_its_document(filled: Store) -> None:
    head = sample("lai-chau-2025").document
    for listing, query in ((targets, TargetQuery), (citations, CitationQuery)):
        found = listed(filled, listing, query(document=of("lai-chau-2025")))
        assert {(row.document_id, row.number, row.title) for row in found} == {
            (of("lai-chau-2025"), head.number, head.title)
        }
