"""What a sentence orders: who is to do it, with whom; what is no order at all.

A sentence is a stretch of the Doc of its section (`extractor.language.pipeline`), and what it says
is told by the cues in it. Its forms are those of the domain brief, section 9; the words stand in
`duty_words.tsv`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from corpora.wordings import pattern, wordings
from extractor.columns import BY_WORD, role_of
from extractor.language.deadlines import find_deadlines, read_deadline
from extractor.language.duty_passages import Passage, Read
from extractor.language.roles import roles_in
from models.agency import AgencyMention

Order = Literal["order", "request"]

#: How far into a text its doer is looked for, in characters, and how many verbs may end it.
_REACH, _TRIES = 420, 10

_ORDERS: tuple[Order, ...] = ("order", "request")
_NEXT_ORDER = re.compile(r"(?<=[.;])\s+(?=Giao\s)")
#: The members of a list inside a sentence.
_MEMBER = re.compile(r"(?:(?<=[.;:])\s+|^)\((?P<number>\d{1,2})\)\s+(?=[^\W\d_])")
_WORD = re.compile(r"[^\W_]+")
#: The words that say no more than who leads and who works with them.
_ROLE_WORDS = frozenset(wordings("duty_words", "role"))
#: The words of a label that only says who is named behind it: "Giao thực hiện: Sở Y tế".
_LABEL_WORDS = frozenset(wordings("duty_words", "label"))
#: The longest label of a line, in characters.
_LABEL = 60
#: How many characters behind the names of bodies may be the work itself.
_MORE = 4
#: How many commas a clause of time may hold: "Trước ngày 15/6, 15/12, Sở Y tế …".
_TIMES = 4
#: First words of clauses of time that may open an order as well.
_RHYTHMS = ("định", "hằng", "hàng")
#: "Giao Sở Y tế thực hiện." below a duty says who does it, and no more.
_GIVEN = re.compile(r"Giao\s+(?:cho\s+)?")
#: How far from its end a text may begin to name its doer, in characters.
_ENDING = 240
_LAST_OPENS = re.compile(
    r"(?P<mark>\(|(?<=\s)[-–—](?=\s)|[,;.](?=\s))\s*(?:(?P<by>do|giao(?:\s+cho)?)\s+)?"
    r"(?=[^\W\d_])",
    re.IGNORECASE,
)
#: "Thực hiện Nghị quyết số …, Sở Y tế …": what it pursues stands before who is to do it.
_IN_PURSUIT = re.compile(
    r"(?:Thực hiện|Triển khai(?: thực hiện)?)\s+[^,]*?\bsố\s*:?\s*\d", re.IGNORECASE
)
#: What classes of words say of a text that they open: orders open with verbs, adverbs, adjectives
#: ("Sớm hoàn thành"), statements and matters with nouns, quantifiers, question words.
_CLASSES: dict[str, Literal["verb", "noun"]] = {
    **dict.fromkeys(("V", "R", "A"), "verb"),
    **dict.fromkeys(("N", "Nc", "Nu", "Np", "Ny", "L", "P", "E", "C"), "noun"),
}
#: Fields that stand in running text like the cells of a table: "Thời hạn: tháng 10".
FIELDS = frozenset({"lead", "coordinating", "deadline", "product"})


@dataclass(frozen=True, slots=True)
class Doer:
    """The bodies that are to do something, as printed, and the word after their name."""

    text: str
    agencies: tuple[AgencyMention, ...]
    end: int
    order: Order | None = None
    #: Whether the text ends with them: "… (do Sở Y tế thực hiện)".
    last: bool = False


class Sentence:
    """A text that may order something, and what it says; each is found out once, when asked for."""

    def __init__(self, passage: Passage, text: str, at: int = 0) -> None:
        self.passage = passage
        self.text = text
        self._at = at  # of its first character
        starts = passage.starts
        self.start = bisect_right(starts, at) - 1 if text else 0
        self.end = bisect_left(starts, at + len(text)) if text else 0

    def part(self, start: int, end: int | None = None) -> "Sentence":
        """The sentence between two of its characters."""
        return Sentence(self.passage, self.text[start:end], self._at + start)

    @cached_property
    def doer(self) -> Doer | None:
        """Who the text says is to do it: "Giao X chủ trì …", "Đề nghị X …", "X có trách nhiệm …".

        >>> from extractor.language.agencies import read_agencies
        >>> found = said("Giao Sở Xây dựng chủ trì, rà soát quy hoạch.", read_agencies).doer
        >>> found.text, found.order
        ('Sở Xây dựng', 'order')
        >>> said("Rà soát quy hoạch của Sở Xây dựng.", read_agencies).doer
        >>> said("Rà soát quy hoạch - Sở Xây dựng thực hiện.", read_agencies).doer.text
        'Sở Xây dựng'
        >>> said("Trước ngày 30/6, Sở Xây dựng rà soát quy hoạch.", read_agencies).doer.text
        'Sở Xây dựng'
        """
        if not self.text[:1].isupper():
            return self._listed()
        return self._opening_doer() or self._last_doer()

    def _opening_doer(self) -> Doer | None:
        if found := self._ordered(self.start):
            return found
        if self.passage.cue(self.start, "preamble") or _IN_PURSUIT.match(self.text):
            return self._after_preamble()
        if self.passage.cue(self.start, "when"):
            return self._after_time()
        if self._opens_with_more_than_a_name(self.start):
            return None
        return self._told_by(self._doers_at(self.start) or self._after_label())

    def _doers_at(self, start: int, *, unknown: bool = True) -> Doer | None:
        """The bodies that a sentence begins with at word `start`, before a verb known or not."""
        unknown = unknown and self.passage.is_organ(start, self.end)
        found = self.bodies_at(start, unknown=unknown)
        if found and len(found.text) - (found.agencies[-1].span or (0, 0))[1] < _MORE:
            return found
        named = self._named_at(start)
        if named is None or named.end >= (found.end if found else self.end):
            return found
        from extractor.language.pipeline import first_class

        rest = self.passage.text(named.end, self.end)
        return named if _CLASSES.get(first_class(rest)) == "verb" else found

    def _told_by(self, doer: Doer | None) -> Doer | None:
        """Whom a body orders: "Ủy ban nhân dân tỉnh giao Sở Y tế …" is for Sở Y tế to do."""
        return (self._ordered(doer.end) or doer) if doer else None

    def _listed(self) -> Doer | None:
        """The bodies that open a member of a list in a sentence: "(2) các sở, ngành rà soát"."""
        opens = self.passage.is_organ(self.start, self.end)
        return self._doers_at(self.start) if opens else None

    def _last_doer(self) -> Doer | None:
        """The bodies with which it ends: "… – Sở Y tế thực hiện", "… (giao Sở Y tế)"."""
        past = max(0, len(self.text) - _ENDING)
        for opened in _LAST_OPENS.finditer(self.text, past):
            rest = self.text[opened.end() :].rstrip(" .;/")
            if opened["mark"] in ",;." and not opened["by"]:
                continue
            if opened["mark"] == "(":
                if not rest.endswith(")") or ")" in rest[:-1]:
                    continue
                rest = rest[:-1]
            said = _does().fullmatch(rest)
            who = said["who"] if said else rest if opened["by"] else None
            if who is None or (said and not _only_with_whom_and_when(said["more"])):
                continue
            at = self.passage.at(self.start, opened.end())
            if agencies := self.passage.bodies_in(at, who.rstrip(" ,;"), unknown=True):
                order: Order | None = (
                    "order" if (opened["by"] or "").lower().startswith("giao") else None
                )
                return Doer(who.rstrip(" ,;"), agencies, self.end, order, last=True)
        return None

    @cached_property
    def time(self) -> str | None:
        """The clause of time that it opens with: "Trong quý II/2026" of "Trong quý II/2026: …"."""
        mark = self._mark_of_time() if self.passage.cue(self.start, "when") else None
        return None if mark is None else self.passage.text(self.start, mark)

    def _mark_of_time(self) -> int | None:
        """The comma or colon behind the clause of time before a verb or a body."""
        passage, tries = self.passage, 0
        rhythm = passage.words[self.start].lower() in _RHYTHMS
        for at in range(self.start, self._reach(self.start)):
            if passage.words[at] not in ",:":
                if rhythm and passage.cue(at, "task", "verb"):
                    return None  # "Định kỳ tổng hợp báo cáo, đề xuất …" is no time
                continue
            after, tries = at + 1, tries + 1
            if tries > _TIMES:
                return None
            if passage.words[at] == ":" and passage.text(after, after + 1) == "(":
                return at  # "Trong năm 2026 - 2027: (1) …"
            if passage.cue(after, "task", "verb", *_ORDERS) or passage.is_organ(after, self.end):
                return at
        return None

    def _after_time(self) -> Doer | None:
        """The bodies behind a clause of time: "Trong quý II/2026, Sở Y tế tổ chức …"."""
        mark = self._mark_of_time()
        if mark is None:
            return None
        if found := self._ordered(mark + 1):
            return found
        opens = self.passage.is_organ(mark + 1, self.end, "post")
        if not opens or self._opens_with_more_than_a_name(mark + 1):
            return None
        return self._told_by(self._doers_at(mark + 1))

    @cached_property
    def verb(self) -> bool:
        """Whether it opens like a task: "Xây dựng …", "Tiếp tục …", "Năm 2025, triển khai …"."""
        if self.passage.cue(self.start, "task", "verb"):
            return True
        if self.time is None:
            return False
        after = (self._mark_of_time() or 0) + 1
        while self.passage.text(after, after + 1) in ("(", ")", "1"):
            after += 1
        return self.passage.cue(after, "task", "verb") is not None

    @cached_property
    def opening(self) -> Literal["verb", "noun", None]:
        """What it opens with; its word class is asked for where no known verb or body stands."""
        if self.verb or self.passage.cue(self.start, "after"):
            return "verb"
        if self.passage.is_body(self.start, self.end):
            return None
        if self.passage.cue(self.start, "noun"):
            return "noun"
        from extractor.language.pipeline import first_class

        return _CLASSES.get(first_class(self.text))

    @cached_property
    def formula(self) -> bool:
        """Whether it closes the paper, puts it in force, or is a remark in brackets."""
        if self.text.startswith(("(", "[")) and self.text.rstrip(" ./")[-1:] in ")]":
            return True
        if self.passage.cue(self.start, "closing"):
            return True
        return any(True for _ in self.passage.cues(self.start, self.end, "formula"))

    @cached_property
    def goal(self) -> bool:
        """Whether it says what is to be reached, not what is to be done."""
        return is_goal(self.text)

    @cached_property
    def addressed(self) -> bool:
        """Whether it names bodies and says nothing more, as those whom a letter is for."""
        if any(at < self.end - 1 for at, _ in self._verbs(self.start)):
            return False
        return bool(self.passage.bodies_in(self.start, self.text.strip(" .;:"), unknown=True))

    @property
    def named(self) -> bool:
        """Whether its words say of its doer that it is the one: "X có trách nhiệm …"."""
        doer = self.doer
        if doer is None:
            return False
        if doer.last or doer.order is not None:
            return True
        return self.passage.cue(doer.end, "whole") is not None

    @cached_property
    def partners(self) -> tuple[Doer, bool] | None:
        """The bodies to work with, and whether it opens with them: "Phối hợp với Sở Nội vụ …"."""
        for start, end in self.passage.cues(self.start, self._reach(self.start), "with"):
            if bodies := self._doers_at(end) or self._named_at(end):
                return bodies, start == self.start
        return None

    @cached_property
    def field(self) -> tuple[str, str] | None:
        """Role and value of a line with a label in other words, told by what it says of it.

        "Đơn vị chủ trì tham mưu triển khai: Sở Y tế", "Thời hạn hoàn thành trong Quý III/2026".
        """
        given = _GIVEN.match(self.text)
        if given and (told := _does().fullmatch(self.text[given.end() :].rstrip(" .;"))):
            at = self.passage.at(self.start, given.end())
            named = self.passage.bodies_in(at, told["who"], unknown=True)
            return ("lead", told["who"]) if named and not told["more"] else None
        if due := self.passage.cue(self.start, "due"):
            value = self.passage.text(due, self.end).strip(" :.;")
            return ("deadline", value) if value and _is_deadline(value) else None
        label, colon, value = self.text.partition(":")
        if not colon or not 3 < len(label) <= _LABEL or self.passage.cue(self.start, "name"):
            return None
        value = value.strip(" .;")
        if not value or "." in label or ";" in label:
            return None
        role = role_of(label.strip())
        name = role.name if role else None
        if name == "deadline":
            return ("deadline", value) if not self.verb and _is_deadline(value) else None
        if name not in ("lead", "coordinating") or self.verb:
            name = _role_said(label)
        if name is None:
            return None
        at = self.passage.at(self.start, self.text.index(value, len(label)))
        named = self.passage.bodies_in(at, value, unknown=True)
        return (name, value) if named or both_roles(value, self.passage.read) else None

    def orders(self) -> list["Sentence"]:
        """The orders run together in it: "Giao X …; Giao Y …"."""
        if not self.text.startswith("Giao "):
            return [self]
        cuts = [(0, 0), *(found.span() for found in _NEXT_ORDER.finditer(self.text))]
        ends = [start for start, _ in cuts[1:]]
        return [self.part(start, end) for (_, start), end in zip(cuts, [*ends, None], strict=True)]

    def members(self) -> tuple[str, list[tuple[str, "Sentence"]]] | None:
        """The words before a list in it and its members, where each names its own doer.

        "Về hạ tầng: (1) Sở Xây dựng …; (2) Sở Tài chính …" orders two things to two bodies.
        """
        marks = list(_MEMBER.finditer(self.text))
        if [mark["number"] for mark in marks] != [str(n + 1) for n in range(len(marks))]:
            return None
        if len(marks) < 2 or marks[0].start() > _REACH:
            return None
        ends = [mark.start() for mark in marks[1:]]
        members = [
            (f"({mark['number']})", self.part(mark.end(), end))
            for mark, end in zip(marks, [*ends, None], strict=True)
        ]
        if any(member.doer is None or member.doer.last for _, member in members):
            return None
        return self.text[: marks[0].start()].strip(" :;,."), members

    def bodies_at(self, start: int, *, unknown: bool = False) -> Doer | None:
        """The bodies whose names stand at word `start`, up to the verb that says what they do.

        With `unknown` bodies count whose words are not known but begin like the name of a body.
        """
        passage, tries = self.passage, 0
        for at, end in self._verbs(start):
            verb, head = passage.text(at, end), passage.text(start, at).rstrip(" ,;–-(")
            if head.count(")") > head.count("("):
                head = head[: head.rindex(")")].rstrip(" ,;")
            if not head or self._is_open(at) or self._is_noun(verb, at, end):
                continue
            tries += 1
            if tries > _TRIES:
                return None
            if agencies := passage.bodies_in(start, head, unknown=unknown):
                return Doer(head, agencies, at)
            if verb == ".":
                return None
        return None

    def _named_at(self, start: int) -> Doer | None:
        """The known bodies at word `start`, before a verb that is not known: "… dự trù"."""
        words, end = self.passage.text(start, self._reach(start)), 0
        found: list[AgencyMention] = []
        for agency in self.passage.read(words):
            first, last = agency.span or (0, 0)
            if agency.kind == "unknown" or words[end:first].strip(" ,;") not in ("", "và"):
                break
            found.append(agency)
            end = last
        if not found:
            return None
        after = self.passage.at(start, end)
        rest = self.passage.text(after, self.end).strip(" .;:")
        # A set goes on in words that say which ("các cơ quan của Đảng"), a body does not.
        whole = not rest or (rest[0].islower() and all(agency.id for agency in found))
        return Doer(words[:end], tuple(found), after) if whole else None

    def _verbs(self, start: int) -> Iterator[tuple[int, int]]:
        """What may end a body's name: a verb in small letters, but not one inside it, or a stop."""
        passage, at, stop = self.passage, start, self._reach(start)
        while at < stop:
            end = passage.cue(at, "task", "after", "stop")
            if end is not None and passage.text(at, end) == passage.text(at, end).lower():
                yield at, end
                at = end
            elif passage.words[at][0].isupper():
                at = passage.cue(at, "name") or at + 1
            else:
                at += 1

    def _reach(self, start: int) -> int:
        """The word up to which a doer is looked for from word `start`."""
        return start if start >= self.end else min(self.end, self.passage.at(start, _REACH))

    def _is_open(self, at: int) -> bool:
        """Whether what stands before word `at` is no end of a name: "các", "của", "và"."""
        while at > self.start and self.passage.words[at - 1] in ",;–-(":
            at -= 1
        return any(self.passage.cue(max(at - width, 0), "name.open") == at for width in (1, 2))

    def _is_noun(self, verb: str, at: int, end: int) -> bool:
        """Whether "tổ chức" stands in a list of nouns: "cơ quan, tổ chức, cá nhân"."""
        around = self.passage.text(at - 1, at), self.passage.text(end, end + 1)
        return verb == "tổ chức" and (around[0] in (",", "các") or around[1] == ",")

    def _ordered(self, start: int) -> Doer | None:
        """The bodies that an order or a request at word `start` names."""
        for order in _ORDERS:
            if opened := self.passage.cue(start, order):
                opened += self.passage.text(opened, opened + 1) == ":"
                if found := self.bodies_at(opened, unknown=True):
                    return Doer(found.text, found.agencies, found.end, order)
        return None

    def _after_preamble(self) -> Doer | None:
        """The bodies behind "Căn cứ Kế hoạch này, …"."""
        for at in range(self.start + 1, self._reach(self.start)):
            if self.passage.words[at - 1] != ",":
                continue
            if doer := self._ordered(at):
                return doer
            if self.passage.is_organ(at, self.end, "post"):
                return self._told_by(self._doers_at(at, unknown=False))
        return None

    def _after_label(self) -> Doer | None:
        """The bodies behind the name of a matter: "Mạng diện rộng: Bộ Công an sẽ hướng dẫn …"."""
        label, colon, _ = self.text.partition(":")
        if not colon or len(label) > _LABEL or self.passage.cue(self.start, "name"):
            return None
        at = self.passage.at(self.start, len(label) + 1)
        if found := self._ordered(at):
            return found
        return self.bodies_at(at) if self.passage.is_organ(at, self.end) else None

    def _opens_with_more_than_a_name(self, at: int) -> bool:
        """Whether word `at` opens a verb: "Ban hành", "Tổ chức", but not "Thanh tra tỉnh"."""
        verb = self.passage.cue(at, "task", "verb") or 0
        return verb > (self.passage.cue(at, "organ") or 0)


