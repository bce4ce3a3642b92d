"""Agencies: the cells read by hand, level first, time, spans, and what must never be said."""

import unicodedata
from datetime import date
from functools import cache
from itertools import groupby

import pytest

from corpora import agencies, tables
from corpora.units import find
from extractor import read_plan
from models.agency import AgencyMention
from tests.extractor.commands import agencies as agencies_of
from tests.extractor.pages import table

Form = tuple[str, frozenset[str] | str, bool]
Mentions = tuple[AgencyMention, ...]

VINH_LONG = ("vn-86", date(2022, 12, 13))
NINH_SON = ("vn-58-585", date(2023, 12, 8))
HA_NOI = ("vn-01", date(2025, 11, 24))


@cache
def gold() -> list[tuple[dict[str, str], Mentions]]:
    """The rows of the gold file, `\\n` made a line break, and what each of them is read as."""

    def paper(row: dict[str, str]) -> tuple[str, str]:
        return row["unit"], row["on"]

    lines = tables.rows("gold/agencies")
    rows = [row | {"text": row["text"].replace("\\n", "\n")} for row in lines]
    found: list[tuple[dict[str, str], Mentions]] = []
    for (unit, on), group in groupby(sorted(rows, key=paper), key=paper):
        cells = list(group)
        read = agencies_of([row["text"] for row in cells], unit, date.fromisoformat(on))
        found += zip(cells, read, strict=True)
    return found


def read_agencies(text: str, unit: str, on: date) -> Mentions:
    (found,) = agencies_of([text], unit, on)
    return found


def merged(forms: list[Form]) -> list[Form]:
    """Neighbouring closed groups as one: which of them stands alone says nothing."""
    found: list[Form] = []
    for (kind, closed), run in groupby(forms, key=lambda form: (form[0], form[2])):
        members = list(run)
        if kind == "group" and closed:
            found.append((kind, frozenset().union(*(set(form[1]) for form in members)), True))
        else:
            found.extend(members)
    return found


def expected(cell: str) -> list[Form]:
    forms: list[Form] = []
    for item in filter(None, (part.strip() for part in cell.split(" | "))):
        kind, _, rest = item.partition(":")
        if kind == "group":
            codes = frozenset(filter(None, rest.rstrip("?").split("+")))
            forms.append((kind, codes, not rest.endswith("?")))
        else:
            forms.append((kind, rest, True))
    return merged(forms)


def got(mentions: tuple[AgencyMention, ...]) -> list[Form]:
    forms: list[Form] = []
    for mention in mentions:
        if mention.kind == "group":
            forms.append(("group", frozenset(mention.members), bool(mention.closed)))
        elif mention.kind == "agency":
            assert mention.id
            forms.append(("agency", mention.id.rsplit("/", 1)[1], True))
        else:
            forms.append(("unknown", mention.text, True))
    return merged(forms)


def test_the_gold_file_is_large_and_has_no_row_twice() -> None:
    rows = [(row["text"], row["unit"], row["on"]) for row, _ in gold()]
    assert len(rows) >= 300
    assert len(set(rows)) == len(rows)


def test_every_gold_cell_is_read_as_by_hand() -> None:
    for row, found in gold():
        assert got(found) == expected(row["expected"]), row


def test_no_link_crosses_a_level() -> None:
    """A body stands at a unit of its own level: a sở at a province, a phòng at a district."""
    levels = {1: "central", 2: "province"}
    for mention in (mention for _, found in gold() for mention in found if mention.id):
        unit, slug = str(mention.id).split("/")
        parts = unit.split("-")
        level = levels.get(len(parts)) or ("district" if len(parts[2]) == 3 else "commune")
        assert agencies.roles()[slug].unit == level == mention.level, mention


