"""The rows of a table of targets: indicator, where it stood, where it should get."""

import re
from dataclasses import dataclass, field

from corpora.wordings import pattern
from extractor.labels import ordinal_of
from extractor.layout import Cell
from extractor.ledger import Fated
from extractor.structure.headers import Header
from extractor.structure.sheets import Row, Sheet
from models.provenance import Place, cover

_YEAR = re.compile(r"(?:19|20)\d\d")
_GOAL = re.compile(pattern("goal_words", "column.goal"), re.IGNORECASE)
_RANK = re.compile(pattern("goal_words", "column.rank"), re.IGNORECASE)
_SHARE = re.compile(pattern("goal_words", "column.share"), re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(slots=True)
class TargetRow:
    """A goal as printed; `value`, `baseline` and their ranks are the words of their cells."""

    ordinal: str | None
    indicator: str
    value: str | None
    year: int | None
    rank: str | None
    baseline: str | None
    baseline_year: int | None
    baseline_rank: str | None
    extra: dict[str, str]
    cells: dict[str, Place]
    place: Place
    table: int
    number: int


@dataclass(slots=True)
class Columns:
    """Which column of a table of targets holds what; of two goals the last one counts."""

    indicator: int
    ordinal: int | None
    value: int | None = None
    year: int | None = None
    rank: int | None = None
    baseline: int | None = None
    baseline_year: int | None = None
    baseline_rank: int | None = None
    others: list[int] = field(default_factory=list)


def read_targets(sheet: Sheet) -> tuple[list[TargetRow], list[Fated]]:
    """The goals of `sheet` and its cells' fates; a row without any number heads a group."""
    columns = columns_of(sheet.header)
    goals: list[TargetRow] = []
    goal_cells: list[Cell] = []
    group_cells: list[Cell] = []
    for row in sheet.rows:
        if row.blank:
            continue
        cells = [cell for cells in row.cells for cell in cells]
        target = _target(row, sheet.header, columns)
        if target is None:
            group_cells += cells
        else:
            goals.append(target)
            goal_cells += cells
    return goals, [Fated("target", goal_cells), Fated("group", group_cells)]


def columns_of(header: Header) -> Columns:
    """What each column of a table of targets holds, by its heading.

    A heading names a goal or a year it stood at; below it, points, a share or a rank.
    """
    ordinal = header.column("ordinal")
    indicator = next(
        (c for c in range(header.columns) if c != ordinal and not _YEAR.search(header.headings[c])),
        0,
    )
    columns = Columns(indicator, ordinal)
    for column, heading in enumerate(header.headings):
        if column in (ordinal, indicator):
            continue
        top, _, below = heading.partition(" / ")
        year = int(years[-1]) if (years := _YEAR.findall(heading)) else None
        goal = _GOAL.search(top) or header.roles[column] == "target"
        ranked = _RANK.search(below or top)
        if goal:
            _put(columns, "rank" if ranked else "value", column)
            columns.year = year if year else columns.year
        elif year:
            _put(columns, "baseline_rank" if ranked else "baseline", column, _SHARE.search(below))
            columns.baseline_year = columns.baseline_year or year
        else:
            columns.others.append(column)
    if columns.value is None and columns.baseline is not None:
        # Only years: the last one is the goal.
        columns.value, columns.baseline = columns.baseline, None
        columns.year, columns.baseline_year = columns.baseline_year, None
    return columns


def _put(columns: Columns, name: str, column: int, minor: object = None) -> None:
    if getattr(columns, name) is None and not minor:
        setattr(columns, name, column)
    else:
        columns.others.append(column)


def _target(row: Row, header: Header, columns: Columns) -> TargetRow | None:
    def text(column: int | None) -> str | None:
        return row.texts[column] or None if column is not None else None

    indicator = text(columns.indicator)
    ordinal = text(columns.ordinal)
    if indicator is None and ordinal and not ordinal_of(ordinal):
        indicator, ordinal = ordinal, None  # "TỔNG" stands in the merged first cells
    value, rank = _apart(text(columns.value))
    baseline, baseline_rank = _apart(text(columns.baseline))
    if indicator is None or not (value or baseline):
        return None
    names = {
        "indicator": columns.indicator, "value": columns.value, "baseline": columns.baseline,
        "rank": columns.rank,
    }  # fmt: skip
    return TargetRow(
        ordinal=ordinal,
        indicator=indicator,
        value=value,
        year=columns.year,
        rank=text(columns.rank) or rank,
        baseline=baseline,
        baseline_year=columns.baseline_year,
        baseline_rank=text(columns.baseline_rank) or baseline_rank,
        extra={
            header.headings[c] or f"column {c + 1}": row.texts[c]
            for c in columns.others
            if row.texts[c]
        },
        cells={
            name: cover([cell.place for cell in row.cells[column]])
            for name, column in names.items()
            if column is not None and row.texts[column]
        },
        place=cover(row.places()),
        table=row.table,
        number=row.number,
    )


def _apart(text: str | None) -> tuple[str | None, str | None]:
    """A value and the rank in brackets behind it.

    >>> _apart("80.23% (xếp thứ 45/63)")
    ('80.23%', 'xếp thứ 45/63')
    """
    if text is None:
        return None, None
    found = _BRACKETED.search(text)
    if found and _RANK.search(found[1]):
        return text[: found.start()].strip(), found[1].strip()
    return text, None
