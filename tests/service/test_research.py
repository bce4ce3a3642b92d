"""Frames of plans from every source there is: the same rows whichever it is."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars
import pytest
import uvicorn
from polars.testing import assert_frame_equal

from models.contract import encode
from service.api.app import create_app
from service.comparison.release import WITHHELD, release
from service.research import NoSource, NoTable, load
from service.store import Store, opened_store
from tests.conftest import ROOT
from tests.service.store.readings import SMALL, put, sample
from tests.service.stores import SettingsFor

TABLES = ("plans", "tasks", "deadlines", "mentions", "targets", "citations")


@pytest.fixture(scope="module")
def store(module_settings_for: SettingsFor) -> Iterator[Store]:
    with opened_store(module_settings_for("sqlite")) as found:
        for slug in SMALL[1:]:
            put(found, sample(slug))
        yield found


@pytest.fixture(scope="module")
def sources(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The same plans in a store, a release, JSON files, JSON lines, and at an address."""
    folder = tmp_path_factory.mktemp("sources")
    plans = sorted((sample(slug) for slug in SMALL[1:]), key=lambda plan: plan.document.id)
    (folder / "json" / "deep").mkdir(parents=True)
    (folder / "json" / "a.json").write_bytes(encode(plans[0]))
    (folder / "json" / "deep" / "b.json").write_bytes(b"[" + encode(plans[1]) + b"]")
    (folder / "json" / "deep" / "c.jsonl").write_bytes(encode(plans[2]) + b"\n")
    (folder / "json" / "notes.json").write_text('{"this": "is no plan"}')
    (folder / "json" / "broken.json").write_text("{")
    release(store, folder / "release")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(store, None), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield {
        "store": str(store.settings.data),
        "release": str(folder / "release"),
        "json": str(folder / "json"),
        "service": f"http:{'//'}127.0.0.1:{port}",
    }
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("table", TABLES)
def test_every_source_gives_the_same_frame(sources: dict[str, str], table: str) -> None:
    wanted = load(sources["store"], table)  # type: ignore[call-overload]
    assert wanted.height > 0
    plain = wanted.drop(WITHHELD, strict=False)
    for source in sources.values():
        found = load(source, table)  # type: ignore[call-overload]
        assert_frame_equal(found.drop(WITHHELD, strict=False), plain)


def test_reference_data_are_in_stores_and_releases(sources: dict[str, str]) -> None:
    units = load(sources["store"], "units")
    assert_frame_equal(units, load(sources["release"], "units"))
    assert "vn-86" in units["unit_id"].to_list()
    for name in ("json", "service"):
        with pytest.raises(NoSource):
            load(sources[name], "units")


def test_pandas_has_the_same_rows(sources: dict[str, str]) -> None:
    wanted = load(sources["json"], "tasks")
    found = load(sources["json"], "tasks", frame="pandas")
    assert list(found.columns) == wanted.columns
    assert found["description"].tolist() == wanted["description"].to_list()
    days = found["due"].dropna().dt.date.tolist()
    assert days == wanted["due"].drop_nulls().to_list()


def test_it_counts(sources: dict[str, str]) -> None:
    tasks = load(sources["store"])
    by_unit = tasks.group_by("unit_name").len().sort("unit_name")
    assert dict(by_unit.rows()) == {
        "huyện Ninh Sơn": len(sample("ninh-son-2024").tasks),
        "tỉnh Bình Dương": len(sample("binh-duong-2024").tasks),
        "tỉnh Lai Châu": len(sample("lai-chau-2025").tasks),
    }
    assert isinstance(tasks["due"].dtype, polars.Date)


def test_the_notebook_of_the_guide_runs(
    sources: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cell, on a release; its pictures show what was counted."""
    monkeypatch.setenv("KEHOACH_SOURCE", sources["release"])
    cells = json.loads((ROOT / "docs/comparison.ipynb").read_text("utf-8"))["cells"]
    told: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec("".join(cell["source"]), told)
    drawn = told["picture"]("Lĩnh vực", told["by_field"], "field", "tasks")._repr_svg_()
    assert drawn.startswith("<svg")
    assert all(f">{count}<" in drawn for count in told["by_field"]["tasks"])
    assert told["tasks"].height == told["groups"].height == told["first"]["tasks"].sum()
    assert set(told["dated"]["document_number"]) == set(told["plans"]["document_number"])
    assert told["shared"]["shared"].is_between(0, 1).all()


def test_what_is_nowhere_is_told(tmp_path: Path) -> None:
    for source in (tmp_path, tmp_path / "none", "http:" + "//127.0.0.1:9"):
        with pytest.raises(NoSource):
            load(source)
    with pytest.raises(NoTable):
        load(tmp_path, "nothing")  # type: ignore[call-overload]
