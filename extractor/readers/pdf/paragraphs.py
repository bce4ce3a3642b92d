"""Printed lines to paragraphs: wraps are healed, also over the end of a page.

A line goes on with the one before unless the first word of the line would have fitted at the end
of that one, or its indent, its distance, its type or its label says that it begins something new.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpora.tables import threshold
from extractor.labels import LIST_ITEM, OPENS_LINE
from extractor.layout import Paragraph, ParagraphKind, Table
from extractor.readers.pdf.content import PageContent, ordered
from extractor.readers.pdf.lines import Line, paragraph_text
from extractor.readers.pdf.margins import take_footnotes, take_running
from models.provenance import Place

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
INDENT = threshold("paragraph.indent")
SLACK = threshold("paragraph.slack")
LOOSE = threshold("paragraph.loose")
LEADING = threshold("paragraph.leading")
CENTRED = threshold("paragraph.centred")
WORD, ROOM = threshold("paragraph.word"), threshold("paragraph.room")
SIZES = threshold("paragraph.sizes")
SAME_END = threshold("paragraph.same-end")

FEW_LINES = int(threshold("paragraph.few-lines"))
SHARED = int(threshold("paragraph.shared"))

#: How many of its last lines tell the pitch of a paragraph: as many as a page has.
_NEAR = 60

_END = re.compile(r"[.:;!?…][\"”’)]*$")


def blocks_of(sheets: list[PageContent]) -> list[Paragraph | Table]:
    """The blocks of all sheets in reading order; on each page the head, the body, the foot."""
    running = take_running(sheets)
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            for line in row:
                sizes[round(line.size, 1)] += len(line.text)
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    notes = {sheet.number: take_footnotes(sheet, body_size) for sheet in sheets}
    measures = measures_of(sheets)
    healer = Healer()
    blocks: list[Paragraph | Table] = []
    for sheet in sheets:
        margin = running.get(sheet.number, [])
        foot = [line for line in margin if line.base > sheet.height / 2]
        blocks += plain([line for line in margin if line not in foot], sheet, "running")
        for item in ordered(sheet, sheet.rows):
            if isinstance(item, Table):
                healer.close()
                blocks.append(item)
                continue
            paragraph = healer.take(item, sheet, measures[sheet.number])
            if paragraph is not None:
                blocks.append(paragraph)
        blocks += plain(notes[sheet.number], sheet, "footnote")
        blocks += sheet.stamps
        blocks += plain(foot, sheet, "running")
        sheet.rows = []  # the lines are not needed any more
    healer.close()
    return blocks


@dataclass(frozen=True, slots=True)
class Measure:
    """The column of running text on a page: its edges, and the usual distance of its lines."""

    left: float
    right: float
    pitch: float


def measures_of(sheets: list[PageContent]) -> dict[int, Measure]:
    """The measure of each page: its own where its lines show it, else that of its size."""
    sizes: dict[tuple[int, int], list[PageContent]] = {}
    for sheet in sheets:
        sizes.setdefault(_size(sheet), []).append(sheet)
    result = {}
    for members in sizes.values():
        lines = [line for sheet in members for line in _lines(sheet)]
        boxes = [sheet.box(table.place) for sheet in members for table in sheet.tables]
        left = _edge([-line.x0 for line in lines])
        right = _edge([line.x1 for line in lines])
        if left is None or right is None:  # no running text: the tables show the page's middle
            left = -min([line.x0 for line in lines] + [box[0] for box in boxes], default=0.0)
            right = max([line.x1 for line in lines] + [box[2] for box in boxes], default=0.0)
        pitch = _pitch(lines)
        for sheet in members:
            own = _lines(sheet)
            few = len(own) < FEW_LINES
            own_left = None if few else _edge([-line.x0 for line in own])
            own_right = None if few else _edge([line.x1 for line in own])
            result[sheet.number] = Measure(
                -(left if own_left is None else own_left),
                right if own_right is None else own_right,
                pitch,
            )
    return result


def _size(sheet: PageContent) -> tuple[int, int]:
    return round(sheet.width / 10), round(sheet.height / 10)


def _lines(sheet: PageContent) -> list[Line]:
    return [line for row in sheet.rows for line in row]


def _pitch(lines: list[Line]) -> float:
    pitches = Counter(
        round(b.base - a.base, 1)
        for a, b in pairwise(lines)
        if 0 < b.base - a.base < LEADING * a.size
    )
    return pitches.most_common(1)[0][0] if pitches else 0.0


def _edge(values: list[float]) -> float | None:
    """The outermost position at which several lines end; a lone line may stick out of it."""
    values = sorted(values, reverse=True)
    lone = 1 + len(values) // 10
    for value, other in zip(values[:lone], values[SHARED - 1 :], strict=False):
        if value - other <= SAME_END:
            return value
    return None


@dataclass(slots=True)
class _Open:
    """A paragraph that may still go on."""

    lines: list[Line]
    centered: bool
    paragraph: Paragraph
    measure: Measure
    page: int


@dataclass(slots=True)
class Healer:
    """Takes lines in reading order and gives back the paragraphs that they make."""

    open: _Open | None = None

    def take(self, line: Line, sheet: PageContent, measure: Measure) -> Paragraph | None:
        """The paragraph that begins with `line`; None where the line goes on with the last."""
        centered = _centered(line, measure)
        if self.open is not None:
            known = self.open
            if known.page != sheet.number:
                goes_on = _over_page(known, line, measure, centered)
            else:
                goes_on = not _begins(known, line, centered)
            if goes_on:
                known.lines.append(line)
                known.measure, known.page = measure, sheet.number
                self._widen(known, sheet)
                return None
            self.close()
        paragraph = Paragraph(line.text, sheet.place(line.bbox), "body", centered, line.bold)
        paragraph.certainty, paragraph.repairs = line.certainty, line.repairs
        self.open = _Open([line], centered, paragraph, measure, sheet.number)
        return paragraph

    def close(self) -> None:
        """The open paragraph has all its lines: only now is its text made of them."""
        if self.open is not None:
            self.open.paragraph.text = paragraph_text(self.open.lines)
        self.open = None

    @staticmethod
    def _widen(known: _Open, sheet: PageContent) -> None:
        paragraph, line = known.paragraph, known.lines[-1]
        paragraph.bold = paragraph.bold and line.bold
        paragraph.certainty = min(paragraph.certainty, line.certainty)
        paragraph.repairs = (*paragraph.repairs, *line.repairs)
        place = sheet.place(line.bbox)
        old = paragraph.place
        if old.page == place.page and old.bbox and place.bbox:
            a, b = old.bbox, place.bbox
            box = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
            paragraph.place = Place(old.page, box)


def _centered(line: Line, measure: Measure) -> bool:
    before, after = line.x0 - measure.left, measure.right - line.x1
    if min(before, after) < SLACK or LIST_ITEM.match(line.text):
        return False
    return abs(before - after) < CENTRED * (measure.right - measure.left)


def _fits(known: _Open, line: Line) -> bool:
    """Whether the first word of `line` would have found room at the end of the line before."""
    last = known.lines[-1]
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) / max(1, len(line.text)) * len(word)
    if known.centered:
        room = known.measure.right - known.measure.left - (last.x1 - last.x0)
    else:
        room = known.measure.right - last.x1
    return room > WORD * width + ROOM * line.size


def _labelled(line: Line) -> bool:
    return OPENS_LINE.match(line.text) is not None


def _begins(known: _Open, line: Line, centered: bool) -> bool:
    """Whether `line` begins a paragraph rather than going on with the open one on its page."""
    last, first = known.lines[-1], known.lines[0]
    if abs(line.size - last.size) > SIZES:
        return True
    pitch = line.base - last.base
    near = known.lines[-_NEAR:]
    pitches = [b.base - a.base for a, b in pairwise(near) if b.base > a.base]
    usual = median(pitches) if pitches else known.measure.pitch
    if not 0 < pitch <= LOOSE * usual:
        return True
    if _fits(known, line):
        return True
    if line.text[0] == "(" and last.text.isupper() and not line.text.isupper():
        return True  # what a title says in brackets: whose appendix it is
    if known.centered or centered:
        # The full lines of a centred paragraph have no room at their sides to show it.
        return line.bold != last.bold or not (known.centered or last.bold)
    if len(known.lines) > 1:
        shift = line.x0 - known.lines[1].x0
        if abs(shift) > INDENT:
            return True
    else:
        shift = line.x0 - first.x0
        if shift > INDENT and not _labelled(first):
            return True
    if _closed(known, line):
        return True
    if _labelled(line):
        if line.bold and last.bold and _labelled(first):
            return True  # a heading right under a heading
        return line.x0 > known.measure.left + INDENT or bool(_END.search(last.text))
    return False


def _closed(known: _Open, line: Line) -> bool:
    """Whether a sentence ends before `line` where paragraphs are told by nothing else."""
    last, first = known.lines[-1], known.lines[0]
    if not line.text[:1].isupper() or not _END.search(last.text):
        return False
    edge = known.lines[1].x0 if len(known.lines) > 1 else known.measure.left
    if first.x0 > edge + INDENT:  # then the indent tells; but for a paragraph of one full line
        return len(known.lines) == 1 and abs(line.x0 - first.x0) < INDENT
    return last.text[-1] in ";:"


def _over_page(known: _Open, line: Line, measure: Measure, centered: bool) -> bool:
    """Whether `line`, the first of its page, goes on with the last paragraph of the page before."""
    last, first = known.lines[-1], known.lines[0]
    if centered or known.centered or abs(line.size - last.size) > SIZES or line.bold != last.bold:
        return False
    if _fits(known, line) or _labelled(line):
        return False
    edge = measure.left - known.measure.left + (known.lines[1].x0 if len(known.lines) > 1 else 0)
    if len(known.lines) > 1:
        if abs(line.x0 - edge) > INDENT:
            return False
    elif line.x0 - measure.left > first.x0 - known.measure.left + INDENT:
        return False
    indented = first.x0 > known.measure.left + INDENT
    return not _END.search(last.text) or (indented and line.x0 <= measure.left + INDENT)


def plain(lines: list[Line], sheet: PageContent, kind: ParagraphKind) -> list[Paragraph]:
    """One paragraph for each line, of a kind that is not healed."""
    return [Paragraph(line.text, sheet.place(line.bbox), kind, bold=line.bold) for line in lines]
