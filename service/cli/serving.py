"""Commands of the service: ingest, worker, serve, config."""

import json
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
    Workers,
    command,
    listened,
    on_store,
    settings_of,
    stored,
    tell,
)
from service.wording import Lang, called, preferred


@command("ingest")
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", show_default=False)],
    again: bool = False,
    watch: bool = False,
    together: bool = False,
    workers: Workers = None,
    as_json: AsJson = False,
    lang: Lang | None = None,
    data: Data = None,
) -> None:
    from service.jobs.batch import Request, ingest

    request = Request(tuple(paths), again, watch, as_json, workers, preferred(lang), together)
    with on_store(), listened(), _stopped() as stop:
        code = ingest(request, settings_of(data=data), stop)
    _end(code)


@command("worker")
def worker(workers: Workers = None, data: Data = None) -> None:
    from service.jobs import Jobs

    with _stopped() as stop, stored(data) as store, Jobs(store, "worker", workers) as jobs:
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


@command("serve")
def serve(
    host: str | None = None,
    port: int | None = None,
    processes: Annotated[int | None, typer.Option(min=1)] = None,
    data: Data = None,
    workers: Workers = None,
    sample: bool = False,
    new: bool = False,
) -> None:
    settings = settings_of(host=host, port=port, processes=processes, data=data, workers=workers)

    from service.serving import run

    with on_store():
        run(settings, preferred(), sample=sample, new=new)


@command("config")
def config(data: Data = None, as_json: AsJson = False) -> None:
    settings = settings_of(data=data)

    from service.settings import in_force

    given = () if data is None else ("data",)
    with listened():
        rows = list(in_force(settings, given))
        if as_json:
            told = {
                row.name: {
                    "value": row.value,
                    "from": row.origin,
                    "variable": row.variable,
                    "file": None if row.file is None else str(row.file),
                }
                for row in rows
            }
            print(json.dumps(told, ensure_ascii=False, indent=2))
            return
        values = [json.dumps(row.value, ensure_ascii=False) for row in rows]
        names, width = max(len(row.variable) for row in rows), max(map(len, values))
        for row, value in zip(rows, values, strict=True):
            origin = called("setting_origin", row.origin, preferred())
            place = f" {row.file}" if row.file else ""
            print(f"{row.variable:{names}}  {value:{width}}  {origin}{place}")


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
