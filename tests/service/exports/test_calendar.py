"""Calendars, read back and held against RFC 5545."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from models.contract import decode, encode
from models.deadline import Deadline
from models.plan import Plan
from service.exports import Kind, export
from tests.service.plans import made_plan


def written(plans: list[bytes], kind: Kind = "todo") -> bytes:
    return b"".join(export("ics", plans, "vi", kind=kind))


def items(plans: list[bytes], kind: Kind = "todo") -> list[Component]:
    return Calendar.from_ical(written(plans, kind)).walk(f"V{kind.upper()}")


def item(deadline: Deadline, kind: Kind = "todo") -> Component:
    plan = made_plan(tasks=1)
    (found,) = items(
        [encode(replace(plan, tasks=(replace(plan.tasks[0], deadline=deadline),)))], kind
    )
    return found


def journal(plans: list[bytes]) -> Component:
    (found,) = Calendar.from_ical(written(plans)).walk("VJOURNAL")
    return found


POINT = Deadline("trước 01/01/2025", "point", None, "2024-12-31", "2024-12-31")


def test_the_last_day_of_a_to_do_is_written_as_it_is() -> None:
    """Clients show `DUE;VALUE=DATE` as the last day; the day after would be shown a day late."""
    todo = item(POINT)
    assert b"DUE;VALUE=DATE:20241231\r\n" in todo.to_ical()
    assert "dtstart" not in todo
    assert "rrule" not in todo


def test_an_event_lasts_the_one_day_its_end_excluded() -> None:
    data = item(POINT, "event").to_ical()
    assert b"DTSTART;VALUE=DATE:20241231\r\n" in data
    assert b"DTEND;VALUE=DATE:20250101\r\n" in data
    assert b"TRANSP:TRANSPARENT\r\n" in data


def test_the_last_day_of_all_has_no_day_after() -> None:
    event = item(replace(POINT, end="9999-12-31", due="9999-12-31"), "event")
    assert event["dtstart"].dt == date.max
    assert "dtend" not in event  # RFC 5545, 3.6.1: one day


def test_a_to_do_says_who_what_and_where(plan: Plan) -> None:
    (todo,) = items([encode(plan)])
    assert todo["uid"] == f"t1-{'0'}@kehoach"
    assert todo["sequence"] == 0
    assert todo["dtstamp"].dt == datetime(2022, 12, 13, tzinfo=UTC)
    assert todo["summary"] == "- Kế hoạch của tỉnh - Báo cáo"
    assert todo["dtstart"].dt == date(2022, 10, 1)
    assert todo["due"].dt == date(2022, 12, 31)
    assert todo["categories"].cats == ["Công tác chỉ đạo, điều hành cải cách hành chính"]
    assert str(todo["description"]).split("\n") == [
        "- Kế hoạch của tỉnh",
        "- Báo cáo",
        "Chủ trì: Sở Nội vụ",
        "Phối hợp: Các sở, ban, ngành",
        "Sản phẩm: Kế hoạch",
        "Thời hạn: Quý IV năm 2022",
        "Hạn: 31/12/2022",
        "Nguồn: 1/KH-UBND, trang 12, bảng 1, dòng 3",
    ]


def test_the_calendar_has_a_name() -> None:
    read = Calendar.from_ical(written([]))
    assert read["name"] == read["x-wr-calname"] == "Nhiệm vụ theo kế hoạch"


@pytest.mark.parametrize("kind", ["todo", "event"])
def test_a_quarterly_duty_recurs_on_the_last_days_of_its_quarters(kind: Kind) -> None:
    rule = "FREQ=MONTHLY;INTERVAL=3"
    found = item(
        Deadline("hằng quý", "recurring", "2024-01-01", "2024-12-31", "2024-12-31", rrule=rule),
        kind,
    )
    start = found["dtstart"].dt
    turns = rrulestr(found["rrule"].to_ical().decode(), dtstart=start)
    days = [turn.date().isoformat() for turn in turns]
    assert days == ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]
    if kind == "todo":
        assert found["due"].dt == start + timedelta(hours=23, minutes=59, seconds=59)
    else:
        assert found["dtend"].dt == start + timedelta(days=1)


def test_a_rhythm_that_is_not_told_has_one_day() -> None:
    deadline = Deadline(
        "định kỳ", "recurring", "2024-01-01", "2024-12-31", "2024-12-31", rrule="unspecified"
    )
    todo = item(deadline)
    assert (todo["dtstart"].dt, todo["due"].dt) == (date(2024, 1, 1), date(2024, 12, 31))
    assert "rrule" not in todo


@pytest.mark.parametrize("kind", ["todo", "event"])
def test_real_plans_give_what_rfc_5545_asks_for(real: list[bytes], kind: Kind) -> None:
    tasks = {task.id: task for plan in map(decode, real) for task in plan.tasks}
    read = items(real, kind)
    assert len({str(found["uid"]) for found in read}) == len(read) > 80
    for found in read:
        assert {"uid", "dtstamp", "sequence", "summary"} <= {name.lower() for name in found}
        task = tasks["-".join(found["uid"].split("-")[:2])]
        if kind == "todo":
            due = found["due"].dt
            if "dtstart" in found:  # of the same type, and earlier (3.8.2.3)
                assert type(found["dtstart"].dt) is type(due)
                assert found["dtstart"].dt < due
        if "rrule" in found:
            assert task.deadline is not None
            assert task.deadline.kind == "recurring"
            start, until = found["dtstart"].dt, found["rrule"]["UNTIL"][0]
            assert type(start) is type(until)
            turns = rrulestr(found["rrule"].to_ical().decode(), dtstart=start)
            assert f"{turns[0]:%Y%m%d}" == f"{start:%Y%m%d}"  # in step with its rule (3.8.5.3)
        elif kind == "todo":
            assert task.deadline is not None
            assert found["due"].dt.isoformat() == task.deadline.due


def test_every_task_is_in_the_calendar_or_counted(real: list[bytes]) -> None:
    tasks = [task for plan in map(decode, real) for task in plan.tasks]
    left = int(journal(real)["x-kehoach-left-out"])
    assert len(items(real)) + left == len(tasks)
    told = str(journal(real)["description"])
    assert "thường xuyên: " in told
    assert sum(int(line.split(": ")[1]) for line in told.split("\n")) == left


def test_a_duty_that_repeats_a_row_is_shown_once(plan: Plan) -> None:
    row = plan.tasks[0]
    again = replace(row, id="t9", origin="narrative", same_as="t1")
    both = [encode(replace(plan, tasks=(row, again)))]
    assert [str(found["uid"]) for found in items(both)] == ["t1-0@kehoach"]
    assert "trùng dòng đã có trong lịch: 1" in journal(both)["description"]
    (alone,) = items([encode(replace(plan, tasks=(again,)))])
    assert alone["related-to"] == "t1-0@kehoach"


def test_no_plan_gives_a_calendar_that_opens() -> None:
    read = Calendar.from_ical(written([]))
    assert [found.name for found in read.subcomponents] == ["VJOURNAL"]  # 3.6: at least one
    assert read["version"] == "2.0"
    assert journal([])["x-kehoach-left-out"] == "0"


def test_parts_of_plans_give_the_tasks_of_whole_plans(
    real: list[bytes], parts: list[bytes]
) -> None:
    whole = {str(found["uid"]): found.to_ical() for found in items(real)}
    cut = {str(found["uid"]): found.to_ical() for found in items(parts)}
    assert whole.items() <= cut.items()
    assert all(b"RELATED-TO" in cut[name] for name in cut.keys() - whole.keys())


def test_the_same_plans_give_the_same_bytes(real: list[bytes]) -> None:
    assert written(real) == written(real)


def test_lines_are_folded_between_characters(real: list[bytes]) -> None:
    """RFC 5545, 3.1: at most 75 octets, CRLF; and no letter of Vietnamese cut in two."""
    data = written(real)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert all(line.decode("utf-8") or line == lines[-1] for line in lines)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_words_leave_the_calendar_whole(words: str) -> None:
    plan = made_plan(tasks=1)
    task = replace(
        plan.tasks[0], description=words, product=words, deadline=replace(POINT, text=words)
    )
    data = written([encode(replace(plan, tasks=(task,)))])
    assert not set(data) - {0x0D, 0x0A, 0x09} & set(range(0x20))
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    read = Calendar.from_ical(data)
    assert [found.name for found in read.subcomponents] == ["VTODO", "VJOURNAL"]
    todo = read.walk("VTODO")[0]
    assert todo["due"].dt == date(2024, 12, 31)
    printable = "".join(letter for letter in words if letter.isalnum())
    for name in ("summary", "description"):  # a tracker that is fed by them gets no cut text
        shown = "".join(letter for letter in str(todo[name]) if letter.isalnum())
        assert printable in shown
