"""Which task a correction is of after a new reading, and what it makes of it."""

import dataclasses
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.agency import AgencyMention, Assignment
from models.contract import encode
from models.deadline import Deadline
from models.provenance import Provenance
from models.tables import CorrectionRow
from models.task import FieldMatch, Task
from service.store.replay import CHANGED, context_of, corrected, fitting, selectors_of
from tests.service.plans import made_plan
from tests.service.store.readings import sample

BLANK = Task(
    "t", "table", None, (), None, None, None, None, None, None, None, None, None, None, Provenance()
)
#: What words depend on in a plan of 2023 whose day is not known.
PLAN = context_of(dataclasses.replace(made_plan().document, issued_on=None))


def row(words: str, number: int, id_: str | None = None) -> Task:
    """A task of these words in a row of a table."""
    at = Provenance(table=1, row=number)
    return dataclasses.replace(BLANK, id=id_ or f"t-{words}", description=words, provenance=at)


def found(before: list[Task], id_: str, after: list[Task]) -> Task | None:
    """The task of a later reading that a correction of a task of an earlier one is of."""
    wanted = next(one for one in selectors_of(before) if one.id == id_)
    there = selectors_of(after)
    got = fitting(wanted, there)
    return after[there.index(got)] if got else None


READ = [row("a", 1), row("b", 2), row("c", 3), row("d", 4)]


def test_the_same_task_is_found_wherever_it_stands() -> None:
    moved = [row("new", 1), row("c", 2), row("a", 3)]
    assert found(READ, "t-c", moved) == moved[1]


def test_other_words_are_another_task() -> None:
    """Even under the same id."""
    assert found(READ, "t-c", [READ[0], READ[1], row("C!", 3, "t-c"), READ[3]]) is None
    assert found(READ, "t-c", []) is None


def test_another_id_needs_the_same_place_between_the_same_neighbours() -> None:
    new = [READ[0], READ[1], row("c", 3, "t-new"), READ[3]]
    assert found(READ, "t-c", new) == new[2]
    assert found(READ, "t-c", [READ[0], row("x", 2), row("c", 3, "t-new"), READ[3]]) is None
    assert found(READ, "t-c", [READ[0], READ[1], row("c", 9, "t-new"), READ[3]]) is None


def test_a_lookalike_never_gets_it() -> None:
    twins = [row("a", 1), row("b", 2, "t-b1"), row("c", 3), row("b", 4, "t-b2"), row("d", 5)]
    assert found(twins, "t-b2", twins) == twins[3]
    first_gone = [twins[0], twins[2], row("b", 3, "t-b1"), twins[4]]
    # The second twin has the id of the first now; it stands where the second stood.
    assert found(twins, "t-b1", first_gone) is None
    one_left = [twins[0], row("b", 2, "t-b1"), twins[2], twins[4]]
    assert found(twins, "t-b1", one_left) == one_left[1]
    assert found(twins, "t-b2", one_left) is None


def test_a_new_lookalike_asks_for_the_neighbours() -> None:
    new = [row("c", 1, "t-c"), *READ[:2], row("c", 4, "t-c2"), READ[3]]
    assert found(READ, "t-c", new) is None  # the id is at another place now, the place has moved
    beside = [*READ, row("c", 5, "t-c2")]
    assert found(READ, "t-c", beside) == READ[2]


WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=8)


def numbered(words: list[str]) -> list[Task]:
    """As the reader gives ids: alike rows are told by their number."""
    seen: dict[str, int] = {}
    found = []
    for number, word in enumerate(words):
        seen[word] = seen.get(word, 0) + 1
        found.append(row(word, number, f"{word}{seen[word]}"))
    return found


@given(WORDS, st.randoms(use_true_random=False))
def test_a_correction_is_of_its_own_words_or_an_orphan(
    words: list[str], chance: random.Random
) -> None:
    before = numbered(words)
    wanted = chance.choice(before)
    text = str(wanted.description)
    # As many readings later as it takes to lose, gain and swap rows.
    later = list(words)
    for _ in range(chance.randint(0, 3)):
        match chance.randint(0, 2):
            case 0 if later:
                later.pop(chance.randrange(len(later)))
            case 1:
                later.insert(chance.randint(0, len(later)), chance.choice("abcd"))
            case _:
                chance.shuffle(later)
    after = numbered(later)
    got = found(before, wanted.id, after)
    if got is not None:
        assert got.description == wanted.description
        if max(words.count(text), later.count(text)) > 1:
            here, there = before.index(wanted), after.index(got)
            assert around(before, here) == around(after, there)
    if later == words:
        assert got == wanted


