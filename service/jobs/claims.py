"""Who works on which job: the queue is the table of jobs, and each move of one is one statement.

A job that is running belongs to the executor its row names. Only that one may end it, so a job that
was taken from a worker that was slow, not dead, ends once all the same: what the slow one would
write is rolled back as a whole (see `ended`).

Why not the queue of dbos: its entry is in another database than the row (on SQLite), so an upload
would need a sweeper to be sure of both; its limit of jobs for each worker is one number for all
machines; and it starts jobs by polling, at most that number each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, delete, exists, update
from sqlmodel import Session, col, select

from models.tables import JobRow, WorkerRow
from models.tables.columns import now
from service.store.database import Store


@dataclass(frozen=True, slots=True)
class Claim:
    """A job this executor has taken; `attempts` counts how often anybody took it."""

    job_id: str
    attempts: int


def any_waiting(store: Store) -> bool:
    """Whether a job waits; takes no lock."""
    with store.reading() as session:
        waiting = select(JobRow.id).where(JobRow.state == "queued").limit(1)
        return session.exec(waiting).first() is not None


def claim(store: Store, executor: str) -> Claim | None:
    """Takes the job that waits longest, None where none does; no two executors get the same."""
    oldest = (
        select(JobRow.id)
        .where(JobRow.state == "queued")
        .order_by(col(JobRow.created_at), col(JobRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    moment = now()
    taken = (
        update(JobRow)
        .where(col(JobRow.id) == oldest, col(JobRow.state) == "queued")
        .values(
            state="running",
            stage="store",
            page=None,
            pages=None,
            executor=executor,
            attempts=col(JobRow.attempts) + 1,
            started_at=moment,
        )
        .returning(col(JobRow.id), col(JobRow.attempts))
        .execution_options(synchronize_session=False)
    )
    with store.writing() as session:
        row = session.connection().execute(taken).first()
    return Claim(row[0], row[1]) if row else None


def tell(store: Store, job_id: str, executor: str, **what: object) -> bool:
    """Notes how far a job is (`stage`, `page`, `pages`); False where it is not ours any more."""
    with store.writing() as session:
        return changed(session, _ours(job_id, executor).values(**what)) == 1


def ended(session: Session, job_id: str, executor: str, state: str, **what: object) -> bool:
    """Ends a job as done or failed, in the caller's transaction; False where it is not ours.

    The caller must then write nothing. The row stays locked until the transaction ends.
    """
    what |= {"state": state, "stage": state, "finished_at": now()}
    return changed(session, _ours(job_id, executor).values(**what)) == 1


def given_back(store: Store, executor: str, jobs: Iterable[str] | None = None) -> int:
    """Puts back what `executor` has in hand (or `jobs` of it) into the queue; how many."""
    with store.writing() as session:
        change = _back(executor)
        if jobs is not None:
            change = change.where(col(JobRow.id).in_(list(jobs)))
        return changed(session, change)


def taken_over(store: Store, executor: str, beat: object) -> int:
    """Puts the jobs of a silent executor back into the queue; how many.

    Nothing where it gave a sign of life after `beat`, the last one seen.
    """
    alive = exists().where(col(WorkerRow.executor) == executor)
    if beat is not None:
        alive = alive.where(col(WorkerRow.beat_at) > beat)
    with store.writing() as session:
        count = changed(session, _back(executor).where(~alive))
        if beat is not None:
            changed(
                session,
                delete(WorkerRow).where(
                    col(WorkerRow.executor) == executor, col(WorkerRow.beat_at) <= beat
                ),
            )
        return count


def holders(store: Store) -> dict[str, object]:
    """Every executor that has a job in hand or is known, with its last sign of life or None."""
    with store.reading() as session:
        known: dict[str, object] = dict(
            session.exec(select(WorkerRow.executor, WorkerRow.beat_at)).all()
        )
        running = session.exec(
            select(JobRow.executor).where(JobRow.state == "running").distinct()
        ).all()
    return dict.fromkeys((name for name in running if name), None) | known


def _ours(job_id: str, executor: str) -> Any:
    return update(JobRow).where(
        col(JobRow.id) == job_id,
        col(JobRow.state) == "running",
        col(JobRow.executor) == executor,
    )


def _back(executor: str) -> Any:
    return (
        update(JobRow)
        .where(col(JobRow.state) == "running", col(JobRow.executor) == executor)
        .values(state="queued", executor=None)
    )


def changed(session: Session, change: Any) -> int:
    """Executes an UPDATE or DELETE; how many rows it met."""
    return cast("CursorResult[Any]", session.connection().execute(change)).rowcount
