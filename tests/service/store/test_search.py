"""Search: found however it is typed, the same on both databases, and nothing typed is an error."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlmodel import col

from models.agency import Assignment
from models.contract import decode_task
from models.tables import TaskRow
from service.store import Store
from service.store.filters import PlanQuery, TargetQuery, TaskQuery
from service.store.listings import plans, targets
from service.store.rows import Kept
from service.store.search import LONGEST, matches, terms
from service.store.tasks import tasks
from tests.extractor.commands import agencies
from tests.service.store.readings import put, sample, with_task

DOCUMENTS = ("vinh-long-2023", "ninh-son-2024", "lai-chau-2025")


def found(store: Store, query: str) -> set[str]:
    with store.reading() as session:
        page = tasks(session, TaskQuery(text=query, limit=1000))
        assert page.next is None
        return {task.key for task in page.items}


def by_hand(words: dict[str, str], query: str) -> set[str]:
    """What the query asks, said in another way: by patterns over the folded words of each task."""
    asked = [
        re.compile(rf"(?<![^ ]){re.escape(term)}" + (r"(?![^ ])" if phrase else ""))
        for term, phrase in terms(query)
    ]
    return {key for key, told in words.items() if all(one.search(told) for one in asked)}


def words_by_key(store: Store) -> dict[str, str]:
    """The words of each task, of its record."""
    with store.reading() as session:
        rows = session.execute(select(col(TaskRow.key), col(TaskRow.record)))
        return {key: Kept(decode_task(record), record).words() for key, record in rows}


@pytest.fixture(scope="module")
def filled(module_store: Store) -> Store:
    for slug in DOCUMENTS:
        put(module_store, sample(slug))
    return module_store


SAME = (
    ("hoà giải", "hòa giải", "hoa giai", "HÒA  GIẢI", "ho\u0300a gia\u0309i"),
    ("Uỷ quyền", "Ủy quyền", "uy quyen", "ỦY QUYỀN"),
    ("kỹ năng", "kĩ năng", "ky nang", "ki nang"),
    ("đơn vị", "don vi", "ĐƠN VỊ"),
)


def test_spelling_makes_no_difference(store: Store) -> None:
    for same in SAME:
        plan = sample("binh-duong-2024")
        for at, words in enumerate(same):
            plan = with_task(plan, at, description=f"Việc số {at}: {words}, hết")
        put(store, plan)
        results = [found(store, query) for query in same]
        assert len(results[0]) >= len(same)
        assert all(result == results[0] for result in results)


def test_words_begin_and_phrases_stand_as_they_are(filled: Store) -> None:
    assert found(filled, "tuyên truy") == found(filled, "TRUY tuyen") != set()
    assert found(filled, '"tuyên truyền"') != set()
    assert found(filled, '"truyền tuyên"') == set()
    assert found(filled, '"tuyên truy"') == set()
    assert found(filled, "uyên ruyền") == set()
    assert found(filled, "khongcotunay") == set()


def test_full_names_find_abbreviations(store: Store) -> None:
    plan = sample("vinh-long-2023")
    lead = Assignment("Sở NV", agencies(["Sở NV"], "vn-86")[0])
    put(store, with_task(plan, 0, lead=lead, description="Một việc riêng"))
    assert len(found(store, '"sở nội vụ tỉnh vĩnh long" "một việc riêng"')) == 1


ODD = (
        '"', '""', '"""', "'", "*", "a*", "*a", "^a", "a^", "-a", "a -b", "+", "(", ")", "a AND",
        "AND", "OR NOT", "NEAR(a b)", "a NEAR b", "{a b}:c", "folded:a", "folded : a", "%", "_",
        "a%", "a_b", "\\", "\x00", "a\x00b", "\ud7ff", "\u0300", "😀", "a" * 100_000, "a " * 5000,
        '"' * 999, "1=1", "'; DROP TABLE tasks; --", ":a", "?", "$1", "%(x)s", "%s", "\n", "\u00a0",
        "ß", "İ", "ﬁ", "½", "đ", "Đ",
)  # fmt: skip


def test_odd_input_is_no_error(filled: Store) -> None:
    words = words_by_key(filled)
    for odd in (one[:500] for one in ODD):
        assert found(filled, odd) == by_hand(words, odd), odd
        with filled.reading() as session:
            plans(session, PlanQuery(text=odd))
            targets(session, TargetQuery(text=odd))


QUERIES = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            ["sở", "so", "nội", "noi vu", '"nội vụ"', "kế", "hoạch", "k", "76", "76/NQ-CP", '"',
             "quý", "qúy", "2024", "%", "*", "tuyên-truyền", "OR", "ubnd", "ủy ban"]
        ),
        max_size=5,
    ).map(" ".join),
)  # fmt: skip


def test_all_queries_give_what_they_ask_for(filled: Store) -> None:
    """The same on both databases, which is that of patterns over the words."""
    words = words_by_key(filled)

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(QUERIES)
    def check(query: str) -> None:
        assert found(filled, query) == by_hand(words, query)

    check()


def test_words_follow_the_task(store: Store) -> None:
    plan = sample("binh-duong-2024")
    put(store, plan)
    put(store, with_task(plan, 0, description="Thủ tục mới toanh"))
    assert len(found(store, "toanh")) == 1
    put(store, plan)
    assert found(store, "toanh") == set()
    with store.writing() as session:
        session.execute(TaskRow.__table__.delete())
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM task_words")).scalar() == 0


def test_a_query_without_words_asks_nothing(store: Store) -> None:
    assert matches("sqlite", "?!") is None
    put(store, sample("binh-duong-2024"))
    assert len(found(store, "?!")) == len(sample("binh-duong-2024").tasks)


def test_only_so_much_of_a_query_counts() -> None:
    assert len(terms(" ".join(f"w{n}" for n in range(1000)))) == 32
    assert sum(len(words) for words, _ in terms("a" * 10**6)) == LONGEST
