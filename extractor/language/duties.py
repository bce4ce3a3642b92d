"""The duties in the sections of a plan, who is to do them, and by when.

A duty is an item under a heading of duties, or under the heading of the body that is to do it,
or a sentence that orders a body to do something. Purposes, goals, funds and formulas are none
(domain brief, section 9). A paper that reports, proposes or invites has none, and of a decision
or resolution only what it says to a named body is one.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from corpora.signs import judged
from corpora.tables import threshold
from corpora.wordings import pattern, wordings
from extractor.context import Context, Ids
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import find_deadlines, read_deadline
from extractor.language.duty_fields import FIELDS, fields_of, names_role, roles_in
from extractor.language.duty_headings import (
    Setting,
    is_generic,
    kind_of_heading,
    setting_below,
    setting_inside,
)
from extractor.language.duty_passages import Doer, Read
from extractor.language.duty_sentences import Sentence, sentences
from extractor.progress import Listener, Progress, nobody
from extractor.structure.headings import bare_label, field_line
from extractor.structure.items import Item, items_of
from extractor.structure.outline import Part
from extractor.structure.rows import reading
from extractor.structure.segments import Segments, stretches
from extractor.text import small
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.provenance import Provenance
from models.task import Task

#: How sure a duty is: one that opens like a task or names its doer, and any other item.
SURE, LIKELY = threshold("duty.sure"), threshold("duty.likely")

_OPENINGS = {"verb": "opens with a verb", "noun": "opens with a noun"}

#: Papers whose duties stand in sections: what is printed above the first is a preface.
_WITH_SECTIONS = ("plan", "decision", "resolution")
#: Papers whose items are paragraphs of orders.
_ORDERING = ("notice", "letter", "directive", "telegram", "conclusion")
#: A line above those whom a paper is for: "THỦ TƯỚNG CHÍNH PHỦ điện:", "Kính gửi:".
_ADDRESSING = re.compile(rf"(?:^|\s)(?:{pattern('duty_words', 'address')})\s*:\s*$", re.IGNORECASE)
#: What stands below headings of these kinds is no duty, whoever is named.
_NO_DUTIES = ("purpose", "goal", "state", "matter")
#: The longest heading inside a section, in characters.
_LONGEST = 260
#: The longest name of a line that says something beside the duties: "Lãnh đạo phụ trách: …".
_ASIDE = 40


def duties_of(
    segments: Segments, context: Context, ids: Ids, tell: Listener = nobody
) -> tuple[list[Task], list[Item]]:
    """The duties in the body of a plan, in printed order; `tell` hears of each.

    Beside them stand the items among them for which too little speaks.
    """
    form = segments.form
    if form is None or form.duties == "none":
        return [], []

    duties, doubtful = [], []
    for duty in considered(segments, context):
        task = _task(duty, context, ids)
        unnamed = task.lead is None and form.duties == "named"
        if unnamed or not duty.is_likely(task.deadline is not None):
            doubtful.append(duty.item)
        else:
            duties.append(task)
        tell(Progress("understand"))
    return duties, doubtful


@dataclass(slots=True)
class Duty:
    """A duty: its lines, who they say is to do it, and `fields` by role from the lines below."""

    item: Item
    said: list[Sentence]
    ordinal: str | None
    setting: Setting
    doer: Doer | None
    fields: dict[str, str] = field(default_factory=dict)
    #: The marks printed before its lines, where it is a list: "-".
    marks: Sequence[str] = ()
    #: What else it is read from.
    others: list[Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words as printed, without the fields at their end."""
        lines = zip_longest(self.marks, (said.text for said in self.said), fillvalue="")
        return "\n".join(f"{mark} {text}".strip() for mark, text in lines)

    def is_likely(self, dated: bool) -> bool:
        """Whether more speaks for its being a duty than against it.

        What it opens with may need its word class, which is asked for only where it decides.
        """
        shown = self._told(dated)
        either = {judged("duty", [*shown, opening]) for opening in _OPENINGS.values()}
        return (either.pop() if len(either) == 1 else judged("duty", self.signs(dated))) == "duty"

    def signs(self, dated: bool) -> list[str]:
        """The signs of its being a duty, and of its being none."""
        opening = self.said[0].opening
        return [*self._told(dated), *([_OPENINGS[opening]] if opening else [])]

    def _told(self, dated: bool) -> list[str]:
        """Those that need no word class."""
        shown = {
            "says who": self.doer or self.setting.lead or "lead" in self.fields,
            "says by when": dated,
            "among matters": self.setting.kind == "matter",
            "a question": self.said[0].text.endswith("?"),
        }
        return [sign for sign, seen in shown.items() if seen]


