"""The rows of a table of targets: indicator, where it stood, where it should get."""

import re
from dataclasses import dataclass, field, replace

from corpora.wordings import pattern
from extractor.labels import ordinal_of
from extractor.structure.headers import Header
from extractor.structure.rows import ReadRow, read_together
from extractor.structure.sheets import Sheet
from models.provenance import Place, cover

_YEAR = re.compile(r"(?:19|20)\d\d")
_GOAL = re.compile(pattern("goal_words", "column.goal"), re.IGNORECASE)
_RANK = re.compile(pattern("goal_words", "column.rank"), re.IGNORECASE)
_SHARE = re.compile(pattern("goal_words", "column.share"), re.IGNORECASE)
_STATE = re.compile(pattern("goal_words", "column.state"), re.IGNORECASE)
#: "Lộ trình thực hiện" is ahead, though "thực hiện" alone is what was reached.
_AHEAD = re.compile(r"(?:lộ trình|kế hoạch|tiến độ)\s+thực hiện", re.IGNORECASE)
_BY = re.compile(r"\bđến (?:hết )?năm (20\d\d)", re.IGNORECASE)
#: Years in the dates and numbers of papers tell no goal's.
_PAPER = re.compile(r"\d{1,2}\s*[/-]\s*\d{1,2}\s*[/-]\s*\d{4}|\d+\s*/\s*20\d\d\s*/")
#: Columns that name no indicator.
_NO_INDICATOR = frozenset(
    {"ordinal", "lead", "coordinating", "monitor", "deadline", "unit", "note", "budget"}
)
_BRACKETED = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(slots=True)
class TargetRow:
    """A goal as printed; `value`, `unit`, `baseline` and ranks are the words of their cells.

    `headed` is the heading above the value, `earlier` that of the baseline where no more than its
    year tells that it is one.
    """

    ordinal: str | None
    indicator: str
    value: str | None
    headed: str
    unit: str | None
    lead: str | None
    deadline: str | None
    year: int | None
    rank: str | None
    baseline: str | None
    baseline_year: int | None
    baseline_rank: str | None
    earlier: str | None
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
    lead: int | None = None
    deadline: int | None = None
    value: int | None = None
    unit: int | None = None
    year: int | None = None
    rank: int | None = None
    baseline: int | None = None
    baseline_year: int | None = None
    baseline_rank: int | None = None
    others: list[int] = field(default_factory=list)


def read_targets(sheet: Sheet, title: str) -> tuple[list[TargetRow], list[ReadRow]]:
    """The goals of `sheet`, which stands under `title`; and all of its rows as read.

    A goal is for the year of its column, of the heading above it, or of the title.
    """
    columns = columns_of(sheet)
    reads = read_together(sheet.rows, as_work(sheet.header, columns))
    goals: list[TargetRow] = []
    for read in reads:
        if read.kind == "item":
            target = _target(read, sheet.header, columns)
            if target is None:
                read.kind, read.text = "heading", read.row.texts[columns.indicator]
                continue
            told = [*reversed(read.group), title.rsplit("\n", 1)[-1]]
            target.year = target.year or next(filter(None, map(_last_year, told)), None)
            goals.append(target)
    return goals, reads


def _last_year(text: str) -> int | None:
    return int(years[-1]) if (years := _YEAR.findall(_PAPER.sub("", text))) else None


def _year_by(indicator: str, heading: str) -> int | None:
    """The year that an indicator names for itself, within the period that its column is headed by.

    >>> _year_by("Đến năm 2028, môi trường kinh doanh", "Mục tiêu 2026 - 2030")
    2028
    """
    period, said = _YEAR.findall(heading), _BY.search(indicator)
    named = said and len(period) > 1 and period[0] <= said[1] <= period[-1]
    return int(said[1]) if said and named else None


def as_work(header: Header, columns: Columns) -> Header:
    """`header` as if the indicator were work and the numbers its product: rows read as those do."""
    roles = list(header.roles)
    for column, role in enumerate(roles):
        if column == columns.indicator:
            roles[column] = "task"
        elif column in (columns.value, columns.baseline):
            roles[column] = "product"
        elif role in ("task", "subject", "product"):
            roles[column] = None
    return replace(header, roles=tuple(roles))


