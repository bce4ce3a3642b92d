"""Scans: pages of a sample drawn as pictures, turned a little, with noise and a stamp on them."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw
from rapidfuzz.fuzz import ratio

from extractor import picture, pipeline, read_plan, recognition
from extractor.layout import Cell, Layout, Place, Table
from extractor.readers import read
from extractor.readers.pdf.lines import Line
from extractor.readers.scan import engine, pages
from extractor.readers.scan.concord import settle
from extractor.readers.scan.engine import Word
from extractor.readers.scan.forms import forms_of
from extractor.readers.scan.names import names_of
from extractor.readers.scan.rulings import rulings_of
from extractor.readers.scan.signs import legible, trimmed
from extractor.readers.scan.spelling import repairs_of
from models.errors import NoTextLayer
from tests.conftest import PLANS

pytestmark = pytest.mark.skipif(
    "apt install" in recognition()[0], reason="Tesseract is not on this machine"
)

SAMPLE = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"


@cache
def page_of(number: int) -> bytes:
    """One page of the sample as a file of its own."""
    with pypdfium2.PdfDocument(SAMPLE) as whole, pypdfium2.PdfDocument.new() as alone:
        alone.import_pages(whole, [number - 1])
        out = BytesIO()
        alone.save(out)
    return out.getvalue()


@cache
def scanned(number: int, degrees: float = 0.6, dpi: int = 200) -> Image.Image:
    """That page as it comes from a scanner: not quite level, with noise, and a red stamp."""
    with pypdfium2.PdfDocument(page_of(number)) as pdf:
        drawn = pdf[0].render(scale=dpi / 72).to_pil().convert("RGB")
    turned = drawn.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    stamp = Image.new("RGB", turned.size, "white")
    x, y, r = turned.width * 0.6, turned.height * 0.55, turned.width * 0.08
    ImageDraw.Draw(stamp).ellipse((x - r, y - r, x + r, y + r), outline=(210, 40, 50), width=6)
    turned = ImageChops.multiply(turned, stamp)
    noise = np.random.default_rng(7).normal(0, 9, (turned.height, turned.width, 1))
    grainy = np.clip(np.asarray(turned, np.float32) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(grainy)


def file_of(image: Image.Image, form: str) -> bytes:
    out = BytesIO()
    image.save(out, form, resolution=200.0, quality=80)
    return out.getvalue()


@cache
def scan() -> Layout:
    return read(file_of(scanned(11), "PDF"))


@cache
def original() -> Layout:
    return read(page_of(11))


def tables(layout: Layout) -> list[Table]:
    return [table for table in layout.tables() if table.ruled]


def test_the_cells_of_a_scan_are_those_of_the_page() -> None:
    (found,), (expected,) = tables(scan()), tables(original())
    assert (found.rows, found.columns) == (expected.rows, expected.columns)
    pairs = list(zip(found.cells, expected.cells, strict=True))
    assert [(a.row, a.column) for a, _ in pairs] == [(b.row, b.column) for _, b in pairs]
    assert sum(a.text == b.text for a, b in pairs) >= 0.8 * len(pairs)


def test_its_places_are_those_on_the_page() -> None:
    (found,), (expected,) = tables(scan()), tables(original())
    apart = [
        abs(a - b)
        for one, other in zip(found.cells, expected.cells, strict=True)
        for a, b in zip(one.place.bbox or (), other.place.bbox or (), strict=True)
    ]
    assert median(apart) < 4  # points; the page was turned by more than half a degree
    assert max(apart) < 12


def test_what_was_recognised_is_said_to_be() -> None:
    layout = scan()
    assert [(page.recognised, page.readable) for page in layout.pages] == [(True, True)]
    assert [note.code for note in layout.diagnostics] == ["ocr.recognised"]
    (table,) = tables(layout)
    assert all(0 <= cell.certainty < 1 for cell in table.cells if cell.text)
    assert all(paragraph.certainty < 1 for paragraph in layout.paragraphs() if paragraph.text)
    assert not any(page.recognised for page in original().pages)


@cache
def upper() -> Image.Image:
    """The upper part of that page."""
    whole = scanned(11)
    return whole.crop((0, 0, whole.width, whole.height * 2 // 5))


@cache
def upright() -> Table:
    (table,) = tables(read(file_of(upper(), "PDF")))
    return table


def photographed(image: Image.Image) -> Image.Image:
    """A sheet from one side and above, half of it in the shadow of a hand."""
    width, height = image.size
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[0.05, 0.06], [0.97, 0], [1, 0.97], [0, 1]], np.float32) * (width, height)
    way = cv2.getPerspectiveTransform(sheet, seen.astype(np.float32))
    taken = cv2.warpPerspective(np.asarray(image), way, (width, height), borderValue=(90, 90, 90))
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    shadow = 1 - 0.45 / (1 + np.exp((across + down - 0.7 * width) / (-0.05 * width)))
    return Image.fromarray((taken * shadow[:, :, None]).astype(np.uint8))


def test_a_photograph_is_read_as_from_right_above_and_in_even_light() -> None:
    (found,) = tables(read(file_of(photographed(upper()), "PDF")))
    assert (found.rows, found.columns) == (upright().rows, upright().columns)
    texts = ["\n".join(cell.text for cell in table.cells) for table in (found, upright())]
    assert ratio(*texts) > 97
    box, (x0, top, x1, bottom) = found.place.bbox, upright().place.bbox or (0, 0, 0, 0)
    assert box == pytest.approx((x0, top, x1, bottom), abs=25)
    assert box != pytest.approx((x0, top, x1, bottom), abs=5)


def test_coarse_grain_is_no_ink() -> None:
    noise = np.random.default_rng(3).normal(0, 30, (upper().height, upper().width, 1))
    grainy = np.clip(np.asarray(upper(), np.float32) * 0.9 + noise, 0, 255).astype(np.uint8)
    (found,) = tables(read(file_of(Image.fromarray(grainy), "PDF")))
    assert (found.rows, found.columns) == (upright().rows, upright().columns)
    texts = ["\n".join(cell.text for cell in table.cells) for table in (found, upright())]
    assert ratio(*texts) > 95


def test_what_shines_through_the_sheet_is_no_ink() -> None:
    front = np.asarray(upper().convert("L"), np.float32)
    back = np.roll(front[:, ::-1], (17, 23), (0, 1))
    sheet = np.minimum(front, 255 - 0.28 * (255 - back)).astype(np.uint8)
    (found,) = tables(read(file_of(Image.fromarray(sheet), "PDF")))
    assert (found.rows, found.columns) == (upright().rows, upright().columns)
    texts = ["\n".join(cell.text for cell in table.cells) for table in (found, upright())]
    assert ratio(*texts) > 95


def test_a_number_alone_below_a_table_is_read_on_grainy_paper() -> None:
    def alone(layout: Layout) -> list[str]:
        return [paragraph.text for paragraph in layout.paragraphs()]

    printed = alone(read(page_of(12)))
    assert [text.isdigit() for text in printed] == [True]
    assert alone(read(file_of(scanned(12), "PDF"))) == printed


@pytest.mark.parametrize(("specks", "side"), [(150, 3), (6_000, 1)])
def test_dust_and_grain_are_no_signs(specks: int, side: int) -> None:
    sheet = np.array(upper().convert("L"))
    for x, y in np.random.default_rng(5).integers(0, min(sheet.shape), (specks, 2)):
        sheet[y : y + side, x : x + side] = 0
    (found,) = tables(read(file_of(Image.fromarray(sheet), "PDF")))
    texts = ["\n".join(cell.text for cell in table.cells) for table in (found, upright())]
    assert ratio(*texts) > 97
    empty, printed = ([cell.text for cell in t.cells].count("") for t in (found, upright()))
    assert empty == printed > 0


@pytest.mark.parametrize("degrees", [180, 270])
def test_a_page_on_its_side_or_on_its_head_is_read(degrees: int) -> None:
    straight = upright()
    (found,) = tables(read(file_of(upper().rotate(degrees, expand=True), "PDF")))
    assert (found.rows, found.columns) == (straight.rows, straight.columns)
    pairs = list(zip(found.cells, straight.cells, strict=True))
    assert ratio("\n".join(a.text for a, _ in pairs), "\n".join(b.text for _, b in pairs)) > 97
    width, height = (side * 72 / 200 for side in upper().size)
    for one, other in pairs:
        x0, top, x1, bottom = other.place.bbox or (0, 0, 0, 0)
        if degrees == 180:
            expected = (width - x1, height - bottom, width - x0, height - top)
        else:  # by a quarter clockwise
            expected = (height - bottom, x0, height - top, x1)
        assert one.place.bbox == pytest.approx(expected, abs=6)


def test_a_picture_is_a_page_of_a4() -> None:
    source = file_of(scanned(11), "PNG")
    plan = read_plan(source)
    assert (plan.document.source.reader, plan.document.source.ocr) == ("picture", True)
    assert plan.document.source.pages == 1
    rows = [task for task in plan.tasks if task.origin == "table"]
    assert rows
    assert plan.ledger.balanced
    assert all(0 < task.confidence < 1 for task in rows)
    shown = Image.open(BytesIO(picture(source, rows[0].provenance)))
    assert shown.width > 3 * shown.height / 2


def test_a_picture_without_letters_is_refused() -> None:
    with pytest.raises(NoTextLayer):
        read_plan(file_of(Image.new("RGB", (800, 1100), "white"), "PNG"))


def test_misread_syllables_are_put_right_by_their_words_and_told() -> None:
    texts = ["Lập", "báo", "cáo", "thâm", "định", "kê", "hoạch", "năm", "2024", "của", "Sở"]
    repairs = repairs_of(texts, [0.9] * len(texts))
    assert [(texts[one.number], one.meant) for one in repairs] == [
        ("thâm", "thẩm"),
        ("kê", "kế"),
    ]
    right = [
        "Báo",
        "cáo",
        "kết",
        "quả",
        "thực",
        "hiện",
        "kế",
        "hoạch",
        "cải",
        "cách",
        "hành",
        "chính",
        "của",
        "tỉnh",
    ]
    assert repairs_of(right, [0.5] * len(right)) == []


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ([], set()),
        ([("GGHHGSEAK", 0.0)], set()),
        ([("KHI", 0.05), ("SWEW8nu8", 0.0)], set()),
        ([("Sở", 0.9), ("38/KH-UBND", 0.0), ("0S5", 0.0), ("NDEIESVX", 0.0)],
         {"Sở", "38/KH-UBND", "0S5"}),
    ],
)  # fmt: skip
def test_cells_whose_ink_is_no_word_are_told(
    monkeypatch: pytest.MonkeyPatch, read: list[tuple[str, float]], kept: set[str]
) -> None:
    class Blind:
        def read(self, pictures: Sequence[object], kind: str) -> list[list[Word]]:
            words = [Word(text, (9, 9, 39, 30), 30.0, sure, 0) for text, sure in read]
            return [[] if kind == "page" else words for _ in pictures]

    seen = np.asarray(scanned(11))[:, :, ::-1]
    assert pages.recognised(seen, 200 / 72).unread == 0
    monkeypatch.setattr(pages, "engine", Blind)
    written = [cell for cell in tables(original())[0].cells if cell.text.strip(" -–")]
    found = pages.recognised(seen, 200 / 72)
    assert abs(found.unread - len(written)) <= 2
    assert {run.text for run in found.glyphs.runs} == kept


@pytest.mark.parametrize(
    ("read", "kept"), [(["§s"], 1), (["§s", "NDEIESVX"], 0), (["NDEIESVX"], 0)]
)
def test_a_short_sign_alone_may_be_the_number_of_a_row(read: list[str], kept: int) -> None:
    assert len(legible([Word(text, (9, 9, 39, 30), 30.0, 0.05, 0) for text in read])) == kept


def test_a_short_word_alone_is_read_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hasty:
        def read(self, pictures: Sequence[object], kind: str) -> list[list[Word]]:
            word = ("t9", 0.73) if kind == "page" else ("2", 0.97)
            return [[Word(word[0], (30, 30, 42, 50), 50.0, word[1], 0)] for _ in pictures]

    sheet = np.full((1600, 1200, 3), 255, np.uint8)
    cv2.putText(sheet, "2", (600, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    monkeypatch.setattr(pages, "engine", Hasty)
    assert [run.text for run in pages.recognised(sheet, 2.0).glyphs.runs] == ["2"]


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Sở TTTI, UBND", "Sở TTTT, UBND"),
        ("ngày Ø1 tháng l2 năm 2018", "ngày 01 tháng 12 năm 2018"),
        ("Quý 1V/2024", "Quý IV/2024"),
        ("Quý HI năm 2023", "Quý III năm 2023"),
        ("số 1211/2016/UBTVQHI3", "số 1211/2016/UBTVQH13"),
        ("≤l5ngày", "≤ 15 ngày"),
        ("nâng cấp CHuyên mục, TTr", "nâng cấp Chuyên mục, TTr"),
        ("§ cán bộ", "8 cán bộ"),
        ("ø) Kiểm tra", "g) Kiểm tra"),
        ("QuýIVnăm 2022; Quý IInăm 2023", "Quý IV năm 2022; Quý II năm 2023"),
        ("đơn giảnhóa vàtheođịnh kỳ", "đơn giản hóa và theo định kỳ"),
        ("camera, ABĐC, hoàn thiện", "camera, ABĐC, hoàn thiện"),
        ("trong CỌNN, HỌC TẬP", "trong CQNN, HỌC TẬP"),
        ("≤ 1Š ngày", "≤ 15 ngày"),
        ("Quý II, HI năm 2023", "Quý II, III năm 2023"),
        ("có g1ường bệnh", "có giường bệnh"),
        ("HỆ thống ở mức đỘ 4", "Hệ thống ở mức độ 4"),
        ("UBND, HĐND tỉnh; ©) Kiểm tra", "UBND, HĐND tỉnh; c) Kiểm tra"),
        ("SốTT Tên nhiệm vụ", "Số TT Tên nhiệm vụ"),
        ("-Văn phòng UBND tỉnh", "- Văn phòng UBND tỉnh"),
        ("các bộ,:ngành, được cấp.có thẩm quyền", "các bộ, ngành, được cấp có thẩm quyền"),
        ("chọn, .triển khai tại ba.tuyen.vn", "chọn, triển khai tại ba.tuyen.vn"),
        ("Quý'! năm 2014", "Quý I năm 2014"),
        ("Tháng' 10/2024, BỘ Công an", "Tháng 10/2024, Bộ Công an"),
        ("địa chỉ: Số 5, file.doc, thu-chi", "địa chỉ: Số 5, file.doc, thu-chi"),
        ("Quý 1/2024", "Quý 1/2024"),
        ("Quý 12024; Quý I2024", "Quý 1/2024; Quý I/2024"),
        ("27i10/2012 đến 5/6l2013", "27/10/2012 đến 5/6/2013"),
        ("Số 5l6/2012; đến 5l13/2012", "Số 5l6/2012; đến 5l13/2012"),
        ("ngày 45 tháng f6 năm", "ngày 45 tháng f6 năm"),
    ],
)
def test_what_has_a_fixed_form_is_put_right_by_it(read: str, printed: str) -> None:
    words = read.split()
    for repair in forms_of(words):
        words[repair.number] = repair.meant
    assert " ".join(words) == printed


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Sơ Nội vụ, Sở Thòng tin và Truyền thông", "Sở Nội vụ, Sở Thông tin và Truyền thông"),
        ("thành phố Hả Nội", "thành phố Hà Nội"),
        ("Các sơ. ban, nganh tỉnh", "Các sở, ban, ngành tỉnh"),
        ("SƠ NỘI VỤ;", "SỞ NỘI VỤ;"),
        ("tỉnh Ha Tinh", "tỉnh Hà Tĩnh"),
        ("sơ đồ nội vụ", "sơ đồ nội vụ"),
        *(
            (words, words)
            for words in (
                "đảm bảo tính khả thi",
                "theo dõi diễn biến",
                "hồ sơ xây dựng nông thôn mới",
                "hoàn thành hóa đơn",
                "xã hội số. Xây dựng cơ chế",
                "kinh tế số tài chính",
                "cấp, đánh giá lại",
                "tỉnh Thanh Hoá, Tỉnh uỷ",
                "bà Nguyễn Thanh Hoa",
                "các sở, ban ngành",
                "(theo Văn phòng Chính phủ)*",
            )
        ),
    ],
)
def test_a_known_name_has_its_own_marks(read: str, printed: str) -> None:
    words = read.split()
    for repair in names_of(words):
        words[repair.number] = repair.meant
    assert " ".join(words) == printed


def settled(*rows: Sequence[str]) -> list[str]:
    """The cells of a table once its file is read: a row of one is a heading, "?" is unsure."""
    cells = [
        Cell(row, column, text.rstrip("?"), Place(), 1, len(rows[0]) + 1 - len(texts))
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    for cell, text in zip(cells, (text for texts in rows for text in texts), strict=True):
        cell.certainty = 0.1 if text.endswith("?") else 0.9
    read = [cell.text for cell in cells]
    settle([Table(cells, len(rows), len(rows[0]), Place())])
    changed = [(a, cell.text) for a, cell in zip(read, cells, strict=True) if a != cell.text]
    assert [repair for cell in cells for repair in cell.repairs] == changed
    return [cell.text for cell in cells]


def test_numbers_and_headings_fit_between_their_neighbours() -> None:
    found = settled(
        ("STT", "Nhiệm vụ"),
        ("L CÔNG TÁC CHỈ ĐẠO",),
        ("09", "Một"),
        ("I0", "Hai"),
        ("11", "Ba"),
        ("J. CẢI CÁCH THỂ CHẾ",),
        ("12", "Bốn"),
        ("15", "Năm"),
    )
    assert found[2] == "I. CÔNG TÁC CHỈ ĐẠO"
    heads = ("STT", "Nhiệm vụ"), ("1. CÔNG TÁC CHỈ ĐẠO",), ("1", "Một")
    assert settled(*heads, ("II. THỂ CHẾ",))[2] == "I. CÔNG TÁC CHỈ ĐẠO"
    assert settled(*heads, ("2. THỂ CHẾ",))[2] == "1. CÔNG TÁC CHỈ ĐẠO"
    assert found[5] == "10"
    assert found[9] == "II. CẢI CÁCH THỂ CHẾ"
    assert found[12] == "15"


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("1? 2 lS? 4", "1 2 3 4"),  # both sides say which
        ("I? 2 3", "1 2 3"),
        ("9 10 II 12 I3? 14 l6? 16", "9 10 11 12 13 14 15 16"),
        ("1 3 3", "1 2 3"),
        ("8 9 10 H?", "8 9 10 11"),
        ("KẾG? 1? 3 3? 4", "KẾG 1 2 3 4"),
        ("10 II 1 2", "10 II 1 2"),  # the number of a group
        ("10 II 11", "10 II 11"),
        ("1 5 2 3", "1 5 2 3"),
        ("01 0? 03", "01 02 03"),
        ("7 X 5", "7 X 5"),
        ("5 l, l 2 l.", "5 1. 1 2 1."),
        ("10 l", "10 l"),  # or 11, one stroke lost
        ("k l m", "k l m"),
    ],
)
def test_ordinals_go_on(read: str, printed: str) -> None:
    found = settled(*((number, "Nội dung") for number in read.split()))
    assert " ".join(found[::2]) == printed


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("1.1 12 1.3 21 2.2", "1.1 1.2 1.3 2.1 2.2"),
        ("1 j1? 1.2 3 2.1 2.2", "1 1.1 1.2 2 2.1 2.2"),
        ("1.1 1.2 5 6", "1.1 1.2 5 6"),
        ("1 8) b) c€)? 2 a) đ) c)", "1 a) b) c) 2 a) b) c)"),
        ("1 c) d) e) g)", "1 c) d) e) g)"),
        ("c) d) đ) e)", "c) d) đ) e)"),
    ],
)
def test_numbers_of_parts_go_on_under_their_heading(read: str, printed: str) -> None:
    found = settled(*((number, "Nội dung") for number in read.split()))
    assert " ".join(found[::2]) == printed


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("L *1 IL *2 II *3", "I *1 II *2 III *3"),
        ("| 1 *a) *b) 2 II 1 *a)", "I 1 *a) *b) 2 II 1 *a)"),
        ("A I *1.1 H *2.1 II *3.1 IV VỊ *6.1", "A I *1.1 II *2.1 III *3.1 IV VI *6.1"),
        ("1 *1 2 *2 3 *3", "1 *1 2 *2 3 *3"),
        ("I *1 IL *2 HH, *3", "I *1 II *2 III. *3"),
        ("G *1 H *2 I *3", "G *1 H *2 I *3"),
    ],
)
def test_roman_numbers_before_headings_go_on(read: str, printed: str) -> None:
    """A row with a star is one of work; the others are headings over all columns but the first."""
    rows = [(one.lstrip("*"), "Nội dung", "Sở Nội vụ")[: 2 + one.startswith("*")]
            for one in read.split()]  # fmt: skip
    cells = [
        Cell(row, column, text, Place(), 1, 3 - len(texts) + 1 if column == 1 else 1)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    settle([Table(cells, len(rows), 3, Place())])
    assert [cell.text for cell in cells if cell.column == 0] == printed.replace("*", "").split()


def test_what_is_read_surely_is_no_other_word() -> None:
    """Plans have "biến" and "cho" far more often, but no sign of a misreading is to be seen."""
    for text in ("quản lý chợ", "cấp biển số nhà", "trên sông", "CNTT Thg. SốTT"):
        words = text.split()
        assert repairs_of(words, [0.97] * len(words)) == []


def test_quarters_are_written_as_in_the_rest_of_the_file() -> None:
    rows = [("1", f"Quý {number}/2024") for number in ("II", "III", "IV", "1")]
    assert settled(*rows)[-1] == "Quý I/2024"
    assert settled(("1", "Quý 1/2024"), ("2", "Quý 2/2024"))[1] == "Quý 1/2024"
    assert settled(("1", "Quý II, II năm 2023"))[1] == "Quý II, III năm 2023"


def test_an_unsure_cell_is_the_value_that_comes_again() -> None:
    usual = [(str(number), "Các cơ quan, đơn vị") for number in range(1, 4)]
    assert settled(*usual, ("4", "Các cơ qzan, đơn vị?"))[-1] == usual[0][1]
    assert settled(*usual, ("4", "Các cơ sở, đơn vị?"))[-1] == "Các cơ sở, đơn vị"


def test_a_section_whose_number_is_a_stroke_short_is_the_next_one() -> None:
    titles = ["I. MỤC ĐÍCH", "II. NHIỆM VỤ", "II. TỔ CHỨC", "I. MỤC TIÊU", "I. YÊU CẦU"]
    lines = [Line(title, 0, 0, 100, 14, 12, 14, False) for title in titles]
    settle([], lines)
    assert [line.text for line in lines if line.repairs] == ["III. TỔ CHỨC"]
    stroked = Line("1H. TỔ CHỨC THỰC HIỆN", 0, 0, 100, 14, 12, 14, False)
    settle([], [lines[0], stroked])
    assert stroked.text == "III. TỔ CHỨC THỰC HIỆN"
    assert lines[2].repairs == (("II. TỔ CHỨC", "III. TỔ CHỨC"),)


def test_a_duty_is_as_sure_as_the_least_certain_of_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    titles = "KẾ HOẠCH\n\nTriển khai năm 2024\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. Sở Nội vụ\n\n"
    layout = read(f"{titles}a) Theo dõi kết quả;\n\nb) Báo cáo kết quả.".encode(), "thu.txt")
    *_, first, second = layout.paragraphs()
    first.certainty, second.repairs = 0.4, (("kêt", "kết"),)
    monkeypatch.setattr(pipeline, "read", lambda *_: layout)
    doubted, repaired = read_plan(b"", "thu.txt").tasks
    assert "ocr.uncertain" in doubted.issues
    assert doubted.confidence < 0.4 < repaired.confidence
    assert "ocr.repaired" in repaired.issues


@pytest.mark.parametrize(
    ("first", "kept"), [("KẾ", ["KẾ", "HOẠCH"]), ("Ỉa", ["HOẠCH"]), ("/,", ["HOẠCH"])]
)
def test_two_letters_are_no_mark_where_plans_have_them_beside_their_neighbour(
    first: str, kept: list[str]
) -> None:
    words = [
        Word(first, (0, 0, 40, 30), 30.0, 0.3, 0),
        Word("HOẠCH", (50, 0, 180, 30), 30.0, 0.96, 0),
    ]
    assert [word.text for word in trimmed(words, 0.5)] == kept


def test_a_ruling_goes_on_under_a_stamp() -> None:
    scale = 200 / 72
    ink = np.zeros((600, 700), np.uint8)
    for y in (100, 300, 500):
        ink[y : y + 2, 100:650] = 1
    for x in (100, 200, 650):
        ink[100:502, x : x + 2] = 1
    stamp = np.zeros_like(ink)
    for radius in (110, 104, 98, 60, 54, 48):
        cv2.circle(stamp, (120, 200), radius, 1, 4)
    found = rulings_of(ink | stamp, scale)
    assert sorted(line.at * scale for line in found.down) == pytest.approx([100, 200, 650], abs=1)


def test_a_short_ruling_is_one_where_letters_stand_in_line_with_it() -> None:
    scale = 200 / 72
    ink = np.zeros((300, 600), np.uint8)
    for y in (50, 150, 240):
        ink[y : y + 2, 50:550] = 1
    ink[150:240, 300:302] = 1
    ink[115:147, 297:305] = 1  # a stem right above, which a gap of two points parts from it
    found = rulings_of(ink, scale)
    assert [(round(line.at * scale), round(line.start * scale)) for line in found.down] == [
        (300, pytest.approx(150, abs=3))
    ]
    assert not found.ink[115:140, 297:305].any()
    ink[150:240, 300:302] = 0
    ink[165:210, 300:302] = 1  # a stroke of a stamp meets no ruling at its ends
    ink[214:235:5, 300:302] = 1
    found = rulings_of(ink, scale)
    assert found.down == []
    assert not found.ink[165:225, 290:310].any()


def test_letters_are_no_rulings() -> None:
    scale = 200 / 72
    ink = np.zeros((500, 600), np.uint8)
    for y in (50, 250, 290, 450):
        ink[y : y + 2, 50:550] = 1
    ink[50:250, 200:202] = ink[290:450, 200:202] = 1
    ink[254:288, 196:206] = 1  # the stem of a letter of a heading, where the ruling goes on
    ink[470:473, 60:180] = 1  # the middle of a word in bold letters
    ink[462:481, 60:180:3] = ink[462:481, 61:180:3] = 1
    ink[470:473, 60:180:8] = 0
    found = rulings_of(ink, scale)
    assert sorted(round(line.at * scale) for line in found.across) == [50, 250, 290, 450]
    (upper, lower) = sorted(found.down, key=lambda line: line.start)
    assert round(upper.end * scale) <= 252
    assert round(lower.start * scale) >= 288
    assert not found.ink[470:473, 60:180].any()


def test_what_a_machine_lacks_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The model for Vietnamese, or the program where there is no binding either."""
    told = []
    scan = file_of(scanned(11), "PNG")
    for name, value in (("_FOLDERS", (str(tmp_path),)), ("find_spec", lambda _name: None)):
        with monkeypatch.context() as without:
            without.setattr(engine, name, value)
            without.setenv("PATH", str(tmp_path))
            without.delenv("TESSDATA_PREFIX", raising=False)
            engine.models.cache_clear()
            engine.means.cache_clear()
            told += recognition()
            with pytest.raises(NoTextLayer, match="apt install"):
                read_plan(scan)
        engine.models.cache_clear()
        engine.means.cache_clear()
    assert [("mô hình tiếng Việt" in one or "Vietnamese model" in one) for one in told] == [
        True, True, False, False,
    ]  # fmt: skip
    assert all("apt install tesseract-ocr tesseract-ocr-vie" in one for one in told)
    assert "tesseract" in told[2]
