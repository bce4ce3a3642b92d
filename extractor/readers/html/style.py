"""What the attributes of an HTML element say about its look: bold, centred, hidden, ruled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00|normal|lighter|[1-5]00)")
_ALIGN = re.compile(r"text-align\s*:\s*(-webkit-center|center|left|right|justify|start|end)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all")
_NO_MARKER = re.compile(r"list-style(?:-type)?\s*:\s*[^;]*none")
_BORDER = re.compile(r"border(?:-(?:top|right|bottom|left))?(?:-(?:style|width))?\s*:\s*([^;]*)")
_LINE = re.compile(
    r"solid|double|dashed|dotted|groove|ridge|inset|outset|\b[1-9]\d*(?:\.\d+)?p[xt]"
)
_NO_LINE = re.compile(r"none|hidden|\b0(?:\.0*)?(?:p[xt]|cm|in|em)?\b")
_CENTER_CLASS = re.compile(r"(?:^|[\s_-])(?:center|centered|giua|can-giua)(?:$|[\s_-])", re.I)
_GRID_CLASS = re.compile(r"table-bordered|tablegrid|bordered|(?:^|[\s_-])grid(?:$|[\s_-])", re.I)
#: A rule of a style sheet that draws lines around all tables or cells.
_SHEET = re.compile(
    r"(?:^|[},;>\s])(?:table|td|th)\s*(?:,[^{}]{0,200})?\{[^{}]{0,2000}?"
    r"border\s*:\s*(?!none|0)[^;}]*(?:solid|double|dotted|dashed)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Style:
    """What an element says of itself; None where it says nothing.

    `border` is True for a visible line on any side, False for lines that are switched off.
    """

    bold: bool | None = None
    centered: bool | None = None
    hidden: bool = False
    border: bool | None = None
    marker: bool = True


PLAIN = Style()


@lru_cache(maxsize=1024)
def _of_css(css: str) -> Style:
    css = css.lower()
    bold = _BOLD.findall(css)
    align = _ALIGN.findall(css)
    lines = _BORDER.findall(css)
    border: bool | None = None
    if any(_LINE.search(line) and not _NO_LINE.match(line.strip()) for line in lines):
        border = True
    elif any(_NO_LINE.search(line) for line in lines):
        border = False
    return Style(
        bold=bold[-1] in ("bold", "bolder", "600", "700", "800", "900") if bold else None,
        centered=align[-1].endswith("center") if align else None,
        hidden=_HIDDEN.search(css) is not None,
        border=border,
        marker=_NO_MARKER.search(css) is None,
    )


@lru_cache(maxsize=1024)
def _centers(names: str) -> bool:
    return _CENTER_CLASS.search(names) is not None


def style_of(attributes: Mapping[str, str]) -> Style:
    """The look that the attributes of one element give it, without what it inherits.

    >>> style_of({"style": "text-align:center;border:solid windowtext 1.0pt"}).border
    True
    >>> style_of({"align": "center"}).centered
    True
    """
    css = attributes.get("style", "")
    style = _of_css(css[:600]) if css else PLAIN
    align = attributes.get("align")
    centered = style.centered
    if centered is None and align:
        centered = align.strip().lower() in ("center", "middle")
    if centered is None and (names := attributes.get("class")) and _centers(names[:200]):
        centered = True
    hidden = style.hidden or "hidden" in attributes
    if centered == style.centered and hidden == style.hidden:
        return style
    return Style(style.bold, centered, hidden, style.border, style.marker)


def table_lines(attributes: Mapping[str, str], style: Style) -> bool | None:
    """Whether a `<table>` of this style says that its cells have lines; None: nothing."""
    border = attributes.get("border")
    if border is not None:
        return border.strip().lower() not in ("0", "0px", "none", "no")
    rules = attributes.get("rules", "").lower()
    if rules:
        return rules != "none"
    if _GRID_CLASS.search(attributes.get("class", "")):
        return True
    return style.border


def sheet_draws_lines(css: str) -> bool:
    """Whether the page's style sheet draws lines around every table or cell.

    >>> sheet_draws_lines("p{margin:0} table, td {border: 1px solid #000}")
    True
    """
    return _SHEET.search(css[:200_000]) is not None
