"""An answer in chunks: whole, bounded, and ended from either side."""

import threading
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import IO

import pytest

from models.contract import encode
from service.exports import MEDIA_TYPES, Form, stream, streams, write
from service.exports.streams import AHEAD
from tests.service.plans import made_plan


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "export"]


@pytest.mark.parametrize("chunk", [1, 3, 7, 100])
def test_chunks_are_what_was_written(chunk: int) -> None:
    def write(out: IO[bytes]) -> None:
        for word in (b"", b"a", b"bcdefgh" * 3, bytearray(b"ij"), memoryview(b"klmnop")):
            assert out.write(word) == len(word)

    chunks = list(stream(write, chunk))
    assert b"".join(chunks) == b"a" + b"bcdefgh" * 3 + b"ijklmnop"
    assert {len(part) for part in chunks[:-1]} <= {chunk}
    assert 0 < len(chunks[-1]) <= chunk
    assert not threads()


def test_nothing_written_is_no_chunk() -> None:
    assert list(stream(lambda out: None)) == []


def test_the_file_cannot_seek_and_is_not_closed() -> None:
    def write(out: IO[bytes]) -> None:
        assert out.writable()
        assert not out.seekable()
        out.close()
        out.write(b"still open")

    assert b"".join(stream(write)) == b"still open"


def test_an_error_of_the_writer_comes_after_what_it_wrote() -> None:
    def write(out: IO[bytes]) -> None:
        out.write(b"abcd")
        raise LookupError("broken")

    chunks = stream(write, 2)
    assert [next(chunks), next(chunks)] == [b"ab", b"cd"]
    with pytest.raises(LookupError, match="broken"):
        next(chunks)
    assert not threads()


def test_a_writer_is_never_far_ahead() -> None:
    written = 0

    def write(out: IO[bytes]) -> None:
        nonlocal written
        for _ in range(100):
            out.write(b"x" * 10)
            written += 1

    chunks = stream(write, 10)
    next(chunks)
    time.sleep(0.1)
    assert written <= AHEAD + 2
    assert len(list(chunks)) == 99


def test_a_reader_that_stops_stops_the_writer() -> None:
    written = 0
    ended = threading.Event()

    def write(out: IO[bytes]) -> None:
        nonlocal written
        try:
            while True:
                out.write(b"x" * 10)
                written += 1
        finally:
            ended.set()

    chunks = stream(write, 10)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert ended.is_set()
    assert written < 100
    assert not threads()


def test_a_writer_that_has_nothing_to_say_yet_is_stopped_at_a_flush() -> None:
    begun = threading.Event()

    def write(out: IO[bytes]) -> None:
        out.write(b"head")
        while True:
            begun.set()
            out.flush()
            time.sleep(0.001)

    chunks = stream(write, 4)
    next(chunks)
    begun.wait(5)
    chunks.close()  # type: ignore[attr-defined]
    assert not threads()


def test_a_writer_that_will_not_hear_is_not_read_for_ever() -> None:
    """It may clean up and fail in another way; the reader has gone, and is told nothing."""

    def write(out: IO[bytes]) -> None:
        try:
            while True:
                out.write(b"x" * 10)
        finally:
            raise OSError("while cleaning up")

    chunks = stream(write, 10)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert not threads()


def test_no_thread_before_the_first_chunk_is_asked_for() -> None:
    chunks = stream(lambda out: None)
    assert isinstance(chunks, Iterator)
    assert not threads()


def test_a_silent_writer_gives_empty_chunks_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PAUSE", 0.01)

    def write(out: IO[bytes]) -> None:
        time.sleep(0.1)
        out.write(b"at last")

    chunks = list(stream(write))
    assert len(chunks) > 1
    assert b"".join(chunks) == b"at last"


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_an_export_without_end_can_be_left(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(streams, "PAUSE", 0.01)
    plans = repeat(encode(made_plan()))
    chunks = stream(lambda out: write(form, plans, out, "vi"), 1000)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert not threads()
    assert not list(tmp_path.iterdir())
