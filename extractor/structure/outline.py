"""The parts of a document: appendices, and sections by level, with the text under each."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpora.wordings import pattern
from extractor.labels import ATTACHED, RANK, ROMANS, Label, label_of
from extractor.layout import Block, Paragraph, Table
from extractor.structure.headings import Heading, Joined, ends_in_next, heading_of
from models.provenance import Place

_APPENDIX = re.compile(
    rf"(?P<label>(?:{pattern('form_words', 'appendix', 'appendix.small')})"
    r"(?:\s+(?:SỐ|[Ss]ố))?\s*(?P<number>\d{1,3}(?:[.-]\d{1,2})?[A-Za-z]?"
    rf"|[{ROMANS}]{{1,6}}(?:[.-]\d{{1,2}})?|[A-Z])?)"
    r"(?=[\s.:–-]|$)\s*[.:–-]*\s*(?P<title>.*)",
    re.DOTALL,
)

#: The rank of capitals that stand below a Roman number.
_LETTERED = RANK["roman"] + 0.05

#: "(Kèm theo Quyết định số …)" behind a title in the same line.
_CARRIED = re.compile(r"\(\s*(?:ban hành\s+)?(?:đính\s+)?kèm\s+theo\b", re.IGNORECASE)


@dataclass(slots=True)
class Appendix:
    """An appendix: its label and title as printed, and the paragraphs both stand in."""

    label: str | None
    title: str
    first: int
    paragraphs: list[Paragraph] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What a task says it stands in: the label, or the title of one without a label."""
        return self.label or self.title


@dataclass(slots=True)
class Part:
    """A section: its label, title and level; `text` gathers what stands under it.

    `block` is the number of its first block; the first `heading` of its paragraphs are its
    heading, the others are those of `text`, where what a page break cut in two is one again.
    """

    label: Label | None
    title: str
    level: int
    parent: int | None
    appendix: int | None
    place: Place
    block: int
    paragraphs: list[Paragraph] = field(default_factory=list)
    text: list[Joined] = field(default_factory=list)
    heading: int = 0


@dataclass(slots=True)
class Outline:
    """Sections and appendices, and for each block the numbers of those it stands in.

    `tables` are the tables that list something: (number of the block, number of the table from 1).
    """

    parts: list[Part]
    appendices: list[Appendix]
    tables: list[tuple[int, int]]
    part_of: dict[int, int]
    appendix_of: dict[int, int]

    def heading(self, block: int) -> str:
        """The titles above a block, outermost first: of its appendix and its sections."""
        titles = []
        part: int | None = self.part_of.get(block)
        while part is not None:
            titles.append(self.parts[part].title)
            part = self.parts[part].parent
        if block in self.appendix_of:
            titles.append(self.appendices[self.appendix_of[block]].title)
        return "\n".join(reversed(titles))


def outline_of(
    blocks: Sequence[Block],
    taken: set[int],
    start: int,
    signed: int | None,
    carried: int | None = None,
) -> Outline:
    """The outline of `blocks`; `taken` are the ids of those that are fields of the document.

    `start` is the first block after the title, `signed` that of the signature: only behind it, or
    behind an appendix, does a title in capitals with "(Kèm theo …)" open one without a label.
    `carried` is the first block of the plan that a decision carries: its sections stand under no
    article.
    """
    listing = (at for at, b in enumerate(blocks) if isinstance(b, Table) and id(b) not in taken)
    tables = [(at, number) for number, at in enumerate(listing, 1)]
    outline = Outline([], [], tables, {}, {})
    followers = _followers(blocks, taken)
    stack: list[tuple[float, int]] = []
    appendix: int | None = None
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if index == carried:
            stack = []
        if isinstance(block, Paragraph) and block.kind == "body" and index >= start:
            opened = None
            if id(block) not in taken:
                behind = appendix is not None or (signed is not None and index > signed)
                opened = appendix_at(blocks, index, taken, behind)
            if opened:
                outline.appendices.append(opened)
                appendix, stack = len(outline.appendices) - 1, []
                for offset in range(len(opened.paragraphs)):
                    outline.appendix_of[index + offset] = appendix
                taken.update(id(paragraph) for paragraph in opened.paragraphs)
                index += span_of(blocks, index, opened)
                continue
            if id(block) not in taken:
                heading = _heading(blocks, index, followers)
                _add(outline, stack, block, index, appendix, heading)
        if stack:
            outline.part_of[index] = stack[-1][1]
        if appendix is not None:
            outline.appendix_of[index] = appendix
        index += 1
    return outline


