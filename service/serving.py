"""`kehoach serve`: the API, the pages and the jobs, until it is told to stop.

The first process works on the jobs, and starts anew whichever of those that answer dies: so that
what is read and saved takes no turn from requests. They share its socket; where they are several,
their windows of requests too.
"""

import errno
import gc
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Client, Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.managers import BaseManager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from models.errors import KehoachError
from service.access import inhabited
from service.api import logs
from service.api.bounds import Windows
from service.api.health import Metrics
from service.isolation.child import NICE
from service.jobs import Jobs
from service.settings import Settings
from service.store import Store, opened_store, reopened
from service.store.vault import is_left, own_name
from service.wording import Lang, pick

#: Seconds that answers under way have to end after a signal to stop, and then jobs.
GRACE, JOBS_GRACE = 3, 3.0
#: Seconds after which a thread that works lets another have its turn.
SWITCH = 0.001
#: What the names of folders for temporary files begin with.
TEMPORARY = "kehoach-"

_SPAWN = get_context("spawn")


class Unguarded(KehoachError, code="serve.unguarded"):
    """Others could reach the service, and nobody would need to tell who they are."""

    title = "Chưa có ai được phép", "Nobody is let in yet"
    sentence = (
        "Dịch vụ ở {host} cần người dùng hoặc khóa mà chưa có ai. "
        "Hãy tạo trước: kehoach user add TÊN --scope admin",
        "The service at {host} needs a user or a key, and there is nobody yet. "
        "Create one first: kehoach user add NAME --scope admin",
    )


class AddressTaken(KehoachError, code="serve.address"):
    title = "Không lắng nghe được ở địa chỉ này", "The address cannot be listened on"
    sentence = (
        "Không lắng nghe được ở {host} cổng {port}: {reason}",
        "Cannot listen on {host} port {port}: {reason}",
    )


class PortTaken(AddressTaken):
    sentence = (
        "Cổng {port} của {host} đang được chương trình khác dùng; hãy chọn cổng khác bằng --port.",
        "Port {port} of {host} is used by another program; choose another with --port.",
    )


def check_guarded(store: Store) -> None:
    """Raises Unguarded where the service may not start: open to others, or to nobody at all."""
    settings = store.settings
    if settings.loopback and settings.access == "auto":
        return
    with store.reading() as session:
        if inhabited(session):
            return
    raise Unguarded(host=settings.host)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises AddressTaken, which says why it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # on Windows it would let two programs listen on one port
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(socket.SOMAXCONN)
        except OSError:
            made.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from None
        raise AddressTaken(host=host, port=port, reason=error.strerror or str(error)) from None
    return made


def address_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def run(settings: Settings, lang: Lang, *, sample: bool = False, new: bool = False) -> None:
    """Serves until SIGINT or SIGTERM; raises Unguarded, AddressTaken, or an error of the store.

    With `sample` the sample plans are taken in first, those that are not there yet. `new` lets a
    new store begin beside the files of another.
    """
    with opened_store(settings, new=new) as store:
        check_guarded(store)
        with _own_folder(), bound(settings.host, settings.port) as listening:
            if sample:
                from service.sample import take_in

                take_in(store)
            _serve(store, listening, lang)


@contextmanager
def _own_folder() -> Iterator[None]:
    """Temporary files of this process and of those it starts are in a folder that goes with it.

    Where a process was killed, its folder is still there: the next that starts takes it away.
    """
    place, before = Path(tempfile.gettempdir()), os.environ.get("TMPDIR")
    for other in place.glob(f"{TEMPORARY}*"):
        if is_left(other.name.removeprefix(TEMPORARY)):
            shutil.rmtree(other, ignore_errors=True)
    folder = place / f"{TEMPORARY}{own_name()}"
    folder.mkdir(0o700)
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = str(place)
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _serve(store: Store, listening: socket.socket, lang: Lang) -> None:
    logs.configure(store.settings)
    jobs = Jobs(store, grace=JOBS_GRACE)
    with _Answering(store.settings, listening) as answering, _aside(jobs):
        answering.jobs.set()
        answering.begin()
        where = address_of(listening)
        print(
            pick(
                lang,
                f"kehoach đang chạy tại {where}/ (Ctrl+C để dừng)",
                f"kehoach is at {where}/ (Ctrl+C to stop)",
            ),
            flush=True,
        )
        answering.keep()
    print(pick(lang, "Đã dừng.", "Stopped."), file=sys.stderr)


