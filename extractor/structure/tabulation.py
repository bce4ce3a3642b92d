"""Stage 3: the tables as logical sheets, their rows read as tasks or targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.layout import Block
from extractor.ledger import Fated
from extractor.structure.kinds import SheetKind, kind_of
from extractor.structure.outline import Outline, tables_of
from extractor.structure.rows import TaskRow, read_rows
from extractor.structure.sheets import Row, Sheet, sheets_of
from extractor.structure.targets import TargetRow, read_targets


@dataclass(slots=True)
class Listing:
    """A sheet with what it lists, where it stands in the outline, and the fates of its cells."""

    sheet: Sheet
    kind: SheetKind
    tasks: list[TaskRow]
    targets: list[TargetRow]
    totals: list[Row]
    appendix: int | None
    part: int | None
    fates: list[Fated]


def tabulate(blocks: Sequence[Block], outline: Outline) -> list[Listing]:
    """The sheets among `blocks`; every cell of theirs has a fate."""
    listings = []
    for sheet in sheets_of(blocks, tables_of(blocks)):
        kind = kind_of(sheet, outline.heading(sheet.block))
        listing = Listing(
            sheet, kind, [], [], [], outline.appendix_of.get(sheet.block),
            outline.part_of.get(sheet.block), [],
        )  # fmt: skip
        nested = [
            inner
            for table in sheet.tables
            for cell in table.cells
            for part in cell.tables
            for inner in part.every_cell()
        ]
        if kind == "tasks":
            listing.tasks, listing.totals, fates = read_rows(sheet)
            listing.fates = [Fated("header", sheet.header_cells), *fates, Fated("task", nested)]
        elif kind == "targets":
            listing.targets, fates = read_targets(sheet)
            listing.fates = [
                Fated("header", sheet.header_cells), *fates, Fated("other-table", nested)
            ]  # fmt: skip
        else:
            cells = [cell for table in sheet.tables for cell in table.cells]
            listing.fates = [Fated("other-table", [*cells, *nested])]
        sheet.rows.clear()  # read, and many in a long document
        listings.append(listing)
    return listings