def _add(
    outline: Outline,
    stack: list[tuple[float, int]],
    block: Paragraph,
    index: int,
    appendix: int | None,
    heading: Heading | None,
) -> None:
    """Opens a section with `block`, or adds it to the text of the one that is open."""
    text = block.text.strip()
    if not text:
        return
    if heading is None:
        if stack and _is_next(outline.parts[stack[-1][1]], text):
            stack.pop()
        if not stack:
            outline.parts.append(Part(None, "", 0, None, appendix, block.place, index))
            stack.append((-1.0, len(outline.parts) - 1))
        _extend(outline.parts[stack[-1][1]], block, text)
        return
    rank = _rank(outline, stack, heading)
    while stack and stack[-1][0] >= rank:
        stack.pop()
    if stack and stack[-1][0] < 0:
        stack.pop()
    parent = stack[-1][1] if stack else None
    part = Part(
        heading.label, heading.title, len(stack) + 1, parent, appendix, block.place, index, [block]
    )
    part.heading = 1
    if heading.rest:
        part.text.append(Joined(heading.rest))
    outline.parts.append(part)
    stack.append((rank, len(outline.parts) - 1))


def _rank(outline: Outline, stack: list[tuple[float, int]], heading: Heading) -> float:
    """How deep a heading stands: "A." is above "I.", but below one that it opens right under."""
    if heading.label is None or heading.label.kind != "capital":
        return heading.rank
    if any(rank == _LETTERED for rank, _ in stack):
        return _LETTERED
    above = outline.parts[stack[-1][1]] if stack else None
    under = above is not None and above.label is not None and above.label.kind == "roman"
    first = heading.label.value == 1 and all(rank >= RANK["roman"] for rank, _ in stack)
    return _LETTERED if under and above and not above.text and first else heading.rank


def _is_next(part: Part, text: str) -> bool:
    """Whether an item goes on with the numbers of the section's own heading: it is none of its.

    "16. UBND các huyện" heads a section, "17. Đề nghị …" is an item beside it.
    """
    label = label_of(text.strip(" *_#"))
    if label is None or part.label is None or label.kind not in ("number", "decimal"):
        return False
    same = label.kind == part.label.kind and label.depth == part.label.depth
    if not same or label.value != (part.label.value or 0) + 1:
        return False
    inner = (label_of(paragraph.text) for paragraph in part.paragraphs[part.heading :])
    return all(other is None or other.kind != label.kind for other in inner)


def _extend(part: Part, block: Paragraph, text: str) -> None:
    """Adds a paragraph to a section: to its heading or last paragraph if it only goes on."""
    part.paragraphs.append(block)
    if not part.text:
        if part.heading and part.title and ends_in_next(part.title, text):
            part.title = f"{part.title} {text}".rstrip(":").rstrip()
            part.heading += 1
            return
    elif part.text[-1].took(text):
        return
    part.text.append(Joined(text))


def _heading(
    blocks: Sequence[Block], index: int, followers: Sequence[int | None]
) -> Heading | None:
    """The heading that a block opens, judged by the whole of what a line break may have cut."""
    block = blocks[index]
    assert isinstance(block, Paragraph)
    at = followers[index]
    following = None if at is None else blocks[at]
    found = heading_of(block, following)
    if found is None or found.rest or not isinstance(following, Paragraph):
        return found
    whole = Joined(block.text.strip(" *_#"))
    while isinstance(following, Paragraph) and whole.took(following.text.strip()):
        at = None if at is None else followers[at]
        following = None if at is None else blocks[at]
    if at == followers[index]:
        return found
    joined = dataclasses.replace(block, text=str(whole))
    return None if heading_of(joined, following) is None else found


