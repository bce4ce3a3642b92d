"""Noting in the row of a job how far it is, not too often, and never at the cost of the job."""

import logging
import time

from extractor.progress import Progress
from service.jobs import claims
from service.store.database import Store

#: Seconds between two notes; what takes less is not worth one.
EVERY = 0.5

_log = logging.getLogger(__name__)


class Notes:
    """The notes of one job by the executor that has it."""

    def __init__(self, store: Store, job_id: str, executor: str) -> None:
        self._store, self._job_id, self._executor = store, job_id, executor
        self._last = time.monotonic()

    def hear(self, progress: Progress) -> None:
        """Notes `progress`, unless the last note is younger than EVERY."""
        if time.monotonic() - self._last < EVERY:
            return
        try:
            claims.tell(
                self._store,
                self._job_id,
                self._executor,
                stage=progress.stage,
                page=progress.page,
                pages=progress.pages,
            )
        except Exception as error:  # the reading goes on: it can do without
            _log.debug("job %s: no note of its progress: %s", self._job_id, error)
        self._last = time.monotonic()
