"""Columns that are kept apart by blanks alone, as `pdftotext -layout` and typists lay them out.

Two of them are told by their words: the letterhead, or those to be sent to beside the signature.
A table is told by its heading; its columns are found by where their pieces stand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from corpora.wordings import pattern
from extractor.columns import ColumnRole, role_of
from extractor.labels import LIST_ITEM, NATIONAL_TITLE, ordinal_of
from extractor.layout import Cell, Table, flow
from extractor.readers.text.lines import RawLine, place_of
from models.provenance import Place

_PIECE = re.compile(r"\S+(?: \S+)*")
_RECIPIENTS = re.compile(rf"(?:{pattern('form_words', 'recipients')})\b", re.IGNORECASE)
_DATED = re.compile(r"ngày\b.{0,12}\btháng\b.{0,10}\bnăm\b|S[ốỐ]\s*:")
_SUBJECT = re.compile(r"V/v\b|Về việc\b", re.IGNORECASE)
#: Lines of a letterhead, lines of a heading, lines that run over all columns one after another.
_HEAD_LINES, _HEADING_LINES, _WIDE_LINES = 10, 4, 3
#: The most columns of a table, and the lines that tell how its rows are kept apart.
_MOST, _LOOKED_AT = 40, 200
#: As many characters of a column may stand below the heading beside it.
_EDGE = 3
#: How far from the middle of its column a line may have its own.
_OFF_CENTRE = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two wide gaps of a line; `left`, `right` are columns of characters."""

    text: str
    left: int
    right: int
    start: int

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(slots=True)
class _Column:
    """A column of a table: how far it reaches, the pieces of its heading."""

    left: int
    right: int
    pieces: list[Piece] = field(default_factory=list)

    def meets(self, piece: Piece, least: int = 1) -> bool:
        """Whether `piece` stands below it, by so many characters at least."""
        return min(piece.right, self.right) - max(piece.left, self.left) >= least

    def widen(self, piece: Piece) -> None:
        self.left, self.right = min(self.left, piece.left), max(self.right, piece.right)


def spaced_at(lines: Sequence[RawLine], index: int) -> tuple[Table, int] | None:
    """The table whose columns blanks keep apart from line `index` on, and the line after it."""
    if len(pieces_of(lines[index])) < 2:
        return None
    return _two_at(lines, index) or _table_at(lines, index)


def pieces_of(line: RawLine) -> list[Piece]:
    """The pieces of `line` that two blanks or more part; none where they are too many."""
    found = list(islice(_PIECE.finditer(line.text), _MOST + 1))
    if len(found) > _MOST:
        return []
    return [
        Piece(m.group(), line.indent + m.start(), line.indent + m.end(), line.start + m.start())
        for m in found
    ]


def _two_at(lines: Sequence[RawLine], index: int) -> tuple[Table, int] | None:
    """The two columns of a letterhead, or those of the end, side by side from line `index` on."""
    first = pieces_of(lines[index])
    ends = _RECIPIENTS.match(first[0].text) is not None
    if len(first) != 2 or not (ends or NATIONAL_TITLE.search(first[1].text)):
        return None
    columns = [_Column(piece.left, piece.right, [piece]) for piece in first]
    dated, stop = False, index + 1
    while stop < len(lines) and (ends or stop < index + _HEAD_LINES):
        pieces = pieces_of(lines[stop])
        sides = [_side(piece, columns) for piece in pieces]
        if dated and not (sides == [0] and _SUBJECT.match(pieces[0].text)):
            break
        if None in sides or sides not in ([0], [1], [0, 1]):
            break
        if ends and sides == [0] and lines[stop].gap and not LIST_ITEM.match(pieces[0].text):
            break
        for piece, side in zip(pieces, sides, strict=True):
            columns[side or 0].pieces.append(piece)
            columns[side or 0].widen(piece)
            dated = dated or (not ends and side == 1 and _DATED.search(piece.text) is not None)
        stop += 1
    if not ends and not dated:
        return None
    cells = [
        Cell(0, number, "\n".join(p.text for p in column.pieces), _place(column.pieces))
        for number, column in enumerate(columns)
    ]
    return Table(cells, 1, 2, place_of(lines[index:stop]), ruled=False), stop


