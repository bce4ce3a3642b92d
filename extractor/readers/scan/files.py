"""The reader of pictures: a page scanned or photographed as PNG or JPEG, or pages as TIFF."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from extractor.layout import Layout, Page
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener, nobody
from extractor.readers.pdf.paragraphs import blocks_of
from extractor.readers.scan.engine import required
from extractor.readers.scan.ink import Colours
from extractor.readers.scan.sheets import MOST_PIXELS, Scans
from models.errors import DamagedSource, LimitExceeded, NoTextLayer

#: Points of the longer side of a sheet (A4) and of the shorter one, which a picture is taken for.
LONG, SHORT = 842.0, 595.0
#: A picture with more pixels is not opened.
LARGEST = 150_000_000


def read_picture(
    data: bytes, limits: Limits = DEFAULT_LIMITS, progress: Listener | None = None
) -> Layout:
    """The pages of a picture as a `Layout`, in points of a sheet of A4.

    Raises NoTextLayer where letters cannot be recognised on this machine or there are none, and
    DamagedSource or LimitExceeded.
    """
    required()
    with opened(data, limits) as picture:
        media_type = Image.MIME.get(picture.format or "", "image/*")
        layout = Layout("picture", media_type, [])
        scans = Scans(layout, progress or nobody)
        count = getattr(picture, "n_frames", 1)
        for number in range(1, count + 1):
            sheet, scale = frame_of(picture, number)
            height, width = sheet.shape[:2]
            layout.pages.append(Page(number, width / scale, height / scale, readable=False))
            scans.read(number, sheet, scale, count)
    sheets = scans.among([])
    if not sheets:
        raise NoTextLayer(
            "Không nhận dạng được chữ nào trong ảnh; hãy quét rõ hơn, ít nhất 200 dpi.",
            "No letters were recognised in the picture; scan it more clearly, at 200 dpi or more.",
        )
    layout.blocks = blocks_of(sheets)
    return layout


@contextmanager
def opened(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Image.Image]:
    """The picture while it is open; raises DamagedSource or LimitExceeded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow, about the size; it is looked at below
            picture = Image.open(BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
        with picture:
            if picture.width * picture.height > LARGEST:
                raise LimitExceeded(
                    f"Ảnh có {picture.width} × {picture.height} điểm, quá lớn.",
                    f"The picture has {picture.width} × {picture.height} pixels: too many.",
                )
            if getattr(picture, "n_frames", 1) > limits.pages:
                raise LimitExceeded(
                    f"Ảnh có hơn {limits.pages} trang.",
                    f"The picture has more than {limits.pages} pages.",
                )
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise DamagedSource(
            "Tệp ảnh bị hỏng hoặc bị cắt cụt; hãy quét hoặc tải lại.",
            "The picture is damaged or cut short; scan or get it again.",
        ) from error


def frame_of(picture: Image.Image, number: int) -> tuple[Colours, float]:
    """One page of an open picture in blue, green and red, and its pixels a point."""
    picture.seek(number - 1)
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in ("L", "RGB"):
        if upright.mode in ("1", "I;16", "I", "F"):
            upright = upright.convert("L")
        else:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA")).convert("RGB")
    shrunk = (MOST_PIXELS / (upright.width * upright.height)) ** 0.5
    if shrunk < 1:
        size = max(1, round(upright.width * shrunk)), max(1, round(upright.height * shrunk))
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    pixels = np.asarray(upright.convert("RGB"), np.uint8)
    scale = max(max(upright.size) / LONG, min(upright.size) / SHORT)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), np.uint8), scale


def as_pdf(data: bytes, pages: int) -> bytes:
    """The first pages of a picture as those of a PDF file, of the size they were read in."""
    sheets: list[Image.Image] = []
    with opened(data) as picture:
        for number in range(1, min(pages, getattr(picture, "n_frames", 1)) + 1):
            pixels, _ = frame_of(picture, number)
            sheets.append(Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])))
    out = BytesIO()
    first, *others = sheets
    scale = 72 * max(max(first.size) / LONG, min(first.size) / SHORT)
    first.save(out, "PDF", save_all=True, append_images=others, resolution=scale)
    return out.getvalue()
