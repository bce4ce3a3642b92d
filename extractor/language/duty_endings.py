"""What a text ends with: who is to do it, with whom, by when.

"… – Sở Y tế thực hiện", "… (giao Sở Y tế)", "… (Sở Y tế chủ trì, các sở phối hợp; quý III)",
"… : Phòng Kinh tế, tháng 9/2026".
"""

import re
from dataclasses import dataclass

from extractor.language.duty_fields import (
    is_deadline,
    only_with_whom_and_when,
    roles_in,
    who_does,
    without_time,
)
from extractor.language.duty_passages import Doer, Order, Passage

#: How far from its end a text may begin to name its doer, in characters.
_ENDING = 240
_OPENS = re.compile(
    r"(?P<mark>\(|(?<=\s)[-–—](?=\s)|[,;.:](?=\s))\s*(?:(?P<by>do|giao(?:\s+cho)?)\s+)?"
    r"(?=[^\W\d_])",
    re.IGNORECASE,
)
#: How many words back the name of a body begins at most.
_NAME = 12


@dataclass(frozen=True, slots=True)
class Ending:
    """The bodies that a text ends with, those to work with, and the time behind them."""

    doer: Doer
    partners: Doer | None = None
    time: str | None = None


def ending_of(passage: Passage, text: str, start: int, end: int) -> Ending | None:
    """What a text, the words `start` to `end` of its passage, ends with beside what is to be done.

    >>> from extractor.language.agencies import read_agencies
    >>> text = "Kiểm tra bếp ăn (Sở Y tế chủ trì, Công an tỉnh phối hợp, quý III)."
    >>> passage = Passage([text], lambda text: read_agencies(text, "vn-86"))
    >>> found = ending_of(passage, text, 0, len(passage.words))
    >>> found.doer.text, found.partners.text, found.time
    ('Sở Y tế', 'Công an tỉnh', 'quý III')
    """
    for opened in _OPENS.finditer(text, max(0, len(text) - _ENDING)):
        rest = text[opened.end() :].rstrip(" .;/")
        if opened["mark"] == "(":
            if not rest.endswith(")") or ")" in rest[:-1]:
                continue
            rest = rest[:-1]
        at = passage.at(start, opened.end())
        found = _named(passage, opened, at, rest, start, end)
        if found is not None:
            return found
    return None


def _named(
    passage: Passage, opened: re.Match[str], at: int, rest: str, start: int, end: int
) -> Ending | None:
    """The bodies that `rest`, from word `at` on, names and says no more of."""
    mark, by = opened["mark"], opened["by"]
    helped = "phối hợp" in rest
    if (mark in ",;." and not by and not helped) or (mark == ":" and not passage.body(at)):
        return None
    if helped and (both := _both(passage, at, bare := without_time(rest))):
        leads, helps = both
        if mark in "-–—(" or by or (mark in ".;" and passage.is_body(at, end)):
            doer = Doer(leads.text, leads.agencies, end, last=True)
            return Ending(doer, helps, _dated(rest[len(bare) :]))
        return None
    said = who_does().fullmatch(rest)
    if (mark in ",;." and not by) or (said and not only_with_whom_and_when(said["more"])):
        return None
    who = (said["who"] if said else without_time(rest)).rstrip(" ,;")
    told = said is not None or by is not None
    if mark == ":" and (told or who == rest):
        return None
    # bodies alone, or behind another one, may explain what stands there
    if not told and (mark not in "(:" or who == rest or _names_before(passage, start, at - 1)):
        return None
    if agencies := passage.bodies_in(at, who, unknown=told or mark == ":"):
        time = _dated(rest[len(who) :])
        order: Order | None = "order" if (by or "").lower().startswith("giao") else None
        named = Doer(who, agencies, end, order, last=True)
        return Ending(named, None, time) if time or mark != ":" else None
    return None


def _both(passage: Passage, at: int, text: str) -> tuple[Doer, Doer] | None:
    """Who leads and who helps: "A chủ trì, B phối hợp", "A phối hợp B thực hiện"."""
    said = who_does().fullmatch(text)
    words = (roles_in(said["who"]) if said and not said["more"] else None) or roles_in(text)
    if words is None:
        return None
    found = []
    for name in words:
        first = passage.at(at, text.index(name))
        if not (agencies := passage.bodies_in(first, name, unknown=True)):
            return None
        found.append(Doer(name, agencies, first))
    return found[0], found[1]


def _dated(text: str) -> str | None:
    """The time among what stands behind the bodies: "thường xuyên"."""
    return next((part.strip() for part in re.split("[,;]", text) if is_deadline(part)), None)


def _names_before(passage: Passage, start: int, end: int) -> bool:
    """Whether the name of a body ends before a word."""
    return any(
        passage.body(at) and passage.bodies_in(at, passage.text(at, end))
        for at in range(max(start, end - _NAME), end)
    )
