"""Reading in child processes: what a bad document can do, and what it cannot."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from extractor.limits import DEFAULT_LIMITS
from extractor.progress import Progress, Stage
from models.contract import decode
from models.errors import DamagedSource, EncryptedSource, KehoachError, LimitExceeded
from service.isolation import ClosedPool, Input, ReaderPool, Result, protection, read_isolated
from service.isolation.errors import SlowMachine
from tests.conftest import PLANS, ROOT
from tests.service.mock_reader import mock_reader
from tests.service.processes import alive, offspring, open_files

PDF = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"
#: What does not hang has all the time it needs, on whatever machine.
LONG = replace(
    DEFAULT_LIMITS, seconds=600.0, silence=600.0, memory=512 * 1024**2, answer_bytes=1024**2
)
#: For what hangs: by the clock, and by what it does without a word.
SHORT = replace(LONG, seconds=8.0, slowness=1.0)
QUIET = replace(LONG, silence=2.0, slowness=600.0)

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

#: What a document says, and what is told of it.
BAD: dict[str, tuple[type[KehoachError], str]] = {
    "hang": (LimitExceeded, "no sign of life for 2 seconds"),
    "hang-beating": (LimitExceeded, "more than 8 seconds"),
    "hang-holding": (LimitExceeded, "no sign of life"),
    "half-a-message": (LimitExceeded, "more than 8 seconds"),
    "overlong-message": (LimitExceeded, "takes more than 1 MB"),
    "nonsense": (DamagedSource, "stop dead"),
    "exit": (DamagedSource, "code 3"),
    "segfault": (DamagedSource, "stop dead"),
    "abort": (DamagedSource, "stop dead"),
    "system-exit": (DamagedSource, "stop dead"),
    "interrupt": (DamagedSource, "stop dead"),
    "killed": (KehoachError, "stopped from outside"),
    "memory": (LimitExceeded, "--limit-memory"),
    "abort-for-memory": (LimitExceeded, "--limit-memory"),
    "stumble-for-memory": (LimitExceeded, "--limit-memory"),
    "bad-alloc": (LimitExceeded, "--limit-memory"),
    "socket": (KehoachError, "PermissionError"),
    "other-file": (KehoachError, "PermissionError"),
    "other-place": (KehoachError, "PermissionError"),
    "other-process": (KehoachError, "PermissionError"),
    "memory-by-and-by": (LimitExceeded, "--limit-memory"),
    "flood-answer": (LimitExceeded, "takes more than 1 MB"),
    "encrypted": (EncryptedSource, "password"),
    "missing": (KehoachError, "FileNotFoundError"),
    "half-letter": (KehoachError, "UnicodeEncodeError"),
    "half-error": (EncryptedSource, "password ?"),
    "fault": (KehoachError, "ZeroDivisionError, mock_reader.py"),
    "unspeakable": (KehoachError, "UnspeakableError"),
    "group": (KehoachError, "ExceptionGroup"),
    "no-room": (LimitExceeded, "MB of memory"),
    "picture": (LimitExceeded, "--limit-memory"),
    "recursion": (KehoachError, "RecursionError"),
    "stop": (KehoachError, "StopIteration"),
    "nothing": (KehoachError, "AttributeError"),
}
GOOD = ("good", "slow", "flood-output", "flood-beats", "swell")
LATE, SILENT = ("hang-beating", "half-a-message"), ("hang", "hang-holding")
HANGING = (*LATE, *SILENT)


def asked(order: str) -> Input:
    return Input(order.encode(), order)


def check(orders: list[str], results: list[Result]) -> None:
    """Each document has its own result, good or bad."""
    for order, result in zip(orders, results, strict=True):
        assert result.name == order
        if order in GOOD:
            assert result.error is None, (order, result.error)
            assert decode(result.plan).document.source.filename == order
        else:
            kind, words = BAD[order]
            assert isinstance(result.error, kind), (order, result.error)
            assert words in result.error.en, order
            assert result.error.vi
            assert not result.plan


def shuffled() -> list[str]:
    orders = [*BAD, *GOOD * 3]
    random.Random(1).shuffle(orders)
    return orders


def until(true: Callable[[], bool]) -> None:
    """Waits for what must come about, generously."""
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())  # those of another test may end meanwhile
    yield
    assert set(threading.enumerate()) <= before


def test_a_plan_comes_back_with_its_figures() -> None:
    (result,) = read_isolated([asked("good")], LONG, 1, mock_reader)
    assert result.error is None
    assert result.summary is not None
    assert (result.summary.tasks, result.summary.targets, result.summary.warnings) == (2, 1, 1)
    assert result.summary.ledger.balanced


@linux
def test_a_bad_document_costs_itself_only(capfd: pytest.CaptureFixture[str]) -> None:
    """All that can go wrong, from several threads: no file, process or word of it is left over."""
    orders = [*HANGING, *(order for order in shuffled() if order not in HANGING)]
    with ReaderPool(LONG, 1, mock_reader) as pool:
        assert pool.read(asked("good")).error is None  # what multiprocessing needs is there now
    files, processes = open_files(), len(offspring(os.getpid()))
    with (
        ReaderPool(SHORT, 2, mock_reader) as strict,
        ReaderPool(QUIET, 2, mock_reader) as quiet,
        ReaderPool(LONG, 2, mock_reader) as patient,
        ThreadPoolExecutor(8) as threads,
    ):

        def read(order: str) -> Result:
            pool = strict if order in LATE else quiet if order in SILENT else patient
            return pool.read(asked(order))

        check(orders, list(threads.map(read, orders)))
    assert open_files() == files
    assert len(offspring(os.getpid())) == processes
    assert capfd.readouterr() == ("", "")


def test_a_row_keeps_its_order_whatever_becomes_of_a_document() -> None:
    orders = ["slow", "exit", "good", "encrypted", "flood-answer", "slow", "fault", "good", "slow"]
    check(orders, list(read_isolated(map(asked, orders), LONG, 3, mock_reader)))


def test_one_hanging_document_does_not_hold_up_the_others() -> None:
    with ReaderPool(LONG, 2, mock_reader) as pool, ThreadPoolExecutor(1) as thread:
        begun = threading.Event()
        hanging = thread.submit(pool.read, asked("hang"), lambda progress: begun.set())
        begun.wait()
        check(["slow"] * 3, [pool.read(asked("slow")) for _ in range(3)])
        assert not hanging.done()
        pool.close()
        assert isinstance(hanging.exception(), ClosedPool)


def test_a_file_is_handed_over_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "kế hoạch.txt"
    path.write_bytes(b"good")
    inputs = [Input(path, str(path)), Input(b"good", "-")]
    file, stdin = read_isolated(inputs, LONG, 1, mock_reader)
    assert file.name == str(path)
    assert decode(file.plan).document.source.filename == "kế hoạch.txt"  # not where it lies
    assert stdin.name == "-"
    assert decode(stdin.plan).document.source.filename == "?"


def test_no_child_outlives_an_abandoned_reading() -> None:
    before = set(multiprocessing.active_children())
    results = read_isolated([asked("good"), asked("hang")], LONG, 2, mock_reader)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert set(multiprocessing.active_children()) <= before


def test_nothing_to_read() -> None:
    assert list(read_isolated([], LONG, 1, mock_reader)) == []


def test_a_plan_is_read_with_news_of_every_stage() -> None:
    told: list[Progress] = []
    with ReaderPool(DEFAULT_LIMITS, 1) as pool:
        result = pool.read(Input(PDF, PDF.name), told.append)
    assert result.error is None
    assert decode(result.plan).ledger.balanced
    assert [*dict.fromkeys(progress.stage for progress in told)] == [*get_args(Stage)]
    pages = [progress.page for progress in told if progress.page]
    assert pages == sorted(pages)
    assert {progress.pages for progress in told if progress.page} <= {18}


def test_signs_of_life_are_few_and_buy_no_time() -> None:
    told: list[Progress] = []
    with ReaderPool(replace(LONG, seconds=1.0, slowness=1.0), 1, mock_reader) as pool:
        result = pool.read(asked("hang-beating"), told.append)
    assert isinstance(result.error, LimitExceeded)
    assert "more than 1 seconds" in result.error.en
    assert {progress.stage for progress in told} <= {"read", "understand"}
    assert len(told) <= 12  # ten in a second, and the stages


@linux
def test_a_child_lives_on_and_is_replaced_in_time() -> None:
    with ReaderPool(LONG, 1, mock_reader, documents_per_child=3) as pool:

        def reader() -> int:
            return int(decode(pool.read(asked("whoami")).plan).document.title or 0)

        readers = [reader() for _ in range(7)]
        assert [readers.index(reader) for reader in readers] == [0, 0, 0, 3, 3, 3, 6]
        assert alive(set(readers)) == {readers[-1]}
        assert pool.read(asked("swell")).error is None  # right, and its reader goes
        assert alive({readers[-1]}) == set()
        for _ in range(5):
            last = reader()
            os.kill(last, signal.SIGKILL)  # while it has nothing to read, or is about to
            assert reader() not in (last, *readers)


def test_no_more_are_read_at_a_time_than_the_pool_has_children() -> None:
    with ReaderPool(LONG, 2, mock_reader) as pool, ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: pool.read(asked("whoami")), range(16)))
    assert len({decode(result.plan).document.title for result in results}) <= 2


def test_what_the_listener_raises_ends_the_reading_and_not_the_pool() -> None:
    def listener(progress: Progress) -> None:
        raise OSError(progress.stage)

    with ReaderPool(LONG, 1, mock_reader) as pool:
        with pytest.raises(OSError, match="read"):
            pool.read(asked("hang"), listener)
        assert pool.read(asked("good")).error is None


def test_a_closed_pool_gives_up_what_it_reads() -> None:
    pool = ReaderPool(LONG, 2, mock_reader)
    begun = threading.Semaphore(0)

    def reading(_: int) -> type[BaseException] | None:
        try:
            pool.read(asked("hang"), lambda progress: begun.release())
        except ClosedPool as closed:
            return type(closed)
        return None

    with ThreadPoolExecutor(4) as threads:
        reads = threads.map(reading, range(4))  # two of them wait for a child
        for _ in range(2):
            begun.acquire()
        pool.close()
        assert list(reads) == [ClosedPool] * 4
    with pytest.raises(ClosedPool):
        pool.read(asked("good"))
    pool.close()


def test_a_pool_needs_a_child() -> None:
    with pytest.raises(ValueError, match="a child at least"):
        ReaderPool(LONG, 0)


POOL = """
import threading
from tests.service.test_isolation import LONG, asked
from tests.service.mock_reader import mock_reader
from service.isolation import ReaderPool

