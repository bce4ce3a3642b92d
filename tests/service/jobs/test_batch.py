"""`kehoach ingest` and `kehoach worker`, as a user runs them."""

import json
import signal
import subprocess
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from service.jobs import batch
from service.jobs.batch import Request
from service.jobs.sources import SETTLED
from tests.conftest import PLANS
from tests.extractor.pages import page
from tests.extractor.readers.test_office import OFFICE
from tests.service.commands import KEHOACH, called, run
from tests.service.jobs.test_faults import until
from tests.service.stores import SettingsFor

PLAN = PLANS / "binh-duong-2024"


def ingest(*given: object, data: Path) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the lines of JSON, what was said."""
    done = run("ingest", *given, "--json", "--lang", "en", "--workers", "1", "--data", data)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, told, done.stderr.decode()


def test_a_folder_with_an_archive_and_a_broken_file(
    tmp_path: Path, settings_for: SettingsFor, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes((PLAN / "binh-duong-2024.txt").read_bytes())
    (folder / "copy.txt").write_bytes((PLAN / "binh-duong-2024.txt").read_bytes())
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(PLAN / "binh-duong-2024.html", "2024/kế hoạch.html")
    settings = settings_for("sqlite", workers=1)
    code, told, said = ingest(folder, data=settings.data)
    states = {Path(one["name"]).name: (one["state"], one["duties"]) for one in told}
    assert code == 1
    assert states == {
        "a.txt": ("done", 6),
        "copy.txt": ("done", 6),
        "kế hoạch.html": ("done", 6),
        "broken.docx": ("failed", None),
    }
    assert "1 could not be read" in said
    assert said.count("broken.docx: ") == 2  # as it came, and in the report
    (folder / "broken.docx").unlink()
    for again, state in ((False, "known"), (True, "done")):
        request = Request((str(folder),), again=again, as_json=True)
        assert batch.ingest(request, settings, threading.Event()) == 0
        lines = capfdbinary.readouterr().out.splitlines()
        assert [json.loads(line)["state"] for line in lines] == [state] * 3


def test_a_plan_and_its_appendix_are_taken_in_together(
    tmp_path: Path, settings_for: SettingsFor
) -> None:
    plan = tmp_path / "kế hoạch.html"
    plan.write_text(page(), "utf-8")
    files = (plan, OFFICE / "appendix.ods")
    code, (told,), _ = ingest("--together", *files, data=settings_for("sqlite").data)
    assert (code, told["state"], told["tasks"]) == (0, "done", 3)
    code, (told,), said = ingest(
        "--together", plan, tmp_path / "x", data=settings_for("sqlite").data
    )
    assert (code, told["state"]) == (1, "failed")
    assert "there is no such file" in said


def test_nothing_to_take_in_is_wrong_usage(tmp_path: Path) -> None:
    done = called("ingest", tmp_path, "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.strip()


def test_a_folder_is_watched_until_it_is_stopped(tmp_path: Path, settings_for: SettingsFor) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    command = [*KEHOACH, "ingest", str(folder), "--watch", "--json", "--lang", "vi"]
    command += ["--workers", "1", "--data", str(settings_for("sqlite").data)]
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as watching,
    ):
        try:
            until(lambda: "theo dõi" in (tmp_path / "said").read_text(), 200)
            text = (PLAN / "binh-duong-2024.txt").read_bytes()
            begun = time.monotonic()
            with (folder / "new.txt").open("wb") as file:  # written in two goes
                file.write(text[:3000])
                file.flush()
                time.sleep(0.3)
                file.write(text[3000:])
            in_time = time.monotonic() - begun < SETTLED  # else it may be taken half, then again
            assert watching.stdout
            told = json.loads(watching.stdout.readline())
            while told["duties"] != 6 and not in_time:
                told = json.loads(watching.stdout.readline())
        finally:
            watching.send_signal(signal.SIGTERM)
        assert watching.wait(60) == 0
    assert (Path(told["name"]).name, told["state"], told["duties"]) == ("new.txt", "done", 6)
