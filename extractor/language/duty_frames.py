"""What the headings above an item say of it: what kind of thing it is, and whose duty."""

import re
from dataclasses import dataclass
from typing import Literal

from corpora.duties import duty_words
from extractor.language.duties import Doer, Read, bodies_at, bodies_in
from extractor.language.duty_headings import Kind, is_generic, kind_of_heading

#: The longest title that is read for a kind or a body, in characters.
LONGEST = 520

_PREFIX = re.compile(
    rf"(?:{'|'.join(map(re.escape, duty_words('prefix')))})\s*:?\s+", re.IGNORECASE
)
_REQUEST = re.compile(rf"(?:{'|'.join(map(re.escape, duty_words('request')))})\b", re.IGNORECASE)
#: "… có trách nhiệm:", "… các nhiệm vụ sau:" end a heading, they order nothing by themselves.
_LEADS_IN = re.compile(r"(?:trách nhiệm|nhiệm vụ|sau|sau đây|gồm)\s*:?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """The kind of what stands below the headings, whose duty it is, and the headings."""

    kind: Kind | None = None
    group: tuple[str, ...] = ()
    lead: Doer | None = None


def frame_below(title: str, printed: str, above: Frame, read: Read) -> Frame:
    """The frame of what stands below a heading; `printed` is its title with its label."""
    group = (*above.group, printed.strip()) if printed.strip() else above.group
    if not title or len(title) > LONGEST:
        return Frame(above.kind, group, above.lead)
    if above.kind in ("purpose", "state"):
        return Frame(above.kind, group)
    if above.kind != "goal" and (lead := lead_of_heading(title, above, read)):
        return Frame("assign", group, lead)
    kind = kind_of_heading(title)
    if above.kind in ("duty", "mixed", "assign"):
        # "8. Đánh giá tác động …" among duties names a matter of duties, no state of things
        inner = above.kind if kind in (None, "state") else kind
        if kind == "assign" and above.kind == "duty":
            inner = "duty"
        return Frame(inner, group, above.lead)
    return Frame(kind or above.kind, group)


def frame_inside(title: str, printed: str, above: Frame, read: Read) -> Frame:
    """The same for an item that heads others inside a section.

    A heading such as "b) Nhiệm vụ và giải pháp" says no more than the section does: it is no
    group of its own.
    """
    frame = frame_below(title, printed, above, read)
    if is_generic(title) or kind_of_heading(title) in ("goal", "purpose"):
        return Frame(frame.kind, above.group, frame.lead)
    return frame


def lead_of_heading(title: str, above: Frame, read: Read) -> Doer | None:
    """The bodies whose heading this is: "Sở Y tế", "Trách nhiệm của …", "Đề nghị …".

    >>> from extractor.language.agencies import read_agencies
    >>> read = lambda text: read_agencies(text, "vn-86")
    >>> lead_of_heading("Trách nhiệm của Sở Y tế", Frame("assign"), read).text
    'Sở Y tế'
    >>> lead_of_heading("Cải cách thể chế", Frame("assign"), read)
    """
    prefix = _PREFIX.match(title)
    order: Literal["request"] | None = "request" if _REQUEST.match(title) else None
    rest = title[prefix.end() :] if prefix else title
    head = rest.partition(":")[0].strip(" .")
    unknown = above.kind == "assign"
    if agencies := bodies_in(head, read, unknown=unknown):
        return Doer(head, agencies, len(rest), order)
    if unknown or prefix:
        found = bodies_at(rest, 0, read, unknown=unknown)
        if found:
            return Doer(found.text, found.agencies, found.end, order)
    return None


def is_sentence(title: str, lead: Doer) -> bool:
    """Whether a heading that names its body goes on to say what that is to do."""
    if _LEADS_IN.search(title) or _PREFIX.match(title):
        return False
    return len(title) - len(lead.text) >= 60
