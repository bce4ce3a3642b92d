"""The store: documents, their readings and all that hangs on them, in a database and a vault."""

from service.store.database import Store, opened_store

__all__ = ["Store", "opened_store"]
