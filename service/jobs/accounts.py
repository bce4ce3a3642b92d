"""What `kehoach ingest` tells while it works, and its report at the end.

Lines and the progress bar go to standard error; with `--json` one JSON object for each document
goes to standard output as well.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from extractor.errors import KehoachError
from service.wording import Lang, number, pick

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


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
