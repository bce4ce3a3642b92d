"""What a task is: its act, on what, at which step, whose matter, by which paper.

Tasks of different plans ask for the same thing in other words, and for other things in almost the
same words: "Kế hoạch kiểm tra công tác CCHC" is issued, "Kiểm tra công tác CCHC theo kế hoạch" is
carried out, and then it is reported. A deed says which. It is read from the words alone
(`corpora/deed_words.tsv`): the verbs that lead a sentence, past the frame around them ("tiếp tục",
"tham mưu UBND tỉnh", "chủ trì, phối hợp với …"); the noun for what is made (kế hoạch, báo cáo, hệ
thống); then the object, abbreviations written out, without years, units and numbers of papers, up
to where its purpose or manner begins ("nhằm", "theo quy định").

>>> plan, = deeds("Tham mưu UBND tỉnh ban hành Kế hoạch kiểm tra công tác CCHC năm 2024")
>>> plan.step, plan.acts, plan.inner, plan.object
('plan', ('issue',), ('check',), 'kiểm tra cải cách hành chính')
>>> check, = deeds("Kiểm tra công tác cải cách hành chính tại các cơ quan, đơn vị")
>>> check.step, check.acts, check.object, check.levels
('check', ('check',), 'cải cách hành chính', ('each',))

A text with several items has a deed for each, in order; `share` is its part of the words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, cast

from corpora.tables import rows, threshold
from extractor.labels import BULLETS, INLINE_BULLETS, QUARTER
from extractor.language.deed_words import (
    MARKS,
    Reading,
    forms,
    reading_of,
    sectors_of,
    stops,
    wording_of,
)
from extractor.text import normal

Step = Literal["plan", "norm", "do", "check", "urge", "report"]
Level = Literal["own", "each", "below", "nation"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a task asks for.

    `acts` are those that lead it, `inner` those that they bear on ("kế hoạch *kiểm tra*"); `form`
    is the kind of what is made or carried out, `made` the noun. `object` are the words of the
    thing itself, `detail` those of its modifiers, `aside` those of purpose and manner. `levels`
    says whose matter it is, as far as the words tell; `papers` are numbers of papers in it.
    """

    step: Step
    acts: tuple[str, ...]
    inner: tuple[str, ...]
    form: str | None
    made: str | None
    object: str
    detail: str
    aside: str
    levels: tuple[Level, ...]
    papers: tuple[str, ...]
    share: float

    @property
    def thing(self) -> str:
        """The object as people read it."""
        return self.object.replace(_ITSELF, "văn bản này")

    @property
    def sectors(self) -> frozenset[str]:
        """What sectors, or whom, the thing is of; none: it is of all."""
        return sectors_of(f"{self.object} {self.detail}")


