"""The measurable goals of one item of running text: indicator, number, year.

An item may set several: "80% hồ sơ cấp huyện và 60% hồ sơ cấp xã được xử lý trên mạng" sets two.
The indicator is cut out of the sentence; where words of it stand around the number, or further
on for several numbers at once, "…" marks the gap. The words are data: `goal_words.tsv`.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from corpora.wordings import pattern
from extractor.labels import ROMAN
from extractor.language.quantities import Quantity, read_quantities

#: Stands in an indicator for what was left out of it.
GAP = " … "
#: A sentence with more numbers than this is a list of figures, no goal.
_MOST = 60
#: How many characters before a number the words that lead to it are looked for in.
_NEAR = 160


@dataclass(frozen=True, slots=True)
class Goal:
    """A measurable goal; `text` is the whole item, `span` its number with the comparator in it.

    `rank` is the place as printed ("20 – 30/63"), of which `value` is the worst one allowed.
    """

    text: str
    indicator: str | None
    comparator: str | None
    value: float | None
    low: float | None
    high: float | None
    scale: float | None
    unit: str | None
    year: int | None
    baseline: float | None
    baseline_year: int | None
    rank: str | None
    span: tuple[int, int]


@dataclass(slots=True)
class _Clause:
    """A number with the words before and behind it that may belong to its indicator.

    `joined` says that the number follows at once on the clause before: ", 10%", "và 60%", "; 80%".
    """

    quantity: Quantity
    head: str
    tail: str
    joined: bool
    start: int
    verb: str = ""  # the change its number stands in, for clauses that share it
    remarks: list[Quantity] = field(default_factory=list)  # numbers in brackets behind it
    baseline: Quantity | None = None


def _words(*names: str) -> str:
    return pattern("goal_words", *names)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    change = _words("change")
    chain = rf"(?:{change})(?:\s*(?:,|và)\s*(?:{change}))*"
    patterns = {
        "lead": rf"(?:(?:{_words('lead')})(?![^\W_])[\s,:]*)+",
        "link": rf"(?:(?<![^\W_])(?:{_words('link')})\s*$|:\s*$)",
        "turn": rf"(?:^|[\s,;(])(?P<turn>{_words('turn')})(?![^\W_])",
        "near": rf"(?:^|[\s,;(])(?<!tự\s)(?P<turn>{_words('turn.near')})\s*(?:{chain}\s*)?$",
        "stop": rf";|,\s+(?:{_words('turn')}|mục tiêu)(?![^\W_])|(?<=\s)trong (?:số )?đó(?![^\W_])",
        "change": rf"(?<![^\W_])(?P<change>{chain})(?:\s+(?:{_words('even')}))*\s*$",
        "changes": rf"(?<![^\W_])(?:{change})(?![^\W_])",
        "noun": rf"(?:{_words('noun')})(?![^\W_])",
        "opening": rf"[\s,]*(?:(?:và|hoặc)\s+)?(?:{_words('noun', 'change')})(?![^\W_])",
        "predicate": rf"(?<![^\W_])(?:{_words('predicate')})(?![^\W_])",
        "status": rf"(?<![^\W_])(?:{_words('status')})(?![^\W_])",
        "plain": rf"(?<![^\W_])(?:{_words('plain')})\s*$",
    }
    return re.compile(patterns[name], re.IGNORECASE)


_SENTENCE = re.compile(r"(?<=[\w)%][.!?])\s+(?=\S)")
_SHORT = re.compile(rf"(?<![^\W_])(?:{_words('title')}|[A-ZĐ])\.$")
_YEAR = re.compile(
    rf"(?:(?:{_words('by', 'by.late')})\s+)+(?:(?:{_words('by.until')})\s+)*"
    rf"(?:ngày\s+\d{{1,2}}[/-]\d{{1,2}}[/-]|năm\s+|(?:tháng|quý)\s+(?:\d{{1,2}}|{ROMAN})[/-]|31/12/)"
    r"(?P<year>20\d\d)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"[\s,;:]*(?:(?:{_words('by', 'since')})\s+)*"
    r"(?:giai đoạn\s+(?:20\d\d\s*[-–]\s*)?|năm\s+)(?P<year>20\d\d)(?:\s+trở đi)?\s*[,:]?\s*",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"(?:{_words('against.year')})[^;.]{{0,60}}?năm\s+(?P<year>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_RISES = re.compile(rf"\s*(?:{_words('rise')})(?:\s+(?:{_words('rise.to')}))?\s*", re.IGNORECASE)
_STOOD = re.compile(r"\([^()]*?năm\s+(?P<year>(?:19|20)\d\d)[^()]*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR_LAST = re.compile(
    rf"(?P<comma>,\s*)?(?:(?:{_words('by')})\s+)*năm\s+(?P<year>20\d\d)[\s,]*$",
    re.IGNORECASE,
)
_AGAINST = re.compile(rf"\b(?:{_words('against')})\b", re.IGNORECASE)
_NAME = re.compile(r"\(\s*[A-ZĐ][\w.&/-]*(?:\s+[A-ZĐ][\w.&/-]*){0,3}\s*\)")
#: How many words at most name a thing that stands with its number alone.
_NAMED = 6
_JOIN = re.compile(r"[\s,;]*(?:(?:và|hoặc|cùng)\s*)?", re.IGNORECASE)


def read_goals(text: str, year: int | None = None) -> tuple[Goal, ...]:
    """The goals that the item `text` sets; `year` is that of its heading or of the plan.

    >>> goal, = read_goals("Tỷ lệ hồ sơ đúng hạn đạt trên 98%.")
    >>> goal.indicator, goal.comparator, goal.value, goal.unit
    ('Tỷ lệ hồ sơ đúng hạn', '>', 98.0, '%')
    >>> [g.indicator for g in read_goals("80% hồ sơ cấp huyện và 60% hồ sơ cấp xã được xử lý.")]
    ['hồ sơ cấp huyện … được xử lý', 'hồ sơ cấp xã được xử lý']
    >>> goal, = read_goals("Phấn đấu đến năm 2026 giảm 5% biên chế so với năm 2021.", 2025)
    >>> goal.indicator, goal.year, goal.baseline_year
    ('giảm … biên chế so với năm 2021', 2026, 2021)
    >>> read_goals("Thực hiện Nghị quyết số 76/NQ-CP ngày 15/7/2021 trong năm 2024.")
    ()
    """
    quantities = read_quantities(text)
    if not quantities:
        return ()
    depth = _depths(text)
    goals: list[Goal] = []
    said = None
    cursor = 0
    for start, end in _sentences(text, depth):
        inside: list[Quantity] = []
        while cursor < len(quantities) and quantities[cursor].number[0] < end:
            inside.append(quantities[cursor])
            cursor += 1
        if not 0 < len(inside) <= _MOST or _pattern("status").search(text, start, end):
            continue
        before = None
        for clause in _clauses(text, start, end, inside, depth):
            said = _year_of(text, clause, start) or said
            goal = _goal(text, clause, said or year)
            if before:
                goal = replace(goal, indicator=_completed(goal.indicator, clause, before))
            before = goal.indicator
            goals.append(goal)
    return tuple(goals)


def _depths(text: str) -> bytearray:
    """For each character whether it stands inside brackets."""
    marks = bytearray(len(text))
    closing = text.rfind(")")
    depth = 0
    for place, character in enumerate(text):
        if character == "(" and place < closing:
            depth += 1
        marks[place] = depth > 0
        if character == ")" and depth:
            depth -= 1
    return marks


def _sentences(text: str, depth: bytearray) -> list[tuple[int, int]]:
    """The sentences of an item as [start, end)."""
    cuts = [0]
    for found in _SENTENCE.finditer(text):
        stop = text[max(0, found.start() - 5) : found.start()]
        opens = text[found.end()]
        if (opens.isupper() or opens.isdigit() or opens in '“"') and not (
            depth[found.start()] or _SHORT.search(stop)
        ):
            cuts.append(found.end())
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _clauses(
    text: str, start: int, end: int, quantities: list[Quantity], depth: bytearray
) -> list[_Clause]:
    """The goals of a sentence with the words that are each one's own."""
    clauses: list[_Clause] = []
    begin = start
    for quantity in quantities:
        if depth[quantity.number[0]]:
            if clauses and quantity.unit == clauses[-1].quantity.unit and not clauses[-1].remarks:
                clauses[-1].remarks.append(quantity)
            continue
        joined = False
        if clauses:
            last = clauses[-1]
            between = text[last.quantity.span[1] : quantity.span[0]]
            if _RISES.fullmatch(between):
                last.baseline, last.quantity = last.quantity, quantity
                begin = quantity.span[1]
                continue
        if not _counts(text[begin : quantity.span[0]], quantity):
            continue
        if clauses:
            cut = _cut(between, last, depth, quantity.kind == "rank")
            if cut is None:
                continue
            begin = last.quantity.span[1] + cut
            last.tail = between[:cut]
            joined = _JOIN.fullmatch(text[begin : quantity.span[0]]) is not None
            if joined and quantity.comparator == "=" and not last.tail.strip():
                # "đạt tối thiểu 80%, 75%, 70%"
                quantity = replace(quantity, comparator=last.quantity.comparator)
        clauses.append(_Clause(quantity, text[begin : quantity.span[0]], "", joined, begin))
        if not joined:
            _trim(clauses[-1])
        begin = quantity.span[1]
    if clauses:
        clauses[-1].tail = text[clauses[-1].quantity.span[1] : end]
    for clause in clauses:
        place = clause.quantity.span[1]
        clause.tail = _first(clause.tail, depth, place, _closed(clause))
    _share(clauses)
    return clauses


