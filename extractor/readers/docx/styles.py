"""Styles: what a DOCX paragraph, run or table has from the style it is in.

Of hundreds of styles a text uses three: no more of them are read than up to those asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from extractor.readers.docx.package import WORD, integer

W = WORD
_VAL = W + "val"
_ID, _TYPE, _DEFAULT = W + "styleId", W + "type", W + "default"
_TRUE = ("1", "true", "on")
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


def _base_of(style: etree._Element) -> str:
    """The id of the style that this one is based on; "" for none."""
    based = style.find(W + "basedOn")
    return (based.get(_VAL) or "") if based is not None else ""


class Styles:
    """The styles of a document, by id."""

    def __init__(self, elements: Iterable[etree._Element] = ()) -> None:
        self._unread = iter(elements)
        self._elements: dict[str, etree._Element] = {}
        self._found: dict[str, Style] = {}
        self._defaults: dict[str, str] = {}

    def __contains__(self, identity: str) -> bool:
        return self._reach(self._elements, identity)

    def _reach(self, known: Mapping[str, object], name: str) -> bool:
        """Whether `name` is `known`, when the styles are read up to the one that says so."""
        while name not in known:
            style = next(self._unread, None)
            if style is None:
                return False
            identity = style.get(_ID)
            if identity is not None and identity not in self._elements:
                self._elements[identity] = style
                if style.get(_DEFAULT) in _TRUE:
                    self._defaults.setdefault(style.get(_TYPE) or "paragraph", identity)
        return True

    def get(self, identity: str | None, kind: str = "paragraph") -> Style:
        """The style `identity`; without one, the default of its kind; one without traits if none.

        `kind` is `paragraph`, `character`, `table` or `numbering`.
        """
        if identity is None or identity not in self:
            identity = self._defaults[kind] if self._reach(self._defaults, kind) else ""
        chain: list[str] = []  # what it is based on, and that in turn, however far
        last = identity
        while last and last in self and last not in self._found:
            self._found[last] = _PLAIN  # a style based on itself ends here
            chain.append(last)
            last = _base_of(self._elements[last])
        for one in reversed(chain):
            self._found[one] = self._read(self._elements[one])
        return self._found.get(identity, _PLAIN)

    def _read(self, style: etree._Element) -> Style:
        base = self._found.get(_base_of(style), _PLAIN)
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
