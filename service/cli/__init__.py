"""The command line. Each command imports what it needs when it runs, so that `--help` is instant.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 some input
could not be read (the rest was done), 2 wrong usage.

The order of the modules here is that of the commands in `--help`.
"""

import io
import sys

from service.cli import access, comparison, documents, feed, serving, store
from service.cli.console import app

__all__ = [
    "access",
    "app",
    "comparison",
    "documents",
    "feed",
    "main",
    "serving",
    "store",
]


def main() -> None:
    """The entry point; UTF-8 whatever the locale, names of files as they came."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    app()
