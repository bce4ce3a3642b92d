"""Lists: the scan of a cell from left to right, one body after the other.

At each place the longest reading wins: a name with its place, a collective, a name that shares
the head or the name of the one before ("Sở Tài chính, Tư pháp"; "UBND huyện A, huyện B"). Words
that follow a body with nothing between tell what it does and are passed over; other words that
cannot be read stay as a mention of their own.
"""

from datetime import date
from functools import lru_cache

from extractor.language.agencies.collectives import HEADS, Group
from extractor.language.agencies.links import nearest
from extractor.language.agencies.names import longest
from extractor.language.agencies.places import CAP, Home, home_of
from extractor.language.agencies.restrictions import runs_on
from extractor.language.agencies.scan import STOPS, Hit, Scan, read, vocabulary
from extractor.text import LINK, tokens
from models.agency import AgencyMention

_HARD = frozenset({";", "|"})
_AS_TO, _WITH = tokens("đối với").keys
_ABOUT = tokens("về").keys[0]
_MOST_COMMAS = 4  # between the words of one unknown name


@lru_cache(maxsize=65536)
def read_agencies(
    text: str, unit: str | None = None, on: date | None = None
) -> tuple[AgencyMention, ...]:
    """The bodies named in `text`, in printed order; words not recognised stay as unknown.

    `unit` is the unit of the paper (`vn`, `vn-86`, `vn-58-585`) and `on` its day: they say whose
    "Sở Nội vụ" it is and which bodies stood. Spans are characters of `text`.
    """
    return mentions(text, home_of(unit, on))


def mentions(text: str, home: Home) -> tuple[AgencyMention, ...]:
    """The bodies of a cell in printed order."""
    scan = Scan(tokens(text), home, cell=True)
    closers = _brackets(scan.keys)
    at = 0
    while at < scan.stop:
        at = closers[at] if at in closers else _step(scan, at)
    return tuple(scan.found)