def said(text: str, read: Read) -> Sentence:
    """A text of its own, such as the value of a field."""
    return sentences([text], read)[0]


def sentences(texts: Sequence[str], read: Read) -> list[Sentence]:
    """Texts that stand together, such as those of a section, each as a sentence."""
    passage, at = Passage(texts, read), 0
    found = []
    for text in texts:
        found.append(Sentence(passage, text, at))
        at += len(text) + 1
    return found


def _role_said(label: str) -> str | None:
    """Who is named behind a label that says no more than that: "Giao thực hiện", "Cùng làm"."""
    words = set(_WORD.findall(label.lower()))
    if not words or not _LABEL_WORDS.issuperset(words):
        return None
    return "coordinating" if "phối" in words and "chủ" not in words else "lead"


@cache
def _does() -> re.Pattern[str]:
    """ "Sở Y tế thực hiện", "Sở Y tế chủ trì, phối hợp với …": nothing more than who does it."""
    words = pattern("duty_words", "does")
    return re.compile(
        rf"(?P<who>[^()]{{3,160}}?)\s+(?:{words})\b(?P<more>.*)", re.IGNORECASE | re.DOTALL
    )


_PARTNERS = re.compile(r"^[\s,;]*(?:và\s+)?phối hợp\b[^.;]*", re.IGNORECASE)


