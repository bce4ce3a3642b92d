"""What a worker does besides its jobs: signs of life, taking over from the dead, clearing away."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlmodel import col

from models.tables import WorkerRow
from models.tables.columns import now
from service.jobs import claims
from service.jobs.bell import ring
from service.jobs.names import Place
from service.store.database import Store

#: Signs of life in the time after which a silent worker is taken for dead; seconds at most.
BEATS, BEAT_SECONDS = 4, 5.0
#: Seconds between two clearings of what ended workflows left.
CLEAR_EVERY = 60.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """Who has been silent for how long, by our own clock: those of machines may differ.

    A worker is silent while its last sign of life, or the lack of one, stays the same.
    """

    patience: float
    seen: dict[str, tuple[object, float]] = field(default_factory=dict)

    def silent(self, holders: dict[str, object], moment: float) -> list[tuple[str, object]]:
        """Those of `holders` (name to last sign of life) that are to be taken for dead."""
        self.seen = {
            name: (beat, self.seen[name][1])
            if name in self.seen and self.seen[name][0] == beat
            else (beat, moment)
            for name, beat in holders.items()
        }
        return [
            (name, beat)
            for name, (beat, since) in self.seen.items()
            if moment - since >= self.patience
        ]


class Keeper(threading.Thread):
    """The thread that does it, until `stop` is set. Trouble with the database it sits out."""

    def __init__(
        self, store: Store, place: Place, stop: threading.Event, clear: Callable[[], None]
    ) -> None:
        super().__init__(name="kehoach-keeper", daemon=True)
        self._store, self._place, self._stopped, self._clear = store, place, stop, clear
        self._watch = Watch(store.settings.takeover_seconds)
        self._cleared = time.monotonic()

    def run(self) -> None:
        pause = min(BEAT_SECONDS, self._store.settings.takeover_seconds / BEATS)
        while not self._stopped.wait(pause):
            for duty in (self._beat, self._take_over, self._clear_now_and_then):
                try:
                    duty()
                except Exception as error:
                    _log.warning("%s: %s", duty.__name__.strip("_"), error)

    def _beat(self) -> None:
        place = self._place
        with self._store.writing() as session:
            alive = (
                update(WorkerRow)
                .where(col(WorkerRow.executor) == place.executor)
                .values(beat_at=now(), host=place.host, pid=place.pid)
            )
            if not claims.changed(session, alive):  # somebody took us for dead
                session.add(place.row())

    def _take_over(self) -> None:
        holders = claims.holders(self._store)
        holders.pop(self._place.executor, None)
        for executor, beat in self._watch.silent(holders, time.monotonic()):
            count = claims.taken_over(self._store, executor, beat)
            if count:
                _log.warning("%s is silent; its %d jobs go on elsewhere", executor, count)
                ring()

    def _clear_now_and_then(self) -> None:
        if time.monotonic() - self._cleared >= CLEAR_EVERY:
            self._cleared = time.monotonic()
            self._clear()
