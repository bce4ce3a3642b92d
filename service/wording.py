"""The language of what the program says to people: Vietnamese first, English on request."""

import csv
import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.provenance import Provenance

Lang = Literal["vi", "en"]

#: One language of an Accept-Language header (RFC 9110, 12.5.4) with its weight.
_ACCEPTED = re.compile(r"(vi|en|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*(0(?:\.\d*)?|1(?:\.0*)?))?")
#: The most of them looked at; a longer header is no preference of a person.
_MOST_ACCEPTED = 20
#: The weight of a language that is not named: less than any that is, more than one refused.
_UNNAMED = 0.0001


def preferred(asked: str | None = None) -> Lang:
    """The language asked for, else that of KEHOACH_LANG or of the locale, else Vietnamese.

    >>> preferred("en")
    'en'
    """
    for name in (asked, *map(os.environ.get, ("KEHOACH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if name:
            return "en" if name.lower().startswith("en") else "vi"
    return "vi"


def accepted(header: str | None, otherwise: Lang) -> Lang:
    """The language an Accept-Language header gives the greatest weight, the first of equal ones.

    >>> accepted("fr, en-GB;q=0.8, vi;q=0.9", "en"), accepted("vi;q=0", "vi"), accepted("*", "vi")
    ('vi', 'en', 'vi')
    """
    weights: dict[str, float] = {}
    for part in (header or "").lower().split(",", _MOST_ACCEPTED)[:_MOST_ACCEPTED]:
        if asked := _ACCEPTED.fullmatch(part.strip()):
            weights[asked[1]] = max(float(asked[2] or 1), weights.get(asked[1], 0.0))
    rest = weights.pop("*", _UNNAMED)
    named: list[Lang] = ["vi" if name == "vi" else "en" for name in weights]
    return max((*named, otherwise, "vi", "en"), key=lambda lang: weights.get(lang, rest))


def pick(lang: Lang, vi: str, en: str) -> str:
    """The sentence in `lang`."""
    return vi if lang == "vi" else en


def printable(text: str) -> str:
    r"""A name as it is shown: without what turns or hides what stands beside it, such as NUL or the
    marks of right-to-left writing.

    >>> printable("  kh\u202e 12\x00 ")
    'kh 12'
    """
    shown = "".join(c for c in text if not unicodedata.category(c).startswith("C"))
    return unicodedata.normalize("NFC", shown).strip()


def number(value: int, lang: Lang | None = None) -> str:
    """Digits in groups of three, as the language parts them; without one, as both can read it.

    >>> number(1612, "vi"), number(1612, "en"), number(1612)
    ('1.612', '1,612', '1\\xa0612')
    """
    return f"{value:,}".replace(",", {"vi": ".", "en": ",", None: "\u00a0"}[lang])


def spot(at: "Provenance", lang: Lang) -> str:
    """Where in the source something stands, for people.

    >>> from models.provenance import Provenance
    >>> spot(Provenance(page=12, table=1, row=3), "vi")
    'trang 12, bảng 1, dòng 3'
    >>> spot(Provenance(17, path="PL 1.pdf#page=5"), "vi")
    'PL 1.pdf, trang 5'
    """
    sheet = at.place.sheet
    parts = (
        (sheet and sheet.page, "trang", "page"),
        (at.table, "bảng", "table"),
        (at.row, "dòng", "row"),
    )
    told = (f"{pick(lang, vi, en)} {value}" for value, vi, en in parts if value)
    return ", ".join(filter(None, (at.file, *told)))


def sentences(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of what is said, a file of this room; `corpora` is not loaded for it."""
    lines = files("service").joinpath(name).read_text("utf-8").splitlines()
    told = (line for line in lines if not line.startswith("#"))
    return csv.DictReader(told, restval="", delimiter="\t", quoting=csv.QUOTE_NONE)


@cache
def _values() -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in sentences("values.tsv"):
        found.setdefault(row["key"], {})[row["value"]] = (row["vi"], row["en"])
    return found


def values_of(key: str) -> dict[str, tuple[str, str]]:
    """What the values of a closed set are called, in its order, Vietnamese and English; {} where
    it is none.

    >>> values_of("origin")["table"]
    ('bảng', 'table')
    """
    return _values().get(key, {})


def called(key: str, value: str, lang: Lang) -> str:
    """What a value of a closed set is called; one that is not known, as it is.

    >>> called("fate", "group", "vi")
    'dòng nhóm'
    """
    return pick(lang, *values_of(key).get(value, (value, value)))