def considered(segments: Segments, context: Context) -> list[Duty]:
    """What may be a duty in the sections of a plan, in printed order; not in appendices."""

    def read(text: str) -> tuple[AgencyMention, ...]:
        return read_agencies(text, context.unit, context.on)

    start = segments.carried.lines[-1].block if segments.carried else -1
    reader = _Reader(read, segments.form is not None and segments.form.name in _ORDERING)
    settings: dict[int, Setting] = {}
    form = segments.form.name if segments.form else ""
    parts = segments.outline.parts
    opened = form not in _WITH_SECTIONS or not any(
        part.level > 0 and part.appendix is None for part in parts
    )
    for number, part, first in stretches(segments):
        above = Setting() if part.parent is None else settings[part.parent]
        opened = opened or part.level > 0
        # Of the decision that carries a plan an article counts that orders something of its own.
        preface = not opened or (part.block <= start and not reader.orders(part))
        if part.appendix is not None or preface:
            settings[number] = above
        elif first:
            settings[number] = reader.section(part, above)
        else:
            reader.rest(part, settings[number])
    return reader.duties


class _Reader:
    """Reads items one after the other; fields go to the open duties, those since the last.

    What stands `loose`, under no heading, orders something only where it says so to somebody.
    With `several` an item may order several things to several bodies.
    """

    def __init__(self, read: Read, several: bool = False) -> None:
        self.read = read
        self._several = several
        self.duties: list[Duty] = []
        self._open: list[Duty] = []
        self._closed = False
        self._loose = False
        self._said: dict[int, Sentence] = {}

    def orders(self, part: Part) -> bool:
        """Whether an article orders more of a body than to carry out the paper."""
        text = part.title or (str(part.text[0]) if part.text else "")
        (said,) = sentences([text], self.read)
        return _orders_by_article(part, said) and not said.formula

    def section(self, part: Part, above: Setting) -> Setting:
        """Reads a section; the setting of those below it."""
        items = items_of(part.paragraphs[part.heading :])
        if part.heading and not part.title and part.text:
            items.insert(0, Item(None, str(part.text[0]), part.place))
        head = Item(part.label, part.title, part.place, items=items)
        for paragraph in part.paragraphs[: part.heading]:
            for item in (head, *items[: not part.title]):
                item.reads(paragraph)
        _rejoin([head])
        if head.items is not items:  # what looked like a heading is an item
            head, items = Item(None, "", part.place), [head]
        every = list(_every(items))
        title, *said = sentences([head.text, *(item.text for item in every)], self.read)
        if not items and _orders_by_article(part, title):
            head, items, every = Item(None, "", part.place), [head], [head]
            title, *said = sentences(["", items[0].text], self.read)
        self._said = {id(item): each for item, each in zip(every, said, strict=True)}
        printed = f"{head.label.text} {head.text}" if head.label else head.text
        setting = setting_below(title, printed, above)
        if names_role(title.text):
            setting = above
        else:
            self._open, self._closed = [], False
        self._loose = not part.level
        if setting.lead and setting.orders:
            own = Setting(setting.kind, above.group, setting.lead)
            self._add(head, head.ordinal, own, title, setting.lead)
        if not self._block(head, title, items, setting, above):
            self._visit(items, setting)
        return setting

    def rest(self, part: Part, setting: Setting) -> None:
        """Reads what stands in a section behind one inside it."""
        items = items_of(part.paragraphs)
        _rejoin(items)
        every = list(_every(items))
        said = sentences([item.text for item in every], self.read)
        self._said = {id(item): each for item, each in zip(every, said, strict=True)}
        self._loose = not part.level
        self._visit(items, setting)

    def _block(
        self,
        head: Item,
        title: Sentence,
        items: Sequence[Item],
        setting: Setting,
        above: Setting,
    ) -> bool:
        """Reads a title above lines that say what, who and by when as one duty; False for others.

        What is to be done may be a list, which shares who and when: "1. Dữ liệu", "a) Nhiệm vụ: -
        …; - …", "b) Đơn vị chủ trì: …". The title itself may be all of it.
        """
        if not title.text or setting.lead or setting.kind in _NO_DUTIES:
            return False
        if names_role(title.text):
            return False
        last = next((at for at, item in enumerate(items) if not self._tells(item)), len(items))
        below, rest = items[:last], items[last:]
        told = [item for item in below if self._is_field(item)]
        others = [item for item in below if not (self._is_field(item) or _is_aside(item))]
        if not told or len(others) > 1 or any(map(self._is_field, rest)):
            return False
        lines: list[tuple[str, Sentence]] = []
        if others:
            if any(inner.items or self._is_field(inner) for inner in others[0].items):
                return False
            lines = self._lines(others[0])
        whole = not is_generic(title.text)
        if not others and not (whole and any(map(self._says_who, told))):
            return False
        if not others and setting.kind == "fund":
            return False
        if whole:
            lines.insert(0, ("", title))
        own = dataclasses.replace(setting, group=above.group)
        duty = Duty(head, [said for _, said in lines], head.ordinal, own, None)
        duty.marks = [mark for mark, _ in lines]
        duty.others += _every(below)
        self.duties.append(duty)
        self._open, self._closed = [duty], False
        for item in told:
            self._field(item, setting)
        self._visit(rest, setting)
        return True

    def _tells(self, item: Item) -> bool:
        """Whether an item is a line that says what, who or by when."""
        found = self._label(item)
        return (found is not None and (found[0] == "task" or found[0] in FIELDS)) or _is_aside(item)

    def _lines(self, item: Item) -> list[tuple[str, Sentence]]:
        """What stands behind a label such as "Nhiệm vụ:", line by line with the marks before it."""
        lines = []
        _, value = self._label(item) or ("", "")
        if value:
            at = item.text.index(value)
            lines.append(("", self._said[id(item)].part(at, at + len(value))))
        for inner in item.items:
            mark = inner.label.text if inner.label else ""
            lines.append((mark, self._said[id(inner)]))
        return lines

    def _says_who(self, item: Item) -> bool:
        found = self._label(item)
        if found is not None and found[0] == "lead":
            return True
        return any(self._says_who(inner) for inner in item.items)

    def _visit(self, items: Sequence[Item], setting: Setting) -> None:
        last: Duty | None = None
        addressed = False
        for item in items:
            addressed = _ADDRESSING.search(item.text) is not None or (
                addressed and item.label is not None and item.label.kind == "bullet"
            )
            if addressed or self._field(item, setting):
                continue
            said = self._said[id(item)]
            if item.label is None and item.text.endswith(":"):
                setting = _led(said, setting)
                self._visit(item.items, setting)
                continue
            if any(not self._is_field(inner) for inner in item.items):
                self._parent(item, said, setting)
                last = None
                continue
            if last is not None and _goes_on(item, said, setting):
                last.said.append(said)
                last.others.append(item)
                continue
            before = len(self.duties)
            self._leaf(item, said, setting, any(map(self._says_who, item.items)))
            found = self.duties[before:]
            if found or item.label is not None:
                last = found[-1] if found and item.label is not None else None
            if found and item.items:
                self._own_fields(item, found)

    def _parent(self, item: Item, said: Sentence, setting: Setting) -> None:
        """An item with items below it: a heading, or a duty of its own as well."""
        printed = f"{item.ordinal} {item.text}" if item.ordinal else item.text
        if len(item.text) <= _LONGEST and item.text[-1] not in ".;":
            title = said.part(0, len(item.text.rstrip(":")))
            below = setting_inside(title, printed.rstrip(":"), setting)
            if not self._block(item, title, item.items, below, setting):
                self._visit(item.items, below)
            return
        self._leaf(item, said, setting)
        inner = dataclasses.replace(setting, group=(*setting.group, printed))
        self._visit(item.items, _led(said, inner) if item.text.endswith(":") else inner)

    def _field(self, item: Item, setting: Setting) -> bool:
        """Reads a line such as "b) Cơ quan chủ trì: …"; False where it is none."""
        found = self._label(item)
        if found is None:
            return False
        role, value = found
        if role == "task":
            if value:
                at = item.text.index(value)
                said = self._said[id(item)].part(at, at + len(value))
                named = dataclasses.replace(item, label=None, text=value, items=[])
                self._add(named, None, setting, said, said.doer)
            self._visit(item.items, setting)
            return True
        if role not in FIELDS:
            return False
        if item.items and not value:
            if any(self._is_field(inner) for inner in item.items):
                self._visit(item.items, setting)
                return True
            value = "; ".join(inner.text.strip(" .;") for inner in item.items)
        several = {role: value.strip(" .;")} if roles_in(value) else fields_of(f". {item.text}")[1]
        for name, words in (several or {role: value.strip(" .;")}).items():
            for duty in self._open:
                duty.fields.setdefault(name, words)
                duty.others.append(item)
        self._closed = True
        return True

    def _label(self, item: Item) -> tuple[str, str] | None:
        """Role and value of a line that says something of the duty above it."""
        if item.items and (name := bare_label(item.text)):
            return name, ""  # "1.1. Nội dung", "a) Cơ quan chủ trì" above what it is
        return field_line(item.text) or self._said[id(item)].field

    def _is_field(self, item: Item) -> bool:
        found = self._label(item)
        return found is not None and found[0] in FIELDS

    def _own_fields(self, item: Item, duties: Sequence[Duty]) -> None:
        """The field lines below an item are those of its duty alone."""
        outer, self._open = self._open, list(duties)
        for inner in item.items:
            self._field(inner, duties[0].setting)
        self._open = [duty for duty in outer if duty not in duties]
        self._closed = False

    def _leaf(self, item: Item, said: Sentence, setting: Setting, given: bool = False) -> None:
        """An item without items below it; `given` says that lines below it say who does it."""
        if setting.kind in ("purpose", "goal", "state"):
            return
        if said.formula:  # "Chỉ thị này thay thế …. Giao Sở Y tế tổng hợp …"
            for order in said.orders(self._several):
                if order.text.startswith("Giao ") and order.doer and not order.formula:
                    self._add(item, item.ordinal, setting, order, order.doer)
            return
        if _beside(said):
            return
        if self._loose and said.addressed:
            return
        if listed := said.members():
            heading, members = listed
            inner = dataclasses.replace(setting, group=(*setting.group, heading))
            for ordinal, member in members:
                for order in member.orders(self._several):
                    self._add(item, ordinal, inner if heading else setting, order, order.doer)
            return
        for order in said.orders(self._several):
            if self._loose and item.label is None and not (order.named or _is_due(order)):
                continue
            if given or _is_ordered(item, order, setting, self._several):
                self._add(item, item.ordinal, setting, order, order.doer)

    def _add(
        self, item: Item, ordinal: str | None, setting: Setting, said: Sentence, doer: Doer | None
    ) -> None:
        if self._closed:
            self._open, self._closed = [], False
        body, fields = fields_of(said.text)
        duty = Duty(item, [said.part(0, len(body))], ordinal, setting, doer, fields)
        self.duties.append(duty)
        self._open.append(duty)
        self._closed = "lead" in fields or (doer is not None and doer.last)


