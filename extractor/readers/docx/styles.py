"""Styles: what a DOCX paragraph, run or table has from the style it is in.

`styles.xml` is often larger than the text (350 kB, where the text uses three of its styles), so
it is cut into styles and only those that are asked for are parsed.
"""

import re
from dataclasses import dataclass, replace

from lxml import etree

from extractor.readers.docx.ooxml import WORD, integer, parse, transitional

W = WORD
_VAL = W + "val"
_EDGES = ("top", "left", "bottom", "right", "start", "end", "insideH", "insideV")
_NO_LINE = frozenset(("nil", "none"))


@dataclass(frozen=True, slots=True)
class Style:
    """The traits a style gives; None where neither it nor the styles it is based on say."""

    bold: bool | None = None
    hidden: bool | None = None
    caps: bool | None = None
    centered: bool | None = None
    num_id: str | None = None
    level: int | None = None
    borders: tuple[tuple[str, bool], ...] = ()
    conditional: bool = False  # draws lines in some of its rows or columns


_PLAIN = Style()


def is_on(prop: etree._Element) -> bool:
    """Whether a property that is on or off is on: it is, unless its value says no."""
    return prop.get(_VAL) not in ("0", "false", "off", "none")


def edges(borders: etree._Element) -> dict[str, bool]:
    """The edges that a `w:tblBorders` or `w:tcBorders` names, and whether each is drawn."""
    return {
        name: edge.get(_VAL) not in _NO_LINE
        for edge in borders
        if (name := str(edge.tag).rpartition("}")[2]) in _EDGES
    }


class Styles:
    """The styles of a document, by id."""

    def __init__(self, data: bytes = b"") -> None:
        data = transitional(data)
        root = re.search(rb"<(\w+:)?styles\b[^>]*>", data)
        self._head = root[0] if root else b""
        self._tail = b"</" + ((root[1] if root else None) or b"") + b"styles>"
        self._sources: dict[str, bytes] = {}
        self._found: dict[str, Style] = {}
        self._defaults: dict[str, str] = {}
        if root:
            self._cut(data, root.end(), root[1] or b"")

    def _cut(self, data: bytes, start: int, prefix: bytes) -> None:
        opening, closing = b"<" + prefix + b"style ", b"</" + prefix + b"style>"
        start = data.find(opening, start)
        while start >= 0:
            head = data.find(b">", start)
            bare = data[head - 1 : head] == b"/"
            end = head + 1 if bare else data.find(closing, start) + len(closing)
            if end <= start:
                return
            name = re.search(rb"""styleId\s*=\s*(["'])(.*?)\1""", data[start:head])
            if name:
                identity = name[2].decode("utf-8", "replace")
                self._sources[identity] = data[start:end]
                if re.search(rb"""[\s:]default\s*=\s*["'](?:1|true|on)["']""", data[start:head]):
                    kind = re.search(rb"""[\s:]type\s*=\s*["'](\w+)["']""", data[start:head])
                    self._defaults[kind[1].decode() if kind else "paragraph"] = identity
            start = data.find(opening, end)

    def __contains__(self, identity: str) -> bool:
        return identity in self._sources

    def get(self, identity: str | None, kind: str = "paragraph") -> Style:
        """The style `identity`; without one, the default of its kind; one without traits if none.

        `kind` is `paragraph`, `character`, `table` or `numbering`.
        """
        if identity is None or identity not in self._sources:
            identity = self._defaults.get(kind, "")
        if identity in self._found:
            return self._found[identity]
        self._found[identity] = _PLAIN  # a style based on itself ends here
        if identity in self._sources:
            root = parse(self._head + self._sources[identity] + self._tail)
            self._found[identity] = self._read(root[0])
        return self._found[identity]

    def _read(self, style: etree._Element) -> Style:
        based = style.find(W + "basedOn")
        parent = (based.get(_VAL) or "") if based is not None else ""
        base = self.get(parent) if parent in self._sources else _PLAIN
        traits: dict[str, bool | str | int | None] = {}
        for name, path in (("bold", "b"), ("hidden", "vanish"), ("caps", "caps")):
            prop = style.find(f"{W}rPr/{W}{path}")
            if prop is not None:
                traits[name] = is_on(prop)
        alignment = style.find(f"{W}pPr/{W}jc")
        if alignment is not None:
            traits["centered"] = alignment.get(_VAL) == "center"
        number = style.find(f"{W}pPr/{W}numPr/{W}numId")
        if number is not None:
            traits["num_id"] = number.get(_VAL)
        level = style.find(f"{W}pPr/{W}numPr/{W}ilvl")
        if level is not None:
            traits["level"] = integer(level.get(_VAL))
        own = replace(base, **traits)  # type: ignore[arg-type]
        borders = style.find(f"{W}tblPr/{W}tblBorders")
        if borders is not None:
            own = replace(own, borders=tuple((dict(base.borders) | edges(borders)).items()))
        if any(any(edges(b).values()) for b in style.iterfind(f"{W}tblStylePr//{W}tcBorders")):
            own = replace(own, conditional=True)
        return own
