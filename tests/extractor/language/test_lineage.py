"""Lineage: who stood when, what became of it, and who is in a set."""

from datetime import date

import pytest

from corpora import agencies
from corpora.lineage import as_of, expand, predecessors, successors
from corpora.units import find
from extractor import read_plan
from models.plan import UnitRef
from tests.extractor.commands import agencies as read_agencies


@pytest.mark.parametrize(
    ("agency", "on", "stood"),
    [
        ("vn-86/so-thong-tin-truyen-thong", date(2025, 2, 28), True),
        ("vn-86/so-thong-tin-truyen-thong", date(2025, 3, 1), False),
        ("vn-74/so-noi-vu", date(2025, 6, 30), True),
        ("vn-74/so-noi-vu", date(2025, 7, 1), False),
        ("vn-58-585/ubnd-huyen", date(2024, 1, 1), True),
        ("vn-58-585/ubnd-huyen", date(2025, 7, 1), False),
        ("vn-22-204", date(2019, 12, 31), True),
        ("vn-22-204", date(2020, 1, 1), False),
        ("vn-86/khong-co", date(2024, 1, 1), False),
        ("vn-00", date(2024, 1, 1), False),
    ],
)
def test_as_of(agency: str, on: date, stood: bool) -> None:
    assert as_of(agency, on) is stood


@pytest.mark.parametrize(
    ("agency", "frame", "found"),
    [
        ("vn-86/so-noi-vu", "2026", ["vn-86/so-noi-vu"]),
        ("vn-83/so-noi-vu", "2026", ["vn-86/so-noi-vu"]),
        ("vn-74/ubnd-tinh", "2026", ["vn-79/ubnd-tinh"]),
        (
            "vn-86/so-thong-tin-truyen-thong",
            "2026",
            ["vn-86/so-khoa-hoc-cong-nghe", "vn-86/so-vhttdl"],
        ),
        ("vn-86/so-thong-tin-truyen-thong", "2024", ["vn-86/so-thong-tin-truyen-thong"]),
        ("vn-86/cuc-thue-tinh", "2026", ["vn-86/thue-tinh"]),  # over the region of 2025
        ("vn/bo-giao-thong-van-tai", "2026", ["vn/bo-xay-dung", "vn/bo-cong-an"]),
        ("vn/bo-dan-toc-ton-giao", "2024", ["vn/uy-ban-dan-toc"]),
        ("vn-22-204", "2024", ["vn-22-193"]),
    ],
)
def test_successors(agency: str, frame: str, found: list[str]) -> None:
    assert list(successors(agency, frame)) == found


def test_a_district_goes_to_its_communes() -> None:
    heirs = successors("vn-58-585/ubnd-huyen", "2026")
    assert {"vn-56-22810/ubnd-xa", "vn-56-22813/ubnd-xa"} <= set(heirs)
    assert all(key.startswith("vn-56-") for key in heirs)


def test_predecessors_are_of_the_right_level_and_time() -> None:
    for agency in ("vn-56-22810/ubnd-xa", "vn-86/so-tai-chinh", "vn/bo-noi-vu", "vn-79/thue-tinh"):
        found = predecessors(agency)
        assert found
        for key in found:
            unit, slug = key.split("/")
            territory = find(unit, date(2024, 12, 31))
            assert territory is not None
            assert territory.level == agencies.roles()[slug].unit
            assert as_of(key, date(2024, 12, 31))
    assert "vn-58-585/ubnd-huyen" in predecessors("vn-56-22810/ubnd-xa")


def test_every_listed_body_of_2024_has_an_heir_in_2026() -> None:
    homes = {
        "central": "vn",
        "province": "vn-86",
        "district": "vn-58-585",
        "commune": "vn-58-22810",
    }
    day = date(2024, 12, 31)
    lost = [
        role.slug
        for role in agencies.roles().values()
        if role.listed
        and role.stands(day)
        and (role.successors or role.valid_to is None)
        and not successors(f"{homes[role.unit]}/{role.slug}", "2026")
    ]
    assert not lost


def test_expand_lists_the_members_of_the_day() -> None:
    assert len(expand(["TINH"], "vn", date(2024, 1, 1))) == 63
    assert len(expand(["TINH"], "vn", date(2026, 1, 1))) == 34
    assert len(expand(["HUYEN"], "vn-75", date(2024, 10, 15))) == 11
    assert expand(["HUYEN"], "vn-75", date(2025, 10, 15)) == []
    assert len(expand(["XA"], "vn-58-585", date(2023, 12, 8))) == 8
    assert len(expand(["BO"], "vn", date(2024, 1, 1))) == 18
    assert len(expand(["BO"], "vn", date(2026, 1, 1))) == 14
    departments = expand(["SO"], "vn-86", date(2024, 1, 1))
    assert "vn-86/vp-ubnd-tinh" in departments
    assert "vn-86/thanh-tra-tinh" in departments
    assert "vn-86/so-nong-nghiep-moi-truong" not in departments


