"""A plan as one web page to mail: tasks, their source, nothing from elsewhere."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from extractor import read_plan
from extractor.limits import DEFAULT_LIMITS
from extractor.readers.bundle import packed
from models.contract import encode
from models.plan import Plan
from service import exports
from service.exports.web import MOST_PLANS
from service.isolation import ReaderPool
from service.originals import Originals
from tests.conftest import PLANS
from tests.extractor.pages import page, sample
from tests.extractor.readers.test_office import OFFICE
from tests.extractor.readers.test_scan import page_of


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(DEFAULT_LIMITS, 1) as found:
        yield found


def shown(name: str, pool: ReaderPool) -> tuple[Plan, str]:
    path = PLANS / name.partition(".")[0] / name
    plan = sample(path)
    views = Originals(lambda _digest: path.read_bytes(), pool, patience=None)
    pieces = exports.export("html", [encode(plan)], "vi", views=views)
    return plan, b"".join(pieces).decode()


@pytest.mark.parametrize("name", ["ninh-son-2024.html", "ninh-son-2024.pdf", "vinh-long-2023.txt"])
def test_each_task_and_its_place_lead_to_each_other(name: str, pool: ReaderPool) -> None:
    plan, html = shown(name, pool)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) or name.endswith("pdf")  # a row that goes on has two boxes
    for task in plan.tasks:
        (own,) = [one for one in ids if one.startswith("t") and one.endswith(f"-{task.id}")]
        assert f'href="#s{own[1:]}"' in html
    placed = {one[1:] for one in ids if one.startswith("s")}
    rows = [task for task in plan.tasks if task.origin == "table"]
    assert {task.id for task in rows} <= {one.partition("-")[2] for one in placed}
    assert {f"#t{one}" for one in placed} <= set(re.findall(r'href="([^"]+)"', html))
    words = unescape(re.sub(r"<[^>]+>", "", html))
    assert all((task.description or "") in words for task in plan.tasks)


def test_several_files_of_a_plan_are_all_shown(pool: ReaderPool) -> None:
    files = ("KH.html", page().encode()), ("PL 1.pdf", page_of(12)), ("PL 2.pdf", page_of(13))
    data = packed([*files, ("PL 3.xls", (OFFICE / "appendix.xls").read_bytes())])
    plan = read_plan(data)
    views = Originals(lambda _digest: data, pool, patience=None)
    html = b"".join(exports.export("html", [encode(plan)], "vi", views=views)).decode()
    assert html.count("data:image/png;base64") == 2
    placed = {one.partition("-")[2] for one in re.findall(r' id="(s[^"]+)"', html)}
    assert placed == {task.id for task in plan.tasks}
    assert {task.provenance.file for task in plan.tasks} == {"PL 1.pdf", "PL 2.pdf", "PL 3.xls"}
    assert "<dd>1, PL 2.pdf</dd>" in html


def test_of_many_plans_the_first_have_their_sources(pool: ReaderPool) -> None:
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.html"
    views = Originals(lambda _digest: path.read_bytes(), pool, patience=None)
    plans = [encode(sample(path))] * (MOST_PLANS + 2)
    html = b"".join(exports.export("html", plans, "vi", "tasks", views=views)).decode()
    assert html.count("<table>") == MOST_PLANS * html.partition("</article>")[0].count("<table>")
    assert html.count(f"chỉ kèm theo {MOST_PLANS} kế hoạch đầu") == 2


def test_nothing_is_fetched_from_anywhere(pool: ReaderPool) -> None:
    plan, html = shown("ninh-son-2024.pdf", pool)
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    pictures = [one for one in addresses if not one.startswith("#")]
    assert len(pictures) == plan.document.source.pages
    for picture in pictures:
        kind, _, data = picture.partition(",")
        assert kind == "data:image/png;base64"
        assert b64decode(data).startswith(b"\x89PNG")
    assert "url(" not in html
    assert "@import" not in html


def test_words_of_a_plan_are_never_markup(plan: Plan) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    told = replace(plan, tasks=(replace(plan.tasks[0], description=evil), *plan.tasks[1:]))
    html = b"".join(exports.export("html", [encode(told)], "en")).decode()
    assert html.count("<script>") == 1
    assert "<img" not in html
    assert evil in unescape(html)
