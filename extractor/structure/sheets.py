"""Logical tables: what the pages cut apart is put together again.

A Sheet is a table as its author wrote it: the pieces on several pages joined, repeated headers
set aside, a row that a page break cut in two healed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpora.signs import judged
from corpora.tables import threshold
from extractor.labels import LIST_ITEM, OPEN_END, TOTAL, ordinal_of
from extractor.layout import Block, Cell, Paragraph, Table, with_line
from extractor.structure.headers import Header, completed, header_cut, header_of
from extractor.text import cut_doubt, key
from models.provenance import Place, cover


@dataclass(slots=True)
class Row:
    """A row of a sheet: for each column its text and the cells it came from.

    `table` and `number` say where it is printed, both from 1. `own` tells the columns whose cell
    begins in this row; the others carry a cell from above or from the left. `spanning` is set
    where one cell runs over the whole row. `pieces` counts the printed rows it was healed from.
    """

    texts: list[str]
    cells: list[list[Cell]]
    own: list[bool]
    table: int
    number: int
    spanning: bool
    certainty: float | None = None
    pieces: int = 1

    @property
    def blank(self) -> bool:
        """Whether the row says nothing of its own: what it has only goes on from above."""
        return not any(text and own for text, own in zip(self.texts, self.own, strict=True))

    def alone(self, column: int) -> str:
        """Its text in `column`; none where that reaches over several columns."""
        wide = any(cell.column_span > 1 for cell in self.cells[column])
        return "" if wide else self.texts[column]

    def places(self) -> list[Place]:
        """The places of the cells that begin in this row; merged ones from above are taller."""
        own = zip(self.cells, self.own, strict=True)
        return [cell.place for cells, begins in own if begins for cell in cells]


#: Letters of a cell on average above which a column holds running words, and the share of its
#: cells that have any.
WORDY, WORDED = threshold("column.wordy"), threshold("column.worded")


@dataclass(slots=True)
class Sheet:
    """A logical table and its place among the blocks of the document."""

    block: int
    table: int
    header: Header
    rows: list[Row]
    header_cells: list[Cell] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return self.header.columns

    @property
    def place(self) -> Place:
        return cover([table.place for table in self.tables])

    def column(self, number: int) -> Iterator[str]:
        """The texts of a column, from 0, that stand in no other; "" for those that do."""
        return (row.alone(number) for row in self.rows if number < len(row.texts))

    def wordiest(self) -> int | None:
        """The column without a role that holds running words, or None."""
        best, most = None, WORDY
        for column, role in enumerate(self.header.roles):
            if role is not None and role != "legal_basis":
                continue
            texts = [row.texts[column] for row in self.rows if row.texts[column]]
            if len(texts) < WORDED * len(self.rows) or not texts:
                continue
            mean = sum(map(len, texts)) / len(texts)
            if mean > most:
                best, most = column, mean
        return best


def rows_of(table: Table, number: int, first: int = 0) -> list[Row]:
    """The rows of `table` from row `first` on; `number` is the table's number in the source."""
    rows = []
    spanned = any(cell.row_span > 1 or cell.column_span > 1 for cell in table.cells)
    for index, line in enumerate(table.grid()):
        if index < first:
            continue
        starts = (
            line
            if not spanned
            else [
                cell if cell is not None and cell.column == column else None
                for column, cell in enumerate(line)
            ]
        )
        rows.append(
            Row(
                [text_of(cell) if cell is not None else "" for cell in starts],
                [[cell] if cell is not None else _NO_CELLS for cell in starts],
                [cell is not None and cell.row == index for cell in starts],
                number,
                index + 1,
                spanned and _is_spanning(line, table),
                table.row_certainty[index] if table.row_certainty else None,
            )
        )
    return rows


#: The cells of a position that only a cell from the left covers; never changed.
_NO_CELLS: list[Cell] = []


def _is_spanning(line: list[Cell | None], table: Table) -> bool:
    """Whether one cell runs over the whole row, the column of ordinals apart."""
    if not any(cell.column_span > 1 for cell in line if cell is not None):
        return False
    filled = list({id(c): c for c in line if c is not None and c.text}.values())
    return len(filled) == 1 and _spans(filled[0], table)


def _spans(cell: Cell, table: Table) -> bool:
    """Whether `cell` runs over the whole width, the column of ordinals apart."""
    return cell.column_span > 1 and cell.column_span >= table.columns - 1


def text_of(cell: Cell) -> str:
    """The text of a cell, that of the tables nested in it behind its own."""
    if not cell.tables:
        return cell.text
    return "\n".join(filter(None, (cell.text, *(plain(table) for table in cell.tables))))


