"""DOCX: runs, boxes, revisions, fields as text; what is no document."""

import pytest

from extractor import read_plan
from extractor.limits import Limits
from models.errors import (
    DamagedSource,
    EmptySource,
    EncryptedSource,
    LimitExceeded,
    UnknownFormat,
)
from tests.extractor.pages import codes, words
from tests.extractor.readers.word import (
    DECLARED,
    WORD,
    docx,
    num,
    p,
    package,
    parts,
    r,
    tbl,
    tc,
    texts,
    tr,
)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOX = "<w:txbxContent>" + p("DỰ THẢO") + p("Lần 2") + "</w:txbxContent>"
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:pPr><w:jc w:val="center"/></w:pPr>'
    "<w:rPr><w:b/></w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="Title"/>'
    '<w:rPr><w:b w:val="0"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>'
    '<w:style w:type="character" w:styleId="Strong"><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Loud"><w:rPr><w:caps/></w:rPr></w:style>'
)


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def test_decomposed_letters_and_look_alikes_are_made_one() -> None:
    assert texts(p("Ðo\u0302\u0300ng\u00a0Nai")) == ["Đồng Nai"]


def test_tabs_breaks_and_hyphens() -> None:
    run = (
        "<w:r><w:t>Số:</w:t><w:tab/><w:t>12</w:t><w:br/><w:t>KH</w:t><w:noBreakHyphen/>"
        '<w:t>UB</w:t><w:softHyphen/><w:t>ND</w:t><w:br w:type="page"/><w:t>cuối</w:t></w:r>'
    )
    assert texts(p(run)) == ["Số: 12", "KH-UBND cuối"]


def test_a_line_of_the_xml_is_no_line_of_the_text() -> None:
    assert texts(p("<w:r><w:t>Kế\n  hoạch</w:t></w:r>")) == ["Kế hoạch"]


def test_symbols_of_pictorial_fonts_are_plain_characters() -> None:
    assert texts(p('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t> 95%</w:t></w:r>')) == ["≥ 95%"]
    assert texts(p(r("\uf0a3 5%", '<w:rFonts w:ascii="Symbol"/>'))) == ["≤ 5%"]
    assert texts(p(r("&#xF0FC; có", '<w:rFonts w:ascii="Wingdings"/>'))) == ["✓ có"]
    assert texts(p("x") + tbl(tr("\uf0b7 một", "hai"))) == ["x", "• một\thai"]


def test_capitals_by_format_are_printed_capitals() -> None:
    assert texts(p(r("Sau đó", "<w:caps/>"))) == ["SAU ĐÓ"]
    loud = p(r("Sau đó", '<w:rStyle w:val="Loud"/>'))
    assert texts(loud, styles=STYLES) == ["SAU ĐÓ"]
    assert texts(tbl(tr(tc(loud), "b")), styles=STYLES) == ["SAU ĐÓ\tb"]


def test_a_style_and_the_default_are_found_behind_hundreds_of_others() -> None:
    others = "".join(
        f'<w:style w:styleId="S{n}"><w:name w:val="S {n}"/></w:style>' for n in range(900)
    )
    hidden = '<w:style w:default="1" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = p(r("Sau đó", '<w:rStyle w:val="Loud"/>'), style("Title")) + p("x")
    assert texts(body, styles=others + STYLES) == ["SAU ĐÓ", "x"]
    assert texts(body, styles=others + STYLES.partition("/>")[2] + hidden) == ["SAU ĐÓ"]


def test_styles_cut_short_are_damage_where_one_is_looked_for() -> None:
    found = parts(p("A", style("Absent")), styles=STYLES)
    found["text/styles.xml"] = found["text/styles.xml"][:-40]
    with pytest.raises(DamagedSource):
        read_plan(package(found))


def test_hidden_text_is_left_out_and_counted() -> None:
    secret = p(r("A") + r("x", "<w:vanish/>")) + p(r("y", '<w:rStyle w:val="Secret"/>'))
    assert texts(secret, styles=STYLES) == ["A"]
    told = read_plan(docx(secret, styles=STYLES)).diagnostics[0]
    assert (told.severity, told.code) == ("info", "docx.hidden-text")
    assert "2" in told.message


