"""Reading in child processes: what a bad document can do, and what it cannot."""

from dataclasses import replace
from pathlib import Path

import pytest

from extractor.errors import DamagedSource, EncryptedSource, KehoachError, LimitExceeded
from extractor.limits import DEFAULT_LIMITS, Limits
from models.contract import decode
from service.isolation import Input, Result, read_isolated
from tests.service.mock_reader import mock_reader

QUICK = replace(DEFAULT_LIMITS, seconds=5.0, memory=512 * 1024**2, answer_bytes=1024**2)


def read(*orders: bytes, jobs: int = 1, limits: Limits = QUICK) -> list[Result]:
    inputs = [Input(order, f"{number}-{order.decode()}") for number, order in enumerate(orders)]
    return list(read_isolated(inputs, limits, jobs, mock_reader))


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
        (b"system-exit", DamagedSource, "stop dead"),
        (b"killed", KehoachError, "stopped from outside"),
        (b"memory", LimitExceeded, "--limit-memory"),
        (b"encrypted", EncryptedSource, "password"),
        (b"fault", KehoachError, "ZeroDivisionError, mock_reader.py"),
        (b"missing", KehoachError, "no such file"),
        (b"flood-answer", LimitExceeded, "takes more than 1 MB"),
        (b"half-letter", KehoachError, "UnicodeEncodeError"),
        (b"half-error", EncryptedSource, "password ?"),
        (b"unspeakable", KehoachError, "UnspeakableError"),
        (b"nothing", KehoachError, "AttributeError"),
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


def test_what_says_nothing_is_stopped_before_its_time_is_over() -> None:
    limits = replace(QUICK, seconds=600.0, silence=3.0)
    bad, good = read(b"hang", b"good", limits=limits)
    assert isinstance(bad.error, LimitExceeded)
    assert "no sign of life for 3 seconds" in bad.error.en
    assert "chia nhỏ" in bad.error.vi
    assert good.error is None


def test_signs_of_life_do_not_buy_more_time() -> None:
    (result,) = read(b"hang-beating", limits=replace(QUICK, silence=10.0))
    assert isinstance(result.error, LimitExceeded)
    assert "more than 5 seconds" in result.error.en


def test_what_a_library_prints_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    (result,) = read(b"flood-output")
    assert result.error is None
    assert capfd.readouterr() == ("", "")


def test_signs_of_life_are_few() -> None:
    (result,) = read(b"flood-beats", limits=replace(QUICK, seconds=60.0))
    assert result.error is None


def test_one_hanging_document_does_not_hold_up_the_others() -> None:
    results = read(b"hang", *[b"slow"] * 3, jobs=2)
    assert [r.error is None for r in results] == [False, True, True, True]
    assert all(r.seconds < QUICK.seconds for r in results[1:])


def test_a_file_is_handed_over_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "kế hoạch.txt"
    (result,) = read_isolated([Input(path, str(path))], QUICK, 1, mock_reader)
    assert result.name == str(path)
    assert decode(result.plan).document.source.filename == "kế hoạch.txt"  # not where it lies


def test_standard_input_has_no_file_name() -> None:
    (result,) = read_isolated([Input(b"good", "-")], QUICK, 1, mock_reader)
    assert result.name == "-"
    assert decode(result.plan).document.source.filename == "?"


def test_no_child_outlives_an_abandoned_reading() -> None:
    import multiprocessing

    results = read_isolated([Input(b"good", "a"), Input(b"hang", "b")], QUICK, 2, mock_reader)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not [p for p in multiprocessing.active_children() if p.name == "kehoach-reader"]


def test_nothing_to_read() -> None:
    assert read() == []
