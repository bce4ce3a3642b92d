"""Bodies that are named in running text: "…, báo cáo UBND tỉnh (qua Sở Nội vụ) để tổng hợp".

A cell names bodies and says little else; a sentence is full of other words, and its small letters
("thanh tra, kiểm tra") are verbs more often than bodies. So a name counts where it begins with a
capital or is a set of bodies ("các sở, ban, ngành"), and bodies that stand side by side are read
together, as one cell, with its grammar of lists.
"""

import re
from dataclasses import replace
from datetime import date

from extractor.language.agencies import read_agencies
from extractor.language.agency_names import SHARED_HEADS, Hit, read
from extractor.language.agency_scan import STOPS, Scan, vocabulary
from extractor.language.collectives import Group
from extractor.language.place_names import context
from extractor.text import LINK, tokens
from models.agency import AgencyMention

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
    scan = Scan(tokens(text), context(unit, on))
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
            scan.head = words.names.get(head) if head in SHARED_HEADS else None
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
