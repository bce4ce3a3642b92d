"""Lists: the scan of a cell from left to right, one body after the other.

At each place the longest reading wins: a name with its place, a collective, a name that shares
the head or the name of the one before ("Sở Tài chính, Tư pháp"; "UBND huyện A, huyện B"). Words
that follow a body with nothing between tell what it does and are passed over; other words that
cannot be read stay as a mention of their own.
"""

from functools import cache

from extractor.language import agency_links, likeness
from extractor.language.agency_links import Link
from extractor.language.collectives import Group, group, quantified, tail
from extractor.language.folding import LINK, Tokens, tokens
from extractor.language.places import Context, Place, place
from extractor.language.registry import END, Name, Node, longest, names, phrases, prefixes
from models.agency import AgencyKind, AgencyMention

_STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "!", "?", "|", "…"})
_HARD = frozenset({";", "|"})
_WITH = frozenset(tokens("với").keys)
_SHARED_HEADS = frozenset(tokens("sở bộ phòng cục viện trường").keys)
_UNIT_LEVELS = frozenset({"province", "district", "commune"})

Hit = tuple[int, Link | Group, str, Name | None]


@cache
def _posts() -> Node:
    return phrases("post")


@cache
def _roles() -> Node:
    return phrases("role")


@cache
def _organs() -> Node:
    return phrases("organ")


@cache
def _executive() -> Name:
    """The name UBND: a unit named as a doer acts by it."""
    found: Name = names()["ubnd"][END]
    return found


