"""What stands in the margins of the pages: page numbers, running heads and feet, footnotes."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import chain

from corpora.tables import threshold
from extractor.readers.pdf.content import PageContent
from extractor.readers.pdf.glyphs import DESCENT
from extractor.readers.pdf.lines import Line

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
EDGE = threshold("margin.edge")
DEEP = int(threshold("margin.deep"))
FEWEST = int(threshold("margin.fewest"))
SHARE = threshold("margin.share")
SPOT = threshold("margin.spot")
RULE, SHORTEST_RULE = threshold("footnote.rule"), threshold("footnote.shortest-rule")
LOW, ASIDE = threshold("footnote.low"), threshold("footnote.aside")
SMALLER = threshold("footnote.smaller")

_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:trang|page|tr\.)?\s*(\d{1,4})(?:\s*[/|]\s*\d{1,4})?(?:\s*[-–—])?", re.I
)
# A heading that may well stand at the head of several pages.
_HEADING = re.compile(r"(?:phụ lục|biểu|mẫu|bảng|chương|phần|danh mục)\b", re.I)


def take_running(sheets: list[PageContent]) -> dict[int, list[Line]]:
    """Takes the running heads, feet and page numbers out of the sheets' rows; by page."""
    spots: dict[tuple[str, int], set[int]] = defaultdict(set)
    offsets: Counter[int] = Counter()
    edges = {sheet.number: _edge_rows(sheet) for sheet in sheets}
    for sheet in sheets:
        for line in chain.from_iterable(edges[sheet.number]):
            spots[_spot(line, sheet)].add(sheet.number)
            if (value := _value(line)) is not None:
                offsets[value - sheet.number] += 1
    needed = max(FEWEST, SHARE * len(sheets))
    numbered = [
        _base(line, sheet)
        for sheet in sheets
        for row in edges[sheet.number]
        for line in row
        if _counts(line, row, sheet, offsets)
    ]
    running: dict[int, list[Line]] = {}
    for sheet in sheets:
        for row in edges[sheet.number]:
            heads = []
            for line in row:
                repeats = len(spots[_spot(line, sheet)]) >= needed and not _HEADING.match(line.text)
                counts = _counts(line, row, sheet, offsets)
                if not counts and len(row) == 1 and _value(line) is not None:
                    # An appendix begins anew: its numbers stand where those before it do.
                    at = _base(line, sheet)
                    counts = any(abs(at - other) < SPOT for other in numbered)
                if repeats or counts:
                    heads.append(line)
            if heads:
                running.setdefault(sheet.number, []).extend(heads)
                rest = [line for line in row if line not in heads]
                sheet.rows = [
                    r if r is not row else rest for r in sheet.rows if r is not row or rest
                ]
    return running


def _edge_rows(sheet: PageContent) -> list[list[Line]]:
    """The outermost rows at the top and at the foot of the sheet, above and below all tables.

    A sheet that lies on its side has those of the page as it is displayed, too.
    """
    found = _outermost(sheet.rows, sheet.height, lambda line: line.base)
    if sheet.turn:
        height = sheet.width if sheet.turn % 2 else sheet.height
        shown = [row for row in sheet.rows if row not in found]
        found += _outermost(shown, height, lambda line: _base(line, sheet))
    return found


def _outermost(
    rows: list[list[Line]], height: float, base: Callable[[Line], float]
) -> list[list[Line]]:
    rows = sorted(rows, key=lambda row: base(row[0]))
    head = [row for row in rows[:DEEP] if base(row[0]) < EDGE * height]
    foot = [row for row in rows[-DEEP:] if base(row[0]) > (1 - EDGE) * height]
    return head + [row for row in foot if row not in head]


def _base(line: Line, sheet: PageContent) -> float:
    """The base line on the page as it is displayed."""
    box = sheet.place(line.bbox).bbox
    return box[3] - DESCENT * line.size if sheet.turn and box else line.base


def _spot(line: Line, sheet: PageContent) -> tuple[str, int]:
    return line.text, round(_base(line, sheet) / SPOT)


def _counts(line: Line, row: list[Line], sheet: PageContent, offsets: Counter[int]) -> bool:
    """Whether the line is the number of the sheet, or goes on with those of other sheets."""
    value = _value(line)
    return value is not None and (
        offsets[value - sheet.number] > 1 or (value == sheet.number and len(row) == 1)
    )


def _value(line: Line) -> int | None:
    """The page number that the line is, if it is nothing else."""
    match = _PAGE_NUMBER.fullmatch(line.text)
    return int(match[1]) if match else None


def take_footnotes(sheet: PageContent, body_size: float) -> list[Line]:
    """Takes the lines below the short rule at the foot of the page, if they are set smaller."""
    rules = [
        rule
        for rule in sheet.rules
        if rule.at > LOW * sheet.height
        and SHORTEST_RULE <= rule.end - rule.start <= RULE * sheet.width
    ]
    for rule in sorted(rules, key=lambda rule: rule.at):
        below = [row for row in sheet.rows if row[0].base > rule.at]
        small = all(line.size <= body_size - SMALLER for row in below for line in row)
        starts = [row[0].x0 for row in below]
        if below and small and abs(min(starts) - rule.start) < ASIDE:
            sheet.rows = [row for row in sheet.rows if row[0].base <= rule.at]
            return [line for row in sorted(below, key=lambda row: row[0].base) for line in row]
    return []
