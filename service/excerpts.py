"""What is printed in a source, as it is shown: paragraphs and rows, and which task stands where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from models.provenance import Place, Provenance
from models.task import Task

#: Paragraphs, or rows of a table, that are shown before and after the place looked at.
AROUND = 8


class LookCell(msgspec.Struct, gc=False):
    """A cell of a table, as `extractor.layout.Cell`."""

    row: int
    text: str
    place: Place
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    tables: "list[Block]" = []


class Block(msgspec.Struct, gc=False):
    """A paragraph, or a table, which has rows."""

    place: Place
    text: str = ""
    kind: str = "body"
    centered: bool = False
    bold: bool = False
    cells: list[LookCell] = []
    rows: int = 0
    header_rows: int = 0


class LookPage(msgspec.Struct, gc=False):
    """A page of a PDF, in points; see `extractor.layout.Page`."""

    number: int
    width: float
    height: float
    path: str | None = None

    @property
    def sheet(self) -> Place:
        """The page as a place, as the file it is in counts."""
        return Place(self.number, path=self.path).sheet or Place(self.number)


class Look(msgspec.Struct, gc=False):
    """What is printed: `pages` of PDFs, to be had as pictures, and the blocks of other files."""

    pages: list[LookPage]
    blocks: list[Block]


@dataclass(slots=True)
class Spot:
    """A paragraph or a cell as it is shown: which task stands there, and what is marked in it.

    `field` names the field of the chosen task that was read there, "" for another part of it.
    """

    text: str
    place: Place
    columns: int = 1
    rows: int = 1
    bold: bool = False
    centered: bool = False
    heading: bool = False
    task: str | None = None
    field: str | None = None


@dataclass(slots=True)
class Excerpt:
    """A paragraph, or some rows of a table; `cut` tells that rows before them are not shown."""

    rows: list[list[Spot]]
    table: bool = False
    cut: bool = False


_DECODER = msgspec.json.Decoder(Look)


def decoded(look: bytes) -> Look:
    """A view as the child process that made it has encoded it."""
    return _DECODER.decode(look)


def whole(blocks: Sequence[Block], tasks: Sequence[Task]) -> list[Excerpt]:
    """All that is printed, with the task that stands in each row or paragraph."""
    whose = _whose(tasks)
    return [_told(_shown(block), whose) for block in blocks if _is_shown(block)]


def excerpts(blocks: Sequence[Block], tasks: Sequence[Task], chosen: Task) -> list[Excerpt]:
    """What is printed around a task: its paragraph, or its row and the head of the table.

    Every task that stands there is told, so that it can be chosen in the source.
    """
    shown = [block for block in blocks if _is_shown(block)]
    mine = set(_keys(chosen))
    here = [number for number, block in enumerate(shown) if _stands_in(block, mine, chosen)]
    if not here:
        return []
    fields = {_key(place): name for name, place in reversed(chosen.provenance.cells.items())}
    whose = _whose(tasks)
    found = []
    for block in shown[max(0, here[0] - AROUND) : here[-1] + AROUND + 1]:
        excerpt = _shown(block)
        for row in excerpt.rows:
            for spot in row:
                key = _key(spot.place)
                if key in mine or _within(chosen.provenance, spot.place):
                    spot.task, spot.field = chosen.id, fields.get(key, "")
        found.append(_told(_cut(excerpt), whose))
    return found


def _told(excerpt: Excerpt, whose: dict[object, str]) -> Excerpt:
    """The same, with the task of each row, which is that of its first cell that has one."""
    for row in excerpt.rows:
        tasks = (spot.task or whose.get(_key(spot.place)) for spot in row)
        task = next((one for one in tasks if one), None)
        for spot in row:
            spot.task = task
    return excerpt


def _is_shown(block: Block) -> bool:
    """Whether a block is shown; what only repeats on every page is not."""
    return bool(block.rows) or (block.kind == "body" and bool(block.text.strip()))


def _places(block: Block) -> Iterator[Place]:
    return (cell.place for cell in block.cells) if block.rows else iter((block.place,))


def _stands_in(block: Block, keys: set[object], task: Task) -> bool:
    at = task.provenance
    return any(_key(place) in keys or _within(at, place) for place in _places(block))


def _shown(block: Block) -> Excerpt:
    """A block as it is shown."""
    if not block.rows:
        return Excerpt([[Spot(block.text, block.place, bold=block.bold, centered=block.centered)]])
    rows: list[list[Spot]] = [[] for _ in range(block.rows)]
    for cell in block.cells:
        words = [cell.text, *(inner for table in cell.tables for inner in _words(table))]
        rows[cell.row].append(
            Spot(
                "\n".join(filter(None, words)), cell.place, cell.column_span, cell.row_span,
                cell.bold, heading=cell.row < max(1, block.header_rows),
            )
        )  # fmt: skip
    return Excerpt(rows, table=True)


def _words(table: Block) -> Iterator[str]:
    """The words of every cell, those of the tables nested in it, too."""
    for cell in table.cells:
        yield cell.text
        for nested in cell.tables:
            yield from _words(nested)


def _cut(excerpt: Excerpt) -> Excerpt:
    """A long table cut to the rows around the task, or to its first ones, under its head."""
    if not excerpt.table:
        return excerpt
    mine = [
        number
        for number, row in enumerate(excerpt.rows)
        if any(spot.field is not None for spot in row)
    ]
    first, last = (mine[0] - AROUND, mine[-1] + AROUND) if mine else (0, 2 * AROUND)
    kept = [
        row
        for number, row in enumerate(excerpt.rows)
        if first <= number <= last or any(spot.heading for spot in row)
    ]
    return Excerpt(kept, table=True, cut=first > 1)


def _whose(tasks: Sequence[Task]) -> dict[object, str]:
    """The task that stands at a place, the first of several."""
    return {key: task.id for task in reversed(tasks) for key in _keys(task)}


def _key(place: Place) -> object:
    """A place in the terms that the source has."""
    return place.path or place.span


def _keys(task: Task) -> Iterator[object]:
    at = task.provenance
    return (key for place in (*at.places(), *at.cells.values()) if (key := _key(place)))


def _within(at: Provenance, place: Place) -> bool:
    """Whether something begins within a longer piece of the source, as a duty in a paragraph."""
    if not (at.span and place.span and at.file == place.file):
        return False
    return place.span[0] <= at.span[0] < place.span[1]
