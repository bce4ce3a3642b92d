"""`kehoach ingest`: takes files in, reads them here or lets others, tells what became of each.

Every file is a job of the store's queue, as an upload is. So other processes may work on them too,
what was taken in goes on after a crash, and the same command again skips what is done.

Lines and the progress bar go to standard error; with `--json` one JSON object for each document
goes to standard output as well.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec
from sqlmodel import col, select

from extractor.limits import Limits
from models.errors import KehoachError
from models.tables import JobRow, PlanRow
from models.tables.jobs import ACTIVE
from service.errors import NoFolder, NothingHere
from service.extraction import SUFFIXES, find
from service.isolation import Input
from service.isolation.errors import FileIsFolder, NoSuchFile
from service.jobs import archives
from service.jobs.errors import Fault, QueueFull
from service.jobs.intake import Submission, submit
from service.jobs.troubles import Stopped, patiently
from service.jobs.worker import GRACE, Jobs
from service.settings import Settings
from service.store import Store, opened_store
from service.wording import Lang, number, pick

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Documents that are taken in ahead of those that are read.
AHEAD = 100
#: Seconds between two looks at what became of them.
LOOK = 0.1
#: Who sent what this command takes in.
BY = "ingest"
#: What a command that was stopped half-way ends with, as shells expect.
STOPPED = 130
#: What is taken of a folder.
TAKEN = frozenset({*SUFFIXES, archives.SUFFIX})


@dataclass(frozen=True, slots=True)
class Request:
    """What `kehoach ingest` was asked to do."""

    files: tuple[str, ...]
    again: bool = False
    watch: bool = False
    as_json: bool = False
    workers: int | None = None
    lang: Lang = "vi"


def ingest(request: Request, settings: Settings, stop: threading.Event) -> int:
    """Does it, until all is read or `stop` is set; 1 where a document failed, else 0.

    Raises NothingHere.
    """
    inputs = named(request.files)
    if not inputs and not request.watch:
        raise NothingHere
    limits = settings.limits
    total = sum(1 for _ in documents(inputs, limits))
    with (
        opened_store(settings) as store,
        opened_account(request.lang, total, as_json=request.as_json) as account,
    ):
        taking = Taking(store, account, stop, again=request.again)
        jobs = Jobs(store, "ingest", request.workers)
        jobs.start()
        try:
            taking.take(documents(inputs, limits))
            taking.follow(0)
            if request.watch:
                _watch(taking, request.files, settings)
        except Stopped:
            pass
        finally:
            jobs.stop(0 if stop.is_set() else GRACE)
        return _ended(taking, request)


def _watch(taking: "Taking", names: Iterable[str], settings: Settings) -> None:
    """Takes in what is put into the folders among `names`, until it is stopped."""
    from service.jobs.folders import new_files

    folders = [Path(name) for name in names if Path(name).is_dir()]
    if not folders:
        raise NoFolder
    taking.account.note(
        f"Đang theo dõi {len(folders)} thư mục; Ctrl-C để dừng",
        f"Watching {len(folders)} folders; Ctrl-C ends it",
    )
    for files in new_files(folders, TAKEN, taking.stop):
        found = named(map(str, files))
        if found:
            taking.account.expect(sum(1 for _ in documents(found, settings.limits)))
            taking.take(documents(found, settings.limits))
        taking.follow(0, wait=False)


def _ended(taking: "Taking", request: Request) -> int:
    """Reports; the exit code."""
    left = len(taking.pending)
    if left:
        taking.account.note(
            f"Đã dừng; {left} văn bản đã nhận sẽ được đọc tiếp ở lần chạy sau",
            f"Stopped; {left} documents taken in will be read when it runs again",
        )
    taking.account.report()
    if taking.account.failures:
        return 1
    return STOPPED if taking.stop.is_set() and not request.watch else 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document to take in: what messages call it, its own name, and how its bytes are had.

    `content` gives bytes or a file; it raises KehoachError or OSError where there are none.
    """

    name: str
    filename: str | None
    content: Callable[[], bytes | Path]


