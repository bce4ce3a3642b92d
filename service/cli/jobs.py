"""Commands that take files in and read them: ingest, worker."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, NoReturn

import typer

from service.cli.console import (
    AsJson,
    Data,
    Spoken,
    Together,
    Workers,
    _,
    app,
    listened,
    on_store,
    settings_of,
    tell,
)
from service.wording import preferred


@app.command(
    help=_(
        "Nhận tệp vào kho và đọc. PATH là tệp, thư mục, mẫu tên, tệp ZIP hoặc - (đầu vào chuẩn). "
        "Chạy lại cùng lệnh thì bỏ qua những gì đã đọc; bị ngắt giữa chừng thì lần sau đọc tiếp.",
        "Takes files into the store and reads them. PATH is a file, a folder, a pattern, a ZIP "
        "archive or - (standard input). The same command again skips what is read; what was "
        "broken off goes on the next time.",
    )
)
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", show_default=False)],
    again: Annotated[
        bool,
        typer.Option("--again", help=_("Đọc lại cả những gì đã đọc.", "Read anew what is read.")),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help=_("Rồi theo dõi các thư mục và nhận tệp mới.",
                   "Then watch the folders and take in new files."),
        ),
    ] = False,
    together: Together = False,
    workers: Workers = None,
    as_json: AsJson = False,
    lang: Spoken = None,
    data: Data = None,
) -> None:  # fmt: skip
    from service.jobs.batch import Request, ingest

    request = Request(tuple(paths), again, watch, as_json, workers, preferred(lang), together)
    with on_store(), listened(), _stopped() as stop:
        code = ingest(request, settings_of(data=data), stop)
    _end(code)


@app.command(
    help=_(
        "Đọc các văn bản đang chờ trong kho cho đến khi được dừng. Nhiều worker, trên một hay "
        "nhiều máy, dùng chung cơ sở dữ liệu và kho tệp.",
        "Reads the documents that wait in the store until it is stopped. Several workers, on one "
        "machine or more, share the database and the vault.",
    )
)
def worker(workers: Workers = None, data: Data = None) -> None:
    from service.jobs import Jobs
    from service.store import opened_store

    with (
        on_store(),
        _stopped() as stop,
        opened_store(settings_of(data=data)) as store,
        Jobs(store, "worker", workers) as jobs,
    ):
        if jobs.executor is None:
            tell("KEHOACH_WORKERS là 0: không có gì để làm",
                 "KEHOACH_WORKERS is 0: there is nothing to do")  # fmt: skip
        else:
            tell(
                f"{jobs.executor} đang chờ văn bản, đọc {jobs.workers} văn bản cùng lúc; "
                "Ctrl-C để dừng",
                f"{jobs.executor} waits for documents and reads {jobs.workers} at a time; "
                "Ctrl-C ends it",
            )
            while not stop.wait(1.0):
                pass
            tell("Đang dừng: đọc nốt hoặc trả lại văn bản đang đọc",
                 "Stopping: what is in hand is finished or given back")  # fmt: skip
    _end(0)


@contextmanager
def _stopped() -> Iterator[threading.Event]:
    """An event that is set by the first Ctrl-C or SIGTERM; the second ends us at once."""
    stop = threading.Event()

    def heard(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(code: int) -> NoReturn:
    """Ends the process now: a thread that waits for a database that is away must not hold it up."""
    if any(not t.daemon for t in threading.enumerate() if t is not threading.main_thread()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise typer.Exit(code)
