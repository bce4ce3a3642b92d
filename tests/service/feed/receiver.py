"""A receiver of webhooks on this machine, which keeps what it gets and answers as it is told."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came in; `statuses` are those of the next answers, then 204. With `drip` an answer comes
    a letter at a time, without end."""

    port: int = 0
    requests: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str | None = None
    drip: bool = False
    answer: bytes = b""
    scheme: str = "http"
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}/nhan"

    def until(self, count: int, seconds: float = 60) -> list[Received]:
        """Waits for so many requests."""
        end = time.monotonic() + seconds
        while len(self.requests) < count:
            assert time.monotonic() < end, f"{len(self.requests)} of {count}"
            time.sleep(0.02)
        return self.requests


@contextmanager
def receiver(context: ssl.SSLContext | None = None, **given: Any) -> Iterator[Receiver]:
    """A receiver for as long as it is needed; over TLS with a context."""
    made = Receiver(**given)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.requests.append(Received({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.statuses.pop(0) if made.statuses else 204)
            if made.location:
                self.send_header("Location", made.location)
            if made.drip:
                self.end_headers()
                while not made.ended.wait(0.02):
                    self.wfile.write(b"a")
                    self.wfile.flush()
                return
            self.send_header("Content-Length", str(len(made.answer)))
            self.end_headers()
            self.wfile.write(made.answer)

        def do_GET(self) -> None:
            made.requests.append(Received({}, b"GET"))

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        made.scheme = "https"
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        server.shutdown()
        server.server_close()
