"""Imports go one way, and what is heavy is imported only where it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: A room, and the rooms it may import besides itself.
ALLOWED = {
    "corpora": set(),
    "models": {"corpora"},
    "extractor": {"corpora", "models"},
    "service": {"corpora", "models", "extractor"},
}
MODULES = sorted(path for room in ALLOWED for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top-level packages a module imports anywhere in it; a relative import counts as '.'."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else (node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    forbidden = (ALLOWED.keys() | {"tests", "."}) - ALLOWED[room] - {room}
    assert not imported(path) & forbidden


def test_the_search_for_imports_sees_them(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text(
        "import service.cli\ndef f():\n    from models.plan import Plan\n    from . import x"
    )
    assert imported(module) == {"service", "models", "."}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        (
            "import extractor",
            {"pdfplumber", "pypdfium2", "pdfminer", "lxml", "rich", "typer", "rapidfuzz"}
            | {"spacy", "underthesea"},
        ),
        ("import service.exports", {"xlsxwriter", "icalendar", "pyarrow", "dateutil", "rich"}),
        (
            "import service.cli",
            {"pdfplumber", "pypdfium2", "pdfminer", "lxml", "rich", "rapidfuzz", "msgspec"}
            | {"xlsxwriter", "multiprocessing", "models", "extractor", "corpora"},
        ),
    ],
)
def test_the_doors_are_light(statement: str, heavy: set[str]) -> None:
    assert not loaded_by(statement) & heavy


def test_reading_a_text_loads_no_pdf_parts() -> None:
    statement = "import extractor; extractor.read_plan('Kế hoạch số 1'.encode(), 'a.txt')"
    assert not loaded_by(statement) & {"pdfplumber", "pypdfium2", "rich", "typer", "xlsxwriter"}


@pytest.mark.parametrize("slug", ["vinh-long-2023", "dong-nai-2024", "binh-duong-2024"])
def test_reading_a_plan_loads_no_language_models(slug: str) -> None:
    """Not even where fields are told by words: spaCy alone would take longer than the reading."""
    path = ROOT / "corpora" / "plans" / slug / f"{slug}.docx"
    statement = (
        "import extractor, pathlib; "
        f"assert extractor.read_plan(pathlib.Path({str(path)!r})).sections"
    )
    heavy = {"spacy", "thinc", "numpy", "underthesea", "underthesea_core", "joblib", "torch"}
    assert not loaded_by(statement) & heavy
