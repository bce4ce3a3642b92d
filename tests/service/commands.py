"""`kehoach` as people run it: in a process of its own, or here where that is not the point."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from unittest.mock import patch

from typer.testing import CliRunner

from extractor.limits import DEFAULT_LIMITS, Limits
from service.cli import app
from service.isolation import Input, ReaderPool, Result, read_isolated
from tests.conftest import ROOT

#: The command as a process.
KEHOACH = (sys.executable, "-c", "from service.cli import main; main()")


def environment(**given: str) -> dict[str, str]:
    """That of a user who has set nothing but what is `given`, and reads Vietnamese."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KEHOACH_")}
    return {**bare, "LANG": "C.UTF-8", "KEHOACH_LANG": "vi", **given}


def run(
    *words: object, stdin: bytes | str = b"", **given: str
) -> "subprocess.CompletedProcess[bytes]":
    """What the command says and how it ends, run in a process of its own."""
    return subprocess.run(
        [*KEHOACH, *map(str, words)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=ROOT,
        env=environment(**given),
        timeout=300,
    )


@cache
def _warm() -> ReaderPool:
    return ReaderPool(DEFAULT_LIMITS)


def read_warm(
    inputs: Iterable[Input], limits: Limits = DEFAULT_LIMITS, jobs: int = 1
) -> Iterator[Result]:
    """As `read_isolated` does, by a child that lives on: the start of one costs a second."""
    if limits != DEFAULT_LIMITS:
        return read_isolated(inputs, limits, jobs)
    return map(_warm().read, inputs)


def called(
    *words: object, stdin: bytes | str = b"", **given: str
) -> "subprocess.CompletedProcess[bytes]":
    """The same, run in this process, which is a hundred times as quick."""
    unset = dict.fromkeys(name for name in os.environ if name.startswith("KEHOACH_"))
    with patch("service.extraction.read_isolated", read_warm):
        done = CliRunner().invoke(
            app, [*map(str, words)], input=stdin, env={**unset, **environment(**given)}
        )
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout_bytes, done.stderr_bytes)