#: Numbers of papers, with the day and the issuer behind them.
_PAPER = re.compile(
    r"(?:số\s*:?\s*)?\b(?P<number>\d{1,5}[a-z]?(?:/\d{4})?[/-][A-ZĐ]"
    r"(?:-\s(?=[A-ZĐ]{2}\b)|[A-ZĐa-zđ0-9&-])*(?:/[A-ZĐ]+)?)"
    r"(?:\s*,?\s*ngày\s*\d{1,2}(?:/\d{1,2}/\d{4}|\s*tháng\s*\d{1,2}\s*năm\s*\d{4}))?"
    r"(?:\s+của\s+(?:Chính phủ|Thủ tướng Chính phủ|Bộ Chính trị|Quốc hội|(?:Bộ|UBND|Ủy ban)"
    r"\s[^,;.]{2,40}?))?"
)
_TIME = re.compile(
    r"\b(?:trong|đến|từ|trước|sau|hết|tới|vào|định hướng đến|tầm nhìn đến|tầm nhìn)*\s*"
    r"(?:(?:năm|giai đoạn|thời kỳ|nhiệm kỳ)\s*\d{4}(?:\s*[-–]\s*\d{4})?"
    rf"|quý\s+{QUARTER}(?:[/-]\d{{4}}|\s+năm\s+\d{{4}})?|tháng\s+\d{{1,2}}(?:/\d{{4}})?"
    r"|ngày\s+\d{1,2}(?:[/-]\d{1,2}(?:[/-]\d{4})?)?|\b\d{4}\s*[-–]\s*\d{4}\b"
    r"|(?:(?:hàng|hằng)\s+(?:tuần|tháng|quý|năm)|\d{1,2}\s+tháng)"
    r"(?:\s*(?:,|và)\s*(?:(?:hàng|hằng)\s+)?(?:\d{1,2}\s+tháng|tháng|quý|năm))*\b)",
    re.IGNORECASE,
)
#: The paper that a task stands in; whichever it is, it is one word.
_THIS = re.compile(
    r"\b(?:kế hoạch|nghị quyết|quyết định|chương trình|chỉ thị|đề án)\s+(?:này|đã đề ra)",
    re.IGNORECASE,
)
_ITSELF = "vănbảnnày"
#: A paper without a name or a number, at the end of what is to be done with it.
_THE = re.compile(
    r"(?:(?<=thực hiện )(?:kế hoạch|nghị quyết|quyết định|chương trình|chỉ thị|đề án)"
    r"|(?:(?<=thực hiện )|(?<=hoàn thành ))(?:các )?nhiệm vụ được (?:giao|phân công))"
    r"(?=\s*(?:[.,;]|$|theo\b|trong phạm vi|bảo đảm|đảm bảo|gắn với))",
    re.IGNORECASE,
)
_CAPITALS = "".join(filter(str.isupper, map(chr, range(0x41, 0x1EFA))))
#: The name of a unit behind its kind.
_UNIT = re.compile(
    r"\b(?:[Tt]ỉnh|[Tt]hành phố|TP\.?|[Hh]uyện|[Tt]hị xã|[Qq]uận|[Xx]ã|[Pp]hường)"
    rf"(?:\s+(?!Hồ sơ)[{_CAPITALS}]\w*){{1,4}}"
)
_ITEM = re.compile(
    rf"\n+|;|(?<=[^\W\d_]{{2}})\.\s+(?=[^\W_])|(?<=[.;:,…])\s[{INLINE_BULLETS}]\s"
    r"|(?:^|(?<=\s))\(?\d{1,2}\)\s|(?<=\s)[a-zđ]\)\s"
)
#: What stands between the words that lead up to a list and its first member.
_LISTED = re.compile(r":\s*(?=\(?\d{1,2}\)\s)")
_LEADING = re.compile(rf"^[\s{re.escape(BULLETS)}.,:]*(?:\(?\d{{1,2}}[.)]|[a-zđ]\))?\s*")


@lru_cache(maxsize=65536)
def deeds(text: str, product: str | None = None) -> tuple[Deed, ...]:
    """The deeds of a task, in order; `product` decides where the text names no act."""
    found: list[_Draft] = []
    for item in items(normal(text)):
        for draft in _drafts(item):
            if draft.empty and found:  # "… và triển khai có hiệu quả": more of the same
                found[-1].acts += draft.acts
            else:
                found.append(draft)
    for before, draft in pairwise(found):
        if draft.result and not _TELLING.isdisjoint(before.acts):  # "báo cáo …; kết quả thực hiện"
            draft.inner, draft.acts = [*draft.acts, *draft.inner], list(before.acts)
        if not draft.acts and draft.form == before.form:  # "Rà soát Luật A; Luật B"
            draft.acts = list(before.acts)
    kept = [draft for draft in found if not draft.closing and draft.size] or found
    if product and not any(draft.acts or draft.form for draft in kept):  # "Dữ liệu quy hoạch"
        kept[0].acts = [act for deed in deeds(product)[:1] for act in deed.acts]
    whole = sum(draft.size for draft in kept) or 1.0
    return tuple(draft.deed(draft.size / whole) for draft in kept)


def items(text: str) -> Iterator[str]:
    """The items of a text: its lines, sentences and what semicolons part.

    What only leads up to a list ("gồm: (1) …") is left out where the list follows.
    """
    text = _LISTED.split(text, maxsplit=1)[-1]
    parts = [_LEADING.sub("", part or "").strip(" .,;-–") for part in _ITEM.split(text)]
    parts = [part for part in parts if part.strip(" :")]
    for number, part in enumerate(parts):
        if not part.endswith(":") or number + 1 == len(parts):
            yield part.strip(" :")


