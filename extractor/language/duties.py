"""The duties in the sections of a plan, who is to do them, and by when.

A duty is an item under a heading of duties, or under the heading of the body that is to do it,
or a sentence that orders a body to do something. Purposes, goals, funds and formulas are none
(domain brief, section 9). Only plans are read: a decision that approves procedures orders nothing
a tracker could follow, and the articles that put a plan in force are no duties of it.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpora.tables import threshold
from corpora.wordings import wordings
from extractor.context import Context, Ids
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import find_deadlines, read_deadline
from extractor.language.duty_headings import (
    Setting,
    kind_of_heading,
    setting_below,
    setting_inside,
)
from extractor.language.duty_sentences import (
    FIELDS,
    Doer,
    Read,
    Sentence,
    fields_of,
    is_named,
    opens_with_verb,
    partners_of,
)
from extractor.progress import Listener, Progress, nobody
from extractor.structure.headings import field_line
from extractor.structure.items import Item, items_of
from extractor.structure.outline import Outline, Part
from extractor.structure.segments import Segments
from extractor.structure.titles import CARRIED
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.provenance import Provenance
from models.task import Task

#: How sure a duty is: one that opens like a task or names its doer, and any other item.
SURE, LIKELY = threshold("duty.sure"), threshold("duty.likely")

#: The kinds of papers that carry duties.
CARRIERS = (*CARRIED, *wordings("duty_words", "carrier"))
_CARRIES = re.compile(
    rf"\b(?:phê duyệt|ban hành|thông qua)\s+(?:kèm theo\s+)?[“\"]?"
    rf"(?:{'|'.join(CARRIERS)})\b",
    re.IGNORECASE,
)
#: The longest heading inside a section, in characters.
_LONGEST = 260
#: The longest name of a line that says something beside the duties: "Lãnh đạo phụ trách: …".
_ASIDE = 40


def duties_of(
    segments: Segments, context: Context, ids: Ids, tell: Listener = nobody
) -> list[Task]:
    """The duties in the body of a plan, in printed order; `tell` hears of each."""
    if not _is_plan(segments):
        return []

    def read(text: str) -> tuple[AgencyMention, ...]:
        return read_agencies(text, context.unit, context.on)

    start = segments.carried.lines[-1].block if segments.carried else -1
    duties = []
    for duty in _duties_in(segments.outline, start, read):
        duties.append(_task(duty, read, context, ids))
        tell(Progress("understand"))
    return duties


def _is_plan(segments: Segments) -> bool:
    """Whether the paper is a plan, carries one, or puts one into its articles."""
    if segments.carried is not None:
        return segments.carried.kind in CARRIERS
    return segments.kind in CARRIERS or bool(_CARRIES.search(segments.title_text or ""))


@dataclass(slots=True)
class Duty:
    """A duty: its words, who they say is to do it, and `fields` by role from lines below."""

    item: Item
    text: str
    ordinal: str | None
    setting: Setting
    doer: Doer | None
    fields: dict[str, str] = field(default_factory=dict)


def _duties_in(outline: Outline, start: int, read: Read) -> list[Duty]:
    """The duties in the sections after the block `start`, in printed order; not in appendices."""
    reader = _Reader(read)
    settings: list[Setting] = []
    for part in outline.parts:
        above = Setting() if part.parent is None else settings[part.parent]
        if part.appendix is not None or part.block <= start or not part.level:
            settings.append(above)
            continue
        printed = f"{part.label.text} {part.title}" if part.label else part.title
        settings.append(setting_below(part.title, printed, above, read))
        reader.section(part, above, settings[-1])
    return reader.duties


class _Reader:
    """Reads items one after the other; fields go to the open duties, those since the last."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.duties: list[Duty] = []
        self._open: list[Duty] = []
        self._closed = False

    def section(self, part: Part, above: Setting, setting: Setting) -> None:
        self._open, self._closed = [], False
        if setting.lead and setting.orders:
            item = Item(part.label, part.title, part.place)
            own = Setting(setting.kind, above.group, setting.lead)
            self._add(item, item.ordinal, own, part.title, setting.lead)
        items = items_of(part.paragraphs[part.heading :])
        if part.heading and not part.title and part.text:
            items.insert(0, Item(None, part.text[0], part.place))
        self._visit(items, setting)

    def _visit(self, items: Sequence[Item], setting: Setting) -> None:
        last: Duty | None = None
        for item in items:
            if self._field(item, setting):
                continue
            said = Sentence(item.text, self.read)
            if item.label is None and item.text.endswith(":"):
                setting = _led(said, setting)
                self._visit(item.items, setting)
                continue
            if any(not _is_field(inner) for inner in item.items):
                self._parent(item, said, setting)
                last = None
                continue
            if last is not None and _goes_on(item, said, setting):
                last.text += f"\n{item.text}"
                continue
            before = len(self.duties)
            self._leaf(item, said, setting)
            found = self.duties[before:]
            if found or item.label is not None:
                last = found[-1] if found and item.label is not None else None
            if found and item.items:
                self._own_fields(item, found)

    def _parent(self, item: Item, said: Sentence, setting: Setting) -> None:
        """An item with items below it: a heading, or a duty of its own as well."""
        printed = f"{item.ordinal} {item.text}" if item.ordinal else item.text
        if len(item.text) <= _LONGEST and item.text[-1] not in ".;":
            title = item.text.rstrip(":")
            self._visit(item.items, setting_inside(title, printed.rstrip(":"), setting, self.read))
            return
        self._leaf(item, said, setting)
        inner = dataclasses.replace(setting, group=(*setting.group, printed))
        self._visit(item.items, _led(said, inner) if item.text.endswith(":") else inner)

    def _field(self, item: Item, setting: Setting) -> bool:
        """Reads a line such as "b) Cơ quan chủ trì: …"; False where it is none."""
        found = field_line(item.text)
        if found is None:
            return False
        role, value = found
        if role == "task":
            if value:
                said = Sentence(value, self.read)
                named = Item(None, value, item.place, item.bold)
                self._add(named, None, setting, value, said.doer)
            self._visit(item.items, setting)
            return True
        if role not in FIELDS:
            return False
        if item.items and not value:
            if any(_is_field(inner) for inner in item.items):
                self._visit(item.items, setting)
                return True
            value = "; ".join(inner.text.strip(" .;") for inner in item.items)
        _, several = fields_of(f". {item.text}")
        for name, words in (several or {role: value.strip(" .;")}).items():
            for duty in self._open:
                duty.fields.setdefault(name, words)
        self._closed = True
        return True

    def _own_fields(self, item: Item, duties: Sequence[Duty]) -> None:
        """The field lines below an item are those of its duty alone."""
        outer, self._open = self._open, list(duties)
        for inner in item.items:
            self._field(inner, duties[0].setting)
        self._open = [duty for duty in outer if duty not in duties]
        self._closed = False

    def _leaf(self, item: Item, said: Sentence, setting: Setting) -> None:
        if setting.kind in ("purpose", "goal", "state") or said.formula or self._beside(item.text):
            return
        for order in said.orders():
            if _is_ordered(item, order, setting):
                self._add(item, item.ordinal, setting, order.text, order.doer)

    def _beside(self, text: str) -> bool:
        """Whether a line says something beside the duties: "3. Đối tượng: …", "- Kinh phí: …"."""
        name, colon, _ = text[:_ASIDE].partition(":")
        kind = kind_of_heading(name) if colon else None
        if kind == "duty":  # "4. Nội dung tập huấn: …"
            said = Sentence(text[len(name) + 1 :].strip(), self.read)
            return not said.verb and said.doer is None
        return kind in ("purpose", "goal", "fund", "state")

    def _add(
        self, item: Item, ordinal: str | None, setting: Setting, text: str, doer: Doer | None
    ) -> None:
        if self._closed:
            self._open, self._closed = [], False
        body, fields = fields_of(text)
        duty = Duty(item, body, ordinal, setting, doer, fields)
        self.duties.append(duty)
        self._open.append(duty)
        self._closed = "lead" in fields