pool = ReaderPool(LONG, 4, mock_reader)
begun = threading.Semaphore(0)
for order in ("hang", "hang-holding", "hang-beating"):
    reading = lambda order: pool.read(asked(order), lambda progress: begun.release())
    threading.Thread(target=reading, args=(order,)).start()
for _ in range(3):
    begun.acquire()
assert pool.read(asked("good")).error is None  # and one child is idle
print("reading", flush=True)
"""

ROW = """
from tests.service.test_isolation import LONG, asked
from tests.service.mock_reader import mock_reader
from service.isolation import read_isolated

results = read_isolated([asked("good"), asked("hang-holding"), asked("hang")], LONG, 2, mock_reader)
next(results)
print("reading", flush=True)
next(results)
"""


@linux
@pytest.mark.parametrize(("script", "children"), [(POOL, 4), (ROW, 2)], ids=["pool", "row"])
def test_no_child_outlives_a_parent_that_is_killed(script: str, children: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "reading\n"
        started = offspring(parent.pid)
        assert len(started) >= children
        parent.kill()
    until(lambda: not alive(started))


@linux
def test_work_is_counted_not_the_clock() -> None:
    """A reader that works without end is stopped by what it has worked, whatever else runs here;
    one that the machine lets wait is not to blame."""
    with ReaderPool(replace(LONG, seconds=2.0, slowness=300.0), 1, mock_reader) as pool:
        result = pool.read(asked("work-beating"))
    assert isinstance(result.error, LimitExceeded)
    assert "more than 2 seconds;" in result.error.en
    with ReaderPool(replace(LONG, seconds=2.0, slowness=0.5), 1, mock_reader) as pool:
        assert isinstance(pool.read(asked("hang-beating")).error, SlowMachine)


def long_pdf(pages: int) -> bytes:
    """A PDF of so many pages with a line on each."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"",
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]  # fmt: skip
    kids = []
    for number in range(1, pages + 1):
        words = b"BT /F1 12 Tf 72 720 Td (%d. So Noi vu bao cao truoc ngay 15/12.) Tj ET" % number
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(kids))
    whole, places = b"%PDF-1.4\n", []
    for number, made in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, made)
    count = len(objects) + 1
    return (
        whole + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, b"".join(places))
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(whole))
    )  # fmt: skip


