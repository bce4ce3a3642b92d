"""`kehoach ingest`: takes files in, reads them here or lets others, tells what became of each.

Every file is a job of the store's queue, as an upload is. So other processes may work on them too,
what was taken in goes on after a crash, and the same command again skips what is done.

Lines and the progress bar go to standard error; with `--json` one JSON object for each document
goes to standard output as well.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import and_, select
from sqlmodel import col

from extractor.limits import Limits
from models.errors import KehoachError
from models.tables import JobRow, PlanRow
from models.tables.jobs import ACTIVE
from service.errors import NoFolder, NothingHere
from service.extraction import Notes, find, opened_notes
from service.isolation import Input, ReaderPool
from service.jobs.errors import Fault, QueueFull, told_of
from service.jobs.intake import Submission, submit
from service.jobs.sources import (
    ARCHIVE,
    TAKEN,
    HeadOf,
    Source,
    documents,
    heads_by,
    new_files,
    together,
)
from service.jobs.troubles import Stopped, patiently
from service.jobs.worker import GRACE, Jobs
from service.settings import Settings
from service.store import Store, opened_store
from service.wording import Lang, number, pick

#: Documents that are taken in ahead of those that are read.
AHEAD = 100
#: Seconds between two looks at what became of them.
LOOK = 0.1
#: Who sent what this command takes in.
BY = "ingest"
#: What a command that was stopped half-way ends with, as shells expect.
STOPPED = 130


@dataclass(frozen=True, slots=True)
class Request:
    """What `kehoach ingest` was asked to do."""

    files: tuple[str, ...]
    again: bool = False
    watch: bool = False
    as_json: bool = False
    workers: int | None = None
    lang: Lang = "vi"
    together: bool = False


def ingest(request: Request, settings: Settings, stop: threading.Event) -> int:
    """Does it, until all is read or `stop` is set; 1 where a document failed, else 0.

    Raises NothingHere.
    """
    inputs = list(find(request.files, TAKEN))
    pool = ReaderPool(settings.limits)
    head_of = heads_by(pool)
    found = partial(documents, inputs, settings.limits, head_of)
    if request.together:
        found = partial(_together, inputs, settings.limits)
    folders = [Path(name) for name in request.files if Path(name).is_dir()]
    if request.watch and not folders:
        raise NoFolder
    if not inputs and not request.watch:
        raise NothingHere
    total = sum(1 for _ in found())
    with opened_store(settings) as store, pool, opened_notes(total, request.lang) as notes:
        account = Account(notes, request.lang, request.as_json)
        batch = Batch(store, account, stop, head_of, again=request.again)
        jobs = Jobs(store, "ingest", request.workers)
        jobs.start()
        try:
            batch.take(found())
            batch.follow(0)
            if request.watch:
                batch.watch(folders, {given.source for given in inputs})
        except Stopped:
            pass
        finally:
            jobs.stop(0 if stop.is_set() else GRACE)
        account.report(left=len(batch.pending))
    if account.failures:
        return 1
    return STOPPED if stop.is_set() and not request.watch else 0


def _together(inputs: Iterable[Input], limits: Limits) -> Iterator[Source]:
    """All inputs as one document; what cannot be had fails when it is taken in."""
    found = partial(together, documents(inputs, limits), limits.source_bytes)
    names = [given.name for given in inputs]
    yield Source(" + ".join(names), f"{Path(names[0]).stem}{ARCHIVE}", lambda: found().content())


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one document: done, known (this version had read it already) or failed.

    `tasks` counts all of them, `duties` those that repeat no other.
    """

    name: str
    state: str
    document_id: str | None = None
    job_id: str | None = None
    pages: int | None = None
    tasks: int | None = None
    duties: int | None = None
    targets: int | None = None
    error_code: str | None = None
    error_vi: str | None = None
    error_en: str | None = None

    def told(self, lang: Lang) -> str:
        """One line about it."""
        if self.state == "failed":
            return f"{self.name}: {pick(lang, self.error_vi or '?', self.error_en or '?')}"
        if self.state == "known":
            return f"{self.name}: {pick(lang, 'đã đọc từ trước', 'read before')}"
        duties, targets = number(self.duties or 0), number(self.targets or 0)
        return f"{self.name}: " + pick(
            lang, f"{duties} nhiệm vụ, {targets} chỉ tiêu", f"{duties} tasks, {targets} targets"
        )


