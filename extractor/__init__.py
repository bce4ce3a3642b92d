"""Reads an issued plan: bytes in, a Plan out. No database, no network, no global state.

>>> from pathlib import Path
>>> from extractor import read_plan
>>> plan = read_plan(Path("corpora/plans/ninh-son-2024/ninh-son-2024.html"))
>>> rows = [task for task in plan.tasks if task.origin == "table"]
>>> plan.document.number, len(rows), plan.ledger.balanced
('395/KH-UBND', 44, True)
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from extractor.progress import Listener
    from models.plan import Plan


def read_plan(
    source: "bytes | Path",
    filename: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: "Listener | None" = None,
) -> "Plan":
    """The Plan of an issued file: DOCX, PDF, web page or text, told apart by content.

    `source` is the file's bytes or its path, `filename` the name to keep where bytes are given;
    `progress` is called at each stage, and in the PDF reader after each page. Reads in this
    process; `service.isolation` does so in a child process with limits on time and memory. Raises
    an `models.errors.KehoachError` that says what is wrong and what to do.
    """
    from extractor.pipeline import plan_of

    if isinstance(source, Path):
        filename = filename or source.name
        source = source.read_bytes()
    with _collector_at_rest():
        return plan_of(source, filename, limits, progress)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Pauses the collector of reference cycles while one document is read.

    A reading makes hundreds of thousands of records and hardly a cycle; going through them again
    and again takes up to half of its time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
