"""DOC, RTF and ODT: the same plan as in a DOCX."""

import io
import json
import random
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from extractor import read_plan
from extractor.limits import Limits
from models.contract import encode
from models.errors import (
    EmptySource,
    EncryptedSource,
    LegacyFormat,
    LimitExceeded,
    UnreadableSource,
)
from models.plan import Plan
from tests.conftest import PLANS
from tests.extractor.mutations import BYTES
from tests.extractor.pages import codes, page, sample, table, words
from tests.extractor.readers.word import docx, num, p, tbl, tc, tr
from tests.office import converted, needs_libreoffice

#: A small plan as LibreOffice 7.4 wrote it from the page below.
OFFICE = Path(__file__).parent / "office"
FORMS = ("doc", "rtf", "odt")
SMALL = page(
    "<p align=center><b>PHỤ LỤC</b></p><p align=center><b>PHÂN CÔNG NHIỆM VỤ</b></p>",
    table(
        [
            "<td rowspan=2><b>STT</b></td>",
            "<td rowspan=2><b>Nội dung nhiệm vụ</b></td>",
            "<td colspan=2><b>Cơ quan</b></td>",
            "<td rowspan=2><b>Thời gian hoàn thành</b></td>",
        ],
        ["<td><b>Chủ trì</b></td>", "<td><b>Phối hợp</b></td>"],
        ["<td><b>I</b></td>", "<td colspan=4><b>CẢI CÁCH THỂ CHẾ</b></td>"],
        [
            "1",
            "Ban hành kế hoạch kiểm tra văn bản",
            "<td rowspan=2>Sở Tư pháp</td>",
            "Các sở, ban, ngành tỉnh",
            "Quý I năm 2024",
        ],
        ["2", "Rà soát, công bố văn bản hết hiệu lực", "UBND cấp huyện", "31/12/2024"],
        ["<td><b>II</b></td>", "<td colspan=4><b>CẢI CÁCH TÀI CHÍNH CÔNG</b></td>"],
        [
            "1",
            "- Giao quyền tự chủ;<br>- Kiểm tra việc sử dụng kinh phí",
            "Sở Tài chính",
            "Sở Nội vụ",
            "Thường xuyên",
        ],
    ),
)
SAMPLES = [PLANS / slug / f"{slug}.docx" for slug in ("ninh-son-2024", "binh-duong-2024")]


def meaning(plan: Plan) -> Any:
    """All of a plan but where it stands in its file and what file that is."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if key != "path"}
        return [bare(one) for one in value] if isinstance(value, list) else value

    whole = bare(json.loads(encode(plan)))
    for key in ("id", "source"):
        del whole["document"][key]
    del whole["diagnostics"], whole["ledger"]
    return whole


@pytest.mark.parametrize("form", FORMS)
def test_a_file_says_what_the_same_plan_says_as_a_page(form: str) -> None:
    plan = read_plan(OFFICE / f"plan.{form}")
    assert plan.document.source.reader == form
    assert plan.ledger.balanced
    assert codes(plan) == []
    assert len(plan.tasks) == 3
    assert meaning(plan) == meaning(read_plan(SMALL.encode()))


@needs_libreoffice
@pytest.mark.parametrize("form", FORMS)
def test_a_sample_says_what_it_says_as_a_docx(form: str, tmp_path: Path) -> None:
    folder = converted(SAMPLES, form, tmp_path)
    for path in SAMPLES:
        plan = read_plan(folder / f"{path.stem}.{form}")
        assert plan.ledger.balanced
        assert meaning(plan) == meaning(sample(path)), path.name


def rtf(body: str) -> bytes:
    """An RTF file; letters beyond ASCII are written as bytes of code page 1252."""
    told = "".join(c if c.isascii() else f"\\'{c.encode('cp1252').hex()}" for c in body)
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 .VnTime;}}}}\\f0 {told}}}".encode("ascii")


def test_letters_of_the_time_before_unicode_are_told_and_read() -> None:
    plan = read_plan(
        rtf(
            "Céng hßa x· héi chñ nghÜa ViÖt Nam\\par §éc lËp - Tù do - H¹nh phóc\\par KÕ ho¹ch c¶i"
            " c¸ch hµnh chÝnh n¨m 2008\\par Së Néi vô chñ tr×, phèi hîp víi c¸c së, ban, ngµnh"
            " liªn quan triÓn khai thùc hiÖn."
        )
    )
    assert words(plan)[-1].startswith("Sở Nội vụ chủ trì, phối hợp với các sở, ban, ngành")
    assert codes(plan) == ["text.tcvn3-converted"]


def odt(text: str, **styles: str) -> bytes:
    """An OpenDocument text with this body."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>"
            f"{''.join(styles.values())}</office:automatic-styles><office:body><office:text>{text}"
            "</office:text></office:body></office:document-content>",
        )
    return out.getvalue()


def test_automatic_numbers_stand_before_their_text() -> None:
    level = '<text:list-level-style-number text:level="{}" style:num-suffix="{}" {}/>'
    styles = (
        '<text:list-style style:name="L">'
        + level.format(1, ".", 'style:num-format="I"')
        + level.format(2, ")", 'style:num-format="a"')
        + "</text:list-style>"
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('hai', '')}{item.format('ba', '')}</text:list>"
    body = f'<text:list text:style-name="L">{item.format("một", inner)}{item.format("bốn", "")}'
    assert words(read_plan(odt(f"{body}</text:list>", lists=styles))) == [
        "I. một", "a) hai", "b) ba", "II. bốn",
    ]  # fmt: skip


def rtf_row(*cells: str) -> str:
    edges = "".join(f"\\cellx{2000 * number}" for number, _ in enumerate(cells, 1))
    return f"\\trowd{edges}{''.join(cells)}\\row "


