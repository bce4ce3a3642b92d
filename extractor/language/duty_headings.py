"""What the headings above an item say of it: what kind of thing it is, and whose duty.

Below headings stand purposes, goals, duties, who does what, money, how things are.
"""

import dataclasses
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from corpora.wordings import pattern, wordings
from extractor.language.duty_fields import both_roles
from extractor.language.duty_passages import Doer, Order
from extractor.language.duty_sentences import Sentence
from extractor.structure.headings import field_line
from extractor.text import small

Kind = Literal["purpose", "goal", "mixed", "duty", "assign", "fund", "state", "matter"]

#: The longest title that is read for a kind or a body, in characters.
LONGEST = 520

_KINDS: tuple[Kind, ...] = ("purpose", "goal", "assign", "duty", "fund", "state", "matter")
_SEVERAL = re.compile(r"(?:các|một số|những)\s+")
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
    text = _SEVERAL.sub("", small(title).strip(" *_.:"), count=1)
    first = _kind(text)
    if first is None:
        return None
    if first == "duty" and _matter().search(text):
        return "matter"
    kinds = {first, *(_kind(member) for member in _MEMBERS.split(text))}
    if first in ("goal", "mixed") and kinds & {"duty", "assign"}:
        return "mixed"
    if first == "purpose":
        if kinds & {"duty"}:
            return "mixed"
        return "goal" if "goal" in kinds else first
    return first


@cache
def _matter() -> re.Pattern[str]:
    """ "Nội dung trọng tâm kiểm tra", but not "Nội dung công tác kiểm tra và tổ chức …"."""
    words = pattern("duty_words", "matter")
    beside = "(?:,? (?:và )?(?:đối tượng|phạm vi|hình thức|phương pháp|thời gian|địa điểm))*"
    return re.compile(rf"^(?:nội dung|chương trình)\b{beside}(?:\s+\w+){{0,3}}\s+(?:{words})\b")


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


#: "… có trách nhiệm:", "… các nhiệm vụ sau:" end a heading, they order nothing by themselves.
_LEADS_IN = re.compile(
    r"(?:trách nhiệm|nhiệm vụ|sau|sau đây|gồm|lãnh đạo|chỉ đạo)\s*:?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The kind of what stands below the headings, whose duty it is, and the headings.

    `orders` says that the innermost heading names that body and goes on to say what it is to do;
    `partners` are those that it says to work with.
    """

    kind: Kind | None = None
    group: tuple[str, ...] = ()
    lead: Doer | None = None
    orders: bool = False
    partners: Doer | None = None


def setting_below(title: Sentence, printed: str, above: Setting) -> Setting:
    """The setting of what stands below a heading; `printed` is its title with its label."""
    group = (*above.group, printed.strip()) if printed.strip() else above.group
    if not title.text or len(title.text) > LONGEST:
        return Setting(above.kind, group, above.lead, partners=above.partners)
    if above.kind in ("purpose", "state"):
        return Setting(above.kind, group)
    if above.kind not in ("goal", "matter") and (
        both := both_roles(title.text, title.passage.read)
    ):
        return Setting("assign", group, both[0], partners=both[1])
    if above.kind not in ("goal", "matter") and (lead := lead_of_heading(title, above)):
        partners = title.partners[0] if title.partners else None
        return Setting("assign", group, lead, _goes_on(title, lead, partners), partners)
    kind = kind_of_heading(title.text)
    if above.kind in ("duty", "mixed", "assign", "matter"):
        # "8. Đánh giá tác động …" among duties names a matter of duties, no state of things
        inner = above.kind if kind in (None, "state") else kind
        if kind in ("assign", "matter") and above.kind == "duty":
            inner = "duty"
        if above.kind == "matter":
            inner = kind if kind == "assign" else "matter"
        return Setting(inner, group, above.lead, partners=above.partners)
    return Setting(kind or above.kind, group)


def setting_inside(title: Sentence, printed: str, above: Setting) -> Setting:
    """The same for an item that heads others inside a section.

    A heading such as "b) Nhiệm vụ và giải pháp" says no more than the section does: it is no
    group of its own.
    """
    setting = setting_below(title, printed, above)
    if is_generic(title.text) or kind_of_heading(title.text) in ("goal", "purpose"):
        return dataclasses.replace(setting, group=above.group, orders=False)
    return setting


def lead_of_heading(title: Sentence, above: Setting) -> Doer | None:
    """The bodies whose heading this is: "Sở Y tế", "Trách nhiệm của …", "Đề nghị …".

    >>> from extractor.language.agencies import read_agencies
    >>> from extractor.language.duty_sentences import said
    >>> read = lambda text: read_agencies(text, "vn-86")
    >>> lead_of_heading(said("Trách nhiệm của Sở Y tế", read), Setting("assign")).text
    'Sở Y tế'
    >>> lead_of_heading(said("Cải cách thể chế", read), Setting("assign"))
    """
    passage = title.passage
    told = field_line(title.text)
    if told and told[0] == "lead" and told[1]:  # "Đơn vị chủ trì: Sở Y tế"
        at = passage.at(title.start, title.text.index(told[1]))
        bodies = passage.bodies_in(at, told[1].strip(" .;"), unknown=True)
        return Doer(told[1].strip(" .;"), bodies, title.end) if bodies else None
    prefix = passage.cue(title.start, "prefix")
    order: Order | None = "request" if passage.cue(title.start, "request") else None
    first = prefix or title.start
    first += prefix is not None and passage.text(first, first + 1) == ":"
    rest = passage.text(first, title.end)
    head = rest.partition(":")[0].strip(" .")
    unknown = above.kind == "assign"
    if agencies := passage.bodies_in(first, head, unknown=unknown):
        return Doer(head, agencies, title.end, order)
    found = title.bodies_at(first)
    leads = passage.cue(found.end, "whole") or _LEADS_IN.search(title.text) if found else None
    if found and (unknown or prefix or leads):
        return Doer(found.text, found.agencies, found.end, order)
    if not (unknown or prefix):
        return None
    if passage.is_body(first, title.end) and not title.named:
        # "Giáo viên chủ nhiệm các lớp", "Các cơ quan được kiểm tra": a doer as printed
        return Doer(head, passage.read(head), title.end, order)
    found = title.bodies_at(first, unknown=unknown)
    return Doer(found.text, found.agencies, found.end, order) if found else None


def _goes_on(title: Sentence, lead: Doer, partners: Doer | None) -> bool:
    """Whether a heading that names its body goes on to say what that is to do."""
    if _LEADS_IN.search(title.text) or title.passage.cue(title.start, "prefix"):
        return False
    return len(title.passage.text(max(lead.end, partners.end if partners else 0), title.end)) >= 60
