"""One paper for all its names: full citations, short forms, "Kế hoạch này"; and its own id.

Ids are in the style of Akoma Ntoso, `/akn/vn/act/nghi-dinh/chinh-phu/2010/63-2010-nd-cp`: country
or unit, act or doc, kind, issuer, date, number or title. The date is the day of issue; of a number
that has its year inside, that year, so that a paper has one id whether or not its day is printed.
Papers of a unit's own bodies stand under the unit (`vn-86`), with the codes of agency ids.
"undated" and "unnumbered" stand for what a text does not print.
"""

import re
from bisect import bisect, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from corpora.agencies import roles
from corpora.kinds import acts, kind_of_abbreviation, kinds, longer_kinds
from extractor.language.agencies import unit_of
from extractor.language.citations.cited import Cited
from extractor.language.citations.numbers import PaperNumber, issuer_slug, read_numbers
from extractor.text import plain

#: What a paper is to the text, the strongest first.
ROLES = ("self", "legal_basis", "carried_out", "amended", "replaced", "mentioned")


@dataclass(frozen=True, slots=True)
class Own:
    """The paper that is read: what "Kế hoạch này" means, and whose "UBND tỉnh" it is.

    `kinds` has the kind of the paper and that of the plan it carries, in small letters.
    """

    kinds: tuple[str, ...] = ()
    number: str | None = None
    date: str | None = None
    unit: str | None = None


@dataclass(slots=True)
class Paper:
    """A paper and the places of its mentions in the list that was resolved, in order.

    `by` is who issued it, as an agency id (`vn-86/ubnd-tinh`), None where that is not known.
    """

    kind: str
    number: PaperNumber | None
    title: str | None
    own: bool = False
    years: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    mentions: list[int] = field(default_factory=list)
    id: str = ""
    by: str | None = None


def papers_of(cited: Sequence[Cited], own: Own) -> list[Paper]:
    """The papers named by `cited`, in the order of their first mention, each with its id.

    What makes a paper one is its number, who issued it and the year; a mention that leaves out
    the year or the issuer belongs to the nearest that fits, those before it first. A law is one
    by its title. Short forms that name nothing known are papers of their own, but "Nghị quyết
    này" without a resolution before it is none.

    >>> from extractor.language.citations.cited import read_citations
    >>> text = "Nghị quyết số 18-NQ/TW ngày 25/10/2017; Nghị quyết 18-NQ/TW; Nghị quyết này"
    >>> [(p.id, p.mentions) for p in papers_of(read_citations(text), Own())]
    [('/akn/vn/act/nghi-quyet/trung-uong-dang/2017-10-25/18-nq-tw', [0, 1, 2])]
    """
    papers: list[Paper] = []
    by_key: dict[tuple[str, ...], list[Paper]] = {}
    if own.kinds or own.number:
        itself = next(read_numbers(own.number or ""), None)
        first = Paper(own.kinds[0] if own.kinds else "", itself, None, own=True)
        first.years.update([own.date[:4]] if own.date else ())
        papers.append(first)
        if itself:
            first.holders.add(holder(first.kind, itself, None, own.unit))
            by_key.setdefault(_key(first.kind, itself, None), []).append(first)
    full = [at for at, one in enumerate(cited) if one.form == "full"]
    # The mentions that say most first: they tell the papers apart that have the same number.
    for at in sorted(full, key=lambda at: (-_told(cited[at]), at)):
        _place(papers, by_key, cited, at, own)
    papers.sort(key=lambda paper: (not paper.own, min(paper.mentions, default=0)))
    _place_short(papers, cited, own)
    found = sorted((paper for paper in papers if paper.mentions), key=lambda one: one.mentions[0])
    _name(found, cited, own)
    return found


def _told(one: Cited) -> int:
    return 2 * (_year(one) is not None) + (one.issuer is not None)


def _year(one: Cited) -> str | None:
    """The year of issue; of a number with its year inside, that one."""
    if one.read and one.read.year:
        return str(one.read.year)
    return one.date[:4] if one.date else None


def _key(kind: str, number: PaperNumber | None, title: str | None) -> tuple[str, ...]:
    if title is not None or number is None:
        return ("title", plain_kind(kind, None), slug(title or ""))
    code = f"{number.letters or ''}-{number.agency}"
    return ("number", number.ordinal or "", str(number.year or ""), code.casefold())


