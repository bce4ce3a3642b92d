"""The account of every non-blank cell and paragraph: what became of it."""

from collections import Counter

from extractor.layout import Cell, Layout, Paragraph, Table
from models.plan import Ledger

#: What can become of a unit of the source.
FATES = (
    "task",  # a cell of a task, or its continuation over a page
    "group",  # a heading row of a table
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
    """Keeps the fate of each unit; the first fate given is the one that counts."""

    def __init__(self, layout: Layout) -> None:
        self._units: dict[int, Unit] = {}
        self._fates: dict[int, str] = {}
        for block in layout.blocks:
            if isinstance(block, Paragraph):
                self._open(block)
            else:
                self._open_table(block)

    def _open(self, unit: Unit) -> None:
        if unit.text.strip():
            self._units[id(unit)] = unit

    def _open_table(self, table: Table) -> None:
        for cell in table.cells:
            self._open(cell)
            for nested in cell.tables:
                self._open_table(nested)

    def mark(self, unit: Unit, fate: str) -> None:
        """Notes that `unit` became `fate`; blank units are not counted."""
        if id(unit) in self._units:
            self._fates.setdefault(id(unit), fate)

    def mark_table(self, table: Table, fate: str) -> None:
        """Marks every cell of `table` and of the tables nested in it."""
        for cell in table.cells:
            self.mark(cell, fate)
            for nested in cell.tables:
                self.mark_table(nested, fate)

    def marked(self, unit: Unit) -> bool:
        return id(unit) in self._fates

    def lost(self) -> list[Unit]:
        """The units without a fate: none, if the reading is sound."""
        return [unit for key, unit in self._units.items() if key not in self._fates]

    def close(self) -> Ledger:
        counts = Counter(self._fates.values())
        return Ledger(len(self._units), {fate: counts[fate] for fate in FATES if counts[fate]})
