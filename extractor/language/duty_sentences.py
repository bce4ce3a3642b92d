"""What a sentence orders: who is to do it, with whom; what is no order at all.

A sentence is a stretch of the Doc of its section (`extractor.language.pipeline`), and what it says
is told by the cues in it. Its forms are those of the domain brief, section 9; the words stand in
`duty_words.tsv`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

from corpora.wordings import pattern
from extractor.columns import role_of
from extractor.language.duty_endings import Ending, ending_of
from extractor.language.duty_fields import (
    both_roles,
    is_deadline,
    is_goal,
    role_said,
    who_does,
)
from extractor.language.duty_passages import Doer, Order, Passage, Read
from models.agency import AgencyMention

#: How far into a text its doer is looked for, in characters, and how many verbs may end it.
_REACH, _TRIES = 420, 10

_ORDERS: tuple[Order, ...] = ("order", "request")
#: Where another order may begin inside an item.
_NEXT = re.compile(r"(?<=[.;:])\s+(?=[^\W\d_])")
#: The members of a list inside a sentence.
_MEMBER = re.compile(r"(?:(?<=[.;:])\s+|^)\((?P<number>\d{1,2})\)\s+(?=[^\W\d_])")
#: The longest label of a line, in characters; a label before what is to be done.
_LABEL = 60
_MATTER = re.compile(rf"[^:]{{0,{_LABEL}}}:\s*(?=\S)")
#: How many characters behind the names of bodies may be the work itself.
_MORE = 4
#: How many commas a clause of time may hold: "Trước ngày 15/6, 15/12, Sở Y tế …".
_TIMES = 4
#: What says of a body what it has done, or how it is.
_DONE = frozenset(("đã", "chưa", "đang", "còn", "vẫn"))
#: Sets whose members a colon may lead to: "các Sở: …", "các tỉnh, thành phố: …".
_SET = re.compile(rf"\bcác\s+(?:{pattern('duty_words', 'set')})$", re.IGNORECASE)
#: First words of clauses of time that may open an order as well.
_RHYTHMS = ("định", "hằng", "hàng")
#: "Giao Sở Y tế thực hiện." below a duty says who does it, and no more.
_GIVEN = re.compile(r"Giao\s+(?:cho\s+)?")
_REMARK = re.compile(r"\((?=giao\s)[^()]*\)[\s.;/]*$", re.IGNORECASE)
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


class Sentence:
    """A text that may order something, and what it says; each is found out once, when asked for.

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
        """Who is to do it: "Giao X chủ trì …", "Đề nghị X …", "X có trách nhiệm …"."""
        if not self.text[:1].isupper():
            return self._ordered(self.start) or self._listed()
        found = self._opening_doer() or (self._ending.doer if self._ending else None)
        return found or self._in_brackets()

    def _opening_doer(self) -> Doer | None:
        if found := self._ordered(self.start):
            return found
        if self.passage.cue(self.start, "preamble") or _IN_PURSUIT.match(self.text):
            return self._after_preamble()
        if self.passage.cue(self.start, "when"):
            return self._after_time()
        if found := self._singled_out():
            return found
        if self._opens_with_more_than_a_name(self.start):
            return None
        found = self._doers_at(self.start) or self._after_label() or self._person(self.start)
        return self._told_by(found) if found else self._after_matter()

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
        """Whom a body orders: "Ủy ban nhân dân tỉnh giao Sở Y tế …" is for Sở Y tế to do.

        What a body has done is told of it, not ordered: "Bộ Xây dựng đã chuẩn bị …".
        """
        if doer is None or self._is_past(doer):
            return None
        return self._ordered(doer.end) or doer

    def _is_past(self, doer: Doer) -> bool:
        """Whether the words say what one body, known by its name, has done."""
        done = not _DONE.isdisjoint(self.passage.words[max(doer.end - 1, 0) : doer.end + 1])
        return done and [agency.kind for agency in doer.agencies] == ["agency"]

    def _singled_out(self) -> Doer | None:
        """The bodies that a matter is for: "Riêng UBND các xã: …", "Đối với Sở Y tế: …"."""
        at = self.passage.cue(self.start, "lead-in")
        if at is None or not self.passage.is_organ(at, self.end):
            return None
        found = self.bodies_at(at, unknown=True)
        if found is None or self.passage.text(found.end, found.end + 1) != ":":
            return None
        return Doer(found.text, found.agencies, found.end, "order")

    def _person(self, start: int) -> Doer | None:
        """A person or a post as printed: "Ông Nguyễn Văn A - Giám đốc Sở: phụ trách …"."""
        end = self.passage.cue(start, "individual")
        at = next((at for at, _ in self._verbs(end)), None) if end else None
        name = self.passage.text(start, at).rstrip(" ,;–-(") if at else ""
        return Doer(name, self.passage.read(name), at) if at and name else None

    def _after_matter(self) -> Doer | None:
        """The bodies ordered behind the matter: "Đối với kiến nghị của …, giao Sở Y tế …"."""
        if self.verb:
            return None
        for at in range(self.start + 1, self._reach(self.start)):
            if self.passage.words[at - 1] == "," and (doer := self._ordered(at)):
                return doer
        return None

    def _in_brackets(self) -> Doer | None:
        """Whom a remark at the end orders to help it on: "… (giao Sở Y tế tham mưu …)"."""
        found = _REMARK.search(self.text)
        inner = self.part(found.start() + 1) if found else None
        doer = inner._ordered(inner.start) if inner else None
        return (
            None if doer is None else Doer(doer.text, doer.agencies, self.end, "order", last=True)
        )

    def _listed(self) -> Doer | None:
        """The bodies that open a member of a list in a sentence: "(2) các sở, ngành rà soát"."""
        opens = self.passage.is_organ(self.start, self.end)
        return self._doers_at(self.start) if opens else None

    @cached_property
    def _ending(self) -> Ending | None:
        return ending_of(self.passage, self.text, self.start, self.end)

    @property
    def last_time(self) -> str | None:
        """The time behind the bodies with which it ends: "… (Sở Nội vụ; quý III/2025)"."""
        last = self.doer is not None and self.doer.last
        return self._ending.time if last and self._ending else None

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
            opens = passage.text(after, after + 1)[:1]
            if passage.words[at] == ":" and (opens == "(" or opens.isupper()):
                return at  # "Trong năm 2026 - 2027: (1) …", "Ngày 16/11: Họp …"
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
        if any(self.passage.cue(self._word(at), "task", "verb") for at in self._openings):
            return True
        if self._behind_labels is not None:
            return self._behind_labels.verb
        when = self.passage.cue(self.start, "when")
        if when and self.passage.cue(when, "task", "verb"):  # "Mỗi năm tổ chức …"
            return True
        if self.time is None:
            return False
        after = (self._mark_of_time() or 0) + 1
        while self.passage.text(after, after + 1) in ("(", ")", "1"):
            after += 1
        return self.passage.cue(after, "task", "verb") is not None

    @cached_property
    def _openings(self) -> list[int]:
        """The first character, and those behind the names of its matter: "Về vốn: Đợt 1: …"."""
        found = [0]
        while self.passage.cue(self._word(found[-1]), "lead-in"):
            if not (label := _MATTER.match(self.text, found[-1])):
                break
            found.append(label.end())
        return found

    @cached_property
    def _behind_labels(self) -> "Sentence | None":
        *labels, last = self._openings
        return self.part(last) if labels else None

    def _word(self, at: int) -> int:
        """The word that one of its characters belongs to."""
        return bisect_right(self.passage.starts, self._at + at) - 1 if self.text else 0

    @cached_property
    def opening(self) -> Literal["verb", "noun", None]:
        """What it opens with; its word class is asked for where no known verb or body stands."""
        if self.verb or any(self.passage.cue(self._word(at), "after") for at in self._openings):
            return "verb"
        if self._behind_labels is not None:
            return self._behind_labels.opening
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
    def own(self) -> bool:
        """Whether it opens with its doer, who goes before that of the heading."""
        doer = self.doer
        if doer is None or doer.last or not self.text.startswith(doer.text):
            return False
        known = any(agency.kind != "unknown" for agency in doer.agencies[:1])
        colon = self.text[len(doer.text) :].lstrip()[:1] == ":"
        return known or colon or self.passage.cue(self.start, "individual") is not None

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
        if self.doer is not None and self.doer.last and self._ending and self._ending.partners:
            return self._ending.partners, False
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
        if given and (told := who_does().fullmatch(self.text[given.end() :].rstrip(" .;"))):
            at = self.passage.at(self.start, given.end())
            named = self.passage.bodies_in(at, told["who"], unknown=True)
            return ("lead", told["who"]) if named and not told["more"] else None
        if due := self.passage.cue(self.start, "due"):
            value = self.passage.text(due, self.end).strip(" :.;")
            return ("deadline", value) if value and is_deadline(value) else None
        label, colon, value = self.text.partition(":")
        if not colon or not 3 < len(label) <= _LABEL or self.passage.cue(self.start, "name"):
            return None
        value = value.strip(" .;")
        if not value or "." in label or ";" in label:
            return None
        role = role_of(label.strip())
        name = role.name if role else None
        if name == "deadline":
            return ("deadline", value) if not self.verb and is_deadline(value) else None
        if name not in ("lead", "coordinating") or self.verb:
            name = role_said(label)
        if name is None:
            return None
        at = self.passage.at(self.start, self.text.index(value, len(label)))
        named = self.passage.bodies_in(at, value, unknown=True)
        return (name, value) if named or both_roles(value, self.passage.read) else None

    def orders(self, several: bool = False) -> list["Sentence"]:
        """The orders run together in it, each to another body: "Giao X …; Giao Y …; Z …".

        What stands before the first of them, and orders nothing, is none: "Thống nhất chủ trương.
        Giao X …". An item that says what its doer does stays whole, but where the paper orders
        `several` things in one item: "X rà soát …. Giao Y …", "X trình …; Y thẩm định …".
        """
        cuts, last = [(0, 0)], self.doer
        ordered = last is not None and last.order is not None and not last.last
        whole = self._acts and not ordered and not several
        for found in _NEXT.finditer(self.text):
            after = self.part(found.end())
            if last is not None and (whole or after.start <= last.end):
                continue
            if whole and not (self.text[found.start() - 1] == "." and after.named):
                continue  # but "Lập 04 tổ công tác. Sở Y tế là cơ quan thường trực …" are two
            if self.text[found.start() - 1] == ":" and last is not None:
                continue
            small = after.text[:1].islower() and self._acts and not ordered
            other = None if small else after._ordered(after.start)
            if other is None and (told := after._told()):
                known = _first_id(told)
                unlike = known and (last is None or _first_id(last) not in (None, known))
                other = told if ordered or unlike else None
            if other is not None:
                cuts.append(found.span())
                last, ordered = other, ordered or other.order is not None
        if len(cuts) > 1 and not self._acts:
            cuts = cuts[1:]
        ends = [start for start, _ in cuts[1:]]
        return [self.part(start, end) for (_, start), end in zip(cuts, [*ends, None], strict=True)]

    @property
    def _acts(self) -> bool:
        """Whether its first words are an order, or what is to be done."""
        return self.doer is not None or self.verb

    def _told(self) -> Doer | None:
        """A body that is known and opens it, with what it is to do: "Sở Y tế rà soát"."""
        if not self.passage.is_organ(self.start, self.end, "post"):
            return None
        if self._opens_with_more_than_a_name(self.start):
            return None
        found = self._doers_at(self.start, unknown=False)
        return None if found is None or self._is_past(found) else found

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
        whole: Doer | None = None
        for at, end in self._verbs(start):
            verb, head = passage.text(at, end), passage.text(start, at).rstrip(" ,;–-(")
            if head.count(")") > head.count("("):
                head = head[: head.rindex(")")].rstrip(" ,;")
            if not head or self._is_open(at) or self._is_noun(verb, at, end):
                continue
            tries += 1
            if tries > _TRIES:
                return whole
            if agencies := passage.bodies_in(start, head, unknown=unknown):
                found = Doer(head, agencies, at)
                longer = not agencies[-1].id and self._is_named_for(start, at, end)
                members = whole is None and verb == ":" and self._lists_members(head, end)
                if not (longer or members):
                    return found
                whole = found
            elif whole or verb == ".":
                return whole
        return whole

    def _is_named_for(self, start: int, at: int, end: int) -> bool:
        """Whether the verb from word `at` to `end` stands in the name that it seems to end.

        Nothing parts a body from what it does: "Phòng Giám sát, kiểm tra và … theo dõi"; and of
        two verbs behind one the first is what it is on: "Phòng Quản lý xây dựng tổng hợp".
        """
        passage, comma = self.passage, self.passage.words[at - 1] == ","
        if not passage.words[at][0].isalpha():
            return False
        last = at - comma
        on = any(
            passage.words[first][0].isupper()
            and passage.cue(first, "task", "verb", "after") == last
            for first in range(max(start + 1, last - 2), last)
        )
        return on and (comma or passage.cue(end, "task", "after") is not None)

    def _lists_members(self, head: str, at: int) -> bool:
        """Whether a colon leads to the names of a set's members: "các Sở: Nội vụ, Tài chính"."""
        if _SET.search(head) is None or at >= self.end:
            return False
        if self.passage.cue(at, "task", "verb", "after") is None:
            return self.passage.words[at][0].isupper()
        stop = next((n for n in range(at, self.end) if self.passage.words[n] in ",;."), self.end)
        return bool(self.passage.bodies_in(self.start, f"{head}: {self.passage.text(at, stop)}"))

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
            if passage.words[at] == "(" and ")" in passage.words[at:stop]:
                at = passage.words.index(")", at)
            if inside := passage.cue(at, "inside"):
                at = inside
                continue
            end = passage.cue(at, "task", "after", "stop")
            if end is not None and passage.text(at, end) == passage.text(at, end).lower():
                yield at, end
                at = end
            elif passage.words[at][0].isupper():
                at = passage.cue(at, "name", "task", "verb") or at + 1
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
        if verb != "tổ chức":
            return False
        if self.passage.text(at - 1, at) in (",", "các"):
            return True
        acts = self.passage.cue(end + 1, "task") is not None  # "Sở X tổ chức, thanh tra …"
        return self.passage.text(end, end + 1) == "," and not acts

    def _ordered(self, start: int) -> Doer | None:
        """The bodies that an order or a request at word `start` names."""
        for order in _ORDERS:
            if opened := self.passage.cue(start, order):
                opened += self.passage.text(opened, opened + 1) == ":"
                if found := self.bodies_at(opened, unknown=True) or self._person(opened):
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


def _first_id(doer: Doer | None) -> str | None:
    """The first of the bodies where it is one, not a set."""
    return doer.agencies[0].id if doer and doer.agencies else None


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
