"""Numbers with their comparator and unit: "tối thiểu 30%", "từ 2%/năm trở lên", "6.90/10.00".

Vietnamese prints the comma as decimal mark and the dot between thousands (95,47 and 120.000);
indices print the dot as decimal point, too (4.34/10.00): a dot before exactly three digits is a
thousands mark unless a scale follows (domain section 8). The words are data: `comparators.tsv`,
`measures.tsv`, `goal_words.tsv`. Years, dates and the numbers of papers are no quantities.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.wordings import any_of, comparators, measures, pattern, wordings
from extractor.text import small

Kind = Literal["share", "points", "money", "measure", "noun", "time", "rank", "bare"]

#: How many characters before a number are looked at for its comparator or the words of a rank.
_BEFORE = 48
#: How far behind a number "trở lên" or "dẫn đầu" may stand.
_BEHIND = 80

_FIGURE = r"\d{1,3}(?:\.\d{3}){1,4}(?:,\d{1,6})?(?!\d)|\d{1,12}(?:[.,]\d{1,6})?(?!\d)"
_NUMBER = re.compile(rf"(?<![^\W_])(?<!\d[.,/:])(?:{_FIGURE})")
_SCALE = re.compile(rf"\s?/\s?({_FIGURE})(?![/\d]|-?[A-ZĐ])")
_SPAN = re.compile(rf"\s?%?\s?(?:-|–|—|÷|đến|tới)\s?(?:dưới\s)?({_FIGURE})", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{1,2}\s?/\s?(?:19|20)\d\d(?![\d.,])"
)
_PAPER = re.compile(r"\s?(?:/\s?\d{4})?\s?[/-]\s?[A-ZĐ]{2}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text and what it says.

    `comparator` is one of = >= > <= < and ~ (about); `upper` is the end of a span ("60-70%"),
    whose comparator is >=. `scale` is what an index is out of, `unit` as printed without spaces
    round "/". Of a rank the value is the worst place allowed, the comparator <=, the unit "hạng".
    `span` are the characters [start, end) of the whole expression, `number` those of the number
    with its unit.
    """

    value: float
    comparator: str
    unit: str | None
    scale: float | None
    span: tuple[int, int]
    number: tuple[int, int]
    kind: Kind
    upper: float | None = None


def float_of(text: str, *, point: bool = False) -> float:
    """The value of printed figures; `point` says that a dot is a decimal point.

    >>> float_of("120.000"), float_of("95,47"), float_of("4.34"), float_of("2.989,5")
    (120000.0, 95.47, 4.34, 2989.5)
    """
    if "," in text:
        return float(text.replace(".", "").replace(",", "."))
    head, _, tail = text.rpartition(".")
    if head and ("." in head or (len(tail) == 3 and not point)):
        return float(text.replace(".", ""))
    return float(text)


@cache
def _unit() -> re.Pattern[str]:
    close = any_of(name[1:] for name in measures() if name.startswith("*"))
    loose = any_of(name for name in measures() if not name.startswith("*"))
    per = any_of(wordings("measures", "per"))
    # The space is optional in front of units that may touch, wanted in front of words.
    return re.compile(
        rf"(?P<unit>\s*(?:{close})|\s+(?:{loose}))(?![^\W_])(?P<per>\s?/\s?(?:0?1\s)?(?:{per})(?![^\W_]))?",
        re.IGNORECASE,
    )


@cache
def _classes() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for name, kind in measures().items():
        found[name.lstrip("*").casefold()] = kind  # type: ignore[assignment]
    return found


@cache
def _comparator() -> re.Pattern[str]:
    words = any_of(comparators("before"))
    return re.compile(
        rf"(?<![^\W_])(?P<words>{words})\s*(?:(?:là|mức|từ|khoảng|tương ứng|lần lượt)\s+)*$",
        re.IGNORECASE,
    )


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(comparators('after'))})(?![^\W_])", re.IGNORECASE)


@cache
def _ranks() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    lead = pattern("goal_words", "rank.lead")
    strong, weak = pattern("goal_words", "rank"), pattern("goal_words", "rank.weak")
    behind = pattern("goal_words", "ranked")
    opening = rf"(?<![^\W_])(?:(?:{lead})\s+)*"
    return (
        re.compile(rf"{opening}(?:{strong})\s+(?:thứ\s+|từ\s+)?$", re.IGNORECASE),
        re.compile(rf"{opening}(?:{weak})\s+$", re.IGNORECASE),
        re.compile(rf"(?:{behind})(?![^\W_])", re.IGNORECASE),
    )


