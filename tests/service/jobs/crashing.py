"""Processes that the fault tests kill: workers, uploaders, servers, receivers of webhooks, forked
from one that has it all.

`python -m tests.service.jobs.crashing` imports what a worker needs, once, and forks one for each
order on its standard input, so that a worker that is killed several times a second gets something
done between. An order is a line of JSON; the answer is the process id of the child.
"""

import hashlib
import json
import logging
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from extractor import read_plan
from extractor.limits import Limits
from extractor.progress import Listener
from models.plan import Plan
from tests.conftest import ROOT


def telling_reader(
    source: bytes | Path, name: str | None, limits: Limits, progress: Listener
) -> Plan:
    """The reader of the house, which notes when it begins and ends a document."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    _note("begin", sha256)
    plan = read_plan(source, name, limits, progress)
    _note("end", sha256)
    return plan


#: Opened when this is imported: a reader opens nothing any more once it reads.
_READS = os.environ.get("KEHOACH_TEST_READS")
_LOG = os.open(_READS, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if _READS else -1


def _note(what: str, sha256: str) -> None:
    os.write(_LOG, f"{what} {sha256} {time.time():.3f}\n".encode())


def worker(settings: dict[str, Any], executed: Path, delay: float | None = None) -> None:
    """Works until it is stopped or killed; writes its name when it is ready. With a delay, what it
    sends is tried again after so many seconds, without end."""
    from service.feed import deliveries
    from service.jobs import Jobs
    from service.settings import load
    from service.store import opened_store

    if delay is not None:
        deliveries.DELAYS = (delay,) * 10_000
        deliveries.EVERY = delay
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with (
        opened_store(load(**settings)) as store,
        Jobs(store, "worker", reader=telling_reader) as jobs,
    ):
        executed.write_text(str(jobs.executor))
        while not stop.wait(0.1):
            pass


def server(settings: dict[str, Any], port: int) -> None:
    """Answers on a port, and reads and sends nothing."""
    import uvicorn

    from service.api.app import create_app
    from service.settings import load
    from service.store import opened_store

    with opened_store(load(**settings)) as store:
        uvicorn.run(create_app(store, None), port=port, log_config=None, access_log=False)


def receiver(mirror: str, port: int, secret: str, log: str) -> None:
    """The receiver of the guide; the log has the id and the answer of each message."""
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    answer = BaseHTTPRequestHandler.send_response

    def noted(self: BaseHTTPRequestHandler, code: int, message: str | None = None) -> None:
        os.write(told, f"{self.headers['webhook-id']} {code}\n".encode())
        answer(self, code, message)

    BaseHTTPRequestHandler.send_response = noted  # type: ignore[method-assign]
    sys.argv = ["receiver.py", mirror, str(port), secret]
    runpy.run_path(str(ROOT / "docs" / "feed" / "receiver.py"), run_name="__main__")


def uploader(settings: dict[str, Any], folder: Path, log: Path, pause: float) -> None:
    """Uploads the files of a folder that the log does not have yet; the log tells the answers."""
    from service.jobs import submit
    from service.settings import load
    from service.store import opened_store

    answered = {line.split()[0] for line in log.read_text().splitlines()} if log.exists() else set()
    with opened_store(load(**settings)) as store, log.open("a") as told:
        for path in sorted(folder.iterdir()):
            if path.name not in answered:
                taken = submit(store, path, path.name, by="test")
                told.write(f"{path.name} {taken.document_id} {taken.job_id}\n")
                told.flush()
                time.sleep(pause)


class Crashable:
    """The process that forks, seen from a test."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.reads = log.with_name("reads.log")
        self.reads.touch()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.jobs.crashing", str(log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env=os.environ | {"KEHOACH_TEST_READS": str(self.reads)},
            start_new_session=True,
        )

    def start(self, what: str, **given: Any) -> int:
        """A new child; its process id."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"what": what, **given}, default=str) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __enter__(self) -> "Crashable":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        os.killpg(self._process.pid, signal.SIGKILL)  # and all that it started
        self._process.wait()
        self._process.stdout.close()


def _forked(order: dict[str, Any], log: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        logging.basicConfig(level=logging.WARNING)
        settings = order["settings"]
        if order["what"] == "worker":
            worker(settings, Path(order["ready"]), order.get("delay"))
        elif order["what"] == "server":
            server(settings, order["port"])
        elif order["what"] == "receiver":
            receiver(*settings)
        else:
            uploader(settings, Path(order["folder"]), Path(order["log"]), order["pause"])
        code = 0
    except BaseException:
        logging.exception("%s", order["what"])
    finally:
        os._exit(code)


def _main(log: Path) -> None:
    import service.api.app
    import service.feed.deliveries
    import service.isolation
    import service.jobs.ingestion
    import service.jobs.queue
    import service.store.database
    import service.store.reference
    import service.store.saving
    import service.store.search
    import service.store.vault  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        print(_forked(json.loads(line), log), flush=True)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
