"""Messages over a socket between parent and child: eight bytes of length, then as many bytes.

Neither side trusts the other to be alive, and the parent does not trust the child at all: it waits
no longer than it wants to, and takes no message that is longer than it allows.
"""

import socket
import time

_LENGTH = 8
_PIECE = 1 << 20


class OverlongMessage(Exception):
    """The other side announced more bytes than are allowed."""


class Inbox:
    """Takes messages out of `line`, none of more than `longest` bytes."""

    def __init__(self, line: socket.socket, longest: int) -> None:
        self._line = line
        self._longest = longest
        self._bytes = bytearray()

    def take(self, pause: float | None) -> bytes | None:
        """The next message, or None where nothing comes for `pause` seconds (None: however long).

        What has come of a message that is not whole is kept for the next call. Raises EOFError or
        an OSError when the other side is gone, OverlongMessage when it says too much.
        """
        until = None if pause is None else time.monotonic() + pause
        while (size := self._due()) > 0:
            self._line.settimeout(until and max(0.0, until - time.monotonic()))
            try:
                piece = self._line.recv(max(size, 4096) if size < _PIECE else _PIECE)
            except (TimeoutError, BlockingIOError):
                return None
            if not piece:
                raise EOFError
            self._bytes += piece
        end = _LENGTH + self._announced()
        message = bytes(memoryview(self._bytes)[_LENGTH:end])
        del self._bytes[:end]
        return message

    def _announced(self) -> int:
        return int.from_bytes(self._bytes[:_LENGTH], "big")

    def _due(self) -> int:
        """How many bytes of the message that is on its way are still to come."""
        if len(self._bytes) < _LENGTH:
            return _LENGTH - len(self._bytes)
        length = self._announced()
        if length > self._longest:
            raise OverlongMessage(f"{length} bytes announced, {self._longest} allowed")
        return _LENGTH + length - len(self._bytes)


def send(line: socket.socket, message: bytes, pause: float | None = None) -> None:
    """Sends a message within `pause` seconds; raises OSError where it cannot be."""
    line.settimeout(pause)
    line.sendall(len(message).to_bytes(_LENGTH, "big"))
    line.sendall(message)
