"""Connections whose client keeps the service waiting, in every way there is."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn

from service import connections
from service.connections import HEAD_BYTES, Connection
from service.serving import bound

LARGE = 8 * 1024**2
#: No test waits longer for what must come about.
PATIENCE = 60.0


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    """The body of a request back, or more than anybody's buffers hold."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    large = scope["path"] == "/large"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x" * LARGE if large else body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that waits a second at the most, and for five clients."""
    for name, value in {"HEAD_SECONDS": 1.0, "SILENCE": 1.0, "LOOK": 0.1}.items():
        monkeypatch.setattr(connections, name, value)
    monkeypatch.setattr(Connection, "most", 5)
    listening = bound("127.0.0.1", 0)
    config = uvicorn.Config(_answer, http=Connection, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=(server.serve([listening]),))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def connected(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(PATIENCE)
    made.connect(("127.0.0.1", port))
    return made


def ends(line: socket.socket) -> bool:
    """Whether the server ends the connection; what it sends meanwhile is not wanted."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: loc", HEAD, HEAD + b"x" * 99],
    ids=["nothing", "half a head", "no body", "most of a body"],
)
def test_who_sends_no_more_is_left(port: int, sent: bytes) -> None:
    with connected(port) as line:
        line.sendall(sent)
        assert ends(line)


def test_a_head_by_drops_is_not_waited_for(port: int) -> None:
    with connected(port) as line:
        try:
            for _ in range(int(PATIENCE / 0.1)):
                line.sendall(b"G")
                time.sleep(0.1)
        except ConnectionError:
            return
    raise AssertionError("it still waits")


PARTS = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "begun",
    [b"GET /", b"GET / HTTP/1.1\r\nHost: loc", PARTS + b"1;", PARTS + b"1\r\nx\r\n0\r\nMore: "],
    ids=["an address", "a header", "the length of a part", "what follows a body"],
)
def test_what_is_no_body_has_a_bound(port: int, begun: bytes) -> None:
    with connected(port) as line:
        line.sendall(begun)
        try:
            for _ in range(3 * HEAD_BYTES // 1024):
                line.sendall(b"a" * 1024)
        except ConnectionError:
            return
        assert ends(line)


def test_a_body_comes_in_parts_of_any_size(port: int) -> None:
    parts = b"1\r\nx\r\n" * 40_000 + b"0\r\nMore: than that\r\n\r\n"
    with connected(port) as line:
        line.sendall(PARTS.replace(b"Host", b"Connection: close\r\nHost") + parts)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"x") >= 40_000


def test_who_does_not_take_its_answer_is_left(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.recv(1)
        until(lambda: rest_is_lost(line))


def rest_is_lost(line: socket.socket) -> bool:
    """Whether the server has let go of it: what is sent to it is refused."""
    try:
        line.sendall(b"\r\n")
    except ConnectionError:
        return True
    return False


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(port: int, body: bytes = b"hello") -> bytes:
    with connected(port) as line:
        head = (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        )
        line.sendall(head % len(body) + body)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_where_all_places_are_taken_the_longest_silent_makes_room(port: int) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(port)) for _ in range(20)]
        assert b"hello" in asked(port)
        assert all(ends(line) for line in silent)