_LEVELS = frozenset({"each", "own", "below", "nation"})
_HEAD = frozenset({"act", "form", "light", "manner", "doer", "soft"})
_CUT, _SOFT, _VERB = frozenset({"cut"}), frozenset({"soft"}), frozenset({"act", "light"})
_NAMED = frozenset({"doer", "act", "form", "light"})
#: What doers are called that have no name: their first words.
_GENERIC = frozenset({"thủ", "chủ", "giám", "người", "doanh", "lãnh", "đề", "giao", "yêu"})
#: Last words of light wordings behind which acts are what is reported on, checked or followed.
_RESULTS = frozenset({"quả", "hình", "việc", "tác", "vụ", "động"})
#: Acts that say only that something is done, or done better: "thực hiện công tác kiểm tra".
_BARE = frozenset({"carry", "improve"})
_JOINTS = frozenset({"và", "hoặc", "hay"}) | MARKS
#: How much a word of purpose or manner counts of a deed.
_ASIDE = threshold("deed.aside")
#: Acts that make, change or carry out a paper; behind others it is what they bear on.
_MAKING = frozenset(
    {"issue", "build", "improve", "carry", "study", "revise", "urge", "try", "review", "publish"}
)
#: Acts that say little of what is done when they stand inside.
_THIN = frozenset({"issue", "carry", "improve", "revise"})
#: What opens an item that goes on with the acts of the one before, and those acts.
_RESULT = frozenset({("kết", "quả"), ("tình", "hình")})
_TELLING = frozenset({"report", "check", "urge", "assess", "publish", "tell"})
#: What opens a clause on the ground, or a sentence on the way, on which the rest is to be done.
_GROUNDS = ("trên", "cơ", "sở"), ("căn", "cứ"), ("dựa", "trên")
_CLOSING = ("trong", "quá", "trình"), ("trường", "hợp"), ("nếu",)


@dataclass(slots=True)
class _Draft:
    """A deed while it is read."""

    acts: list[str]
    inner: list[str]
    form: str | None
    made: str | None
    parts: dict[str, list[str]]
    levels: list[str]
    papers: tuple[str, ...] = ()
    closing: bool = False
    result: bool = False

    @property
    def empty(self) -> bool:
        return not (self.form or self.inner or any(self.parts.values()))

    @property
    def size(self) -> float:
        parts = self.parts
        words = len(parts["object"]) + len(parts["detail"]) + _ASIDE * len(parts["aside"])
        return words + bool(self.form) + bool(self.acts)

    def deed(self, share: float) -> Deed:
        made = (self.made or "").replace(" ,", "")
        paper = self.form in ("plan", "norm", "measure", "report")
        meant = {"issue": "issue" if paper else "build", "build": "issue" if paper else "build"}
        thing = " ".join(self.parts["object"])
        if {*self.acts} == {"carry"} and not (self.form or self.inner or any(self.parts.values())):
            thing = _ITSELF  # "nghiêm túc triển khai thực hiện"
        if len(self.parts["object"]) < _SHORTEST:  # what has no name has a number
            thing = " ".join((thing or made, *self.papers)).strip()
        return Deed(
            step=_step(self.acts, self.form),
            acts=_once(meant.get(act, act) for act in self.acts),
            inner=_once(self.inner),
            form=self.form,
            made=self.made,
            object=thing,
            detail=" ".join(self.parts["detail"]),
            aside=" ".join(self.parts["aside"]),
            levels=cast("tuple[Level, ...]", _once(self.levels)),
            papers=self.papers,
            share=share,
        )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _drafts(item: str) -> Iterator[_Draft]:
    """The deeds of an item: one for each verb that has an object of its own."""
    numbered = _PAPER.finditer(item) if "/" in item else ()
    papers = _once("".join(m["number"].upper().split()) for m in numbered)
    if papers:
        item = _PAPER.sub(" ", item)
    item = _THE.sub(_ITSELF, _THIS.sub(_ITSELF, _TIME.sub(" ", item)))
    item, named = _UNIT.subn(" ", item)
    reading = reading_of(item)
    closing = any(tuple(reading.words[: len(words)]) == words for words in _CLOSING)
    at = _past_ground(reading)
    while at < len(reading.words):
        draft, at = _draft(reading, at)
        draft.papers, draft.closing = papers, closing or draft.closing
        if named and not draft.levels:
            draft.levels.append("own")
        yield draft


