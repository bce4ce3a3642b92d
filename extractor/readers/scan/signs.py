"""What letters are too alike to be told by their looks alone: signs told by measure, dirt left out.

Tesseract's model for Vietnamese has no "≤" and no "–": it reads "<" and a hyphen or a long dash.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from corpora.tables import threshold
from extractor.readers.scan.engine import Frame, Grey, Word
from extractor.readers.scan.forms import FIGURES
from extractor.readers.scan.spelling import usage
from extractor.text import is_syllable

# Shares of the em, of Times New Roman: figures, small letters with an ascender, dashes by width.
FIGURE, ASCENDER = 0.676, 0.683
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
HYPHEN = threshold("ocr.hyphen")
EN_DASH = threshold("ocr.en-dash")
THIN = threshold("ocr.thin")
SPECK = threshold("ocr.speck")
DOUBTFUL = threshold("ocr.uncertain")
HANGING = threshold("ocr.hanging")
BELOW = threshold("ocr.below")
BAR = threshold("ocr.bar")
NOISE = threshold("ocr.noise")
_FIGURES = re.compile(r"\d+")
_ASCENDING = re.compile(r"(?=.*[bdhkl])[abcdehiklmnorstuvwxz]+")
_DASH = re.compile(r"[-–—~_=]{1,2}")
_DIRT = re.compile(r"[^\w\s\-–—+&/%<>≤≥…()\[\]{}#@$§]+")
# "10ngày": figures and a word whose space is too narrow.
_GLUED = re.compile(r"([<>≤≥(]?)(\d+)([^\W\d_]{3,})(\W*)")
_STOPPED = re.compile(r"[^\W\d_]{2}\)?\.$")
_PART = re.compile(r"[^\W_]+")
_SHORT_FORM = re.compile(r"[A-ZĐ]{1,6}\d*")
#: So many signs a number of a row has at most.
_ORDINAL = threshold("ocr.ordinal-signs")
_TWICE = re.compile("ĐÐ|ÐĐ")
_NUMBER = re.compile(r"\(?\d[\d/.,-]*\)?[.,;:]?")


def em_by(words: Sequence[Word], usual: float) -> float:
    """The em of the font in pixels, by the heights of words that show it; `usual` where none do."""
    shown = [
        (word.frame[3] - word.frame[1]) / share
        for word in words
        for pattern, share in ((_FIGURES, FIGURE), (_ASCENDING, ASCENDER))
        if pattern.fullmatch(word.text)
    ]
    return median(shown) if shown else usual


def told(words: Sequence[Word], ink: Grey, em: float) -> Iterator[Word]:
    """The words of a cell or block without dirt, their signs as they are drawn."""
    for number, word in enumerate(words):
        width, height = word.frame[2] - word.frame[0], word.frame[3] - word.frame[1]
        last = 0 < number == len(words) - 1
        if max(width, height) < SPECK * em or (last and _is_doubtful_dash(word)):
            continue
        text = _TWICE.sub("Đ", word.text).replace("⁄", "/")
        text = text.strip("_") or text  # of a line that was drawn
        if _DASH.fullmatch(text):
            width, height = _inked(ink, word.frame)
        if _DASH.fullmatch(text) and height < THIN * em:
            if last:
                continue  # a speck behind the last word
            text = _dash(width / em)
        elif _DIRT.fullmatch(text):
            continue
        elif text[0] in "<>" and _is_underlined(ink, word.frame, len(text), em):
            text = ("≤" if text[0] == "<" else "≥") + text[1:]
        elif _STOPPED.search(text) and _hangs(ink, word, em):
            text = f"{text[:-1]},"
        glued = _GLUED.fullmatch(text)
        if glued and is_syllable(glued[3]):
            text = f"{glued[1]}{glued[2]} {glued[3]}{glued[4]}"
        if text[0] in "<>≤≥" and text[1:2].isdigit():
            text = f"{text[0]} {text[1:]}"
        yield word if text == word.text else replace(word, text=text)


def _is_doubtful_dash(word: Word) -> bool:
    return word.certainty < DOUBTFUL and _DASH.fullmatch(word.text) is not None


def legible(words: Sequence[Word]) -> list[Word]:
    """The words of a cell without those that are noise: not certain at all, and built as no word,
    number or short form. Where none is certain, one of them shows that all are noise."""
    if len(words) == 1 and len(words[0].text) <= _ORDINAL:
        return list(words)  # may be the number of a row, which its neighbours tell
    noise = [word.certainty < NOISE and _is_noise(word.text) for word in words]
    if any(noise) and all(word.certainty < NOISE for word in words):
        return []
    return [word for word, is_noise in zip(words, noise, strict=True) if not is_noise]


def _is_noise(text: str) -> bool:
    return not all(
        len(part) == 1
        or part.translate(FIGURES).isdigit()
        or is_syllable(part)
        or _SHORT_FORM.fullmatch(part)
        for part in _PART.findall(text)
    )


def trimmed(words: Sequence[Word], unsure: float) -> Sequence[Word]:
    """A line without what is unsure at its ends and no number: stamps and strokes of a pen.

    Two letters are a word where plans have it beside its neighbour, as in "Kế hoạch".
    """
    texts = ["", *(word.text.strip(".,;:()").lower() for word in words), ""]
    sure = [
        number
        for number, word in enumerate(words)
        if word.certainty >= unsure
        or _NUMBER.fullmatch(word.text)
        or _is_word(*texts[number : number + 3])
    ]
    return words[sure[0] : sure[-1] + 1] if sure else ()


def _is_word(before: str, text: str, after: str) -> bool:
    if not is_syllable(text):
        return False
    return len(text) > 2 or (len(text) == 2 and usage().company(before, text, after) > 0)


def _dash(width: float) -> str:
    return "-" if width < HYPHEN else "–" if width < EN_DASH else "—"


def _inked(ink: Grey, frame: Frame) -> tuple[int, int]:
    """The width and the height of the ink in a frame and a pixel around it."""
    x0, top, x1, bottom = frame
    part = ink[max(0, top - 1) : bottom + 1, max(0, x0 - 1) : x1 + 1]
    columns, rows = (np.flatnonzero(part.any(axis=axis)) for axis in (0, 1))
    return int(np.ptp(columns)) + 1 if len(columns) else 0, int(np.ptp(rows)) + 1 if len(
        rows
    ) else 0


def _hangs(ink: Grey, word: Word, em: float) -> bool:
    """Whether the sign at the end of a word reaches below the line, as a comma does and no stop."""
    reach, base = round(HANGING * em), round(word.base)
    x1 = word.frame[2] + 1
    part = ink[max(0, base - reach) : base + reach, max(0, x1 - reach) : x1]
    columns = np.flatnonzero(part.any(axis=0))
    if not len(columns):
        return False
    gaps = np.flatnonzero(np.diff(columns) > 1)
    sign = part[:, columns[gaps[-1] + 1 if len(gaps) else 0] : columns[-1] + 1]
    below = int(np.flatnonzero(sign.any(axis=1))[-1]) - reach
    return bool(len(gaps)) and below > BELOW * em


def _is_underlined(ink: Grey, frame: Frame, letters: int, em: float) -> bool:
    """Whether a line runs under the first sign of a word."""
    x0, top, x1, bottom = frame
    if letters > 1:
        x1 = min(x1, x0 + round(0.56 * em))
    part = ink[top + (bottom - top) // 2 : bottom + round(0.1 * em), x0:x1]
    return bool(part.size) and float(part.mean(axis=1).max()) >= BAR
