"""A pool of children: one document a call, from any thread, and nothing that goes wrong in one
goes further than its result.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from extractor.errors import KehoachError, LimitExceeded
from extractor.limits import DEFAULT_LIMITS
from extractor.progress import STAGES, Progress
from models.contract import decode
from service.isolation import ClosedPool, Input, ReaderPool, Result
from tests.conftest import PLANS, ROOT
from tests.service.mock_reader import DEEDS, mock_reader
from tests.service.processes import alive, offspring, open_files

PDF = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"
LIMITS = replace(
    DEFAULT_LIMITS, seconds=12.0, silence=10.0, memory=512 * 1024**2, answer_bytes=1024**2
)
LONG = replace(LIMITS, seconds=600.0, silence=600.0)

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def asked(order: str) -> Input:
    return Input(order.encode(), order)


def pid(result: Result) -> int:
    """Of the child that read "whoami"."""
    return int(decode(result.plan).document.title or 0)


def test_a_plan_is_read_with_news_of_every_stage() -> None:
    told: list[Progress] = []
    with ReaderPool(DEFAULT_LIMITS, 1) as pool:
        result = pool.read(Input(PDF, PDF.name), told.append)
    assert result.error is None
    assert decode(result.plan).ledger.balanced
    stages = [progress.stage for progress in told]
    assert [*dict.fromkeys(stages)] == [*STAGES]
    pages = [progress.page for progress in told if progress.page]
    assert pages == sorted(pages)
    assert {progress.pages for progress in told if progress.page} <= {18}


def test_many_threads_read_at_once() -> None:
    forms = ("docx", "html", "txt")
    slugs = ("ninh-son-2024", "binh-duong-2024")
    paths = [PLANS / slug / f"{slug}.{form}" for slug in slugs for form in forms] * 3
    with ReaderPool(DEFAULT_LIMITS, 2) as pool, ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda path: pool.read(Input(path, path.name)), paths))
    assert [result.name for result in results] == [path.name for path in paths]
    for result in results:
        assert result.error is None
        assert decode(result.plan).document.source.filename == result.name


BAD = [order for order in DEEDS if order not in ("slow", "swell", "flood-output", "flood-beats")]
GOOD = ["good", "slow", "flood-output", "flood-beats"]


@linux
def test_a_bad_document_costs_itself_only() -> None:
    """All that can go wrong, in any order, from several threads; then nothing is left over."""
    orders = [*BAD, "flood-answer", "half-letter", "nothing", *GOOD * 6]
    random.Random(1).shuffle(orders)
    pool = ReaderPool(LIMITS, 3, mock_reader)
    assert pool.read(asked("good")).error is None  # the fork server is there from now on
    pool.close()
    files, processes = open_files(), len(offspring(os.getpid()))

    with ReaderPool(LIMITS, 3, mock_reader) as pool, ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda order: pool.read(asked(order)), orders))

    for order, result in zip(orders, results, strict=True):
        assert result.name == order
        if order in GOOD:
            assert result.error is None, (order, result.error)
            assert decode(result.plan).document.source.filename == order
        else:
            assert isinstance(result.error, KehoachError), order
            assert result.error.vi
            assert result.error.en
            assert not result.plan
    assert open_files() == files
    assert len(offspring(os.getpid())) == processes


@linux
def test_a_child_lives_on_and_is_replaced_in_time() -> None:
    with ReaderPool(LIMITS, 1, mock_reader, documents_per_child=3) as pool:
        readers = [pid(pool.read(asked("whoami"))) for _ in range(7)]
        assert [readers.index(reader) for reader in readers] == [0, 0, 0, 3, 3, 3, 6]
        assert alive(set(readers)) == {readers[-1]}
        assert pool.read(asked("swell")).error is None  # right, and its reader goes
        assert alive({readers[-1]}) == set()
        last = pid(pool.read(asked("whoami")))
        os.kill(last, signal.SIGKILL)  # while it has nothing to read
        while alive({last}):
            time.sleep(0.01)
        assert pid(pool.read(asked("whoami"))) not in (last, *readers)


def test_no_more_are_read_at_a_time_than_the_pool_has_children() -> None:
    with ReaderPool(LONG, 2, mock_reader) as pool, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: pool.read(asked("slow")), range(8)))
        readers = list(threads.map(lambda _: pid(pool.read(asked("whoami"))), range(8)))
    assert len(set(readers)) <= 2


def test_what_the_listener_raises_ends_the_reading_and_not_the_pool() -> None:
    def listener(progress: Progress) -> None:
        raise KeyError(progress.stage)

    with ReaderPool(LONG, 1, mock_reader) as pool:
        with pytest.raises(KeyError):
            pool.read(asked("hang"), listener)
        assert pool.read(asked("good")).error is None


def test_signs_of_life_reach_the_listener_while_a_document_hangs() -> None:
    told: list[Progress] = []
    with ReaderPool(replace(LIMITS, seconds=1.0, silence=60.0), 1, mock_reader) as pool:
        result = pool.read(asked("hang-beating"), told.append)
    assert isinstance(result.error, LimitExceeded)
    assert "more than 1 seconds" in result.error.en
    assert {progress.stage for progress in told} <= {"read", "understand"}
    assert len(told) <= 12  # ten in a second, and the stages


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
        ReaderPool(LIMITS, 0)


POOL = """
import threading
from tests.service.test_pool import LONG, asked
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
from tests.service.test_pool import LONG, asked
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
    until = time.monotonic() + 2.0
    while alive(started) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(started)


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


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before