def _only_with_whom_and_when(text: str) -> bool:
    """Whether the words behind who does it only say with whom and by when."""
    rest = _PARTNERS.sub("", text).strip(" ,;.-–")
    if not rest:
        return True
    found = find_deadlines(rest)
    if found:
        start, end = found[0][:2]
        rest = rest[:start] + rest[end:]
    elif _is_deadline(rest):
        return True
    return _ROLE_WORDS.union(("hoàn", "thành")).issuperset(_WORD.findall(rest.lower()))


def _is_deadline(text: str) -> bool:
    found = read_deadline(text)
    return found.kind != "none" and not found.unread


def both_roles(text: str, read: Read) -> tuple[Doer, Doer] | None:
    """Who leads and who works with them, of a text that names both and says nothing else.

    >>> from extractor.language.agencies import read_agencies
    >>> found = both_roles("Sở Nội vụ chủ trì, phối hợp với UBND các xã", read_agencies)
    >>> found and [each.text for each in found]
    ['Sở Nội vụ', 'UBND các xã']
    """
    if (words := roles_in(text)) is None:
        return None
    found = []
    for name in words:
        passage = said(name, read).passage
        if not (agencies := passage.bodies_in(0, name, unknown=True)):
            return None
        found.append(Doer(name, agencies, len(passage.words)))
    return found[0], found[1]