def _led(said: Sentence, setting: Setting) -> Setting:
    """The setting below a line such as "Các sở, ban, ngành có trách nhiệm:"."""
    if setting.lead is not None or setting.kind not in ("assign", "duty"):
        return setting
    return dataclasses.replace(setting, lead=said.doer) if said.doer else setting


def _goes_on(item: Item, said: Sentence, setting: Setting) -> bool:
    """Whether a paragraph without a label belongs to the item above it."""
    if item.label is not None or setting.lead is not None or said.formula:
        return False
    return said.doer is None


def _is_ordered(item: Item, said: Sentence, setting: Setting) -> bool:
    """Whether an item orders something."""
    if setting.kind == "fund":
        return said.named
    if said.doer is not None and said.doer.order:
        return True
    if said.goal:
        return False
    if setting.lead is not None:
        return True
    if setting.kind is None and item.label is None:
        return False
    if setting.kind in (None, "mixed") or item.label is None:
        return said.doer is not None or said.verb
    return True


def _is_field(item: Item) -> bool:
    found = field_line(item.text)
    return found is not None and found[0] in FIELDS


def _task(duty: Duty, read: Read, context: Context, ids: Ids) -> Task:
    setting, text = duty.setting, duty.text
    issues: list[str] = []
    lead, coordinating = _assigned(duty, read, issues)
    for name, assignment in (("lead", lead), ("coordinating", coordinating)):
        if assignment and any(agency.kind == "unknown" for agency in assignment.agencies):
            issues.append(f"{name}.unresolved")
    sure = duty.doer is not None or setting.lead is not None or opens_with_verb(text)
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
        deadline=_deadline(duty, context, issues),
        field=None,
        provenance=Provenance.at(duty.item.place),
        confidence=SURE if sure else LIKELY,
        issues=tuple(issues),
    )