def _counts(before: str, quantity: Quantity) -> bool:
    """Whether a number measures: things are counted, time is measured only where words say so."""
    if quantity.comparator != "=" or quantity.kind not in ("noun", "measure", "time"):
        return True
    if _pattern("plain").search(before[-20:]):
        return False
    return quantity.kind != "time" or _pattern("changes").search(before) is not None


def _cut(between: str, last: _Clause, depth: bytearray, ranked: bool) -> int | None:
    """Where the words of the next goal begin between two numbers; None where it is none.

    `ranked` says that the second number is a rank.
    """
    place = last.quantity.span[1]

    def open_(offset: int) -> bool:
        return not depth[place + offset]

    stops = [m.start() for m in re.finditer(";", between) if open_(m.start())]
    if stops:
        return stops[-1]
    breaks = [m.start() for m in re.finditer(r",|\s(?:và|hoặc)\s", between) if open_(m.start())]
    if breaks and _JOIN.fullmatch(between[breaks[-1] :]):
        while len(breaks) > 1 and _JOIN.fullmatch(between[breaks[-2] :]):
            breaks.pop()
        return breaks[-1]
    linked, change = _ending("link", between), _ending("change", between)
    if breaks and _closed(last) and (ranked or linked is not None or change is not None):
        return breaks[0]
    turns = [at for at in _turns(between) if open_(at)]
    if turns:
        return turns[-1]
    earlier = [at for at in breaks if change is not None and at < change]
    if earlier and not between[earlier[-1] : change].strip(" ,và"):
        return earlier[-1]
    for offset in breaks if linked is not None else ():
        if _pattern("opening").match(between, offset):
            return offset
    reached = linked is not None and between[linked:].casefold().startswith("đạt")
    # "diện tích đạt 2.500 ha, sản lượng 5.000 tấn"
    named = bool(breaks) and _closed(last) and len(between[breaks[-1] :].split()) <= _NAMED
    noun = named and _pattern("opening").match(between, breaks[-1])
    return breaks[-1] if breaks and (reached or noun) else None


