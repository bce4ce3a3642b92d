"""Stage 3: the tables as logical sheets, their rows read as tasks or targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.layout import Block, Table
from extractor.ledger import Accounts
from extractor.structure.kinds import SheetKind, kind_of
from extractor.structure.outline import Outline, tables_of
from extractor.structure.rows import TaskRow, read_rows
from extractor.structure.sheets import Row, Sheet, sheets_of
from extractor.structure.targets import TargetRow, read_targets


@dataclass(slots=True)
class Listing:
    """A sheet with what it lists and where it stands in the outline."""

    sheet: Sheet
    kind: SheetKind
    tasks: list[TaskRow]
    targets: list[TargetRow]
    totals: list[Row]
    appendix: int | None
    part: int | None


def tabulate(blocks: Sequence[Block], outline: Outline, accounts: Accounts) -> list[Listing]:
    """The sheets among `blocks`; every cell of theirs is marked in `accounts`."""
    listings = []
    for sheet in sheets_of(blocks, tables_of(blocks)):
        kind = kind_of(sheet, outline.heading(sheet.block))
        listing = Listing(
            sheet, kind, [], [], [], outline.appendix_of.get(sheet.block),
            outline.part_of.get(sheet.block),
        )  # fmt: skip
        if kind in ("tasks", "targets"):
            accounts.mark_all(sheet.header_cells, "header")
        if kind == "tasks":
            reading = read_rows(sheet)
            listing.tasks, listing.totals = reading.tasks, reading.totals
            accounts.mark_all(reading.task_cells, "task")
            accounts.mark_all(reading.group_cells, "group")
        elif kind == "targets":
            goals = read_targets(sheet)
            listing.targets = goals.rows
            accounts.mark_all(goals.cells, "target")
            accounts.mark_all(goals.group_cells, "group")
        else:
            for table in sheet.tables:
                accounts.mark_table(table, "other-table")
        for table in sheet.tables:
            _mark_nested(table, accounts, "task" if kind == "tasks" else "other-table")
        sheet.rows.clear()  # read, and many in a long document
        listings.append(listing)
    return listings


def _mark_nested(table: Table, accounts: Accounts, fate: str) -> None:
    for cell in table.cells:
        for nested in cell.tables:
            accounts.mark_table(nested, fate)
