"""The way to the database: what a session promises, on both."""

import pytest
from sqlmodel import func, select

from models.tables import DocumentRow
from service.store import Store
from tests.service.store.planting import planted


def documents(store: Store) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(DocumentRow)).one()


def test_what_a_reader_sees_is_of_one_moment(store: Store) -> None:
    with store.reading() as session:
        count = select(func.count()).select_from(DocumentRow)
        assert session.exec(count).one() == 0
        planted(store)
        assert session.exec(count).one() == 0
    assert documents(store) == 1


def written(store: Store) -> None:
    with store.writing() as session:
        session.add(DocumentRow(id="sha256:0", key="0", sha256="0", bytes=1))
        session.flush()
        raise RuntimeError


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError):
        written(store)
    assert documents(store) == 0
