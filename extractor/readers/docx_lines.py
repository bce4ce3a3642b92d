"""Lines of a DOCX: the text of a paragraph, from its runs, its number and its style.

The text is the accepted one: insertions stand, deletions don't. What Word does not print
(hidden text, instructions of fields, comments) is left out; hidden text is counted.
"""

from dataclasses import dataclass, field

from lxml import etree

from extractor.characters import normal
from extractor.readers import symbols
from extractor.readers.numbering import Numbering
from extractor.readers.ooxml import RELATION_ID, WORD, integer
from extractor.readers.styles import Style, Styles, is_on

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
_BR, _SYM, _FIELD = W + "br", W + "sym", W + "fldChar"
_BOX = W + "txbxContent"
_WORD_ART = _VML + "textpath"
_SHAPE_TEXT = _DRAWING + "main}p"
_FRACTION = _MATH + "f"
ALTERNATIVES = MC + "AlternateContent"

_BOLD_PROPERTIES = (_B, _RSTYLE)
_RUN_PROPERTIES = (_B, _RSTYLE, _VANISH, _CAPS, _FONTS)
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
_SPACES = {W + "tab": " ", W + "ptab": " ", W + "noBreakHyphen": "-", W + "cr": "\n"}
_TEXTS = (_T, _MATH + "t")
_PICTURES = (
    _DRAWING + "picture}pic",
    _DRAWING + "chart}chart",
    _DRAWING + "diagram}relIds",
)
_VML_IMAGE = _VML + "imagedata"
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}


_NO_STYLE = Style()


@dataclass(slots=True)
class Line:
    """A paragraph: its pieces while it is read, then its text; `boxes` hang on it.

    `bold` says that all its words are, `open` that its mark is deleted or hidden, so that it goes
    on in the next paragraph.
    """

    container: str
    number: int
    style: Style = _NO_STYLE
    pieces: list[str] = field(default_factory=list)
    bold: bool = True
    centered: bool = False
    open: bool = False
    text: str = ""
    boxes: "list[etree._Element | str]" = field(default_factory=list)
    instructions: list[bool] = field(default_factory=list)
    muted: bool = False

    @property
    def path(self) -> str:
        """The address of the paragraph."""
        return f"{self.container}/p[{self.number}]"

    def finish(self) -> None:
        """Make the text of the pieces: white space folded, a newline for a forced break."""
        text = normal("".join(self.pieces))
        if "\n" in text:
            folded = (" ".join(part.split()) for part in text.split("\n"))
            self.text = "\n".join(part for part in folded if part)
        else:
            self.text = " ".join(text.split())


