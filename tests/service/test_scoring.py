"""Scoring: what counts as right, and that it agrees with the yardstick of the project."""

import copy
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from extractor.labels import label_of
from service.evaluation import Change, Scores, annotated, compare, dump, load, score_files
from service.scoring import Outcome, Score, as_said, compare_documents, score
from tests.conftest import PLANS, ROOT

YARDSTICK = ROOT.parent / "shared" / "tools" / "score.py"
GOLD = sorted(PLANS.glob("*/*.gold.json"))


def as_plan(gold: dict[str, Any]) -> dict[str, Any]:
    """The plan a perfect reading would give, as far as scoring looks at it."""
    tasks = [{**t, "description": t["task"], "origin": "table"} for t in gold["tasks"]]
    origin = "assignment" if "responsibilities" in gold else "narrative"
    duties = [item for entry in gold.get("responsibilities", ()) for item in entry["items"]]
    duties += [row["task"] for row in gold.get("narrative_tasks", ())]
    tasks += [{"origin": origin, "description": bare(text), "group": ["V"]} for text in duties]
    targets = [
        {**t, "provenance": {"table": 1 if "ordinal" in t else None}} for t in gold["targets"]
    ]
    grounds = range(gold["document"].get("legal_basis_count") or 0)
    document = {**gold["document"]}
    document["signer"] = {"name": document["signer"]} if document["signer"] else None
    document["period"] = {"years": document["plan_years"]}
    document["issuer"] = {"text": document["issuer"].upper()}
    return {
        "tasks": tasks,
        "targets": targets,
        "document": document,
        "citations": [{"basis": number} for number in grounds],
    }


def bare(item: str) -> str:
    label = label_of(item)
    return label.rest if label else item


def damaged(plan: dict[str, Any]) -> dict[str, Any]:
    """The same with the faults that readings have: rows lost, invented, split, changed, moved."""
    plan = copy.deepcopy(plan)
    tasks = plan["tasks"]
    for number, task in enumerate(t for t in tasks if t["origin"] == "table"):
        if number % 5 == 1:
            task["deadline"] = None
        if number % 7 == 2:
            task["description"] = (task["description"] or "") + " theo quy định"
        if number % 11 == 3:
            task["lead"] = {"text": (task["lead"] or "").lower()}
        if number % 13 == 4:
            task["appendix"], task["group"] = None, []
    if len(tasks) > 20:
        tasks[10], tasks[14] = tasks[14], tasks[10]
        del tasks[17]
        tasks.insert(5, {**tasks[5], "description": "Một dòng không có trong văn bản"})
        tasks.append(copy.deepcopy(tasks[0]))
    return plan


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.parent.name)
def test_a_perfect_reading_scores_one(path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"))
    found = score(as_plan(gold), gold)
    assert (found.tasks.row, found.tasks.recall, found.tasks.precision) == (1.0, 1.0, 1.0)
    assert found.targets.row == 1.0
    assert all(found.document.values())
    assert found.targets.gold + found.goals.gold == len(gold["targets"])
    assert (found.goals.f1, found.goals.row, found.duties.f1, found.duties.row) == (1, 1, 1, 1)


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.parent.name)
@pytest.mark.parametrize("reading", [as_plan, lambda gold: damaged(as_plan(gold))])
def test_the_figures_are_those_of_the_yardstick(path: Path, reading: Any) -> None:
    if not YARDSTICK.is_file():
        pytest.skip("../shared/tools is not here")
    spec = importlib.util.spec_from_file_location("yardstick", YARDSTICK)
    assert spec is not None
    assert spec.loader is not None
    yardstick = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(yardstick)
    gold = json.loads(path.read_text("utf-8"))
    plan = reading(gold)
    theirs, ours = yardstick.score(plan, gold), score(plan, gold).tasks
    assert (ours.gold, ours.predicted, ours.matched) == (
        theirs["gold"],
        theirs["predicted"],
        theirs["matched"],
    )
    assert {name: ours.share(name) for name in ours.right} == theirs["fields"]
    assert (ours.recall, ours.precision, ours.row) == (
        theirs["recall"],
        theirs["precision"],
        theirs["row"],
    )


