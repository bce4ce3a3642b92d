"""All attacks at once, for some seconds; what must hold however busy the machine is.

How long answers take is measured by `python -m tests.benchmarks.siege`.
"""

import sys

import pytest
from sqlmodel import col, func, select

from models.tables import DocumentRow, JobRow
from service.store import Store, opened_store
from service.store.doctor import Finding, check
from tests.benchmarks.planting import plans
from tests.benchmarks.siege import MB, besiege
from tests.service.store.readings import put
from tests.service.stores import SettingsFor

#: Seconds; the most bytes of the processes that answer; the most documents that wait.
SECONDS, MEMORY, QUEUE = 15.0, 600 * MB, 20


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_all_at_once(settings_for: SettingsFor) -> None:
    settings = settings_for()
    with opened_store(settings) as store:
        for plan in plans(2000):
            put(store, plan)  # without the file it is of, as the doctor says
        before = amiss(store)
    seen = besiege(settings.data, SECONDS, KEHOACH_QUEUE=str(QUEUE))
    print(dict(seen.statuses))
    told = {what: {one for name, one in seen.statuses if name == what} for what, _ in seen.statuses}
    assert told["list"] == told["healthz"] == {200}
    assert told["upload"] <= {202, 429, 503}  # every one has its answer
    assert "no Retry-After" not in told
    assert seen.memory < MEMORY
    assert seen.left == []
    with opened_store(settings) as store, store.reading() as session:
        uploaded = select(func.count()).where(col(DocumentRow.filename) == "a.txt")
        assert session.scalar(uploaded) == seen.statuses["upload", 202] > 0
        waiting = select(func.count()).where(col(JobRow.state) == "queued")
        # those in hand when it was stopped wait again
        assert (session.scalar(waiting) or 0) <= QUEUE + 2 * settings.workers + 2
        assert amiss(store) == before


def amiss(store: Store) -> list[Finding]:
    """What the doctor finds, but that documents wait: how many may, is looked at by itself."""
    found = (one for one in check(store) if one.severity != "note")
    return sorted((one for one in found if one.code != "jobs.waiting"), key=str)
