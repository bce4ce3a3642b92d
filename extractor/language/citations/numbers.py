"""The numbers of papers, and their days.

`76/NQ-CP`, `673/UBND-NV`, `63/2010/NĐ-CP`, `72/2025/QH15`, `36-CT/TU`.

Rules: NĐ 30/2020/NĐ-CP, Phụ lục I and III; for the party the rules of its Văn phòng. What print
and scanners do to them is read, too: blanks around a hyphen or a slash, a hyphen that is lost
("63/2010/NĐCP"), a number left open in a draft ("số…../KH-UBND").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpora.kinds import codes, kind_of_abbreviation
from extractor.language.agencies.names import longest, names
from extractor.text import tokens

_CODE = r"[A-ZĐ][A-Za-zĐđƯ0-9&]{0,14}(?![^\W_])"
_DASH = r"\s{0,2}[-–—]\s{0,2}"
_SLASH = r"\s{0,2}/\s{0,2}"
_YEAR = rf"(?:(?P<year>(?:19|20)\d\d){_SLASH})?"
_NUMBER = re.compile(
    rf"(?<![\w/.,-])(?P<ordinal>\d{{1,5}}[a-zđ]?)"
    rf"(?:{_SLASH}{_YEAR}(?P<codes>{_CODE}(?:{_DASH}{_CODE}){{0,4}})"
    rf"|{_DASH}(?P<letters>{_CODE}){_SLASH}(?P<organ>{_CODE}))"
)
_OPEN = re.compile(
    r"(?<!\w)(?i:số)\s?:?(?P<open>[\s.…_]{0,40})/\s{0,2}"
    + _YEAR.replace("year", "open_year")
    + rf"(?P<codes>{_CODE}{_DASH}{_CODE})"
)
_GROUP = re.compile(_CODE)
_TERM = re.compile(r"(QH|UBTVQH)(\d{1,2})$")
_COUNT = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """A number, read: `text` is its regular form, `span` the characters it is printed in.

    `ordinal` is None where a draft leaves it open. `letters` is the abbreviation of the kind
    (NQ), None for a công văn and a law; `agency` the letters of the issuer
    (CP, UBND, QH15), `year` the year inside the number. `sure` is False for letters that neither
    name a kind nor an issuer: such are a number only behind the word for it.
    """

    text: str | None
    span: tuple[int, int]
    ordinal: str | None
    year: int | None
    letters: str | None
    agency: str
    party: bool = False
    sure: bool = True
    mended: bool = False


def read_numbers(text: str) -> Iterator[PaperNumber]:
    """The numbers in `text`, in order.

    >>> [n.text for n in read_numbers("Nghị quyết số 18- NQ/TW; Nghị định 63/2010/NĐCP")]
    ['18-NQ/TW', '63/2010/NĐ-CP']
    >>> [(n.ordinal, n.letters, n.agency) for n in read_numbers("Kế hoạch số...../KH-UBND")]
    [(None, 'KH', 'UBND')]
    """
    opens = list(_OPEN.finditer(text)) if "/" in text else []
    for match in _NUMBER.finditer(text):
        while opens and opens[0].start() < match.start():
            yield from _open(opens.pop(0))
        number = _party(match) if match["organ"] else _state(match)
        if number:
            yield number
    for match in opens:
        yield from _open(match)


def _open(match: re.Match[str]) -> Iterator[PaperNumber]:
    letters, agency = (group[0] for group in _GROUP.finditer(match["codes"]))
    year = match["open_year"]
    if kind_of_abbreviation(letters):
        start = match.start("open")
        span = (start + len(match["open"]) - len(match["open"].lstrip()), match.end())
        yield PaperNumber(None, span, None, int(year) if year else None, letters, agency)


def _party(match: re.Match[str]) -> PaperNumber | None:
    letters, organ = match["letters"], match["organ"]
    if not _is_code(letters) or not _is_code(organ):
        return None
    known = kind_of_abbreviation(letters) is not None
    text = f"{match['ordinal']}-{letters}/{organ}"
    mended = text != match[0]
    return PaperNumber(
        text, match.span(), match["ordinal"], None, letters if known else None, organ,
        party=True, sure=known, mended=mended,
    )  # fmt: skip


def _state(match: re.Match[str]) -> PaperNumber | None:
    groups: list[str] = []
    end = match.start("codes")
    for group in _GROUP.finditer(match["codes"]):
        between = match["codes"][end - match.start("codes") : group.start()]
        spaced = between.startswith((" ", "\n")) and between.endswith((" ", "\n"))
        if not _is_code(group[0]) or (spaced and len(groups) > 1):
            break
        groups.append(group[0])
        end = match.start("codes") + group.end()
    if not groups:
        return None
    if len(groups) == 1:
        groups = _split(groups[0])
    year = int(match["year"]) if match["year"] else None
    ordinal = match["ordinal"]
    text = "/".join(filter(None, (ordinal, match["year"], "-".join(groups))))
    printed = match.string[match.start() : end]
    known = kind_of_abbreviation(groups[0]) is not None
    letters = groups[0] if known else None
    agency = "-".join(groups[1:]) if known and len(groups) > 1 else groups[0]
    if not known and not _TERM.match(agency) and len(groups) > 1:
        agency = groups[0]
    sure = (
        (known and len(groups) > 1)
        or (year is not None and _TERM.match(agency) is not None)
        or (len(groups) > 1 and issuer_slug(agency) is not None)
    )
    return PaperNumber(
        text, (match.start(), end), ordinal, year, letters, agency, sure=sure,
        mended=printed != text,
    )  # fmt: skip


def _is_code(group: str) -> bool:
    """Whether a word can be letters of a number: two capitals, no run of small letters."""
    capitals = sum(letter.isupper() for letter in group)
    return capitals >= 2 and re.search(r"[a-zđ]{3}", group) is None


def _split(group: str) -> list[str]:
    """Letters whose hyphen is lost, taken apart: "NĐCP" is NĐ and CP."""
    for cut in range(len(group) - 2, 1, -1):
        kind, agency = group[:cut], group[cut:]
        if kind_of_abbreviation(kind) and kind.isupper() and agency.casefold() in codes():
            return [kind, agency]
    return [group]


@lru_cache(maxsize=4096)
def issuer_slug(agency: str) -> tuple[str, str] | None:
    """Who signs with these letters: the slug of the body and whose it is, None if not known.

    Whose: "central", "province", "district", or "own", that of the unit at hand.

    >>> issuer_slug("CP"), issuer_slug("QH15"), issuer_slug("SNV"), issuer_slug("XYZ")
    (('chinh-phu', 'central'), ('quoc-hoi', 'central'), ('so-noi-vu', 'province'), None)
    """
    code = codes().get(_COUNT.sub("", agency).casefold())
    if code:
        return code.slug, code.of
    keys = tokens(agency).keys
    hit = longest(names(), keys, 0, len(keys))
    if hit is None or hit[0] != len(keys):
        return None
    role = hit[1].roles[0]
    of = role.unit if role.unit in ("central", "province", "district") else "own"
    return role.slug, of


_DATE = re.compile(
    r"\s{0,3},?\s{0,3}(?P<open>\(\s?)?(?:(?i:ban\s+hành|ký|đề)\s+)?(?:(?i:ngày)\s{0,3}"
    r"(?P<day>\d{1,2})?(?(day)|[\s.…_]{0,20})"
    r"(?:\s?[/.-]\s?|\s+(?i:tháng)\s+)(?P<month>\d{1,2}|[.…_\s]{1,12})"
    r"(?:\s?[/.-]\s?|\s+(?i:năm)\s+)(?P<year>(?:19|20)\d\d)(?!\d)"
    r"|(?(open)(?P<day2>\d{1,2})/(?P<month2>\d{1,2})/(?P<year2>(?:19|20)\d\d)(?!\d)|(?!))"
    r"|(?i:(?:tháng\s+(?P<month3>\d{1,2})\s+)?năm\s+(?P<year3>(?:19|20)\d\d))(?![\d\w]|\s?[-–]\s?\d))"
    r"(?(open)\s?\))"
)


def date_at(text: str, at: int) -> tuple[str | None, int] | None:
    """The date printed at `at`, ISO 8601, and where it ends; None where there is none.

    It is cut to the year or the month where a draft leaves the day open; a day that does not
    exist gives no date.

    >>> date_at(" ngày 15/7/2021", 0), date_at(" ngày/12/2023", 0), date_at(" năm 2008", 0)
    (('2021-07-15', 15), ('2023-12', 13), ('2008', 9))
    >>> date_at(" ngày 31 tháng 02 năm 2024", 0)
    (None, 26)
    """
    found = _DATE.match(text, at)
    if found is None:
        return None
    year = found["year"] or found["year2"] or found["year3"]
    month = found["month"] or found["month2"] or found["month3"] or ""
    day = found["day"] or found["day2"] or ""
    if not month.isdigit():
        return str(year), found.end()
    try:
        whole = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return None, found.end()
    return whole if day else whole[:7], found.end()
