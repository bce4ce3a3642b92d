"""Words as they are searched: the same in Python, in a question and in PostgreSQL."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from corpora import tables
from extractor.text import searched
from service.store import Store
from service.store.search import terms

VIETNAMESE = "aáàảãạăắằẳẵặâấầẩẫậeéèẻẽẹêếềểễệiíìỉĩịoóòỏõọôốồổỗộơớờởỡợuúùủũụưứừửữựyýỳỷỹỵđ"


def test_the_fold_of_postgresql_is_that_of_python(postgres_store: Store) -> None:
    texts = [
        VIETNAMESE,
        VIETNAMESE.upper(),
        unicodedata.normalize("NFD", VIETNAMESE),
        "Uỷ ban Nhân dân – KỸ năng; Quý IV/2025 (hoà, hòa) kĩ, mỹ ly_hôn lý",
        *(row["name"] for row in tables.rows("communes_old")),
        *(row["name"] for row in tables.rows("agencies")),
    ]
    with postgres_store.reading() as session:
        connection = session.connection()
        found = connection.scalars(
            text(
                "SELECT kehoach_fold(t) FROM unnest(CAST(:t AS text[])) WITH ORDINALITY u(t, n) "
                "ORDER BY n"
            ),
            {"t": texts},
        )
        assert list(found) == [searched(words) for words in texts]


@given(st.text(max_size=200))
def test_terms_are_plain(query: str) -> None:
    for words, _ in terms(query):
        assert words == searched(words)
        assert re.fullmatch("[0-9a-z]+( [0-9a-z]+)*", words)
