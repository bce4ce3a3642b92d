"""Pictures of what was read: a place in a PDF as it is printed, boxed, with one cell marked."""

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Literal

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from extractor.layout import Layout, Page
from extractor.readers.pdfium import opened, opening_error
from models.errors import NoPicture
from models.provenance import Bbox, Place

#: What a picture shows: the place with a margin, or the whole page.
View = Literal["row", "page"]

MARGIN = 14.0  # points around a row: a line of its neighbours shows where it stands
GAP = 8  # pixels between the parts of a row that is cut in two
MOST_PIXELS = 12_000_000  # a larger page is drawn smaller
FRAME, MARK = (201, 64, 8), (255, 236, 128)  # of a row; of a cell, which letters show through
_STROKE = 2.0  # points

_Box = tuple[int, int, int, int]


def picture_of(
    data: bytes, places: Sequence[Place], marked: Place | None, view: View, dpi: int
) -> bytes:
    """The PNG of `places`, one below the other; as a page, that of `marked` or the first place.

    Raises DamagedSource, EncryptedSource, and NoPicture where the file has no such place.
    """
    with opened(data) as source:
        if view == "page":
            shown = marked or places[0]
            parts = [_drawn(source.document, shown.page, None, places, marked, dpi)]
        else:
            parts = [
                _drawn(source.document, place.page, _box(place), [place], marked, dpi)
                for place in places
            ]
    picture = _stacked(parts)
    # A palette makes a third of the bytes in half of the time; a page has few colours.
    flat = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = BytesIO()
    flat.save(out, "PNG")
    return out.getvalue()


def sheets(data: bytes) -> Layout:
    """The pages of a PDF with their sizes, and nothing of what is printed on them.

    Raises DamagedSource, EncryptedSource.
    """
    with opened(data) as source:
        try:
            sizes = [source.document.get_page_size(at) for at in range(len(source.document))]
        except pypdfium2.PdfiumError as error:
            raise opening_error(None) from error
    pages = [Page(number, width, height) for number, (width, height) in enumerate(sizes, 1)]
    return Layout("pdf", "application/pdf", [], pages)


def _box(place: Place) -> Bbox:
    if place.bbox is None:
        raise NoPicture
    return place.bbox


def _drawn(
    document: Any,
    number: int | None,
    part: Bbox | None,
    places: Sequence[Place],
    marked: Place | None,
    dpi: int,
) -> Image.Image:
    """The page, or a part of it with a margin, with the places on it boxed and one marked."""
    if number is None:
        raise NoPicture
    if not 1 <= number <= len(document):
        raise NoPicture(f"Tệp không có trang {number}.", f"The file has no page {number}.")
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise opening_error(None) from error
    try:
        width, height = page.get_size()
        x0, top, x1, bottom = part or (0.0, 0.0, width, height)
        if part:
            x0, top = max(0.0, x0 - MARGIN), max(0.0, top - MARGIN)
            x1, bottom = min(width, x1 + MARGIN), min(height, bottom + MARGIN)
        if x1 - x0 < 1 or bottom - top < 1:
            raise NoPicture(
                f"Chỗ này nằm ngoài trang {number}.", f"The place is not on page {number}."
            )
        scale = min(dpi / 72, math.sqrt(MOST_PIXELS / ((x1 - x0) * (bottom - top))))
        bitmap = page.render(
            scale=scale, crop=(x0, height - bottom, width - x1, top), rev_byteorder=True
        )
        image: Image.Image = bitmap.to_pil().convert("RGB")
    finally:
        page.close()
    corner = math.ceil(x0 * scale), math.ceil(top * scale)  # as PDFium's bindings crop
    if marked and marked.page == number:
        _mark(image, _pixels(_box(marked), scale, corner))
    for place in places:
        if place.page == number and place.bbox:
            stroke = max(2, round(_STROKE * scale))
            ImageDraw.Draw(image).rectangle(
                _pixels(place.bbox, scale, corner), outline=FRAME, width=stroke
            )
    return image


def _pixels(box: Bbox, scale: float, corner: tuple[int, int]) -> _Box:
    x0, top, x1, bottom = (round(edge * scale) for edge in box)
    return x0 - corner[0], top - corner[1], x1 - corner[0], bottom - corner[1]


def _mark(image: Image.Image, box: _Box) -> None:
    """Lays a marker's colour over a cell."""
    x0, top = max(0, box[0]), max(0, box[1])
    x1, bottom = min(image.width, box[2]), min(image.height, box[3])
    if x0 < x1 and top < bottom:
        cell = image.crop((x0, top, x1, bottom))
        colour = Image.new("RGB", cell.size, MARK)
        image.paste(ImageChops.multiply(cell, colour), (x0, top))


def _stacked(parts: Sequence[Image.Image]) -> Image.Image:
    """The pictures, one below the other."""
    if len(parts) == 1:
        return parts[0]
    width = max(part.width for part in parts)
    height = sum(part.height for part in parts) + GAP * (len(parts) - 1)
    whole = Image.new("RGB", (width, height), "lightgray")
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height + GAP
    return whole
