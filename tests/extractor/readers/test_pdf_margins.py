"""Page numbers, running heads, footnotes, stamps."""

import pytest

from extractor.readers import read
from tests.extractor.readers.drawn_pdf import document, line, text


def page(number: int, *, head: str = "", top: str = "") -> str:
    """A page with its number at the top, a head beside it, and its own first words."""
    shown = text(290, 800, str(number))
    if head:
        shown += text(60, 800, head, 9)
    if top:
        shown += text(250, 770, top)
    rows = [f"Noi dung so {number} dong {n} cua ke hoach nay, cac so, ban, nganh" for n in range(5)]
    return shown + "".join(text(60, 700 - 40 * n, row) for n, row in enumerate(rows))


def of_kind(source: bytes, kind: str) -> list[str]:
    return [p.text for p in read(source).paragraphs() if p.kind == kind]


def test_numbers_that_do_not_start_at_one_are_page_numbers() -> None:
    assert of_kind(document(*[page(n) for n in (24, 25, 26)]), "running") == ["24", "25", "26"]


def test_the_number_of_an_appendix_that_begins_anew_stands_where_the_others_do() -> None:
    assert of_kind(document(*[page(n) for n in (1, 2, 3, 2)]), "running") == ["1", "2", "3", "2"]


def test_a_number_that_does_not_count_pages_is_text() -> None:
    assert of_kind(document(*[page(n) for n in (2024, 7, 31)]), "running") == []


def test_a_head_on_every_page_runs() -> None:
    pages = [page(n, head="CONG BAO/So 259") for n in (1, 2, 3)]
    head = "CONG BAO/So 259"
    assert of_kind(document(*pages), "running") == [head, "1", head, "2", head, "3"]


def test_a_head_on_two_pages_is_text() -> None:
    assert of_kind(document(page(1, head="BAO CAO"), page(2, head="BAO CAO")), "running") == [
        "1",
        "2",
    ]


def test_the_upright_head_of_a_page_on_its_side_runs() -> None:
    """A page whose table lies on its side keeps the head and the number of the others."""
    laid = "".join(text(100, 100 + 40 * n, f"Ra soat cac quy che so {n} {n}") for n in range(9))
    side = [
        text(290, 800, str(n)) + text(60, 800, "CONG BAO/So 259", 9)
        + f"q 0 1 -1 0 500 100 cm {laid} Q"
        for n in (3, 4)
    ]  # fmt: skip
    pages = [*[page(n, head="CONG BAO/So 259") for n in (1, 2)], *side]
    found = of_kind(document(*pages), "running")
    assert sorted(found) == sorted(
        ["CONG BAO/So 259", "1", "2", "3", "4"] + ["CONG BAO/So 259"] * 3
    )


def test_small_print_below_a_short_rule_is_a_footnote() -> None:
    body = "".join(
        text(60, 700 - 20 * n, f"Dong chu {n} cua ke hoach nay trong nam") for n in range(9)
    )
    note = line(60, 120, 200, 120) + text(60, 105, "1 Theo Nghi quyet so 76", 9)
    assert of_kind(document(body + note), "footnote") == ["1 Theo Nghi quyet so 76"]
    large = line(60, 120, 200, 120) + text(60, 105, "Theo Nghi quyet so 76", 12)
    assert of_kind(document(body + large), "footnote") == []


def test_the_stamp_of_a_signature_is_taken_out_of_the_text() -> None:
    stamp = text(300, 705, "Digitally signed by: Uy ban nhan dan", 8)
    stamp += text(300, 695, "Date: 2024-01-02 10:00:00 +07:00", 8)
    source = document(page(1) + stamp)
    (found,) = of_kind(source, "stamp")
    assert found.startswith("Digitally signed by: Uy ban nhan dan\nDate: 2024")
    assert "Noi dung so 1 dong 0 cua ke hoach nay, cac so, ban, nganh" in of_kind(source, "body")


@pytest.mark.parametrize("base", [695, 700, 705])
@pytest.mark.parametrize("left", [20, 480])
def test_what_stands_beside_a_stamp_is_none_of_it(left: int, base: int) -> None:
    stamp = text(300, 705, "Digitally signed by: Uy ban nhan dan", 8)
    stamp += text(300, 695, "Date: 2024-01-02", 8) + text(left, base, "UY BAN NHAN DAN")
    assert "UY BAN" not in "".join(of_kind(document(page(1) + stamp), "stamp"))


def test_words_on_signing_are_no_stamp() -> None:
    source = document(page(1) + text(60, 400, "Nguoi ky: do thu truong co quan quyet dinh"))
    assert of_kind(source, "stamp") == []


def test_a_watermark_across_the_page_is_kept_apart() -> None:
    mark = "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (DU THAO) Tj ET\n"
    assert of_kind(document(page(1) + mark), "stamp") == ["DU THAO"]
