"""Reading documents in child processes, so that a hostile file harms nothing but its own result.

A child reads one document after another. One that hangs, crashes or wants too much memory is
killed and replaced; the document at fault gives one clear error, the others are read all the same.
Children hand back encoded bytes only: nothing a child sends is ever unpickled.

`read_isolated` reads a row of documents in order, for a command; `ReaderPool` reads one document a
call, from any thread, for a service.
"""

from service.isolation.answers import Result, Summary
from service.isolation.orders import STDIN, Input, Reader, read_file
from service.isolation.pool import ClosedPool, ReaderPool
from service.isolation.rows import read_isolated

__all__ = [
    "STDIN",
    "ClosedPool",
    "Input",
    "Reader",
    "ReaderPool",
    "Result",
    "Summary",
    "read_file",
    "read_isolated",
]
