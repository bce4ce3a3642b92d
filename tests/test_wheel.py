"""A wheel built from the checkout does the main job where there is no checkout."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import PLANS, ROOT

ROOMS = ("corpora", "models", "extractor", "service")
OFFLINE = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation")
SAMPLE = PLANS / "ninh-son-2024" / "ninh-son-2024.docx"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed; the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = (sys.executable, "-m", "pip")
    subprocess.run([*pip, "wheel", *OFFLINE, "-w", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("kehoach-*.whl")
    target = folder / "target"
    subprocess.run([*pip, "install", *OFFLINE, "--target", str(target), str(wheel)], check=True)
    return target


@pytest.fixture
def kehoach(installed: Path, tmp_path: Path) -> Run:
    """The command of the installed program, run elsewhere."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "KEHOACH_LANG": "en"}

    def run(*command: str | Path) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment)

    found = run(sys.executable, "-c", "import service; print(service.__file__)")
    assert Path(found.stdout.decode().strip()).is_relative_to(installed)
    return partial(run, installed / "bin" / "kehoach")


@pytest.mark.soak
def test_all_that_is_no_code_is_there_too(installed: Path) -> None:
    files = subprocess.run(
        ["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in files if not (installed / name).is_file()] == []


@pytest.mark.soak
def test_it_reads_takes_in_and_serves(kehoach: Run, installed: Path, tmp_path: Path) -> None:
    done = kehoach("extract", SAMPLE, "--jobs", "2")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["document"]["number"] == "395/KH-UBND"
    assert kehoach("serve", "--help").returncode == 0
    done = kehoach("ingest", SAMPLE, "--workers", "1", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr.decode()
