"""The papers that a text names: by number, by title and date, or by a short form.

>>> text = "Thực hiện Nghị định số 113/2018/NĐ-CP và Nghị định số 143/2020/NĐ-CP ngày 10/12/2020 …"
>>> [(c.number, c.date, c.role) for c in read_citations(text)]
[('113/2018/NĐ-CP', None, 'carried_out'), ('143/2020/NĐ-CP', '2020-12-10', 'carried_out')]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Literal

from corpora.kinds import kind_of_abbreviation, kinds, longer_kinds
from corpora.wordings import pattern
from extractor.labels import ROMANS
from extractor.language.citations.issuers import issuer_at, issuer_before, known_issuer
from extractor.language.citations.laws import read_laws
from extractor.language.citations.numbers import PaperNumber, date_at, read_numbers
from extractor.language.citations.roles import continues, joined, roles_of
from extractor.text import small

_any = partial(pattern, "paper_words")

Form = Literal["full", "short", "this"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper as named in a text; `span` are the characters [start, end) of `text`.

    `kind` is in small letters ("văn bản số 5586/UBND-HCC" is a công văn), `number` in its regular
    form, None where there is none or a draft leaves it open. `date` is ISO 8601, cut to the year
    or the month where no more is printed. `issuer` is as printed, also in front ("của UBND tỉnh
    tại …") or behind the next paper of one list; None where it is not printed. `title` is that of
    a law. `pinpoint` is the article or point cited: "điểm b khoản 4 Điều 1".

    `form`: "full"; "short" for a kind with a bare number ("Kế hoạch số 395", "Đề án 06"); "this"
    for "Kế hoạch này", "Nghị quyết nêu trên". `role`: legal_basis, carried_out, amended, replaced,
    mentioned; self for a "Kế hoạch này".
    """

    text: str
    kind: str
    number: str | None
    date: str | None
    issuer: str | None
    span: tuple[int, int]
    role: str = "mentioned"
    pinpoint: str | None = None
    title: str | None = None
    form: Form = "full"
    read: PaperNumber | None = None


def read_citations(text: str, *, basis: bool = False) -> tuple[Cited, ...]:
    """The papers named in `text`, in order; `basis` for a paragraph of the legal basis.

    >>> found = read_citations("Căn cứ Nghị quyết số 76/NQ- CP ngày 15/7/2021 của Chính phủ về …")
    >>> found[0].text, found[0].number, found[0].date, found[0].issuer
    ('Nghị quyết số 76/NQ- CP ngày 15/7/2021 của Chính phủ', '76/NQ-CP', '2021-07-15', 'Chính phủ')
    """
    if not may_cite(text):
        return ()
    return _known(text, basis) if len(text) <= _CACHED else _read(text, basis)


#: Cells repeat, long paragraphs do not: texts up to this length are remembered.
_CACHED = 400


@lru_cache(maxsize=4096)
def _known(text: str, basis: bool) -> tuple[Cited, ...]:
    return _read(text, basis)


def _read(text: str, basis: bool) -> tuple[Cited, ...]:
    found = list(_laws(text))
    taken = [cited.span for cited in found]
    for cited in (*_numbered(text), *_shortened(text)):
        if not any(start < cited.span[1] and cited.span[0] < end for start, end in taken):
            found.append(cited)
    found.sort(key=lambda cited: cited.span)
    return tuple(_finished(text, found, basis))


# A number with its sign or date, a word for "the one named above", or a law, which needs none.
_HINT = re.compile(
    r"\d\s{0,3}[a-zđ]?\s{0,3}[/–-]"
    r"|(?i:số[\s.…_:]{0,40}[\d/]|luật|hiến pháp|pháp lệnh|này\b|trên\b|đó\b)"
)


def may_cite(text: str) -> bool:
    """Whether `text` has anything by which it could name a paper; most cells have not.

    >>> may_cite("Sở Nội vụ"), may_cite("Kế hoạch số 395")
    (False, True)
    """
    return _hinted(text) if len(text) <= _CACHED else _HINT.search(text) is not None


@lru_cache(maxsize=8192)
def _hinted(text: str) -> bool:
    return _HINT.search(text) is not None