def _orders_by_article(part: Part, title: Sentence) -> bool:
    """Whether an article is an order in one sentence: "Điều 2. Giao Sở Y tế chủ trì …"."""
    article = part.label is not None and part.label.kind == "article"
    return article and title.doer is not None and title.doer.order == "order"


def _is_aside(item: Item) -> bool:
    """Whether a line says something beside what is to be done: "Địa điểm: …"."""
    return small(item.text.partition(":")[0]) in wordings("duty_words", "aside")


def _every(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _every(item.items)


def _rejoin(items: Sequence[Item]) -> None:
    """Puts a dash that a page break made a bullet back into its sentence.

    A text too long for a heading that breaks off above a single dash goes on behind it.
    """
    for item in items:
        _rejoin(item.items)
        if len(item.items) != 1 or len(item.text) <= _LONGEST or item.text[-1] in ".;:!?…/":
            continue
        (rest,) = item.items
        if rest.label is not None and rest.label.kind == "bullet" and not rest.items:
            item.text, item.items = f"{item.text} {rest.label.text} {rest.text}", []


def _beside(said: Sentence) -> bool:
    """Whether a line says something beside the duties: "3. Đối tượng: …", "- Kinh phí: …"."""
    name, colon, rest = said.text.partition(":")
    kind = kind_of_heading(name) if colon and len(name) < _ASIDE else None
    if kind == "duty":  # "4. Nội dung tập huấn: …"
        matter = said.part(len(said.text) - len(rest.lstrip()))
        return not (matter.verb or matter.doer or matter.partners)
    return kind in ("purpose", "goal", "fund", "state")


def _led(said: Sentence, setting: Setting) -> Setting:
    """The setting below a line such as "Các sở, ban, ngành có trách nhiệm:"."""
    doer = said.doer
    if doer is None or setting.lead is not None:
        return setting
    if setting.kind not in ("assign", "duty") and doer.order is None:
        return setting
    return dataclasses.replace(setting, lead=doer)


def _goes_on(item: Item, said: Sentence, setting: Setting) -> bool:
    """Whether a paragraph without a label belongs to the item above it."""
    if item.label is not None or setting.lead is not None or said.formula:
        return False
    return said.doer is None and not _beside(said)


def _is_due(said: Sentence) -> bool:
    """Whether a sentence opens with who is to do it, and says by when."""
    return said.own and not said.text.endswith(":") and bool(find_deadlines(said.text))


def _is_ordered(item: Item, said: Sentence, setting: Setting, several: bool) -> bool:
    """Whether an item orders something; `several` says that the paper is one of orders."""
    if setting.kind == "fund":
        return said.named
    if said.doer is not None and said.doer.order:
        return True
    if said.goal:
        return False
    if setting.lead is not None:
        return True
    if setting.kind is None and item.label is None:
        return said.named or said.verb or _is_due(said)
    if setting.kind in (None, "mixed") or item.label is None:
        sentence = (setting.kind is not None or several) and item.text[-1] in ".;"
        return said.doer is not None or said.verb or (sentence and said.opening == "verb")
    return True


def _task(duty: Duty, context: Context, ids: Ids) -> Task:
    setting, text = duty.setting, duty.text
    issues: list[str] = []
    late: list[str] = []
    deadline = deadline_of(duty, context, late)
    lead, coordinating = _assigned(duty, issues)
    for name, assignment in (("lead", lead), ("coordinating", coordinating)):
        if assignment and any(agency.kind == "unknown" for agency in assignment.agencies):
            issues.append(f"{name}.unresolved")
    read = reading([duty.item, *duty.others], issues)
    sure = duty.doer is not None or setting.lead is not None or duty.said[0].verb
    assigned = setting.lead is not None or (
        duty.doer is not None and (duty.doer.order is not None or setting.kind == "assign")
    )
    return Task(
        id=ids.of("t", None, *setting.group, duty.ordinal, text),
        origin="assignment" if assigned else "narrative",
        appendix=None,
        group=setting.group,
        ordinal=duty.ordinal,
        subject=None,
        description=text,
        lead=lead,
        coordinating=coordinating,
        product=duty.fields.get("product"),
        target=None,
        note=None,
        deadline=deadline,
        field=None,
        provenance=Provenance.at(duty.item.place),
        confidence=min(SURE if sure else LIKELY, read),
        issues=(*issues, *late),
    )


def _assigned(duty: Duty, issues: list[str]) -> tuple[Assignment | None, Assignment | None]:
    """Who leads and who works with them: by a field, the sentence, the heading, in this order."""
    doer, heading, read = duty.doer, duty.setting.lead, duty.said[0].passage.read
    said = duty.said[0]
    if doer is not None and heading is not None and not (said.named or said.own):
        doer = None
    asked = doer or heading
    if asked is not None and asked.order == "request":
        issues.append("duty.request")
    partners = next((found for said in duty.said if (found := said.partners)), None)
    lead = Assignment(asked.text, asked.agencies) if asked else None
    beside = partners[0] if partners else None if doer else duty.setting.partners
    others = Assignment(beside.text, beside.agencies) if beside else None
    opens = partners is not None and partners[1] and doer is None and heading is not None
    if partners and opens and _leads(duty.said[0], partners[0]):
        # "Phối hợp với Sở Nội vụ …" under the heading of another: Sở Nội vụ leads
        lead, others = others, lead
    for name in ("lead", "coordinating"):
        if words := duty.fields.get(name):
            named = Assignment(words, read(words))
            lead, others = (named, others) if name == "lead" else (lead, named)
            if name == "lead" and (both := roles_in(words)):
                lead, others = (Assignment(each, read(each)) for each in both)
    return lead, others


def _leads(said: Sentence, partners: Doer) -> bool:
    """Whether those that another is to work with lead: "Phối hợp với Sở Nội vụ đánh giá …"."""
    close = said.text.lower().startswith("phối hợp chặt chẽ")
    return partners.agencies[0].kind == "agency" and not close


def deadline_of(duty: Duty, context: Context, issues: list[str]) -> Deadline | None:
    """The deadline in the field of a duty, else those that hide in its sentence."""
    printed = duty.fields.get("deadline")
    if printed:
        deadline = read_deadline(printed, context.years, context.on)
        if deadline.unread:
            issues.append("deadline.unread")
    else:
        found = find_deadlines(duty.text, context.years, context.on)
        if not found:
            return _outer_time(duty, context)
        deadline = found[0][2]
        if len(found) > 1:
            words = dict.fromkeys(duty.text[start:end] for start, end, _ in found)
            deadline = read_deadline("; ".join(words), context.years, context.on)
            if deadline.unread:
                deadline = found[0][2]
    return deadline


def _outer_time(duty: Duty, context: Context) -> Deadline | None:
    """The time that a duty opens with, "Đến hết năm 2026: hoàn thành …", or that brackets end."""
    said = duty.said[0] if duty.said else None
    if said is None or (time := said.time or said.last_time) is None:
        return None
    deadline = read_deadline(time, context.years, context.on)
    return None if deadline.kind == "none" or deadline.unread else deadline