def _ending(name: str, words: str) -> int | None:
    """Where the words of a class begin that `words` ends with; None where it ends otherwise."""
    start = max(0, len(words) - _NEAR)
    found = _pattern(name).search(words, start)
    return found.start() if found else None


def _turns(words: str) -> list[int]:
    """Where words before a number turn to its goal: "…, phấn đấu", "… bảo đảm cắt giảm"."""
    found = [m.start("turn") for m in _pattern("turn").finditer(words)]
    near = _pattern("near").search(words, max(0, len(words) - _NEAR))
    return [*found, near.start("turn")] if near else found


def _closed(clause: _Clause) -> bool:
    """Whether the indicator of a goal stands before its number."""
    return bool(clause.head.strip(" ,;:")) and (
        clause.quantity.kind == "rank"
        or _ending("link", clause.head) is not None
        or _ending("change", clause.head) is not None
    )


def _trim(clause: _Clause) -> None:
    """Takes off the words in front of a goal that lead up to it."""
    head = clause.head
    turns = [at for at in _turns(head) if head[:at].strip()]
    if turns:
        head = head[turns[-1] :]
    stripped = head.lstrip(" ,;:")
    if not _pattern("noun").match(stripped) and _ending("link", head) is not None:
        for found in re.finditer(r",\s*", head):
            if _pattern("noun").match(head, found.end()):
                head = head[found.end() :]
                break
    clause.start += len(clause.head) - len(head)
    clause.head = head