def _draft(reading: Reading, at: int) -> tuple[_Draft, int]:
    """The deed that is told from a place on, and the place behind it."""
    words, marked = reading.words, reading.marked
    draft = _Draft([], [], None, None, {}, [])
    acts, inner = draft.acts, draft.inner
    at, nested, framed, started = _past_doer(reading, at), False, False, -1
    draft.result = tuple(words[at : at + 2]) in _RESULT
    while at < len(words):
        if words[at] in _JOINTS:
            at += 1
            continue
        level = wording_of(marked[at], _LEVELS)
        if level and (acts or draft.form or _verb_behind(reading, at + level.length)):
            draft.levels.append(level.kind)
            at += level.length
            nested = nested or bool(acts)
            continue
        one = wording_of(marked[at], _HEAD)
        if one is None:
            break
        too = one.name == "carry" and words[at - 1] in _JOINTS
        if one.kind == "act" and draft.form and too:  # "kế hoạch và triển khai …"
            acts.append(one.name)
        elif one.kind == "act" and (draft.form or nested):
            inner.append(one.name)
            started = at if started < 0 and one.name not in _THIN else started
        elif one.name == "issue" and acts and " ".join(one.words) in forms():
            draft.form, draft.made = forms()[" ".join(one.words)], " ".join(one.words)
        elif one.kind == "act":
            acts.append(one.name)
            nested = one.words[-1] in _RESULTS and not _BARE.issuperset(acts)
        elif one.kind == "form":
            if draft.form == "norm" and "issue" in inner[-1:]:  # "quyết định ban hành kế hoạch"
                draft.form, started = None, -1
                inner.clear()
            listed = draft.form == one.name and words[at - 1] in _JOINTS  # "chương trình, kế hoạch"
            again = draft.form and not (listed or draft.form == one.name == "norm")
            if again or started >= 0 or not _MAKING.issuperset(acts):
                break
            draft.form, draft.made = one.name, " ".join(one.words)
        elif one.kind == "light":
            nested = nested or (one.words[-1] in _RESULTS and not _BARE.issuperset(acts))
            framed = True
        elif one.kind == "doer":
            behind = _past_doer(reading, at)
            if behind == at:
                break
            at, nested = behind, nested or bool(acts)
            continue
        elif one.kind == "soft" and not (draft.form or acts or nested or framed):
            break
        at += one.length
    draft.closing = not acts and at < len(words) and _doer_at(reading, at)
    named = draft.form == "thing" and len((draft.made or "").split()) >= _SHORTEST
    draft.parts, at = _parts(reading, started if started >= 0 else at, draft.levels, named)
    return draft, at


def _parts(
    reading: Reading, at: int, levels: list[str], named: bool
) -> tuple[dict[str, list[str]], int]:
    """The words from a place on, of the thing, of its modifiers, of purpose and manner; and the
    place where another verb begins that has an object of its own. What is made may be `named`
    already ("cổng thông tin điện tử"), so that no more of the thing need follow."""
    words, marked, empty = reading.words, reading.marked, stops()
    parts: dict[str, list[str]] = {"object": [], "detail": [], "aside": []}
    part, depth, since = "object", 0, 0  # `since`: words behind the last verb
    while at < len(words):
        word, here = words[at], marked[at]
        if word in _JOINTS:
            depth += (word == "(") - (word == ")")
            at += 1
            if depth <= 0 and word != ")" and since > 1 and _anew(reading, at):
                break
            continue
        taken = parts["aside" if depth > 0 else part]
        if here:
            if level := wording_of(here, _LEVELS):
                levels.append(level.kind)
                taken.extend(level.words if level.kind == "nation" else ())
                at += level.length
                continue
            full = named or len(parts["object"]) > 1 or _ITSELF in parts["object"]
            if part != "aside" and full and (cut := wording_of(here, _CUT)):
                part = "aside"
                at += cut.length
                continue
            if part == "object" and len(parts["object"]) > 1 and here[0].kind == "soft":
                part = "detail"
            elif here[0].kind in _WHOLE and here[0].length > 1:
                taken.extend(here[0].words)
                since = 0 if here[0].kind == "act" else since + here[0].length
                at += here[0].length
                continue
            elif drop := wording_of(here, _DROP):
                at += drop.length
                continue
        if word not in empty and not word.isdigit():
            taken.append(word)
            since += 1
        at += 1
    return parts, at


