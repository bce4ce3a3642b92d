"""Reading in child processes: what a bad document can do, and what it cannot."""

import ctypes
import faulthandler
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from extractor.errors import DamagedSource, EncryptedSource, KehoachError, LimitExceeded
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener
from models.contract import decode
from models.plan import Plan
from service.isolation import Input, Result, read_isolated
from tests.service.conftest import made_plan

QUICK = replace(DEFAULT_LIMITS, seconds=1.0, memory=512 * 1024**2)


def obedient(source: bytes | Path, name: str | None, limits: Limits, progress: Listener) -> Plan:
    """Reads nothing; does what the bytes say."""
    match source:
        case b"hang":
            time.sleep(600)
        case b"exit":
            os._exit(3)
        case b"segfault":
            faulthandler.disable()
            ctypes.string_at(0)
        case b"memory":
            len(bytearray(2 * 1024**3))
        case b"encrypted":
            raise EncryptedSource("có mật khẩu", "needs a password")
        case b"fault":
            raise ZeroDivisionError("a bug")
        case b"missing":
            raise FileNotFoundError(2, "No such file", "x")
        case b"slow":
            time.sleep(0.2)
        case _:
            pass
    return made_plan(name or (source.name if isinstance(source, Path) else "?"))


def read(*orders: bytes, jobs: int = 1, limits: Limits = QUICK) -> list[Result]:
    inputs = [Input(order, f"{number}-{order.decode()}") for number, order in enumerate(orders)]
    return list(read_isolated(inputs, limits, jobs, obedient))


def test_a_plan_comes_back_with_its_figures() -> None:
    (result,) = read(b"good")
    assert result.error is None
    assert decode(result.plan).document.source.filename == "0-good"
    assert result.summary is not None
    assert (result.summary.tasks, result.summary.targets, result.summary.warnings) == (2, 1, 1)
    assert result.summary.ledger.balanced


def test_results_keep_the_order_of_the_inputs() -> None:
    orders = [b"slow", *[b"good"] * 20, b"slow", b"good"]
    names = [result.name for result in read(*orders, jobs=3)]
    assert names == [f"{number}-{order.decode()}" for number, order in enumerate(orders)]


@pytest.mark.parametrize(
    ("order", "kind", "word"),
    [
        (b"hang", LimitExceeded, "--limit-seconds"),
        (b"exit", DamagedSource, "code 3"),
        (b"segfault", DamagedSource, "stop dead"),
        (b"memory", LimitExceeded, "--limit-memory"),
        (b"encrypted", EncryptedSource, "password"),
        (b"fault", KehoachError, "ZeroDivisionError, test_isolation.py"),
        (b"missing", KehoachError, "no such file"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bad_document_fails_alone(
    order: bytes, kind: type[KehoachError], word: str, jobs: int
) -> None:
    before, bad, *after = read(b"good", order, b"good", b"good", jobs=jobs)
    assert isinstance(bad.error, kind)
    assert word in bad.error.en
    assert bad.error.vi
    assert bad.plan == b""
    assert [r.error for r in (before, *after)] == [None] * 3


def test_one_hanging_document_does_not_hold_up_the_others() -> None:
    results = read(b"hang", *[b"slow"] * 3, jobs=2)
    assert [r.error is None for r in results] == [False, True, True, True]
    assert all(r.seconds < QUICK.seconds for r in results[1:])


def test_a_file_is_handed_over_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "kế hoạch.txt"
    (result,) = read_isolated([Input(path, str(path))], QUICK, 1, obedient)
    assert result.name == str(path)
    assert decode(result.plan).document.source.filename == "kế hoạch.txt"  # not where it lies


def test_standard_input_has_no_file_name() -> None:
    (result,) = read_isolated([Input(b"good", "-")], QUICK, 1, obedient)
    assert result.name == "-"
    assert decode(result.plan).document.source.filename == "?"


def test_no_child_outlives_an_abandoned_reading() -> None:
    import multiprocessing

    results = read_isolated([Input(b"good", "a"), Input(b"hang", "b")], QUICK, 2, obedient)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not [p for p in multiprocessing.active_children() if p.name == "kehoach-reader"]


def test_nothing_to_read() -> None:
    assert read() == []
