"""Numbers with their comparator and unit: "tối thiểu 30%", "từ 2%/năm trở lên", "6.90/10.00".

Vietnamese prints the comma as decimal mark and the dot between thousands (95,47 and 120.000);
indices print the dot as decimal point, too (4.34/10.00): a dot before exactly three digits is a
thousands mark unless a scale follows (domain section 8). The words are data: `comparators.tsv`,
`measures.tsv`, `goal_words.tsv`. Years, dates and the numbers of papers are no quantities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from corpora.wordings import any_of, comparators, measures, pattern, wordings
from extractor.text import small

Kind = Literal["share", "points", "money", "measure", "noun", "time", "age", "rank", "bare"]

#: How many characters before a number are looked at for its comparator or the words of a rank.
_BEFORE = 48
#: How far behind a number "trở lên" or "dẫn đầu" may stand.
_BEHIND = 80
#: The most words behind the number of a cell that can be what it counts.
_THINGS = 5

_FIGURE = r"\d{1,3}(?:\.\d{3}){1,4}(?:,\d{1,6})?(?!\d)|\d{1,12}(?:[.,]\d{1,6})?(?!\d)"
_NUMBER = re.compile(rf"(?<![^\W_])(?<!\d[.,/:])(?:{_FIGURE})")
_SCALE = re.compile(rf"\s?/\s?({_FIGURE})(?![/\d]|-?[A-ZĐ])")
_SPAN = re.compile(rf"\s?(?:-|–|—|÷|~|đến|tới)\s?(?:dưới\s)?({_FIGURE})", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{1,2}\s?/\s?(?:19|20)\d\d(?![\d.,])"
)
_PAPER = re.compile(r"\s?(?:/\s?\d{4})?\s?[/-]\s?[A-ZĐ]{2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: What says before a number that it is reached, and of what numbers without a unit are.
_REACHED = re.compile(r"(?:đạt|lên|là|mức|đến|còn)(?:\s+(?:khoảng|mức|từ))*$", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:^|[;,:(]\s*|đến năm 20\d\d,\s*|\s-\s)(?:số|chỉ số|hệ số|điểm số)\s[^;:.]{2,140}?"
    r"\s(?:đạt|là|lên|mức)\s+$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:[.;,)]|$|và\s)")
_FAR = 160
_REMARK = re.compile(r"\([^()]*\)")
_REST = re.compile(r"\s*([^\W\d_][^\d;:()]*?)[\s.,;]*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text and what it says.

    `comparator` is one of = >= > <= < and ~ (about). A range ("60-70%") has neither comparator
    nor value, but `low` and `high`. `scale` is what an index is out of, `unit` as printed without
    spaces round "/". Of a rank the value is the worst place allowed, the comparator <=, the unit
    "hạng". `span` are the characters [start, end) of the whole expression, `number` those of the
    number with its unit.
    """

    value: float | None
    comparator: str | None
    unit: str | None
    scale: float | None
    span: tuple[int, int]
    number: tuple[int, int]
    kind: Kind
    low: float | None = None
    high: float | None = None


