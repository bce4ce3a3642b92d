"""What `kehoach ingest` is to take in: files, folders, patterns, archives, standard input."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from extractor.errors import KehoachError, UnreadableSource
from extractor.limits import Limits
from service.extraction import SUFFIXES, find
from service.isolation import Input
from service.jobs import zips

#: What is taken of a folder.
TAKEN = frozenset({*SUFFIXES, zips.SUFFIX})


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
            yield Source(given.name, None, _bytes(source))
        elif source.suffix.lower() != zips.SUFFIX:
            yield Source(given.name, source.name, _file(source))
        else:
            yield from _in_archive(given.name, source, limits)


def _in_archive(name: str, path: Path, limits: Limits) -> Iterator[Source]:
    try:
        for member in zips.members(path, limits):
            own = PurePosixPath(member.name.replace("\\", "/")).name
            yield Source(f"{name}/{member.name}", own, member.read)
    except KehoachError as error:
        yield Source(name, path.name, _refused(error))


def _bytes(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _file(path: Path) -> Callable[[], Path]:
    def content() -> Path:
        if not path.exists():
            raise UnreadableSource("không thấy tệp này", "there is no such file")
        if path.is_dir():
            raise UnreadableSource("đây là một thư mục", "this is a folder")
        return path

    return content


def _refused(error: KehoachError) -> Callable[[], bytes]:
    def content() -> bytes:
        raise error

    return content
