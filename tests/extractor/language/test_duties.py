"""Duties in running text, against the duties that a person read in the sample plans."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from extractor import read_plan
from extractor.language.agencies import read_agencies
from extractor.structure.labels import label_of
from models.plan import Plan
from models.task import Task
from tests.conftest import PLANS

#: The bars of the issue: items found, and their words exactly as printed.
FOUND, EXACT = 0.97, 0.95

FORMS = sorted(
    path
    for path in PLANS.glob("*/*")
    if path.suffix in (".txt", ".html", ".docx", ".pdf") and ".scan." not in path.name
)
ASSIGNING = [path for path in FORMS if "lai-chau" not in path.name and "binh" not in path.name]
LISTING = [path for path in FORMS if "lai-chau" in path.name or "binh" in path.name]


@dataclass(frozen=True)
class Item:
    """A duty of the gold: its label and words, and the agency whose heading it stands under."""

    ordinal: str | None
    text: str
    agency: str | None = None


def gold(path: Path) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = json.loads(
        (path.parent / f"{path.parent.name}.gold.json").read_text("utf-8")
    )
    return content


def responsibilities(path: Path) -> Iterator[Item]:
    for entry in gold(path)["responsibilities"]:
        for item in entry["items"]:  # type: ignore[attr-defined]
            label = label_of(item)
            ordinal = label.text if label and label.kind != "bullet" else None
            yield Item(ordinal, label.rest if label else item, str(entry["agency"]))


@cache
def read(path: Path) -> Plan:
    return read_plan(path)


def duties(path: Path) -> list[Task]:
    return [task for task in read(path).tasks if task.origin != "table"]


def folded(text: str | None) -> str:
    return " ".join((text or "").split())


def alike(text: str) -> str:
    """The letters of a text, by which an item counts as found."""
    return "".join(filter(str.isalnum, text.lower()))


def f1(expected: list[str], found: list[str]) -> float:
    both = sum((Counter(expected) & Counter(found)).values())
    return 2 * both / (len(expected) + len(found))


@pytest.mark.parametrize("path", ASSIGNING, ids=lambda path: path.name)
def test_responsibilities(path: Path) -> None:
    items = list(responsibilities(path))
    tasks = [task for task in duties(path) if "TỔ CHỨC THỰC HIỆN" in task.group[0]]
    assert f1([alike(i.text) for i in items], [alike(t.description or "") for t in tasks]) >= FOUND
    words = f1([folded(i.text) for i in items], [folded(t.description) for t in tasks])
    assert words >= EXACT
    assert {task.origin for task in tasks} == {"assignment"}


@pytest.mark.parametrize("path", ASSIGNING, ids=lambda path: path.name)
def test_lead_of_a_responsibility_is_the_agency_of_its_heading(path: Path) -> None:
    """Or one of several there; "Phối hợp với X" under it makes X the lead, it coordinates."""
    document = read(path).document
    unit = document.unit.id if document.unit else None
    on = date.fromisoformat(document.issued_on or "")
    by_text: dict[str, list[Task]] = {}
    for task in duties(path):
        by_text.setdefault(alike(task.description or ""), []).append(task)
    for item in responsibilities(path):
        task = by_text[alike(item.text)].pop(0)
        heading = _bodies(read_agencies(item.agency or "", unit, on))
        assert task.lead
        if item.text.startswith("Phối hợp với") and task.coordinating:
            both = _bodies((*task.lead.agencies, *task.coordinating.agencies))
            assert heading <= both
        else:
            assert _bodies(task.lead.agencies) <= heading, item.text
        assert heading


def _bodies(agencies: object) -> set[str]:
    return {
        body
        for agency in agencies  # type: ignore[attr-defined]
        for body in ((agency.id,) if agency.id else agency.members or (agency.text,))
    }


@pytest.mark.parametrize("path", LISTING, ids=lambda path: path.name)
def test_narrative_tasks(path: Path) -> None:
    expected = [str(entry["task"]) for entry in gold(path)["narrative_tasks"]]
    tasks = duties(path)
    assert f1([alike(e) for e in expected], [alike(t.description or "") for t in tasks]) >= FOUND
    assert f1([folded(e) for e in expected], [folded(t.description) for t in tasks]) >= EXACT
    assert {task.origin for task in tasks} == {"narrative"}
    for entry, task in zip(gold(path)["narrative_tasks"], tasks, strict=True):
        assert str(entry["ordinal"] or "") == (task.ordinal or "").rstrip(".")
        if "group" in entry:
            assert list(task.group) == entry["group"]