def _first(tail: str, depth: bytearray, place: int, closed: bool) -> str:
    """The words behind a number up to where they turn to something else.

    A semicolon in front of the predicate only lists subjects: "các sở; UBND các huyện được …".
    """
    for found in _pattern("stop").finditer(tail):
        if depth[place + found.start()]:
            continue
        said = _pattern("predicate").search(tail)
        listed = found[0] == ";" and said is not None and said.start() > found.start()
        if closed or not listed:
            return tail[: found.start()]
    return tail


def _share(clauses: list[_Clause]) -> None:
    """Gives goals in a row what they have in common: the verb before, the predicate behind."""
    for clause in clauses:
        change = _pattern("change").search(clause.head, max(0, len(clause.head) - _NEAR))
        led = _led(clause.head)
        if change:
            clause.verb = change["change"]
        elif not _closed(clause) and len(led.split()) <= 4:
            clause.verb = led.strip(" ,;:")
    for before, clause in pairwise(clauses):
        if clause.joined and before.verb and not _pattern("predicate").search(clause.tail):
            clause.head = clause.verb = before.verb
    common = against = ""
    for clause in reversed(clauses):
        tail = clause.tail
        predicate, compared = _pattern("predicate").search(tail), _AGAINST.search(tail)
        closed = _closed(clause)
        own = _bare(tail)
        if compared:
            against = _bare(tail[compared.start() :])
        elif against and clause.verb:
            clause.tail = own + GAP + against
        if predicate and not closed:
            common = _bare(tail[predicate.start() :])
        elif common and own and not closed and not clause.verb:
            clause.tail = own + GAP + common
        if not (clause.joined or _begins(clause)):
            common = against = ""


def _begins(clause: _Clause) -> bool:
    """Whether a goal says nothing in front of its number, or only that it rises or falls."""
    led = _led(clause.head).strip()
    return not led or _pattern("change").fullmatch(led) is not None


def _led(head: str) -> str:
    """The words before a number without those that only lead up to it."""
    rest = " ".join(head.split()).lstrip(" ,;:-")
    while rest:
        found = _pattern("lead").match(rest) or _YEAR_FIRST.match(rest)
        if not found or not found.end():
            break
        rest = rest[found.end() :].lstrip(" ,;:-")
    return rest


def _bare(text: str) -> str:
    """`text` without marks and remarks in brackets at its end; names in brackets stay."""
    text = " ".join(text.split()).strip(" .;,:/")
    while text.endswith(")"):
        opening = _opening(text)
        if opening is None or _NAME.fullmatch(text, opening):
            break
        text = text[:opening].rstrip(" .;,:")
    return re.sub(r"(?:\s*,)?\s+(?:và|đồng thời)$", "", text)


