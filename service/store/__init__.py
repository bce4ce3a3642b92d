"""The store: documents, their readings and all that hangs on them, in a database and a vault."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from service.settings import Settings, masked
from service.store.database import Store, engine_of, file_of, migrate, readable, revision
from service.store.errors import EmptiedStore, ReadOnly, StoreTrouble, trouble_of
from service.store.vault import Vault

__all__ = ["Store", "check_writable", "opened_store", "reopened", "trouble_in"]


def reopened(settings: Settings) -> Store:
    """The store that another process of ours has opened: it is brought up to this version."""
    return Store(settings, engine_of(settings.database_url), Vault(settings.vault_url))


@contextmanager
def opened_store(settings: Settings, *, new: bool = False) -> Iterator[Store]:
    """The store of `settings`, brought up to the tables and reference data of this version.

    Raises StoreTrouble, and EmptiedStore where it would begin beside the files of another, unless
    it is to be `new`.
    """
    from service.store.changes import touch, untold
    from service.store.indicators import load_indicators
    from service.store.marks import load_marks
    from service.store.reference import load_reference

    store = reopened(settings)
    try:
        try:
            if (
                not new
                and revision(store.engine) is None
                and any(True for _ in store.vault.names())
            ):
                raise EmptiedStore(place=place_of(settings), vault=masked(settings.vault_url))
            migrate(store.engine)
            load_reference(store)
            load_marks(store)
            load_indicators(store)
            with store.reading() as session:
                documents = untold(session)
            for document_id in documents:
                with store.writing() as session:
                    touch(session, document_id)
        except DBAPIError as error:
            raise trouble_in(settings, error) or error from error
        yield store
    finally:
        store.close()


def check_writable(settings: Settings) -> None:
    """Raises ReadOnly where the database is a file that may only be read."""
    path = file_of(settings.database_url)
    if path is not None and "?" in readable(path):
        raise ReadOnly(place=str(path))


def place_of(settings: Settings) -> str:
    """Where the database is: its file, or its address without a password."""
    return str(file_of(settings.database_url) or masked(settings.database_url))


def trouble_in(settings: Settings, error: BaseException) -> StoreTrouble | None:
    """What an error says of the store of these settings, with its places in full."""
    return trouble_of(error, place_of(settings), masked(settings.vault_url))
