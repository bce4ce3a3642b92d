"""DOCX: automatic numbers and bullets, as Word prints them."""

import pytest

from extractor import read_plan
from tests.extractor.readers.word import docx, num, p, r, tbl, tc, texts, tr


def level(
    ilvl: int,
    text: str,
    form: str = "decimal",
    start: int = 1,
    more: str = "",
) -> str:
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def uses(num_id: int, number: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{num_id}"><w:abstractNumId w:val="{number}"/>{overrides}</w:num>'


def starts(ilvl: int, value: int) -> str:
    return f'<w:lvlOverride w:ilvl="{ilvl}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


OUTLINE = abstract(
    1, level(0, "%1.", "upperRoman"), level(1, "%1-%2."), level(2, "%3)", "lowerLetter")
)
LISTS = OUTLINE + uses(1, 1) + uses(2, 1) + uses(3, 1, starts(0, 5))


def numbered(*items: tuple[int, int], numbering: str = LISTS, styles: str = "") -> list[str]:
    """What stands before the words of paragraphs of (list, level)."""
    body = "".join(p("Xong.", num(*item)) for item in items)
    return [t.removesuffix("Xong.") for t in texts(body, numbering=numbering, styles=styles)]


def test_a_number_stands_before_the_text() -> None:
    assert texts(p("Xây dựng", num(1)), numbering=LISTS) == ["I. Xây dựng"]


def test_levels_count_and_begin_anew_below_a_higher_one() -> None:
    items = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 0), (1, 1), (1, 2)]
    assert numbered(*items) == [
        "I. ", "I-1. ", "I-2. ", "a) ", "b) ", "II. ", "II-1. ", "a) ",
    ]  # fmt: skip


def test_a_level_without_its_parent_shows_where_the_parent_would_begin() -> None:
    assert numbered((1, 1), (1, 0), (1, 1)) == ["I-1. ", "I. ", "I-1. "]


def test_lists_of_one_kind_count_on_together_unless_they_say_where_they_start() -> None:
    assert numbered((1, 0), (2, 0), (3, 0), (3, 0), (1, 0)) == [
        "I. ",
        "II. ",
        "V. ",
        "VI. ",
        "VII. ",
    ]


def test_a_level_may_never_begin_anew_or_only_below_another_than_the_last() -> None:
    lists = abstract(
        1,
        level(0, "%1."),
        level(1, "%2."),
        level(2, "%3.", more='<w:lvlRestart w:val="0"/>'),
        level(3, "%4.", more='<w:lvlRestart w:val="1"/>'),
    ) + uses(1, 1)
    items = [(1, 0), (1, 2), (1, 3), (1, 1), (1, 2), (1, 3), (1, 0), (1, 2), (1, 3)]
    assert numbered(*items, numbering=lists) == [
        "1. ", "1. ", "1. ", "1. ", "2. ", "2. ", "2. ", "3. ", "1. ",
    ]  # fmt: skip


def test_legal_numbering_shows_all_levels_in_digits() -> None:
    lists = abstract(1, level(0, "%1", "upperRoman"), level(1, "%1.%2", more="<w:isLgl/>"))
    assert numbered((1, 0), (1, 1), numbering=lists + uses(1, 1)) == ["I ", "1.1 "]


def test_a_list_may_replace_a_level() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "Điều %1.")}</w:lvlOverride>'
    assert numbered((2, 0), numbering=OUTLINE + uses(2, 1, own)) == ["Điều 1. "]


def test_a_number_may_be_glued_to_the_words() -> None:
    lists = abstract(1, level(0, "%1", more='<w:suff w:val="nothing"/>')) + uses(1, 1)
    assert numbered((1, 0), numbering=lists) == ["1"]


@pytest.mark.parametrize(
    ("more", "text", "shown_as"),
    [
        ('<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr>', "\uf0b7", "• "),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>', "\uf0d8", "• "),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>', "Ø", "• "),
        ('<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr>', "\uf02d", "- "),
        ('<w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr>', "o", "○ "),
        ("", "-", "- "),
        ("", "+", "+ "),
        ("", "–", "– "),
        ("", "", ""),
        ('<w:lvlPicBulletId w:val="0"/>', "", "• "),
    ],
)
def test_bullets(more: str, text: str, shown_as: str) -> None:
    lists = abstract(1, level(0, text, "bullet", more=more)) + uses(1, 1)
    assert numbered((1, 0), numbering=lists) == [shown_as]


def test_a_level_without_number_and_an_undefined_list_print_nothing() -> None:
    lists = abstract(1, level(0, "", "none")) + uses(1, 1) + uses(2, 9)
    assert numbered((1, 0), (2, 0), (7, 0), (0, 0), (1, 8), numbering=lists) == [""] * 5


def test_a_custom_form_keeps_its_leading_zeros() -> None:
    custom = (
        '<w:lvl w:ilvl="0"><mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
        '<w:lvlText w:val="%1"/></w:lvl>'
    )
    assert numbered((1, 0), numbering=abstract(1, custom) + uses(1, 1)) == ["001 "]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Item"><w:pPr><w:numPr><w:numId w:val="1"/>'
    "</w:numPr></w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Item"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Deep"><w:pPr><w:numPr><w:ilvl w:val="2"/>'
    '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="numbering" w:styleId="ListStyle"><w:pPr><w:numPr><w:numId w:val="1"/>'
    "</w:numPr></w:pPr></w:style>"
)


