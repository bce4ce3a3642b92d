"""Pictures of rows and cells: where the places of a plan lie on the pages of its PDF."""

import sys
import threading
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from extractor import picture
from models.errors import EncryptedSource, KehoachError, NoPicture
from models.provenance import Place, Provenance
from tests.conftest import PLANS
from tests.extractor.pages import sample
from tests.extractor.readers.drawn_pdf import document, grid, text

VINH_LONG = PLANS / "vinh-long-2023" / "vinh-long-2023.pdf"
DPI = 72  # so that a pixel is a point
FRAME, MARK = (201, 64, 8), (255, 236, 128)

#: A table of one row and two cells; the second one says "b". From the foot: 600 to 640.
PAGE = grid([100, 200, 400], [600, 640]) + text(110, 615, "a") + text(210, 615, "b")
ROW = (100.0, 202.0, 400.0, 242.0)
PLACE = Provenance(1, ROW, cells={"lead": Place(1, (200.0, 202.0, 400.0, 242.0))})


def drawn(png: bytes) -> Image.Image:
    assert png.startswith(b"\x89PNG")
    return Image.open(BytesIO(png)).convert("RGB")


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether the colour of a pixel is this one, as far as a palette has it."""
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(a - b) < 12 for a, b in zip(found, colour, strict=True))


def spread(image: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The box of all pixels of a colour."""
    bands = zip(image.split(), colour, strict=True)
    masks = [band.point([255 * (abs(n - value) < 12) for n in range(256)]) for band, value in bands]
    box = ImageChops.darker(ImageChops.darker(masks[0], masks[1]), masks[2]).getbbox()
    assert box is not None
    return box


def test_a_row_is_shown_with_a_margin_and_boxed() -> None:
    image = drawn(picture(document(PAGE), PLACE, dpi=DPI))
    assert image.size == (328, 68)
    assert spread(image, FRAME) == pytest.approx((14, 14, 314, 54), abs=1)


def test_the_cell_of_a_field_is_marked_and_its_letters_show() -> None:
    image = drawn(picture(document(PAGE), PLACE, "lead", dpi=DPI))
    assert spread(image, MARK) == pytest.approx((116, 16, 312, 52), abs=2)
    cell = image.crop((116, 16, 312, 52)).convert("L")
    assert cell.getextrema()[0] < 100  # type: ignore[operator]


def test_a_field_that_the_row_has_no_cell_for_marks_nothing() -> None:
    assert picture(document(PAGE), PLACE, "product") == picture(document(PAGE), PLACE)


def test_a_cell_can_be_shown_alone() -> None:
    image = drawn(picture(document(PAGE), PLACE.cells["lead"], dpi=DPI))
    assert image.size == (228, 68)


def test_the_page_is_shown_whole_with_the_row_boxed() -> None:
    image = drawn(picture(document(PAGE), PLACE, "lead", "page", DPI))
    assert image.size == (595, 842)
    assert spread(image, FRAME) == pytest.approx(ROW, abs=2)
    assert near(image, (300, 205), MARK)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_shown_as_it_is_displayed(turn: int) -> None:
    with pypdfium2.PdfDocument(VINH_LONG) as pdf, pypdfium2.PdfDocument.new() as one:
        one.import_pages(pdf, [14])
        one[0].set_rotation(turn)
        out = BytesIO()
        one.save(out)
    width, height = (841, 595) if turn == 180 else (595, 841)
    image = drawn(picture(out.getvalue(), Place(1, (100, 100, 200, 150)), view="page", dpi=DPI))
    assert image.size == pytest.approx((width, height), abs=2)
    assert spread(image, FRAME) == pytest.approx((100, 100, 200, 150), abs=2)


def test_places_count_from_the_corner_of_a_cropped_page() -> None:
    cropped = document(PAGE, extra="/CropBox [50 500 550 800]")
    image = drawn(picture(cropped, Place(1, (50, 160, 350, 200)), dpi=DPI))
    assert image.size == (328, 68)
    assert image.convert("L").crop((20, 20, 60, 50)).getextrema()[0] < 100  # type: ignore[operator]


def test_what_a_page_cuts_off_is_shown_below() -> None:
    source = document(PAGE, PAGE)
    cut = Provenance(1, ROW, continued=(Place(2, ROW),))
    image = drawn(picture(source, cut, dpi=DPI))
    assert image.size == (328, 68 + 8 + 68)
    assert near(image, (14, 40), FRAME)
    assert near(image, (14, 40 + 68 + 8), FRAME)


def test_the_page_of_the_marked_cell_is_the_one_shown() -> None:
    source = document(text(50, 800, "1"), PAGE)
    cut = Provenance(1, ROW, cells={"lead": Place(2, ROW)}, continued=(Place(2, ROW),))
    assert picture(source, cut, "lead", "page") != picture(source, cut, None, "page")


def test_the_words_of_a_row_stand_in_its_picture() -> None:
    rows = [task for task in sample(VINH_LONG).tasks if task.origin == "table"]
    for task in (rows[0], rows[-1]):
        cell = task.provenance.cells["description"]
        image = drawn(picture(VINH_LONG, cell, dpi=DPI)).convert("L")
        inner = image.crop((17, 17, image.width - 17, image.height - 17))
        assert sum(inner.histogram()[:128]) > 0.02 * inner.width * inner.height


def test_a_huge_page_gives_a_picture_of_bounded_size() -> None:
    source = document(text(50, 50, "a"), box=(0, 0, 14_400, 14_400))
    image = drawn(picture(source, Place(1, (10, 10, 20, 20)), view="page"))
    assert image.width * image.height < 13_000_000


@pytest.mark.parametrize("ending", ["docx", "html", "txt"])
def test_without_pages_there_is_no_picture(ending: str) -> None:
    path = PLANS / "binh-duong-2024" / f"binh-duong-2024.{ending}"
    task = sample(path).tasks[0]
    with pytest.raises(NoPicture, match="only a PDF has pages"):
        picture(path, task.provenance)
    with pytest.raises(NoPicture):
        picture(path, Place(1, ROW))


@pytest.mark.parametrize(
    ("source", "place", "error", "told"),
    [
        (document(PAGE), Place(span=(0, 5)), NoPicture, "no page"),
        (document(PAGE), Place(2, ROW), NoPicture, "no page 2"),
        (document(PAGE), Place(0, ROW), NoPicture, "no page 0"),
        (document(PAGE), Place(1, (900, 900, 950, 950)), NoPicture, "not on page 1"),
        (b"%PDF-1.7\nnothing", Place(1, ROW), KehoachError, "damaged"),
    ],
)
def test_what_cannot_be_shown_says_why(
    source: bytes, place: Place, error: type[KehoachError], told: str
) -> None:
    with pytest.raises(error, match=told):
        picture(source, place)


def test_a_pdf_with_a_password_says_so() -> None:
    source = document(
        PAGE,
        trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
        f" /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00><00>]",
    )
    with pytest.raises(EncryptedSource):
        picture(source, Place(1, ROW))


def test_many_threads_may_ask_at_once() -> None:
    source = VINH_LONG.read_bytes()
    places = [Place(number, (50, 100, 500, 300)) for number in (3, 15, 16)]
    wanted = [picture(source, place) for place in places]
    found: list[bool] = []

    def ask(turn: int) -> None:
        found.extend(picture(source, p) == w for p, w in zip(places, wanted, strict=True))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert found == [True] * 12