def test_each_fault_is_named() -> None:
    gold = json.loads((PLANS / "vinh-long-2023" / "vinh-long-2023.gold.json").read_text("utf-8"))
    plan = as_plan(gold)
    plan["tasks"][3]["deadline"] = "Quý I"
    del plan["tasks"][7]
    plan["tasks"].append({**plan["tasks"][0], "description": "Một dòng lạ", "ordinal": "99"})
    found = score(plan, gold).tasks
    assert list(found.wrong.values()) == [["deadline"]]
    assert [name.startswith("PHỤ LỤC · ") for name in found.lost] == [True]
    assert found.invented == ["PHỤ LỤC · 99 · Một dòng lạ"]


def test_tasks_of_running_text_are_not_rows_of_a_table() -> None:
    gold = json.loads(GOLD[0].read_text("utf-8"))
    plan = as_plan(gold)
    plan["tasks"].append({"origin": "narrative", "description": "Một nhiệm vụ", "group": []})
    assert score(plan, gold).tasks.predicted == len(gold["tasks"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sở\u00a0Nội  vụ .", "Sở Nội vụ"),
        ({"text": "Sở Nội vụ"}, "Sở Nội vụ"),
        ("Ha\u0300 Nội", "Hà Nội"),
        ("Báo cáo ; kế hoạch", "Báo cáo; kế hoạch"),
        (None, ""),
        ([], ""),
    ],
)
def test_words(value: Any, expected: str) -> None:
    assert as_said(value) == expected


def test_the_issuer_may_be_short_and_its_tone_mark_on_either_vowel() -> None:
    gold = json.loads(GOLD[-1].read_text("utf-8"))["document"]
    plan = as_plan({"tasks": [], "targets": [], "document": gold})
    for text, right in (
        ("UBND TỈNH VĨNH LONG", True),
        ("Uỷ ban nhân dân tỉnh Vĩnh Long", True),
        ("UBND TỈNH AN GIANG", False),
        ("HĐND TỈNH VĨNH LONG", False),
    ):
        plan["document"]["issuer"] = {"text": text}
        assert compare_documents(plan, gold)["issuer"] is right, text


def scores(**outcome: Any) -> Scores:
    tasks = Outcome(gold=3, predicted=3, matched=3, right={"lead": 3}, **outcome)
    return Scores("1", {"a.pdf": Score(tasks, Outcome(), {"number": True})})


def test_a_change_names_what_it_gains_and_loses() -> None:
    before = scores(wrong={"1": ["lead"], "2": ["lead", "product"]}, lost=["3"])
    after = scores(wrong={"1": ["deadline"], "3": ["lead"]}, lost=["2"], invented=["4"])
    assert compare(before, after) == Change(
        gained=["a.pdf: task [1] lead", "a.pdf: task [3] not found"],
        lost=["a.pdf: task [1] deadline", "a.pdf: task [2] not found", "a.pdf: task [4] invented"],
    )
    assert compare(before, before) == Change([], [])


def test_a_document_that_is_no_longer_read_is_a_loss() -> None:
    before, broken = scores(), Scores("2", {}, {"a.pdf": "it may be damaged"})
    assert compare(before, broken).lost == ["a.pdf: it may be damaged"]
    assert compare(before, Scores("2")).lost == ["a.pdf: not evaluated"]
    assert compare(broken, before) == Change(["a.pdf: it may be damaged"], [])
    assert compare(Scores("0"), before) == Change([], [])


def test_a_score_file_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    path.write_bytes(dump(scores(wrong={"1": ["lead"]}, lost=["2"])))
    assert load(path) == scores(wrong={"1": ["lead"]}, lost=["2"])


def test_every_sample_with_a_gold_is_evaluated_in_every_form() -> None:
    found = [document.name for document, _ in annotated(PLANS)]
    forms = [p.name for p in PLANS.glob("*/*.*") if p.stem == p.parent.name]
    assert sorted(found) == sorted(forms)


def test_score_files_are_in_the_order_of_their_versions() -> None:
    numbers = [tuple(map(int, path.stem.split("."))) for path in score_files()]
    assert numbers == sorted(numbers)
