"""Connections that are not waited for without end, whoever stands before the service.

One that says nothing, sends half a head, or gives and takes its bytes by drops keeps a place and
memory, and nobody has anything of it. So a head has its time; and while it is for the client to
send a body or to take an answer, some bytes must pass in any half minute. Where all places are
taken, the client that has been silent longest makes room for the next.
"""

import asyncio
import socket
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds for the address and the headers of a request.
HEAD_SECONDS = 15.0
#: The most bytes of a request besides its body, of those that are not understood yet.
HEAD_BYTES = 64 * 1024
#: In so many seconds so many bytes of a body or an answer must pass, or what is left of it.
SILENCE, LEAST = 30.0, 64 * 1024
#: The most bytes of a request for each of its body, which says of each part how long it is.
_PER_BYTE = 8
#: Seconds between two looks at a connection.
LOOK = 5.0
#: Bytes of an answer that the system keeps for a client: by itself it would keep megabytes, and ask
#: for more only when a third of them is taken.
UNSENT = 128 * 1024
#: The most connections of a process, and the files it needs besides.
MOST, OTHER_FILES = 1000, 256

_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """A connection that is closed where the client keeps it waiting."""

    most = MOST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)
        self._received = self._drained = 0
        self._apart, self._has_head = 0, False
        self._seen: tuple[Any, ...] = ()
        self._since = self.loop.time()
        self._look()
        if len(self.connections) > self.most and not self._made_room():
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._due.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        self._apart += len(data)
        super().data_received(data)
        if self._apart > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("Too much that is no body.")

    def on_message_begin(self) -> None:
        self._has_head = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_head:  # what comes behind a body in parts is none
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._has_head = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._apart = max(0, self._apart - _PER_BYTE * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._apart = 0
        super().on_message_complete()

    def resume_writing(self) -> None:
        self._drained += 1
        super().resume_writing()

    def _waits_for(self) -> tuple[Any, ...]:
        """What the client owes, with what tells how far it is; empty while the answer is made."""
        if unsent := self.transport.get_write_buffer_size():
            return "answer", self._drained, unsent // LEAST
        if self.cycle is None or self.cycle.response_complete:
            return "head", self.cycle
        if self.cycle.more_body and not self.flow.read_paused:
            return "body", self.cycle, self._received // LEAST
        return ()

    def _look(self) -> None:
        """Breaks the connection off where the client has kept it waiting too long."""
        now, seen = self.loop.time(), self._waits_for()
        if seen != self._seen:
            self._seen, self._since = seen, now
        elif seen and now - self._since >= (HEAD_SECONDS if seen[0] == "head" else SILENCE):
            self.transport.abort()
            return
        self._due = self.loop.call_later(LOOK, self._look)

    def _made_room(self) -> bool:
        """Whether another connection that waits for a request was closed for this one."""
        others = (one for one in self.connections if isinstance(one, Connection))
        silent = [one for one in others if one is not self and one._waits_for()[:1] == ("head",)]
        if not silent:
            return False
        first = min(silent, key=lambda one: one._since)
        self.connections.discard(first)
        first.transport.abort()
        return True


def allow_files() -> None:
    """Has the system allow this process as many files as its connections may take, if it does."""
    try:
        import resource
    except ImportError:  # Windows, which has no such bound
        return
    wanted = MOST + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        Connection.most = max(1, min(MOST, soft - OTHER_FILES))