class _Scan:
    """One pass over the keys of a cell; `found` grows from left to right."""

    def __init__(self, text: str, ctx: Context) -> None:
        self.tokens: Tokens = tokens(text)
        self.keys = self.tokens.keys
        self.stop = len(self.keys)
        self.ctx = ctx
        self.found: list[AgencyMention] = []
        self.head: Node | None = None  # where names that share the last head go on
        self.placed: Name | None = None  # the last name that a named place followed
        self.duty = False  # what follows tells what a body does
        self.capitals = text.isupper()
        self.closers = self._brackets()

    def _brackets(self) -> dict[int, int]:
        """The key after the closing bracket, for each opening one that is closed."""
        opened: list[int] = []
        closed: dict[int, int] = {}
        for at, key in enumerate(self.keys):
            if key in "([":
                opened.append(at)
            elif key in ")]" and opened:
                closed[opened.pop()] = at + 1
        return closed

    def run(self) -> tuple[AgencyMention, ...]:
        at = 0
        while at < self.stop:
            at = self._step(at)
        return tuple(self.found)

    def _step(self, at: int) -> int:
        key = self.keys[at]
        if at in self.tokens.items or key in _HARD:
            self.duty = False
        if key in ("(", "["):
            return self.closers.get(at, at + 1)
        if key in _STOPS:
            return at + 1
        hit, begin = self._read(at)
        role = longest(_roles(), self.keys, at, self.stop)
        if hit is not None and (role is None or role[0] < hit[0]):
            self._add(at, begin, hit)
            return hit[0]
        if role:
            ends_open = self.keys[role[0] - 1] in _WITH
            self.duty = not ends_open and (self.duty or self._glued(at)) and self._goes_on(role[0])
            return role[0]
        if self.duty or self._glued(at) or (self.found and not self._names(at)):
            self.duty = True
            return self._skip(at)
        return self._words(at)

    def _glued(self, at: int) -> bool:
        """Whether the key follows a body with nothing between them."""
        return bool(
            self.found
            and at not in self.tokens.items
            and not (at in self.tokens.breaks and self._capital(at))
            and (self.keys[at - 1] not in _STOPS or self.keys[at - 1] == ")")
        )

    def _names(self, at: int) -> bool:
        """Whether the words at a key may name a body or a person: a capital or an organ."""
        at = min(quantified(self.keys, at, self.stop), self.stop - 1)
        return self._capital(at) or longest(_organs(), self.keys, at, self.stop) is not None

    def _capital(self, at: int) -> bool:
        return self.tokens.text[self.tokens.starts[at]].isupper()

    def _goes_on(self, at: int) -> bool:
        """Whether a role word is followed by words of the duty."""
        return at < self.stop and self.keys[at] not in _STOPS and at not in self.tokens.items

    def _skip(self, at: int) -> int:
        """Past the words of a duty, to the next place where a body may stand."""
        at += 1
        while at < self.stop:
            if self.keys[at] in _STOPS or at in self.tokens.items:
                return at
            if self.keys[at] in _WITH:
                self.duty = False
                return at + 1
            if self.keys[at] in names() and self._capital(at) and at in self.tokens.breaks:
                return at
            at += 1
        return at

    def _read(self, at: int) -> tuple[Hit | None, int]:
        """The body that begins at `at`, and where its name begins after a post."""
        best, begin = self._longest(at), at
        after = quantified(self.keys, at, self.stop)
        for start in {at, after}:
            for end in prefixes(_posts(), self.keys, start, self.stop):
                end = self._more_posts(end)
                hit = self._longest(end) if end < self.stop else None
                if hit and (best is None or hit[0] > best[0]):
                    best, begin = hit, end
        return best, begin

    def _more_posts(self, at: int) -> int:
        """Past the other posts of "Giám đốc, Thủ trưởng các Sở"."""
        for _ in range(4):
            if at + 1 >= self.stop or self.keys[at] not in (",", LINK):
                break
            hit = longest(_posts(), self.keys, at + 1, self.stop)
            if hit is None:
                break
            at = hit[0]
        return at

    def _longest(self, at: int) -> Hit | None:
        """The longest of: a name, a name that shares a head or a place, a collective."""
        listed = self._shared_list(at)
        if listed is not None:
            return listed
        best: Hit | None = None
        hit = longest(names(), self.keys, at, self.stop)
        if hit and self._fits(at, hit):
            via = "abbreviation" if hit[1].abbreviation else "exact"
            best = self._linked(at, hit[0], hit[1], via)
        capital = self._capital(at)
        if self.head is not None and capital:
            hit = longest(self.head, self.keys, at, self.stop)
            if hit and (best is None or hit[0] >= best[0]):
                best = self._linked(at, hit[0], hit[1], "shared head") or best
        if best is None and (capital or self.placed is not None):
            best = self._unit(at)
        follows = bool(self.found) and self.found[-1].via == "collective"
        collective = group(self.tokens, at, self.stop, self.ctx, follows and not self.duty)
        many = quantified(self.keys, at, self.stop) > at
        if best and best[2] == "unit" and not many:
            return best
        if collective and (best is None or collective.end >= best[0] + (not many)):
            best = (collective.end, collective, "collective", None)
        return best

    def _fits(self, at: int, hit: tuple[int, Name]) -> bool:
        """Whether a name may stand here: letters in capitals, no small word inside a duty."""
        end, name = hit
        if name.short:
            text = self.tokens.text[self.tokens.starts[at] : self.tokens.ends[end - 1]]
            return text.isupper() and (end >= self.stop or self.keys[end] in _STOPS)
        return self._capital(at) or not (self.duty or self._glued(at))

    def _linked(self, at: int, end: int, name: Name, via: str) -> Hit | None:
        """A name and the place after it; None for a plain word without the place it needs."""
        levels = frozenset(role.unit for role in name.roles)
        where: Place | None = place(self.tokens, end, self.stop, self.ctx, levels)
        if where is None and all(role.place_needed for role in name.roles):
            return None
        if where is not None:
            found = agency_links.link(name, where, self.ctx)
            after = where.end
            if where.many:
                after, closed, _ = tail(self.tokens, after, self.stop, self.ctx)
                found = found if closed else found.opened()
            if where.named:
                return after, found, "grammar" if via == "exact" else via, name
            return None if self._proper(after) else (after, found, via, name)
        if self._proper(end):
            return None
        return end, agency_links.link(name, None, self.ctx), via, name

    def _proper(self, at: int) -> bool:
        """Whether a capital word follows that begins nothing known: part of a longer name."""
        if at >= self.stop or self.capitals or self.keys[at] in _STOPS or not self._capital(at):
            return False
        if at in self.tokens.items or at in self.tokens.breaks:
            return False
        if quantified(self.keys, at, self.stop) > at:
            return False
        trees = (names(), _roles(), _posts(), _organs())
        return all(longest(tree, self.keys, at, self.stop) is None for tree in trees)

    def _unit(self, at: int) -> Hit | None:
        """A unit as a doer: "thành phố Hà Nội" after "UBND …" or by itself."""
        levels = _UNIT_LEVELS if self.placed is not None else frozenset[str]()
        where = place(self.tokens, at, self.stop, self.ctx, levels)
        if where is None or not where.named or where.unit is None or self._goes_on(where.end):
            return None
        name = self.placed or _executive()
        return where.end, agency_links.link(name, where, self.ctx), "unit", name

    def _shared_list(self, at: int) -> Hit | None:
        """The first name of "các Sở: Tài chính, Xây dựng"; the head stays for the others."""
        after = quantified(self.keys, at, self.stop)
        if after == at or after + 1 >= self.stop or self.keys[after] not in _SHARED_HEADS:
            return None
        head = names().get(self.keys[after])
        first = after + 1
        if self.keys[first] == ":" and first + 1 < self.stop:
            first += 1
        hit = longest(head, self.keys, first, self.stop) if head else None
        if hit is None:
            return None
        self.head = head
        return self._linked(first, hit[0], hit[1], "shared head")

    def _add(self, at: int, begin: int, hit: Hit) -> None:
        end, link, via, name = hit
        start = self.tokens.starts[at]
        span = (start, self.tokens.ends[end - 1])
        text = self.tokens.text[start : span[1]]
        post = self.tokens.text[start : self.tokens.ends[begin - 1]] if begin > at else None
        if isinstance(link, Group):
            self._add_group(link, span, post)
            return
        kind: AgencyKind = link.kind
        self.found.append(
            AgencyMention(
                text=text,
                id=link.id,
                name=link.name,
                kind=kind,
                level=link.level,
                score=0.0 if kind == "unknown" else 1.0,
                members=link.members,
                closed=link.closed,
                span=span,
                post=post,
                via=link.via or via,
                candidates=link.candidates,
                issues=link.issues,
            )
        )
        self.duty = False
        if via in ("exact", "abbreviation", "grammar"):
            self.head = names().get(self.keys[begin]) if self.keys[begin] in _SHARED_HEADS else None
        self.placed = name if via in ("grammar", "unit") else None

    def _add_group(self, link: Group, span: tuple[int, int], post: str | None) -> None:
        last = self.found[-1] if self.found else None
        if last and last.via == "collective" and not (last.members or link.members):
            between = self.tokens.text[last.span[1] if last.span else 0 : span[0]]
            if last.span and not any(mark in between for mark in ";|\n"):
                span = (last.span[0], span[1])
                self.found.pop()
        self.found.append(
            AgencyMention(
                text=self.tokens.text[span[0] : span[1]],
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
        self.duty = False
        self.head = self.placed = None

    def _words(self, at: int) -> int:
        """Words that are no known name: a body without a row, or a person."""
        end = self._segment(at)
        if longest(_organs(), self.keys, at, self.stop):
            end = self._whole_name(end)
        span = (self.tokens.starts[at], self.tokens.ends[end - 1])
        text = self.tokens.text[span[0] : span[1]]
        if quantified(self.keys, at, self.stop) > at:
            self._add_group(
                Group(end, text.lower(), (), False, self.ctx.level or "central"), span, None
            )
        elif any(letter.isalnum() for letter in text):
            self.found.append(likeness.nearest(self.tokens, at, end, self.ctx))
            self.head = self.placed = None
        return end

    def _segment(self, at: int) -> int:
        """Past the words from `at` to the next separator."""
        end = at + 1
        while end < self.stop and end not in self.tokens.items and not self._parts(end):
            end += 1
        return end

    def _parts(self, at: int) -> bool:
        """Whether the key ends the words before it; a dash or slash inside words does not."""
        if at in self.tokens.breaks and self._capital(at):
            return True
        if self.keys[at] != LINK:
            return self.keys[at] in _STOPS
        start, end = self.tokens.starts[at], self.tokens.ends[at]
        text = self.tokens.text
        return text[start:end].isalpha() or (text[start - 1].isspace() and text[start] != "&")

    def _whole_name(self, end: int) -> int:
        """Past the rest of a name that holds "," and "và": "Ủy ban Khoa học, Công nghệ và …"."""
        at, commas = end, 0
        while at + 1 < self.stop and self.keys[at] in (",", LINK) and commas < 4:
            if at + 1 in self.tokens.items or self._starts_body(at + 1):
                break
            linked = self.keys[at] == LINK
            commas += not linked
            at = self._segment(at + 1)
            if linked:
                end, commas = at, 0
        return end

    def _starts_body(self, at: int) -> bool:
        """Whether another body begins at the key."""
        if longest(_organs(), self.keys, at, self.stop) and self._capital(at):
            return True
        return self._read(at)[0] is not None or quantified(self.keys, at, self.stop) > at


def mentions(text: str, ctx: Context) -> tuple[AgencyMention, ...]:
    """The bodies of a cell in printed order."""
    return _Scan(text, ctx).run()
