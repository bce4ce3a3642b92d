"""Web pages: elements to paragraphs and tables, in reading order.

The tree is walked without recursion and each block takes its place (an XPath of the parsed tree)
on the way. What a browser does not show is left out; what belongs to the site and not to the
document is kept and marked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpora.tables import threshold
from extractor.labels import LIST_ITEM, roman
from extractor.layout import Paragraph, Table
from extractor.limits import Limits
from extractor.readers.html.furniture import Item, Piece, Region, region_of
from extractor.readers.html.style import PLAIN, Style, style_of, table_lines
from extractor.readers.html.tables import (
    MAX_COLSPAN,
    MAX_ROWSPAN,
    RawCell,
    RawTable,
    settle,
)
from extractor.text import normal
from models.errors import LimitExceeded
from models.provenance import Place

#: The share of a paragraph's letters in bold from which all of it is.
BOLD = threshold("page.bold")
_DROPPED = frozenset([
    "script", "style", "noscript", "template", "head", "title", "meta", "link", "base", "object",
    "applet", "svg", "canvas", "audio", "video", "iframe", "noframes", "xml", "map", "input",
    "param", "source", "track", "col", "colgroup", "datalist",
])  # fmt: skip
_BLOCKS = frozenset([
    "html", "body", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt",
    "dd", "blockquote", "pre", "center", "section", "article", "header", "footer", "main", "nav",
    "aside", "address", "form", "fieldset", "figure", "figcaption", "details", "summary", "caption",
    "legend", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "dir", "menu", "listing", "xmp",
    "marquee", "button", "select", "option", "textarea", "optgroup", "label", "hgroup", "search",
    "dialog",
])  # fmt: skip
_INLINE_CONTROLS = frozenset(("label", "button"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NO_ATTRIBUTES: Mapping[str, str] = {}
#: Deeper than this, places name the element at this depth.
_DEEPEST = 200
#: A block of so many lines broken by <br> is a text, not a heading of a few lines.
_TEXT_LINES = 10


class _Opened:
    """An open element and what holds inside it."""

    __slots__ = (
        "block", "bold", "centered", "children", "counts", "depth", "element", "index", "items",
        "link", "main", "number", "parent", "path", "pre", "raw", "region", "sink", "style", "tag",
    )  # fmt: skip

    def __init__(
        self, element: Any, tag: str, index: int, parent: "_Opened | None", style: Style
    ) -> None:
        self.element = element
        self.style = style
        self.children: Iterator[Any] = iter(element)
        self.tag = tag
        self.index = index
        self.parent = parent
        self.counts: dict[str, int] | None = None
        self.path: str | None = None
        self.block: _Opened | None = None  # the nearest block; None: this one (no cycle)
        self.number: tuple[str, int] | None = None
        self.sink: _Sink | None = None  # the one of the cell this element opened
        self.raw: RawTable | None = None  # the table whose rows or cells may stand here
        self.depth = 0
        self.bold = self.centered = self.link = self.main = self.pre = False
        self.region: Region | None = None
        if parent is not None:
            self.depth = parent.depth + 1
            self.bold = parent.bold
            self.centered = parent.centered
            self.link = parent.link
            self.main = parent.main
            self.pre = parent.pre
            self.region = parent.region
            self.raw = parent.raw
            self.block = parent.block or parent

    def count(self, tag: str) -> int:
        if self.counts is None:
            self.counts = {}
        number = self.counts.get(tag, 0) + 1
        self.counts[tag] = number
        return number

    def place(self) -> str:
        """The XPath of the element; that of the ancestors is kept with them."""
        if self.path is not None:
            return self.path
        unnamed = []
        opened: _Opened | None = self
        while opened is not None and opened.path is None:
            unnamed.append(opened)
            opened = opened.parent
        path = opened.path if opened is not None and opened.path is not None else ""
        for one in reversed(unnamed):
            if one.depth <= _DEEPEST:
                single = one.tag in ("html", "body") and one.index == 1
                path += f"/{one.tag}" if single else f"/{one.tag}[{one.index}]"
            one.path = path
        return path


@dataclass(slots=True)
class _Sink:
    """Where text goes: the page, or a cell."""

    items: list[Item] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    opened: _Opened | None = None
    letters: int = 0
    lines: list[list[int]] = field(default_factory=lambda: [[0, 0, 0]])  # letters, bold, linked
    marker: str = ""

    def line_break(self) -> None:
        self.parts.append("\n")
        self.lines.append([0, 0, 0])


class Walk:
    def __init__(self, limits: Limits, lines: bool | None, show_hidden: bool) -> None:
        self.limits = limits
        self.lines = lines
        self.show_hidden = show_hidden
        self.hidden = 0
        self.cells = 0
        self.characters = 0
        self.sinks = [_Sink()]

    def run(self, root: Any) -> list[Item]:
        stack = [self.begin(root, None, style_of(root.attrib))]
        while stack:
            opened = stack[-1]
            child = next(opened.children, None)
            if child is None:
                stack.pop()
                self.end(opened)
                if stack and opened.element.tail:
                    self.text(opened.element.tail, stack[-1])
                continue
            tag = child.tag
            if not isinstance(tag, str) or tag in _DROPPED:
                if isinstance(tag, str):
                    opened.count(tag)
            elif tag == "br":
                opened.count(tag)
                self.sinks[-1].line_break()
                if child.text or len(child):  # never by the standard; then its text is kept
                    self.text("".join(child.itertext()), opened)
            else:
                style = style_of(child.attrib) if child.keys() else PLAIN
                if self.show_hidden or not style.hidden:
                    stack.append(self.begin(child, opened, style))
                    continue
                opened.count(tag)
                self.hidden += len("".join(child.itertext()).strip())
            if child.tail:
                self.text(child.tail, opened)
        self.flush()
        return self.sinks[0].items

    def begin(self, element: Any, parent: _Opened | None, style: Style) -> _Opened:
        tag = element.tag
        opened = _Opened(element, tag, parent.count(tag) if parent else 1, parent, style)
        attributes = element.attrib if element.keys() else _NO_ATTRIBUTES
        if tag in ("b", "strong", "th") or tag in _HEADINGS:
            opened.bold = True
        elif tag == "a" and attributes.get("href") is not None:
            href = attributes["href"].strip()
            opened.link = href == "#" or not href.startswith("#")
        elif tag == "center":
            opened.centered = True
        if style.bold is not None:
            opened.bold = style.bold
        if style.centered is not None and tag != "table":
            opened.centered = style.centered
        if tag in ("main", "article"):
            opened.main = True
        elif tag == "pre":
            opened.pre = True
        if tag in _BLOCKS:
            if self.sinks[-1].parts and tag not in _INLINE_CONTROLS:
                self.flush()
            opened.block = None
            region = region_of(tag, attributes, opened.region)
            if region is not None:
                self.flush()
                opened.region = region
            self.structure(opened, tag, attributes)
        elif tag == "hr":
            self.flush()
        if element.text:
            self.text(element.text, opened)
        return opened

    def structure(self, opened: _Opened, tag: str, attributes: Any) -> None:
        if tag == "table":
            lines = table_lines(attributes, opened.style)
            opened.raw = RawTable(opened.place(), self.lines if lines is None else lines)
            opened.centered = opened.bold = False
        elif tag in ("td", "th") and opened.raw is not None:
            self.cells += 1
            if self.cells > self.limits.cells:
                raise LimitExceeded(
                    f"Trang web có hơn {self.limits.cells} ô bảng; hãy tách tệp thành nhiều phần.",
                    f"The page has more than {self.limits.cells} table cells; split the file.",
                )
            opened.raw = None
            opened.sink = _Sink()
            self.sinks.append(opened.sink)
        elif tag == "tr" and opened.raw is not None:
            opened.raw.begin_row()
        elif tag in ("thead", "tbody", "tfoot") and opened.raw is not None:
            opened.raw.begin_group(tag)
        elif tag == "ol":
            start = _number(attributes.get("start"), 1, -9999, 9999)
            opened.number = (attributes.get("type", "1"), start)
        elif tag == "li":
            self.sinks[-1].marker = self.marker(opened, attributes)

    def marker(self, opened: _Opened, attributes: Any) -> str:
        """What a browser prints in front of a list item; behind the marker of an outer item."""
        outer, parent = self.sinks[-1].marker, opened.parent
        if parent is not None and parent.region is not None and parent.region.menu:
            return ""
        if not opened.style.marker or parent is None:
            return outer
        if parent.number is None:
            return "-" if parent.style.marker else outer
        kind, number = parent.number
        number = _number(attributes.get("value"), number, -9999, 9999)
        parent.number = (kind, number + 1)
        if not parent.style.marker:
            return outer
        label = f"{_ordinal(kind, number)}."
        return label if outer in ("", "-") else f"{outer} {label}"

    def end(self, opened: _Opened) -> None:
        tag = opened.tag
        if tag not in _BLOCKS:
            return
        outside = opened.parent.region if opened.parent is not None else None
        if tag not in _INLINE_CONTROLS or opened.region is not outside:
            self.flush()
        if tag == "li":
            self.sinks[-1].marker = ""
        if opened.sink is not None:
            self.close_cell(opened)
        elif tag in ("thead", "tbody", "tfoot") and opened.raw is not None:
            opened.raw.begin_group("tbody")
        elif tag == "table" and opened.raw is not None:
            items = settle(opened.raw, self.limits)
            self.sinks[-1].items += items
            if opened.region is not None:
                opened.region.tables += sum(
                    isinstance(item, Table) and item.ruled and item.columns >= 3 and item.rows >= 3
                    for item in items
                )
        if opened.region is not None and (
            opened.parent is None or opened.parent.region is not opened.region
        ):
            opened.region.close()

    def close_cell(self, opened: _Opened) -> None:
        sink = self.sinks.pop()
        raw = opened.parent.raw if opened.parent is not None else None
        if raw is None:
            return
        attributes = opened.element.attrib
        raw.add(
            RawCell(
                path=opened.place(),
                row_span=_number(attributes.get("rowspan"), 1, 0, MAX_ROWSPAN),
                column_span=_number(attributes.get("colspan"), 1, 1, MAX_COLSPAN),
                heading=opened.tag == "th",
                border=opened.style.border,
                items=sink.items,
            )
        )

    def text(self, text: str, opened: _Opened) -> None:
        sink = self.sinks[-1]
        folded = text if opened.pre else _SPACE.sub(" ", text)
        letters = len(folded.strip())
        if not letters:
            if sink.letters:
                sink.parts.append(folded)
            return
        if not sink.letters:
            sink.opened = opened
        sink.parts.append(folded)
        sink.letters += letters
        line = sink.lines[-1]
        line[0] += letters
        if opened.bold:
            line[1] += letters
        if opened.link:
            line[2] += letters
        self.characters += letters
        if self.characters > self.limits.characters:
            raise LimitExceeded(
                f"Trang web có hơn {self.limits.characters} ký tự; hãy tách tệp.",
                f"The page has more than {self.limits.characters} characters; split the file.",
            )

    def flush(self) -> None:
        """Ends the paragraph; two line breaks in a row end one, too."""
        sink = self.sinks[-1]
        if not sink.parts:
            return
        opened = sink.opened
        if opened is not None and sink.letters:
            text = normal("".join(sink.parts))
            counts = sink.lines
            if len(counts) == 1 and "\n" not in text:  # the usual case
                self.emit(" ".join(text.split()), counts[0], opened)
                text, counts = "", []
            lines = [" ".join(line.split()) for line in text.split("\n")] if text else []
            if len(counts) != len(lines):  # <pre>
                counts = [[sum(column) for column in zip(*counts, strict=True)]] * len(lines)
            each = sum(map(bool, lines)) > _TEXT_LINES
            group: list[str] = []
            sums = [0, 0, 0]
            for line, count in zip([*lines, ""], [*counts, [0, 0, 0]], strict=True):
                if line:
                    group.append(line)
                    sums = [a + b for a, b in zip(sums, count, strict=True)]
                if group and (each or not line):
                    self.emit("\n".join(group), sums, opened)
                    group, sums = [], [0, 0, 0]
        sink.parts = []
        sink.lines = [[0, 0, 0]]
        sink.opened = None
        sink.letters = 0

    def emit(self, text: str, sums: list[int], opened: _Opened) -> None:
        if not text:
            return
        sink = self.sinks[-1]
        letters, bold, linked = sums
        if sink.marker:
            if not LIST_ITEM.match(text):
                text = f"{sink.marker} {text}"
            sink.marker = ""
        piece = Piece(
            Paragraph(
                text=text,
                place=Place(path=(opened.block or opened).place()),
                centered=opened.centered,
                bold=letters > 0 and bold >= BOLD * letters,
            ),
            letters=len(text),
            linked=round(len(text) * linked / max(letters, 1)),
            region=opened.region,
            main=opened.main,
        )
        if opened.region is not None:
            opened.region.take(piece)
        sink.items.append(piece)


def _number(value: str | None, default: int, low: int, high: int) -> int:
    """The number an attribute gives, as browsers read it: leading digits, kept within bounds."""
    found = re.match(r"\s*([+-]?\d{1,9})", value or "")
    return min(max(int(found.group(1)), low), high) if found else default


def _ordinal(kind: str, number: int) -> str:
    """The number of a list item in the list's kind of numbering (1, a, A, i, I)."""
    if number < 1 or kind not in ("a", "A", "i", "I"):
        return str(number)
    out = ""
    if kind in "aA":
        while number:
            number, rest = divmod(number - 1, 26)
            out = chr(97 + rest) + out
    else:
        out = roman(number)
    return out.upper() if kind.isupper() else out
