"""The deployment page and its files speak of commands, options and settings that there are."""

import configparser
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from service.cli import app
from service.settings import PREFIX, Settings
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "deployment.md"
FILES = sorted((ROOT / "docs" / "deployment").iterdir())
UNITS = [path for path in FILES if path.suffix in (".service", ".timer")]


def blocks(kind: str) -> Iterator[str]:
    yield from re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text("utf-8"), re.S)


def commands() -> list[list[str]]:
    """What stands after `kehoach` in the page and in the units."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    for unit in UNITS:
        lines += re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.M)
    words = [shlex.split(line.split(" #")[0]) for line in lines]
    return [
        some[1:]
        for some in words
        if some and Path(some[0]).name == "kehoach" and "=" not in some[0]
    ]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    known = {name for option in command.params for name in option.opts}
    assert {word for word in rest if word.startswith("-")} <= known


def test_there_are_commands_to_check() -> None:
    assert {"serve", "worker", "backup", "restore", "doctor", "user", "key"} <= {
        words[0] for words in commands()
    }


def test_every_key_of_the_files_is_a_setting() -> None:
    texts = [path.read_text("utf-8") for path in FILES if path.suffix == ".toml"]
    for text in (*texts, *blocks("toml")):
        assert tomllib.loads(text).keys() <= Settings.model_fields.keys()
    variables = set(re.findall(rf"\b{PREFIX}([A-Z_]+)=", PAGE.read_text("utf-8")))
    assert variables <= {name.upper() for name in Settings.model_fields} | {"CONFIG"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_whole(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit.read_text("utf-8"))
    assert "Unit" in parser.sections()
    if unit.suffix == ".service":
        assert parser["Service"]["User"] == "kehoach"
        assert parser["Service"]["ExecStart"].startswith("/opt/kehoach/bin/kehoach ")


def test_the_page_names_every_file() -> None:
    page = PAGE.read_text("utf-8")
    assert [path.name for path in FILES if path.name not in page] == []
