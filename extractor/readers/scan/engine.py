"""Letters recognised by Tesseract: by its Python binding, or the program where that is missing.

Both read grey pictures and give words with their boxes, base lines and certainties. The model for
Vietnamese is the system's (`apt install tesseract-ocr-vie`).
"""

import csv
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.errors import NoTextLayer

#: A grey picture: 0 is black, 255 white.
Grey = NDArray[np.uint8]
#: x0, top, x1, bottom in pixels.
Frame = tuple[int, int, int, int]
#: What a picture holds: a whole page, one line, or a number of figures and points.
Kind = Literal["page", "line", "number"]

LANGUAGE = "vie"
#: What gives a machine with Debian or Ubuntu what is needed.
INSTALL = "apt install tesseract-ocr tesseract-ocr-vie"
_MODES: dict[Kind, int] = {"page": 3, "line": 7, "number": 8}
_SIGNS: dict[Kind, str] = {"page": "", "line": "", "number": "0123456789."}
#: Where systems keep Tesseract's models.
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)
#: Pixels an inch that Tesseract is told; what it makes of letters does not depend on it.
RESOLUTION = 200
#: Of Tesseract's settings: which signs alone there are.
_ONLY = "tessedit_char_whitelist"
#: No second look at lines as white on black; nothing is learnt on the way.
_SETTINGS = {"tessedit_do_invert": "0", "classify_enable_learning": "0"}


@dataclass(slots=True)
class Word:
    """A word as it was recognised: in pixels of the picture; `certainty` lies between 0 and 1.

    `line` numbers the line it stands on within its rectangle, `base` is that line's base at the
    middle of the word. `read` is the word as it was, where the text was repaired.
    """

    text: str
    frame: Frame
    base: float
    certainty: float
    line: int
    read: str = ""


class Engine(Protocol):
    """Reads pictures; of one thread."""

    def read(self, pictures: Sequence[Grey], kind: Kind) -> list[list[Word]]:
        """The words of each picture, line by line."""


@cache
def models() -> Path | None:
    """The folder of the system's models that has the one for Vietnamese."""
    asked = os.environ.get("TESSDATA_PREFIX")
    folders = [asked, os.path.join(asked, "tessdata")] if asked else []
    for folder in (*folders, *_FOLDERS):
        path = Path(folder)
        if (path / f"{LANGUAGE}.traineddata").is_file():
            return path
    return None


@cache
def means() -> Literal["binding", "program"] | None:
    """By what letters can be recognised on this machine."""
    if models() is None:
        return None
    if find_spec("tesserocr") is not None:
        return "binding"
    return "program" if shutil.which("tesseract") else None


def lacking() -> tuple[str, str] | None:
    """What this machine has not, so that it recognises no letters, with how to install it."""
    if means() is not None:
        return None
    vi, en = "chương trình tesseract", "program tesseract"
    if models() is None:
        vi, en = "mô hình tiếng Việt của Tesseract", "Vietnamese model of Tesseract"
    return f"máy chưa có {vi}; hãy cài: {INSTALL}", f"there is no {en}; install it: {INSTALL}"


def required() -> None:
    """Raises NoTextLayer where letters cannot be recognised on this machine."""
    if told := lacking():
        vi, en = told
        raise NoTextLayer(
            f"Tệp là bản quét hoặc lớp chữ hỏng, cần nhận dạng chữ (OCR), mà {vi}",
            f"The file is a scan or its text layer is garbage: it needs OCR, and {en}",
        )


_ENGINES = threading.local()


def engine() -> Engine:
    """The engine of this thread; raises NoTextLayer."""
    required()
    if not hasattr(_ENGINES, "engine"):
        _ENGINES.engine = _Binding() if means() == "binding" else _Program()
    known: Engine = _ENGINES.engine
    return known


#: Levels of the rows of Tesseract's table.
_LINE, _WORD = 4, 5


class _Binding:
    """Tesseract within this process, its model loaded once for each thread."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for one another
        import tesserocr

        self._level = tesserocr.RIL
        self._api = tesserocr.PyTessBaseAPI(
            path=f"{models()}/", lang=LANGUAGE, oem=tesserocr.OEM.LSTM_ONLY
        )
        for name, value in _SETTINGS.items():
            self._api.SetVariable(name, value)

    def read(self, pictures: Sequence[Grey], kind: Kind) -> list[list[Word]]:
        api = self._api
        api.SetPageSegMode(_MODES[kind])
        api.SetVariable(_ONLY, _SIGNS[kind])
        found = []
        for picture in pictures:
            height, width = picture.shape
            api.SetImageBytes(picture.tobytes(), width, height, 1, width)
            api.SetSourceResolution(RESOLUTION)
            api.Recognize()
            found.append(list(self._words()))
            api.Clear()
        return found

    def _words(self) -> Iterator[Word]:
        iterator: Any = self._api.GetIterator()
        level = self._level
        if iterator is None:
            return
        line = -1
        while True:
            if iterator.IsAtBeginningOf(level.TEXTLINE):
                line += 1
            box = iterator.BoundingBox(level.WORD)
            if box and not iterator.Empty(level.WORD):
                text = iterator.GetUTF8Text(level.WORD).strip()
                ends = iterator.Baseline(level.WORD)
                base = (ends[0][1] + ends[1][1]) / 2 if ends else float(box[3])
                if text:
                    certainty = iterator.Confidence(level.WORD) / 100
                    yield Word(text, box, base, certainty, line)
            if not iterator.Next(level.WORD):
                return


class _Program:
    """Tesseract as a program: all pictures go in at once, as the pages of one TIFF file."""

    def read(self, pictures: Sequence[Grey], kind: Kind) -> list[list[Word]]:
        if not pictures:
            return []
        first, *others = (Image.fromarray(picture) for picture in pictures)
        file = BytesIO()
        first.save(file, "TIFF", save_all=True, append_images=others, dpi=(RESOLUTION, RESOLUTION))
        settings = {**_SETTINGS, _ONLY: _SIGNS[kind]}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        answer = subprocess.run(
            ["tesseract", "stdin", "stdout", "--tessdata-dir", str(models()), "-l", LANGUAGE,
             "--oem", "1", "--psm", str(_MODES[kind]), *options, "tsv"],
            input=file.getvalue(), capture_output=True, check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
        if answer.returncode:
            raise NoTextLayer(
                f"Chương trình tesseract dừng vì lỗi; hãy cài lại: {INSTALL}",
                f"The program tesseract failed; install it anew: {INSTALL}",
            )
        found: list[list[Word]] = [[] for _ in pictures]
        rows = csv.DictReader(
            StringIO(answer.stdout.decode("utf-8", "replace")),
            delimiter="\t",
            quoting=csv.QUOTE_NONE,
        )
        base, line = 0.0, 0
        for row in rows:
            level, page = int(row["level"]), int(row["page_num"])
            x0, top = int(row["left"]), int(row["top"])
            x1, bottom = x0 + int(row["width"]), top + int(row["height"])
            if level == _LINE:
                base, line = float(bottom), line + 1
            elif level == _WORD and row["text"].strip():
                certainty = float(row["conf"]) / 100
                word = Word(row["text"].strip(), (x0, top, x1, bottom), base, certainty, line)
                found[page - 1].append(word)
        return found