def rtf_text(text: str) -> str:
    signs = (sign if sign.isascii() else f"\\u{ord(sign)}?" for sign in text)
    return f"\\pard\\intbl {''.join(signs)}\\cell"


def told(plan: Plan) -> set[str]:
    return {one.code for one in plan.diagnostics}


LISTS = (
    r"{\*\listtable{\list{\listlevel\levelnfc0\levelstartat1{\leveltext\'02\'00.;}"
    r"{\levelnumbers\'01;}}\listid7}}{\*\listoverridetable{\listoverride\listid7\ls1}}"
)


@pytest.mark.parametrize(
    "number",
    [
        r"\pard\intbl{\listtext\pard\plain {n}.\tab}\ilvl0\ls1 \fi0\loch" "\n" r"\cell",
        r"{\listtext\pard\plain\ltrpar \rtlch\fcs1 \af0 \hich\af0\loch\f0 {n}.\tab}\pard\plain "
        r"\ltrpar\qc\intbl\ls1\rin0{\rtlch\fcs1 \af0 \ltrch\fcs0 \insrsid12 \cell }",
        r"{\pntext\f0 {n}.\tab}\pard\intbl{\*\pn \pnlvlbody\pndec\pnstart1{\pntxta .}}\cell",
    ],
    ids=["LibreOffice", "Word", "Word 95"],
)
def test_a_number_that_is_all_of_a_cell_of_rtf_is_read(number: str) -> None:
    heads, work = (
        [rtf_text(text) for text in texts]
        for texts in (
            ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"),
            ("Báo cáo", "Sở Nội vụ", "31/12/2024"),
        )
    )
    lines = [rtf_row(number.replace("{n}", str(n)), *work) for n in (1, 2, 3)]
    plan = read_plan(rtf("".join((LISTS, rtf_row(*heads), *lines, r"\pard Het.\par"))))
    assert [task.ordinal for task in plan.tasks] == ["1.", "2.", "3."]
    assert {task.description for task in plan.tasks} == {"Báo cáo"}
    assert "table.unnumbered" not in told(plan)


NUMBERED = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt'
    ' w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1">'
    '<w:abstractNumId w:val="0"/></w:num>'
)


@needs_libreoffice
@pytest.mark.parametrize("form", FORMS)
def test_numbers_that_are_all_of_a_cell_are_read_or_told(form: str, tmp_path: Path) -> None:
    rows = [tr(tc(p("", num(1))), "Báo cáo", "Sở Nội vụ", "Quý I") for _ in range(3)]
    header = tr("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian")
    (tmp_path / "a.docx").write_bytes(docx(tbl(header, *rows, columns=4), numbering=NUMBERED))
    plan = read_plan(converted([tmp_path / "a.docx"], form, tmp_path) / f"a.{form}")
    lost = form == "doc"
    assert [task.ordinal for task in plan.tasks] == ([None] * 3 if lost else ["1.", "2.", "3."])
    assert ("table.unnumbered" in told(plan)) == lost


def test_a_note_stands_behind_the_text() -> None:
    note = (
        '<text:note text:id="n" text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Theo báo cáo.</text:p></text:note-body></text:note>"
    )
    plan = read_plan(odt(f"<text:p>Kết quả{note} năm 2023.</text:p><text:p>Hết.</text:p>"))
    assert words(plan) == ["Kết quả năm 2023.", "Hết."]
    assert codes(plan) == ["source.footnote"]


@pytest.mark.parametrize(
    "body",
    [
        '<table:table><table:table-row table:number-rows-repeated="2000000"><table:table-cell'
        ' table:number-columns-repeated="20000"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table>",
        '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2000000"'
        ' table:number-rows-spanned="2000000"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table>",
        "<text:list><text:list-item>" * 3000 + "</text:list-item></text:list>" * 3000,
    ],
    ids=["rows", "spans", "depth"],
)
def test_what_unpacks_without_end_is_refused(body: str) -> None:
    with pytest.raises(LimitExceeded):
        read_plan(odt(body))


def test_a_file_without_a_word_is_empty() -> None:
    with pytest.raises(EmptySource, match=r"\.rtf"):
        read_plan(b"{\\rtf1\\ansi}")


def test_limits_hold() -> None:
    data = (OFFICE / "plan.doc").read_bytes()
    for limits in (Limits(cells=10), Limits(characters=100)):
        with pytest.raises(LimitExceeded):
            read_plan(data, limits=limits)


def test_a_locked_file_says_so() -> None:
    data = bytearray((OFFICE / "plan.doc").read_bytes())
    data[data.index(b"\xec\xa5") + 11] |= 0x01  # fEncrypted of the FibBase, [MS-DOC] 2.5.2
    with pytest.raises(EncryptedSource):
        read_plan(bytes(data))


def test_a_missing_library_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anydoc", None)
    with pytest.raises(LegacyFormat, match="pip install firecrawl-anydoc"):
        read_plan(OFFICE / "plan.doc")


def test_a_cut_file_is_named_wherever_it_is_cut() -> None:
    for form in ("doc", "odt"):
        data = (OFFICE / f"plan.{form}").read_bytes()
        for end in range(4, len(data) * 9 // 10, 997):
            with pytest.raises(UnreadableSource):
                read_plan(data[:end])


@pytest.mark.parametrize("form", FORMS)
def test_damaged_files_give_a_plan_or_a_message(form: str) -> None:
    data = (OFFICE / f"plan.{form}").read_bytes()
    chance = random.Random(form)
    for _ in range(25):
        with suppress(UnreadableSource):
            assert read_plan(chance.choice(BYTES)(data, chance)).ledger.balanced
