"""Lists: the scan of a cell from left to right, one body after the other.

At each place the longest reading wins: a name with its place, a collective, a name that shares
the head of the one before ("Sở Tài chính, Tư pháp"). What cannot be read up to the next
separator stays as words.
"""

from functools import cache

from extractor.language import agency_links, likeness
from extractor.language.agency_links import Link
from extractor.language.collectives import Group, group
from extractor.language.folding import LINK, Tokens, tokens
from extractor.language.places import Context, Place, place
from extractor.language.registry import Name, Node, longest, names, plant
from models.agency import AgencyKind, AgencyMention

_POSTS = (
    "giám đốc", "phó giám đốc", "tổng giám đốc", "phó tổng giám đốc", "thủ trưởng",
    "phó thủ trưởng", "chủ tịch", "phó chủ tịch", "các phó chủ tịch", "trưởng", "phó trưởng", "phó",
    "trưởng phòng", "phó trưởng phòng", "trưởng ban", "phó trưởng ban", "chánh", "phó chánh",
    "cục trưởng", "phó cục trưởng", "chi cục trưởng", "tổng cục trưởng", "bí thư", "phó bí thư",
    "bộ trưởng", "thứ trưởng", "thống đốc", "viện trưởng", "chánh án", "hiệu trưởng", "lãnh đạo",
    "người đứng đầu", "chỉ huy trưởng", "tư lệnh", "đội trưởng", "trạm trưởng", "tổng biên tập",
    "thành viên", "cán bộ", "công chức", "chuyên viên", "văn thư", "đồng chí", "đ/c", "ban giám đốc",
    "tập thể lãnh đạo", "thường trực",
)  # fmt: skip
_ROLES = (
    "chủ trì", "phối hợp", "phối hợp với", "chủ trì, phối hợp với", "chủ trì phối hợp với",
    "cơ quan chủ trì", "đơn vị chủ trì", "cơ quan phối hợp", "đơn vị phối hợp",
    "cơ quan thực hiện", "đơn vị thực hiện", "giao", "giao cho", "đề nghị", "yêu cầu", "do",
    "cùng với", "cùng", "với", "và", "thực hiện", "đầu mối", "cơ quan thường trực",
    "cơ quan, đơn vị chủ trì", "cơ quan, đơn vị phối hợp", "cơ quan, đơn vị thực hiện",
    "phối hợp cùng", "phối hợp thực hiện", "tham mưu", "của", "thuộc trách nhiệm của",
)  # fmt: skip
_HEADS = frozenset(
    tokens(w).keys[0] for w in ("sở", "bộ", "phòng", "ubnd", "ban", "cục", "công an")
)
_ORGANS = frozenset(
    tokens(word).keys[0]
    for word in (
        "sở", "bộ", "ban", "phòng", "cục", "chi", "tổng", "ubnd", "hđnd", "vp", "trung",
        "công", "hội", "viện", "trường", "quỹ", "đài", "báo", "liên", "mttq", "ubmttq", "ngân",
        "kho", "bql", "bhxh", "kbnn", "bệnh", "thanh", "tòa", "tand", "vksnd", "các", "tập",
        "đại", "hiệp", "câu", "bưu", "điện", "đoàn", "tỉnh", "huyện", "ủy", "nhà", "vườn",
    )
)  # fmt: skip
_STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "!", "?", "|", "…"})
_HARD = frozenset({";", "|"})
_CAC = tokens("các").keys[0]
_WITH = frozenset(tokens("với cùng").keys)
_NAMED_LEVELS = frozenset({"province", "district", "commune"})


def _phrases(words: tuple[str, ...]) -> Node:
    root: Node = {}
    for phrase in words:
        plant(root, tokens(phrase).keys, True)
    return root


@cache
def _posts() -> Node:
    return _phrases(_POSTS)


@cache
def _roles() -> Node:
    return _phrases(_ROLES)