def named(names: Iterable[str]) -> list[Input]:
    """The files that `names` mean, and what comes on standard input."""
    return list(find(names, TAKEN))


def documents(inputs: Iterable[Input], limits: Limits) -> Iterator[Source]:
    """The documents in `inputs`, where an archive stands for those in it.

    The content of one can be had until the next is asked for.
    """
    for given in inputs:
        source = given.source
        if isinstance(source, bytes):
            yield Source(given.name, None, partial(_same, source))
        elif source.suffix.lower() != archives.SUFFIX:
            yield Source(given.name, source.name, partial(_file, source))
        else:
            try:
                for member in archives.members(source, limits):
                    own = PurePosixPath(member.name.replace("\\", "/")).name
                    yield Source(f"{given.name}/{member.name}", own, member.read)
            except KehoachError as error:
                yield Source(given.name, source.name, partial(_refused, error))


def _same(data: bytes) -> bytes:
    return data


def _file(path: Path) -> Path:
    if not path.exists():
        raise NoSuchFile
    if path.is_dir():
        raise FileIsFolder
    return path


def _refused(error: KehoachError) -> bytes:
    raise error


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

    @classmethod
    def refused(cls, name: str, error: KehoachError) -> "Ending":
        """That of a document that was not taken in."""
        return cls(name, "failed", error_code=error.code, error_vi=error.vi, error_en=error.en)

    def reason(self, lang: Lang) -> str:
        """Why it failed, as a sentence."""
        return pick(lang, self.error_vi or "?", self.error_en or "?")

    def told(self, lang: Lang) -> str:
        """One line about it."""
        if self.state == "failed":
            return f"{self.name}: {self.reason(lang)}"
        if self.state == "known":
            return f"{self.name}: {pick(lang, 'đã đọc từ trước', 'read before')}"
        duties, targets = number(self.duties or 0), number(self.targets or 0)
        return f"{self.name}: " + pick(
            lang, f"{duties} nhiệm vụ, {targets} chỉ tiêu", f"{duties} tasks, {targets} targets"
        )


@dataclass(slots=True)
class Account:
    """Counts the endings, tells of each as it comes."""

    lang: Lang
    as_json: bool = False
    done: int = 0
    known: int = 0
    pages: int = 0
    failures: list[Ending] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    progress: "Progress | None" = None
    bar: "TaskID | None" = None

    def add(self, ending: Ending) -> None:
        """One more document has come to its end."""
        if ending.state == "failed":
            self.failures.append(ending)
        elif ending.state == "known":
            self.known += 1
        else:
            self.done += 1
        self.pages += ending.pages or 0
        if self.as_json:
            sys.stdout.buffer.write(msgspec.json.encode(ending) + b"\n")
            sys.stdout.buffer.flush()
        self._tell(ending.told(self.lang), failed=ending.state == "failed")
        if self.progress is not None and self.bar is not None:
            self.progress.update(self.bar, advance=1, speed=self.speed())

    def expect(self, documents: int) -> None:
        """That many more documents are to come."""
        if self.progress is not None and self.bar is not None:
            task = self.progress.tasks[0]
            self.progress.update(self.bar, total=(task.total or 0) + documents)

    def speed(self) -> str:
        """Pages a second since the start; documents, where none of them has pages."""
        seconds = max(time.monotonic() - self.started, 0.001)
        if self.pages:
            return pick(self.lang, f"{self.pages / seconds:.1f} trang/giây",
                        f"{self.pages / seconds:.1f} pages/s")  # fmt: skip
        documents = self.done / seconds
        return pick(self.lang, f"{documents:.1f} văn bản/giây", f"{documents:.1f} documents/s")

    def note(self, vi: str, en: str) -> None:
        """A line that is about no single document."""
        self._tell(pick(self.lang, vi, en), failed=False)

    def _tell(self, text: str, *, failed: bool) -> None:
        if self.progress is None:
            print(text, file=sys.stderr, flush=True)
        else:
            self.progress.console.print(
                text, style="red" if failed else None, markup=False, highlight=False
            )

    def report(self) -> None:
        """The sum of it all, and each failure with its reason once more."""
        seconds = time.monotonic() - self.started
        failed = len(self.failures)
        pages = number(self.pages)
        self.note(
            f"Đọc xong {number(self.done)} văn bản{f' ({pages} trang)' if self.pages else ''} "
            f"trong {seconds:.1f} giây; {number(self.known)} đã đọc từ trước; "
            f"{number(failed)} không đọc được",
            f"{number(self.done)} documents{f' ({pages} pages)' if self.pages else ''} read in "
            f"{seconds:.1f} s; {number(self.known)} read before; "
            f"{number(failed)} could not be read",
        )
        if failed and self.done + self.known + failed > 1:
            for ending in self.failures:
                self._tell(f"  {ending.told(self.lang)}", failed=True)


