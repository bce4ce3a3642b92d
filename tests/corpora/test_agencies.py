"""The registry of bodies: no loose end, no overlap, no name twice, doubts only as flags."""

import re
from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

from corpora import agencies, tables
from corpora.agencies import Role, roles

EVER = (date.min, date.max)


def span(role: Role) -> tuple[date, date]:
    return role.valid_from or EVER[0], role.valid_to or EVER[1]


def overlap(one: Role, two: Role) -> bool:
    (first, last), (start, end) = span(one), span(two)
    return first <= end and start <= last


def test_ids_are_unique_and_well_formed() -> None:
    ids = [row["id"] for row in tables.rows("agencies")]
    assert len(ids) == len(set(ids)) >= 224
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in ids)


def test_no_successor_dangles_or_ends_before_it_begins() -> None:
    for role in roles().values():
        first, last = span(role)
        assert first <= last, role.slug
        for slug in role.successors:
            heir = roles()[slug]
            assert role.valid_to, f"{role.slug} has successors but no end"
            assert span(heir)[1] > role.valid_to, f"{slug} ends before it takes over"


def test_a_body_with_an_end_has_a_successor_or_ended_with_the_districts() -> None:
    ended = [
        role.slug
        for role in roles().values()
        if role.valid_to and not role.successors and role.valid_to != date(2025, 6, 30)
    ]
    assert not ended


def test_successors_take_over_without_a_gap_of_a_month() -> None:
    for role in roles().values():
        if role.valid_to and role.successors:
            heirs = [roles()[slug] for slug in role.successors]
            first = min(span(heir)[0] for heir in heirs)
            assert first <= role.valid_to + timedelta(days=31), role.slug


def test_no_name_stands_for_two_bodies_of_one_level_at_one_time() -> None:
    holders: dict[tuple[str, str], list[Role]] = defaultdict(list)
    for role in roles().values():
        for name in {written.casefold() for written in (role.name, *role.aliases)}:
            holders[role.unit, name].append(role)
    twice = [
        (name, one.slug, two.slug)
        for (_, name), known in holders.items()
        for one, two in combinations(known, 2)
        if overlap(one, two)
    ]
    assert not twice


def test_no_doubt_is_hidden_in_a_note() -> None:
    for row in tables.rows("agencies"):
        assert "check" not in row["note"], row["id"]
        for part in filter(None, row["check"].split(";")):
            days = r"\d{4}-\d\d-\d\d"
            assert part in ("name", "successor") or re.fullmatch(rf"{days}\.\.{days}", part)


def test_every_row_has_a_level_and_a_source() -> None:
    units = {"central", "province", "district", "commune"}
    for row in tables.rows("agencies"):
        assert row["unit"] in units
        assert row["level"] in units | {"vertical", "party", "mass"}
        assert row["source"]
        assert row["listed"] in ("yes", "no")


def test_district_bodies_end_with_the_districts() -> None:
    for role in roles().values():
        if role.unit == "district":
            assert role.valid_to is not None, role.slug
            assert role.valid_to <= date(2025, 6, 30), role.slug


def test_heirs_is_the_inverse_of_successors() -> None:
    for slug, olds in agencies.heirs().items():
        assert all(slug in roles()[old].successors for old in olds)
    assert set(agencies.heirs()["so-tai-chinh"]) == {"so-ke-hoach-dau-tu"}


def test_days_cut_to_the_month_span_the_month() -> None:
    role = roles()["ban-tuyen-giao-tu"]
    assert role.valid_to == date(2025, 2, 28)
    assert roles()["ban-tgdv-tu"].valid_from == date(2025, 2, 1)


def test_the_doubt_of_a_date_touches_only_papers_of_those_days() -> None:
    role = roles()["so-ke-hoach-dau-tu"]
    assert role.unsure(date(2025, 2, 20))
    assert not role.unsure(date(2025, 2, 1))
    assert not role.unsure(None)
