"""Where in the source a piece of text stands."""

from dataclasses import dataclass, field

#: x0, top, x1, bottom in PDF points from the top left corner of the page.
Bbox = tuple[float, float, float, float]


@dataclass(slots=True, unsafe_hash=True)
class Place:
    """One spot of the source, in whichever terms the source has.

    A paged source gives `page` (from 1) and `bbox`; a text dump gives `span`, the characters
    [start, end) of the decoded text; a document of elements (DOCX, HTML) gives `path`, the
    address of the element. What a source does not have is None. Never changed once made; not
    frozen only because a document has one for every cell and a frozen one takes twice as long.
    """

    page: int | None = None
    bbox: Bbox | None = None
    span: tuple[int, int] | None = None
    path: str | None = None


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


@dataclass(frozen=True, slots=True)
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

    def places(self) -> tuple[Place, ...]:
        """Where it stands, and where it goes on."""
        return Place(self.page, self.bbox, self.span, self.path), *self.continued

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
