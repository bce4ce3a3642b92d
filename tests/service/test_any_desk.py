"""Officers sit at Windows and macOS: nothing may need what only Linux has.

Here a machine has neither `fcntl`, `resource` nor `fork`; then one that bounds no address space.
"""

import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener
from models.errors import LimitExceeded
from models.plan import Plan
from service.isolation import Input, child, read_isolated
from service.store import Store
from tests.conftest import PLANS, ROOT
from tests.service.commands import KEHOACH, called
from tests.service.mock_reader import mock_reader
from tests.service.stores import SettingsFor

SAMPLE = PLANS / "ninh-son-2024" / "ninh-son-2024.docx"


@pytest.fixture
def desk(settings_for: SettingsFor) -> dict[str, str]:
    """The environment of a program on a bare desk, which speaks no UTF-8 by itself either."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "tests" / "service" / "bare"), str(ROOT))),
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": "C",
        "KEHOACH_LANG": "vi",
        "KEHOACH_DATA": str(settings_for("sqlite").data),
    }


def kehoach(desk: dict[str, str], *words: str | Path) -> "subprocess.CompletedProcess[bytes]":
    command: Sequence[str] = (*KEHOACH, *map(str, words))
    return subprocess.run(command, capture_output=True, env=desk, timeout=300)


def test_the_desk_is_bare(desk: dict[str, str]) -> None:
    told = subprocess.run([sys.executable, "-c", "import fcntl"], capture_output=True, env=desk)
    assert b"No module named 'fcntl'" in told.stderr


def test_scans_are_read_by_the_program_where_its_binding_is_missing(
    desk: dict[str, str], tmp_path: Path
) -> None:
    from extractor import recognition  # not above: children import this module
    from tests.extractor.readers.test_scan import file_of, scanned

    if "apt install" in recognition()[0]:
        pytest.skip("Tesseract is not on this machine")
    page = scanned(11)
    scan = tmp_path / "scan.png"
    scan.write_bytes(file_of(page.crop((0, 0, page.width, page.height // 2)), "PNG"))
    read = kehoach(desk, "extract", scan)
    assert read.returncode == 0, read.stderr.decode()
    plan = json.loads(read.stdout)
    assert plan["document"]["source"]["ocr"]
    assert plan["tasks"]
    told = kehoach(desk, "doctor").stderr.decode()
    assert "chương trình tesseract" in told
    assert "DOC, RTF, ODT, ODS được đọc bằng anydoc" in told


def test_documents_are_read(desk: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "ra" / "kết quả.json"
    out.parent.mkdir()
    done = kehoach(desk, "extract", SAMPLE, SAMPLE.with_suffix(".html"), "--jobs", "1", "-o", out)
    assert done.returncode == 0, done.stderr.decode()
    plans = json.loads(out.read_text("utf-8"))
    assert [plan["document"]["number"] for plan in plans] == ["395/KH-UBND"] * 2
    assert done.stderr.decode().count("; cân") == 2
    assert os.listdir(out.parent) == [out.name]


def test_documents_are_taken_in_and_served(desk: dict[str, str]) -> None:
    with subprocess.Popen(
        [*KEHOACH, "serve", "--port", "0", "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=desk,
    ) as serving:
        assert serving.stdout is not None
        try:
            found = re.search(r"(http:\S+)/ ", serving.stdout.readline().decode())
            assert found
            with httpx.Client(base_url=f"{found[1]}/api/v1", timeout=120) as client:
                sent = {"files": (SAMPLE.name, SAMPLE.read_bytes())}
                (taken,) = client.post("/documents", files=sent).json()["files"]
                with client.stream("GET", f"/jobs/{taken['job']}/events") as events:
                    assert "event: done" in list(events.iter_lines())
                (plan,) = client.get("/plans").json()["items"]
            assert plan["number"] == "395/KH-UBND"
        finally:
            serving.terminate()


def test_the_doctor_says_what_is_not_bounded(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "POSIX", False)
    told = called("doctor", "--data", sqlite_store.settings.data)
    assert told.returncode == 0, told.stdout.decode()
    assert "KHÔNG giới hạn được bộ nhớ" in told.stderr.decode()


def loose_reader(
    source: bytes | Path, name: str | None, limits: Limits, progress: Listener
) -> Plan:
    return mock_reader(source, name, limits, progress)


if multiprocessing.parent_process() is not None:  # a child has come for its reader

    def refused(which: int, bounds: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    resource.setrlimit = refused


def test_memory_is_watched_where_the_system_does_not_bound_it() -> None:
    limits = replace(DEFAULT_LIMITS, memory=256 * 1024**2)
    orders = (b"memory-by-and-by", b"good")
    inputs = [Input(order, order.decode()) for order in orders]
    bad, good = read_isolated(inputs, limits, 1, loose_reader)
    assert isinstance(bad.error, LimitExceeded)
    assert "--limit-memory" in bad.error.en
    assert good.error is None
