"""`kehoach serve`: the API, the pages and the jobs, until it is told to stop.

All of it is one process. Where several are to answer, they share its socket and its windows of
requests, and it only reads the documents and starts anew whichever of them dies.
"""

import errno
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from models.errors import KehoachError
from service.access import inhabited
from service.api import logs
from service.api.app import create_app
from service.api.bounds import HEAD_BYTES, Windows
from service.api.health import Metrics
from service.connections import Connection, allow_files
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
    settings = store.settings
    logs.configure(settings)
    _quick_turns()
    jobs = Jobs(store, grace=JOBS_GRACE)
    with ExitStack() as stack:
        if settings.processes == 1:
            run = _alone(store, jobs, listening)
        else:
            run = stack.enter_context(_Several(settings, listening)).run
        with jobs:
            where = address_of(listening)
            print(
                pick(
                    lang,
                    f"kehoach đang chạy tại {where}/ (Ctrl+C để dừng)",
                    f"kehoach is at {where}/ (Ctrl+C to stop)",
                ),
                flush=True,
            )
            run()
    print(pick(lang, "Đã dừng.", "Stopped."), file=sys.stderr)


def _quick_turns() -> None:
    """Has this process hear of new requests soon, and hold as many connections as it may."""
    sys.setswitchinterval(SWITCH)
    allow_files()


def _config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        h11_max_incomplete_event_size=HEAD_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
    )


def _alone(store: Store, jobs: Jobs, listening: socket.socket) -> Callable[[], None]:
    """How this process answers."""
    app = create_app(store, jobs if store.settings.workers else None)
    server = uvicorn.Server(_config(app, store.settings))

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # The server takes these two for itself while it runs, and raises them anew when it has ended:
    # they must not end the process before the jobs are put down. A signal that comes before that
    # stops it as soon as it begins.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return partial(server.run, sockets=[listening])


# Several processes that answer


class _Shared(BaseManager):
    """What the processes that answer ask the first one for, over a socket of its own."""


class _Several(ExitStack):
    """The processes that answer; `run` begins anew those that die, until a signal."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        super().__init__()
        self._stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        windows, key = Windows(), secrets.token_bytes(32)
        _Shared.register("windows", callable=lambda: windows)
        shared = _Shared(authkey=key).get_server()
        threading.Thread(target=shared.serve_forever, daemon=True).start()
        folder = self.enter_context(tempfile.TemporaryDirectory(prefix="kehoach-figures-"))
        os.environ[Metrics.FOLDER] = folder
        self.callback(os.environ.pop, Metrics.FOLDER)
        self._count = settings.processes
        self._given = (settings, listening, shared.address, key)

    def run(self) -> None:
        processes = [self._begun() for _ in range(self._count)]
        while not self._stop.is_set():
            if wait([one.sentinel for one in processes], 0.1):
                self._stop.wait(1)  # one that cannot even begin is not tried without end
                processes = [one if one.is_alive() else self._begun() for one in processes]
        for one in processes:
            one.terminate()
        for one in processes:
            one.join(GRACE + 2)
            one.kill()
            one.join()

    def _begun(self) -> SpawnProcess:
        process = get_context("spawn").Process(target=_answer, args=self._given, daemon=True)
        process.start()
        return process


def _answer(settings: Settings, listening: socket.socket, address: Any, key: bytes) -> None:
    """Answers beside the first process, which this one does not outlive."""
    first = parent_process()
    assert first is not None

    def follow() -> None:
        wait([first.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    os.umask(0o077)
    logs.configure(settings)
    _quick_turns()
    _Shared.register("windows", exposed=("hit", "room"))
    shared = _Shared(address, key)
    shared.connect()
    windows: Windows = shared.windows()  # type: ignore[attr-defined]
    app = create_app(reopened(settings), None, windows)
    uvicorn.Server(_config(app, settings)).run(sockets=[listening])
