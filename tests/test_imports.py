"""Imports go one way, and what is heavy is imported only where it is used."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: A room, and the rooms it may import besides itself. The ground of the extractor are the modules
#: beside its rooms, but for those that put the stages together.
ALLOWED = {
    "corpora": set(),
    "models": {"corpora"},
    "ground": {"corpora", "models"},
    "readers": {"corpora", "models", "ground"},
    "structure": {"corpora", "models", "ground"},
    "language": {"corpora", "models", "ground", "structure"},
    "extractor": {"corpora", "models", "ground", "readers", "structure", "language"},
    "service": {"corpora", "models", "ground", "readers", "structure", "language", "extractor"},
}
STAGES = {"extractor", "extractor.pipeline", "extractor.checks"}


def name_of(path: Path) -> str:
    """The dotted name of a module: that of its folder for `__init__.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path
    for package in ("corpora", "models", "extractor", "service")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def room_of(module: str) -> str:
    package, *inner = module.split(".")
    if package != "extractor" or module in STAGES:
        return package
    return inner[0] if inner[0] in ALLOWED else "ground"


def imported(path: Path) -> set[str]:
    """What a module imports anywhere in it, as dotted names; a relative import begins with '.'."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            inner = {f"{source}.{alias.name}" for alias in node.names}
            names |= {name if name in MODULES else source for name in inner}
    return names


GRAPH = {name: imported(path) for name, path in MODULES.items()}


def test_a_room_imports_only_the_rooms_below_it() -> None:
    wrong = {
        f"{module} imports {name}"
        for module, names in GRAPH.items()
        for name in names
        if name.startswith((".", "tests"))
        or (name in MODULES and room_of(name) not in ALLOWED[room_of(module)] | {room_of(module)})
    }
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even inside functions: what must wait for its import to be over stands in one module."""
    TopologicalSorter({module: names & MODULES.keys() for module, names in GRAPH.items()}).prepare()


def test_the_search_for_imports_sees_them(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text(
        "import service.cli\ndef f():\n    from models.plan import Plan\n"
        "    from models import plan\n    from . import x"
    )
    assert imported(module) == {"service.cli", "models.plan", "."}


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
        ("import service.exports", {"xlsxwriter", "icalendar", "duckdb", "dateutil", "rich"}),
        (
            "import service.cli",
            {"pdfplumber", "pypdfium2", "pdfminer", "lxml", "docx", "rich", "rapidfuzz", "msgspec"}
            | {"xlsxwriter", "multiprocessing", "models", "extractor", "corpora"},
        ),
    ],
)
def test_the_doors_are_light(statement: str, heavy: set[str]) -> None:
    assert not loaded_by(statement) & heavy


def test_python_docx_opens_a_word_document_and_nothing_else() -> None:
    path = ROOT / "corpora" / "plans" / "vinh-long-2023" / "vinh-long-2023"
    for ending, loaded in ((".docx", True), (".txt", False)):
        statement = (
            f"import extractor, pathlib; extractor.read_plan(pathlib.Path('{path}{ending}'))"
        )
        assert ("docx" in loaded_by(statement)) is loaded


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
