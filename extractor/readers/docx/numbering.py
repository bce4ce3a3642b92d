"""Automatic numbering: the number or bullet Word prints before a paragraph.

ECMA-376 part 1, 17.9: a paragraph names a list (`w:num`) and a level; the list takes its levels
from an abstract list, with overrides of its own. Lists of one abstract list count on together,
unless a list says where it starts.
"""

import re
from dataclasses import dataclass, replace

from lxml import etree

from extractor.labels import roman
from extractor.readers import symbols
from extractor.readers.docx.package import WORD, integer
from extractor.readers.docx.styles import Styles, is_on

W = WORD
_VAL = W + "val"
_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HIGHEST_ROMAN = 32767
_WIDEST = 9


def letters(number: int) -> str:
    """A number as Word letters it: a to z, then aa, bb, cc.

    >>> letters(2), letters(27), letters(28)
    ('b', 'aa', 'bb')
    """
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def shown(number: int, form: str, width: int = 0) -> str:
    """A number in the form `w:numFmt` names; a form not known here is shown in digits.

    `width` is the least number of digits.

    >>> shown(4, "upperRoman"), shown(4, "decimalZero"), shown(4, "none"), shown(4, "ordinal")
    ('IV', '04', '', '4')
    """
    if form in ("none", "bullet"):
        return ""
    if 0 < number <= _HIGHEST_ROMAN:
        if form in ("lowerRoman", "upperRoman"):
            return roman(number) if form == "lowerRoman" else roman(number).upper()
        if form in ("lowerLetter", "upperLetter"):
            return letters(number) if form == "lowerLetter" else letters(number).upper()
    return str(number).zfill(2 if form == "decimalZero" else width)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list; `restart` is the level (from 1) whose use starts it anew, 0 for none."""

    start: int = 1
    form: str = "decimal"
    width: int = 0
    text: str = ""
    suffix: str = " "
    legal: bool = False
    restart: int | None = None
    font: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A `w:num`: which counters it moves, its levels, and where it starts them."""

    counters: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a document and how far each has counted.

    >>> Numbering().label("1", 0)
    ''
    """

    def __init__(self, root: etree._Element | None = None, styles: Styles | None = None) -> None:
        self._styles = styles or Styles()
        self._abstract: dict[str, etree._Element] = {}
        self._nums: dict[str, etree._Element] = {}
        self._lists: dict[str, _List | None] = {}
        self.restart()
        for entry in () if root is None else root:
            if entry.tag == W + "abstractNum":
                self._abstract[entry.get(W + "abstractNumId") or ""] = entry
            elif entry.tag == W + "num":
                self._nums[entry.get(W + "numId") or ""] = entry

    def restart(self) -> None:
        """Forget what was counted: each story (body, header, notes) counts for itself."""
        self._counts: dict[str, list[int | None]] = {}
        self._used: set[tuple[str, int]] = set()

    def level_of(self, num_id: str, style: str | None) -> int | None:
        """The level of list `num_id` that is linked to a paragraph style, None if none is."""
        found = self._list(num_id)
        if not found or style is None:
            return None
        return next((n for n, level in found.levels.items() if level.style == style), None)

    def label(self, num_id: str, ilvl: int) -> str:
        """Count one paragraph of list `num_id` at level `ilvl` (from 0) and say what it prints.

        The text ends in a space unless the list glues its number to the words; '' where the
        list is not defined or prints nothing.
        """
        found = self._list(num_id)
        if not found or ilvl not in found.levels:
            return ""
        level = found.levels[ilvl]
        counts = self._counts.setdefault(found.counters, [None] * _LEVELS)
        start = found.starts.get(ilvl, level.start)
        before = counts[ilvl]
        fresh = ilvl in found.starts and (num_id, ilvl) not in self._used
        counts[ilvl] = start if fresh or before is None else before + 1
        self._used.add((num_id, ilvl))
        for deeper in range(ilvl + 1, _LEVELS):
            limit = found.levels[deeper].restart if deeper in found.levels else None
            if limit is None or ilvl < limit:
                counts[deeper] = None
        text = self._text(found, level, counts)
        return text + level.suffix if text else ""

    def _text(self, found: _List, level: Level, counts: list[int | None]) -> str:
        if level.form == "bullet":
            return symbols.bullet(level.text, level.font)

        def number(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            of = found.levels.get(index, Level())
            count = counts[index]
            form = "decimal" if level.legal and of.form != "none" else of.form
            return shown(of.start if count is None else count, form, of.width)

        return _PLACEHOLDER.sub(number, level.text)

    def _list(self, num_id: str) -> _List | None:
        if num_id not in self._lists:
            self._lists[num_id] = self._resolve(num_id, set())
        return self._lists[num_id]

    def _resolve(self, num_id: str, seen: set[str]) -> _List | None:
        num = self._nums.get(num_id)
        if num is None or num_id in seen:
            return None
        seen.add(num_id)
        reference = num.find(W + "abstractNumId")
        counters = (reference.get(_VAL) or "") if reference is not None else ""
        abstract = self._abstract.get(counters)
        if abstract is None:
            return None
        link = abstract.find(W + "numStyleLink")
        linked = None
        if link is not None:  # the levels stand in the list of a numbering style
            style = self._styles.get(link.get(_VAL), "numbering")
            linked = self._resolve(style.num_id, seen) if style.num_id else None
        levels = dict(linked.levels) if linked else _levels(abstract)
        starts = {}
        for override in num.iterchildren(W + "lvlOverride"):
            ilvl = integer(override.get(W + "ilvl"), -1)
            own = override.find(W + "lvl")
            if own is not None and 0 <= ilvl < _LEVELS:
                levels[ilvl] = _level(own)
            start = override.find(W + "startOverride")
            if start is not None and 0 <= ilvl < _LEVELS:
                starts[ilvl] = integer(start.get(_VAL), 1)
        return _List(linked.counters if linked else counters, levels, starts)


def _levels(abstract: etree._Element) -> dict[int, Level]:
    levels = {}
    for entry in abstract.iterchildren(W + "lvl"):
        ilvl = integer(entry.get(W + "ilvl"), -1)
        if 0 <= ilvl < _LEVELS:
            levels[ilvl] = _level(entry)
    return levels


def _level(entry: etree._Element) -> Level:
    level = Level()
    for prop in entry:
        value = prop.get(_VAL)
        if prop.tag == W + "start":
            level = replace(level, start=integer(value, 1))
        elif prop.tag == W + "numFmt":
            level = _formed(level, prop)
        elif prop.tag == _COMPATIBILITY + "AlternateContent":
            choice = prop.find(f"{_COMPATIBILITY}Choice/{W}numFmt")
            if choice is not None:
                level = _formed(level, choice)
        elif prop.tag == W + "lvlText":
            level = replace(level, text=value or "")
        elif prop.tag == W + "suff":
            level = replace(level, suffix="" if value == "nothing" else " ")
        elif prop.tag == W + "isLgl":
            level = replace(level, legal=is_on(prop))
        elif prop.tag == W + "lvlRestart":
            level = replace(level, restart=integer(value, 0))
        elif prop.tag == W + "pStyle":
            level = replace(level, style=value)
        elif prop.tag == W + "lvlPicBulletId":
            level = replace(level, text=symbols.BULLET)
        elif prop.tag == W + "rPr":
            fonts = prop.find(W + "rFonts")
            if fonts is not None:
                level = replace(level, font=fonts.get(W + "ascii") or fonts.get(W + "hAnsi"))
    return level


def _formed(level: Level, prop: etree._Element) -> Level:
    """A custom form ("001, 002, …") is told by the digits of its first number."""
    form = prop.get(_VAL) or "decimal"
    first = (prop.get(W + "format") or "").partition(",")[0].strip()
    custom = form == "custom" and first.isdecimal()
    return replace(level, form=form, width=min(len(first), _WIDEST) if custom else 0)