@cache
def _label() -> re.Pattern[str]:
    words = pattern("goal_words", "label")
    return re.compile(rf"(?<![^\W_])(?:{words})\s*(?:số\s*)?[\s:]*$", re.IGNORECASE)


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, in order.

    >>> [(q.comparator, q.value, q.unit) for q in read_quantities("đạt từ 90% trở lên; trên 5 ha")]
    [('>=', 90.0, '%'), ('>', 5.0, 'ha')]
    >>> [(q.comparator, q.value, q.unit) for q in read_quantities("đứng đầu 02 huyện, thành phố")]
    [('<=', 2.0, 'hạng')]
    >>> [(q.value, q.scale) for q in read_quantities("đạt 6.90/10.00 điểm")]
    [(6.9, 10.0)]
    >>> read_quantities("Nghị quyết số 76/NQ-CP ngày 15/7/2021, năm 2024, 24 Phụ lục, mức độ 3")
    ()
    """
    found: list[Quantity] = []
    position = 0
    while match := _NUMBER.search(text, position):
        position = match.end()
        if dated := _DATE.match(text, match.start()):
            position = dated.end()
            continue
        if _PAPER.match(text, match.end()):
            continue
        quantity = _read(text, match)
        if quantity:
            found.append(quantity)
            position = quantity.number[1]
    return tuple(found)


def read_value(text: str) -> Quantity | None:
    """The quantity a cell holds that says nothing else: there a bare number is one, too.

    What follows the first number is its unit, whether it is known or not.

    >>> read_value("6.90/10.00").scale, read_value("≥ 83%").comparator, read_value("15 phút").unit
    (10.0, '>=', 'phút')
    >>> read_value("9.50").value, read_value("12 thôn, bản").unit, read_value("khá")
    (9.5, 'thôn, bản', None)
    """
    first = _NUMBER.search(text)
    if first is None:
        return None
    found = next((q for q in read_quantities(text) if q.number[0] == first.start()), None)
    end = found.number[1] if found else first.end()
    if found and (found.kind != "noun" or not text[end:].split("(")[0].strip(" .;,")):
        return found
    scaled = _SCALE.match(text, first.end())
    value = float_of(first[0], point=scaled is not None)
    end = scaled.end() if scaled else first.end()
    unit = text[end:].strip().split("(")[0].strip(" .;,") or None
    return Quantity(
        value,
        found.comparator if found else "=",
        unit,
        float_of(scaled[1], point=True) if scaled else None,
        (first.start(), len(text)),
        (first.start(), end),
        found.kind if found else "bare",
        found.upper if found else None,
    )


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    """The quantity whose first figures are `match`, or None where they are none."""
    window = max(0, match.start() - _BEFORE)
    before = text[window : match.start()]
    end, first, upper, scale = match.end(), match[0], None, None
    if (spanned := _SPAN.match(text, end)) and not _DATE.match(text, spanned.start(1)):
        end, upper = spanned.end(), spanned[1]
    if scaled := _SCALE.match(text, end):
        end, scale = scaled.end(), scaled[1]
    value = float_of(first, point=scale is not None)
    top = None if upper is None else float_of(upper, point=scale is not None)
    out_of = None if scale is None else float_of(scale, point=True)
    if rank := _rank(before, text[end : end + _BEHIND], scale):
        start = window + rank.start()
        worst = value if top is None else max(value, top)
        return Quantity(
            worst, "<=", "hạng", out_of, (start, end), (match.start(), end), "rank", top
        )
    unit, kind, end = _measured(text, match.end(), end, upper is not None)
    if kind == "share" and value > 1000 and "," not in first:
        value = float_of(first, point=True)  # "33.591%"
    compared = _comparator().search(before)
    if (kind == "bare" and not (compared or scale)) or (
        kind != "share" and not compared and _label().search(before)
    ):
        return None
    if kind == "bare" and scale and not re.search(r"[.,]", first + scale) and not compared:
        return None
    start = match.start() if compared is None else window + compared.start()
    comparator, last = _comparison(text, compared, end, top)
    return Quantity(value, comparator, unit, out_of, (start, last), (match.start(), end), kind, top)


def _rank(before: str, behind: str, scale: str | None) -> re.Match[str] | None:
    strong, weak, ranked = _ranks()
    if found := strong.search(before):
        return found
    found = weak.search(before)
    if found is None or (scale and "nhóm" in found[0].casefold()):
        return found
    return found if ranked.search(re.split(r"[.;:]", behind, maxsplit=1)[0]) else None


def _measured(text: str, single: int, end: int, spanned: bool) -> tuple[str | None, Kind, int]:
    """Unit, its class and where it ends; of "60% - 70%" the unit stands behind both."""
    found = _unit().match(text, end)
    if found is None and spanned:
        found = _unit().match(text, single)
        if found is None:
            return None, "bare", end
        return " ".join(found["unit"].split()), _classes()[small(found["unit"])], end
    if found is None:
        return None, "bare", end
    unit = " ".join(found["unit"].split())
    if found["per"]:
        unit += "/" + " ".join(found["per"].lstrip(" /").split())
    return unit, _classes()[small(found["unit"])], found.end()


def _comparison(
    text: str, compared: re.Match[str] | None, end: int, upper: float | None
) -> tuple[str, int]:
    """The comparator, and where its words behind the number end."""
    words = small(compared["words"]) if compared else None
    sign = comparators("before")[words] if words else "="
    clause = re.split(r"[.;:(](?:\s|$)", text[end : end + _BEHIND], maxsplit=1)[0]
    if sign in ("=", "from", "~") and (after := _after().search(clause)):
        near = not clause[: after.start()].strip()
        if near or sign == "from":
            closing = small(after[0])
            return comparators("after")[closing], end + after.end() if near else end
    if sign in ("=", "from", "~") and upper is not None:
        return ">=", end
    return ("=" if sign == "from" else sign), end
