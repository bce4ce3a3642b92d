"""DOCX tables: the short way to rows of plain text gives what the careful way gives."""

import pytest
from lxml import etree

from extractor.readers.archive import open_archive
from extractor.readers.docx.numbering import Numbering
from extractor.readers.docx.ooxml import WORD, Package, parse
from extractor.readers.docx.passages import Passages
from extractor.readers.docx.stories import Stories
from extractor.readers.docx.styles import Styles
from extractor.readers.docx.tables import plain_rows
from tests.conftest import PLANS
from tests.extractor.readers.word import DECLARED, num, p, r, tbl, tc, tr


def stories(data: bytes, careful: bool) -> object:
    package = Package(open_archive(data))
    styles = Styles(package.related("styles"))
    reader = Stories(
        Passages(styles, Numbering(package.related("numbering"), styles)), careful=careful
    )
    return reader.read(next(parse(package.read(package.main)).iter(WORD + "body")), "body")


@pytest.mark.parametrize("slug", ["vinh-long-2023", "ninh-son-2024", "dong-nai-2024"])
def test_the_short_way_reads_what_the_careful_way_reads(slug: str) -> None:
    data = (PLANS / slug / f"{slug}.docx").read_bytes()
    assert stories(data, careful=False) == stories(data, careful=True)


def test_the_short_way_leaves_rows_with_more_than_text_to_the_careful_one() -> None:
    rows = [
        tr("một", tc(p("hai") + p("ba"))),
        tr(tc(p("bốn", num(1)))),
        tr(tc(p(r("năm", "<w:vanish/>")))),
        tr(tc(tbl(tr("sáu")))),
        tr(tc(p("<w:r><w:fldChar/></w:r>"))),
        tr(tc(p(r("bảy", '<w:rStyle w:val="Loud"/>')))),
        tr(tc(p(r("\uf0b7")))),
        tr("tám"),
    ]
    styles = Styles(
        f'<w:styles {DECLARED}><w:style w:type="character" w:styleId="Loud">'
        "<w:rPr><w:caps/></w:rPr></w:style></w:styles>".encode()
    )
    element = etree.fromstring(tbl(*rows).replace("<w:tbl>", f"<w:tbl {DECLARED}>", 1))
    found = plain_rows(element, "t", styles, private=True)
    assert [[c.text for c in row] for row, _ in found.values()] == [["một", "hai\nba"], ["tám"]]