def styled(*names: str, numbering: str = LISTS) -> list[str]:
    body = "".join(p("x", f'<w:pStyle w:val="{name}"/>') for name in names)
    return texts(body, numbering=numbering, styles=STYLES)


def test_a_number_may_come_from_the_style() -> None:
    assert styled("Item", "Child", "Deep") == ["I. x", "II. x", "a) x"]


def test_a_style_is_tied_to_its_level_by_the_list() -> None:
    lists = abstract(
        1, level(0, "%1."), level(1, "%1.%2.", more='<w:pStyle w:val="Item"/>')
    ) + uses(1, 1)
    assert styled("Item", "Item", numbering=lists) == ["1.1. x", "1.2. x"]


def test_a_paragraph_may_refuse_the_number_of_its_style_or_move_to_another_level() -> None:
    style = '<w:pStyle w:val="Item"/>'
    moved = style + '<w:numPr><w:ilvl w:val="1"/></w:numPr>'
    body = p("A.", style) + p("B.", style + num(0)) + p("C", moved) + p("D.", style)
    assert texts(body, numbering=LISTS, styles=STYLES) == ["I. A.", "B.", "I-1. C", "II. D."]


def test_levels_may_stand_in_the_list_of_a_numbering_style() -> None:
    link = '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="ListStyle"/></w:abstractNum>'
    lists = link + LISTS + uses(9, 2)
    assert numbered((9, 0), (9, 2), numbering=lists, styles=STYLES) == ["I. ", "a) "]
    loop = STYLES.replace('w:numId w:val="1"', 'w:numId w:val="9"')
    assert numbered((9, 0), numbering=lists, styles=loop) == [""]


def ordinals(body: str, lists: str) -> list[tuple[str | None, str | None]]:
    """Ordinals and words of the tasks of a document with one list."""
    tasks = read_plan(docx(body, numbering=lists)).tasks
    return [(task.ordinal, task.description) for task in tasks]


def test_cells_are_numbered_in_the_order_of_the_document() -> None:
    lists = abstract(1, level(0, "%1.")) + uses(1, 1)
    auto, header = tc(p("", num(1))), tr("TT", "Nhiệm vụ", "Cơ quan chủ trì")
    rows = tr(auto, "Rà soát", "Sở Y tế"), tr(auto, tc(p("Báo cáo", num(1))), "Sở Y tế")
    assert ordinals(p("Mở đầu", num(1)) + tbl(header, *rows), lists) == [
        ("2.", "Rà soát"),
        ("3.", "4. Báo cáo"),
    ]


def test_a_cell_under_a_merged_one_is_not_numbered() -> None:
    lists = abstract(1, level(0, "%1")) + uses(1, 1)

    def row(merge: str, words: str) -> str:
        return tr(tc(p("", num(1)), f"<w:vMerge{merge}/>"), words, "Sở Y tế")

    begin, header = ' w:val="restart"', tr("TT", "Nhiệm vụ", "Cơ quan chủ trì")
    body = tbl(header, row(begin, "Rà soát"), row("", "Báo cáo"), row(begin, "Kiểm tra"))
    assert ordinals(body, lists) == [("1", "Rà soát"), ("1", "Báo cáo"), ("2", "Kiểm tra")]


def test_removed_paragraphs_are_not_numbered() -> None:
    gone = p(f"<w:del>{r('x')}</w:del>", num(1) + "<w:rPr><w:del/></w:rPr>")
    assert texts(p("a", num(1)) + gone + p("b", num(1)), numbering=LISTS) == ["I. a", "II. b"]


def test_a_header_counts_for_itself() -> None:
    section = '<w:sectPr><w:headerReference r:id="header1"/></w:sectPr>'
    body = p("A.", num(1)) + section
    assert texts(body, numbering=LISTS, header1=p("Đầu trang.", num(1))) == ["I. A."]


def shown(form: str, *values: int) -> list[str]:
    """Numbers as a list of this form prints them."""
    lists = (abstract(1, level(0, "%1", form, start=n)) + uses(1, 1) for n in values)
    return [numbered((1, 0), numbering=numbering)[0].strip() for numbering in lists]


def test_forms_of_numbers() -> None:
    assert shown("lowerRoman", 4, 9, 14, 40, 90, 400, 1999) == [
        "iv", "ix", "xiv", "xl", "xc", "cd", "mcmxcix",
    ]  # fmt: skip
    assert shown("lowerLetter", 1, 4, 5, 26, 27, 53) == ["a", "d", "e", "z", "aa", "aaa"]
    forms = ("upperLetter", "decimalZero", "lowerRoman", "hex")
    assert [shown(form, 3)[0] for form in forms] == ["C", "03", "iii", "3"]
    assert (shown("upperRoman", 0), shown("lowerLetter", -1)) == (["0"], ["-1"])


def test_signs() -> None:
    def printed(code: str, font: str) -> str:
        return texts(p(f'<w:r><w:t>x</w:t><w:sym w:font="{font}" w:char="{code}"/></w:r>'))[0][1:]

    assert [printed(code, "Symbol") for code in ("F0A3", "B3", "F0AE", "F0B4")] == list("≤≥→×")
    assert printed("41", "Arial") == "A"
    assert printed("D800", "Arial") == ""
