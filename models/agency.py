"""Who: an agency, a set of agencies, or words that were not recognised."""

from dataclasses import dataclass
from typing import Literal

AgencyKind = Literal["agency", "group", "unknown"]


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """One body named in a cell.

    `text` is as printed and `span` its characters [start, end) in the cell's text. `id` is
    `<unit>/<slug>` (`vn-86/so-noi-vu`), None for a group or an unknown body. `members` are the
    set codes a group stands for, `closed` False for an open subset ("có liên quan").
    `post` keeps a post named for its agency ("Giám đốc"), `via` the reason the link was made
    (exact, abbreviation, grammar, fuzzy …), `candidates` the runners-up, best first.
    """

    text: str
    id: str | None = None
    name: str | None = None
    kind: AgencyKind = "unknown"
    level: str | None = None
    score: float = 0.0
    members: tuple[str, ...] = ()
    closed: bool | None = None
    span: tuple[int, int] | None = None
    post: str | None = None
    via: str | None = None
    candidates: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """The words of a lead, coordinating or issuing cell and the bodies found in them."""

    text: str
    agencies: tuple[AgencyMention, ...] = ()
