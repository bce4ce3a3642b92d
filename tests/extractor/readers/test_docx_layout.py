"""DOCX: places, looks, notes and running heads, which a plan shows less of than the reader."""

from extractor.readers import read
from tests.extractor.readers.test_docx import BOX, STYLES, style
from tests.extractor.readers.word import WORD, p, package, parts, r, tbl, tr
from tests.extractor.readers.word_layouts import layout, paragraphs

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_paragraph_has_its_text_and_its_place() -> None:
    found = layout(p("KẾ HOẠCH") + p() + p("Năm  2023 "), core=" Kế hoạch ")
    assert [(b.text, b.place.path) for b in paragraphs(found)] == [
        ("KẾ HOẠCH", "body/p[1]"),
        ("Năm 2023", "body/p[3]"),
    ]
    assert (found.reader, found.media_type, found.title) == ("docx", MEDIA_TYPE, "Kế hoạch")
    assert found.diagnostics == []


def test_bold_and_centered_come_from_the_runs_or_the_style() -> None:
    found = layout(
        p(r("A", "<w:b/>") + r(" ") + r("B", "<w:b/>"), '<w:jc w:val="center"/>')
        + p(r("A", "<w:b/>") + r("b"))
        + p("A", style("Title"))
        + p(r("A", '<w:b w:val="0"/>'), style("Title") + '<w:jc w:val="left"/>')
        + p("A", style("Sub"))
        + p(r("A", '<w:rStyle w:val="Strong"/>'), style("Loop")),
        styles=STYLES,
    )
    assert [(b.bold, b.centered) for b in paragraphs(found)] == [
        (True, True),
        (False, False),
        (True, True),
        (False, False),
        (False, True),
        (True, False),
    ]


def test_what_a_paragraph_was_like_before_a_change_does_not_count() -> None:
    old = f'<w:pPrChange><w:pPr>{style("Title")}<w:jc w:val="center"/></w:pPr></w:pPrChange>'
    (found,) = paragraphs(layout(p("A", old), styles=STYLES))
    assert (found.centered, found.bold) == (False, False)


def test_a_content_control_around_paragraphs_is_in_the_place() -> None:
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('a')}{p('b')}</w:sdtContent></w:sdt>"
    assert [b.place.path for b in paragraphs(layout(body))] == [
        "body/sdt[1]/sdtContent[1]/p[1]",
        "body/sdt[1]/sdtContent[1]/p[2]",
    ]


def test_a_text_box_is_read_once_behind_its_anchor() -> None:
    alternatives = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{BOX}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    found = paragraphs(layout(p(r("Số: 1") + alternatives) + p("sau")))
    assert [b.text for b in found] == ["Số: 1", "DỰ THẢO", "Lần 2", "sau"]
    assert found[1].place.path == "body/p[1]//txbxContent[1]/p[1]"


def test_notes_come_behind_the_body_in_the_order_of_their_marks() -> None:
    def mark(note: int, kind: str = "footnote") -> str:
        return f'<w:r><w:{kind}Reference w:id="{note}"/></w:r>'

    notes = "".join(
        f'<w:footnote w:id="{n}">{p(text)}</w:footnote>'
        for n, text in ((-1, "vạch"), (1, "Một"), (2, "Hai"), (3, "Không ai nhắc"))
    )
    body = p(r("Nghị quyết 76") + mark(2) + r(" và 15") + mark(1) + mark(5, "endnote"))
    found = paragraphs(
        layout(
            body, footnotes=notes, endnotes=f'<w:endnote w:id="5">{p("Cuối")}{p("x")}</w:endnote>'
        )
    )
    assert [(b.text, b.kind) for b in found] == [
        ("Nghị quyết 76 và 15", "body"),
        ("1 Hai", "footnote"),
        ("2 Một", "footnote"),
        ("i Cuối", "footnote"),
        ("x", "footnote"),
    ]
    assert found[1].place.path == "footnotes/*[3]/p[1]"


def test_headers_and_footers_are_kept_apart_once_for_all_sections() -> None:
    references = '<w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/>'
    section = f"<w:sectPr>{references}</w:sectPr>"
    found = layout(
        p("một", section) + p("hai") + section,
        header1=tbl(tr("Kế hoạch", "2023")),
        header2=p("không dùng"),
        footer1=p("Trang 2"),
    )
    assert [(b.text, b.kind) for b in paragraphs(found)] == [
        ("Kế hoạch", "running"),
        ("2023", "running"),
        ("một", "body"),
        ("hai", "body"),
        ("Trang 2", "running"),
    ]
    assert paragraphs(found)[0].place.path == "header1/tbl[1]/tr[1]/tc[1]"


def test_a_strict_document_reads_like_a_transitional_one() -> None:
    found = {
        name: (data if isinstance(data, str) else data.decode())
        .replace(WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main")
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, data in parts(p("a", style("Title")), styles=STYLES).items()
    }
    (paragraph,) = read(package(dict(found))).paragraphs()
    assert (paragraph.text, paragraph.bold) == ("a", True)
