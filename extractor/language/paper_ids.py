"""Names of papers in the style of Akoma Ntoso.

`/akn/vn/act/nghi-dinh/chinh-phu/2010/63-2010-nd-cp`: country or unit, act or doc, kind, issuer,
date, number or title. The date is the day of
issue; of a number that has its year inside, that year, so that a paper has one name whether or
not its day is printed. Papers of a unit's own bodies stand under the unit (`vn-86`), with the
codes of agency ids. "undated" and "unnumbered" stand for what a text does not print.
"""

import re
from datetime import date

from corpora.agencies import roles
from corpora.kinds import acts, kind_of_abbreviation, kinds, longer_kinds
from extractor.language.agencies import unit_of
from extractor.language.paper_numbers import PaperNumber, issuer_slug
from extractor.text import plain


def slug(text: str) -> str:
    """`text` in small letters without marks, words joined by hyphens.

    >>> slug("63/2010/NĐ-CP"), slug("Tổ chức chính quyền địa phương")
    ('63-2010-nd-cp', 'to-chuc-chinh-quyen-dia-phuong')
    """
    return plain(text).replace(" ", "-")


def plain_kind(kind: str, number: PaperNumber | None) -> str:
    """The kind of the table a paper is of: "chương trình hành động" is a chương trình."""
    if kind in longer_kinds():
        return longer_kinds()[kind]
    if kind not in kinds() and number and number.letters:
        return kind_of_abbreviation(number.letters) or kind
    return kind


def holder(
    kind: str,
    number: PaperNumber | None,
    issuer: str | None,
    unit: str | None,
    on: str | None = None,
) -> str:
    """Who issued a paper, as an agency id: `vn/chinh-phu`, `vn-86/ubnd`; `vn/` if not known.

    `unit` is that of the paper that cites it: its own province is meant by "UBND tỉnh", itself
    where nothing is printed. `on` is the day of issue, ISO 8601: provinces change.

    >>> from extractor.language.paper_numbers import read_numbers
    >>> holder("quyết định", next(read_numbers("72/QĐ-UBND")), "UBND tỉnh", "vn-58-585")
    'vn-58/ubnd'
    """
    if kind in ("luật", "bộ luật", "hiến pháp"):
        return "vn/quoc-hoi"
    if kind == "pháp lệnh":
        return "vn/ubtvqh"
    if number is None:
        return "vn/"
    bodies = [issuer_slug(agency) for agency in number.agency.split("-")]
    known = [body for body in bodies if body]
    if len(known) < len(bodies):
        named = _named(issuer, unit, on) if issuer else None
        return f"{named or 'vn'}/{slug(number.agency)}"
    body, of = "-".join(slug for slug, _ in known), known[0][1]
    return f"vn/{body}" if of == "central" else f"{_unit(of, issuer, unit, on)}/{body}"


def agency_id(by: str) -> str | None:
    """The id of an agency for a holder: `vn-86/ubnd` is `vn-86/ubnd-tinh`; None for none.

    >>> agency_id("vn-58-585/ubnd"), agency_id("vn/chinh-phu"), agency_id("vn/xyz")
    ('vn-58-585/ubnd-huyen', 'vn/chinh-phu', None)
    """
    unit, _, body = by.partition("/")
    below = unit.split("-")[1:]
    level = (
        "" if not below else "tinh" if len(below) == 1 else "huyen" if len(below[1]) == 3 else "xa"
    )
    for name in (body, f"{body}-{level}"):
        if name in roles():
            return f"{unit}/{name}"
    return None


def _named(issuer: str, unit: str | None, on: str | None) -> str | None:
    """The unit that an issuer names, as it was on the day of the paper."""
    day = date.fromisoformat(on) if on and len(on) == 10 else None
    named = unit_of(issuer, day, unit)
    return named.id if named and named.id != "vn" else None


def _unit(of: str, issuer: str | None, unit: str | None, on: str | None) -> str:
    """The unit whose body it is: the one printed, else the one of the level that is meant."""
    own = unit or "vn"
    parts = own.split("-")
    if issuer:
        if named := _named(issuer, own, on):
            return named
        if re.search(r"(?i)\b(?:tỉnh|thành ủy)", issuer):
            of = "province"
        elif re.search(r"(?i)\b(?:huyện|quận|thị xã)\b", issuer):
            of = "district"
    if of == "province":
        return "-".join(parts[:2])
    if of == "district":
        return "-".join(parts[:3])
    return own


def paper_id(
    kind: str, number: PaperNumber | None, title: str | None, on: str | None, by: str
) -> str:
    """The name of a paper; `on` its day, `by` its holder.

    >>> paper_id("luật", None, "Viên chức", "2010", "vn/quoc-hoi")
    '/akn/vn/act/luat/quoc-hoi/2010/vien-chuc'
    """
    where, _, body = by.partition("/")
    kind = plain_kind(kind, number)
    when = str(number.year) if number and number.year else on or "undated"
    what = slug(number.text) if number and number.text else slug(title or "") or "unnumbered"
    form = "act" if kind in acts() else "doc"
    return f"/akn/{where}/{form}/{slug(kind)}/{body or 'unknown'}/{when}/{what}"