def columns_of(sheet: Sheet) -> Columns:
    """What each column of a table of targets holds, by its heading.

    A heading names a goal or a year it stood at; below it, points, a share or a rank. Where none
    does, the result that a table of work would name is what is to be reached.
    """
    header = sheet.header
    ordinal = header.column("ordinal")
    indicator = next(
        (
            column
            for column, role in enumerate(header.roles)
            if role not in _NO_INDICATOR and not _YEAR.search(header.headings[column])
        ),
        0,
    )
    columns = Columns(
        indicator, ordinal, header.column("lead"), header.column("deadline"),
        unit=header.column("unit"),
    )  # fmt: skip
    if columns.lead is None:  # who follows a goal answers for it
        columns.lead = header.column("monitor")
    for column, heading in enumerate(header.headings):
        if column in (ordinal, indicator):
            continue
        top, _, below = heading.partition(" / ")
        year = int(years[-1]) if (years := _YEAR.findall(heading)) else None
        kept = column in (columns.lead, columns.deadline)
        goal = not kept and (_GOAL.search(top) or header.roles[column] == "target")
        ranked = _RANK.search(below or top)
        if goal:
            if not ranked and year and columns.value is not None and year > (columns.year or year):
                columns.others.append(columns.value)
                columns.value = None
            _put(columns, "rank" if ranked else "value", column)
            columns.year = max(year or 0, columns.year or 0) or None
        elif year and not kept:
            _put(columns, "baseline_rank" if ranked else "baseline", column, _SHARE.search(below))
            columns.baseline_year = columns.baseline_year or year
        else:
            columns.others.append(column)
    product = header.column("product")
    if columns.value is None and product is not None and product != indicator:
        columns.value = product
        columns.others.remove(product)
    elif columns.value is None and columns.baseline is not None:
        # Only years: the last one is the goal.
        _last_of_years(columns, header)
    return columns


def _last_of_years(columns: Columns, header: Header) -> None:
    """Takes the last of the years for the goal; it stood at its state, else at the year before."""
    years = {
        column: int(_YEAR.findall(header.headings[column])[-1])
        for column in (columns.baseline, *columns.others)
        if column is not None and _YEAR.search(header.headings[column])
    }
    last = max(years, key=lambda column: years[column])
    rest = [column for column in years if column != last]
    told = {column: _AHEAD.sub("", header.headings[column]) for column in rest}
    stood = [column for column in rest if _STATE.search(told[column])] or rest
    columns.value, columns.year = last, years[last]
    columns.baseline = stood[-1] if stood else None
    columns.baseline_year = years[stood[-1]] if stood else None
    kept = (last, columns.baseline)
    columns.others = list(dict.fromkeys(c for c in (*columns.others, *rest) if c not in kept))


def _put(columns: Columns, name: str, column: int, minor: object = None) -> None:
    if getattr(columns, name) is None and not minor:
        setattr(columns, name, column)
    else:
        columns.others.append(column)


def _target(read: ReadRow, header: Header, columns: Columns) -> TargetRow | None:
    row = read.row

    def text(column: int | None) -> str | None:
        return row.texts[column] or None if column is not None else None

    indicator = text(columns.indicator)
    ordinal = read.ordinal
    if indicator is None and ordinal and not ordinal_of(ordinal):
        indicator, ordinal = ordinal, None  # "TỔNG" stands in the merged first cells
    value, rank = _apart(text(columns.value))
    baseline, baseline_rank = _apart(text(columns.baseline))
    valued = columns.value is not None or columns.baseline is not None
    if indicator is None or (valued and not (value or baseline)):
        return None
    stood = header.headings[columns.baseline] if columns.baseline is not None else ""
    headed = header.headings[columns.value] if columns.value is not None else ""
    names = {
        name: getattr(columns, name)
        for name in ("indicator", "value", "lead", "deadline", "baseline", "rank")
    }
    return TargetRow(
        ordinal=ordinal,
        indicator=indicator,
        value=value,
        headed=headed,
        unit=text(columns.unit),
        lead=text(columns.lead),
        deadline=text(columns.deadline),
        year=_year_by(indicator, headed) or columns.year,
        rank=text(columns.rank) or rank,
        baseline=baseline,
        baseline_year=columns.baseline_year,
        baseline_rank=text(columns.baseline_rank) or baseline_rank,
        earlier=None if _STATE.search(stood) else stood or None,
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