def plain(table: Table) -> str:
    """A table as text: a line for each row, tabs between its cells."""
    lines: dict[int, list[str]] = {}
    for cell in table.cells:
        if text := " ".join(text_of(cell).split()):
            lines.setdefault(cell.row, []).append(text)
    return "\n".join("\t".join(lines[row]) for row in sorted(lines))


def sheets_of(blocks: Sequence[Block], tables: Iterable[tuple[int, int]]) -> list[Sheet]:
    """The sheets among `blocks`; `tables` gives (block index, number) of each table to read."""
    sheets: list[Sheet] = []
    open_: list[Sheet] = []  # that the next table may go on: the last, with those beside it
    previous_end = -2
    for index, number in tables:
        table = blocks[index]
        assert isinstance(table, Table)
        if not all(_passes(block) for block in blocks[previous_end + 1 : index]):
            open_ = []
        header = header_of(table)
        beside = any(_are_beside(sheet.tables[-1].place, table.place) for sheet in open_)
        alone = len(open_) == 1 and not beside
        above = [sheet for sheet in open_ if alone or _stands_over(sheet, table)]
        if not any(_goes_on_with(sheet, table, number, header) for sheet in above):
            sheet = _start(table, index, number, header)
            open_ = [*open_, sheet] if beside else [sheet]
            sheets.append(sheet)
        previous_end = index
    for sheet in sheets:
        sheet.header = completed(sheet.header, sheet.column)
        _mend(sheet)
        _carry_all(sheet)
    return sheets


def _are_beside(place: Place, other: Place) -> bool:
    """Whether two tables of a page stand side by side."""
    if place.page != other.page or not (place.bbox and other.bbox):
        return False
    (left, top, right, bottom), (x0, y0, x1, y1) = place.bbox, other.bbox
    return top < y1 and y0 < bottom and (x0 >= right or left >= x1)


def _stands_over(sheet: Sheet, table: Table) -> bool:
    """Whether the last piece of `sheet`, of an earlier page, stands above the middle of `table`."""
    place, other = sheet.tables[-1].place, table.place
    if place.page == other.page or not (place.bbox and other.bbox):
        return False
    return place.bbox[0] < (other.bbox[0] + other.bbox[2]) / 2 < place.bbox[2]


def _goes_on_with(sheet: Sheet, table: Table, number: int, header: Header) -> bool:
    """Joins `table` to `sheet` where it goes on with it, and says whether it does."""
    whole = header_cut(sheet.tables[0], table) if len(sheet.tables) == 1 else None
    if whole and table.ruled:
        heading = [cell for cell in table.cells if cell.row < whole.depth]
        sheet.header, sheet.rows = whole, rows_of(table, number, whole.depth)
        sheet.header_cells = [*sheet.tables[0].cells, *heading]
        sheet.tables.append(table)
    elif _continues(sheet, table, header):
        _join(sheet, table, number, header)
    else:
        return False
    return True


#: As many rows of a table must say who or when for a blank cell below a page break to be a cut one.
FULL = threshold("table.full")


def _carry_all(sheet: Sheet) -> None:
    """Gives a row that opens a page who and when of the cell that the page break cut off.

    Nothing is drawn of a merged cell whose other part is one blank cell. It is told by the rest of
    the table, which has such cells merged, and no other row of the same series without; or, of a
    table of some rows, no other row at all.
    """
    rows = sheet.rows
    kinds: list[str | None] = []
    for role in ("lead", "deadline"):
        if (column := sheet.header.column(role)) is None:
            continue
        merged = any(row.texts[column] and not row.own[column] for row in rows)
        kinds = kinds or [_kind(row, sheet.header) for row in rows]
        told = [at for at, kind in enumerate(kinds) if kind]
        blank = [at for at in told if not rows[at].texts[column]]
        cut = [
            at
            for at in blank
            if at and kinds[at - 1] == kinds[at] and rows[at - 1].table != rows[at].table
        ]
        others = {kinds[at] for at in blank if at not in cut}
        paged = all(cell.place.page for at in cut for cell in rows[at].cells[column])
        alone = paged and blank == cut and len(told) - len(cut) >= FULL
        if alone or (merged and others.isdisjoint(kinds[at] for at in cut)):
            for at in cut:
                rows[at].texts[column] = rows[at - 1].texts[column]
                rows[at].cells[column] = rows[at - 1].cells[column]
                rows[at].own[column] = False


