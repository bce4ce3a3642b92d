"""What `kehoach ingest` takes in: files, the documents in ZIP archives, what watched folders get.

An archive is looked through before anything in it is opened; a member that may not be opened is
refused alone, an archive that is broken or set as a trap is refused whole. A plan and its
appendices, by what stands at their heads, are one document. The names of members are told right
whichever program packed them: with the mark of UTF-8, or without it as UTF-8 all the same, as code
page 1258 (Vietnamese Windows) or 437 (what the format says).
"""

import threading
import time
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from operator import itemgetter
from pathlib import Path, PurePosixPath

from msgspec.json import decode

from extractor.limits import Limits
from extractor.readers.archive import check_member, open_zip, read_member
from extractor.readers.bundle import packed
from extractor.readers.heads import Head, Why, grouped
from models.errors import EmptySource, KehoachError, LimitExceeded
from service.extraction import SUFFIXES, find
from service.isolation import Input, ReaderPool
from service.isolation.errors import UnopenedFile
from service.jobs.errors import FileTooLarge
from service.settings import MB
from service.store.vault import Source as Content
from service.store.vault import pieces, size_of

ARCHIVE = ".zip"
#: What is taken of a folder.
TAKEN = frozenset({*SUFFIXES, ARCHIVE})
#: Members of an archive, at most.
ENTRIES = 20_000
#: Seconds a file in a watched folder must stay as it is to count as whole.
SETTLED = 1.5
#: Milliseconds between two looks at watched folders.
LOOK_MS = 300

_UTF8 = 0x800


