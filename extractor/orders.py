"""The duties as they stand in the sections of a plan, each with the lines that belong to it.

A duty is an item under a heading of duties, or under the heading of the body that is to do it,
or a sentence that orders a body to do something. Purposes, goals, funds and formulas are none
(domain brief, section 9).
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.language.duties import (
    FIELDS,
    Doer,
    Read,
    doer_of,
    fields_of,
    is_formula,
    is_goal,
    is_named,
    opens_with_verb,
)
from extractor.language.duty_frames import Frame, frame_below, frame_inside, is_sentence
from extractor.language.duty_headings import kind_of_heading
from extractor.structure.headings import field_line
from extractor.structure.items import Item, items_of
from extractor.structure.outline import Outline, Part

#: The longest heading inside a section, in characters.
_LONGEST = 260
#: The longest name of a line that says something beside the duties: "Lãnh đạo phụ trách: …".
_ASIDE = 40
_ORDERS = re.compile(r"(?<=[.;])\s+(?=Giao\s)")


@dataclass(slots=True)
class Order:
    """A duty: its words, who they say is to do it, and `fields` by role from lines below."""

    item: Item
    text: str
    ordinal: str | None
    frame: Frame
    doer: Doer | None
    fields: dict[str, str] = field(default_factory=dict)


def orders_of(outline: Outline, start: int, read: Read) -> list[Order]:
    """The duties in the sections after the block `start`, in printed order; not in appendices."""
    reader = _Reader(read)
    frames: list[Frame] = []
    for part in outline.parts:
        above = Frame() if part.parent is None else frames[part.parent]
        if part.appendix is not None or part.block <= start or not part.level:
            frames.append(above)
            continue
        printed = f"{part.label.text} {part.title}" if part.label else part.title
        frames.append(frame_below(part.title, printed, above, read))
        reader.section(part, above, frames[-1])
    return reader.orders


class _Reader:
    """Reads items one after the other; fields go to the open duties, those since the last."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.orders: list[Order] = []
        self._open: list[Order] = []
        self._closed = False

    def section(self, part: Part, above: Frame, frame: Frame) -> None:
        self._open, self._closed = [], False
        if frame.lead and frame.lead is not above.lead and is_sentence(part.title, frame.lead):
            item = Item(part.label, part.title, part.place)
            own = Frame(frame.kind, above.group, frame.lead)
            self._add(item, part.title, item.ordinal, own, frame.lead)
        items = items_of(part.paragraphs[part.heading :])
        if part.heading and not part.title and part.text:
            items.insert(0, Item(None, part.text[0], part.place))
        self._visit(items, frame)

    def _visit(self, items: Sequence[Item], frame: Frame) -> None:
        last: Order | None = None
        for item in items:
            if self._field(item, frame):
                continue
            if item.label is None and item.text.endswith(":"):
                frame = self._led(item, frame)
                self._visit(item.items, frame)
                continue
            if any(not _is_field(inner) for inner in item.items):
                self._parent(item, frame)
                last = None
                continue
            if last is not None and self._goes_on(item, last, frame):
                last.text += f"\n{item.text}"
                continue
            before = len(self.orders)
            self._leaf(item, frame)
            found = self.orders[before:]
            if found or item.label is not None:
                last = found[-1] if found and item.label is not None else None
            if found and item.items:
                self._own_fields(item, found)

    def _led(self, item: Item, frame: Frame) -> Frame:
        """The frame below a line such as "Các sở, ban, ngành có trách nhiệm:"."""
        if frame.lead is not None or frame.kind not in ("assign", "duty"):
            return frame
        doer = doer_of(item.text, self.read)
        return dataclasses.replace(frame, lead=doer) if doer else frame

    def _goes_on(self, item: Item, last: Order, frame: Frame) -> bool:
        """Whether a paragraph without a label belongs to the item above it."""
        if item.label is not None or frame.lead is not None or is_formula(item.text):
            return False
        return doer_of(item.text, self.read) is None

    def _parent(self, item: Item, frame: Frame) -> None:
        """An item with items below it: a heading, or a duty of its own as well."""
        printed = f"{item.ordinal} {item.text}" if item.ordinal else item.text
        if len(item.text) <= _LONGEST and item.text[-1] not in ".;":
            title = item.text.rstrip(":")
            self._visit(item.items, frame_inside(title, printed.rstrip(":"), frame, self.read))
            return
        self._leaf(item, frame)
        inner = dataclasses.replace(frame, group=(*frame.group, printed))
        self._visit(item.items, self._led(item, inner) if item.text.endswith(":") else inner)

    def _field(self, item: Item, frame: Frame) -> bool:
        """Reads a line such as "b) Cơ quan chủ trì: …"; False where it is none."""
        found = field_line(item.text)
        if found is None:
            return False
        role, value = found
        if role == "task":
            if value:
                said = Item(None, value, item.place, item.bold)
                self._add(said, value, None, frame, doer_of(value, self.read))
            self._visit(item.items, frame)
            return True
        if role not in FIELDS:
            return False
        if item.items and not value:
            if any(_is_field(inner) for inner in item.items):
                self._visit(item.items, frame)
                return True
            value = "; ".join(inner.text.strip(" .;") for inner in item.items)
        _, several = fields_of(f". {item.text}")
        for name, words in (several or {role: value.strip(" .;")}).items():
            for order in self._open:
                order.fields.setdefault(name, words)
        self._closed = True
        return True

    def _own_fields(self, item: Item, orders: Sequence[Order]) -> None:
        """The field lines below an item are those of its duty alone."""
        outer, self._open = self._open, list(orders)
        for inner in item.items:
            self._field(inner, orders[0].frame)
        self._open = [order for order in outer if order not in orders]
        self._closed = False

    def _leaf(self, item: Item, frame: Frame) -> None:
        if is_formula(item.text) or frame.kind in ("purpose", "goal", "state"):
            return
        if self._beside(item.text):
            return
        for text in _ORDERS.split(item.text) if item.text.startswith("Giao ") else (item.text,):
            doer = doer_of(text, self.read)
            if _orders(item, text, frame, doer):
                self._add(item, text, item.ordinal, frame, doer)

    def _beside(self, text: str) -> bool:
        """Whether a line says something beside the duties: "3. Đối tượng: …", "- Kinh phí: …"."""
        name, colon, _ = text[:_ASIDE].partition(":")
        kind = kind_of_heading(name) if colon else None
        if kind == "duty":  # "4. Nội dung tập huấn: …"
            said = text[len(name) + 1 :].strip()
            return not opens_with_verb(said) and doer_of(said, self.read) is None
        return kind in ("purpose", "goal", "fund", "state")

    def _add(
        self, item: Item, text: str, ordinal: str | None, frame: Frame, doer: Doer | None
    ) -> None:
        if self._closed:
            self._open, self._closed = [], False
        body, fields = fields_of(text)
        order = Order(item, body, ordinal, frame, doer, fields)
        self.orders.append(order)
        self._open.append(order)
        self._closed = "lead" in fields


def _orders(item: Item, text: str, frame: Frame, doer: Doer | None) -> bool:
    """Whether an item orders something."""
    if frame.kind == "fund":
        return doer is not None and is_named(text, doer)
    if doer is not None and doer.order:
        return True
    if is_goal(text):
        return False
    if frame.lead is not None:
        return True
    if frame.kind is None:
        return item.label is not None and (doer is not None or opens_with_verb(text))
    if item.label is None or frame.kind == "mixed":
        return doer is not None or opens_with_verb(text)
    return True


def _is_field(item: Item) -> bool:
    found = field_line(item.text)
    return found is not None and found[0] in FIELDS
