"""Stories: the body, a header, a note of a DOCX as passages and tables, in reading order."""

from dataclasses import dataclass

from lxml import etree

from extractor.layout import Cell, Table
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.docx.package import WORD
from extractor.readers.docx.passages import ALTERNATIVES, SKIPPED, Passage, Passages, joined
from extractor.readers.docx.tables import (
    TC,
    TR,
    Draft,
    cell_traits,
    row_traits,
    wrapped,
)
from models.errors import LimitExceeded

W = WORD
_P, _TBL, _TBLGRID, _CHUNK = W + "p", W + "tbl", W + "tblGrid", W + "altChunk"

Item = Passage | Table


@dataclass(slots=True)
class Stories:
    """Reads one story after the other, within the limits of the document.

    `covered` counts the texts in cells that a merged cell hides, `chunks` the files that the
    document holds as a whole.
    """

    passages: Passages
    limits: Limits = DEFAULT_LIMITS
    covered: int = 0
    chunks: int = 0
    cells: int = 0
    characters: int = 0

    def read(self, container: etree._Element, path: str) -> list[Item]:
        """The passages with text and the tables of `container`, whose address is `path`."""
        items: list[Item] = []
        self._blocks(container, path, items)
        return items

    def _blocks(self, container: etree._Element, path: str, items: list[Item]) -> None:
        counts: dict[str, int] = {}
        carried: Passage | None = None
        for child in container:
            tag = child.tag
            if tag in SKIPPED:
                continue
            counts[tag] = number = counts.get(tag, 0) + 1
            if tag == _P:
                passage = self.passages.read(child, Passage(path, number), carried)
                carried = passage if passage.open else None
                if not carried:
                    self._put(passage, items)
                continue
            if carried:
                self._put(carried, items)
                carried = None
            address = f"{path}/{tag.rpartition('}')[2]}[{number}]"
            if tag == _TBL:
                table = self._table(child, address)
                if table.cells:
                    items.append(table)
            elif tag == ALTERNATIVES:
                self._alternatives(child, address, items)
            elif tag == _CHUNK:
                self.chunks += 1
            else:  # a content control or another wrapper
                self._blocks(child, address, items)
        if carried:
            self._put(carried, items)

    def _alternatives(self, element: etree._Element, path: str, items: list[Item]) -> None:
        """Read the first branch that has anything in it: the others say the same anew."""
        before = len(items)
        for number, branch in enumerate(element, 1):
            self._blocks(branch, f"{path}/*[{number}]", items)
            if len(items) > before:
                return

    def _put(self, passage: Passage, items: list[Item]) -> None:
        """Put a passage, and behind it what stands in the boxes that hang on it."""
        if passage.text:
            self.characters += len(passage.text)
            if self.characters > self.limits.characters:
                raise _too_much(self.limits.characters, "characters", "ký tự")
            items.append(passage)
        for number, box in enumerate(passage.boxes, 1):
            if isinstance(box, str):
                path = f"{passage.path}//shape[{number}]"
                self._put(Passage(path, 1, bold=False, text=joined([box])), items)
            else:
                self._blocks(box, f"{passage.path}//txbxContent[{number}]", items)

    def _table(self, element: etree._Element, path: str) -> Table:
        draft = Draft(grid=sum(len(e) for e in element.iterchildren(_TBLGRID)))
        styles = self.passages.styles
        for tr, address in wrapped(element, TR, path):
            row = row_traits(tr)
            if row.removed:
                continue
            draft.begin(row)
            self._row(tr, address, draft)
            draft.end(row)
            if draft.rows * draft.column > self.limits.cells:
                raise _too_much(self.limits.cells, "cells", "ô")
        self.covered += draft.covered
        return draft.table(element, path, styles)

    def _row(self, tr: etree._Element, path: str, draft: Draft) -> None:
        for tc, address in wrapped(tr, TC, path):
            self.cells += 1
            if self.cells > self.limits.cells:
                raise _too_much(self.limits.cells, "cells", "ô")
            traits = cell_traits(tc)
            if traits.removed:
                continue
            cell = draft.place(traits, address)
            if cell:
                self._fill(cell, tc, address)
            else:
                draft.covered += any((t.text or "").strip() for t in tc.iter(W + "t"))

    def _fill(self, cell: Cell, tc: etree._Element, path: str) -> None:
        lines = []
        bold = True
        items: list[Item] = []
        self._blocks(tc, path, items)
        for item in items:
            if isinstance(item, Table):
                cell.tables = (*cell.tables, item)
            else:
                lines.append(item.text)
                bold = bold and item.bold
        cell.text = "\n".join(lines)
        cell.bold = bold and bool(lines)


def _too_much(limit: int, en: str, vi: str) -> LimitExceeded:
    return LimitExceeded(
        f"Văn bản có hơn {limit} {vi}, vượt giới hạn an toàn.",
        f"The document has more than {limit} {en}, the safety limit.",
    )
