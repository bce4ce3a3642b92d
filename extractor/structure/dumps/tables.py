"""The tables of a dump: found by their heading, decoded into rows, and built as Tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from corpora.columns import TASK_ROLES
from corpora.tables import threshold
from extractor.columns import role_of
from extractor.labels import Label, ordinal_of
from extractor.layout import Block, Cell, Paragraph, Table, flow
from extractor.structure.dumps.frame import Frame, Unit
from extractor.structure.dumps.heads import (
    MOST,
    Head,
    Plan,
    find_head,
    is_heading,
    is_known,
    opens_heading,
    plans_of,
)
from extractor.structure.dumps.moves import rank_of
from extractor.structure.dumps.rows import DecodedRow, Decoding, decode_rows
from extractor.structure.evidence import habits_of, learned, look
from models.provenance import cover

#: Units that are decoded to choose between the guesses at a heading.
_SAMPLE = 90
#: Columns that differ from row to row: what they lack is empty and not merged.
_OWN_IN_EACH_ROW = frozenset({"note", "subject", "target", "budget"})
#: A cell of more lines is none: its lines are kept as they are.
_MANY = 200
#: Rows less sure than this teach nothing about the columns.
_SURE = threshold("dump.sure")


@dataclass(frozen=True, slots=True)
class Found:
    """A table and the paragraphs [start, end) that it takes up."""

    start: int
    end: int
    table: Table


@dataclass(slots=True)
class _Candidate:
    plan: Plan
    numbers: Sequence[Unit]
    frame: Frame
    units: Sequence[Unit]
    decoding: Decoding


def with_tables(blocks: Sequence[Block]) -> list[Block]:
    """`blocks` with a Table in place of the paragraphs that are its heading and its cells."""
    out: list[Block] = []
    for kind, group in groupby(blocks, type):
        run = list(group)
        at = 0
        if kind is Paragraph:
            for found in _tables([block for block in run if isinstance(block, Paragraph)]):
                out += [*run[at : found.start], found.table]
                at = found.end
        out += run[at:]
    return out


def _tables(paragraphs: Sequence[Paragraph]) -> list[Found]:
    """The tables among `paragraphs`, in order."""
    dump = _Dump.of(paragraphs)
    heads = dump.heads()
    ends = [*(start for start, _ in heads), len(paragraphs)][1:]
    candidates = [
        _candidate(dump.view(start, end), head)
        for (start, head), end in zip(heads, ends, strict=False)
    ]
    _learn(candidates)
    return [_found(candidate) for candidate in candidates if candidate.decoding.rows]


@dataclass(slots=True)
class _Dump:
    """The paragraphs of a dump as units, and the same with those between two bars as one."""

    paragraphs: list[Unit]
    cells: list[Unit]
    cell_of: list[int]
    first_of: list[int]

    @classmethod
    def of(cls, paragraphs: Sequence[Paragraph]) -> "_Dump":
        units = [
            Unit(p.text, p.place, p.bars, p.bold, (at, at + 1)) for at, p in enumerate(paragraphs)
        ]
        first_of = [at for at, unit in enumerate(units) if unit.bars or not at]
        ends = [*first_of[1:], len(units)] if units else []
        cells = [_merged(units[a:b]) for a, b in zip(first_of, ends, strict=True)]
        cell_of = [
            n for n, (a, b) in enumerate(zip(first_of, ends, strict=True)) for _ in range(a, b)
        ]
        return cls(units, cells, cell_of, first_of)

    def heads(self) -> list[tuple[int, Head]]:
        """The headings, each with the paragraph it begins at."""
        found: list[tuple[int, Head]] = []
        body = 0
        above: list[str] = []
        for start in self.starts():
            if start < body:
                continue
            view = self.view(start, min(start + 3 * MOST, len(self.paragraphs)))
            head = find_head(view)
            if not head:
                continue
            roles = [role.name for u in view[: head.ends[0]] if (role := role_of(u.text))]
            if self.paragraphs[start].bars > 1 and ["ordinal", *roles] == above:
                continue  # a row of the table above that says its headings again
            found.append((start, head))
            above = roles
            body = start + head.body  # no cell of a heading holds less than a paragraph
        return found

    def starts(self) -> list[int]:
        """The paragraphs at which a heading may begin."""
        found: list[int] = []
        known = [is_known(unit.text) for unit in self.paragraphs]
        for index, unit in enumerate(self.paragraphs):
            if opens_heading(unit.text):
                found.append(index)
            elif known[index] and not any(known[max(index - 1, 0) : index]):
                # Without a column of numbers only three known headings in a row make a heading.
                first = self._row_start(index)
                texts = [p.text for p in self.paragraphs[first : first + 8]]
                roles = {role.name for text in texts if is_known(text) and (role := role_of(text))}
                if len(roles & TASK_ROLES) >= 3 and sum(map(is_known, texts[:4])) >= 2:
                    found.append(first)
        return sorted(set(found))

    def _row_start(self, index: int) -> int:
        """The first unit of the row of barred units that `index` is in, at most two before."""
        first = index
        while first > 0 and index - first < 2 and self.paragraphs[first].bars == 1:
            if not is_heading(self.paragraphs[first - 1].text):
                break
            first -= 1
        return first

    def view(self, start: int, end: int) -> list[Unit]:
        """The units from paragraph `start` to paragraph `end`: cells where bars part them."""
        if start + 1 >= len(self.paragraphs) or not self.paragraphs[start + 1].bars:
            plain: list[Unit] = []
            for unit in self.paragraphs[start:end]:
                if plain and unit.bars:
                    break
                plain.append(unit)
            return plain
        last = self.cell_of[end] if end < len(self.paragraphs) else len(self.cells)
        view = [self.paragraphs[start], *self.cells[self.cell_of[start] + 1 : last]]
        if end < len(self.paragraphs) and self.first_of[last] < end:
            view.append(_merged(self.paragraphs[self.first_of[last] : end]))
        return view


def _merged(members: Sequence[Unit]) -> Unit:
    if len(members) == 1:
        return members[0]
    return Unit(
        "\n".join(unit.text for unit in members),
        cover([unit.place for unit in members]),
        members[0].bars,
        all(unit.bold for unit in members),
        (members[0].span[0], members[-1].span[1]),
    )


def _candidate(view: list[Unit], head: Head) -> _Candidate:
    """The decoding under the likeliest guess at the heading."""
    guesses = [
        (plan, end, roles)
        for end in head.ends
        for plan in plans_of(view[:end], head.sub)
        for roles in plan.readings
    ]
    enough = head.body + (_SAMPLE if len(guesses) > 1 else len(view))
    found: list[tuple[float, _Candidate]] = []
    for plan, end, roles in guesses:
        frame = Frame(roles, head.barred, head.marked)
        body = head.body if end == head.ends[0] else end
        units = view[body:enough]
        decoding = decode_rows(units, frame)
        candidate = _Candidate(plan, view[end:body], frame, units, decoding)
        found.append((learned()[plan.signs] + decoding.score, candidate))
    _, best = max(found, key=lambda scored: scored[0])
    if enough < len(view):
        best.units = [*best.units, *view[enough:]]
        best.decoding = decode_rows(best.units, best.frame)
    return best


def _learn(candidates: Sequence[_Candidate]) -> None:
    """Decodes once more with what the sure rows of all tables of one heading teach."""
    kinds: dict[tuple[str | None, ...], list[_Candidate]] = {}
    for candidate in candidates:
        if not candidate.frame.barred:
            kinds.setdefault(candidate.frame.roles, []).append(candidate)
    for roles, members in kinds.items():
        sure = [
            (column, member.units[units[0]].text)
            for member in members
            for row in member.decoding.rows
            if _teaches(row, roles, member.frame)
            for column, units in row.cells.items()
        ]
        habits = habits_of(sure)
        if habits.odds:
            for member in members:
                member.decoding = decode_rows(member.units, member.frame, habits)


def _teaches(row: DecodedRow, roles: Sequence[str | None], frame: Frame) -> bool:
    needed = [c for c, role in enumerate(roles) if role not in ("note", "ordinal")]
    return (
        row.kind == "cell"
        and row.certainty > _SURE
        and all(column in row.cells for column in needed)
        and all(len(units) == 1 for units in row.cells.values())
    )


def _found(candidate: _Candidate) -> Found:
    """The Table of a decoding, with the lines it takes up."""
    plan, decoding = candidate.plan, candidate.decoding
    cells = _head_cells(plan)
    depth = plan.levels
    if candidate.numbers:
        cells += [
            Cell(depth, column, unit.text, unit.place)
            for column, unit in enumerate(candidate.numbers[: len(plan.columns)])
        ]
        depth += 1
    certainty = [1.0] * depth
    above: dict[int, Cell] = {}
    empty = _printed_empty(candidate)
    for index, row in enumerate(decoding.rows):
        number = depth + index
        certainty.append(round(row.certainty, 3))
        own = _row_cells(row, number, candidate)
        cells += own
        if row.kind != "cell":
            above = {}
            continue
        here = {cell.column: cell for cell in own}
        for column in _merged_columns(candidate, index):
            if column in above and column not in empty[index]:
                above[column].row_span += 1
                here[column] = above[column]
        above = here
    used = (*plan.units, *candidate.numbers, *candidate.units[: decoding.used])
    table = Table(
        cells,
        depth + len(decoding.rows),
        len(plan.columns),
        cover([unit.place for unit in used]),
        header_rows=depth,
        decoded=round(sum(certainty[depth:]) / len(decoding.rows), 3),
        row_certainty=certainty,
    )
    return Found(used[0].span[0], used[-1].span[1], table)


def _head_cells(plan: Plan) -> list[Cell]:
    cells: list[Cell] = []
    roof: Cell | None = None
    for column, (head, sub) in enumerate(plan.columns):
        unit = plan.units[head]
        if roof and column and plan.columns[column - 1][0] == head:
            roof.column_span += 1
        else:
            rows = plan.levels if sub is None else 1
            roof = Cell(0, column, unit.text, unit.place, rows, 1, unit.bold)
            cells.append(roof)
        if sub is not None:
            below = plan.units[sub]
            cells.append(Cell(1, column, below.text, below.place, bold=below.bold))
    return cells


def _row_cells(row: DecodedRow, number: int, candidate: _Candidate) -> list[Cell]:
    cells: list[Cell] = []
    for column, indices in sorted(row.cells.items()):
        units = [candidate.units[index] for index in indices]
        text = units[0].text if len(units) == 1 else _joined(units)
        place = cover([unit.place for unit in units])
        bold = all(unit.bold for unit in units)
        if row.kind == "group":
            cells.append(Cell(number, 0, text, place, 1, len(candidate.frame.roles), bold))
        else:
            cells.append(Cell(number, column, text, place, bold=bold))
    return cells


def _joined(units: Sequence[Unit]) -> str:
    """The lines of a cell: one text where a line goes on, a newline before each item."""
    if len(units) > _MANY:
        return "\n".join(unit.text for unit in units)
    return flow((unit.text for unit in units), hard=True)


def _printed_empty(candidate: _Candidate) -> list[set[int]]:
    """For each row the columns whose empty cell the bars show, where two bars end a row."""
    rows, units, frame = candidate.decoding.rows, candidate.units, candidate.frame
    empty: list[set[int]] = [set() for _ in rows]
    if not frame.marked:
        return empty
    width = len(frame.roles)
    before: tuple[int, int] = (-1, -1)  # row and column of the last unit
    for number, row in enumerate(rows):
        for column, indices in sorted(row.cells.items()):
            bars = units[indices[0]].bars
            if before[0] == number:
                gap = [(number, c) for c in range(before[1] + 1, column)]
                printed = bars - 1
            else:
                tail = [(before[0], c) for c in range(before[1] + 1, width)] if number else []
                gap = tail + [(number, c) for c in range(column)]
                printed = bars - 2
            # Where some are printed and some merged, the likeliest to be empty are printed.
            for index, missing in sorted(gap, key=lambda at: frame.seldom_empty(at[1]))[
                : max(printed, 0)
            ]:
                empty[index].add(missing)
            before = (number, column)
    return empty


def _merged_columns(candidate: _Candidate, index: int) -> list[int]:
    """The columns of row `index` that a cell of the row above covers.

    A dump that marks rows prints the bar of an empty cell, so what is missing is merged. Others
    print nothing for either: there a task, or the end of a row, is merged, a subject or a goal is
    empty, and a number is merged if the row below has the next one.
    """
    rows, frame = candidate.decoding.rows, candidate.frame
    row = rows[index]
    missing = [column for column in range(len(frame.roles)) if column not in row.cells]
    if any(look(candidate.units[i].text).has("total") for ids in row.cells.values() for i in ids):
        return []
    if frame.marked:
        return missing
    last = max(row.cells)
    merged = []
    for column in missing:
        role = frame.roles[column]
        if role == "ordinal":
            if frame.barred or _number_goes_on(candidate, index, column):
                merged.append(column)
        elif role not in _OWN_IN_EACH_ROW and (column > last or role == "task"):
            merged.append(column)
    return merged


def _number_goes_on(candidate: _Candidate, index: int, column: int) -> bool:
    """Whether the numbers before and after row `index` are neighbours, so that none is lost."""
    rows, units = candidate.decoding.rows, candidate.units

    def number(row: DecodedRow) -> Label | None:
        return ordinal_of(units[row.cells[column][0]].text) if column in row.cells else None

    before = next((n for row in reversed(rows[:index]) if (n := number(row))), None)
    after = next((n for row in rows[index + 1 :] if (n := number(row))), None)
    if before is None or after is None or before.value is None or after.value is None:
        return False
    return rank_of(before) == rank_of(after) and after.value == before.value + 1
