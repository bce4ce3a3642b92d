"""A browser without JavaScript: what the pages answer to it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from service.store import Store
from tests.service.conftest import AppOf

HOST = "127.0.0.1"


@pytest.fixture
def client(sqlite_store: Store, app_of: AppOf) -> Iterator[TestClient]:
    app = app_of(sqlite_store)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as found:
        yield found