def _kind(row: Row, header: Header) -> str | None:
    """The kind of the number of a row that says who or when."""
    label = ordinal_of(ordinal_text(row, header) or "")
    return label.kind if label and not _heads(row, header) else None


_COUNTED = re.compile(r"\((\d{1,2})\)")
#: The share of rows with a number from which one without is looked at as the rest of another.
NUMBERED = threshold("table.numbered")


def _mend(sheet: Sheet) -> None:
    """Heals the rows of a numbered table that a page break of an earlier form of it has cut."""
    numbered = [bool(ordinal_text(row, sheet.header)) for row in sheet.rows]
    if not sheet.header.has("ordinal") or sum(numbered) < NUMBERED * len(numbered):
        return
    rows: list[Row] = []
    for row, number in zip(sheet.rows, numbered, strict=True):
        goes_on = rows and not (number or row.blank) and continues_row(rows[-1], row, sheet.header)
        if goes_on and rest_signs(rows[-1], row, sheet.header)["reads on"]:
            _heal(rows, row)
        else:
            rows.append(row)
    sheet.rows = rows


def _passes(block: Block) -> bool:
    """Whether a block between two pieces does not part them."""
    return isinstance(block, Paragraph) and (block.kind != "body" or not block.text.strip())


def _start(table: Table, index: int, number: int, header: Header) -> Sheet:
    sheet = Sheet(index, number, header, rows_of(table, number, header.depth))
    sheet.header_cells = [cell for cell in table.cells if cell.row < header.depth]
    sheet.tables = [table]
    return sheet


#: The share of headings that must be the same on the next page for a table to go on there.
SAME = threshold("table.same-headings")


def _continues(sheet: Sheet, table: Table, header: Header) -> bool:
    if not table.ruled and table.decoded is None:
        return False
    if header.depth == 0:
        return table.columns == sheet.columns
    ours, theirs = sheet.header.headings, header.headings
    if len(ours) != len(theirs):
        return False
    same = sum(key(a) == key(b) for a, b in zip(ours, theirs, strict=True))
    return same >= SAME * len(ours)


def _join(sheet: Sheet, table: Table, number: int, header: Header) -> None:
    rows = rows_of(table, number, header.depth)
    sheet.header_cells += [cell for cell in table.cells if cell.row < header.depth]
    above = sheet.tables[-1]
    sheet.tables.append(table)
    if rows and header_of(above).depth == above.rows and _is_rest_of_heading(rows[0], sheet.header):
        sheet.header_cells += [cell for cells in rows.pop(0).cells for cell in cells]
    if rows and sheet.rows:
        if continues_row(sheet.rows[-1], rows[0], sheet.header):
            rest = rows.pop(0)
            _heal(sheet.rows, rest)
            _share(sheet.rows[-1], rest, rows)
        else:
            _carry(sheet.rows[-1], rows, sheet.header)
    sheet.rows += rows


def _is_rest_of_heading(row: Row, header: Header) -> bool:
    """Whether the first row of a page only goes on with the headings that the page before ends."""
    texts = list(filter(None, row.texts))
    return not row.spanning and not ordinal_text(row, header) and any(t[0].islower() for t in texts)


def _carry(above: Row, rows: list[Row], header: Header) -> None:
    """Gives the first rows of a page what a cell that the page break cut off says for them.

    The ordinal of several rows, and any cell that is merged above or below the break, goes on over
    it as a blank cell.
    """
    for column, role in enumerate(header.roles):
        if rows[0].texts[column] or not above.texts[column] or rows[0].spanning:
            continue
        both = (*above.cells[column], *rows[0].cells[column])
        merged = any(cell.row_span > 1 for cell in both)
        if role != "ordinal" and _is_heading(rows[0], above, header):
            continue
        if role == "ordinal" and ordinal_text(rows[0], header):
            continue  # it has a number of its own in another column
        if not merged and (role != "ordinal" or _heads(rows[0], header) or _heads(above, header)):
            continue
        blank = rows[0].cells[column]
        for row in rows:
            if row.cells[column] != blank:
                break
            row.texts[column] = above.texts[column]
            row.cells[column] = above.cells[column]
            row.own[column] = False


def _is_heading(row: Row, above: Row, header: Header) -> bool:
    """Whether a row has the number of a heading, or of another kind than the row `above`, and no
    word of who leads, what comes of it, when; a word of those who help may be the rest of the row
    above."""
    label, before = (ordinal_of(ordinal_text(each, header) or "") for each in (row, above))
    timed = [header.column(role) for role in ("lead", "deadline", "product")]
    bare = not any(row.texts[column] for column in timed if column is not None)
    if label is None or not bare:
        return False
    return label.kind in ("roman", "capital") or bool(before and before.kind != label.kind)


