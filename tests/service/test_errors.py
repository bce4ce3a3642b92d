"""One tree of errors: each says what it is once, in both languages, wherever it goes."""

import ast
import importlib
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from models.errors import KINDS, USUAL, KehoachError
from service.isolation.messages import Failed, encode, told

ROOT = Path(__file__).parents[2]


def subclasses(kind: type[KehoachError]) -> Iterator[type[KehoachError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from subclasses(one)


def sources() -> Iterator[tuple[Path, str]]:
    for room in ("models", "extractor", "service"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT), path.read_text("utf-8")


@pytest.fixture(scope="module")
def tree() -> list[type[KehoachError]]:
    for path, text in sources():
        if re.search(r"^    (title|sentence) = ", text, re.MULTILINE):
            importlib.import_module(".".join(path.with_suffix("").parts))
    return [one for one in subclasses(KehoachError) if not one.__module__.startswith("tests.")]


def facts(kind: type[KehoachError]) -> dict[str, int]:
    """Something for each fact that the sentence of a class tells."""
    return {
        name: 7 for words in kind.sentence for _, name, _, _ in Formatter().parse(words) if name
    }


def test_each_code_has_one_class_and_each_class_a_code(tree: list[type[KehoachError]]) -> None:
    declared = Counter(vars(kind)["code"] for kind in tree if "code" in vars(kind))
    assert max(declared.values()) == 1
    assert {kind.code for kind in tree} == set(declared) <= set(KINDS)
    assert all(isinstance(kind.status, int) and 400 <= kind.status < 600 for kind in tree)
    refined = [kind for kind in tree if "code" not in vars(kind)]
    assert not [kind for kind in refined if "title" in vars(kind) or "status" in vars(kind)]


def test_each_status_has_one_usual_error(tree: list[type[KehoachError]]) -> None:
    """The one right below the root that says it; who else has the status derives from it."""
    said = Counter(
        vars(kind)["status"]
        for kind in tree
        if kind.__base__ is KehoachError and "status" in vars(kind)
    )
    assert max(said.values()) == 1
    assert said.keys() == USUAL.keys()


def test_each_says_the_same_in_both_languages(tree: list[type[KehoachError]]) -> None:
    for kind in tree:
        for vi, en in (kind.title, kind.meaning, kind.sentence):
            assert vi.strip(), kind
            assert en.strip(), kind
            assert vi != en, kind
        named = [
            {name for _, name, _, _ in Formatter().parse(words) if name} for words in kind.sentence
        ]
        assert named[0] == named[1], kind


def test_each_goes_from_process_to_process(tree: list[type[KehoachError]]) -> None:
    for kind in tree:
        error = kind(**facts(kind))
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.facts, again.vi, again.en) == (
            kind, error.facts, error.vi, error.en
        )  # fmt: skip
        said = told(encode(Failed.of(error)))
        assert isinstance(said, Failed)
        sent = said.error()
        assert (sent.code, sent.vi, str(sent)) == (kind.code, error.vi, error.en)


def sentences() -> Iterator[str]:
    """What classes say, and what is said in their place where an error is made."""
    names = {kind.__name__ for kind in subclasses(KehoachError)}
    for _, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and node.name in names:
                for line in node.body:
                    if isinstance(getattr(line, "value", None), ast.Tuple):
                        yield from map(ast.unparse, line.value.elts)  # type: ignore[attr-defined]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield from map(ast.unparse, node.args)


def test_no_sentence_stands_twice(tree: list[type[KehoachError]]) -> None:
    found = Counter(one.strip("f'\"").strip(".").casefold() for one in sentences() if " " in one)
    assert [one for one, times in found.items() if times > 1] == []


def test_a_place_that_knows_more_may_say_it() -> None:
    error = KehoachError("{nguyên văn}", "{verbatim}")
    assert (error.vi, str(error)) == ("{nguyên văn}", "{verbatim}")
