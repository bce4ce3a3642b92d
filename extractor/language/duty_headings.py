"""What the headings above an item say of it: what kind of thing it is, and whose duty.

Below headings stand purposes, goals, duties, who does what, money, how things are.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from corpora.wordings import pattern, wordings
from extractor.language.duty_sentences import Doer, Read, bodies_at, bodies_in
from extractor.text import small

Kind = Literal["purpose", "goal", "mixed", "duty", "assign", "fund", "state"]

#: The longest title that is read for a kind or a body, in characters.
LONGEST = 520

_KINDS: tuple[Kind, ...] = ("purpose", "goal", "assign", "duty", "fund", "state")
_MEMBERS = re.compile(r"\s*[,;/&–:]\s*|\s+và\s+|\s+-\s+")


@cache
def _openings() -> tuple[tuple[str, Kind], ...]:
    """Opening words of headings, longest first."""
    found = [(word, kind) for kind in _KINDS for word in wordings("duty_words", f"heading.{kind}")]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4096)
def kind_of_heading(title: str) -> Kind | None:
    """What a heading says stands below it; None where it only names a matter.

    >>> kind_of_heading("MỤC ĐÍCH, YÊU CẦU"), kind_of_heading("MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP")
    ('purpose', 'mixed')
    >>> kind_of_heading("Tổ chức thực hiện"), kind_of_heading("Cải cách thể chế")
    ('assign', None)
    """
    text = small(title).strip(" *_.:")
    first = _kind(text)
    if first is None:
        return None
    kinds = {first, *(_kind(member) for member in _MEMBERS.split(text))}
    if first in ("goal", "mixed") and kinds & {"duty", "assign"}:
        return "mixed"
    if first == "purpose":
        if kinds & {"duty"}:
            return "mixed"
        return "goal" if "goal" in kinds else first
    return first


def _kind(text: str) -> Kind | None:
    for word, kind in _openings():
        if text.startswith(word) and not text[len(word) : len(word) + 1].isalnum():
            return kind
    return None


def is_generic(title: str) -> bool:
    """Whether a heading only says what kind of thing stands below, and of what it is not said.

    >>> is_generic("Nhiệm vụ và giải pháp"), is_generic("Nhiệm vụ về dữ liệu")
    (True, False)
    """
    return small(title).strip(" *_.:") in wordings("duty_words", "generic")


_PREFIX = re.compile(rf"(?:{pattern('duty_words', 'prefix')})\s*:?\s+", re.IGNORECASE)
_REQUEST = re.compile(rf"(?:{pattern('duty_words', 'request')})\b", re.IGNORECASE)
#: "… có trách nhiệm:", "… các nhiệm vụ sau:" end a heading, they order nothing by themselves.
_LEADS_IN = re.compile(r"(?:trách nhiệm|nhiệm vụ|sau|sau đây|gồm)\s*:?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """The kind of what stands below the headings, whose duty it is, and the headings.

    `orders` says that the innermost heading names that body and goes on to say what it is to do.
    """

    kind: Kind | None = None
    group: tuple[str, ...] = ()
    lead: Doer | None = None
    orders: bool = False


def setting_below(title: str, printed: str, above: Setting, read: Read) -> Setting:
    """The setting of what stands below a heading; `printed` is its title with its label."""
    group = (*above.group, printed.strip()) if printed.strip() else above.group
    if not title or len(title) > LONGEST:
        return Setting(above.kind, group, above.lead)
    if above.kind in ("purpose", "state"):
        return Setting(above.kind, group)
    if above.kind != "goal" and (lead := lead_of_heading(title, above, read)):
        return Setting("assign", group, lead, _goes_on(title, lead))
    kind = kind_of_heading(title)
    if above.kind in ("duty", "mixed", "assign"):
        # "8. Đánh giá tác động …" among duties names a matter of duties, no state of things
        inner = above.kind if kind in (None, "state") else kind
        if kind == "assign" and above.kind == "duty":
            inner = "duty"
        return Setting(inner, group, above.lead)
    return Setting(kind or above.kind, group)


def setting_inside(title: str, printed: str, above: Setting, read: Read) -> Setting:
    """The same for an item that heads others inside a section.

    A heading such as "b) Nhiệm vụ và giải pháp" says no more than the section does: it is no
    group of its own.
    """
    setting = setting_below(title, printed, above, read)
    if is_generic(title) or kind_of_heading(title) in ("goal", "purpose"):
        return Setting(setting.kind, above.group, setting.lead)
    return setting


def lead_of_heading(title: str, above: Setting, read: Read) -> Doer | None:
    """The bodies whose heading this is: "Sở Y tế", "Trách nhiệm của …", "Đề nghị …".

    >>> from extractor.language.agencies import read_agencies
    >>> read = lambda text: read_agencies(text, "vn-86")
    >>> lead_of_heading("Trách nhiệm của Sở Y tế", Setting("assign"), read).text
    'Sở Y tế'
    >>> lead_of_heading("Cải cách thể chế", Setting("assign"), read)
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


def _goes_on(title: str, lead: Doer) -> bool:
    """Whether a heading that names its body goes on to say what that is to do."""
    if _LEADS_IN.search(title) or _PREFIX.match(title):
        return False
    return len(title) - len(lead.text) >= 60