def _place(
    papers: list[Paper],
    by_key: dict[tuple[str, ...], list[Paper]],
    cited: Sequence[Cited],
    at: int,
    own: Own,
) -> None:
    """Adds the full mention `at` to the paper it names, or to a new one."""
    one = cited[at]
    year = _year(one)
    by = None
    if one.read and one.issuer:
        by = holder(one.kind, one.read, one.issuer, own.unit, one.date or own.date)
    if one.read and one.number is None:
        itself = papers[0] if papers and papers[0].own else None
        if itself and plain_kind(one.kind, one.read) in own.kinds:
            insort(itself.mentions, at)
            return
    key = _key(one.kind, one.read, one.title)
    fitting = [
        paper
        for paper in by_key.get(key, ())
        if (year is None or not paper.years or year in paper.years)
        and (by is None or not paper.holders or by in paper.holders)
    ]
    if fitting:
        paper = _nearest(fitting, at)
    else:
        paper = Paper(one.kind, one.read, one.title)
        papers.append(paper)
        by_key.setdefault(key, []).append(paper)
    insort(paper.mentions, at)
    paper.years.update([year] if year else ())
    paper.holders.update([by] if by else ())


def _nearest(papers: Sequence[Paper], at: int) -> Paper:
    """The paper named nearest to the mention `at`; those named before it are nearer."""
    if len(papers) == 1:
        return papers[0]

    def distance(paper: Paper) -> tuple[int, int]:
        behind = bisect(paper.mentions, at)
        if behind:
            return 0, at - paper.mentions[behind - 1]
        return 1, paper.mentions[0] - at if paper.mentions else 0

    return min(papers, key=distance)


def _place_short(papers: list[Paper], cited: Sequence[Cited], own: Own) -> None:
    """Adds the short forms: a kind with a bare number, then "Kế hoạch này"."""
    numbered: dict[tuple[str, str], list[Paper]] = {}
    paper_at: dict[int, Paper] = {}
    for paper in papers:
        paper_at.update(dict.fromkeys(paper.mentions, paper))
        if paper.number and paper.number.ordinal:
            numbered.setdefault(_bare(paper.kind, paper.number, None), []).append(paper)
    for at, one in enumerate(cited):
        if one.form != "short":
            continue
        key = _bare(one.kind, None, one.number)
        if key not in numbered:
            papers.append(Paper(one.kind, None, None))
            numbered[key] = [papers[-1]]
        paper_at[at] = _nearest(numbered[key], at)
        insort(paper_at[at].mentions, at)
    last: dict[str, Paper] = {}
    for at, one in enumerate(cited):
        meant = paper_at.get(at)
        kind = plain_kind(one.kind, one.read)
        if one.form == "this":
            meant = papers[0] if kind in own.kinds else last.get(kind)
            if meant is not None:
                insort(meant.mentions, at)
        elif meant is not None and not meant.own:
            last[kind] = meant


def _bare(kind: str, number: PaperNumber | None, bare: str | None) -> tuple[str, str]:
    """The kind and the number before the first slash, without leading zeros."""
    ordinal = number.ordinal if number else bare
    return plain_kind(kind, number), (ordinal or "").lstrip("0")


def _name(papers: Sequence[Paper], cited: Sequence[Cited], own: Own) -> None:
    """Gives the papers their ids; two of one name are told apart by a count."""
    seen: dict[str, int] = {}
    for paper in papers:
        dates = [cited[at].date for at in paper.mentions if cited[at].date]
        day = own.date if paper.own else max(dates, key=lambda one: len(one or ""), default=None)
        issuer = next((cited[at].issuer for at in paper.mentions if cited[at].issuer), None)
        if paper.own:
            by = holder(paper.kind, paper.number, None, own.unit)
            by = by if paper.number else f"{own.unit or 'vn'}/"
        else:
            by = holder(paper.kind, paper.number, issuer, own.unit, day or own.date)
        paper.by = agency_id(by)
        short = next((cited[at].number for at in paper.mentions), None)
        title = paper.title or (short if paper.number is None else None)
        paper.id = paper_id(paper.kind, paper.number, title, day, by)
        seen[paper.id] = seen.get(paper.id, 0) + 1
        if seen[paper.id] > 1:
            paper.id += f"~{seen[paper.id]}"


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

    >>> from extractor.language.citations.numbers import read_numbers
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
        named = _unit_named(issuer, unit, on) if issuer else None
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


def _unit_named(issuer: str, unit: str | None, on: str | None) -> str | None:
    """The unit that an issuer names, as it was on the day of the paper."""
    day = date.fromisoformat(on) if on and len(on) == 10 else None
    named = unit_of(issuer, day, unit)
    return named.id if named and named.id != "vn" else None


def _unit(of: str, issuer: str | None, unit: str | None, on: str | None) -> str:
    """The unit whose body it is: the one printed, else the one of the level that is meant."""
    own = unit or "vn"
    parts = own.split("-")
    if issuer:
        if named := _unit_named(issuer, own, on):
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