def test_spans_cut_the_printed_words_in_order() -> None:
    for row, found in gold():
        end = 0
        for mention in found:
            assert mention.span is not None
            assert end <= mention.span[0] < mention.span[1]
            assert row["text"][slice(*mention.span)] == mention.text
            end = mention.span[1]


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("Sở Nội vụ", VINH_LONG, "vn-86/so-noi-vu"),
        ("Sở Nội vụ", NINH_SON, "vn-58/so-noi-vu"),
        ("UBND tỉnh", NINH_SON, "vn-58/ubnd-tinh"),
        ("UBND huyện", NINH_SON, "vn-58-585/ubnd-huyen"),
        ("Bộ Nội vụ", NINH_SON, "vn/bo-noi-vu"),
        ("UBND huyện Vĩnh Cửu", ("vn-75", date(2024, 10, 15)), "vn-75-735/ubnd-huyen"),
        ("UBND Thành phố", HA_NOI, "vn-01/ubnd-tinh"),
        ("Cục Thuế", VINH_LONG, "vn-86/cuc-thue-tinh"),
        ("Cục Thuế", HA_NOI, "vn/cuc-thue-trung-uong"),
        ("Sở Nội vụ tỉnh Bắc Ninh", ("vn", date(2024, 5, 1)), "vn-27/so-noi-vu"),
        ("Sở Nội vụ tỉnh Bắc Ninh", ("vn", date(2025, 8, 1)), "vn-24/so-noi-vu"),
        ("UBND quận 2", ("vn-79", date(2019, 5, 1)), "vn-79-769/ubnd-huyen"),
        ("UBND thành phố Thủ Đức", ("vn-79", date(2023, 5, 1)), "vn-79-769/ubnd-huyen"),
    ],
)
def test_the_paper_gives_the_unit(text: str, where: tuple[str, date], found: str) -> None:
    (mention,) = read_agencies(text, *where)
    assert mention.id == found


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Phòng Nội vụ", "vn-86"),  # a division of which district?
        ("Phòng Nội vụ", "vn"),
        ("Sở Nội vụ", "vn"),
        ("Văn phòng HĐND và UBND huyện", "vn"),
        ("Trạm Y tế", "vn-86"),
    ],
)
def test_a_name_of_a_lower_level_is_not_linked(text: str, unit: str) -> None:
    (mention,) = read_agencies(text, unit, date(2023, 5, 1))
    assert (mention.kind, mention.id) == ("unknown", None)
    assert mention.issues
    assert mention.candidates


def test_without_a_unit_only_what_names_its_own_is_linked() -> None:
    names = "Sở Nội vụ; Bộ Nội vụ; Sở Nội vụ tỉnh Vĩnh Long"
    cells = table(["STT", "Nhiệm vụ", "Cơ quan chủ trì"], ["1", "Rà soát", names])
    (task,) = read_plan(f"<p>KẾ HOẠCH</p><p>Năm 2024</p>{cells}".encode(), "a.html").tasks
    assert task.lead
    found = task.lead.agencies
    assert [mention.id for mention in found] == [None, "vn/bo-noi-vu", "vn-86/so-noi-vu"]
    assert found[0].issues == ("agency.no-unit",)


@pytest.mark.parametrize(
    ("text", "on", "late"),
    [
        ("Sở Thông tin và Truyền thông", date(2024, 6, 1), False),
        ("Sở Thông tin và Truyền thông", date(2025, 6, 1), True),
        ("Sở Nông nghiệp và Môi trường", date(2024, 6, 1), True),
        ("Sở Nông nghiệp và Môi trường", date(2025, 6, 1), False),
        ("UBND huyện Long Hồ", date(2025, 6, 30), False),
        ("UBND huyện Long Hồ", date(2025, 7, 1), True),
        ("UBND các huyện, thị xã, thành phố", date(2025, 7, 1), True),
        ("Sở Nội vụ tỉnh Bến Tre", date(2025, 7, 1), True),
    ],
)
def test_a_body_out_of_its_time_is_told_and_never_moved(text: str, on: date, late: bool) -> None:
    (mention,) = read_agencies(text, "vn-86", on)
    assert ("agency.not-in-force" in mention.issues) is late
    assert mention.kind in ("agency", "group")


def test_an_unsure_day_is_a_flag_of_the_mention() -> None:
    (close,) = read_agencies("Sở Kế hoạch và Đầu tư", "vn-86", date(2025, 2, 25))
    (far,) = read_agencies("Sở Kế hoạch và Đầu tư", "vn-86", date(2024, 2, 25))
    assert close.issues == ("agency.unsure",)
    assert far.issues == ()


def test_posts_are_kept_beside_their_agency() -> None:
    found = read_agencies("Giám đốc Sở Nội vụ; Thủ trưởng các sở, ban, ngành", *VINH_LONG)
    assert [mention.post for mention in found] == ["Giám đốc", "Thủ trưởng"]


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("Sở Nội vụ", "exact"),
        ("STTTT", "abbreviation"),
        ("Sở Nội vụ tỉnh Vĩnh Long", "grammar"),
        ("Sở Nôi vụ", "fuzzy"),
        ("Các cơ quan, đơn vị", "collective"),
        ("Công ty An Phát", "none"),
        ("Hội Nhà báo tỉnh", "unlisted"),
    ],
)
def test_a_mention_says_how_it_was_linked(text: str, via: str) -> None:
    (mention,) = read_agencies(text, *VINH_LONG)
    assert mention.via == via
    assert 0 <= mention.score <= 1
    assert (mention.score < 1) is (via in ("fuzzy", "none", "unlisted"))


