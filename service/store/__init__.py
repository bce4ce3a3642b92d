"""The store: documents, their readings and all that hangs on them, in a database and a vault."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.settings import Settings
from service.store.database import Store, engine_of, migrate
from service.store.vault import Vault

__all__ = ["Store", "opened_store"]


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The store of `settings`, brought up to the tables and reference data of this version."""
    from service.store.reference import load_reference

    store = Store(settings, engine_of(settings.database_url), Vault(settings.vault_url))
    try:
        migrate(store.engine)
        load_reference(store)
        yield store
    finally:
        store.close()
