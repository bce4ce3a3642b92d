"""Most of the tests go through the doors of the product, so that they outlive what is behind.

A door is what users and other programs use:

- `read_plan`, with the limits and the listener that it takes;
- the commands of `kehoach`;
- HTTP, with who may call;
- the store, all that it does; what is counted and compared of it;
- the feed: what others are told, and where that may be sent;
- `service.research`, frames for those who count themselves;
- what the service offers its own parts in one place: reading in children, jobs, forms of export,
  settings, the languages it speaks;
- the errors that a room raises.

What goes in there and comes out is nouns (`models`) and tables (`corpora`). Stages and rooms have
faces of their own (`extractor.readers.read`, `read_deadline`); they are none of these doors.
Counted are the lines of files that import nothing else of ours; the benchmarks, which measure what
is inside, do not count at all.
"""

import ast
import re
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

DOORS = {
    "extractor",
    "extractor.limits",
    "extractor.progress",
    "service.api",
    "service.api.app",
    "service.cli",
    "service.exports",
    "service.forms",
    "service.isolation",
    "service.jobs",
    "service.research",
    "service.settings",
    "service.wording",
}
#: Rooms of which every module is a door, or none of ours to hide.
OPEN = (
    "corpora",
    "models",
    "service.access",
    "service.comparison",
    "service.feed",
    "service.store",
)
SHARE = 0.62

OURS = {"corpora", "models", "extractor", "service"}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that a file says, read once for all tests."""
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def imports_of(path: Path) -> list[tuple[str, str]]:
    """The modules of ours that a test imports, and the name it takes from each ("" for all)."""
    found: list[tuple[str, str]] = []
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] in OURS]


def is_door(module: str, name: str) -> bool:
    """Whether a name is of a door; a module that is taken out of a room is a name of that room."""
    place = ROOT / module.replace(".", "/") / name
    if place.is_dir() or (place.with_suffix(".py").exists() and module != "service.exports"):
        module = f"{module}.{name}".strip(".")
    if module.endswith(".errors"):
        return True
    return module in DOORS or any(module == r or module.startswith(f"{r}.") for r in OPEN)


TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "benchmarks" not in path.parts]


def private_names(path: Path) -> set[str]:
    """What a test takes or calls of ours though its name begins with `_`."""
    modules = {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS
        for alias in node.names
    }
    called = {
        node.attr
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
    }
    taken = {part for module, name in imports_of(path) for part in (*module.split("."), name)}
    return {name for name in called | taken if re.match("_[^_]", name)}


def test_no_test_takes_or_calls_a_private_name() -> None:
    private = {str(path.relative_to(ROOT)): private_names(path) for path in TESTS}
    assert {path: names for path, names in private.items() if names} == {}


def test_most_lines_of_tests_are_in_files_that_use_doors_only() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in TESTS}
    through = sum(n for path, n in lines.items() if all(is_door(*i) for i in imports_of(path)))
    assert through >= SHARE * sum(lines.values()), through / sum(lines.values())