@contextmanager
def opened_account(lang: Lang, documents: int, *, as_json: bool) -> Iterator[Account]:
    """An account, with a progress bar where somebody watches and there is more than one."""
    if documents < 2 or not sys.stderr.isatty():
        yield Account(lang, as_json)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        Left(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        bar = progress.add_task(pick(lang, "Đang đọc", "Reading"), total=documents, speed="")
        yield Account(lang, as_json, progress=progress, bar=bar)


class Taking:
    """Takes documents in and follows what becomes of them."""

    def __init__(
        self, store: Store, account: Account, stop: threading.Event, *, again: bool
    ) -> None:
        self.store, self.account, self.stop, self.again = store, account, stop, again
        #: Jobs not ended yet, with the names under which their documents were given.
        self.pending: dict[str, list[Ending]] = {}

    def take(self, found: Iterable[Source]) -> None:
        """Takes in all that is found, never far ahead of the reading."""
        for source in found:
            if self.stop.is_set():
                return
            self._take(source)
            self.follow(AHEAD)

    def _take(self, source: Source) -> None:
        try:
            taken = self._submitted(source)
        except (KehoachError, OSError) as error:
            self.account.add(Ending.refused(source.name, Fault.of(error)))
            return
        ending = Ending(source.name, "known", taken.document_id, taken.job_id)
        if taken.job_id is None:
            self.account.add(ending)
        else:
            self.pending.setdefault(taken.job_id, []).append(ending)

    def _submitted(self, source: Source) -> Submission:
        """Taken in, however long the queue is full. Raises Stopped."""
        content = source.content()

        def work() -> Submission:
            return submit(self.store, content, source.filename, by=BY, again=self.again)

        while True:
            try:
                return patiently(work, self.stop)
            except QueueFull as full:
                self.follow(0, wait=False)
                self.stop.wait(min(full.retry_after, 1))

    def follow(self, most: int, *, wait: bool = True) -> None:
        """Tells of what has ended, until `most` documents at most have not; or once."""
        while self.pending and not self.stop.is_set():
            for ending in patiently(self._ended, self.stop):
                for given in self.pending.pop(ending.job_id or ""):
                    self.account.add(replace(ending, name=given.name))
            if not wait or len(self.pending) <= most or self.stop.wait(LOOK):
                return

    def _ended(self) -> list[Ending]:
        ids = list(self.pending)
        with self.store.reading() as session:
            rows = session.exec(
                select(JobRow, PlanRow.tasks, PlanRow.distinct_tasks, PlanRow.targets)
                .join(PlanRow, col(PlanRow.document_id) == JobRow.document_id, isouter=True)
                .where(col(JobRow.id).in_(ids))
            ).all()
        ended = [
            Ending(
                name="",
                state=job.state,
                document_id=job.document_id,
                job_id=job.id,
                pages=job.pages,
                tasks=tasks if job.state == "done" else None,
                duties=duties if job.state == "done" else None,
                targets=targets if job.state == "done" else None,
                error_code=job.error_code,
                error_vi=job.error_vi,
                error_en=job.error_en,
            )
            for job, tasks, duties, targets in rows
            if job.state not in ACTIVE
        ]
        gone = set(ids) - {job.id for job, *_ in rows}  # deleted by somebody meanwhile
        return ended + [Ending("", "known", job_id=job_id) for job_id in gone]