@dataclass(slots=True)
class Account:
    """Counts the endings, tells of each as it comes."""

    notes: Notes
    lang: Lang
    as_json: bool = False
    states: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    failures: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def add(self, ending: Ending) -> None:
        """One more document has come to its end."""
        failed, told = ending.state == "failed", ending.told(self.lang)
        self.states[ending.state] += 1
        self.pages += ending.pages or 0
        self.failures += [told] if failed else []
        if self.as_json:
            sys.stdout.buffer.write(msgspec.json.encode(ending) + b"\n")
            sys.stdout.buffer.flush()
        self.notes.line(told, failed=failed)
        self.notes.ended(self._speed())

    def _speed(self) -> str:
        """Pages a second since the start; documents, where none of them has pages."""
        seconds = max(time.monotonic() - self.started, 0.001)
        if self.pages:
            return f"{self.pages / seconds:.1f} " + pick(self.lang, "trang/giây", "pages/s")
        done = self.states["done"] / seconds
        return f"{done:.1f} " + pick(self.lang, "văn bản/giây", "documents/s")

    def report(self, left: int) -> None:
        """The sum of it all, and each failure with its reason once more."""
        seconds, pages = time.monotonic() - self.started, number(self.pages)
        done, known, failed = (number(self.states[one]) for one in ("done", "known", "failed"))
        if left:
            self.note(
                f"Đã dừng; {left} văn bản đã nhận sẽ được đọc tiếp ở lần chạy sau",
                f"Stopped; {left} documents taken in will be read when it runs again",
            )
        self.note(
            f"Đọc xong {done} văn bản{f' ({pages} trang)' if self.pages else ''} "
            f"trong {seconds:.1f} giây; {known} đã đọc từ trước; {failed} không đọc được",
            f"{done} documents{f' ({pages} pages)' if self.pages else ''} read in "
            f"{seconds:.1f} s; {known} read before; {failed} could not be read",
        )
        if self.states.total() > 1:
            for told in self.failures:
                self.notes.line(f"  {told}", failed=True)

    def note(self, vi: str, en: str) -> None:
        """A line that is about no single document."""
        self.notes.line(pick(self.lang, vi, en))


class Batch:
    """Takes documents in and follows what becomes of them; raises Stopped when it is to end."""

    def __init__(
        self,
        store: Store,
        account: Account,
        stop: threading.Event,
        head_of: HeadOf,
        *,
        again: bool,
    ) -> None:
        self.store, self.account, self.stop, self.again = store, account, stop, again
        self.head_of = head_of
        #: Jobs not ended yet, with the names under which their documents were given.
        self.pending: dict[str, list[str]] = {}

    def take(self, found: Iterable[Source]) -> None:
        """Takes in all that is found, never far ahead of the reading."""
        for source in found:
            self._take(source)
            self.follow(AHEAD)

    def watch(self, folders: list[Path], known: Container[bytes | Path]) -> None:
        """Takes in what is put into the folders besides what is `known`, until it is stopped."""
        self.account.note(
            f"Đang theo dõi {len(folders)} thư mục; Ctrl-C để dừng",
            f"Watching {len(folders)} folders; Ctrl-C ends it",
        )
        limits = self.store.settings.limits
        for files in new_files(folders, known, self.stop):
            inputs = list(find(map(str, files), TAKEN))
            found = partial(documents, inputs, limits, self.head_of)
            self.account.notes.expect(sum(1 for _ in found()))
            self.take(found())
            self._tell()

    def follow(self, most: int) -> None:
        """Tells of what ends, until `most` documents at most have not."""
        self._tell()
        while len(self.pending) > most:
            self.stop.wait(LOOK)
            self._tell()

    def _take(self, source: Source) -> None:
        try:
            taken = self._submitted(source)
        except (KehoachError, OSError) as error:
            why = told_of(Fault.of(error))
            self.account.add(Ending(source.name, "failed", **why))
            return
        if taken.job_id is None:
            self.account.add(Ending(source.name, "known", taken.document_id))
        else:
            self.pending.setdefault(taken.job_id, []).append(source.name)

    def _submitted(self, source: Source) -> Submission:
        """Taken in, however long the queue is full."""
        content = source.content()

        def work() -> Submission:
            return submit(self.store, content, source.filename, by=BY, again=self.again)

        while True:
            try:
                return patiently(work, self.stop)
            except QueueFull:
                self._tell()
                self.stop.wait(1)

    def _tell(self) -> None:
        """Tells of what has ended since the last look."""
        for job_id, ending in patiently(self._ended, self.stop).items() if self.pending else ():
            for name in self.pending.pop(job_id):
                self.account.add(Ending(name, **ending))

    def _ended(self) -> dict[str, dict[str, Any]]:
        """Of the jobs that are pending, those that have ended, with all but the name of it."""
        read = and_(col(PlanRow.document_id) == JobRow.document_id, col(JobRow.state) == "done")
        look: Any = (
            select(
                col(JobRow.state), col(JobRow.document_id), col(JobRow.id).label("job_id"),
                col(JobRow.pages), col(PlanRow.tasks), col(PlanRow.targets),
                col(PlanRow.distinct_tasks).label("duties"),
                col(JobRow.error_code), col(JobRow.error_vi), col(JobRow.error_en),
            )
            .join(PlanRow, read, isouter=True)
            .where(col(JobRow.id).in_(self.pending))
        )  # fmt: skip
        with self.store.reading() as session:
            found = {row["job_id"]: dict(row) for row in session.execute(look).mappings()}
        gone = {job_id: {"state": "known", "job_id": job_id} for job_id in self.pending}
        now = gone | found  # what is not there was deleted by somebody meanwhile
        return {job_id: one for job_id, one in now.items() if one["state"] not in ACTIVE}
