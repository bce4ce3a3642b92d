"""What people read of the values of a closed set: each value has its words, in both languages."""

from collections.abc import Collection
from typing import get_args

import pytest

from extractor.progress import Stage
from models.plan import ReviewStatus, TaskState
from models.tables.documents import Verdict
from models.tables.feed import ChangeType
from models.task import Origin
from service.comparison.cascade import State
from service.comparison.differences import Change, Kind
from service.comparison.frames import Map
from service.comparison.tallies import Dimension
from service.store import Store
from service.store.doctor import Severity
from service.store.filters import TaskFilter, TaskSort
from service.store.marks import bits_of
from service.store.tasks import facets
from service.wording import sentences, values_of

FILTERS = set(TaskFilter.model_fields) - {"unit", "year", "field", "kind", "status", "origin"}
SORTS = get_args(get_args(TaskSort)[0])


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("acts", bits_of("act")),
        ("change", get_args(ChangeType)),
        ("difference", (*get_args(Kind), *get_args(Change))),
        ("dimension", get_args(Dimension)),
        ("filter", FILTERS - {"role"}),
        ("levels", bits_of("level")),
        ("map", get_args(Map)),
        ("origin", get_args(Origin)),
        ("part_of_plan", (*get_args(Origin), "targets")),
        ("report_state", get_args(TaskState)),
        ("sectors", bits_of("sector")),
        ("severity", get_args(Severity)),
        ("stage", ("store", *get_args(Stage))),
        ("status", get_args(ReviewStatus)),
        ("step", bits_of("step")),
        ("taking", get_args(State)),
        ("task_order", set(SORTS) - {"-confidence"}),
        ("verdict", get_args(Verdict)),
    ],
)
def test_every_value_is_called_something(key: str, values: Collection[str]) -> None:
    assert values_of(key).keys() == set(values)


def test_every_facet_is_called_something(sqlite_store: Store) -> None:
    with sqlite_store.reading() as session:
        assert facets(session, TaskFilter()).keys() == values_of("facet").keys()


@pytest.mark.parametrize("table", ["values.tsv", "cli/help.tsv"])
def test_words_are_in_both_languages_and_stand_once(table: str) -> None:
    rows = list(sentences(table))
    names = [(row.get("key", row.get("command")), row.get("value", row.get("parameter")))
             for row in rows]  # fmt: skip
    assert len(names) == len(set(names))
    pydantic = {"fault"}  # which has English words of its own
    assert [one for one, row in zip(names, rows, strict=True)
            if not row["vi"] or (not row["en"] and one[0] not in pydantic)] == []  # fmt: skip
