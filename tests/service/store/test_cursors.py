"""Cursors: opaque, of one order of one list, and clear errors for all else."""

import base64
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col

from models.tables import CorrectionRow
from service.store.errors import WrongCursor
from service.store.listings import DOCUMENT_ORDERS
from service.store.statements import (
    Order,
    decoded,
    encoded,
)
from service.store.tasks import ORDERS

DUE = ORDERS["due"]
SCOPE = "tasks/due"


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@given(st.dates(), st.integers(0, 2**63 - 1))
def test_a_cursor_tells_its_place_again(day: date, serial: int) -> None:
    text = encoded(SCOPE, (day, serial))
    assert decoded(text, SCOPE, DUE) == [day, serial]
    assert text.isascii()
    assert not set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_moments_keep_their_zone() -> None:
    order = Order((col(CorrectionRow.created_at), col(CorrectionRow.id)))
    place = [datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC), "a"]
    assert decoded(encoded("corrections/created", place), "corrections/created", order) == place


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "*",
        "é",
        "a" * 3000,
        cursor(),
        cursor(2, SCOPE),
        cursor(1, SCOPE, ["2024-01-01", 5]),  # a form that is not known
        cursor(2, "tasks/-due", ["2024-01-01", 5]),
        cursor(2, "plans/due", ["2024-01-01", 5]),
        cursor(2, SCOPE, ["2024-01-01"]),
        cursor(2, SCOPE, ["2024-01-01", 5, 6]),
        cursor(2, SCOPE, ["2024-13-01", 5]),
        cursor(2, SCOPE, ["2024-01-01", "5"]),
        cursor(2, SCOPE, ["2024-01-01", 2**70]),
        cursor(2, SCOPE, [None, 5]),
        cursor(2, SCOPE, {"a": 1}),
    ],
)
def test_what_is_no_cursor_of_the_order_is_refused(wrong: str) -> None:
    with pytest.raises(WrongCursor) as caught:
        decoded(wrong, SCOPE, DUE)
    assert caught.value.code == "cursor.wrong"
    assert "after" in caught.value.vi


def test_odd_values_are_refused() -> None:
    document = ORDERS["document"]
    with pytest.raises(WrongCursor):
        decoded(cursor(2, "tasks/document", ["a\x00", 1, 2]), "tasks/document", document)
    with pytest.raises(WrongCursor):
        decoded(
            cursor(2, "documents/created", ["2024-01-01T00:00:00", "a"]),
            "documents/created",
            DOCUMENT_ORDERS["created"],
        )


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_a_clear_error(text: str) -> None:
    with pytest.raises(WrongCursor):
        decoded(text, SCOPE, DUE)