def _side(piece: Piece, columns: Sequence[_Column]) -> int | None:
    """The column of the two that a piece stands in, or None."""
    left, right = columns
    if piece.left >= left.right and abs(piece.middle - right.pieces[0].middle) <= _OFF_CENTRE:
        return 1
    near = piece.left <= left.left + _OFF_CENTRE
    return 0 if near and piece.right < right.left else None


def _table_at(lines: Sequence[RawLine], index: int) -> tuple[Table, int] | None:
    heading = _heading(lines, index)
    if heading is None:
        return None
    columns, start = heading
    again = [piece.text for piece in pieces_of(lines[index])]
    first = _role(columns[0])
    numbered = first is not None and first.name == "ordinal"
    rows: list[list[list[Piece]]] = []
    grouped = _is_grouped(lines, start, columns, numbered=numbered)
    stop = start
    while stop < len(lines):
        line, pieces = lines[stop], pieces_of(lines[stop])
        if [piece.text for piece in pieces] == again:
            break
        at = _columns_of(pieces, columns)
        if at is None:
            if not pieces or not _goes_on(lines, stop, columns, numbered=numbered):
                break
            labels = int(numbered and _numbers(pieces[0]))
            rows.append([pieces[:labels], pieces[labels:], *([] for _ in columns[2:])])
            if not labels:
                rows[-1][:2] = [pieces, []]
            stop += 1
            continue
        opens = numbered and 0 in at and _numbers(pieces[0])
        fresh = line.gap if grouped else opens or (not numbered and _is_full(at, columns))
        if line.gap and not grouped and numbered and not opens:
            break
        if grouped and line.gap and numbered and not _has_number(lines, stop, columns):
            break
        if fresh or not rows:
            rows.append([[] for _ in columns])
        for piece, column in zip(pieces, at, strict=True):
            rows[-1][column].append(piece)
            columns[column].widen(piece)
        stop += 1
    if not rows:
        return None
    cells = [
        Cell(number, at, text, _place(pieces))
        for number, row in enumerate([[column.pieces for column in columns], *rows])
        for at, pieces in enumerate(row)
        if (text := flow(p.text for p in pieces) if number else _headed(pieces))
    ]
    return Table(cells, len(rows) + 1, len(columns), place_of(lines[index:stop])), stop


def _heading(lines: Sequence[RawLine], index: int) -> tuple[list[_Column], int] | None:
    """The columns of the heading that begins at a line, and the line after it."""
    columns: list[_Column] = []
    found = None
    for stop in range(index, min(index + _HEADING_LINES, len(lines))):
        pieces = pieces_of(lines[stop])
        if stop > index and pieces:
            known = all(role_of(piece.text) for piece in pieces)
            if _numbers(pieces[0]) or (lines[stop].gap and not known):
                break
        if not pieces or not _stacked(columns, pieces):
            break
        if len(columns) < 3:
            continue
        roles = list(map(_role, columns))
        if found and _is_row(pieces, columns, roles):
            break
        names = {role.name for role in roles if role}
        if len(names) > 1 and 3 * len([r for r in roles if r]) > len(roles):
            found = list(columns), stop + 1
    return found


def _is_row(
    pieces: Sequence[Piece], columns: Sequence[_Column], roles: Sequence[ColumnRole | None]
) -> bool:
    """Whether a line put below a heading is a row without a number: it stands in most columns, and
    with it none of them has a known heading."""
    own = [role for column, role in zip(columns, roles, strict=True) if column.pieces[-1] in pieces]
    return 2 * len(own) > len(columns) and not any(role and role.score == 1 for role in own)