def _heads(row: Row, header: Header) -> bool:
    """Whether a row says neither who nor when: it may head a group, and takes no ordinal."""
    columns = [header.column(role) for role in ("lead", "coordinating", "deadline", "product")]
    return not any(row.texts[column] for column in columns if column is not None)


def continues_row(above: Row, row: Row, header: Header) -> bool:
    """Whether `row`, the first after a page break, is the rest of the row `above`.

    It has no ordinal of its own, and its cells read on from those above: in small letters, or
    after words that cannot end a cell. A row that is a task of its own starts its cells anew.
    """
    number = header.column("ordinal")
    if row.spanning and above.spanning:  # a heading over the whole width
        pair = [next(filter(None, each.texts), "") for each in (above, row)]
        return pair[1][:1].islower() or bool(OPEN_END.search(pair[0]))
    if row.spanning or (number is not None and number < len(row.texts) and row.texts[number]):
        return False
    return judged("cut", rest_signs(above, row, header).elements()) == "rest"


def rest_signs(above: Row, row: Row, header: Header) -> Counter[str]:
    """The signs that `row` is the rest of `above`, or a row of its own, in each of its columns."""
    signs: Counter[str] = Counter()
    lone = sum(map(bool, row.texts)) == 1
    for column, text in enumerate(row.texts):
        role = header.roles[column] if column < len(header.roles) else None
        before = above.texts[column] if column < len(above.texts) else ""
        if role == "ordinal":
            continue
        if not text:
            signs["blank below"] += bool(before)
        elif not before:
            signs["blank above"] += 1
        elif text[0] in ",.;:)/%" or _goes_on(text) or OPEN_END.search(before):
            signs["reads on"] += 1
        elif lone and ((text.isupper() and before.isupper()) or text[:2] in _items(before)):
            signs["reads on"] += 1  # the rest of a heading in capitals, or of a list
        elif (lone and before.endswith(";")) or _counts_on(before, text):
            signs["reads on"] += 1
        elif LIST_ITEM.match(text):
            signs["reads on" if before.endswith(":") else "item"] += 1
        else:
            signs["anew"] += 1
    return signs


def _goes_on(text: str) -> bool:
    """Whether a cell cannot begin so: with a small letter, or with the last syllable of a name."""
    return text[0].islower() or (text.isalpha() and text.istitle() and not TOTAL.fullmatch(text))


def _counts_on(before: str, text: str) -> bool:
    """Whether a text begins with the number behind one that stands in `before`: (4), (5)."""
    number = _COUNTED.match(text)
    return number is not None and f"({int(number[1]) - 1})" in before


def _items(text: str) -> set[str]:
    """The marks with their blanks that open the lines of a list in a cell."""
    return {line[:2] for line in text.split("\n")[1:] if line[1:2] == " "}


def _heal(rows: list[Row], rest: Row) -> None:
    """Adds the rest of a row to the last of `rows`, and to all that share its merged cells."""
    above = rows[-1]
    for column, text in enumerate(rest.texts):
        if not text:
            continue
        shared = above.cells[column][:1]
        whole = _joined(above.texts[column], text)
        cells = above.cells[column] + rest.cells[column]
        for row in reversed(rows):
            if row is not above and row.cells[column][:1] != shared:
                break
            row.texts[column], row.cells[column] = whole, cells
            if not shared:
                break
    above.pieces += 1


def _joined(text: str, rest: str) -> str:
    """The text of a cell with the rest of it; the page may end within a word."""
    doubt = cut_doubt(text, rest)
    return with_line(text, rest) if doubt is None or doubt > 1 else text + rest


def _share(healed: Row, rest: Row, rows: list[Row]) -> None:
    """Gives the rows below a healed one what its merged cells, whole again, say for them too."""
    for column, cells in enumerate(rest.cells):
        for row in rows:
            if not cells or row.cells[column] != cells:
                break
            row.texts[column], row.cells[column] = healed.texts[column], healed.cells[column]


def ordinal_text(row: Row, header: Header) -> str | None:
    """The text of the ordinal cell, if it holds one; of several columns of ordinals the first."""
    for column in header.ordinals:
        if column < len(row.texts) and row.texts[column]:
            return row.texts[column]
    first = row.texts[0] if row.texts else ""
    return first if not header.ordinals and ordinal_of(first) else None
