"""Reading documents in child processes, so that a hostile file harms nothing but its own result.

A child reads one document after another. One that hangs, crashes or wants too much memory is
killed and replaced; the document at fault gives one clear error, the others are read all the same.
Children hand back encoded bytes only: nothing a child sends is ever unpickled.

`ReaderPool` reads one document a call, from any thread; `read_isolated` reads a row of documents
in order.
"""

from service.isolation.child import Reader, protection, read_file
from service.isolation.messages import STDIN, Input, Result, Summary, Wanted
from service.isolation.pool import ClosedPool, ReaderPool, read_isolated

__all__ = [
    "STDIN",
    "ClosedPool",
    "Input",
    "Reader",
    "ReaderPool",
    "Result",
    "Summary",
    "Wanted",
    "protection",
    "read_file",
    "read_isolated",
]
