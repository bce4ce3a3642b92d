"""The account of every non-blank cell and paragraph: what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from extractor.layout import Cell, Layout, Paragraph, Table
from models.plan import Ledger

#: What can become of a unit of the source.
FATES = (
    "task",  # a cell of a task, or its continuation over a page
    "group",  # a heading row of a table, or its line of totals
    "header",  # a heading of columns, also where it is repeated
    "target",  # a cell of a table of targets
    "section",  # running text under a heading of the outline, or such a heading
    "document",  # letterhead, title, legal basis, signature, recipients, appendix titles
    "other-table",  # a cell of a table that lists no tasks; kept in the text of its section
    "running",  # page numbers, running heads and feet
    "footnote",
    "stamp",  # a digital signature
    "furniture",  # of the web site around the document
)

Unit = Paragraph | Cell


class Accounts:
    """Keeps the fate of each unit of a layout; the first fate given is the one that counts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._fates: dict[int, str | None] = {
            id(unit): None for unit in units(layout) if unit.text and not unit.text.isspace()
        }

    def mark(self, unit: Unit, fate: str) -> None:
        """Notes that `unit` became `fate`; blank units are not counted."""
        if self._fates.get(id(unit), fate) is None:
            self._fates[id(unit)] = fate

    def mark_all(self, units: Iterable[Unit], fate: str) -> None:
        """Marks each of `units`."""
        fates = self._fates
        for unit in units:
            if fates.get(id(unit), fate) is None:
                fates[id(unit)] = fate

    def mark_table(self, table: Table, fate: str) -> None:
        """Marks every cell of `table` and of the tables nested in it."""
        self.mark_all(cells(table), fate)

    def lost(self) -> list[Unit]:
        """The units without a fate: none, if the reading is sound."""
        return [u for u in units(self._layout) if self._fates.get(id(u), "blank") is None]

    def close(self) -> Ledger:
        counts = Counter(self._fates.values())
        return Ledger(len(self._fates), {fate: counts[fate] for fate in FATES if counts[fate]})


def units(layout: Layout) -> Iterator[Unit]:
    """Every paragraph and cell of `layout`, those of nested tables too."""
    for block in layout.blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            yield from cells(block)


def cells(table: Table) -> Iterator[Cell]:
    """Every cell of `table`, each followed by those of the tables nested in it."""
    if not any(cell.tables for cell in table.cells):
        yield from table.cells
        return
    for cell in table.cells:
        yield cell
        for nested in cell.tables:
            yield from cells(nested)