def _brackets(keys: list[str]) -> dict[int, int]:
    """The key after the closing bracket, for each opening one that is closed."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    if "(" not in keys and "[" not in keys:
        return closed
    for at, key in enumerate(keys):
        if key in "([":
            opened.append(at)
        elif key in ")]" and opened:
            closed[opened.pop()] = at + 1
    return closed


def _step(scan: Scan, at: int) -> int:
    """Read what begins at a key; where it ends."""
    key = scan.keys[at]
    if at in scan.tokens.items:
        scan.duty = scan.told = False
    elif key in _HARD:
        scan.duty = False
    if key in STOPS:
        return at + 1
    hit = read(scan, at)
    roles = vocabulary().roles
    role = longest(roles, scan.keys, at, scan.stop) if key in roles else None
    if hit is not None and (role is None or role[0] < hit.end):
        _add(scan, at, hit)
        return hit.end
    if role:
        does = scan.duty or scan.glued(at) or key == _ABOUT
        scan.duty = does and (scan.keys[role[0] - 1] != _WITH or key == _AS_TO)
        scan.told = scan.told or does
        if does:
            scan.head = scan.placed = None
        return role[0]
    told = scan.told and not _may_name(scan, at)
    if scan.duty or told or scan.glued(at) or _explains(scan, at) or _is_matter(scan, at):
        scan.duty = scan.told = True
        scan.head = scan.placed = None
        return _skip(scan, at)
    return _words(scan, at)


def _may_name(scan: Scan, at: int) -> bool:
    """Whether the words at a key may name a body or a person: a capital, an organ, a post."""
    at = min(scan.past_quantifier(at), scan.stop - 1)
    words = vocabulary()
    return scan.capital(at) or scan.begins(words.organs, at) or scan.begins(words.posts, at)


def _explains(scan: Scan, at: int) -> bool:
    """Whether the words stand after a body and a colon: "Phòng Nội vụ: là cơ quan …"."""
    return at > 0 and scan.keys[at - 1] == ":" and bool(scan.found)


def _is_matter(scan: Scan, at: int) -> bool:
    """Whether the words are what a task is about: "các nhiệm vụ", "nội dung"."""
    after = scan.past_quantifier(at)
    return after < scan.stop and scan.begins(vocabulary().matters, after)


def _skip(scan: Scan, at: int) -> int:
    """Past the words of a duty, to the next place where a body may stand."""
    found, keys = scan.tokens, scan.keys
    at += 1
    while at < scan.stop:
        if keys[at] in STOPS or at in found.items:
            return at
        if keys[at] == _WITH and keys[at - 1] != _AS_TO:
            scan.duty = False
            return at + 1
        if at in found.breaks and scan.capital(at) and keys[at] in vocabulary().names:
            return at
        at += 1
    return at


def _add(scan: Scan, at: int, hit: Hit) -> None:
    found = scan.tokens
    span = (found.starts[at], found.ends[hit.end - 1])
    post = found.text[span[0] : found.ends[hit.begin - 1]] if hit.begin > at else None
    link = hit.link
    if isinstance(link, Group):
        _add_group(scan, link, span, post)
        return
    score = 0.0 if link.kind == "unknown" else 1.0
    scan.found.append(link.mention(found.text[span[0] : span[1]], span, score, hit.via, post))
    scan.duty = False
    if hit.via != "shared head":
        head = scan.keys[hit.begin]
        scan.head = vocabulary().names.get(head) if head in HEADS else None
    tier = hit.end - hit.begin > 2 and scan.keys[hit.end - 2] == CAP
    scan.placed = hit.name if tier or hit.via in ("grammar", "unit") else None


def _add_group(scan: Scan, link: Group, span: tuple[int, int], post: str | None) -> None:
    """Add a collective; two open ones side by side that name no set are one."""
    last = scan.found[-1] if scan.found else None
    if last and last.span and last.via == "collective" and not (last.members or link.members):
        between = scan.tokens.text[last.span[1] : span[0]]
        if not any(mark in between for mark in ";|\n"):
            span, post = (last.span[0], span[1]), last.post
            scan.found.pop()
    scan.found.append(
        AgencyMention(
            text=scan.tokens.text[span[0] : span[1]],
            name=link.name,
            kind="group",
            level=link.level,
            score=1.0,
            members=link.members,
            closed=link.closed,
            span=span,
            post=post,
            via="collective",
        )
    )
    scan.duty = False
    scan.head = scan.placed = None


def _words(scan: Scan, at: int) -> int:
    """Words that are no known name: a body without a row, or a person."""
    end = _segment(scan, at)
    while end + 1 < scan.stop and scan.keys[end] == "," and end + 1 not in scan.tokens.items:
        noun = longest(vocabulary().nouns, scan.keys, at, end)
        if (noun and noun[0] == end) or not runs_on(scan.tokens, end + 1, scan.stop):
            break
        end = _segment(scan, end + 1)  # "Cơ sở sản xuất, kinh doanh"
    if scan.begins(vocabulary().organs, at):
        end = _whole_name(scan, end)
    span = (scan.tokens.starts[at], scan.tokens.ends[end - 1])
    text = scan.tokens.text[span[0] : span[1]]
    if scan.past_quantifier(at) > at or _goes_on_group(scan, at):
        level = scan.home.level or "central"
        _add_group(scan, Group(end, text.lower(), (), False, level), span, None)
    elif any(letter.isalnum() for letter in text):
        scan.found.append(nearest(scan.tokens, at, end, scan.home))
        scan.head = scan.placed = None
    return end


def _goes_on_group(scan: Scan, at: int) -> bool:
    """Whether small words go on with a collective: "các doanh nghiệp bưu chính, viễn thông"."""
    last = scan.found[-1] if scan.found else None
    goes = last is not None and last.via == "collective" and not last.members
    return goes and at not in scan.tokens.items and not _may_name(scan, at)


def _segment(scan: Scan, at: int) -> int:
    """Past the words from `at` to the next separator."""
    end = at + 1
    while end < scan.stop and end not in scan.tokens.items and not _parts(scan, end):
        end += 1
    return end


def _parts(scan: Scan, at: int) -> bool:
    """Whether the key ends the words before it; a dash or slash inside words does not."""
    if at in scan.tokens.breaks and scan.capital(at):
        return True
    if scan.keys[at] != LINK:
        return scan.keys[at] in STOPS
    text, start = scan.tokens.text, scan.tokens.starts[at]
    return text[start].isalpha() or (text[start - 1].isspace() and text[start] != "&")


def _whole_name(scan: Scan, end: int) -> int:
    """Past the rest of a name that holds "," and "và": "Ủy ban Khoa học, Công nghệ và …"."""
    at, commas = end, 0
    while at + 1 < scan.stop and scan.keys[at] in (",", LINK) and commas < _MOST_COMMAS:
        if at + 1 in scan.tokens.items or _starts_body(scan, at + 1):
            break
        linked = scan.keys[at] == LINK
        commas += not linked
        at = _segment(scan, at + 1)
        if linked:
            end, commas = at, 0
    return end


def _starts_body(scan: Scan, at: int) -> bool:
    """Whether another body begins at the key."""
    if scan.begins(vocabulary().organs, at) and scan.capital(at):
        return True
    return read(scan, at) is not None or scan.past_quantifier(at) > at
