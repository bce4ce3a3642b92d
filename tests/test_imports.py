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


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return {name: imported(path) for name, path in MODULES.items()}


def test_a_room_imports_only_the_rooms_below_it(graph: dict[str, set[str]]) -> None:
    wrong = {
        f"{module} imports {name}"
        for module, names in graph.items()
        for name in names
        if name.startswith((".", "tests"))
        or (name in MODULES and room_of(name) not in ALLOWED[room_of(module)] | {room_of(module)})
    }
    assert not wrong


def test_no_modules_import_each_other_in_a_circle(graph: dict[str, set[str]]) -> None:
    """Not even inside functions: what must wait for its import to be over stands in one module."""
    TopologicalSorter({module: names & MODULES.keys() for module, names in graph.items()}).prepare()


def test_the_search_for_imports_sees_them(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text(
        "import service.cli\ndef f():\n    from models.plan import Plan\n"
        "    from models import plan\n    from . import x"
    )
    assert imported(module) == {"service.cli", "models.plan", "."}


def loaded_by(*statements: str) -> list[set[str]]:
    """What is loaded after each of these statements, one after another in one process."""
    code = "\n".join(f"{one}\nimport sys; print(*sys.modules)" for one in statements)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [{name.split(".")[0] for name in line.split()} for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        (
            "import extractor",
            {"pdfplumber", "pypdfium2", "pdfminer", "lxml", "rich", "typer", "rapidfuzz"}
            | {"spacy", "underthesea"},
        ),
        (
            "import service.exports",
            {"xlsxwriter", "docx", "icalendar", "duckdb", "dateutil", "rich"},
        ),
        (
            "import service.cli",
            {"pdfplumber", "pypdfium2", "pdfminer", "lxml", "docx", "rich", "rapidfuzz", "msgspec"}
            | {"xlsxwriter", "multiprocessing", "models", "extractor", "corpora"},
        ),
    ],
)
def test_the_doors_are_light(statement: str, heavy: set[str]) -> None:
    (loaded,) = loaded_by(statement)
    assert not loaded & heavy


def test_reading_a_text_loads_no_parts_of_other_formats() -> None:
    statement = "import extractor; extractor.read_plan('Kế hoạch số 1'.encode(), 'a.txt')"
    (loaded,) = loaded_by(statement)
    assert not loaded & {"pdfplumber", "pypdfium2", "docx", "rich", "typer"}


#: Parts that take long to load: spaCy alone longer than most plans take to be read.
LANGUAGE = {"spacy", "thinc", "underthesea", "underthesea_core", "joblib", "torch"}


@pytest.mark.parametrize(
    "arguments", ["'--help'", "'deadline', 'Quý II', '--year', '2024'", "'agency', 'Sở Nội vụ'"]
)
def test_commands_that_read_no_running_text_load_no_language_parts(arguments: str) -> None:
    statement = (
        f"import contextlib, sys; sys.argv = ['kehoach', {arguments}]\n"
        "from service.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr): main()\n"
    )
    (loaded,) = loaded_by(statement)
    assert not loaded & LANGUAGE


def test_running_text_loads_neither_commands_nor_an_http_client() -> None:
    """spaCy has them, and gives them to whoever asks; word classes are asked for if they decide."""
    path = ROOT / "corpora" / "plans" / "vinh-long-2023" / "vinh-long-2023.docx"
    reading = f"import extractor, pathlib; extractor.read_plan(pathlib.Path({str(path)!r}))"
    asking = "from extractor.language import pipeline; import spacy\n"
    asking += "import contextlib, sys\nwith contextlib.redirect_stdout(sys.stderr): spacy.info()"
    loaded, asked = loaded_by(reading, asking)
    assert "spacy" in loaded
    assert not loaded & {"weasel", "requests", "httpx", "urllib3", "underthesea"}
    assert "weasel" in asked


def test_tables_and_lists_without_running_text_load_no_language_parts() -> None:
    statement = "import extractor; extractor.read_plan(b'STT,Lead\\n1,A', 'a.csv')"
    (loaded,) = loaded_by(statement)
    assert not loaded & LANGUAGE


#: A plan whose duties open with words that no table knows: their classes must be asked for.
UNKNOWN_VERBS = """KẾ HOẠCH
Cải cách hành chính năm 2024
I. NHIỆM VỤ
1. Dự trù đủ thuốc thiết yếu.
2. Kết nối dữ liệu dân cư."""


_PLAN = ROOT / "corpora" / "plans" / "ninh-son-2024" / "ninh-son-2024"
_READ = "from pathlib import Path; from extractor import read_plan; read_plan(Path({!r}))"


@pytest.mark.parametrize(
    ("part", "work"),
    [
        ("pdfplumber.table:TableFinder.__init__", _READ.format(f"{_PLAN}.pdf")),
        ("docx.opc.part:XmlPart.__init__", _READ.format(f"{_PLAN}.docx")),
        ("docx:Document", "from service.exports.paper import as_docx; list(as_docx([], 'vi'))"),
        ("spacy.matcher:PhraseMatcher", _READ.format(f"{_PLAN}.docx")),
        (
            "underthesea:pos_tag",
            f"from extractor import read_plan; read_plan({UNKNOWN_VERBS!r}.encode(), 'a.txt')",
        ),
        ("rapidfuzz.process:extractOne", _READ.format(f"{_PLAN}.docx")),
        (
            "sqlmodel:Session.__init__",
            "from service.settings import load; from service.store import opened_store\n"
            "from pathlib import Path; opened_store(load(data=Path(sys.argv[1]))).__enter__()",
        ),
        ("fastapi:FastAPI.__init__", "from service.api.app import create_app; create_app(None, 0)"),
    ],
)
def test_each_ordered_part_does_its_work(part: str, work: str, tmp_path: Path) -> None:
    """Not only installed or imported: where it is not to be had, the work is not done."""
    module, _, name = part.partition(":")
    code = (
        "import sys\nfrom importlib import import_module\nfrom operator import attrgetter\n"
        "def gone(*args, **options): raise SystemExit('gone')\n"
        f"part, (*inside, name) = import_module({module!r}), {name.split('.')!r}\n"
        "setattr(attrgetter('.'.join(inside))(part) if inside else part, name, gone)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + work, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "gone"
