"""Every document we have: its fields, its rows, its ledger."""

import json
from pathlib import Path

import pytest

from extractor import read_plan
from models.contract import decode, encode
from models.errors import KehoachError
from tests.conftest import PLANS
from tests.extractor.pages import sample

DOCUMENTS = sorted(
    path for path in PLANS.glob("*/*") if path.suffix in (".txt", ".html", ".docx", ".pdf")
)
DIGITAL = [path for path in DOCUMENTS if ".scan." not in path.name]


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", DIGITAL, ids=name)
def test_document_fields(path: Path) -> None:
    gold = json.loads((path.parent / f"{path.parent.name}.gold.json").read_text("utf-8"))[
        "document"
    ]
    document = sample(path).document
    assert document.number == gold["number"]
    assert document.issued_on == gold["issued_on"]
    assert document.kind == gold["kind"]
    assert document.title == gold["title"]
    assert document.place == gold["place"]
    assert (document.signer.name if document.signer else None) == gold["signer"]
    assert document.issuer
    assert " ".join(document.issuer.text.split()).casefold() == gold["issuer"].casefold()
    assert document.period
    assert list(document.period.years) == gold["plan_years"]


@pytest.mark.parametrize("path", DIGITAL, ids=name)
def test_ledger_and_json(path: Path) -> None:
    """Nothing lost, and the JSON gives the same plan back."""
    plan = sample(path)
    assert plan.ledger.balanced, [d.message for d in plan.diagnostics if d.code == "ledger.lost"]
    assert decode(encode(plan)) == plan
    if path.stat().st_size < 50_000:
        assert encode(read_plan(path)) == encode(plan)


@pytest.mark.parametrize("path", DIGITAL, ids=name)
def test_every_task_is_pinned(path: Path) -> None:
    """Each task has a place in the terms of its source; ids are unique."""
    plan = sample(path)
    for task in plan.tasks:
        place = task.provenance
        assert bool(place.table) == bool(place.row) == (task.origin == "table")
        if path.suffix == ".pdf":
            assert place.page
            assert place.bbox
        elif path.suffix == ".txt":
            assert place.span
        else:
            assert place.path
    assert len({task.id for task in plan.tasks}) == len(plan.tasks)


@pytest.mark.parametrize("slug", ["vinh-long-2023", "ninh-son-2024", "dong-nai-2024"])
def test_ids_do_not_depend_on_the_file_form(slug: str) -> None:
    html, docx = (sample(PLANS / slug / f"{slug}.{ending}") for ending in ("html", "docx"))
    assert [task.id for task in html.tasks] == [task.id for task in docx.tasks]


@pytest.mark.wild
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_wild_files_give_a_plan_or_a_message(wild: Path, every: int) -> None:
    files = sorted(path for path in wild.iterdir() if path.is_file() and path.name != "README.md")
    refused: list[KehoachError] = []
    for path in files[::every]:
        try:
            assert read_plan(path).ledger.balanced, path.name
        except KehoachError as error:
            refused.append(error)
    assert all(error.vi and error.en for error in refused)
    assert {error.code for error in refused} <= {"source.no-text-layer", "source.legacy-format"}
