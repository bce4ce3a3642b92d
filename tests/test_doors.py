"""Most of the tests go through the doors of the product, so that they outlive what is behind."""

import ast
from pathlib import Path

from tests.conftest import ROOT

#: What users and other programs call: reading, the command, HTTP, the store; with what is given to
#: them and comes from them.
DOORS = {
    "extractor",
    "extractor.layout",
    "extractor.limits",
    "extractor.progress",
    "extractor.readers",
    "extractor.language.agencies",
    "extractor.language.citations",
    "extractor.language.deadlines",
    "service.access",
    "service.api",
    "service.api.app",
    "service.cli",
    "service.exports",
    "service.isolation",
    "service.jobs",
    "service.settings",
    "service.store",
}
#: Rooms of which every module is one: the nouns, the tables, and what the store does.
OPEN = ("corpora", "models", "service.store")
SHARE = 0.6

OURS = {"corpora", "models", "extractor", "service"}


def imports_of(path: Path) -> list[tuple[str, str]]:
    """The modules of ours that a test imports, and the name it takes from each ("" for all)."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] in OURS]


def is_door(module: str) -> bool:
    return module in DOORS or any(module == r or module.startswith(f"{r}.") for r in OPEN)


TESTS = {path: imports_of(path) for path in sorted((ROOT / "tests").rglob("*.py"))}


def test_no_test_imports_a_private_name() -> None:
    private = {
        f"{path.relative_to(ROOT)}: {module} {name}"
        for path, imports in TESTS.items()
        for module, name in imports
        if any(part.startswith("_") for part in (*module.split("."), name))
    }
    assert not private


def test_most_lines_of_tests_are_in_files_that_use_doors_only() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in TESTS}
    through = sum(lines[p] for p, imports in TESTS.items() if all(is_door(m) for m, _ in imports))
    assert through >= SHARE * sum(lines.values())
