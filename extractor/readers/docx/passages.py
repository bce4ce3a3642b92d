"""Passages of a DOCX: the text of a paragraph, from its runs, its number and its style.

The text is the accepted one: insertions stand, deletions don't. What Word does not print
(hidden text, instructions of fields, comments) is left out; hidden text is counted.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from extractor.readers import symbols
from extractor.readers.docx.numbering import Numbering
from extractor.readers.docx.package import RELATION_ID, WORD, integer
from extractor.readers.docx.styles import Style, Styles, is_on
from extractor.text import printed

W = WORD
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
_VML = "{urn:schemas-microsoft-com:vml}"

_VAL = W + "val"
_R, _T = W + "r", W + "t"
_PPR, _RPR = W + "pPr", W + "rPr"
_PSTYLE, _JC, _NUMPR = W + "pStyle", W + "jc", W + "numPr"
_B, _RSTYLE, _VANISH, _CAPS, _FONTS = (
    W + "b",
    W + "rStyle",
    W + "vanish",
    W + "caps",
    W + "rFonts",
)
_SYM, _FIELD = W + "sym", W + "fldChar"
_SECTION = W + "sectPr"
_BOX = W + "txbxContent"
_WORD_ART = _VML + "textpath"
_SHAPE_TEXT = _DRAWING + "main}p"
_FRACTION = _MATH + "f"
#: Branches that say the same for readers of different age.
ALTERNATIVES = MC + "AlternateContent"

_SWITCHES = (_B, _VANISH, _CAPS)
_REMOVED_MARKS = (W + "del", W + "moveFrom", _VANISH)

#: What holds no printed text: properties, marks, deletions, instructions of fields.
SKIPPED = frozenset(
    W + name
    for name in (
        *("pPr", "rPr", "tcPr", "trPr", "tblPr", "tblPrEx", "tblGrid", "sectPr", "sdtPr"),
        *("sdtEndPr", "customXmlPr", "smartTagPr", "rubyPr", "rt", "proofErr", "softHyphen"),
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "annotationRef"),
        *("footnoteRef", "endnoteRef", "separator", "continuationSeparator"),
        *("lastRenderedPageBreak", "bookmarkStart", "bookmarkEnd", "commentReference"),
        *("commentRangeStart", "commentRangeEnd"),
    )
)
BREAK = W + "br"
#: What stands for a character, but for BREAK.
SPACES = {W + "tab": " ", W + "ptab": " ", W + "noBreakHyphen": "-", W + "cr": "\n"}
_TEXTS = (_T, _MATH + "t")
_PICTURES = (
    _DRAWING + "picture}pic",
    _DRAWING + "chart}chart",
    _DRAWING + "diagram}relIds",
)
_VML_IMAGE = _VML + "imagedata"
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}


@dataclass(slots=True)
class Passage:
    """A paragraph: its pieces while it is read, and its text; `boxes` hang on it.

    `bold` says that all its words are, `open` that its mark is deleted or hidden, so that it goes
    on in the next paragraph.
    """

    container: str
    number: int
    pieces: list[str] = field(default_factory=list)
    bold: bool = True
    centered: bool = False
    open: bool = False
    text: str = ""
    boxes: "tuple[etree._Element | str, ...]" = ()

    @property
    def path(self) -> str:
        """The address of the paragraph."""
        return f"{self.container}/p[{self.number}]"


def joined(pieces: list[str]) -> str:
    """The pieces as one text, as it is printed.

    >>> joined(["Kế ", " hoạch\\n", "\\n năm"])
    'Kế hoạch\\nnăm'
    """
    text = "".join(pieces)
    return _known(text) if len(text) < _SHORT else printed(text)


# Names of agencies and deadlines come again and again: one string for all of them.
_known = lru_cache(maxsize=4096)(printed)
_SHORT = 200


@dataclass(slots=True)
class Passages:
    """What the paragraphs of one document share, and what was met while reading them.

    `private` says that signs of pictorial fonts may occur. `notes` are the notes referred to:
    the kind of their part and their id; `sections` the properties of the sections that end,
    `plain` is the style of what names none, `style` that of the paragraph that is read;
    `instructions` has for each field it is in whether its instruction still goes on, which is
    `muted`.
    """

    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    private: bool = True
    notes: list[tuple[str, str]] = field(default_factory=list)
    sections: list[etree._Element] = field(default_factory=list)
    hidden: int = 0
    pictures: int = 0
    plain: Style = field(init=False)
    style: Style = field(init=False)
    instructions: tuple[bool, ...] = ()
    muted: bool = False

    def __post_init__(self) -> None:
        self.style = self.plain = self.styles.get(None)

    def read(
        self, element: etree._Element, passage: Passage, carried: Passage | None = None
    ) -> Passage:
        """Fill `passage` from a `w:p`; `carried` is the passage before it that goes on in it."""
        if carried:
            passage.pieces, passage.boxes = carried.pieces, carried.boxes
            passage.bold = carried.bold or not _says(passage.pieces)
        self.style = self.plain
        self.instructions, self.muted = (), False
        passage.centered = bool(self.plain.centered)
        label = ""
        for child in element:
            tag = child.tag
            if tag == _R:
                self._run(child, passage)
            elif tag == _PPR:
                label = self._properties(child, passage)
            else:
                self._inline(child, passage)
        passage.text = joined(passage.pieces)
        passage.bold = passage.bold and bool(passage.text)
        if label:
            passage.pieces.insert(0, label)
            passage.text = joined(passage.pieces)
        return passage

    def _properties(self, properties: etree._Element, passage: Passage) -> str:
        """Take what the paragraph's properties and style say; its number, '' for none."""
        style_id: str | None = None
        num_id: str | None = None
        level: str | None = None
        centered: bool | None = None
        for prop in properties:
            tag = prop.tag
            if tag == _JC:
                centered = prop.get(_VAL) == "center"
            elif tag == _PSTYLE:
                style_id = prop.get(_VAL)
            elif tag == _NUMPR:
                num_id = _value(prop, W + "numId")
                level = _value(prop, W + "ilvl")
            elif tag == _SECTION:
                self.sections.append(prop)
            elif tag == _RPR:
                passage.open = any(is_on(mark) for mark in prop if mark.tag in _REMOVED_MARKS)
        if style_id is not None:
            self.style = self.styles.get(style_id)
        style = self.style
        passage.centered = bool(style.centered) if centered is None else centered
        if passage.open or (num_id is None and style.num_id is None):
            return ""
        if num_id is None:
            num_id = style.num_id or ""
            if level is None:
                linked = self.numbering.level_of(num_id, style_id)
                return self.numbering.label(
                    num_id, (style.level or 0) if linked is None else linked
                )
        return self.numbering.label(num_id, integer(level))

    def _run(self, run: etree._Element, passage: Passage) -> None:
        pieces, style = passage.pieces, self.style
        size = len(pieces)
        boxed = passage.boxes
        bold, hidden, caps = style.bold, style.hidden, style.caps
        font: str | None = None
        for child in run:
            tag = child.tag
            if tag == _T:
                text = child.text
                if text and not self.muted:
                    pieces.append(text.replace("\n", " "))
            elif tag == _RPR:
                own: dict[str, bool] = {}
                for prop in child:
                    tag = prop.tag
                    if tag in _SWITCHES:
                        own[tag] = is_on(prop)
                    elif tag == _FONTS and self.private:
                        font = prop.get(W + "ascii") or prop.get(W + "hAnsi")
                    elif tag == _RSTYLE:
                        style = self.styles.get(prop.get(_VAL), "character")
                        bold = bold if style.bold is None else style.bold
                        hidden = hidden if style.hidden is None else style.hidden
                        caps = caps if style.caps is None else style.caps
                if own:
                    bold, hidden = own.get(_B, bold), own.get(_VANISH, hidden)
                    caps = own.get(_CAPS, caps)
            else:
                self._inline(child, passage)
        if hidden:
            self.hidden += _says(pieces[size:]) or len(passage.boxes) > len(boxed)
            del pieces[size:]
            passage.boxes = boxed
        if not bold and passage.bold and _says(pieces[size:]):
            passage.bold = False
        if self.private:
            pieces[size:] = [symbols.plain(piece, font) for piece in pieces[size:]]
        if caps:
            pieces[size:] = [piece.upper() for piece in pieces[size:]]

    def _inline(self, child: etree._Element, passage: Passage) -> None:
        """What is not the plain text of a run: one element of a paragraph or a run."""
        tag = child.tag
        if tag in SKIPPED:
            return
        if tag == _R:
            self._run(child, passage)
        elif tag in _TEXTS:
            if child.text and not self.muted:
                passage.pieces.append(child.text.replace("\n", " "))
        elif tag in SPACES:
            passage.pieces.append(SPACES[tag])
        elif tag == BREAK:
            passage.pieces.append(break_of(child))
        elif tag == _SYM:
            passage.pieces.append(_symbol(child))
        elif tag == _FIELD:
            self._step(child.get(W + "fldCharType"))
        elif tag in _NOTES:
            self.notes.append((_NOTES[tag], child.get(W + "id") or ""))
        elif tag == _BOX:
            passage.boxes += (child,)
        elif tag == _WORD_ART:
            passage.boxes += (child.get("string") or "",)
        elif tag == _SHAPE_TEXT:
            passage.boxes += ("".join(t.text or "" for t in child.iter(_DRAWING + "main}t")),)
        elif tag in _PICTURES or (tag == _VML_IMAGE and child.get(RELATION_ID)):
            self.pictures += 1
        elif tag == _FRACTION:
            for part in child:
                if part.tag == _MATH + "den":
                    passage.pieces.append("/")
                self._inline(part, passage)
        elif tag == ALTERNATIVES:
            self._alternatives(child, passage)
        else:  # an insertion, a link, a field, a content control, a drawing …
            for grandchild in child:
                self._inline(grandchild, passage)

    def _step(self, kind: str | None) -> None:
        """Move through a field: its instruction is not printed, its result is."""
        if kind == "begin":
            self.instructions += (True,)
        elif kind == "separate":
            self.instructions = (*self.instructions[:-1], False)
        elif kind == "end":
            self.instructions = self.instructions[:-1]
        self.muted = any(self.instructions)

    def _alternatives(self, element: etree._Element, passage: Passage) -> None:
        """Read the first branch that has anything in it: the others say the same anew."""
        before = len(passage.pieces), len(passage.boxes), self.pictures
        for branch in element:
            for child in branch:
                self._inline(child, passage)
            if (len(passage.pieces), len(passage.boxes), self.pictures) != before:
                return


def _says(pieces: list[str]) -> bool:
    """Whether pieces hold more than blanks."""
    return bool("".join(pieces).strip())


def break_of(element: etree._Element) -> str:
    """What a `w:br` breaks: a line, or (of a page or column) only a word."""
    return "\n" if element.get(W + "type") in (None, "textWrapping") else " "


def _value(parent: etree._Element, tag: str) -> str | None:
    return next((child.get(_VAL) for child in parent.iterchildren(tag)), None)


def _symbol(element: etree._Element) -> str:
    try:
        return symbols.sign(int(element.get(W + "char") or "", 16), element.get(W + "font"))
    except ValueError:
        return ""