def around(tasks: list[Task], at: int) -> tuple[str | None, str | None]:
    previous = tasks[at - 1].description if at else None
    following = tasks[at + 1].description if at + 1 < len(tasks) else None
    return previous, following


def change(name: str, before: Any, after: Any) -> CorrectionRow:
    return CorrectionRow(
        id="c", document_id="d", task_id="t", field=name, before=encode(before).decode(),
        after=encode(after).decode(), selectors="{}", author="lan", version="0",
    )  # fmt: skip


def task(**given_: Any) -> Task:
    return dataclasses.replace(sample("vinh-long-2023").tasks[0], issues=(), **given_)


def test_the_last_word_counts() -> None:
    one = task(note="đọc")
    new = corrected(one, [change("note", "đọc", "x"), change("note", "đọc", None)], PLAN)
    assert new == dataclasses.replace(one, note=None)


def test_all_kinds_of_values_come_back() -> None:
    lead = Assignment("Sở Y tế", (AgencyMention("Sở Y tế", "vn-86/so-y-te", kind="agency"),))
    deadline = Deadline("Quý I", "period", "2023-01-01", "2023-03-31", "2023-03-31")
    field = FieldMatch("PAR.2", "person", 1.0)
    one = task()
    new = corrected(
        one,
        [
            change("lead", one.lead, lead),
            change("deadline", one.deadline, deadline),
            change("field", one.field, field),
        ],
        PLAN,
    )
    assert (new.lead, new.deadline, new.field) == (lead, deadline, field)
    assert new.issues == ()


def test_a_field_that_is_read_in_another_way_is_told() -> None:
    one = task(note="nay đọc khác")
    new = corrected(one, [change("note", "trước đọc thế này", "người sửa")], PLAN)
    assert (new.note, new.issues) == ("người sửa", (CHANGED,))
    assert new.confidence < one.confidence


def test_how_surely_it_was_read_is_no_other_reading() -> None:
    body = AgencyMention("Sở Y tế", "vn-86/so-y-te", kind="agency", score=0.8, via="fuzzy")
    before = Assignment("Sở Y tế", (body,))
    now_ = Assignment("Sở Y tế", (dataclasses.replace(body, score=1.0, via="exact"),))
    new = corrected(task(lead=now_), [change("lead", before, None)], PLAN)
    assert new.issues == ()


def test_doubts_go_with_what_they_were_about() -> None:
    unknown = Assignment("Tổ X", (AgencyMention("Tổ X"),))
    doubted = dataclasses.replace(
        task(lead=unknown), confidence=0.9, issues=("lead.unresolved", "row.over-page")
    )
    known = Assignment("Sở Y tế", (AgencyMention("Sở Y tế", "vn-86/so-y-te", kind="agency"),))
    new = corrected(doubted, [change("lead", unknown, known)], PLAN)
    assert (new.issues, new.confidence) == (("row.over-page",), 1.0)
    worse = corrected(task(), [change("lead", task().lead, unknown)], PLAN)
    assert (worse.issues, worse.confidence) == (("lead.unresolved",), 0.9)


def test_the_deadline_a_person_gives_is_checked_too() -> None:
    before, past = task().deadline, Deadline("2001", "point", None, "2001-01-01", "2001-01-01")
    document = dataclasses.replace(sample("vinh-long-2023").document, issued_on="2022-12-13")
    new = corrected(task(), [change("deadline", before, past)], context_of(document))
    assert new.issues == ("deadline.before-issue",)
    unread = Deadline("xyz", unread="xyz")
    assert "deadline.unread" in corrected(task(), [change("deadline", before, unread)], PLAN).issues


def test_a_task_without_words_is_doubtful() -> None:
    one = task(subject=None)
    new = corrected(one, [change("description", one.description, None)], PLAN)
    assert new.issues == ("row.without-task",)
    back = corrected(
        dataclasses.replace(new, issues=("row.without-task",)),
        [change("description", None, "Lập kế hoạch")],
        PLAN,
    )
    assert back.issues == ()
