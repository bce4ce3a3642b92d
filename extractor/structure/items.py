"""The items of a section: what is numbered, lettered or bulleted in it, nested by rank."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpora.tables import rows
from extractor.labels import BULLETS, INLINE_BULLETS, Label, label_of
from extractor.layout import Paragraph
from extractor.structure.headings import Joined
from models.provenance import Place

#: Items that a dump has run together: "… ngân sách. 8. Cân đối", "… thể chế. - Rà soát"; but a dash
#: behind a bracket or a quotation is one inside a sentence: "(đợt 1) - Sở Tài chính thực hiện".
_RUN_IN = re.compile(
    r"(?<=[.;:!?…”)])\s+(?=(?P<number>\d{1,3})\.\s+[^\W\d_])"
    rf"|(?<=[.;:!?…])\s+(?=[{INLINE_BULLETS}]\s+[^\W_])"
)
#: A bullet in front of a figure or a sign, which `label_of` takes for part of the figure.
_BULLET = re.compile(rf"[{re.escape(BULLETS)}]+\s*(?=[\d≥≤<>\"“(])")
_MARKS = " *_#"
_STAR = re.compile(r"\*\s[^\W\d_]")
#: The longest title of an item, in characters.
_LONGEST = 160
#: How deep each bullet stands among others, as part of a rank.
_LEVELS = {row["mark"]: int(row["level"]) / 10 for row in rows("bullets")}


@dataclass(slots=True)
class Item:
    """An item, or a paragraph without a label; `text` as printed without its label.

    `certainty` and `repairs` are those of the paragraphs it stands in.
    """

    label: Label | None
    text: str
    place: Place
    bold: bool = False
    items: list["Item"] = field(default_factory=list)
    certainty: float = 1.0
    repairs: Sequence[tuple[str, str]] = ()

    def reads(self, paragraph: Paragraph) -> None:
        """Notes how a paragraph it stands in was recognised."""
        self.certainty = min(self.certainty, paragraph.certainty)
        self.repairs = (*self.repairs, *paragraph.repairs)

    @property
    def rank(self) -> float:
        if self.label is None:
            return 20.0
        if self.label.kind == "bullet":
            return self.label.rank + _LEVELS.get(self.label.text, 0.0)
        return self.label.rank + self.label.depth / 10

    @property
    def ordinal(self) -> str | None:
        """The label as printed, None without one or with a bullet."""
        return self.label.text if self.label and self.label.kind != "bullet" else None


def items_of(paragraphs: Sequence[Paragraph]) -> list[Item]:
    """The items in `paragraphs`, each with those of lower rank below it.

    What stands without a label is an item of its own, beside the one before it; below it where
    that ends with a colon, or is a title.

    >>> [i.text for i in items_of([Paragraph("4. Rà soát. 5. Sắp xếp. 7. x", Place())])]
    ['Rà soát.', 'Sắp xếp. 7. x']
    """
    roots: list[Item] = []
    stack: list[Item] = []
    for item in flat(paragraphs):
        if item.label is None:
            below = stack[-1] if stack and _is_title(stack[-1]) else None
            siblings = below.items if below else stack[-2].items if len(stack) > 1 else roots
            siblings.append(item)
            continue
        while stack and stack[-1].rank >= item.rank:
            stack.pop()
        (stack[-1].items if stack else roots).append(item)
        stack.append(item)
    return roots


def _is_title(item: Item) -> bool:
    """Whether an item is the title of what stands below it: "b) Thúc đẩy liên kết vùng"."""
    if item.text.endswith(":"):
        return True
    return item.ordinal is not None and len(item.text) <= _LONGEST and item.text[-1] not in ".;,…/"


def flat(paragraphs: Sequence[Paragraph]) -> list[Item]:
    """The items in printed order, not nested; one that a page break cut in two is one again.

    >>> [i.text for i in flat([Paragraph("- Một là. - 100% hai.", Place())])]
    ['Một là.', '100% hai.']
    """
    found: list[tuple[Item, Joined]] = []
    number: int | None = None
    for paragraph in paragraphs:
        for line in _lines(paragraph.text):
            if found and not _BULLET.match(line) and found[-1][1].took(line):
                found[-1][0].reads(paragraph)
                continue
            for piece in _pieces(line, number):
                label = label_of(piece) or _figure(piece)
                text = (label.rest if label else piece).strip(_MARKS)
                if label and label.kind == "number":
                    number = label.value
                if any(map(str.isalnum, text)):  # a bullet or dots alone are no item
                    item = Item(label, "", paragraph.place, paragraph.bold)
                    item.reads(paragraph)
                    found.append((item, Joined(text)))
    for item, joined in found:
        item.text = str(joined)
    return [item for item, _ in found]


def _figure(piece: str) -> Label | None:
    found = _BULLET.match(piece)
    return Label("bullet", found[0].strip(), None, 1, piece[found.end() :]) if found else None


def _lines(text: str) -> Iterator[str]:
    """The forced lines of a paragraph that open items, each with the lines that only go on."""
    whole: list[str] = []
    for line in map(_unmarked, text.split("\n")):
        if whole and line and (label_of(line) or _BULLET.match(line)):
            yield " ".join(whole)
            whole = [line]
        elif line:
            whole.append(line)
    if whole:
        yield " ".join(whole)


def _unmarked(line: str) -> str:
    """A line without emphasis; a star in front of words is a bullet."""
    whole = " ".join(line.split())
    return f"* {whole[2:].strip(_MARKS)}" if _STAR.match(whole) else whole.strip(_MARKS)


def _pieces(line: str, number: int | None) -> Iterator[str]:
    """The items run together in a line: a bullet, or the next number of the series."""
    label = label_of(line)
    if label and label.kind == "number":
        number = label.value
    start = 0
    for found in _RUN_IN.finditer(line):
        if found["number"]:
            if number is None or int(found["number"]) != number + 1:
                continue
            number += 1
        yield line[start : found.start()]
        start = found.end()
    yield line[start:]
