"""Watching folders: a file that appears or changes is taken once it is whole."""

import threading
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import Change, watch

#: Seconds a file must stay as it is to count as whole.
SETTLED = 1.5
#: Milliseconds between two looks.
LOOK_MS = 300


@dataclass(slots=True)
class Settling:
    """Files that have changed of late, each with how it looked and since when."""

    seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)

    def changed(self, path: Path, moment: float) -> None:
        """The file was made or written to."""
        look = _look(path)
        if look is not None:
            self.seen[path] = (look, moment)

    def settled(self, moment: float) -> list[Path]:
        """Those that have not changed for SETTLED seconds; they are not watched further."""
        whole = []
        for path, (before, since) in list(self.seen.items()):
            look = _look(path)
            if look is None:
                del self.seen[path]
            elif look != before:
                self.seen[path] = (look, moment)
            elif moment - since >= SETTLED:
                del self.seen[path]
                if look[0]:
                    whole.append(path)
        return sorted(whole)


def new_files(
    folders: list[Path], suffixes: Container[str], stop: threading.Event
) -> Iterator[list[Path]]:
    """The whole files of `folders` and all below that appear or change, until `stop` is set.

    Also gives an empty list now and then, so that the caller may see to other things.
    """
    settling = Settling()

    def wanted(change: Change, name: str) -> bool:
        path = Path(name)
        hidden = path.name.startswith((".", "~$"))
        return change != Change.deleted and path.suffix.lower() in suffixes and not hidden

    for changes in watch(
        *folders,
        watch_filter=wanted,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        moment = time.monotonic()
        for _, name in changes:
            settling.changed(Path(name), moment)
        yield settling.settled(moment)


def _look(path: Path) -> tuple[int, int] | None:
    """Size and time of a file, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
