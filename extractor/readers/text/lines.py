"""The lines of a text dump with their places, and what a dump adds to the words: marks of
emphasis, tags of HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.labels import INLINE_BULLETS
from models.provenance import Place

_LINE = re.compile(r"[^\n\f]+")
_TAG = re.compile(
    r"</?(?:a|b|big|br|center|div|em|font|i|li|ol|p|small|span|strong|sub|sup|table|tbody|td|th|tr"
    r"|u|ul)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|li|p|div)\b[^<>]{0,300}>|</(?:li|p|div)>", re.IGNORECASE)
_LIST = re.compile(r"<[uo]l\b", re.IGNORECASE)
# An item of a list that lost its line break: a dash between blanks before a capital.
_INLINE_ITEM = re.compile(rf"(?<=[.;:>,])\s+(?=[{INLINE_BULLETS}]\s+\S)")
_STRONG = re.compile(r"\*\*+|__+")
# A single asterisk is emphasis where it touches a word on one side; "(*)" and "* x" are not.
_SOFT = re.compile(r"(?<![\w*])\*(?=[^\s*)])|(?<=[^\s*(])\*(?![\w*])")
_HEADING = re.compile(r"#{1,6}(?:\s+|$)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_ENTITY = {"&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
_ENTITIES = re.compile("|".join(_ENTITY))


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line that is not blank: its text without blanks at the ends, the characters it covers,
    whether a blank line stands before it, and the blanks that it is indented by."""

    text: str
    start: int
    end: int
    gap: bool = False
    indent: int = 0

    @property
    def bar(self) -> bool:
        """Whether it is the delimiter of a cell: a line of its own that holds only a bar."""
        return self.text == "|"


def lines_of(text: str) -> list[RawLine]:
    """The lines of `text` that are not blank, in order.

    >>> [(line.text, line.start, line.gap) for line in lines_of(" a\\n\\nb ")]
    [('a', 1, False), ('b', 4, True)]
    """
    found: list[RawLine] = []
    end = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        if not raw.strip():
            continue
        # Tabs at the ends are empty cells; a single one in front indents.
        blank = " " if raw.count("\t") > 1 or "\t" in raw.strip() else None
        stripped = raw.strip(blank)
        start = match.start() + len(raw) - len(raw.lstrip(blank))
        gap = text.count("\n", end, start) > 1 if found else False
        end = start + len(stripped)
        found.append(RawLine(stripped, start, end, gap, start - match.start()))
    return found


def place_of(lines: Sequence[RawLine]) -> Place:
    """From the first character of `lines` to the last."""
    return Place(span=(lines[0].start, lines[-1].end))


def is_marked(lines: Sequence[RawLine]) -> bool:
    """Whether the dump marks emphasis as Markdown does.

    >>> is_marked(lines_of("**KẾ HOẠCH**\\nVề *việc*")), is_marked(lines_of("(*) Ghi chú"))
    (True, False)
    """
    return any("**" in line.text or _SOFT.search(line.text) for line in lines)


def flips_strong(text: str) -> bool:
    """Whether `text` opens a `**strong**` that it does not close, or the other way round."""
    return len(_STRONG.findall(text)) % 2 == 1


def open_emphasis(text: str) -> bool:
    """Whether `text` ends inside `**strong**` or `*emphasis*`.

    >>> open_emphasis("**Sở"), open_emphasis("**Sở** Y tế"), open_emphasis("*Căn cứ Luật")
    (True, False, True)
    """
    strong = len(_STRONG.findall(text))
    return strong % 2 == 1 or len(_SOFT.findall(_STRONG.sub("", text))) % 2 == 1


def is_bold(text: str, *, inside: bool = False) -> bool:
    """Whether all words of `text` stand inside `**…**`; `inside` says that it begins so."""
    if "**" not in text:
        return False
    outside = _STRONG.split(text)[int(inside) :: 2]
    return not any(re.search(r"\w", piece) for piece in outside)


def clean(text: str, *, marked: bool) -> str:
    """`text` without tags, entities and, where the dump is `marked`, without marks of emphasis.

    Breaks of a list are kept as newlines; blanks are folded.

    >>> clean("a <i>b</i><br>c", marked=False), clean("**Điều 1. **Ban", marked=True)
    ('a b\\nc', 'Điều 1. Ban')
    """
    if "<" in text:
        if _LIST.search(text):
            text = _INLINE_ITEM.sub("\n", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = _ENTITIES.sub(lambda m: _ENTITY[m.group()], text)
    if marked:
        text = _HEADING.sub("", text, count=1) if text.startswith("#") else text
        text = _SOFT.sub("", _STRONG.sub("", text))
        if "\\" in text:
            text = _ESCAPE.sub(r"\1", text)
    pieces = (" ".join(piece.split()) for piece in text.split("\n"))
    return "\n".join(piece for piece in pieces if piece)
