"""Vietnamese words in running text, by underthesea's segmentation model, with their places.

`underthesea.word_tokenize` gives strings, rewrites some of them, and spends two thirds of its
time on building the features of its model. Here the pieces are those of its pattern and the
tags those of its model, but places in the text are kept, features are put together from parts
seen before, and two of its habits are mended:

- only syllables are joined to a word, never a date and a syllable ("06/8/2024 CỦA");
- the full stop behind an abbreviation in capitals ("CCHC.") is no part of it, unless it always
  is printed with one ("TP.").

Nothing is fetched and nothing written: the model lies in the installed package.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from corpora.tables import rows

Span = tuple[int, int]

#: Longer runs of characters without a blank are cut: no pattern sees more at once.
_LONGEST = 200
_RUN = re.compile(rf"\S{{1,{_LONGEST}}}")
_LINE = re.compile(r"[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")

#: Parts of features are forgotten when there are more, so that memory stays flat.
_MOST_PARTS = 1 << 17


class _Tagger(Protocol):
    def tag(self, features: list[list[str]], /) -> list[str]: ...


@cache
def dotted() -> frozenset[str]:
    """Abbreviations printed with a full stop of their own, in small letters: "tp."."""
    return frozenset(row["word"] for row in rows("dotted"))


def words(text: str) -> list[Span]:
    """The places of the words of `text`, in order; no word goes over a line break.

    A word holds one or several syllables with the blanks between them; numbers, dates, marks of
    punctuation are words of their own. What is not covered is white space.

    >>> text = "Giao Sở Nội vụ chủ trì, phối hợp với hoà giải viên trước 30/6/2024."
    >>> [text[start:end] for start, end in words(text)][:7]
    ['Giao', 'Sở', 'Nội vụ', 'chủ trì', ',', 'phối hợp', 'với']
    """
    found: list[Span] = []
    for line in _LINE.finditer(text):
        found += _joined(text, list(_pieces(text, *line.span())))
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Syllables, numbers and marks between two places of `text`."""
    for run in _RUN.finditer(text, start, end):
        at = run.start()
        for first, last in _split(run[0]):
            yield at + first, at + last


def _split(run: str) -> tuple[Span, ...]:
    """The pieces of a run without blanks, remembered: the same few end with a comma."""
    if run.isalpha():
        return ((0, len(run)),)
    cut = _cuts.get(run)
    if cut is None:
        if len(_cuts) > _MOST_PARTS:
            _cuts.clear()
        cut = _cuts[run] = _cut(run)
    return cut


_cuts: dict[str, tuple[Span, ...]] = {}


def _cut(run: str) -> tuple[Span, ...]:
    if run.lower() in dotted():
        return ((0, len(run)),)
    return tuple(match.span() for match in _pattern().finditer(run))


@cache
def _pattern() -> re.Pattern[str]:
    from underthesea.pipeline.word_tokenize.regex_tokenize import patterns

    return patterns  # type: ignore[no-any-return]


def _joined(text: str, pieces: list[Span]) -> list[Span]:
    """Pieces of one line, those of one word joined."""
    if len(pieces) < 2:
        return pieces
    syllables = [text[start:end] for start, end in pieces]
    tagger, features = _model()
    found: list[Span] = []
    alone = True  # what comes cannot be joined to what was found
    for (start, end), syllable, tag in zip(
        pieces, syllables, tagger.tag(features.of(syllables)), strict=True
    ):
        if tag == "I-W" and not alone and syllable[0].isalpha() and start > found[-1][1]:
            found[-1] = (found[-1][0], end)
            continue
        found.append((start, end))
        alone = not syllable[0].isalpha() or syllable[-1] == "."
    return found


class _Features:
    """The features of underthesea's model, from its templates ("T[-1,0].lower").

    A template looks at a stretch of one or more pieces near the one in question. What a stretch
    gives is built once, for every place it can stand in, and taken again where it returns. Only
    features that have a weight in the model are given: the others cannot change a tag.
    """

    def __init__(
        self, templates: Sequence[str], dictionary: frozenset[str], weighted: frozenset[str]
    ) -> None:
        self._dictionary = dictionary
        self._weighted = weighted
        #: By width and first place: the templates with what each of them asks.
        self._wanted: dict[int, dict[int, list[tuple[str, str]]]] = {}
        for template in templates:
            match = re.fullmatch(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\.(\w+))?", template)
            if match is None or match[3] not in (None, "lower", "isdigit", "istitle", "is_in_dict"):
                raise ValueError(f"unknown feature {template}")
            first, last = int(match[1]), int(match[2] or match[1])
            places = self._wanted.setdefault(last - first + 1, {})
            places.setdefault(first, []).append((template, match[3] or ""))
        self._known: dict[str, tuple[tuple[str, ...], ...]] = {}

    def of(self, pieces: Sequence[str]) -> list[list[str]]:
        """The features of each piece of a line."""
        if len(self._known) > _MOST_PARTS:
            self._known.clear()
        count = len(pieces)
        columns = []
        for width, places in self._wanted.items():
            stretches = zip(*(pieces[at:] for at in range(width)), strict=False)
            parts = [self._parts(" ".join(stretch), width) for stretch in stretches]
            for nth, (first, wanted) in enumerate(places.items()):
                column = [self._edge("BOS", wanted)] * min(max(-first, 0), count)
                column += [part[nth] for part in parts[max(first, 0) : len(parts)]]
                column += [self._edge("EOS", wanted)] * (count - len(column))
                columns.append(column[:count])
        return [list(chain.from_iterable(found)) for found in zip(*columns, strict=True)]

    def _edge(self, mark: str, wanted: list[tuple[str, str]]) -> tuple[str, ...]:
        return tuple(f for name, _ in wanted if (f := f"{name}={mark}") in self._weighted)

    def _parts(self, stretch: str, width: int) -> tuple[tuple[str, ...], ...]:
        found = self._known.get(stretch)
        if found is None:
            values = {
                "": stretch,
                "lower": stretch.lower(),
                "isdigit": stretch.isdigit(),
                "istitle": not any(piece[0].islower() for piece in stretch.split(" ")),
                "is_in_dict": stretch.lower() in self._dictionary,
            }
            found = self._known[stretch] = tuple(
                tuple(
                    f
                    for name, asked in wanted
                    if (f := f"{name}={values[asked]}") in self._weighted
                )
                for wanted in self._wanted[width].values()
            )
        return found


@cache
def _model() -> tuple[_Tagger, _Features]:
    """underthesea's model of words, read from its package."""
    import joblib
    from underthesea_core import CRFTagger

    package = find_spec("underthesea")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("underthesea")
    folder = Path(package.origin).parent / "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
    tagger: Any = CRFTagger()
    tagger.load(str(folder / "models.bin"))
    dictionary = frozenset(joblib.load(folder / "dictionary.bin"))
    # The names of the features stand in the file of the model, each ended by a zero.
    names = re.findall(rb"T\[-?\d(?:,-?\d)?\][.\w]*=[^\0]+", (folder / "models.bin").read_bytes())
    weighted = frozenset(name.decode("utf-8") for name in names)
    return tagger, _Features(joblib.load(folder / "features.bin"), dictionary, weighted)