def test_what_is_near_to_two_names_stays_unknown_with_both() -> None:
    (mention,) = read_agencies("Sở Ngoi vụ", *VINH_LONG)
    assert mention.kind == "unknown"
    assert set(mention.candidates) == {"so-noi-vu", "so-ngoai-vu"}


def test_a_body_that_is_not_listed_is_a_candidate() -> None:
    (mention,) = read_agencies("Hội Nông dân huyện", *NINH_SON)
    assert (mention.kind, mention.id) == ("unknown", None)
    assert mention.candidates == ("vn-58-585/hoi-nong-dan-huyen",)
    assert mention.name == "Hội Nông dân huyện Ninh Sơn"


def test_names_have_their_unit_as_of_the_day() -> None:
    (before,) = read_agencies("UBND tỉnh", "vn-24", date(2024, 1, 1))
    (after,) = read_agencies("UBND tỉnh", "vn-24", date(2025, 8, 1))
    assert before.name == "Ủy ban nhân dân tỉnh Bắc Giang"
    assert after.name == "Ủy ban nhân dân tỉnh Bắc Ninh"
    assert find("vn-24", date(2026, 10, 1)).title == "thành phố Bắc Ninh"  # type: ignore[union-attr]


def test_tone_marks_case_and_dashes_do_not_matter() -> None:
    forms = (
        "Uỷ ban nhân dân tỉnh",
        "ỦY BAN NHÂN DÂN TỈNH",
        "Ủy  ban nhân dân\xa0tỉnh",
        "UBND tỉnh",
    )
    assert {read_agencies(text, *VINH_LONG)[0].id for text in forms} == {"vn-86/ubnd-tinh"}
    dashes = [f"Phòng Tài chính {dash} Kế hoạch" for dash in "-–—‐"]
    assert {read_agencies(text, *NINH_SON)[0].id for text in dashes} == {"vn-58-585/phong-tckh"}


def test_text_that_is_not_composed_is_read_in_its_own_characters() -> None:
    text = unicodedata.normalize("NFD", "Sở Nội vụ; Sở Tài chính")
    found = read_agencies(text, *VINH_LONG)
    assert [mention.id for mention in found] == ["vn-86/so-noi-vu", "vn-86/so-tai-chinh"]
    assert [text[slice(*mention.span)] for mention in found if mention.span] == text.split("; ")


def test_a_cell_without_a_name_has_no_mention() -> None:
    texts = ["", " ", "-", "(Sở Nội vụ)", "…", "\n\n", "1. ", "()"]
    assert agencies_of(texts, *VINH_LONG) == [()] * len(texts)


def test_a_district_has_the_name_of_its_time() -> None:
    """What was called so resolves in papers of that time, and is nothing else afterwards."""
    names = {
        "huyện Đạ Tẻh": "vn-68-682", "huyện Cát Tiên": "vn-68-683", "huyện Lộc Hà": "vn-42-448",
        "huyện Đất Đỏ": "vn-77-753", "thành phố Huế": "vn-46-474",
    }  # fmt: skip
    for day, stands in ((date(2023, 5, 1), True), (date(2025, 6, 1), False)):
        for name, unit in names.items():
            ((found,),) = agencies_of([f"UBND {name}"], unit[:5], day)
            in_force = "agency.not-in-force" not in found.issues
            assert (found.id == f"{unit}/ubnd-huyen" and in_force) == stands, (name, day)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UBND các huyện, thành phố", "Ủy ban nhân dân các huyện, thành phố"),
        ("UBND các huyện, thị xã, thành phố", "Ủy ban nhân dân các huyện, thị xã, thành phố"),
        ("UBND các xã, phường, thị trấn", "Ủy ban nhân dân các xã, phường, thị trấn"),
        ("UBND CÁC HUYỆN, THÀNH PHỐ", "Ủy ban nhân dân các huyện, thành phố"),
        ("UBND các tỉnh/ thành phố", "Ủy ban nhân dân các tỉnh, thành phố"),
        ("UBND các huyện", "Ủy ban nhân dân các huyện"),
        ("UBND cấp xã", "Ủy ban nhân dân các xã"),
        ("Các sở, ban, ngành tỉnh", "các sở, ban, ngành của tỉnh"),
        ("Các sở ngành, huyện", "các sở, ngành, huyện của tỉnh"),
    ],
)
def test_a_set_is_named_by_all_that_is_printed(text: str, name: str) -> None:
    (found,) = read_agencies(text, "vn-86", date(2023, 1, 1))
    assert found.name == name