#: Of a text without a number.
NOTHING = Quantity(None, None, None, None, (0, 0), (0, 0), "bare")


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
def _place() -> re.Pattern[str]:
    return re.compile(pattern("goal_words", "column.rank", "rank"), re.IGNORECASE)


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
    >>> [(q.low, q.high, q.unit) for q in read_quantities("tăng 11 - 12 %/năm")]
    [(11.0, 12.0, '%/năm')]
    >>> read_quantities("Nghị quyết số 76/NQ-CP ngày 15/7/2021, năm 2024, 24 Phụ lục, mức độ 3")
    ()
    """
    return tuple(_quantities(text, alone=False))


def read_value(text: str, unit: str | None = None) -> Quantity | None:
    """The one quantity that a cell of a table holds; `unit` is what its column of units says.

    A bare number is one there, too, and what follows it is its unit, known or not. Of several
    that differ none is the value; remarks in brackets do not count.

    >>> read_value("6.90/10.00").scale, read_value("≥ 83%").comparator, read_value("15 phút").unit
    (10.0, '>=', 'phút')
    >>> read_value("9.50").value, read_value("12 thôn, bản").unit, read_value("khá")
    (9.5, 'thôn, bản', None)
    >>> found = read_value("13 - 14", "%/năm")
    >>> found.value, found.low, found.high, found.unit
    (None, 13.0, 14.0, '%/năm')
    >>> found = read_value("Thuộc nhóm 3 nước dẫn đầu")
    >>> found.comparator, found.value, found.unit, read_value("20% xã, 30% huyện")
    ('<=', 3.0, 'hạng', None)
    """
    found = list(_quantities(_REMARK.sub(" ", text), alone=True))
    if len({(q.value, q.comparator, q.unit, q.scale, q.low, q.high) for q in found}) != 1:
        return None
    if not unit or found[0].kind not in ("bare", "noun"):
        return found[0]
    if found[0].value is not None and _place().fullmatch(unit):
        return replace(found[0], comparator="<=", unit="hạng", kind="rank")
    return replace(found[0], unit=" ".join(unit.split()))


def unit_behind(indicator: str) -> str | None:
    """The unit in brackets at the end of an indicator.

    >>> unit_behind("Tỉ lệ đô thị hoá (%)"), unit_behind("Chỉ số năng lực cạnh tranh (PCI)")
    ('%', None)
    """
    found = _REMARK.search(indicator.rstrip(), max(0, indicator.rfind("(")))
    words = found[0][1:-1].strip() if found and found.end() == len(indicator.rstrip()) else ""
    return words if _unit().fullmatch(f" {words}") else None


def _quantities(text: str, *, alone: bool) -> Iterator[Quantity]:
    """The quantities of a text; `alone` is that of a cell which says nothing else."""
    position = 0
    while match := _NUMBER.search(text, position):
        position = match.end()
        if dated := _DATE.match(text, match.start()):
            position = dated.end()
            continue
        if _PAPER.match(text, match.end()):
            continue
        quantity = _read(text, match, alone)
        if quantity:
            yield quantity
            position = quantity.number[1]


def _read(text: str, match: re.Match[str], alone: bool) -> Quantity | None:
    """The quantity whose first figures are `match`, or None where they are none."""
    window = max(0, match.start() - _BEFORE)
    before = text[window : match.start()]
    end, first, high, scale = match.end(), match[0], None, None
    measured = _unit().match(text, end)
    if spanned := _spanned(text, match, measured):
        end, high = spanned.end(), spanned[1]
    if scaled := _SCALE.match(text, end):
        end, scale = scaled.end(), scaled[1]
    value = float_of(first, point=scale is not None)
    top = None if high is None else float_of(high, point=scale is not None)
    out_of = None if scale is None else float_of(scale, point=True)
    if rank := _rank(before, text[end : end + _BEHIND], scale):
        span, number = (window + rank.start(), end), (match.start(), end)
        return Quantity(top or value, "<=", "hạng", out_of, span, number, "rank")
    figures = end
    measured = _unit().match(text, end) or measured
    unit, kind, end = _measured(measured, end)
    if kind == "share" and value > 1000 and "," not in first:
        value = float_of(first, point=True)  # "33.591%"
    compared = _comparator().search(before)
    if kind != "share" and not compared and _label().search(before):
        return None
    reached = _REACHED.search(before[: compared.start() if compared else None].rstrip())
    if kind == "age" and not reached:
        return None
    bare = kind == "bare" and not compared and not _counted(text, match, end)
    if alone and kind in ("bare", "noun"):
        if kind == "bare" and not compared and _YEAR.fullmatch(first):
            return None
        rest = _REST.match(text, figures)
        things = _after().split(rest[1], maxsplit=1)[0].strip() if rest else ""
        unit = things if 0 < len(things.split()) <= _THINGS else unit
    elif bare and not (scale and re.search(r"[.,]", first + scale)):
        return None
    start = match.start() if compared is None else window + compared.start()
    comparator, last = _comparison(text, compared, end)
    span, number = (start, last), (match.start(), end)
    if top is not None:
        return Quantity(None, None, unit, out_of, span, number, kind, value, top)
    return Quantity(value, comparator, unit, out_of, span, number, kind)


def _counted(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a number without a unit is what something is counted by: "Chỉ số HDI đạt 0,78"."""
    if _YEAR.fullmatch(match[0]) or not _ENDS.match(text, end):
        return False
    return _COUNTED.search(text, max(0, match.start() - _FAR), match.start()) is not None


def _spanned(text: str, match: re.Match[str], unit: re.Match[str] | None) -> re.Match[str] | None:
    """The end of a range that begins with the figures `match`, each with its unit or not."""
    found = _SPAN.match(text, match.end()) or (unit and _SPAN.match(text, unit.end()))
    if not found or _DATE.match(text, found.start(1)):
        return None
    return found if float_of(match[0]) < float_of(found[1]) else None


def _rank(before: str, behind: str, scale: str | None) -> re.Match[str] | None:
    strong, weak, ranked = _ranks()
    if found := strong.search(before):
        return found
    found = weak.search(before)
    if found is None or (scale and "nhóm" in found[0].casefold()):
        return found
    return found if ranked.search(re.split(r"[.;:]", behind, maxsplit=1)[0]) else None


def _measured(found: re.Match[str] | None, end: int) -> tuple[str | None, Kind, int]:
    """Unit, its class and where it ends; of "60% - 70" the unit stands before the end."""
    if found is None:
        return None, "bare", end
    unit = " ".join(found["unit"].split())
    if found["per"]:
        unit += "/" + " ".join(found["per"].lstrip(" /").split())
    return unit, _classes()[small(found["unit"])], max(end, found.end())


def _comparison(text: str, compared: re.Match[str] | None, end: int) -> tuple[str, int]:
    """The comparator, and where its words behind the number end."""
    words = small(compared["words"]) if compared else None
    sign = comparators("before")[words] if words else "="
    clause = re.split(r"[.;:(](?:\s|$)", text[end : end + _BEHIND], maxsplit=1)[0]
    if sign in ("=", "from", "~") and (after := _after().search(clause)):
        near = not clause[: after.start()].strip()
        if near or sign == "from":
            closing = small(after[0])
            return comparators("after")[closing], end + after.end() if near else end
    return ("=" if sign == "from" else sign), end
