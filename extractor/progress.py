"""How far the reading of one document has come."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

#: The stages in the order in which a document goes through them.
Stage = Literal["read", "segment", "tabulate", "understand", "check"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life: the stage at work and, where pages are read one by one, which of how many.

    `page` counts from 1 and is done when this is told. A stage is told when it begins and again and
    again while it goes on: whoever finds that too often lets some pass. `scanned` counts the pages
    so far whose letters had to be recognised in their pictures, which takes longer.
    """

    stage: Stage
    page: int | None = None
    pages: int | None = None
    scanned: int = 0


#: Whoever wants to know. It is called from the thread that reads, and must be quick.
Listener = Callable[[Progress], None]


def nobody(progress: Progress) -> None:
    """The listener of a reading that nobody follows."""
