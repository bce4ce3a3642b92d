"""The sources of plans to look at: pictures of pages, or paragraphs and tables.

Both are made in a child process, once each, before they are asked for where that can be foreseen,
and kept in a folder of the data as long as there is room; whoever loses that folder loses nothing.
"""

import shutil
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from secrets import token_hex

from models.provenance import Place
from service.excerpts import Look, decoded
from service.isolation import ClosedPool, Input, ReaderPool, Wanted
from service.store import Store

#: How many documents have their views kept; those looked at longest ago go first.
KEPT = 200

#: Seconds that a page waits for a view that nobody has asked for before; then it comes without.
PATIENCE = 0.1

#: What is asked for goes before what may be asked for next, and the end before all.
_END, _ASKED, _AHEAD = 0, 1, 2

#: A document by its digest, and what is wanted of it.
_View = tuple[str, Wanted]


class Originals:
    """The views of documents; safe to use from many threads."""

    def __init__(
        self,
        fetch: Callable[[str], bytes],
        pool: ReaderPool,
        folder: Path | None = None,
        patience: float | None = PATIENCE,
    ) -> None:
        """Starts nothing yet. `fetch` gives the bytes of a digest; None for `patience`: for ever.

        Nothing is kept where there is no folder.
        """
        self._fetch, self.pool, self._folder, self.patience = fetch, pool, folder, patience
        self._lock = threading.Lock()
        self._wishes: dict[_View, Future[bytes]] = {}
        self._names: dict[str, str] = {}
        self._queue: PriorityQueue[tuple[int, int, _View]] = PriorityQueue()
        self._number = count()
        self._thread: threading.Thread | None = None
        self._close = pool.close

    @classmethod
    def of(
        cls, store: Store, pool: ReaderPool | None = None, patience: float | None = PATIENCE
    ) -> "Originals":
        """Those of a store; `pool` are child processes of somebody else, to be used here, too."""
        made = cls(
            store.vault.get,
            pool or ReaderPool(store.settings.limits, 1),
            store.settings.data / "views",
            patience,
        )
        if pool:
            made._close = lambda: None
        return made

    def picture(self, sha256: str, page: Place) -> bytes:
        """The PNG of a page (see `Place.sheet`). Raises what the reading of the document raises."""
        return self._kept(sha256, page) or self._wish(sha256, page, _ASKED).result()

    def look(self, sha256: str, filename: str | None, *, wait: bool = False) -> Look | None:
        """What is printed; None where that is not made yet, and will be soon; not with `wait`.

        Raises what the reading of the document raises.
        """
        found = self._kept(sha256, "look")
        if found is None:
            self._names[sha256] = filename or ""
            try:
                found = self._wish(sha256, "look", _ASKED).result(None if wait else self.patience)
            except TimeoutError:
                return None
        return decoded(found)

    def prepare(self, sha256: str, filename: str | None, pages: Iterable[Place] = ()) -> None:
        """Has what is likely to be looked at made in the background: the look, and these pages."""
        views: list[Wanted] = ["look", *pages]
        for view in views:
            if not (self._folder and self._place(sha256, view).exists()):
                self._names[sha256] = filename or ""
                self._wish(sha256, view, _AHEAD)

    def close(self) -> None:
        """Makes nothing more; ends the child process that is our own, if there is one."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._queue.put((_END, next(self._number), ("", "look")))
        self._close()
        if thread:
            thread.join()

    def _wish(self, sha256: str, view: Wanted, urgency: int) -> Future[bytes]:
        """The view as it will be made; what is wished for twice is made once."""
        key = sha256, view
        with self._lock:
            wish = self._wishes.get(key)
            if wish is None:
                wish = self._wishes[key] = Future()
            elif urgency == _AHEAD:
                return wish
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            self._queue.put((urgency, next(self._number), key))
        return wish

    def _work(self) -> None:
        """Makes one view after another, until the end."""
        while True:
            urgency, _, key = self._queue.get()
            if urgency == _END:
                break
            with self._lock:
                wish = self._wishes.get(key)
            if wish is None:  # asked for while it was made ahead
                continue
            try:
                found = self._made(*key)
            except BaseException as error:  # whoever waits for it is told
                done = error
                with self._lock:
                    self._wishes.pop(key, None)
                wish.set_exception(done)
            else:
                with self._lock:
                    self._wishes.pop(key, None)
                wish.set_result(found)
        with self._lock:
            for wish in self._wishes.values():
                wish.set_exception(ClosedPool("nothing more is made"))
            self._wishes.clear()

    def _made(self, sha256: str, view: Wanted) -> bytes:
        if found := self._kept(sha256, view):
            return found
        result = self.pool.read(Input(self._fetch(sha256), self._names.pop(sha256, ""), view))
        if result.error:
            raise result.error
        if self._folder:
            with suppress(OSError):  # a full disk: it is shown all the same
                self._keep(self._place(sha256, view), result.plan)
        return result.plan

    def _place(self, sha256: str, view: Wanted) -> Path:
        assert self._folder
        name = f"{view}.json"
        if isinstance(view, Place):
            name = f"{blake2b(view.path.encode()).hexdigest()[:32] if view.path else view.page}.png"
        return self._folder / f"{sha256}-{version('kehoach')}" / name

    def _kept(self, sha256: str, view: Wanted) -> bytes | None:
        if not self._folder:
            return None
        place = self._place(sha256, view)
        with suppress(OSError):
            found = place.read_bytes()
            place.parent.touch()
            return found
        return None

    def _keep(self, place: Path, view: bytes) -> None:
        self._make_room()
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.parent / f".{token_hex(8)}"
        try:
            draft.write_bytes(view)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)

    def _make_room(self) -> None:
        assert self._folder
        folders = sorted(self._folder.glob("*"), key=lambda one: one.stat().st_mtime)
        for old in folders[: -KEPT + 1]:
            shutil.rmtree(old, ignore_errors=True)
