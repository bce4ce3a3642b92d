"""`kehoach serve`: the API, the pages and the jobs in one process, until it is told to stop."""

import errno
import os
import signal
import socket
import sys

import uvicorn

from models.errors import KehoachError
from service.access import inhabited
from service.api import logs
from service.api.app import create_app
from service.api.bounds import HEAD_BYTES
from service.jobs import Jobs
from service.settings import Settings
from service.store import Store, opened_store
from service.wording import Lang, pick

#: Seconds that answers under way have to end after a signal to stop.
GRACE = 10


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


def run(settings: Settings, lang: Lang, *, sample: bool = False) -> None:
    """Serves until SIGINT or SIGTERM; raises Unguarded, AddressTaken, or an error of the store.

    With `sample` the sample plans are taken in first, those that are not there yet.
    """
    with opened_store(settings) as store:
        check_guarded(store)
        with bound(settings.host, settings.port) as listening:
            if sample:
                from service.sample import take_in

                take_in(store)
            _serve(store, listening, lang)


def _serve(store: Store, listening: socket.socket, lang: Lang) -> None:
    settings = store.settings
    logs.configure(settings)
    jobs = Jobs(store)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(store, jobs if settings.workers else None),
            http="h11",  # the one that bounds the headers
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
    )

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # The server takes these two for itself while it runs, and raises them anew when it has ended:
    # they must not end the process before the jobs are put down. A signal that comes before that
    # stops it as soon as it begins.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
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
        server.run(sockets=[listening])
    print(pick(lang, "Đã dừng.", "Stopped."), file=sys.stderr)
