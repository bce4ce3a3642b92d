"""`kehoach ingest` and `kehoach worker`, as a user runs them."""

import json
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from tests.conftest import PLANS

PLAN = PLANS / "binh-duong-2024"
COMMAND = [sys.executable, "-c", "from service.cli import main; main()"]


def ingest(*given: object, data: Path) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the lines of JSON, what was said."""
    done = subprocess.run(
        [*COMMAND, "ingest", *map(str, given), "--json", "--lang", "en", "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=200,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_folder_with_an_archive_and_a_broken_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes((PLAN / "binh-duong-2024.txt").read_bytes())
    (folder / "copy.txt").write_bytes((PLAN / "binh-duong-2024.txt").read_bytes())
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(PLAN / "binh-duong-2024.html", "2024/kế hoạch.html")
    code, told, said = ingest(folder, data=tmp_path / "data")
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
    code, told, said = ingest(folder, data=tmp_path / "data")
    assert code == 0
    assert {one["state"] for one in told} == {"known"}
    code, told, _ = ingest(folder / "a.txt", "--again", data=tmp_path / "data")
    assert (code, told[0]["state"]) == (0, "done")


def test_nothing_to_take_in_is_wrong_usage(tmp_path: Path) -> None:
    code, _, said = ingest(tmp_path, data=tmp_path / "data")
    assert code == 2
    assert said.strip()


def test_a_folder_is_watched_until_it_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    command = [*COMMAND, "ingest", str(folder), "--watch", "--json", "--data", str(tmp_path / "d")]
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as watching,
    ):
        try:
            end = time.monotonic() + 100
            while b"Watching" not in (heard := (tmp_path / "said").read_bytes()) and (
                "theo dõi".encode() not in heard
            ):
                assert time.monotonic() < end, heard
                time.sleep(0.05)
            time.sleep(0.5)
            text = (PLAN / "binh-duong-2024.txt").read_bytes()
            with (folder / "new.txt").open("wb") as file:  # written in two goes
                file.write(text[:3000])
                file.flush()
                time.sleep(0.6)
                file.write(text[3000:])
            assert watching.stdout
            told = json.loads(watching.stdout.readline())
        finally:
            watching.send_signal(signal.SIGTERM)
        assert watching.wait(60) == 0
    assert (Path(told["name"]).name, told["state"], told["duties"]) == ("new.txt", "done", 6)