@linux
@pytest.mark.soak
def test_a_slow_machine_costs_a_long_document_nothing() -> None:
    """It works for a tenth of the time only, and is silent for longer than it may by the clock."""
    limits, over = replace(DEFAULT_LIMITS, silence=5.0), threading.Event()
    with ReaderPool(limits, 1) as pool:

        def held_up() -> None:
            while not over.wait(0.05):
                children = offspring(os.getpid())
                for number, pause in ((signal.SIGSTOP, 0.45), (signal.SIGCONT, 0.0)):
                    for child in alive(children):
                        with suppress(ProcessLookupError):
                            os.kill(child, number)
                    time.sleep(pause)

        assert pool.read(Input(b"KH", "a.txt")).error is None  # the child is there, and loaded
        slow = threading.Thread(target=held_up)
        slow.start()
        try:
            result = pool.read(Input(long_pdf(2999), "a.pdf"))
        finally:
            over.set()
            slow.join()
    assert result.error is None
    assert result.summary
    assert result.summary.pages == 2999
    assert result.seconds > limits.silence


ENVIRONMENT = """
from models.contract import decode
from service.isolation import Input, ReaderPool
from tests.service.mock_reader import mock_reader

with ReaderPool(reader=mock_reader) as pool:
    print(decode(pool.read(Input(b"environment", "a")).plan).document.title)
"""


@linux
def test_a_child_knows_nothing_of_the_environment() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ENVIRONMENT], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "KEHOACH_DATABASE": "postgresql://an:secret@db/kehoach"},
    ).stdout  # fmt: skip
    assert "PATH=" in told
    assert "secret" not in told


@linux
@pytest.mark.parametrize("is_closed", [True, False])
def test_what_does_not_guard_a_child_is_told(
    monkeypatch: pytest.MonkeyPatch, is_closed: bool
) -> None:
    monkeypatch.setattr("service.isolation.child.closed", lambda: (is_closed, is_closed))
    vi, en = protection()
    assert ("KHÔNG chặn được tệp khác" in vi) is not is_closed
    assert en.count("does NOT keep it from") == (0 if is_closed else 2)


SCRIPT = """
import sys
from service.isolation import Input, ReaderPool

if __name__ == "__main__":
    with ReaderPool(size=2) as pool:
        print(pool.read(Input("KẾ HOẠCH số 1".encode(), "a.txt")).error)
"""


def test_a_script_may_start_a_pool(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("None\n", "")