def _followers(blocks: Sequence[Block], taken: set[int]) -> list[int | None]:
    """For each block which stands next in the body: a paragraph with words, or a table."""
    followers: list[int | None] = [None] * len(blocks)
    following: int | None = None
    for index in range(len(blocks) - 1, -1, -1):
        followers[index] = following
        block = blocks[index]
        if isinstance(block, Table):
            following = None if id(block) in taken else index
        elif id(block) in taken:
            following = None
        elif block.kind == "body" and block.text.strip():
            following = index
    return followers


def span_of(blocks: Sequence[Block], index: int, opened: Appendix) -> int:
    """How many blocks from `index` on the label and the title of an appendix take."""
    last = opened.paragraphs[-1]
    return next(i for i in range(index, len(blocks)) if blocks[i] is last) - index + 1


def appendix_at(
    blocks: Sequence[Block], index: int, taken: set[int], behind: bool
) -> Appendix | None:
    """The appendix whose label or title is the paragraph `index`; None where none opens there.

    `behind` says that the paragraph stands behind the signature or another appendix: only there
    does a title in capitals with "(Kèm theo …)" open one without a label.
    """
    block = blocks[index]
    assert isinstance(block, Paragraph)
    found = _opens_appendix(block)
    if found is None and not (behind and _titled(blocks, index)):
        return None
    appendix = Appendix(None, "", index, [block])
    titles: list[str] = []
    if found:
        appendix.label = " ".join(found["label"].split())
        titles = [found["title"]] if found["title"].strip() else []
    else:
        titles = [block.text]
    for following in blocks[index + 1 : index + 12]:
        if not isinstance(following, Paragraph) or _CARRIED.search(" ".join(titles)):
            break
        if following.kind != "body" or not following.text.strip():
            continue
        if id(following) in taken or _opens_appendix(following):
            break
        if ATTACHED.match(following.text):
            appendix.paragraphs.append(following)
            break
        if not _reads_as_title(following, titles):
            break
        titles.append(following.text)
        appendix.paragraphs.append(following)
    appendix.title = _CARRIED.split(" ".join(" ".join(titles).split()))[0].strip(" *_")
    return appendix


def _opens_appendix(block: Paragraph) -> re.Match[str] | None:
    text = block.text.strip(" *_#")
    found = _APPENDIX.match(text)
    if not found or len(text) > 500:
        return None
    label, title = found["label"], found["title"].split("\n")[0].strip()
    if not title:
        return found if len(label) < 24 else None
    if title.startswith("("):
        return found
    loud = block.bold or block.centered or "\n" in block.text.strip()
    if _CARRIED.split(title)[0].isupper() or (
        loud and title[0].isupper() and title[-1] not in ".;"
    ):
        return found
    return None


def _titled(blocks: Sequence[Block], index: int) -> bool:
    """Whether a title in capitals with "(Kèm theo …)" below starts at `index`."""
    block = blocks[index]
    if not isinstance(block, Paragraph) or not block.text.isupper() or label_of(block.text):
        return False
    for following in blocks[index + 1 : index + 5]:
        if not isinstance(following, Paragraph):
            return False
        if ATTACHED.match(following.text):
            return True
        if not (following.text.isupper() or following.centered or following.bold):
            return False
    return False


def _reads_as_title(block: Paragraph, titles: list[str]) -> bool:
    text = block.text.strip(" *_")
    label = label_of(text)
    if label and label.kind != "bullet":
        return False
    if sum(map(len, titles)) + len(text) > 700:
        return False
    return text.isupper() or block.centered or block.bold or (not titles and len(text) < 250)