def _opening(text: str) -> int | None:
    """Where the bracket opens that closes at the end of `text`; None where none does."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return place
    return None


def _indicator(clause: _Clause) -> str | None:
    quantity = clause.quantity
    head, tail = _led(clause.head), _bare(clause.tail)
    if _YEAR.fullmatch(tail):
        tail = ""
    linked = _ending("link", clause.head) is not None
    for _ in range(4):  # "… đạt được là 95%"
        if (cut := _ending("link", head)) is not None:
            head = head[:cut].rstrip()
    head = head.strip(" ,;:.")
    if clause.baseline is not None:
        head = re.sub(r"\s+từ$", "", head)
    if quantity.comparator == ">=" and quantity.kind != "rank":
        tail = re.sub(r"(?:^|\s+)trở lên(?![^\W_])", "", tail)
    if quantity.kind == "noun":
        thing = " ".join((quantity.unit or "").split("/")[0].split())
        tail = f"{thing} {tail}".strip()
    timed = _YEAR_LAST.search(head, max(0, len(head) - 60))
    if timed and timed["comma"]:
        head = head[: timed.start()].rstrip()
    if quantity.kind == "rank":
        return head or tail.partition("về ")[2] or None  # "trong top 10 cả nước về PCI"
    if not head:
        return tail or None
    if tail and _repeats(head, tail):
        return tail
    if (linked and quantity.kind != "noun") or not tail:
        tail = " ".join(_BRACKETS.sub(" ", tail).split())
        compared = _AGAINST.search(tail)
        return head if compared is None else head + GAP + tail[compared.start() :]
    return head + GAP + tail


def _completed(indicator: str | None, clause: _Clause, before: str) -> str:
    """An indicator that only says "tăng … so với năm 2023" goes on with the one before it."""
    if indicator is None:
        return before
    tail = _bare(clause.tail)
    rises = _pattern("change").fullmatch(_led(clause.head).strip()) is not None
    if rises and (not tail or _AGAINST.match(tail)):
        return f"{before} {indicator}"
    return indicator


def _repeats(head: str, tail: str) -> bool:
    """Whether the verb before the number comes again behind it: "rà soát 100% … được rà soát"."""
    return len(head.split()) <= 3 and f"được {head.casefold()}" in tail.casefold()


def _year_of(text: str, clause: _Clause, start: int) -> int | None:
    """The year that the words of a goal name for it."""
    named = list(_YEAR.finditer(text, clause.start, clause.quantity.span[0]))
    if named:
        return int(named[-1]["year"])
    link = _ending("link", clause.head)
    if link is not None and (timed := _YEAR_LAST.search(clause.head, max(0, link - 60), link)):
        return int(timed["year"])
    behind = _YEAR.search(clause.tail)
    if behind and not _AGAINST.search(clause.tail, 0, behind.start()):
        return int(behind["year"])
    if led := list(_YEAR.finditer(text, max(start, clause.start - 60), clause.start)):
        return int(led[-1]["year"])
    opening = _YEAR_FIRST.match(text, start)
    return int(opening["year"]) if opening and "sau" not in opening[0].casefold().split() else None


def _goal(text: str, clause: _Clause, year: int | None) -> Goal:
    quantity = clause.quantity
    baseline, since = _baseline(text, clause)
    return Goal(
        text=text,
        indicator=_indicator(clause),
        comparator=quantity.comparator,
        value=quantity.value,
        low=quantity.low,
        high=quantity.high,
        scale=quantity.scale,
        unit=quantity.unit,
        year=year,
        baseline=baseline,
        baseline_year=since,
        rank=text[slice(*quantity.number)] if quantity.kind == "rank" else None,
        span=quantity.span,
    )


def _baseline(text: str, clause: _Clause) -> tuple[float | None, int | None]:
    """Where the indicator stood and when: "từ 60% lên 70%", "(năm 2023 đạt 85%)"."""
    compared = _COMPARED.search(clause.tail) or _COMPARED.search(clause.head)
    since = int(compared["year"]) if compared else None
    if clause.baseline is not None:
        return clause.baseline.value, since
    for remark in clause.remarks:
        stood = _STOOD.search(text[clause.quantity.span[1] : remark.span[0]])
        if stood:
            return remark.value, int(stood["year"])
    return None, since


def stands_as_goal(text: str) -> bool:
    """Whether a text is worded as a goal, wherever it stands: a share, a rank, a bound to reach.

    >>> stands_as_goal("Phấn đấu đạt 95%."), stands_as_goal("Ban hành 02 kế hoạch, 03 dự án.")
    (True, False)
    """
    return any(
        goal.rank or goal.comparator not in ("=", "~") or (goal.unit or "").startswith("%")
        for goal in read_goals(text)
    )