@contextmanager
def _aside(jobs: Jobs) -> Iterator[None]:
    """While the jobs are worked on, by threads that stand back behind those who answer.

    Linux has a thread hand down how far it stands back; elsewhere that is of the whole process, and
    those that answer would stand back too.
    """
    given: dict[str, Any] = {}
    if sys.platform == "linux":
        given = {"initializer": os.nice, "initargs": (NICE,)}
    with ThreadPoolExecutor(1, **given) as thread:
        thread.submit(jobs.start).result()
        try:
            yield
        finally:
            jobs.stop()


@cache
def _windows() -> Windows:
    return Windows()


class _Shared(BaseManager):
    """What several processes that answer ask another one for, over a socket of its own."""


_Shared.register("windows", _windows, exposed=("hit", "room"))


class _Answering(ExitStack):
    """The processes that answer, from the beginning; `keep` begins anew those that die, until a
    signal. `jobs` is to be set while jobs are worked on."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        super().__init__()
        self._stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        self._counting: Connection | None = None
        self._address: tuple[Any, bytes] | None = None
        if settings.processes > 1:
            self._count()
            folder = self.enter_context(tempfile.TemporaryDirectory(prefix="kehoach-figures-"))
            os.environ[Metrics.FOLDER] = folder
            self.callback(os.environ.pop, Metrics.FOLDER)
        self.jobs, self._ready = _SPAWN.Event(), _SPAWN.Event()
        self._given = (settings, listening, self.jobs, self._ready)
        self.callback(self._end)
        self._processes = [self._begun() for _ in range(settings.processes)]

    def begin(self) -> None:
        """Returns when the first of them answers, or at a signal."""
        while not self._ready.wait(0.1) and not self._stop.is_set():
            self._look_after()

    def keep(self) -> None:
        while not self._stop.wait(0.1):
            self._look_after()
        self._terminate()  # those under way come to their end while the jobs do

    def _count(self) -> None:
        """Begins the process that counts for all: one without other work, each request asks it."""
        key = secrets.token_bytes(32)
        others = _Shared(authkey=key, ctx=_SPAWN)
        others.start(_follow)
        self.enter_context(others)
        address: Any = others.address
        self._address = address, key
        self._counting = Client(address, authkey=key)  # ends when that process does

    def _look_after(self) -> None:
        if self._counting and wait([self._counting], 0):  # nobody can ask it any more
            self._counting.close()
            self._terminate()
            self._count()
        if wait([one.sentinel for one in self._processes], 0):
            self._stop.wait(1)  # one that cannot even begin is not tried without end
            self._processes = [one if one.is_alive() else self._begun() for one in self._processes]

    def _begun(self) -> SpawnProcess:
        process = _SPAWN.Process(target=_answer, args=(*self._given, self._address))
        process.start()
        return process

    def _terminate(self) -> None:
        for one in self._processes:
            one.terminate()

    def _end(self) -> None:
        self._terminate()
        for one in self._processes:
            one.join(GRACE + 2)
            one.kill()
            one.join()


def _follow() -> None:
    """Has this process not outlive the first."""
    first = parent_process()
    assert first is not None

    def follow() -> None:
        wait([first.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _answer(
    settings: Settings,
    listening: socket.socket,
    jobs: Event,
    ready: Event,
    shared: tuple[Any, bytes] | None,
) -> None:
    """Answers beside the first process, which this one does not outlive."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the first to decide, which gets it too
    _follow()

    import uvicorn  # the first process needs neither it nor the application

    from service import connections
    from service.api.app import create_app

    os.umask(0o077)
    logs.configure(settings)
    sys.setswitchinterval(SWITCH)
    connections.allow_files()
    windows: Any = None
    if shared is not None:
        others = _Shared(*shared)
        others.connect()
        windows = others.windows()  # type: ignore[attr-defined]
    app = create_app(reopened(settings), jobs.is_set if settings.workers else None, windows)
    config = uvicorn.Config(
        app,
        http=connections.Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
    )
    gc.collect()
    gc.freeze()  # what is there for good is not gone through again, while everybody waits
    ready.set()
    uvicorn.Server(config).run(sockets=[listening])