class _Scan:
    """One pass over the keys of a cell; `found` grows from left to right."""

    def __init__(self, text: str, ctx: Context) -> None:
        self.tokens: Tokens = tokens(text)
        self.keys = self.tokens.keys
        self.stop = len(self.keys)
        self.ctx = ctx
        self.found: list[AgencyMention] = []
        self.head: Node | None = None  # where names that share the last head go on
        self.head_at: tuple[int, int] | None = None
        self.duty = False  # what follows tells what a body does
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
        read = self._read(at)
        if read:
            return read
        role = longest(_roles(), self.keys, at, self.stop)
        if role:
            before = self._glued(at)
            last = self.keys[role[0] - 1]
            self.duty = before and last not in _WITH and self._follows(role[0])
            return role[0]
        if self.duty:
            return self._skip(at)
        if self._glued(at):
            self.duty = True
            return self._skip(at)
        return self._words(at)

    def _glued(self, at: int) -> bool:
        """Whether the key follows a body with nothing between them."""
        return bool(
            self.found
            and at
            and at not in self.tokens.items
            and not (at in self.tokens.breaks and self._capital(at))
            and (self.keys[at - 1] not in _STOPS or self.keys[at - 1] == ")")
        )

    def _capital(self, at: int) -> bool:
        return self.tokens.text[self.tokens.starts[at]].isupper()

    def _follows(self, at: int) -> bool:
        """Whether a role word is followed by words of the duty."""
        return at < self.stop and self.keys[at] not in _STOPS and at not in self.tokens.items

    def _skip(self, at: int) -> int:
        """Past the words of a duty, to the next place where a body may stand."""
        at += 1
        while at < self.stop:
            key = self.keys[at]
            if key in _WITH:
                return at + 1
            if key in _STOPS or at in self.tokens.items:
                return at
            at += 1
        return at

    def _read(self, at: int) -> int | None:
        """Read the body that begins at `at`; where it ends, None when there is none."""
        start = at
        post_end = self._post(at)
        best: tuple[int, Link | Group, str] | None = None
        for begin in dict.fromkeys((at, post_end)):
            if begin < self.stop and (hit := self._longest(begin)):
                if best is None or hit[0] > best[0]:
                    best = hit
                    start = begin
        if best is None:
            return None
        end, link, via = best
        post = self._slice(at, start) if start > at else None
        self._add(at, end, link, via, post)
        return end

    def _post(self, at: int) -> int:
        """Past the posts before a body: "Giám đốc, Thủ trưởng" of "… các Sở"."""
        end = at
        while hit := longest(_posts(), self.keys, end, self.stop):
            end = hit[0]
            if end < self.stop and self.keys[end] in (",", LINK):
                after = longest(_posts(), self.keys, end + 1, self.stop)
                if after is None:
                    break
                end += 1
        return end

    def _longest(self, at: int) -> tuple[int, Link | Group, str] | None:
        """The longest of: a name, a name that shares a head, a collective."""
        best: tuple[int, Link | Group, str] | None = None
        listed = self._shared_list(at)
        if listed is not None:
            return listed
        hit = longest(names(), self.keys, at, self.stop)
        if hit and self._fits(at, hit):
            best = self._placed(hit[0], hit[1], "abbreviation" if hit[1].abbreviation else "exact")
        if self.head is not None and (hit := longest(self.head, self.keys, at, self.stop)):
            shared = self._placed(hit[0], hit[1], "shared head")
            if best is None or shared[0] >= best[0]:
                best = shared
        collective = group(self.tokens, at, self.stop, self.ctx)
        if collective and (best is None or collective.end > best[0]):
            if collective.quantified or not self.duty:
                best = (collective.end, collective, "collective")
        return best

    def _fits(self, at: int, hit: tuple[int, Name]) -> bool:
        """Whether letters stand in capitals, and a very short form on its own."""
        end, name = hit
        if not name.short:
            return True
        text = self._slice(at, end)
        return text.isupper() and (end >= self.stop or self.keys[end] in _STOPS)

    def _placed(self, end: int, name: Name, via: str) -> tuple[int, Link, str]:
        where: Place | None = place(
            self.tokens, end, self.stop, self.ctx, frozenset(role.unit for role in name.roles)
        )
        if where is not None:
            found = agency_links.link(name, where, self.ctx)
            if found.kind != "unknown" or where.named or not where.many:
                return where.end, found, via if not where.named else "grammar"
        return end, agency_links.link(name, None, self.ctx), via

    def _shared_list(self, at: int) -> tuple[int, Link, str] | None:
        """The first name of "các Sở: Tài chính, Xây dựng"; the head stays for the others."""
        if self.keys[at] != _CAC or at + 2 >= self.stop or self.keys[at + 1] not in _HEADS:
            return None
        head = names().get(self.keys[at + 1])
        first = at + 2
        while first < self.stop and self.keys[first] == ":":
            first += 1
        hit = longest(head, self.keys, first, self.stop) if head else None
        if hit is None:
            return None
        self.head = head
        return self._placed(hit[0], hit[1], "shared head")

    def _slice(self, start: int, end: int) -> str:
        return self.tokens.text[self.tokens.starts[start] : self.tokens.ends[end - 1]]

    def _add(self, at: int, end: int, link: Link | Group, via: str, post: str | None) -> None:
        span = (self.tokens.starts[at], self.tokens.ends[end - 1])
        text = self.tokens.text[span[0] : span[1]]
        if isinstance(link, Group):
            self.found.append(
                AgencyMention(
                    text,
                    None,
                    link.name,
                    "group",
                    link.level,
                    1.0,
                    link.members,
                    link.closed,
                    span,
                    post,
                    via,
                )  # fmt: skip
            )
            self.head = None
            return
        kind: AgencyKind = "unknown"
        if link.kind == "agency":
            kind = "agency"
        elif link.kind == "group":
            kind = "group"
        score = 0.0 if kind == "unknown" else 1.0
        self.found.append(
            AgencyMention(
                text,
                link.id,
                link.name,
                kind,
                link.level,
                score,
                link.members,
                link.closed,
                span,
                post,
                link.via or via,
                link.candidates,
                link.issues,
            )  # fmt: skip
        )
        if via != "shared head" and self.keys[at] in _HEADS:
            self.head = names().get(self.keys[at])
        self.duty = False

    def _words(self, at: int) -> int:
        """Words up to the next separator: a body without a row, or a person."""
        end = at
        while end < self.stop:
            if end > at and (end in self.tokens.items or self._parts(end)):
                break
            end += 1
        span = (self.tokens.starts[at], self.tokens.ends[end - 1])
        text = self.tokens.text[span[0] : span[1]]
        if any(letter.isalnum() for letter in text):
            if self.keys[at] == _CAC:
                self.found.append(
                    AgencyMention(
                        text,
                        None,
                        text.lower(),
                        "group",
                        None,
                        1.0,
                        (),
                        False,
                        span,
                        None,
                        "collective",
                    )  # fmt: skip
                )
            else:
                self.found.append(likeness.nearest(text, span, self.keys[at:end], self.ctx))
        return end

    def _parts(self, at: int) -> bool:
        """Whether the key ends the words before it."""
        if at in self.tokens.breaks and self._capital(at):
            return True
        key = self.keys[at]
        if key != LINK:
            return key in _STOPS
        start, end = self.tokens.starts[at], self.tokens.ends[at]
        printed = self.tokens.text[start:end]
        return printed.isalpha() or self.tokens.text[start - 1 : start].isspace()


def mentions(text: str, ctx: Context) -> tuple[AgencyMention, ...]:
    """The bodies of a cell in printed order."""
    return _Scan(text, ctx).run()