class NestedArchive(LimitExceeded):
    sentence = (
        "tệp nén nằm trong tệp nén không được mở; hãy giải nén nó trước",
        "an archive within an archive is not opened; unpack it first",
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A document to take in: what messages call it, its own name, and how its bytes are had.

    `content` gives bytes or a file, also an open one; it raises KehoachError where there are none.
    `parts` are the files that it was put together of, each with why; one that is by itself among
    others has one.
    """

    name: str
    filename: str | None
    content: Callable[[], Content]
    parts: Sequence[tuple[str, Why]] = ()


#: What stands at the head of a file, by its name and its bytes.
HeadOf = Callable[[str, bytes], Head]


def heads_by(pool: ReaderPool) -> HeadOf:
    """Has heads read by a pool; what is read once is known. Of what cannot be, the name is."""
    known: dict[bytes, Head] = {}

    def head_of(name: str, data: bytes) -> Head:
        key = sha256(data).digest()
        if key not in known:
            result = pool.read(Input(data, PurePosixPath(name).name, "head"))
            known[key] = Head(name) if result.error else decode(result.plan, type=Head)
        return replace(known[key], name=name)

    return head_of


def documents(
    inputs: Iterable[Input], limits: Limits, head_of: HeadOf | None = None
) -> Iterator[Source]:
    """The documents in `inputs`, where an archive stands for those in it, by their names.

    A plan and its appendices in an archive are one document, unless nobody reads their heads. The
    content of one can be had until the next is asked for.
    """
    for given in inputs:
        path = given.source
        if isinstance(path, bytes):
            yield Source(given.name, None, partial(bytes, path))
        elif path.suffix.lower() == ARCHIVE:
            yield from _members(path, given.name, limits, head_of)
        else:
            yield Source(given.name, path.name, partial(_there, path))


def together(found: Iterable[Source], most: int) -> Source:
    """A plan and its appendices as one document: an archive of them, of `most` bytes at the most.

    Raises FileTooLarge, EmptySource, and what their contents raise.
    """
    files: list[tuple[str, bytes]] = []
    size = 0
    for one in found:
        content = one.content()
        size += size_of(content)
        if size > most:
            raise FileTooLarge(limit=most // MB)
        files.append((one.filename or one.name, b"".join(pieces(content))))
    if not files:
        raise EmptySource
    name = f"{PurePosixPath(files[0][0]).stem}{ARCHIVE}"
    return Source(name, name, partial(bytes, packed(files)))


def _there(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise UnopenedFile.of(error) from None
    return path


def _members(path: Path, called: str, limits: Limits, head_of: HeadOf | None) -> Iterator[Source]:
    """Those of an archive; hidden ones and those of other kinds are passed over."""
    try:
        archive = open_zip(_there(path), ENTRIES)
    except KehoachError as error:
        yield Source(called, path.name, partial(_refused, error))
        return
    with archive:
        named = [(_name_of(info), info) for info in archive.infolist() if not info.is_dir()]
        found: list[Source] = []
        paths: list[str] = []
        for name, info in sorted(named, key=itemgetter(0)):
            parts = PurePosixPath(name.replace("\\", "/")).parts
            hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
            if parts and not hidden and PurePosixPath(parts[-1]).suffix.lower() in TAKEN:
                read = partial(_read, archive, info, limits)
                paths.append("/".join(parts))
                found.append(Source(f"{called}/{name}", parts[-1], read))
        if head_of is None:
            yield from found
            return
        for whole in joined(found, paths, limits.source_bytes, head_of):
            yield replace(whole, name=called) if len(whole.parts) == len(found) > 1 else whole


def joined(
    found: Sequence[Source], paths: Sequence[str], most: int, head_of: HeadOf
) -> Iterator[Source]:
    """The documents that files are: a plan with its appendices is one, of `most` bytes at the most.

    `paths` are their names with their folders.
    """
    if len(found) < 2:
        yield from found
        return
    for group in grouped(list(map(partial(_head, head_of), found, paths))):
        first = found[group[0].at]
        parts = [(paths[one.at], one.why) for one in group]
        if len(group) > 1:
            name = str(PurePosixPath(first.name).with_suffix(ARCHIVE))
            whole = partial(together, [found[one.at] for one in group], most)
            first = Source(name, PurePosixPath(name).name, partial(_content, whole))
        yield replace(first, parts=parts)


def _head(head_of: HeadOf, source: Source, path: str) -> Head:
    try:
        return head_of(path, b"".join(pieces(source.content())))
    except (KehoachError, OSError):  # told when it is taken in
        return Head(path)


def _content(made: Callable[[], Source]) -> Content:
    return made().content()


def _refused(error: KehoachError) -> bytes:
    raise error


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    check_member(info, limits)
    if info.filename.lower().endswith(ARCHIVE):
        raise NestedArchive
    if info.file_size > limits.source_bytes:
        raise FileTooLarge(limit=limits.source_bytes // MB)
    return read_member(archive, info)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member as whoever packed it meant it."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")  # what zipfile made of the bytes, undone
    for encoding in ("utf-8", "cp1258"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def new_files(
    folders: Iterable[Path], known: Container[bytes | Path], stop: threading.Event
) -> Iterator[list[Path]]:
    """The whole files of `folders` and all below that are not `known` or change, until `stop`.

    Also gives an empty list now and then, so that the caller may see to other things.
    """
    from watchfiles import Change, watch

    def wanted(change: Change, name: str) -> bool:
        path = Path(name)
        hidden = path.name.startswith((".", "~$"))
        return change != Change.deleted and path.suffix.lower() in TAKEN and not hidden

    settling: dict[Path, tuple[object, float]] = {}  # how each looked, and since when
    listed = False
    for changes in watch(
        *folders,
        watch_filter=wanted,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        changed = [Path(name) for _, name in changes]
        if not listed:  # what came before the watch began
            there = (given.source for given in find(map(str, folders), TAKEN))
            changed += [path for path in there if isinstance(path, Path) and path not in known]
            listed = True
        settling |= dict.fromkeys(changed, (None, 0.0))
        moment = time.monotonic()
        whole = []
        for path, (before, since) in tuple(settling.items()):
            try:
                found = path.stat()
            except OSError:
                del settling[path]
                continue
            look = found.st_size, found.st_mtime_ns
            if look != before:
                settling[path] = look, moment
            elif moment - since >= SETTLED:
                del settling[path]
                if found.st_size:
                    whole.append(path)
        yield sorted(whole)
