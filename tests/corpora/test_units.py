"""Units: 63 and 34 provinces, 696 districts, the communes, and what became of each."""

import subprocess
import sys
from collections import defaultdict
from datetime import date
from itertools import pairwise

from corpora import tables, units

OLD, NEW = date(2025, 6, 30), date(2025, 7, 1)


def test_the_counts_of_the_two_maps() -> None:
    assert len(units.children("vn", "province", OLD)) == 63
    assert len(units.children("vn", "province", NEW)) == 34
    assert len(units.children("vn", "district", OLD)) == 696
    assert units.children("vn", "district", NEW) == ()
    assert len(units.communes()) == 3321
    assert len(units.communes_old()) == 10035


def test_cities_under_the_centre_by_day() -> None:
    def cities(on: date) -> int:
        return sum(u.kind == "thành phố" for u in units.children("vn", "province", on))

    days = [date(2024, 12, 31), date(2025, 1, 1), NEW, date(2026, 4, 30), date(2026, 10, 1)]
    assert [cities(on) for on in days] == [5, 6, 6, 7, 9]


def test_no_two_spans_of_an_id_overlap_and_none_is_followed_by_a_gap() -> None:
    spans: dict[str, list[units.Unit]] = defaultdict(list)
    for unit in units.provinces():
        spans[unit.id].append(unit)
    for found in spans.values():
        for one, two in pairwise(found):
            assert one.valid_to is not None
            assert two.valid_from is not None
            assert (two.valid_from - one.valid_to).days == 1


def test_no_successor_dangles() -> None:
    known = {unit.id for unit in (*units.provinces(), *units.districts())}
    for unit in (*units.provinces(), *units.districts()):
        assert set(unit.successors) <= known, unit.title
        if unit.level == "province" and unit.valid_to:
            assert unit.successors, unit.title


def test_the_map_of_2025_covers_every_unit_of_before() -> None:
    homes = [units.successors(u.id, OLD) for u in units.children("vn", "province", OLD)]
    assert all(len(home) == 1 for home in homes)
    assert {home[0] for home in homes} == {u.id for u in units.children("vn", "province", NEW)}
    for district in units.children("vn", "district", OLD):
        communes = units.successors(district.id, OLD)
        assert communes, district.title
        assert {key[:5] for key in communes} == set(units.successors(district.id[:5], OLD))
    back = {old for key in units.communes() for old in units.predecessors(key, NEW)}
    assert back == set(units.communes_old())


def test_province_merges_agree_with_the_table_of_merges() -> None:
    for row in tables.rows("provinces"):
        before = f"vn-{row['old_code']}"
        assert units.successors(before, OLD) == (f"vn-{row['new_code']}",)
        found = units.find(before, OLD)
        assert found is not None
        assert found.name == row["old_short"]
        after = units.find(f"vn-{row['new_code']}", NEW)
        assert after is not None
        assert after.name == row["new_short"]


def test_a_code_means_another_province_after_the_merger() -> None:
    before, after = units.find("vn-24", OLD), units.find("vn-24", NEW)
    assert before
    assert after
    assert (before.title, after.title) == ("tỉnh Bắc Giang", "tỉnh Bắc Ninh")
    assert units.predecessors("vn-24", NEW) == ("vn-24", "vn-27")


def test_parents_have_one_step_less_after_the_districts() -> None:
    assert units.parent("vn-58-22810", date(2024, 1, 1)) == "vn-58-585"
    assert units.parent("vn-56-22810", date(2026, 1, 1)) == "vn-56"
    assert units.parent("vn-58-585") == "vn-58"
    assert units.parent("vn-58") == "vn"
    assert units.parent("vn") is None


def test_an_unsure_day_is_a_flag() -> None:
    flagged = [u.title for u in units.provinces() if u.check]
    assert flagged == ["thành phố Bắc Ninh"]


def test_reading_a_cell_loads_no_communes() -> None:
    code = (
        "from datetime import date\n"
        "from corpora import units\n"
        "from extractor.language.agencies import read_agencies\n"
        "read_agencies('Sở Nội vụ; UBND các xã', 'vn-86', date(2023, 1, 1))\n"
        "print(units.communes.cache_info().currsize, units.communes_old.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
