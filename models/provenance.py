"""Where in the source a piece of text stands."""

import re
from dataclasses import dataclass, field, replace

#: x0, top, x1, bottom in PDF points from the top left corner of the page.
Bbox = tuple[float, float, float, float]
#: An address in one of several files that came as one document; that of a sheet begins with a mark.
_IN_FILE = re.compile(r"(?P<file>[^'].*?\.\w{1,9})#(?P<address>.*)", re.DOTALL)


@dataclass(slots=True, unsafe_hash=True)
class Place:
    """One spot of the source, in whichever terms the source has.

    A paged source gives `page` (from 1) and `bbox`; a text dump gives `span`, the characters
    [start, end) of the decoded text; a document of elements (DOCX, HTML) gives `path`, the
    address of the element. What a source does not have is None. Of several files that came as one
    document `page` counts through all, and `path` is the name of the file and the address in it:
    "KH.pdf#page=3" (RFC 8118), "KH.txt#char=0,9" (RFC 5147), "PL.xlsx#'PL 1'!A3". Never changed
    once made; not frozen only because a document has one for every cell and a frozen one takes
    twice as long, and so are the records of which it has one for every row.
    """

    page: int | None = None
    bbox: Bbox | None = None
    span: tuple[int, int] | None = None
    path: str | None = None

    @property
    def file(self) -> str | None:
        """The file of several that it is in; None for a document of one file."""
        return _in_file(self.path)[0]

    @property
    def sheet(self) -> "Place | None":
        """The whole page that it is on, as the file it is in counts.

        >>> Place(17, (1, 2, 3, 4), path="PL 1.pdf#page=5").sheet.page, Place(path="/w:p[1]").sheet
        (5, None)
        """
        if self.page is None:
            return None
        _, _, number = _in_file(self.path)[1].rpartition("page=")
        return Place(int(number), path=self.path) if number.isdigit() else Place(self.page)

    def within(self, file: str, before: int) -> "Place":
        """The same as a place in one of several files, with so many pages before it."""
        address = self.path or ""
        if self.path is None and self.page:
            address = f"page={self.page}"
        elif self.path is None and self.span:
            address = "char={},{}".format(*self.span)
        page = self.page and self.page + before
        return replace(self, page=page, path=f"{file}#{address}")

    def alone(self) -> "Place":
        """The same place as the file it is in has it, without those that came with it."""
        sheet = self.sheet
        return replace(self, page=sheet.page if sheet else None, path=None)


def _in_file(path: str | None) -> tuple[str | None, str]:
    """The file of several that a path leads into, and the address there."""
    found = _IN_FILE.fullmatch(path or "")
    return (found["file"], found["address"]) if found else (None, path or "")


_NOWHERE = Place()


def cover(places: "list[Place]") -> Place:
    """The place that covers those of `places` on the first page among them.

    >>> cover([Place(page=2, bbox=(10, 10, 20, 20)), Place(page=2, bbox=(15, 5, 40, 12))]).bbox
    (10, 5, 40, 20)
    """
    if len(places) == 1:
        return places[0]
    first = next((p for p in places if p != _NOWHERE), _NOWHERE)
    if first.bbox is None and first.span is None:
        return first
    known = [p for p in places if p != _NOWHERE]
    same = [p for p in known if p.page == first.page]
    boxes = [p.bbox for p in same if p.bbox]
    spans = [p.span for p in same if p.span]
    return Place(
        page=first.page,
        bbox=(
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )
        if boxes
        else None,
        span=(min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None,
        path=first.path,
    )


@dataclass(slots=True)
class Provenance:
    """The place of a task, target, section or citation; `table` and `row` count from 1.

    `cells` has the place of each field that was read from a cell. `continued` lists the further
    places of a row that the source cuts in two.
    """

    page: int | None = None
    bbox: Bbox | None = None
    span: tuple[int, int] | None = None
    path: str | None = None
    table: int | None = None
    row: int | None = None
    cells: dict[str, Place] = field(default_factory=dict)
    continued: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.page, self.bbox, self.span, self.path)

    def places(self) -> tuple[Place, ...]:
        """Where it stands, and where it goes on."""
        return self.place, *self.continued

    @property
    def file(self) -> str | None:
        """The file of several that it is in; None for a document of one file."""
        return self.place.file

    def alone(self) -> "Provenance":
        """The same as the file it is in has it, without those that came with it."""
        first, *others = (one.alone() for one in self.places() if one.file == self.file)
        cells = {name: one.alone() for name, one in self.cells.items() if one.file == self.file}
        return Provenance.at(first, cells=cells, continued=tuple(others))

    @classmethod
    def at(
        cls,
        place: Place,
        *,
        table: int | None = None,
        row: int | None = None,
        cells: dict[str, Place] | None = None,
        continued: tuple[Place, ...] = (),
    ) -> "Provenance":
        """The provenance of something that stands at `place`."""
        return cls(
            place.page,
            place.bbox,
            place.span,
            place.path,
            table,
            row,
            cells if cells is not None else {},
            continued,
        )