@cache
def _kind_words() -> str:
    """The kinds of papers as a pattern, longest first, with blanks of any sort."""
    words = sorted({*kinds(), *longer_kinds(), "văn bản"}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)


@cache
def _leads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands in front of a number: kind and "số"; or kind, issuer and "số"."""
    kind = rf"(?<!\w)(?P<kind>(?i:{_kind_words()}))"
    number = r"(?P<so>(?i:số)\s{0,3}:?)"
    return (
        re.compile(rf"(?:{kind}\s+)?{number}?\s{{0,3}}$"),
        re.compile(rf"{kind}\s+của\s+(?P<issuer>[^.,;:()\n]{{3,60}})\s+{number}\s{{0,3}}$"),
    )


_OF = re.compile(r"\s{0,3},?\s{1,3}(?i:của)\s+")
_BRACKET = re.compile(r"\s*\([^()]{0,240}\)(?=\s+của\s)")
_MENDED = re.compile(rf"\s+\((?i:{_any('mended')})[^()]{{0,40}}\)")
_LOCAL = re.compile(rf"(?! )| (?:{_any('local')})")
_NO = re.compile(r"\s+(?i:số)\s{0,3}:?\s{0,3}")


def _numbered(text: str) -> Iterator[Cited]:
    """The papers named by a full number, or by one left open."""
    for number in read_numbers(text):
        start, end = number.span
        near, far = _leads()
        lead = near.search(text, max(0, start - 60), start)
        kind, issuer = lead and lead["kind"], None
        owned = None if kind else far.search(text, max(0, start - 110), start)
        if owned and known_issuer(owned["issuer"]) == len(owned["issuer"]):
            lead, kind, issuer = owned, owned["kind"], owned["issuer"]
        if lead and lead[0]:
            start = lead.start() + len(lead[0]) - len(lead[0].lstrip())
        if not number.sure and kind is None:
            continue
        named = small(kind) if kind else None
        if named is None or named == "văn bản":
            named = kind_of_abbreviation(number.letters or "") or _unlettered(number)
        printed, end, behind = _behind(text, end, "-" in number.agency)
        yield Cited(
            text[start:end], named, number.text, printed, issuer or behind, (start, end),
            read=number,
        )  # fmt: skip


def _unlettered(number: PaperNumber) -> str:
    """The kind of a paper whose number has no letters for it: a law, or a công văn."""
    return "luật" if number.agency.startswith("QH") else "công văn"


def _behind(text: str, end: int, joint: bool = False) -> tuple[str | None, int, str | None]:
    """The date and the issuer printed behind a number or a title, and where they end.

    The issuer may stand first, behind a bracket, or without "của" ("ngày 25/10/2017 Hội nghị …").
    """
    printed, end = date_at(text, end) or (None, end)
    issuer = None
    bracket = _BRACKET.match(text, end)
    if of := _OF.match(text, bracket.end() if bracket else end):
        last = issuer_at(text, of.end(), joint)
        if last is not None:
            issuer = text[of.end() : last]
            end = end if bracket else last
    elif printed and not _LOCAL.match(text, end) and text[end + 1 : end + 2].isupper():
        last = known_issuer(text[end + 1 : end + 171])
        if last is not None:
            issuer, end = text[end + 1 : end + 1 + last], end + 1 + last
    if printed is None and issuer is not None and (found := date_at(text, end)):
        printed, end = found
    return printed, end, " ".join(issuer.split()) if issuer else None


def _laws(text: str) -> Iterator[Cited]:
    """The laws named by title, with their number and date where they follow."""
    for kind, title, start, end in read_laws(text):
        number = None
        if mended := _MENDED.match(text, end):
            end = mended.end()
        if behind := _NO.match(text, end):
            number = next(read_numbers(text[behind.end() : behind.end() + 30]), None)
            if number and number.span[0] == 0:
                end = behind.end() + number.span[1]
            else:
                number = None
        printed, end, issuer = _behind(text, end)
        if title is None and number is None and printed is None:
            if not (year := re.compile(r"\s+((?:19|20)\d\d)(?!\d)").match(text, end)):
                continue
            printed, end = year[1], year.end()
        yield Cited(
            text[start:end], kind, number.text if number else None, printed, issuer, (start, end),
            title=title, read=number,
        )  # fmt: skip


_SHORT = re.compile(
    rf"(?<!\w)(?P<kind>{_any('short')})\s+(?:(?P<this>{_any('this')})(?!\w)"
    r"|(?P<so>(?i:số)\s{0,3}:?\s{0,3})?(?P<bare>\d{1,4}[a-zđ]?)(?![\w%]|\s?/|[.,-]\d|\s?[-–]\s?[\dA-ZĐ]))"
)
# A bare number without "số" is that of a paper only before these: not in "Kế hoạch 05 năm".
_GOES_ON = re.compile(rf"\s*(?:$|[.,;:()\[\]“”\"/–-]|ngày\s|(?:{_any('behind-bare')})(?!\w))")


def _shortened(text: str) -> Iterator[Cited]:
    """The short forms: "Kế hoạch này", "Kế hoạch số 395", "Đề án 06"."""
    for found in _SHORT.finditer(text):
        kind = small(found["kind"])
        start, end = found.span()
        if found["this"]:
            yield Cited(found[0], kind, None, None, None, (start, end), "self", form="this")
            continue
        bare = found["bare"]
        if not found["so"] and (len(bare) < 2 or _is_year(bare) or not _GOES_ON.match(text, end)):
            continue
        printed, end, issuer = _behind(text, end)
        yield Cited(text[start:end], kind, bare, printed, issuer, (start, end), form="short")


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


_LABEL = rf"(?:[a-zđ]|\d{{1,3}}[a-zđ]?|[{ROMANS}]{{1,6}}|[A-ZĐ])(?!\w)"
_LEVEL = rf"(?i:{_any('level')})\s+{_LABEL}"
_PINPOINT = re.compile(
    rf"(?<!\w)(?P<where>{_LEVEL}(?:\s?(?:,|và|đến|-)?\s?(?:{_LABEL}|{_LEVEL})){{0,9}})"
    rf"\s+(?:(?:{_any('level-of')})\s+)?$"
)


def _finished(text: str, found: list[Cited], basis: bool) -> Iterator[Cited]:
    """The papers with their points, their roles, and the issuer that a list prints once."""
    spans: list[tuple[int, int]] = []  # of the paper with its point
    points: list[str | None] = []
    for at, cited in enumerate(found):
        floor = max(found[at - 1].span[1] if at else 0, cited.span[0] - 110)
        point = _PINPOINT.search(text, floor, cited.span[0])
        points.append(" ".join(point["where"].split()) if point else None)
        spans.append((point.start() if point else cited.span[0], cited.span[1]))
    roles = roles_of(text, spans, basis=basis)
    issuers = _issuers(text, found, spans)
    for cited, where, role, issuer in zip(found, points, roles, issuers, strict=True):
        own = cited.form == "this"
        yield replace(cited, pinpoint=where, role="self" if own else role, issuer=issuer)


def _issuers(text: str, found: list[Cited], spans: list[tuple[int, int]]) -> list[str | None]:
    """The issuer of each paper; one printed once for a list counts for its members.

    "của UBND tỉnh tại Chỉ thị A về …, Chỉ thị B về …" and "Nghị định A và Nghị định B của
    Chính phủ": as far as the letters of the numbers are the same.
    """
    issuers = [cited.issuer for cited in found]
    agencies = [cited.read.agency if cited.read else None for cited in found]
    front: tuple[str, str | None] | None = None
    for at, (start, _) in enumerate(spans):
        between = text[spans[at - 1][1] if at else 0 : start]
        if issuers[at] is None and (before := issuer_before(text, start)):
            issuers[at], front = before, (before, agencies[at])
        elif front and at and agencies[at] == front[1] and continues(between):
            issuers[at] = issuers[at] or front[0]
        elif not at or "." in between:
            front = None
    for at in range(len(found) - 2, -1, -1):
        same = agencies[at] is not None and agencies[at] == agencies[at + 1]
        if issuers[at] is None and same and joined(text, spans[at][1], spans[at + 1][0]):
            issuers[at] = issuers[at + 1]
    return issuers
