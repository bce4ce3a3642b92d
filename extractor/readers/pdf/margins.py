"""What stands in the margins of the pages: page numbers, running heads and feet, footnotes."""

import re
from collections import Counter, defaultdict
from itertools import chain

from extractor.readers.pdf.content import PageContent
from extractor.readers.pdf.lines import Line

EDGE = 0.14  # share of the page's height at its top and foot where running lines stand
DEEP = 2  # rows from the top and from the foot that are looked at
FEWEST = 3  # pages on which a text must stand in one spot to be a running head
SHARE = 0.4  # of all pages

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
            spots[_spot(line)].add(sheet.number)
            if (value := _value(line)) is not None:
                offsets[value - sheet.number] += 1
    needed = max(FEWEST, SHARE * len(sheets))
    running: dict[int, list[Line]] = {}
    for sheet in sheets:
        for row in edges[sheet.number]:
            heads = []
            for line in row:
                repeats = len(spots[_spot(line)]) >= needed and not _HEADING.match(line.text)
                value = _value(line)
                counts = value is not None and (
                    offsets[value - sheet.number] > 1 or (value == sheet.number and len(row) == 1)
                )
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
    """The outermost rows at the top and at the foot of the sheet, above and below all tables."""
    rows = sorted(sheet.rows, key=lambda row: row[0].base)
    head = [row for row in rows[:DEEP] if row[0].base < EDGE * sheet.height]
    foot = [row for row in rows[-DEEP:] if row[0].base > (1 - EDGE) * sheet.height]
    return head + [row for row in foot if row not in head]


def _spot(line: Line) -> tuple[str, int]:
    return line.text, round(line.base / 6)


def _value(line: Line) -> int | None:
    """The page number that the line is, if it is nothing else."""
    match = _PAGE_NUMBER.fullmatch(line.text)
    return int(match[1]) if match else None


def take_footnotes(sheet: PageContent, body_size: float) -> list[Line]:
    """Takes the lines below the short rule at the foot of the page, if they are set smaller."""
    rules = [
        rule
        for rule in sheet.rules
        if rule.at > 0.4 * sheet.height and 60 <= rule.end - rule.start <= 0.45 * sheet.width
    ]
    for rule in sorted(rules, key=lambda rule: rule.at):
        below = [row for row in sheet.rows if row[0].top > rule.at - 2]
        small = all(line.size <= body_size - 0.5 for row in below for line in row)
        starts = [row[0].x0 for row in below]
        if below and small and abs(min(starts) - rule.start) < 40:
            sheet.rows = [row for row in sheet.rows if row[0].top <= rule.at - 2]
            return [line for row in sorted(below, key=lambda row: row[0].base) for line in row]
    return []
