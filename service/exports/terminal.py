"""Plans as tables to look at in a terminal."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from models.contract import decode
from models.plan import Plan
from service.exports.columns import title, words
from service.wording import Lang, pick

if TYPE_CHECKING:
    from rich.console import Console


def as_table(plans: Iterable[bytes], lang: Lang, *, terminal: bool) -> Iterator[bytes]:
    """The tasks of each plan as a table to look at; as wide as the terminal, or 160 columns."""
    from rich.console import Console

    console = (
        Console(highlight=False)
        if terminal
        else Console(file=io.StringIO(), width=160, highlight=False)
    )
    for plan in map(decode, plans):
        with console.capture() as shown:
            show(plan, console, lang)
        yield shown.get().encode()


def show(plan: Plan, console: "Console", lang: Lang) -> None:
    """Prints one plan: its head, then its tasks under their groups."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    document = plan.document
    head = (document.number, document.issued_on, words(document.issuer), document.title)
    console.print(Text(" · ".join(filter(None, head)), style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column(title("ordinal", lang), max_width=6)
    table.add_column(title("description", lang), ratio=5)
    table.add_column(title("lead_text", lang), ratio=2)
    table.add_column(title("coordinating_text", lang), ratio=2)
    table.add_column(title("product", lang), ratio=2)
    table.add_column(title("deadline_text", lang), ratio=1, min_width=15)
    table.add_column(title("due", lang), min_width=10)
    group: tuple[str, ...] = ()
    running = False
    for task in plan.tasks:
        if task.origin != "table" and not running:
            running = True
            table.add_row("", Text(pick(lang, "TRONG LỜI VĂN", "IN RUNNING TEXT"), style="bold"))
        if task.group != group:
            group = task.group
            table.add_row("", Text(" › ".join(group), style="bold"))
        cells = (
            task.ordinal,
            task.description or task.target or task.subject,
            words(task.lead),
            words(task.coordinating),
            task.product,
            task.deadline.text if task.deadline else None,
            task.deadline.due or task.deadline.rrule if task.deadline else None,
        )
        table.add_row(*(Text(cell or "") for cell in cells))
    console.print(table)
