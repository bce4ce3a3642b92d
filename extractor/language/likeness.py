"""Likeness: the nearest name for words that are no name, where one is near enough.

Last of all means: words that begin with the head of a body are compared, without marks, with
the names the paper's level can reach; the best wins only when it is near and far ahead of the
next one. What is near to two names stays unknown with both as candidates.
"""

from functools import lru_cache

from corpora import agencies
from extractor.language import agency_links
from extractor.language.place_names import RANK, Context
from extractor.language.places import place
from extractor.language.registry import Name, base, longest, names
from extractor.text import Tokens, plain, tokens
from models.agency import AgencyMention

NEAR = 88.0
MARGIN = 5.0
_SHORTEST = 8


def _compared(text: str) -> str:
    """The words of a name without what joins them."""
    return " ".join(word for word in plain(text).split() if word != "va")


@lru_cache(maxsize=8)
def _choices(level: str) -> dict[str, dict[str, Name]]:
    """The names that a paper of the level can mean: first word -> plain form -> name."""
    found: dict[str, dict[str, Name]] = {}
    for role in agencies.roles().values():
        if role.unit != "central" and RANK[role.unit] > RANK[level]:
            continue
        written = base(role.name)
        keys = tokens(written).keys
        hit = longest(names(), keys, 0, len(keys))
        if hit and " " in written and not role.place_needed:
            form = _compared(written)
            found.setdefault(form.split()[0], {})[form] = hit[1]
    return found


def nearest(found: Tokens, at: int, end: int, ctx: Context) -> AgencyMention:
    """The mention for the words of keys [at, end): linked by likeness, else unknown."""
    span = (found.starts[at], found.ends[end - 1])
    text = found.text[span[0] : span[1]]
    unknown = AgencyMention(text, span=span, via="none")
    if ctx.level is None or not _SHORTEST <= len(text) <= 120:
        return unknown
    where, cut = None, end
    for start in range(at + 2, end):
        where = place(found, start, end, ctx, frozenset())
        if where is not None and where.end == end:
            cut = start
            break
        where = None
    from rapidfuzz import fuzz, process  # here: most cells never need it

    words = _compared(found.text[span[0] : found.ends[cut - 1]])
    if len(words) < _SHORTEST or " " not in words:
        return unknown
    choices = _choices(ctx.level).get(words.split()[0], {})
    ranked = process.extract(
        words, list(choices), scorer=fuzz.ratio, score_cutoff=NEAR - MARGIN, limit=3
    )
    if not ranked or ranked[0][1] < NEAR:
        return unknown
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MARGIN:
        both = tuple(role.slug for name, _, _ in ranked for role in choices[name].roles)
        return AgencyMention(text, span=span, via="none", candidates=both)
    link = agency_links.link(choices[ranked[0][0]], where, ctx)
    if link.kind != "agency":
        return AgencyMention(
            text, span=span, via="none", candidates=link.candidates, issues=link.issues
        )
    return AgencyMention(
        text=text,
        id=link.id,
        name=link.name,
        kind="agency",
        level=link.level,
        score=min(0.99, round(ranked[0][1] / 100, 3)),  # the marks differ, or it were exact
        span=span,
        via="fuzzy",
        candidates=link.candidates,
        issues=link.issues,
    )
