"""`kehoach ingest`: takes files in, reads them here or lets others, reports.

Every file is a job of the store's queue, as an upload is. So other processes may work on them too,
what was taken in goes on after a crash, and the same command again skips what is done.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import col, select

from extractor.errors import KehoachError
from models.tables import JobRow, PlanRow
from models.tables.jobs import ACTIVE
from service.jobs.accounts import Account, Ending, opened_account
from service.jobs.engine import GRACE, Jobs
from service.jobs.intake import QueueFull, Submission, submit
from service.jobs.patience import Stopped, patiently
from service.jobs.sources import TAKEN, Source, documents, named
from service.jobs.troubles import told_of
from service.settings import Settings
from service.store import Store, opened_store
from service.wording import Lang

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


class NothingHere(KehoachError):
    """No file that could be taken in."""

    code = "ingest.nothing"


def ingest(request: Request, settings: Settings, stop: threading.Event) -> int:
    """Does it, until all is read or `stop` is set; 1 where a document failed, else 0.

    Raises NothingHere.
    """
    inputs = named(request.files)
    if not inputs and not request.watch:
        raise NothingHere("không thấy tệp nào đọc được ở đây", "there is no file to read here")
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
        raise NothingHere(
            "--watch cần ít nhất một thư mục để theo dõi", "--watch needs a folder to watch"
        )
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
            self.account.add(Ending.refused(source.name, told_of(error)))
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