def test_expand_takes_a_mention() -> None:
    ((group,),) = read_agencies(["UBND các xã, thị trấn"], "vn-58-585", date(2023, 12, 8))
    assert len(expand(group.members, "vn-58-585", date(2023, 12, 8))) == 8
    assert expand(["NO_SUCH_SET"], "vn-86", date(2024, 1, 1)) == []


def issuer(lines: str, place: str, on: date | None) -> UnitRef | None:
    """The unit of a plan whose letterhead has these lines, signed there on that day."""
    day = f"{place}, ngày {on.day} tháng {on.month} năm {on.year}" if on else ""
    motto = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    top = (*lines.split("\n"), *motto, "Số: 1/KH-VP", day, "KẾ HOẠCH", "Cải cách", "I. MỤC ĐÍCH")
    return read_plan("".join(f"<p>{line}</p>" for line in top).encode(), "a.html").document.unit


@pytest.mark.parametrize(
    ("lines", "place", "on", "unit"),
    [
        ("ỦY BAN NHÂN DÂN\nTỈNH VĨNH LONG", "Long Hồ", date(2022, 12, 13), "vn-86"),
        ("VĂN PHÒNG", "Lai châu", date(2024, 12, 24), "vn-12"),
        ("UBND TỈNH LÀO CAI\nSỞ CÔNG THƯƠNG", "Lào Cai", date(2026, 6, 30), "vn-15"),
        ("UBND TỈNH LÀO CAI\nSỞ CÔNG THƯƠNG", "Lào Cai", date(2024, 6, 30), "vn-10"),
        ("SỞ CÔNG THƯƠNG LÀO CAI", "Sa Pa", date(2024, 6, 30), "vn-10"),
        ("ỦY BAN NHÂN DÂN HUYỆN NINH SƠN", "Tân Sơn", date(2023, 12, 8), "vn-58-585"),
        ("UBND TỈNH NINH THUẬN\nUBND HUYỆN NINH SƠN", "Tân Sơn", date(2023, 12, 8), "vn-58-585"),
        ("UBND THÀNH PHỐ BIÊN HOÀ", "Biên Hòa", date(2024, 1, 1), "vn-75-731"),
        ("UBND HUYỆN CHÂU THÀNH", "Châu Thành", date(2024, 1, 1), None),
        ("UBND HUYỆN CHÂU THÀNH", "Bến Tre", date(2024, 1, 1), "vn-83-831"),
        ("UBND HUYỆN CHÂU THÀNH TỈNH BẾN TRE", "Châu Thành", date(2024, 1, 1), "vn-83-831"),
        ("UBND XÃ NINH SƠN", "Khánh Hòa", date(2025, 9, 1), "vn-56-22810"),
        ("UBND THÀNH PHỐ ĐỒNG NAI", "Trấn Biên", date(2026, 6, 1), "vn-75"),
        ("VĂN PHÒNG", "Đồng Nai", date(2024, 10, 15), "vn-75"),
        ("UBND TỈNH BẮC NINH", "Quế Võ", date(2024, 11, 18), "vn-27"),
        ("UBND TỈNH BẮC NINH", "Quế Võ", date(2025, 11, 18), "vn-24"),
        ("ỦY BAN NHÂN DÂN TP. HỒ CHÍ MINH", "Thủ Đức", date(2025, 11, 18), "vn-79"),
        ("BỘ TÀI CHÍNH", "Hà Nội", date(2025, 1, 1), "vn"),
        ("CHÍNH PHỦ", "Hà Nội", date(2026, 1, 1), "vn"),
        ("THỦ TƯỚNG CHÍNH PHỦ", "", None, "vn"),
        ("ỦY BAN THƯỜNG VỤ QUỐC HỘI", "", None, "vn"),
        ("CÔNG TY AN PHÁT", "", None, None),
        ("", "", None, None),
    ],
)
def test_the_unit_of_a_plan_is_that_of_its_issuer(
    lines: str, place: str, on: date | None, unit: str | None
) -> None:
    found = issuer(lines, place, on)
    assert (found.id if found else None) == unit


def test_the_unit_has_the_name_and_level_of_its_day() -> None:
    before = issuer("UBND TỈNH ĐỒNG NAI", "Biên Hòa", date(2024, 1, 1))
    after = issuer("UBND THÀNH PHỐ ĐỒNG NAI", "Biên Hòa", date(2026, 6, 1))
    assert before
    assert after
    assert (before.name, before.level) == ("tỉnh Đồng Nai", "province")
    assert (after.name, after.level) == ("thành phố Đồng Nai", "province")