_WHOLE, _DROP = frozenset({"act", "noun", "form"}), frozenset({"drop", "manner"})
#: Acts that begin a clause of their own behind the object of another.
_OWN_CLAUSE = frozenset(
    {"issue", "build", "improve", "carry", "check", "urge", "report", "train", "tell", "survey",
     "review", "revise", "publish", "assess", "arrange", "recruit", "support", "reward", "try"}
)  # fmt: skip
#: Light words that begin a clause, and how many words a clause has at least behind its verb.
_STARTS = frozenset(
    {("tiếp", "tục"), ("đẩy", "mạnh"), ("tăng", "cường"), ("phối", "hợp"), ("tham", "mưu")}
)
_SHORTEST = 3


def _anew(reading: Reading, at: int) -> bool:
    """Whether a clause of its own begins at a place: a verb with an object behind a joint."""
    words, marked = reading.words, reading.marked
    if at >= len(words) or not (one := wording_of(marked[at], _VERB)) or one.length < 2:
        return False
    behind = at + one.length
    if one.kind == "light":
        return one.words in _STARTS
    return (
        one.name in _OWN_CLAUSE
        and len(words) - behind >= _SHORTEST
        and (words[behind] not in MARKS or wording_of(marked[behind + 1], _VERB) is not None)
    )


def _verb_behind(reading: Reading, at: int) -> bool:
    """Whether a verb stands at a place, or close behind it."""
    near = range(at, min(at + _NEAR, len(reading.words)))
    return any(reading.low[place] and wording_of(reading.marked[place], _VERB) for place in near)


#: How many words a verb may stand behind the name of those it is for, and behind the doer's name.
_NEAR, _FAR = 8, 40


def _doer_at(reading: Reading, at: int) -> bool:
    """Whether the name of a doer stands at a place."""
    if reading.low[at] and reading.words[at] not in _GENERIC:
        return False
    one = wording_of(reading.marked[at], _NAMED)
    return one is not None and one.kind == "doer"


def _past_doer(reading: Reading, at: int) -> int:
    """The place of the first verb behind the name of a doer that stands at a place; else that."""
    words, marked = reading.words, reading.marked
    if at >= len(words) or not _doer_at(reading, at):
        return at
    named = at
    for place in range(at + 1, min(at + _FAR, len(words))):
        if words[place] == "(":
            return at
        if place < named:  # within a noun: "nhà cung cấp"
            continue
        if marked[place] and marked[place][0].kind == "noun":
            named = place + marked[place][0].length
        if reading.low[place] and marked[place]:
            one = wording_of(marked[place], _VERB)
            if one and (one.kind == "act" or one.length > 1):
                return place
    return at


def _past_ground(reading: Reading) -> int:
    """The place behind the clause that tells on what ground the rest is done ("trên cơ sở …,")."""
    words = reading.words
    if not any(tuple(words[: len(ground)]) == ground for ground in _GROUNDS):
        return 0
    behind = (at for at in range(1, len(words)) if words[at - 1] == ",")
    found = (
        at for at in behind if wording_of(reading.marked[at], _VERB) or _past_doer(reading, at) > at
    )
    return next(found, 0)


_MAKERS = frozenset({"issue", "build", "study", "revise", "improve"})


@cache
def told(kind: Literal["act", "step", "level"]) -> dict[str, str]:
    """What acts, steps and levels are called, in Vietnamese.

    >>> told("act")["tell"], told("step")["plan"]
    ('tuyên truyền', 'lập kế hoạch')
    """
    return {r["name"]: r["words"] for r in rows("deed_words") if r["class"] == f"{kind}.vi"}


def _step(acts: Sequence[str], form: str | None) -> Step:
    first = next((act for act in acts if act != "carry"), "" if acts else form)
    if first in ("report", "check", "urge"):
        return cast("Step", first)
    made = {"plan": "plan", "norm": "norm", "measure": "norm"}.get(form or "", "do")
    return cast("Step", made) if not acts or not _MAKERS.isdisjoint(acts) else "do"