def test_only_the_accepted_text_stands() -> None:
    body = p(
        r("Sở ")
        + f"<w:ins>{r('Nội vụ')}</w:ins>"
        + "<w:del><w:r><w:delText>Tài chính</w:delText></w:r></w:del>"
        + f"<w:moveFrom>{r('cũ')}</w:moveFrom><w:moveTo>{r(' mới')}</w:moveTo>"
    )
    assert texts(body) == ["Sở Nội vụ mới"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    mark = "<w:rPr><w:del/></w:rPr>"
    assert texts(p("Sở ", mark) + p("Nội vụ")) == ["Sở Nội vụ"]
    assert texts(p("", mark) + p("Nội vụ")) == ["Nội vụ"]
    assert texts(p("Sở", mark) + tbl(tr("a", "b"))) == ["Sở", "a\tb"]
    assert texts(p("Sở", mark)) == ["Sở"]


def test_fields_show_their_result() -> None:
    def step(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    inner = step("begin") + code + step("separate") + r("9") + step("end")
    outer = step("begin") + code + inner + step("separate") + r("12") + step("end")
    assert texts(p(r("trang ") + outer + r("."))) == ["trang 12."]
    assert texts(p(f'<w:fldSimple w:instr="DATE">{r("2023")}</w:fldSimple>')) == ["2023"]
    assert texts(p(step("begin") + code) + p("tiếp")) == ["tiếp"]


def test_text_in_wrappers_is_text() -> None:
    wrapped = (
        f"<w:hyperlink>{r('a')}</w:hyperlink><w:smartTag>{r('b')}</w:smartTag>"
        '<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr>'
        f"<w:sdtContent>{r('c')}</w:sdtContent></w:sdt>"
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    assert texts(p(wrapped)) == ["abc1/2"]


def test_the_older_branch_is_read_where_the_newer_one_is_empty() -> None:
    alternatives = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert texts(p(alternatives)) == ["DỰ THẢO", "Lần 2"]


def test_a_ruling_drawn_as_a_shape_is_nothing() -> None:
    line = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing/></mc:Choice>"
        "<mc:Fallback><w:pict><v:line/></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p(line) + p("a")) == ["a"]


def test_word_art_is_text_and_a_picture_is_counted() -> None:
    art = '<w:r><w:pict><v:shape><v:textpath string="Mật"/></v:shape></w:pict></w:r>'
    assert texts(p(art)) == ["Mật"]
    picture = p("a") + p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>")
    assert codes(read_plan(docx(picture))) == ["docx.pictures"]


def test_prefixes_and_encodings_are_free() -> None:
    found = parts("")
    body = f'<document xmlns="{WORD}"><body><p><r><t>Đồng</t></r></p></body></document>'
    for encoding in ("utf-16", "utf-8-sig", "cp1258"):
        declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        text = body if encoding != "cp1258" else body.replace("Đồng", "Đong")
        found["text/main.xml"] = (declared + text).encode(encoding)
        (text,) = words(read_plan(package(found)))
        assert text in ("Đồng", "Đong")


def test_a_macro_document_is_a_document() -> None:
    found = parts(p("a"))
    found["word/document.xml"] = found.pop("text/main.xml")
    found["_rels/.rels"] = str(found["_rels/.rels"]).replace("text/main.xml", "word/document.xml")
    types = str(found["[Content_Types].xml"]).replace("text/main.xml", "word/document.xml")
    found["[Content_Types].xml"] = types.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert words(read_plan(package(found))) == ["a"]


def test_relations_to_parts_that_are_not_there_and_undeclared_parts_are_no_matter() -> None:
    found = parts(p("a"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    found["text/_rels/main.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}numbering" Target="../NULL"/>'
        f'<Relationship Id="r2" Type="{kind}image" Target="media/image1.odd"/>'
        f'<Relationship Type="{kind}styles" Target="styles.odd"/></Relationships>'
    )
    found["text/styles.odd"] = f"<w:styles {DECLARED}/>"
    found["text/media/image1.odd"] = "no picture"
    assert words(read_plan(package(found))) == ["a"]


def test_comments_and_instructions_of_the_xml_are_no_text() -> None:
    body = "<!-- b --><w:p><w:r><w:t>a<!-- b -->c</w:t><?d e?></w:r><!-- f --></w:p>"
    assert texts(body) == ["ac"]


def test_a_file_held_as_a_whole_is_named() -> None:
    read = read_plan(docx(p("a") + '<w:altChunk r:id="r9"/>' + tbl(tr("b", "c"))))
    assert words(read) == ["a", "b\tc"]
    assert "docx.embedded-files" in codes(read)


def test_a_number_of_a_list_that_no_part_defines_is_not_printed() -> None:
    assert texts(p("a", num(3))) == ["a"]


def test_comments_of_reviewers_are_no_text() -> None:
    marked = '<w:commentRangeStart w:id="0"/>' + r("a") + '<w:commentRangeEnd w:id="0"/>'
    reference = '<w:r><w:commentReference w:id="0"/></w:r>'
    assert texts(p(marked + reference), comments=p("b")) == ["a"]


def test_a_document_without_text_is_empty() -> None:
    for data in (b"", docx(p()), docx(tbl())):
        with pytest.raises(EmptySource):
            read_plan(data)


def test_a_locked_file_is_named() -> None:
    with pytest.raises(EncryptedSource):
        read_plan(OLE_MAGIC + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.presentation"}, "ODP"),
        ({"mimetype": "application/epub+zip"}, "EPUB"),
        ({"META-INF/MANIFEST.MF": "x"}, "JAR"),
        ({"a.txt": "x", "b.txt": "y"}, "ZIP"),
        ({"[Content_Types].xml": "<Types><Override ContentType='spreadsheetml'/></Types>"}, "XLSX"),
        (
            {"[Content_Types].xml": "<Types><Override ContentType='presentationml'/></Types>"},
            "PPTX",
        ),
    ],
)
def test_another_zip_is_named(found: dict[str, bytes | str], name: str) -> None:
    with pytest.raises(UnknownFormat, match=name) as caught:
        read_plan(package(found))
    assert name in caught.value.vi


@pytest.mark.parametrize(
    "main",
    [
        "<w:document",
        "",
        f"<w:document {DECLARED}/>",
        f"<!DOCTYPE x [<!ENTITY a 'b'>]><w:document {DECLARED}><w:body>&a;</w:body></w:document>",
        " " * 20000 + f"<!DOCTYPE x><w:document {DECLARED}><w:body/></w:document>",
        f"<w:document {DECLARED}><w:body>&unknown;</w:body></w:document>",
        f"<w:document {DECLARED}><w:body>{'<w:p>' * 3000}{'</w:p>' * 3000}</w:body></w:document>",
    ],
)
def test_broken_and_forbidden_xml_is_damage(main: str) -> None:
    found = parts("")
    found["text/main.xml"] = main
    with pytest.raises(DamagedSource):
        read_plan(package(found))


def test_a_cut_file_is_damaged_wherever_it_is_cut() -> None:
    data = docx(p("a") + tbl(tr("b", "c")))
    for end in range(4, len(data), 37):
        with pytest.raises(DamagedSource):
            read_plan(data[:end])


def test_limits_hold() -> None:
    data = docx(tbl(*(tr("a", "b") for _ in range(4))))
    assert read_plan(data, limits=Limits(cells=8)).ledger.units == 8
    for limits in (Limits(cells=7), Limits(characters=7)):
        with pytest.raises(LimitExceeded):
            read_plan(data, limits=limits)
    wide = docx(tbl(tr(tc("a", '<w:gridSpan w:val="99999999"/>'), "b")))
    with pytest.raises(LimitExceeded):
        read_plan(wide)
