"""Bodies and units named among other words: in sentences, in a letterhead, in a title.

A cell names bodies and says little else; a sentence is full of other words, and its small letters
("thanh tra, kiểm tra") are verbs more often than bodies. So a name counts where it begins with a
capital or is a set of bodies ("các sở, ban, ngành"), and bodies that stand side by side are read
together, as one cell, with its grammar of lists.
"""

import re
from dataclasses import replace
from datetime import date

from corpora import units
from corpora.units import Unit
from extractor.language.agencies.collectives import HEADS, Group
from extractor.language.agencies.lists import read_agencies
from extractor.language.agencies.names import longest, names
from extractor.language.agencies.places import Home, home_of, named_place
from extractor.language.agencies.scan import STOPS, Hit, Scan, read, vocabulary
from extractor.text import LINK, Tokens, tokens
from models.agency import AgencyMention
from models.plan import UnitRef

_JOINS = frozenset((",", ";", LINK))
_UNITS = frozenset(tokens("tỉnh thành huyện quận xã phường thôn").keys)
_LINE = re.compile(r"[^\n]+")
#: How many words one reading may take; side by side they make longer runs.
_LONGEST = 100
_NUMBER = re.compile(r"[^\W_][-–/_]\s?$")


def find_agencies(
    text: str, unit: str | None = None, on: date | None = None
) -> tuple[AgencyMention, ...]:
    """The bodies named in running text, in order; spans are characters of `text`.

    Only what is known is given: an agency with its id, or a set with its members. A line is a
    paragraph: no name goes over its end.

    >>> text = "Tăng cường thanh tra; báo cáo UBND tỉnh (qua Sở Nội vụ), các sở, ban, ngành biết."
    >>> [(m.text, m.id or m.members) for m in find_agencies(text, "vn-86", date(2022, 12, 13))]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('UBND tỉnh', 'vn-86/ubnd-tinh'), ('Sở Nội vụ', 'vn-86/so-noi-vu'),
     ('các sở, ban, ngành', ('BQL', 'SO'))]
    """
    found = []
    for line in _LINE.finditer(text):
        for start, end in _runs(line[0], unit, on):
            place = line.start() + start
            for mention in read_agencies(line[0][start:end], unit, on):
                if mention.span and (mention.id or mention.members):
                    first, last = mention.span
                    found.append(replace(mention, span=(place + first, place + last)))
    return tuple(found)


def _runs(text: str, unit: str | None, on: date | None) -> list[tuple[int, int]]:
    """Where bodies stand, as characters of a line; those that stand side by side together."""
    scan = Scan(tokens(text), home_of(unit, on))
    where, words = scan.tokens, vocabulary()
    runs: list[tuple[int, int]] = []
    ended = -1  # the key after the last body
    at, end = 0, len(scan.keys)
    while at < end:
        key = scan.keys[at]
        scan.stop = min(at + _LONGEST, end)
        hit = None
        if key not in STOPS and (
            scan.capital(at) or key in words.quantifiers or key in words.nouns
        ):
            hit = read(scan, at)
        if hit is None or not _stands(scan, at, hit):
            # A set that does not count is passed over whole: a list is not read from each noun.
            at = hit.end if hit is not None and isinstance(hit.link, Group) else at + 1
            continue
        joined = ended >= 0 and at == ended + 1 and scan.keys[ended] in _JOINS
        if joined and not {ended, at} & where.items:
            runs[-1] = (runs[-1][0], where.ends[hit.end - 1])
        else:
            runs.append((where.starts[at], where.ends[hit.end - 1]))
        if hit.via != "shared head":  # "Sở Tài chính, Tư pháp": the next name may lack its head
            head = scan.keys[hit.begin]
            scan.head = words.names.get(head) if head in HEADS else None
        at = ended = hit.end
        if at >= end or scan.keys[at] not in _JOINS:
            scan.head = None
    return runs


def _stands(scan: Scan, at: int, hit: Hit) -> bool:
    """Whether a reading is a body in a sentence: a set, or a name that begins with a capital."""
    if isinstance(hit.link, Group):
        # "tỉnh, huyện, xã" without "các" are levels, as in "các cấp tỉnh, huyện, xã".
        return bool(hit.link.members) and not (hit.begin == at and scan.keys[at] in _UNITS)
    if not (hit.link.id or hit.link.members) or not scan.capital(at):
        return False
    # The letters of a number are no body: "02/CT-UBND", "QĐ- UBND".
    text, first = scan.tokens.text, scan.tokens.starts[at]
    return _NUMBER.search(text, max(first - 6, 0), first) is None


def _ref(unit: Unit) -> UnitRef:
    return UnitRef(unit.id, unit.title, unit.level)


def unit_of(text: str, on: date | None = None, hint: str | None = None) -> UnitRef | None:
    """The unit named in letterhead or title words, the lowest one printed; None when none is.

    `hint` is a unit the paper is known to lie in: it tells apart districts of one name.

    >>> unit_of("ỦY BAN NHÂN DÂN TỈNH VĨNH LONG", date(2022, 12, 13)).id
    'vn-86'
    >>> unit_of("UBND HUYỆN NINH SƠN", date(2023, 12, 8)).id
    'vn-58-585'
    """
    found = tokens(text)
    home = home_of(hint, on)
    best: Unit | None = None
    at, stop = 0, len(found.keys)
    while at < stop:
        hit = named_place(found, at, stop, home)
        if hit is None:
            at += 1
            continue
        end, unit = hit
        if unit is not None and (best is None or _below(unit, best)):
            best = unit
            home = home_of(unit.id, on)
        at = end
    if best is not None:
        return _ref(best)
    return _central(found, home)


def _below(unit: Unit, above: Unit) -> bool:
    return unit.id.startswith(above.id + "-")


def _central(found: Tokens, home: Home) -> UnitRef | None:
    at, stop = 0, len(found.keys)
    while at < stop:
        hit = longest(names(), found.keys, at, stop)
        if hit is None:
            at += 1
            continue
        if all(role.unit == "central" for role in hit[1].roles):
            return _ref(units.provinces()[0])
        at = hit[0]
    return None
