"""How much one input may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document; a reader raises LimitExceeded where one is passed.

    `seconds` of work in all, and `page_seconds` more for each page whose letters are recognised,
    `silence` (seconds of work without a sign of life), `memory` (bytes of address space) and
    `answer_bytes` (of the plan as JSON) hold for the child process that reads the document; the
    others are counted by the readers. On a busy machine work may take `slowness` times as long by
    the clock. `ratio` is the highest compression ratio a member of an archive may have.
    """

    seconds: float = 120.0
    page_seconds: float = 15.0
    silence: float = 60.0
    slowness: float = 8.0
    memory: int = 2 * 1024**3
    answer_bytes: int = 200 * 1024**2
    source_bytes: int = 100 * 1024**2
    unpacked_bytes: int = 400 * 1024**2
    ratio: float = 200.0
    entries: int = 5_000
    pages: int = 3_000
    cells: int = 500_000
    characters: int = 50_000_000


DEFAULT_LIMITS = Limits()