def _assigned(
    duty: Duty, read: Read, issues: list[str]
) -> tuple[Assignment | None, Assignment | None]:
    """Who leads and who works with them: by a field, the sentence, the heading, in this order."""
    doer, heading, text = duty.doer, duty.setting.lead, duty.text
    if doer is not None and heading is not None and not is_named(text, doer):
        doer = None
    asked = doer or heading
    if asked is not None and asked.order == "request":
        issues.append("duty.request")
    partners = partners_of(text, read)
    lead = Assignment(asked.text, asked.agencies) if asked else None
    others = Assignment(partners[0].text, partners[0].agencies) if partners else None
    opens = partners is not None and partners[1] and doer is None and heading is not None
    if partners and opens and all(agency.kind == "agency" for agency in partners[0].agencies):
        # "Phối hợp với Sở Nội vụ …" under the heading of another: Sở Nội vụ leads
        lead, others = others, lead
    for name in ("lead", "coordinating"):
        if words := duty.fields.get(name):
            named = Assignment(words, read(words))
            lead, others = (named, others) if name == "lead" else (lead, named)
    return lead, others


def _deadline(duty: Duty, context: Context, issues: list[str]) -> Deadline | None:
    """The deadline in the field of a duty, else those that hide in its sentence."""
    printed = duty.fields.get("deadline")
    if printed:
        deadline = read_deadline(printed, context.years, context.on)
        if deadline.unread:
            issues.append("deadline.unread")
    else:
        found = find_deadlines(duty.text, context.years, context.on)
        if not found:
            return None
        deadline = found[0][2]
        if len(found) > 1:
            words = dict.fromkeys(duty.text[start:end] for start, end, _ in found)
            deadline = read_deadline("; ".join(words), context.years, context.on)
            if deadline.unread:
                deadline = found[0][2]
    return deadline
