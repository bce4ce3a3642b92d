"""A plan and its appendices in several files, which come as one ZIP archive: bytes -> Layout.

The plan is the file with a letterhead; of the others the first lines say that they come with it,
and the numbers of the appendices order them (Nghị định 30/2020/NĐ-CP, appendix I, part 7).
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from corpora.wordings import pattern
from extractor.labels import ATTACHED, NATIONAL_TITLE, ROMAN, roman_value
from extractor.layout import Block, Cell, Layout, Paragraph, Table
from extractor.limits import Limits
from extractor.readers.archive import Archive, describe_zip, open_archive
from extractor.text import plain
from models.errors import KehoachError, NoPicture, UnknownFormat
from models.plan import Diagnostic
from models.provenance import Place

MEDIA_TYPE = "application/zip"
#: Files of an archive that are read, at most.
_FILES = 50
#: In so many paragraphs and cells a file says what it is.
_HEAD = 40
_NUMBER = re.compile(r"số\s*:?\s*(?P<number>\d{1,5}\s*/\s*[\w/&.-]*[A-ZĐ][\w&.-]*)", re.IGNORECASE)
_APPENDIX = re.compile(
    rf"[\s*_]*(?:{pattern('form_words', 'appendix', 'appendix.small')})\b(?:\s+số)?\s*"
    rf"(?P<number>{ROMAN}\b|\d+)?",
    re.IGNORECASE,
)
_NAMED_APPENDIX = re.compile(
    rf"\b(?:{pattern('form_words', 'appendix.file')})(?:\b|\d)"
    rf"|\b(?:{pattern('form_words', 'appendix.file.numbered')}) ?(?:\d|(?i:{ROMAN})\b)"
)
#: What of a name says which appendix it is.
_WHICH_APPENDIX = re.compile(
    rf"\b(?:{pattern('form_words', 'appendix.file', 'appendix.file.numbered')}) ?(?:so )?"
    rf"(?:\d+|(?i:{ROMAN})\b)?"
)
#: Endings of spreadsheets: a plan is no table.
_TABLES = (".xlsx", ".xls", ".ods")
_DIGITS = re.compile(r"\d+")

#: Reads one file: its bytes and its name.
Read = Callable[[bytes, str], Layout]


class SeveralPlans(UnknownFormat):
    sentence = (
        "có {count} văn bản riêng ({names}), không phải một kế hoạch cùng các phụ lục của nó; hãy "
        "đọc từng tệp",
        "there are {count} papers of their own ({names}), not one plan with its appendices; read "
        "each file by itself",
    )


@dataclass(slots=True)
class _Part:
    """A file, with what its head says: `own` that it has a letterhead, `with_` whose part it is."""

    name: str
    layout: Layout
    own: bool
    number: str | None
    with_: str | None
    appendix: int | None

    @staticmethod
    def of(name: str, layout: Layout) -> "_Part":
        lines = [line for line, _ in zip(_lines(layout.blocks), range(_HEAD), strict=False)]
        label = next(filter(None, map(_APPENDIX.match, lines)), None)
        sheets = layout.reader in ("xlsx", "xls", "ods")
        attached = next((line for line in lines if ATTACHED.match(line)), None)
        return _Part(
            name,
            layout,
            attached is None and any(map(NATIONAL_TITLE.search, lines)),
            next(filter(None, (_number(line) for line in lines if _NUMBER.match(line))), None),
            _number(attached or ""),
            _value(label["number"]) if label else 0 if attached or sheets else None,
        )

    @property
    def order(self) -> tuple[bool, int, tuple[int, ...], str]:
        """The plan first, then appendices by their numbers, then by those in their names."""
        digits = tuple(int(number) for number in _DIGITS.findall(self.name)[:5])
        return not self.own, self.appendix or 0, digits, self.name


def grouped(names: Sequence[str]) -> list[list[int]]:
    """Which files, by their places in `names`, are one document: a plan and its appendices.

    A plan alone has all that are spreadsheets or called appendix. Of several plans each has those
    whose names have a number that only its name has, or that lie in one folder with no other plan.
    What fits to none, or to two, is by itself.

    >>> grouped(["KH 12.docx", "KH 34.docx", "Phụ lục 1 KH 34.xlsx", "Phụ lục 2.xlsx"])
    [[0], [1, 2], [3]]
    >>> grouped(["KH 1.docx", "KH 2.docx", "Phụ lục số 2.xlsx", "PL1.xlsx"])
    [[0], [1], [2], [3]]
    >>> grouped(["KH 12.docx", "Phụ lục 1.docx", "bang.xlsx"]), grouped(["a.pdf", "b.pdf"])
    ([[0, 1, 2]], [[0], [1]])
    >>> grouped(["a/KH.docx", "b/KH.docx", "b/Phụ lục.xlsx"])
    [[0], [1, 2]]
    """
    plans = [at for at, name in enumerate(names) if not _names_appendix(name)]
    if len(plans) == 1:
        return [list(range(len(names)))]
    folders, files = ([name.rpartition("/")[part] for name in names] for part in (0, 2))
    numbers = [set(_DIGITS.findall(_WHICH_APPENDIX.sub(" ", plain(name)))) for name in files]
    groups = {at: [at] for at in range(len(names))}
    for at in sorted(set(groups) - set(plans)):
        shared = Counter(number for plan in plans for number in numbers[at] & numbers[plan])
        own = {number for number, count in shared.items() if count == 1}
        near = [plan for plan in plans if own & numbers[plan]]
        near = near or [plan for plan in plans if folders[plan] == folders[at]]
        if len(near) == 1:
            groups[near[0]] += groups.pop(at)
    return [sorted(group, key=lambda at: (at not in plans, at)) for group in groups.values()]


def _names_appendix(name: str) -> bool:
    """Whether a file of this name is an appendix and no plan."""
    file = name.rpartition("/")[2]
    return file.lower().endswith(_TABLES) or bool(_NAMED_APPENDIX.search(plain(file)))


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

    Places are told as `Place.within` does. Raises
    SeveralPlans, UnknownFormat where there is no plan, what `read` raises, with the name of the
    file, and the errors of `open_archive`.
    """
    archive = open_archive(data, limits)
    names = documents(archive, endings)
    if not names:
        raise describe_zip(archive)
    parts = [_Part.of(name, _read(archive, name, read)) for name in names]
    if not any(part.own for part in parts):  # a plan without a letterhead is what is no appendix
        rest = [part for part in parts if part.appendix is None and part.number]
        if len(rest) != 1:
            raise describe_zip(archive)
        rest[0].own = True
    plans = [part for part in parts if part.own]
    if len(plans) > 1:
        raise SeveralPlans(count=len(plans), names=", ".join(part.name for part in plans[:5]))
    parts.sort(key=lambda part: part.order)
    layout = Layout("bundle", MEDIA_TYPE, [], title=plans[0].layout.title)
    for part in parts:
        _add(layout, part.name, part.layout)
        if part.with_ and plans[0].number and _bare(part.with_) != _bare(plans[0].number):
            message = (
                f"{part.name} ghi kèm theo số {part.with_}, không phải số {plans[0].number} của "
                f"{plans[0].name}; hãy kiểm tra có đúng phụ lục này không."
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


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        units = [block] if isinstance(block, Paragraph) else block.every_cell()
        yield from chain.from_iterable(unit.text.split("\n") for unit in units if unit.text)


def _number(text: str) -> str | None:
    found = _NUMBER.search(text)
    return found["number"] if found else None


def _bare(number: str) -> str:
    return re.sub(r"\s", "", number).casefold()


def _value(number: str | None) -> int:
    """The value of the number of an appendix, 0 for none.

    >>> _value("XIV"), _value("3"), _value(None)
    (14, 3, 0)
    """
    if not number or number.isdigit():
        return int(number or 0)
    return roman_value(number.upper())


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