def _stacked(columns: list[_Column], pieces: Sequence[Piece]) -> bool:
    """Puts a further line of a heading below `columns`; False where a piece stands below two.

    Several pieces below one part it: it stands over them all.
    """
    below: dict[int, list[Piece]] = {}
    for piece in pieces:
        over = [number for number, column in enumerate(columns) if column.meets(piece)]
        if len(over) > 1:
            return False
        if over:
            below.setdefault(over[0], []).append(piece)
        else:
            columns.append(_Column(piece.left, piece.right, [piece]))
    for number, parts in below.items():
        roof = columns[number]
        if len(parts) == 1:
            columns[number] = _Column(parts[0].left, parts[0].right, [*roof.pieces, parts[0]])
            continue
        parted = [_Column(p.left, p.right, [*roof.pieces, p]) for p in parts]
        columns[number] = parted[0]
        columns += parted[1:]
    columns.sort(key=lambda column: column.left)
    return True


def _columns_of(pieces: Sequence[Piece], columns: Sequence[_Column]) -> list[int] | None:
    """The column of each piece of a line; None where one stands in two, or two in one."""
    if not pieces:
        return None
    found: list[int] = []
    for piece in pieces:
        over = [number for number, column in enumerate(columns) if column.meets(piece)]
        if len(over) > 1:
            over = [n for n in over if n == 0 or columns[n].meets(piece, _EDGE)]
        if not over:
            gaps = [max(c.left - piece.right, piece.left - c.right) for c in columns]
            over = [gaps.index(min(gaps))]
        if len(over) > 1 or over[0] in found[:-1]:
            return None
        found += over
    return found


def _numbers(piece: Piece) -> bool:
    return ordinal_of(piece.text) is not None


def _is_full(at: Sequence[int], columns: Sequence[_Column]) -> bool:
    return 0 in at and 2 * len(at) > len(columns)


def _rows_by_gaps(
    lines: Sequence[RawLine], start: int, columns: Sequence[_Column]
) -> Iterator[list[list[Piece]]]:
    """The lines of each part between two blank lines, as far as they fit the columns."""
    part: list[list[Piece]] = []
    for line in lines[start : start + _LOOKED_AT]:
        pieces = pieces_of(line)
        if line.gap and part:
            yield part
            part = []
        if _columns_of(pieces, columns) is None:
            break
        part.append(pieces)
    if part:
        yield part


def _is_grouped(
    lines: Sequence[RawLine], start: int, columns: Sequence[_Column], *, numbered: bool
) -> bool:
    """Whether a blank line parts the rows: no part has two numbers, and some have more lines."""
    parts = list(_rows_by_gaps(lines, start, columns))
    if len(parts) < 2:
        return False
    return not numbered or all(sum(_numbers(pieces[0]) for pieces in part) <= 1 for part in parts)


def _has_number(lines: Sequence[RawLine], start: int, columns: Sequence[_Column]) -> bool:
    part = next(_rows_by_gaps(lines, start, columns), [])
    return any(_numbers(pieces[0]) and len(pieces) > 1 for pieces in part)


def _goes_on(
    lines: Sequence[RawLine], start: int, columns: Sequence[_Column], *, numbered: bool
) -> bool:
    """Whether a row with at least half of the columns stands below lines that run over them."""
    for number, line in enumerate(lines[start + 1 : start + 1 + _WIDE_LINES], start + 1):
        pieces = pieces_of(line)
        if _heading(lines, number):
            return False
        at = _columns_of(pieces, columns)
        if at and 2 * len(at) > len(columns) and (not numbered or _numbers(pieces[0])):
            return True
    return False


def _headed(pieces: Sequence[Piece]) -> str:
    """The words of a heading; where only its last line is known, the others stand over that."""
    *above, last = [piece.text for piece in pieces]
    whole = " ".join((*above, last))
    return (
        whole if not above or role_of(whole) or not role_of(last) else f"{' '.join(above)} / {last}"
    )


def _role(column: _Column) -> ColumnRole | None:
    return role_of(_headed(column.pieces).rpartition(" / ")[2])


def _place(pieces: Sequence[Piece]) -> Place:
    """From the first character of a cell to its last; what stands between in other columns, too."""
    return Place(span=(pieces[0].start, pieces[-1].start + len(pieces[-1].text)))
