"""`kehoach extract`: from files, folders and standard input to a result that is all or nothing."""

import os
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob, has_magic
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.bundle import packed
from models.plan import Ledger
from service import exports
from service.errors import NothingHere
from service.forms import FORMS, Form, form_of
from service.isolation import STDIN, Input, ReaderPool, Result, read_isolated
from service.isolation.errors import UnopenedFile
from service.originals import Originals
from service.wording import Lang, called, number, pick

if TYPE_CHECKING:
    from rich.progress import Progress

#: What is read of a folder that is named; a file that is named is read whatever it is called.
SUFFIXES = frozenset({
    ".pdf", ".docx", ".doc", ".rtf", ".odt", ".xlsx", ".xls", ".ods", ".html", ".htm", ".txt",
    ".md",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What `kehoach extract` was asked to do."""

    files: tuple[str, ...]
    form: Form | None = None
    out: Path | None = None
    jobs: int | None = None
    lang: Lang = "vi"
    limits: Limits = DEFAULT_LIMITS
    together: bool = False


class UsageError(Exception):
    """What was asked for makes no sense; the sentence says why."""


def extract(request: Request) -> int:
    """Reads, writes, reports; 0 when all was read, 1 when something was not."""
    lang = request.lang
    form = request.form or form_of(request.out.suffix if request.out else "")
    if not FORMS[form].is_text and request.out is None:
        raise UsageError(
            pick(
                lang,
                f"Dạng {form} phải ghi vào tệp: thêm -o TÊN.{form}",
                f"The form {form} goes to a file: add -o NAME.{form}",
            )
        )
    inputs = list(find(request.files))
    if not inputs:
        raise UsageError(pick(lang, *NothingHere.sentence))
    many = len(request.files) > 1 or request.files[0] != inputs[0].name
    if request.together:
        try:
            inputs, many = [_as_one(inputs, request.limits)], False
        except OSError as error:
            told = UnopenedFile.of(error)
            print(f"{error.filename}: {pick(lang, told.vi, told.en)}", file=sys.stderr)
            return 1
    failed = 0

    sources: dict[str, Input] = {}

    def readable() -> Iterator[bytes]:
        nonlocal failed
        results = read_all(inputs, request.limits, request.jobs)
        for given, result in zip(inputs, results, strict=True):
            notes.line(account_of(result, lang), failed=result.error is not None)
            notes.ended()
            failed += result.error is not None
            if result.error is None:
                if form == "html":
                    content = given.content(request.limits.source_bytes)
                    sources[sha256(content).hexdigest()] = given
                yield result.plan

    def source(digest: str) -> bytes:
        return sources[digest].content(request.limits.source_bytes)

    with opened_notes(len(inputs), lang) as notes:
        plans = readable()
        first = next(plans, None)
        if first is not None or (many and request.out is None):
            with opened(request.out) as target, ReaderPool(request.limits) as pool:
                whole = chain(filter(None, [first]), plans)
                views = Originals(source, pool, patience=None)
                exports.write(form, whole, target, lang, many=many, views=views)
                views.close()
    return 1 if failed else 0


def _as_one(inputs: Sequence[Input], limits: Limits) -> Input:
    """A plan and its appendices as the one document that they are. Raises OSError."""
    files = ((Path(one.name).name, one.content(limits.source_bytes)) for one in inputs)
    return Input(packed(files), " + ".join(one.name for one in inputs))


def read_all(
    inputs: Sequence[Input], limits: Limits = DEFAULT_LIMITS, jobs: int | None = None
) -> Iterator[Result]:
    """The results in order, `jobs` documents read at a time or as many as there are processors."""
    return read_isolated(inputs, limits, min(jobs or os.cpu_count() or 1, len(inputs)))


def find(names: Iterable[str], suffixes: Container[str] = SUFFIXES) -> Iterator[Input]:
    """The documents that `names` mean: files, folders, patterns, or `-` for standard input.

    Of a folder those are taken that end in one of `suffixes`.
    """
    for name in names:
        path = Path(name)
        if name == STDIN:
            yield Input(sys.stdin.buffer.read(), STDIN)
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                hidden = found.name.startswith((".", "~$"))  # Word's mark of an open file
                if found.suffix.lower() in suffixes and found.is_file() and not hidden:
                    yield Input(found, str(found))
        elif has_magic(name) and not path.exists():
            matches = sorted(glob(name, recursive=True))
            yield from find(matches, suffixes) if matches else (Input(path, name),)
        else:
            yield Input(path, name)


def account_of(result: Result, lang: Lang) -> str:
    """One line about a document: what was found in it and whether its ledger balances."""
    if result.error:
        vi, en = result.error.vi, result.error.en
        return f"{result.name}: {vi} | {en}" if lang == "vi" else f"{result.name}: {en} | {vi}"
    summary = result.summary
    assert summary is not None
    ledger = summary.ledger
    parts = " + ".join(fates(ledger, lang))
    found = pick(
        lang,
        f"{number(summary.tasks)} nhiệm vụ trong bảng, {number(summary.duties)} trong lời văn, "
        f"{number(summary.targets)} chỉ tiêu; "
        f"sổ cái: {number(ledger.units)} đơn vị = ",
        f"{number(summary.tasks)} tasks in tables, {number(summary.duties)} in running text, "
        f"{number(summary.targets)} targets; "
        f"ledger: {number(ledger.units)} units = ",
    )
    return f"{result.name}: {found}{parts}; {verdict(ledger, lang)}"


def fates(ledger: Ledger, lang: Lang) -> list[str]:
    """What became of the units of a ledger."""
    return [f"{number(n)} {called('fate', name, lang)}" for name, n in ledger.fates.items()]


def verdict(ledger: Ledger, lang: Lang) -> str:
    """Whether a ledger balances."""
    if ledger.balanced:
        return pick(lang, "cân", "balanced")
    return pick(lang, "KHÔNG CÂN", "DOES NOT BALANCE")


@contextmanager
def opened(out: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears under its name only when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    real = out.resolve()
    if real.exists() and not real.is_file():  # a device or a pipe cannot be replaced
        with real.open("wb") as target:
            yield target
        return
    draft = real.with_name(f".{real.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as target:
            yield target
        draft.replace(real)
    finally:
        draft.unlink(missing_ok=True)


class Notes:
    """Lines on standard error; above a progress bar where there is one."""

    def __init__(self, progress: "Progress | None" = None) -> None:
        self._progress = progress

    def line(self, text: str, *, failed: bool = False) -> None:
        if self._progress is None:
            print(text, file=sys.stderr, flush=True)
        else:
            self._progress.console.print(
                text, style="red" if failed else None, markup=False, highlight=False
            )

    def ended(self, speed: str = "") -> None:
        """One more document has come to its end."""
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], advance=1, speed=speed)

    def expect(self, documents: int) -> None:
        """That many more are to come."""
        if self._progress is not None:
            bar = self._progress.tasks[0]
            self._progress.update(bar.id, total=(bar.total or 0) + documents)


@contextmanager
def opened_notes(documents: int, lang: Lang) -> Iterator[Notes]:
    """With a progress bar where somebody watches and there is more than one document."""
    if documents < 2 or not sys.stderr.isatty():
        yield Notes()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    text, speed = (TextColumn(f"{{task.{what}}}") for what in ("description", "fields[speed]"))
    with Progress(
        text,
        BarColumn(),
        MofNCompleteColumn(),
        speed,
        Left(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        progress.add_task(pick(lang, "Đang đọc", "Reading"), total=documents, speed="")
        yield Notes(progress)
