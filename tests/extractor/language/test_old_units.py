"""Units of before the mergers, named in papers of their time and of after it."""

from datetime import date

import pytest

from extractor.language.agencies import read_agencies

#: Names and provinces of districts that were merged, renamed or raised in rank from
#: 2023 to 2025, and some of those that all ended on 30/6/2025; by `districts.tsv`.
ENDED_BEFORE = [
    ("huyện Đạ Tẻh", "vn-68"), ("huyện Cát Tiên", "vn-68"), ("huyện Lộc Hà", "vn-42"),
    ("huyện Đất Đỏ", "vn-77"), ("huyện Long Điền", "vn-77"), ("thành phố Huế", "vn-46"),
    ("huyện Nam Đông", "vn-46"), ("huyện Mộc Châu", "vn-14"), ("thị xã Đông Triều", "vn-22"),
    ("huyện Việt Yên", "vn-24"), ("huyện Yên Dũng", "vn-24"), ("huyện Thủy Nguyên", "vn-31"),
    ("huyện An Dương", "vn-31"), ("huyện Kim Bảng", "vn-35"), ("huyện Mỹ Lộc", "vn-36"),
    ("huyện Hoa Lư", "vn-37"), ("thành phố Ninh Bình", "vn-37"), ("huyện Đông Sơn", "vn-38"),
    ("thị xã Cửa Lò", "vn-40"), ("huyện Nông Sơn", "vn-49"), ("thị xã Bến Cát", "vn-74"),
    ("thị xã Phú Mỹ", "vn-77"), ("thị xã Gò Công", "vn-82"),
]  # fmt: skip
ENDED_WITH_ALL = [
    ("huyện Long Hồ", "vn-86"), ("thành phố Vĩnh Long", "vn-86"), ("thị xã Bình Minh", "vn-86"),
    ("huyện Ninh Sơn", "vn-58"), ("huyện Vĩnh Cửu", "vn-75"), ("thành phố Biên Hòa", "vn-75"),
    ("huyện Tam Đường", "vn-12"), ("thành phố Thủ Dầu Một", "vn-74"), ("huyện Cần Giờ", "vn-79"),
    ("quận Ninh Kiều", "vn-92"), ("huyện Sóc Sơn", "vn-01"), ("thị xã Sơn Tây", "vn-01"),
    ("huyện Hòa Vang", "vn-48"), ("thành phố Cam Ranh", "vn-56"), ("huyện Đồng Văn", "vn-02"),
    ("thị xã Nghĩa Lộ", "vn-15"), ("huyện Côn Đảo", "vn-77"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "province"), ENDED_BEFORE + ENDED_WITH_ALL)
@pytest.mark.parametrize("words", ["UBND {}", "{}", "Phòng Nội vụ {}"])
def test_a_unit_of_its_time(name: str, province: str, words: str) -> None:
    """A paper of 2023 means that very unit, whatever it is called later."""
    text = words.format(name)
    (found,) = read_agencies(text, province, date(2023, 6, 1))
    assert found.id is not None
    assert found.id.startswith(f"{province}-")
    assert found.level == "district"
    assert name.split(" ", 1)[1] in (found.name or "")
    assert "agency.not-in-force" not in found.issues


@pytest.mark.parametrize(("name", "province"), ENDED_BEFORE)
def test_a_unit_of_another_time(name: str, province: str) -> None:
    """A paper of June 2025 means no body that stands, or the one that took its place."""
    found = read_agencies(f"UBND {name}", province, date(2025, 6, 1))
    for mention in found:
        gone = "agency.not-in-force" in mention.issues
        other = name not in (mention.name or "") or mention.level == "province"
        assert mention.id is None or gone or other, mention
