"""Messages between parent and child, where the other side does not keep to the rules."""

import socket
import threading
from collections.abc import Iterator

import msgspec
import pytest

from extractor.progress import Progress
from service.isolation import answers
from service.isolation.messages import Inbox, OverlongMessage, send

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_messages_come_whole_and_in_order(pair: Pair) -> None:
    messages = [b"", b"a", b"b" * 3_000_000, b"c"]
    sender = threading.Thread(target=lambda: [send(pair[1], message) for message in messages])
    sender.start()
    inbox = Inbox(pair[0], 3_000_000)
    assert [inbox.take(None) for _ in messages] == messages
    sender.join()


def test_a_message_may_come_letter_by_letter(pair: Pair) -> None:
    inbox = Inbox(pair[0], 10)
    for byte in (3).to_bytes(8, "big") + b"ab":
        pair[1].send(bytes([byte]))
        assert inbox.take(0) is None
    pair[1].send(b"c")
    assert inbox.take(0) == b"abc"


def test_no_more_is_taken_than_allowed(pair: Pair) -> None:
    pair[1].send((2**63).to_bytes(8, "big"))
    with pytest.raises(OverlongMessage):
        Inbox(pair[0], 2**40).take(None)


def test_who_is_gone_is_not_waited_for(pair: Pair) -> None:
    pair[1].send((3).to_bytes(8, "big") + b"ab")
    pair[1].close()
    with pytest.raises(EOFError):
        Inbox(pair[0], 10).take(None)


def test_who_does_not_listen_is_not_waited_for(pair: Pair) -> None:
    with pytest.raises(TimeoutError):
        send(pair[0], b"a" * 10_000_000, 0.05)


@pytest.mark.parametrize(
    "message",
    [b"", b"X", b"B", b"B\xc1", b"P", b"P" + b"\xff" * 8, b"E[]", b"E[1,2,3]", b"Pnonsense {",
     b"B" + msgspec.msgpack.encode(["sleep", None, None])],
)  # fmt: skip
def test_nonsense_is_told_from_an_answer(message: bytes) -> None:
    with pytest.raises(ValueError, match="message"):
        answers.understood(message)


def test_a_beat_comes_back_as_it_was() -> None:
    progress = Progress("read", 3, 99)
    assert answers.understood(answers.beat(progress)) == progress
