"""The heading of a table: how many rows it takes, and what each column holds.

Where the heading does not say that, or only half, the cells below it tell (`completed`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice, permutations

from corpora.columns import TASK_ROLES
from corpora.signs import signs
from corpora.tables import threshold
from extractor.columns import ColumnRole, role_of
from extractor.labels import QUARTER, ordinal_of
from extractor.layout import Cell, Table
from extractor.structure.evidence import look, suits
from extractor.text import cut_doubt, key

#: Roles of a heading that only stands over others.
ROOFS = frozenset({"agency_group", "time_group"})
#: The share of a row's cells that must be known headings, and that where one is "STT".
SURE, SURE_NUMBERED = threshold("header.sure"), threshold("header.sure-numbered")

#: How many times as wide a heading is that stands over several, which a page cuts off from it.
WIDER = threshold("header.wider")
#: A column of this role has a mark in the rows of what is done in the time it is headed with.
WHEN = "when"

# "Quý I", "Tháng 3/2026", "T3", "Năm 2026"; what stands over "3" or "2026".
_PERIOD = re.compile(
    rf"(?:quý|quí|qúy|q\.?)\s*{QUARTER}|(?:tháng|th\.?|t\.?)\s*(?:0?[1-9]|1[0-2])|năm\s*20\d\d",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b20\d\d\b")
_PART_OF_YEAR = re.compile(r"\b(?:quý|quí|qúy|tháng)\b", re.IGNORECASE)
_COUNTS = re.compile(
    r"(?:(?:thời|dự|hoàn|thực|bắt|xong)[^()\d]{0,24}\()?(?P<unit>tháng|quý)\)?"
    r"(?:\s+(?:hoàn thành|thực hiện|triển khai|xong|kết thúc|dự kiến))?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\b(?:quý|tháng|năm)\b", re.IGNORECASE)
_COLUMN_NUMBER = re.compile(r"\(?\s*(?:\d{1,2}|[A-ZĐa-zđ])\s*(?:=[^)]*)?\)?")


@dataclass(frozen=True)
class Header:
    """`depth` header rows, the heading of each column and its role (None: not known).

    `certainty` is how sure each role is, 0 to 1.
    """

    depth: int
    headings: tuple[str, ...]
    roles: tuple[str | None, ...]
    certainty: tuple[float, ...]

    @property
    def columns(self) -> int:
        return len(self.headings)

    @cached_property
    def ordinals(self) -> tuple[int, ...]:
        """The columns that number the rows."""
        return tuple(column for column, role in enumerate(self.roles) if role == "ordinal")

    @cached_property
    def _first(self) -> dict[str, int]:
        return {role: column for column, role in reversed(list(enumerate(self.roles))) if role}

    def has(self, role: str) -> bool:
        return role in self.roles

    def column(self, role: str) -> int | None:
        """The number of the column with this role, from 0, or None."""
        return self._first.get(role)


def header_of(table: Table) -> Header:
    """The heading of `table`; depth 0 where it has none, as on a page that carries it on."""
    grid = table.grid()
    depth = _depth(table, grid)
    if depth and len(grid) > depth:
        below = {id(cell): cell.text for cell in grid[depth] if cell is not None and cell.text}
        depth += numbers_columns(below.values())
    headings = tuple(_headings(grid, depth, table.columns))
    roles, certainty = assign(headings)
    return Header(depth, headings, roles, certainty)


def header_cut(above: Table, table: Table) -> Header | None:
    """The heading of `table` that begins in `above` and that a page break cut; None where none is.

    All of `above` is heading. The first row of `table` goes on with it, in small letters or with
    the lower of two levels.
    """
    begun = header_of(above)
    if above.rows > max(1, begun.depth):
        return None
    texts = begun.headings if begun.depth else [c.text if c else "" for c in above.grid()[0]]
    first = [cell for cell in table.cells if cell.row == 0]
    rest = [cell.text for cell in first if cell.text]
    if len(rest) == len(first) and not any(text[0].islower() for text in rest):
        return None
    if not rest or not all(_ends_heading(cell, above) for cell in first if cell.text):
        return None
    whole = [
        replace(cell, text=_with_rest(_over(cell, texts, above, table), cell.text))
        if cell.row == 0
        else cell
        for cell in table.cells
    ]
    header = header_of(replace(table, cells=whole))
    return header if header.depth else None


def _ends_heading(cell: Cell, above: Table) -> bool:
    """Whether a cell goes on with the headings of `above`: in small letters, with known words, or
    as one of several below a wider cell."""
    if cell.text[0].islower() or _score(cell.text) == 1 or period_of(cell.text):
        return True
    wide = any(_width(head) > WIDER * _width(cell) for head in above.cells if _meet(head, cell))
    return wide and len(cell.text) < _LONGEST_AGAIN


def _width(cell: Cell) -> float:
    return cell.place.bbox[2] - cell.place.bbox[0] if cell.place.bbox else 0.0


def _over(cell: Cell, texts: Sequence[str], above: Table, table: Table) -> str:
    """Those of `texts`, one for each column of `above`, that stand over `cell` of `table`."""
    if above.columns == table.columns:
        found = texts[cell.column : cell.column + cell.column_span]
    else:
        last = above.grid()[-1]
        found = [text for text, head in zip(texts, last, strict=True) if head and _meet(head, cell)]
    return " ".join(dict.fromkeys(filter(None, found)))


def _meet(cell: Cell, other: Cell) -> bool:
    """Whether the middle of one of two cells stands above or below the other."""
    if not (cell.place.bbox and other.place.bbox):
        return False
    (left, _, right, _), (x0, _, x1, _) = cell.place.bbox, other.place.bbox
    return left < (x0 + x1) / 2 < right or x0 < (left + right) / 2 < x1


def _with_rest(text: str, rest: str) -> str:
    if cut_doubt(text, rest) in (0, 1):
        return text + rest
    parted = text and rest and not rest[0].islower()
    return f"{text} / {rest}" if parted else f"{text} {rest}".strip()


def _depth(table: Table, grid: list[list[Cell | None]]) -> int:
    for start in range(min(2, len(grid))):
        row = grid[start]
        cells = {id(cell): cell for cell in row if cell is not None and cell.text}
        if not reads_as_header(list(cells.values())):
            rest = any(
                c.column_span == 1 < table.columns and c.text[0].islower() for c in cells.values()
            )
            if len(cells) > 1 or rest:  # of a row that the page has cut
                break
            continue  # one cell over the whole width: a title inside the table
        end = start + max((cell.row_span for cell in cells.values()), default=1)
        roofs = [c for c in cells.values() if c.column_span > 1 and c.row_span < end - start + 1]
        if end == start + 1 and end < len(grid) and (roofs or _stands_below(grid[end], row)):
            below = {id(c): c for c in grid[end] if c is not None and c.row == end and c.text}
            first = next(iter(below.values())).text if below else ""
            if below and not ordinal_of(first) and all(len(c.text) < 60 for c in below.values()):
                end += 1
        return min(max(end, table.header_rows), len(grid))
    return min(table.header_rows, len(grid))


def _stands_below(row: list[Cell | None], above: list[Cell | None]) -> bool:
    """Whether `row` has headings below blank cells of `above`, which nobody has merged with the
    heading on their left: all are known, most as they stand."""
    texts = [cell.text if cell else "" for cell in row]
    filled = [column for column, text in enumerate(texts) if text]
    if len(filled) < 2 or texts[0] or not any(_is_blank(above[column]) for column in filled):
        return False
    scores = [1.0 if period_of(texts[column]) else _score(texts[column]) for column in filled]
    return min(scores) > 0 and 2 * scores.count(1.0) >= len(scores)


def _is_blank(cell: Cell | None) -> bool:
    return cell is None or not cell.text


@lru_cache(maxsize=1024)
def period_of(heading: str) -> str | None:
    """The time that a column is headed with, on one or more levels; None where it is no time.

    >>> period_of("Tiến độ năm 2026 / Quý I"), period_of("Tháng / 3"), period_of("Quý I/2026")
    ('Quý I năm 2026', 'Tháng 3', 'Quý I/2026')
    >>> period_of("Lộ trình / 2027"), period_of("Kinh phí / Năm 2026"), period_of("Mục tiêu 2026")
    ('Năm 2027', 'Năm 2026', None)
    >>> period_of("Năm 2026 / Tháng / 3"), period_of("Tháng / 13"), period_of("Năm 2026 / 3")
    ('Tháng 3 năm 2026', None, None)
    """
    above, _, text = heading.rpartition(" / ")
    if _YEAR.fullmatch(text):
        return f"Năm {text}"
    if text.isdigit() and (part := _PART_OF_YEAR.search(above)):
        text = f"{part[0].capitalize()} {text}"
    bare, slash, year = text.partition("/")
    if not _PERIOD.fullmatch(bare) or (slash and not _YEAR.fullmatch(year)):
        return None
    over = _YEAR.findall(above)
    return f"{text} năm {over[0]}" if len(over) == 1 and not _YEAR.search(text) else text


@lru_cache(maxsize=1024)
def unit_of(heading: str) -> str | None:
    """The part of the year that the bare numbers of a column count.

    >>> unit_of("Tháng"), unit_of("Quý hoàn thành"), unit_of("Thời gian / Tháng"), unit_of("Năm")
    ('tháng', 'quý', 'tháng', None)
    >>> unit_of("Thời gian (tháng)"), unit_of("Số tháng thực hiện"), unit_of("Tháng 3")
    ('tháng', None, None)
    """
    found = _COUNTS.fullmatch(heading.rpartition(" / ")[2].strip())
    return found["unit"].lower() if found else None


def reads_as_header(cells: list[Cell]) -> bool:
    """Whether the cells of a row are headings of columns; those of times say nothing of it."""
    cells = [cell for cell in cells if not period_of(cell.text)]
    if len(cells) < 2 or any(len(cell.text) > 160 for cell in cells):
        return False
    found = [role for cell in cells if (role := _role(cell.text))]
    names = {role.name for role in found}
    if len(names) < 2:
        return False
    sure = sum(role.score for role in found)
    return sure >= (SURE_NUMBERED if "ordinal" in names else SURE) * len(cells)


def numbers_columns(cells: Iterable[str]) -> bool:
    """Whether the cells of a row number the columns: (1) (2) (3), A B C, 1 2 3=1+2."""
    texts = list(cells)
    if len(texts) < 3 or not all(_COLUMN_NUMBER.fullmatch(text.strip()) for text in texts):
        return False
    return len({text.strip() for text in texts}) == len(texts)


def reads_as_again(cells: Sequence[str], header: Header) -> bool:
    """Whether the cells of a row are headings again, also of fewer columns or in other words.

    Numbers, as those of months, tell nothing where words stand beside them.
    """
    words = [text for text in cells if not text.isdigit()]
    cells = words if len(words) > 1 else cells
    if len(cells) < 2 or max(map(len, cells)) > _LONGEST_AGAIN:
        return False
    known = _known(header.headings)
    scores = [1.0 if key(text) in known else _score(text) for text in cells]
    return min(scores) > 0 and 2 * scores.count(1.0) >= len(scores)


@lru_cache(maxsize=64)
def _known(headings: tuple[str, ...]) -> set[str]:
    parts = (part for heading in headings for part in (heading, *heading.split(" / ")))
    return {key(part) for part in parts if not part.isdigit()}  # months have but their number


#: The longest cell of a row that may be one of headings again.
_LONGEST_AGAIN = 60


def _score(text: str) -> float:
    role = role_of(text)
    return role.score if role else 0.0


def _headings(grid: list[list[Cell | None]], depth: int, columns: int) -> list[str]:
    headings = []
    over = [*map(_over_blanks, grid[: depth - 1], grid[1:depth]), *grid[max(depth - 1, 0) : depth]]
    for column in range(columns):
        parts: list[str] = []
        for row in range(depth):
            cell = over[row][column]
            if cell is None or not cell.text:
                continue
            if _COLUMN_NUMBER.fullmatch(cell.text.strip()) and not _is_month(
                grid[row], cell, parts
            ):
                continue
            if cell.column_span >= columns > 1:
                continue
            text = " ".join(cell.text.split())
            if not parts or parts[-1] != text:
                parts.append(text)
        headings.append(" / ".join(parts))
    return headings


def _over_blanks(row: Sequence[Cell | None], below: Sequence[Cell | None]) -> list[Cell | None]:
    """A row with the heading left of blank cells that stands over them, too: it and each of them
    have one of their own below."""
    found: list[Cell | None] = []
    left: Cell | None = None
    for cell, under in zip(row, below, strict=True):
        if not under or under is cell or _COLUMN_NUMBER.fullmatch(under.text.strip() or "0"):
            left = None
        elif not _is_blank(cell):
            left = cell
        found.append(left if _is_blank(cell) else cell)
    return found


def _is_month(row: Sequence[Cell | None], cell: Cell, above: Sequence[str]) -> bool:
    """Whether a number is that of a month or a year under its heading, and not of the column."""
    first = row[0]
    numbered = first is not None and first.row == cell.row and first.text
    return bool(above and not numbered and cell.text.isdigit() and _UNIT.search(above[-1]))


def _role(heading: str) -> ColumnRole | None:
    """The role of a heading of one or two levels: the lower one decides where it is known."""
    parts = heading.split(" / ")
    for text in (parts[-1], " ".join(parts), parts[0]):
        role = role_of(text)
        if role and (role.name not in ROOFS or text == parts[-1]):
            return _below_doers(parts, role)
    return None


def _below_doers(parts: Sequence[str], role: ColumnRole) -> ColumnRole:
    """The role that the lower heading gives a column of those who do it: "… / Hỗ trợ"."""
    if len(parts) < 2 or role.name != "lead" or role_of(parts[-1]):
        return role
    return role_of(f"{_DOER} {parts[-1].lower()}") or role


_DOER = "Đơn vị"


@lru_cache(maxsize=1024)
def assign(
    headings: tuple[str, ...],
) -> tuple[tuple[str | None, ...], tuple[float, ...]]:
    """One role for each column; no role twice but those that may repeat.

    A wording that allows several roles takes one that is still free; of two columns for the same
    task, the first names its subject.
    """
    found = [_role(heading) for heading in headings]
    roles: list[str | None] = [None] * len(headings)
    taken: set[str] = set()
    order = sorted(
        (i for i, role in enumerate(found) if role),
        key=lambda i: (-(found[i] or _NOTHING).score, len((found[i] or _NOTHING).others), i),
    )
    for index in order:
        role = found[index]
        assert role is not None
        names = (role.name, *role.others)
        if role.name in ROOFS:
            names = (*role.others, _UNDER_ROOF[role.name])
        for name in names:
            if name in ROOFS:
                continue
            if name not in taken or name not in TASK_ROLES:
                roles[index] = name
                taken.add(name)
                break
        else:
            if role.name == "task" and "subject" not in taken:
                first = roles.index("task")
                earlier, later = min(first, index), max(first, index)
                roles[earlier], roles[later] = "subject", "task"
                taken.add("subject")
    certainty = tuple(role.score if role else 0.0 for role in found)
    return tuple(roles), certainty


_NOTHING = ColumnRole("", 0.0)
_UNDER_ROOF = {"agency_group": "lead", "time_group": "deadline"}


#: The share of a column's cells that must name bodies for it to say who does something.
BODIES = threshold("column.bodies")


#: How much better the cells must fit other headings, and how sure a role is that only they tell.
SHIFT, BY_CELLS = threshold("column.shift"), threshold("column.by-word")


def completed(header: Header, column_of: Callable[[int], Iterable[str]]) -> Header:
    """`header` with the roles that the cells below it tell; `column_of` gives those of a column.

    A column without a known heading, before or beside that of ordinals, with nothing but labels
    in it numbers the rows, too; where no column says who leads, the one that names bodies does
    ("Đơn vị" is else one of measure). Columns headed with times that have but marks
    say when, and those that have numbers do not. Beside work and those who do it, a column that
    has but times says when ("Mốc").
    """
    roles, certainty = list(header.roles), list(header.certainty)
    is_led = "lead" in roles
    for column, role in enumerate(roles):
        if role not in (None, "unit", "deadline"):
            continue
        heading = header.headings[column]
        if role != "unit" and period_of(heading):
            role = roles[column] = _timed(heading, column_of(column), role)
            certainty[column] = 1.0 if role == WHEN else certainty[column] if role else 0.0
        if role in (WHEN, "deadline"):
            continue
        texts = [text for text in column_of(column) if text and text != heading]  # not that again
        beside = column == 0 or roles[column - 1] == "ordinal"
        if role is None and beside and len(texts) > 1 and all(map(_numbers, texts)):
            roles[column], certainty[column] = "ordinal", 1.0
        elif is_led or inspects(heading):
            continue
        elif _names_bodies(texts):
            roles[column], certainty[column], is_led = "lead", BODIES, True
    for column, role in _shifted(roles, column_of).items():
        roles[column], certainty[column] = role, BY_CELLS
    if (timed := _untold_time(header.headings, roles, column_of)) is not None:
        roles[timed], certainty[timed] = "deadline", BODIES
    if tuple(roles) == header.roles:
        return header
    return replace(header, roles=tuple(roles), certainty=tuple(certainty))


def _untold_time(
    headings: Sequence[str], roles: Sequence[str | None], column_of: Callable[[int], Iterable[str]]
) -> int | None:
    """The column without a role whose cells say when, of a table that says who does what."""
    if {"deadline", WHEN} & set(roles) or not {"lead", "coordinating"} & set(roles):
        return None
    for column, role in enumerate(roles):
        if role is None and not inspects(headings[column]):
            unit = unit_of(headings[column])
            texts = [f"{unit} {text}" if unit else text for text in column_of(column) if text]
            said = sum(look(t).has("deadline") or look(t).has("dated") for t in texts)
            if len(texts) > 1 and said >= BODIES * len(texts):
                return column
    return None


def _shifted(
    roles: Sequence[str | None], column_of: Callable[[int], Iterable[str]]
) -> dict[int, str]:
    """The roles of columns whose headings stand over others, as in a heading of two rows that lost
    its merged cells: all cells taken together must fit the columns so far better, or at all where
    nothing stands in the column of the work.
    """
    headed = {column: role for column, role in enumerate(roles) if role in _MOVABLE}
    if len(headed) < 3:
        return {}
    cells = {column: list(islice(column_of(column), _ROWS)) for column in headed}
    if max(map(len, cells.values())) < 3:
        return {}
    fits = {}
    for column in headed:
        texts = list(filter(None, cells[column]))
        for role in headed.values():
            fits[column, role] = sum(suits(text, role) for text in texts) / max(1, len(texts))
        fits[column, headed[column]] += _STAYS
    sums = {
        order: sum(fits[column, role] for column, role in zip(headed, order, strict=True))
        for order in permutations(headed.values())
    }
    best = max(sums, key=lambda order: sums[order])
    named = next((c for c, role in headed.items() if role == "task"), None)
    blank = named is not None and not any(cells[named])
    if sums[best] < sums[tuple(headed.values())] + (0 if blank else SHIFT):
        return {}
    return {c: role for c, role in zip(headed, best, strict=True) if headed[c] != role}


_MOVABLE = ("task", "lead", "coordinating", "product", "deadline")
#: As many rows are looked at; what a heading adds to the fit of its own column, of two alike.
_ROWS, _STAYS = 40, threshold("column.stays")


@lru_cache(maxsize=1024)
def inspects(heading: str) -> bool:
    """Whether a column names bodies that are only looked at: "Đơn vị được kiểm tra"."""
    pattern = signs("table")["a heading of bodies that are inspected"].pattern
    return re.search(pattern, heading.lower()) is not None


def _timed(heading: str, cells: Iterable[str], role: str | None) -> str | None:
    """The role of a column headed with a time: its cells have crosses, or say how much."""
    again = {heading, *heading.split(" / ")}
    texts = [t for t in cells if t and t not in again and not _NUMBER_AGAIN.fullmatch(t)]
    if texts and all(map(_MARK.fullmatch, texts)):
        return WHEN
    return None if texts and all(map(_AMOUNT.fullmatch, texts)) else role


_NUMBER_AGAIN, _AMOUNT = re.compile(r"\(\d{1,2}\)"), re.compile(r"[\d.,]+\s*%?")
_MARK = re.compile(r"[xX×✓✔√vV+*●•■]")


def _numbers(text: str) -> bool:
    label = ordinal_of(text)
    return label is not None and label.kind != "bullet"


def _names_bodies(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and sum(look(t).has("agency") for t in texts) >= BODIES * len(texts)
