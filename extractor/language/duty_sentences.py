"""What a sentence orders: who is to do it, with whom; what is no order at all.

The forms are those of the domain brief, section 9; the words stand in `duty_words.tsv`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from corpora.tables import threshold
from corpora.wordings import any_of, openers, pattern, wordings
from extractor.columns import BY_WORD, role_of
from models.agency import AgencyMention

#: Reads the bodies named in a text.
Read = Callable[[str], tuple[AgencyMention, ...]]

#: The share of a text's letters that must be names of bodies for it to name nothing else.
COVERED = threshold("duty.covered")
#: How far into a text its doer is looked for, and how many verbs may end it.
_REACH, _TRIES = 420, 10

_ORDERS: tuple[Literal["order", "request"], ...] = ("order", "request")
_CLAUSE = re.compile(r",\s+")
_NEXT_ORDER = re.compile(r"(?<=[.;])\s+(?=Giao\s)")
_LETTERS = re.compile(r"[^\W_]")
_BRACKETS = re.compile(r"\([^()]*\)")
_OPEN_NAME = re.compile(rf"(?:^|[\s,])(?:{pattern('duty_words', 'name.open')})$")
#: Fields that stand in running text like the cells of a table: "Thời hạn: tháng 10".
FIELDS = frozenset({"lead", "coordinating", "deadline", "product"})


@dataclass(frozen=True, slots=True)
class Doer:
    """The bodies that are to do something, as printed, and where in the text their name ends."""

    text: str
    agencies: tuple[AgencyMention, ...]
    end: int
    order: Literal["order", "request"] | None = None


@dataclass
class Sentence:
    """A text that may order something, and what it says; each is found out once, when asked for."""

    text: str
    read: Read

    @cached_property
    def doer(self) -> Doer | None:
        """Who the text says is to do it."""
        return doer_of(self.text, self.read)

    @cached_property
    def verb(self) -> bool:
        """Whether it opens like a task."""
        return opens_with_verb(self.text)

    @cached_property
    def formula(self) -> bool:
        """Whether it only closes the paper or puts it in force."""
        return is_formula(self.text)

    @cached_property
    def goal(self) -> bool:
        """Whether it says what is to be reached, not what is to be done."""
        return is_goal(self.text)

    @property
    def named(self) -> bool:
        """Whether it says of its doer that it is the one."""
        return self.doer is not None and is_named(self.text, self.doer)

    def orders(self) -> list["Sentence"]:
        """The orders run together in it: "Giao X …; Giao Y …"."""
        if not self.text.startswith("Giao "):
            return [self]
        return [Sentence(text, self.read) for text in _NEXT_ORDER.split(self.text)]


@cache
def _verbs() -> re.Pattern[str]:
    """Verbs and colons that end the name of a body, in small letters."""
    known = {word for word, roles in openers().items() if "task" in roles}
    verbs = any_of((*known, *wordings("duty_words", "after")))
    return re.compile(rf"(?<![^\W_])(?:{verbs})(?![^\W_])|[:.]")


@cache
def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern('duty_words', name)})(?![^\W_])\s*:?\s*", re.IGNORECASE)


@cache
def _task_verbs() -> re.Pattern[str]:
    known = {word for word, roles in openers().items() if "task" in roles}
    verbs = any_of((*known, *wordings("duty_words", "verb")))
    return re.compile(rf"(?:{verbs})(?![^\W_])", re.IGNORECASE)


def opens_with_verb(text: str) -> bool:
    """Whether a text opens like a task: "Xây dựng …", "Tiếp tục …".

    >>> opens_with_verb("Rà soát văn bản."), opens_with_verb("Các văn bản được rà soát.")
    (True, False)
    """
    return _task_verbs().match(text) is not None


def bodies_at(text: str, start: int, read: Read, *, unknown: bool = False) -> Doer | None:
    """The bodies whose names stand at `start`, up to the verb that says what they do.

    With `unknown` bodies count whose words are not known but begin like the name of a body.
    """
    window = text[start : start + _REACH]
    tries = 0
    for found in _verbs().finditer(window):
        head = window[: found.start()].rstrip(" ,;–-(")
        if not head or _OPEN_NAME.search(head) or _is_noun(window, found):
            continue
        tries += 1
        if tries > _TRIES:
            return None
        if agencies := bodies_in(head, read, unknown=unknown):
            return Doer(head, agencies, start + found.start())
        if found[0] == ".":
            return None
    return None


def _is_noun(window: str, found: re.Match[str]) -> bool:
    """Whether "tổ chức" stands in a list of nouns: "cơ quan, tổ chức, cá nhân"."""
    return found[0] == "tổ chức" and (
        window[: found.start()].rstrip().endswith((",", "các")) or window[found.end() :][:1] == ","
    )


def bodies_in(text: str, read: Read, *, unknown: bool = False) -> tuple[AgencyMention, ...]:
    """The bodies in a text that names nothing else; else none.

    >>> from extractor.language.agencies import read_agencies
    >>> [m.text for m in bodies_in("Sở Y tế, Sở Nội vụ", lambda t: read_agencies(t, "vn-86"))]
    ['Sở Y tế', 'Sở Nội vụ']
    >>> bodies_in("Cải cách thể chế", read_agencies)
    ()
    """
    agencies = read(text)
    known = [a for a in agencies if a.kind != "unknown" or (unknown and _is_organ(a.text))]
    if not known or known[0] is not agencies[0] or (agencies[0].span or (0, 0))[0] > 2:
        return ()
    named = sum(len(_LETTERS.findall(agency.text)) for agency in known)
    whole = len(_LETTERS.findall(_BRACKETS.sub("", text)))
    return agencies if named >= COVERED * whole else ()


@cache
def _organs() -> re.Pattern[str]:
    return re.compile(rf"(?:các\s+)?(?:{pattern('duty_words', 'organ')})\s+[^\W_]", re.IGNORECASE)


def _is_organ(text: str) -> bool:
    return _organs().match(text) is not None


def doer_of(text: str, read: Read) -> Doer | None:
    """Who a sentence says is to do it: "Giao X chủ trì …", "Đề nghị X …", "X có trách nhiệm …".

    >>> from extractor.language.agencies import read_agencies
    >>> found = doer_of("Giao Sở Xây dựng chủ trì, rà soát quy hoạch.", read_agencies)
    >>> found.text, found.order
    ('Sở Xây dựng', 'order')
    >>> doer_of("Rà soát quy hoạch của Sở Xây dựng.", read_agencies)
    """
    if not text[:1].isupper():
        return None
    if found := _ordered(text, 0, read):
        return found
    if _opening("preamble").match(text):
        return _after_preamble(text, read)
    if _opens_with_more_than_a_name(text):
        return None
    doer = bodies_at(text, 0, read, unknown=_is_organ(text))
    # "Ủy ban nhân dân tỉnh giao Sở Y tế …": it is Sở Y tế that must do it
    return (_ordered(text, doer.end, read) or doer) if doer else None


def _ordered(text: str, start: int, read: Read) -> Doer | None:
    """The bodies that an order or a request at `start` names."""
    for order in _ORDERS:
        opened = _opening(order).match(text, start)
        if opened and (found := bodies_at(text, opened.end(), read, unknown=True)):
            return Doer(found.text, found.agencies, found.end, order)
    return None


def _after_preamble(text: str, read: Read) -> Doer | None:
    """The bodies behind "Căn cứ Kế hoạch này, …"."""
    for found in _CLAUSE.finditer(text[:_REACH]):
        if doer := _ordered(text, found.end(), read):
            return doer
        if _is_organ(text[found.end() :]):
            return bodies_at(text, found.end(), read)
    return None


def _opens_with_more_than_a_name(text: str) -> bool:
    """Whether a text opens with a verb: "Ban hành", "Tổ chức", but not with "Thanh tra tỉnh"."""
    verb, organ = _task_verbs().match(text), _opening("organ").match(text)
    return verb is not None and (organ is None or len(organ[0].strip()) < verb.end())


def is_named(text: str, doer: Doer) -> bool:
    """Whether the words after a doer say that it is the one: "X có trách nhiệm …", "X chủ trì".

    >>> is_named("Sở Y tế có trách nhiệm hướng dẫn", Doer("Sở Y tế", (), 8))
    True
    """
    return doer.order is not None or _opening("whole").match(text, doer.end) is not None


@cache
def _with() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern('duty_words', 'with')})\s+", re.IGNORECASE)


def partners_of(text: str, read: Read) -> tuple[Doer, bool] | None:
    """The bodies to work with, and whether the text opens with them: "Phối hợp với Sở Nội vụ …"."""
    for found in _with().finditer(text[:_REACH]):
        if bodies := bodies_at(text, found.end(), read):
            return bodies, found.start() == 0
    return None


@cache
def _goal() -> re.Pattern[str]:
    words = pattern("duty_words", "goal")
    return re.compile(
        rf"\d|[≥>]|phấn\s+đấu\b|t[ỷỉ]\s+lệ\b|(?:{words})\s[^.;,]{{0,20}}\d", re.IGNORECASE
    )


def is_goal(text: str) -> bool:
    """Whether a text says what is to be reached, not what is to be done.

    >>> is_goal("100% thủ tục được công khai"), is_goal("Trên cơ sở Kế hoạch này, xây dựng")
    (True, False)
    """
    return _goal().match(text) is not None


@cache
def _formula() -> re.Pattern[str]:
    return re.compile(pattern("duty_words", "formula"), re.IGNORECASE)


def is_formula(text: str) -> bool:
    """Whether a text closes the paper, puts it in force, or is a remark in brackets.

    >>> is_formula("Trong quá trình thực hiện, nếu có vướng mắc, phản ánh về Sở Nội vụ.")
    True
    """
    if text.startswith(("(", "[")) and text.rstrip(" ./")[-1:] in ")]":
        return True
    return _opening("closing").match(text) is not None or _formula().search(text) is not None


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
        role = role_of(label) if 3 < len(label) <= 48 and label[0].isupper() else None
        if start < 0 or role is None or role.score <= BY_WORD or role.name not in FIELDS:
            break
        fields.setdefault(role.name, text[colon + 1 : end].strip(" .;,()–-"))
        end = start + 1 if text[start] in ".;" else start
    return text[:end].rstrip(" (-–"), fields
