"""What is worked out of all plans of a store, and kept until one of them changes.

The revision of a plan counts every change in it. So the first look works everything out, each
later one what has changed meanwhile, and most of them nothing.
"""

from collections.abc import Callable, Collection
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select
from sqlmodel import Session

from models.tables import PlanRow

T = TypeVar("T")


class Changed(NamedTuple):
    """Documents whose plan is not what it was, or is no more; and those of which one is there that
    was not. What was read anew is in both."""

    stale: Collection[str]
    fresh: Collection[str]


class _Held(Generic[T]):
    """What is kept of one store, and of which revision of each plan it is."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.found: T | None = None
        self.revisions: dict[str, Any] = {}


class Cache(Generic[T]):
    """`made` of a session, of what it gave last (None at first) and of what has changed since."""

    def __init__(self, made: Callable[[Session, T | None, Changed], T]) -> None:
        self._made = made
        self._stores: WeakKeyDictionary[Pool, _Held[T]] = WeakKeyDictionary()

    def of(self, session: Session) -> T:
        """As the session sees the store; safe to be asked for from many threads."""
        p = PlanRow.__table__.c
        asked = select(p.document_id, p.run_id, p.revision)
        now = {row[0]: (row[1], row[2]) for row in session.connection().execute(asked)}
        if session.connection().get_execution_options().get("kehoach_writes"):
            return self._made(session, None, Changed((), now))  # what may yet be taken back
        # The pool is that of the engine a store is opened with, whatever options it is given.
        held = self._stores.setdefault(session.get_bind().engine.pool, _Held())
        with held.lock:
            if held.found is None or held.revisions != now:
                stale = [key for key, state in held.revisions.items() if now.get(key) != state]
                fresh = [key for key, state in now.items() if held.revisions.get(key) != state]
                held.found = self._made(session, held.found, Changed(stale, fresh))
                held.revisions = now
            return held.found
