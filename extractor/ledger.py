"""The account of every non-blank cell and paragraph: what became of it.

A stage returns the fates of the units it read; they are folded once, at the end.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from extractor.layout import Layout, Unit
from models.plan import Ledger

Fate = Literal[
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
]


class Fated(NamedTuple):
    """Units of the source that share a fate."""

    fate: Fate
    units: Iterable[Unit]


def balance(layout: Layout, fates: Iterable[Fated]) -> tuple[Ledger, list[Unit]]:
    """The ledger of a reading, and the units that are in none of its `fates`: lost ones.

    Of several fates the first is the one that counts; blank units are not counted.
    """
    open_units = {id(unit): unit for unit in layout.units() if unit.text.strip()}
    whole = len(open_units)
    counts: Counter[Fate] = Counter()
    for fate, units in fates:
        counts[fate] += sum(open_units.pop(id(unit), None) is not None for unit in units)
    found = {fate: counts[fate] for fate in get_args(Fate) if counts[fate]}
    return Ledger(whole, found), list(open_units.values())
