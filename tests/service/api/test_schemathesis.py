"""Every route under schemathesis: no 5xx, no answer the OpenAPI does not tell, no open door."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from service.api.app import create_app
from service.store import opened_store
from tests.service.api.fuzzing import SEED, Library, run, schema_of
from tests.service.stores import SettingsFor

#: What is tried together, so that requests can follow from one another; each in its own process.
SHARES = (
    ("documents", "jobs"),
    ("tasks",),
    ("plans", "exports"),
    ("changes", "webhooks", "calendars"),
    ("targets", "citations", "reference", "readings", "contract", "comparison"),
    ("access", "health", "problems", "audit", "sessions", "users", "keys"),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """No line in the log for each of thousands of requests."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**before)


@pytest.mark.soak
@pytest.mark.parametrize("tags", SHARES, ids=lambda tags: tags[0])
def test_no_route_breaks_its_word(settings_for: SettingsFor, tags: tuple[str, ...]) -> None:
    settings = settings_for(rate=10_000_000, queue=1_000_000, log_level="error", workers=0)
    with opened_store(settings) as store:
        library = Library.of(store)
        schema = schema_of(create_app(store, None), library, 3, SEED)
        account = run(schema.include(tag=list(tags)))
        assert library.is_open()
    assert account.failures == {}
    assert account.errors == []
    assert account.requests > 100
    assert not [status for status in account.statuses if status >= 500]


def test_every_route_has_its_share(settings_for: SettingsFor) -> None:
    with opened_store(settings_for()) as store:
        described = create_app(store, None).openapi()
    tags = [
        operation["tags"] for path in described["paths"].values() for operation in path.values()
    ]
    assert {tag for some in tags for tag in some} <= {tag for share in SHARES for tag in share}
