"""A plan and its appendices in several files, which come as one ZIP archive: bytes -> Layout."""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace

from extractor.layout import Cell, Layout, Paragraph, Table
from extractor.limits import Limits
from extractor.readers.archive import Archive, describe_zip, open_archive
from extractor.readers.heads import Head, bare, plans_among
from models.errors import KehoachError, NoPicture, UnknownFormat
from models.plan import Diagnostic
from models.provenance import Place

MEDIA_TYPE = "application/zip"
#: Files of an archive that are read, at most.
_FILES = 50
#: Reads one file: its bytes and its name.
Read = Callable[[bytes, str], Layout]


class SeveralPlans(UnknownFormat):
    sentence = (
        "có {count} văn bản riêng ({names}), không phải một kế hoạch cùng các phụ lục của nó; hãy "
        "đọc từng tệp",
        "there are {count} papers of their own ({names}), not one plan with its appendices; read "
        "each file by itself",
    )


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files as one archive; the same files give the same bytes."""
    out = io.BytesIO()
    seen: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            while name.lower() in seen:
                name = f"_{name}"
            seen.add(name.lower())
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def read_bundle(data: bytes, limits: Limits, read: Read, endings: frozenset[str]) -> Layout:
    """The files of an archive whose names end in one of `endings`, as one Layout.

    Places are told as `Place.within` does. Raises SeveralPlans, UnknownFormat where there is no
    plan, what `read` raises, with the name of the file, and the errors of `open_archive`.
    """
    archive = open_archive(data, limits)
    names = documents(archive, endings)
    if not names:
        raise describe_zip(archive)
    layouts = {name: _read(archive, name, read) for name in names}
    heads = [Head.of(name, layout) for name, layout in layouts.items()]
    plans = [heads[at] for at in plans_among(heads)]
    if len(plans) != 1:
        if not any(head.own for head in heads):
            raise describe_zip(archive)
        raise SeveralPlans(count=len(plans), names=", ".join(one.name for one in plans[:5]))
    (plan,) = plans
    layout = Layout("bundle", MEDIA_TYPE, [], title=layouts[plan.name].title)
    for head in sorted(heads, key=lambda head: (head is not plan, head.order)):
        _add(layout, head.name, layouts[head.name])
        if head.with_ and plan.number and bare(head.with_) not in map(bare, plan.numbers):
            message = (
                f"{head.name} ghi kèm theo số {head.with_}, không phải số {plan.number} của "
                f"{plan.name}; hãy kiểm tra có đúng phụ lục này không."
            )
            layout.diagnostics.append(Diagnostic("warning", "bundle.other-number", message))
    return layout


def look_through(data: bytes, limits: Limits, look: Read, endings: frozenset[str]) -> Layout:
    """What `look` gives of each file of an archive, by their names."""
    archive = open_archive(data, limits)
    layout = Layout("bundle", MEDIA_TYPE, [])
    for name in documents(archive, endings):
        _add(layout, name, _read(archive, name, look))
    return layout


def member(data: bytes, name: str | None) -> bytes:
    """The bytes of a file of an archive. Raises NoPicture where it is not there."""
    archive = open_archive(data)
    if name is None or name not in archive:
        raise NoPicture
    return archive.read(name)


def documents(archive: Archive, endings: frozenset[str]) -> list[str]:
    """The names of what is read of an archive; hidden files are not."""
    found = sorted(
        name
        for name in archive
        if name.rpartition(".")[2].lower() in endings
        and not any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/"))
    )
    return found if len(found) <= _FILES else []


def _read(archive: Archive, name: str, read: Read) -> Layout:
    try:
        return read(archive.read(name), name.rpartition("/")[2])
    except KehoachError as error:
        raise type(error)(f"{name}: {error.vi}", f"{name}: {error.en}") from error


def _add(layout: Layout, name: str, part: Layout) -> None:
    """Puts a file behind what is there."""
    before = len(layout.pages)

    def move(unit: Paragraph | Cell | Table) -> None:
        unit.place = unit.place.within(name, before)
        for inner in unit.cells if isinstance(unit, Table) else ():
            move(inner)
        for table in unit.tables if isinstance(unit, Cell) else ():
            move(table)

    for block in part.blocks:
        move(block)
    layout.blocks += part.blocks
    for page in part.pages:
        path = Place(page.number).within(name, before).path
        layout.pages.append(replace(page, number=page.number + before, path=path))
    layout.diagnostics += (
        replace(one, message=f"{name}: {one.message}") for one in part.diagnostics
    )