@cache
def _goal() -> re.Pattern[str]:
    words = pattern("duty_words", "goal")
    return re.compile(
        rf"(?!\d+\s+(?:ngày|tuần|tháng|quý|năm)\b)\d|[≥>]|phấn\s+đấu\b|t[ỷỉ]\s+lệ\b"
        rf"|(?!từ\s+(?:nay|ngày|tháng|quý|năm)\b)(?:{words})\s[^.;,]{{0,20}}\d",
        re.IGNORECASE,
    )


def is_goal(text: str) -> bool:
    """Whether a text says what is to be reached, not what is to be done.

    >>> is_goal("100% thủ tục được công khai"), is_goal("Trên cơ sở Kế hoạch này, xây dựng")
    (True, False)
    """
    return _goal().match(text) is not None


def fields_of(text: str) -> tuple[str, dict[str, str]]:
    """A text without the fields printed at its end, and these by role.

    >>> fields_of("Ban hành chính sách. Thời hạn hoàn thành: Tháng 10/2023.")
    ('Ban hành chính sách.', {'deadline': 'Tháng 10/2023'})
    """
    fields: dict[str, str] = {}
    end = len(text)
    while (colon := text.rfind(":", 0, end)) > 0:
        start = max(text.rfind(mark, 0, colon) for mark in (".", ";", "(", "\n", " - "))
        label = text[start + 1 : colon].strip(" -–+*")
        opens = label[:1].isupper() or text[start] in ";("
        role = role_of(label) if 3 < len(label) <= 48 and opens else None
        if start < 0 or role is None or role.score <= BY_WORD or role.name not in FIELDS:
            break
        fields.setdefault(role.name, text[colon + 1 : end].strip(" .;,()–-"))
        end = start + 1 if text[start] in ".;" else start
    return text[:end].rstrip(" (-–"), fields