@dataclass(slots=True)
class Lines:
    """What the paragraphs of one document share, and what was met while reading them.

    `decorated` says that some text may be hidden, capital by format or in a pictorial font, and
    `revised` that some paragraph marks may be deleted or hidden: a document without, as nearly
    all are, is read faster. `notes` are the notes referred to: their part's kind and their id.
    """

    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    decorated: bool = True
    revised: bool = True
    notes: list[tuple[str, str]] = field(default_factory=list)
    hidden: int = 0
    pictures: int = 0

    def read(self, element: etree._Element, line: Line, carried: Line | None = None) -> Line:
        """Fill `line` from a `w:p`; `carried` is the line before it that goes on in it."""
        label = self._properties(element, line)
        if carried:
            line.pieces, line.boxes = carried.pieces, carried.boxes
            line.bold = carried.bold or not any(map(str.strip, line.pieces))
        for child in element:
            if child.tag == _R:
                self._run(child, line)
            else:
                self._inline(child, line)
        line.bold = line.bold and any(map(str.strip, line.pieces))
        if label:
            line.pieces.insert(0, label)
        if not line.open:
            line.finish()
        return line

    def _properties(self, element: etree._Element, line: Line) -> str:
        """Take what the paragraph's properties and style say; its number, '' for none."""
        style_id: str | None = None
        num_id: str | None = None
        level: str | None = None
        centered: bool | None = None
        for properties in element.iterchildren(_PPR):
            for prop in properties:
                tag = prop.tag
                if tag == _PSTYLE:
                    style_id = prop.get(_VAL)
                elif tag == _JC:
                    centered = prop.get(_VAL) == "center"
                elif tag == _NUMPR:
                    num_id = _value(prop, W + "numId")
                    level = _value(prop, W + "ilvl")
                elif tag == _RPR and self.revised:
                    line.open = any(map(is_on, prop.iterchildren(*_REMOVED_MARKS)))
            break
        line.style = style = self.styles.get(style_id)
        line.centered = bool(style.centered if centered is None else centered)
        if line.open or (num_id is None and style.num_id is None):
            return ""
        if num_id is None:
            num_id = style.num_id or ""
            if level is None:
                linked = self.numbering.level_of(num_id, style_id)
                return self.numbering.label(
                    num_id, (style.level or 0) if linked is None else linked
                )
        return self.numbering.label(num_id, integer(level))

    def _run(self, run: etree._Element, line: Line) -> None:
        pieces, boxes = line.pieces, line.boxes
        size, boxed = len(pieces), len(boxes)
        bold, hidden, caps = line.style.bold, line.style.hidden, line.style.caps
        font: str | None = None
        for child in run:
            tag = child.tag
            if tag == _T:
                text = child.text
                if text and not line.muted:
                    pieces.append(text.replace("\n", " ") if "\n" in text else text)
            elif tag != _RPR:
                self._inline(child, line)
            elif line.bold or self.decorated:
                wanted = _RUN_PROPERTIES if self.decorated else _BOLD_PROPERTIES
                own: dict[str, bool] = {}
                for prop in child.iterchildren(*wanted):
                    if prop.tag == _RSTYLE:
                        style = self.styles.get(prop.get(_VAL), "character")
                        bold = bold if style.bold is None else style.bold
                        hidden = hidden if style.hidden is None else style.hidden
                        caps = caps if style.caps is None else style.caps
                    elif prop.tag == _FONTS:
                        font = prop.get(W + "ascii") or prop.get(W + "hAnsi")
                    else:
                        own[prop.tag] = is_on(prop)
                if own:
                    bold, hidden = own.get(_B, bold), own.get(_VANISH, hidden)
                    caps = own.get(_CAPS, caps)
        if len(pieces) == size and len(boxes) == boxed:
            return
        if hidden:
            self.hidden += 1
            del pieces[size:], boxes[boxed:]
            return
        if line.bold and not bold and any(map(str.strip, pieces[size:])):
            line.bold = False
        if self.decorated:
            pieces[size:] = [symbols.plain(piece, font) for piece in pieces[size:]]
            if caps:
                pieces[size:] = [piece.upper() for piece in pieces[size:]]

    def _inline(self, child: etree._Element, line: Line) -> None:
        """What is not the plain text of a run: one element of a paragraph or a run."""
        tag = child.tag
        if tag in SKIPPED:
            return
        if tag == _R:
            self._run(child, line)
        elif tag in _TEXTS:
            if child.text and not line.muted:
                line.pieces.append(child.text.replace("\n", " "))
        elif tag in _SPACES:
            line.pieces.append(_SPACES[tag])
        elif tag == _BR:
            forced = child.get(W + "type") in (None, "textWrapping")
            line.pieces.append("\n" if forced else " ")
        elif tag == _SYM:
            line.pieces.append(_symbol(child))
        elif tag == _FIELD:
            _step(child.get(W + "fldCharType"), line)
        elif tag in _NOTES:
            self.notes.append((_NOTES[tag], child.get(W + "id") or ""))
        elif tag == _BOX:
            line.boxes.append(child)
        elif tag == _WORD_ART:
            line.boxes.append(child.get("string") or "")
        elif tag == _SHAPE_TEXT:
            line.boxes.append("".join(t.text or "" for t in child.iter(_DRAWING + "main}t")))
        elif tag in _PICTURES or (tag == _VML_IMAGE and child.get(RELATION_ID)):
            self.pictures += 1
        elif tag == _FRACTION:
            for part in child:
                if part.tag == _MATH + "den":
                    line.pieces.append("/")
                self._inline(part, line)
        elif tag == ALTERNATIVES:
            self._alternatives(child, line)
        else:  # an insertion, a link, a field, a content control, a drawing …
            for grandchild in child:
                self._inline(grandchild, line)

    def _alternatives(self, element: etree._Element, line: Line) -> None:
        """Read the first branch that has anything in it: the others say the same anew."""
        before = len(line.pieces), len(line.boxes), self.pictures
        for branch in element:
            for child in branch:
                self._inline(child, line)
            if (len(line.pieces), len(line.boxes), self.pictures) != before:
                return


def _value(parent: etree._Element, tag: str) -> str | None:
    return next((child.get(_VAL) for child in parent.iterchildren(tag)), None)


def _step(kind: str | None, line: Line) -> None:
    """Move through a field: its instruction is not printed, its result is."""
    if kind == "begin":
        line.instructions.append(True)
    elif line.instructions and kind == "separate":
        line.instructions[-1] = False
    elif line.instructions and kind == "end":
        line.instructions.pop()
    line.muted = any(line.instructions)


def _symbol(element: etree._Element) -> str:
    try:
        return symbols.sign(int(element.get(W + "char") or "", 16), element.get(W + "font"))
    except ValueError:
        return ""
