"""The first view of the pages of a plan of 254 tasks, before its source was ever drawn.

Yardstick: the same view later, when all is warm. Times are those of the processor, of all threads
of the service, the start of the child that draws among them, but not of its drawing, which no page
waits for.

Run: python -m tests.benchmarks.pages
"""

import logging
import statistics
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from service.api.app import create_app
from service.pages.looks import load
from service.settings import load as settings
from service.store import opened_store
from tests.conftest import PLANS
from tests.service.pages.test_pages import HOST, stored

ROUNDS = 9
#: The most bytes of a page without its pictures, and how many later views a first one may take.
MOST, AT_MOST = 500_000, 6
PLAN = PLANS / "dong-nai-2024" / "dong-nai-2024.docx"


def timed(client: TestClient, address: str) -> tuple[float, int]:
    """Seconds of the processor for a page, and its bytes."""
    start = time.process_time()
    answer = client.get(address)
    assert answer.status_code == 200
    return time.process_time() - start, len(answer.content)


def main() -> None:
    logging.disable()
    load()  # as the service does once it runs
    for name in ("", "/review"):
        with (
            tempfile.TemporaryDirectory() as folder,
            opened_store(settings(data=Path(folder) / "data")) as store,
        ):
            key = stored(store, PLAN.read_bytes(), PLAN.name)
            app = create_app(store, None)
            with TestClient(app, base_url=f"http://{HOST}") as client:
                client.get("/healthz")  # the routes are put together
                address = f"/plans/{key}{name}"
                first, size = timed(client, address)
                app.state.originals.look(store.vault.put(PLAN.read_bytes()), None, wait=True)
                later = statistics.median(timed(client, address)[0] for _ in range(ROUNDS))
        print(
            f"plan of 254 tasks{name}: first {first * 1000:.0f} ms, later {later * 1000:.0f} ms, "
            f"{first / later:.1f} x (at most {AT_MOST}); {size / 1000:.0f} kB (at most "
            f"{MOST / 1000:.0f})"
        )


if __name__ == "__main__":
    main()
