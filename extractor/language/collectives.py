"""Collectives: "các sở, ban, ngành tỉnh", read by a small grammar.

    [các | những | …] noun {, noun} {of the province | at level … | có liên quan}

The nouns and what they stand for are in `corpora/collective_nouns.tsv`.
"""

from dataclasses import dataclass
from functools import cache

from corpora import collectives as meanings
from extractor.language.folding import LINK, Tokens, tokens
from extractor.language.places import Context, place
from extractor.language.registry import Node, longest, names, plant

_OPEN = "open"
_PASS = "pass"

_QUANTIFIERS = (
    "các",
    "những",
    "toàn thể các",
    "tất cả các",
    "toàn bộ các",
    "một số",
    "một số các",
    "mọi",
    "hệ thống các",
    "từng",
)
# After the nouns: words that leave the set open, and words that change nothing.
_MODIFIERS = {
    "có liên quan": _OPEN,
    "liên quan": _OPEN,
    "có liên": _OPEN,
    "liên": _OPEN,
    "được phân cấp": _OPEN,
    "được giao": _OPEN,
    "được phân công": _OPEN,
    "có chức năng": _OPEN,
    "trực thuộc": _PASS,
    "khác": _PASS,
    "trên địa bàn": _PASS,
    "đóng trên địa bàn": _PASS,
    "nhà nước": _PASS,
    "công lập": _PASS,
    "trung ương": _PASS,
    "ở trung ương": _PASS,
    "cùng cấp": _PASS,
    "thuộc phạm vi quản lý": _PASS,
    "quản lý": _PASS,
}
# Words a noun may be printed with, and the noun of the table it is.
_SPELLINGS = {
    "đại phương": "địa phương",
    "cơ quan chuyên môn thuộc ubnd": "cơ quan chuyên môn",
    "cơ quan thuộc ubnd": "cơ quan",
    "phòng ban": "phòng + ban",
    "phòng ban chuyên môn": "phòng chuyên môn",
    "sở ngành": "sở + ngành",
    "sở ban ngành": "sở + ban + ngành",
    "ban ngành": "ban + ngành",
    "bộ ngành": "bộ + ngành",
    "đvsn": "đơn vị sự nghiệp",
    "đvsncl": "đơn vị sự nghiệp",
    "đơn vị sự nghiệp công lập": "đơn vị sự nghiệp",
    "tổ chức chính trị - xã hội": "tổ chức chính trị xã hội",
    "tổ chức CT-XH": "tổ chức chính trị xã hội",
    "tổ chức đoàn thể": "đoàn thể",
    "hội, đoàn thể": "đoàn thể",
    "hội đoàn thể": "đoàn thể",
    "cơ quan của đảng": "cơ quan đảng",
    "ban xây dựng đảng": "ban đảng",
    "ban của đảng": "ban đảng",
    "cơ quan trung ương đóng": "cơ quan trung ương",
    "cơ quan ngành dọc": "cơ quan ngành dọc",
    "ngành dọc": "cơ quan ngành dọc",
    "tp": "thành phố",
    "tx": "thị xã",
    "trường đại học, cao đẳng": "trường đại học",
}
_FORCED = {"sở": "province", "bộ": "central", "cơ quan ngang bộ": "central", "phòng": "district"}


@dataclass(frozen=True, slots=True)
class Group:
    """A collective: the keys up to `end`, its set codes, whether it is closed, its level."""

    end: int
    name: str
    members: tuple[str, ...]
    closed: bool
    level: str
    quantified: bool


@cache
def _nouns() -> Node:
    root: Node = {}
    for noun in meanings.nouns():
        plant(root, tokens(noun).keys, (noun,))
    for words, noun in _SPELLINGS.items():
        parts = tuple(part.strip() for part in noun.split("+"))
        keys = tokens(words).keys
        plant(root, keys, parts)
        plant(root, [key for key in keys if key not in (LINK, ",")], parts)
    return root


@cache
def _quantifiers() -> Node:
    root: Node = {}
    for words in _QUANTIFIERS:
        plant(root, tokens(words).keys, True)
    return root


@cache
def _modifiers() -> Node:
    root: Node = {}
    for words, effect in _MODIFIERS.items():
        plant(root, tokens(words).keys, effect)
    return root


_ALL_LEVELS = frozenset({"province", "district"})


def group(found: Tokens, at: int, stop: int, ctx: Context) -> Group | None:
    """The collective that begins at key `at`, None where there is none."""
    keys = found.keys
    quantifier = longest(_quantifiers(), keys, at, stop)
    begin = quantifier[0] if quantifier else at
    nouns: list[str] = []
    end = here = begin
    tree, registry = _nouns(), names()
    while here < stop:
        hit = longest(tree, keys, here, stop)
        if hit is None or (here in found.items and nouns):
            break
        known = longest(registry, keys, here, stop)
        if known and known[0] > hit[0]:
            break
        if hit[0] < stop and keys[hit[0]] in ("uy3", "đoan2"):
            break
        nouns.extend(noun for noun in hit[1] if noun not in nouns)
        end = here = hit[0]
        if here + 1 < stop and keys[here] in (",", LINK, "/"):
            here += 1
    if not nouns:
        return None
    if quantifier is None and not _stands_alone(found, nouns, end, stop):
        return None
    closed = True
    level: str | None = None
    here = end
    while here < stop:
        modifier = longest(_modifiers(), keys, here, stop)
        if modifier:
            if keys[here : modifier[0]] == ["liên"] and modifier[0] < stop and here:
                break
            closed = closed and modifier[1] is not _OPEN
            end = here = modifier[0]
            continue
        where = place(found, here, stop, ctx, _ALL_LEVELS)
        if where is None or (where.many and keys[here] != "câp1"):
            break
        level = where.levels[0] if len(where.levels) == 1 else _city_level(ctx)
        end = here = where.end
    return _made(nouns, begin, end, closed, level, ctx, quantifier is not None)


def _city_level(ctx: Context) -> str:
    return "province" if ctx.city or ctx.level in ("central", None) else "district"


def _stands_alone(found: Tokens, nouns: list[str], end: int, stop: int) -> bool:
    """Whether nouns without "các" are a collective: two or more, or one that is left open."""
    if len(nouns) > 1:
        return True
    modifier = longest(_modifiers(), found.keys, end, stop)
    return modifier is not None and modifier[1] is _OPEN


def _made(
    nouns: list[str],
    begin: int,
    end: int,
    closed: bool,
    printed: str | None,
    ctx: Context,
    quantified: bool,
) -> Group | None:
    level = printed or ctx.level or "province"
    for noun in nouns:
        if noun in _FORCED:
            level = _FORCED[noun]
    if nouns[0] == "phòng" and (ctx.level == "commune" or ctx.two_tier):
        level = "commune"
    if level == "central" and not printed and nouns[0] in ("huyện", "quận", "xã", "phường"):
        level = "province"
    words = frozenset(nouns)
    members = meanings.sets(words, level, ctx.two_tier)
    if not members:
        closed = False
    if not closed and not meanings.bounded(words, level):
        members = ()
    suffix = {"province": " của tỉnh", "district": " của huyện", "commune": " của xã"}.get(
        level, ""
    )
    if level == "province" and ctx.city:
        suffix = " của thành phố"
    name = "các " + ", ".join(nouns) + (suffix if closed else " có liên quan")
    return Group(end, name, members, closed, level, quantified)
