"""The tables as logical sheets, told apart by what they are for, their rows read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpora.columns import TableKind
from corpora.kinds import Form
from extractor.layout import Block
from extractor.structure.kinds import Verdict, kind_of
from extractor.structure.outline import Outline
from extractor.structure.rows import ReadRow, RowKind
from extractor.structure.segments import Fate, Fated
from extractor.structure.sheets import Sheet, sheets_of
from extractor.structure.targets import TargetRow, read_targets
from extractor.structure.tasks import TaskRow, read_tasks


@dataclass(slots=True)
class Listing:
    """A sheet with what it lists and why, where it stands in the outline, its cells' fates.

    `aside` are its rows of totals and of notes, and headings that say more than their name.
    """

    sheet: Sheet
    verdict: Verdict
    appendix: int | None
    part: int | None
    tasks: list[TaskRow] = field(default_factory=list)
    targets: list[TargetRow] = field(default_factory=list)
    aside: list[ReadRow] = field(default_factory=list)
    fates: list[Fated] = field(default_factory=list)

    @property
    def kind(self) -> TableKind:
        return self.verdict.kind


#: What becomes of the cells of a row of each kind; those of items are tasks or targets.
_FATES: dict[RowKind, Fate] = {
    "heading": "group", "total": "group", "remark": "group", "header": "header",
}  # fmt: skip


def tabulate(blocks: Sequence[Block], outline: Outline, form: Form | None = None) -> list[Listing]:
    """The sheets among `blocks`; every cell of theirs has a fate.

    A paper whose `form` orders nothing has no tables of tasks.
    """
    listings = []
    for sheet in sheets_of(blocks, outline.tables):
        at, title = sheet.block, outline.heading(sheet.block)
        verdict = kind_of(sheet, title)
        if verdict.kind == "tasks" and form and form.duties == "none":
            verdict = Verdict(
                "other", f"văn bản là {form.vi}", f"the paper is no order: {form.name}"
            )
        listing = Listing(sheet, verdict, outline.appendix_of.get(at), outline.part_of.get(at))
        rows: list[ReadRow] = []
        if verdict.kind == "tasks":
            listing.tasks, rows = read_tasks(sheet)
        elif verdict.kind == "targets":
            listing.targets, rows = read_targets(sheet, title)
        listing.aside = [row for row in rows if row.kind in ("total", "remark") or row.says_more]
        listing.fates = list(_fates(listing, rows))
        sheet.rows.clear()  # read, and many in a long document
        listings.append(listing)
    _put_under_captions(listings, outline)
    return listings


def _put_under_captions(listings: Sequence[Listing], outline: Outline) -> None:
    """Gives the tasks of several tables that stand under headings of one series these as groups."""
    series: dict[tuple[int | None, int | None, int], list[Listing]] = {}
    for listing in listings:
        if listing.tasks and listing.part is not None:
            part = outline.parts[listing.part]
            if part.label:
                key = (listing.appendix, part.parent, part.level)
                series.setdefault(key, []).append(listing)
    for group in series.values():
        if len({listing.part for listing in group}) < 2:
            continue
        for listing in group:
            part = outline.parts[listing.part or 0]
            name = f"{part.label.text} {part.title}" if part.label else part.title
            for task in listing.tasks:
                task.group = (name, *task.group)


def _fates(listing: Listing, rows: Sequence[ReadRow]) -> Iterator[Fated]:
    """What became of the cells of a table: those of items count before those they share."""
    cells = [cell for table in listing.sheet.tables for cell in table.cells]
    nested = [inner for cell in cells for part in cell.tables for inner in part.every_cell()]
    if listing.kind not in ("tasks", "targets"):
        yield Fated("other-table", [*cells, *nested])
        return
    item: Fate = "task" if listing.kind == "tasks" else "target"
    yield Fated("header", listing.sheet.header_cells)
    for read in sorted(rows, key=lambda read: read.kind != "item"):
        yield Fated(_FATES.get(read.kind, item), [c for cells in read.row.cells for c in cells])
    yield Fated("task" if listing.kind == "tasks" else "other-table", nested)
