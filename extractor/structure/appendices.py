"""Appendices: where one opens, its label and its title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.labels import label_of
from extractor.layout import Block, Paragraph

_APPENDIX = re.compile(
    r"(?P<label>(?:PHỤ\s+LỤC|Phụ\s+[Ll]ục|BIỂU(?:\s+MẪU)?|Biểu(?:\s+mẫu)?|MẪU|Mẫu)"
    r"(?:\s+(?:SỐ|[Ss]ố))?\s*(?P<number>\d{1,3}(?:[.-]\d{1,2})?[A-Za-z]?|[IVXL]{1,6}(?:[.-]\d{1,2})?|[A-Z])?)"
    r"(?=[\s.:–-]|$)\s*[.:–-]*\s*(?P<title>.*)",
    re.DOTALL,
)
_ATTACHED = re.compile(r"\s*[*_]*\(?\s*(?:ban hành\s+)?(?:kèm|đính kèm)\s+theo\b", re.IGNORECASE)


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


def span_of(blocks: Sequence[Block], index: int, opened: Appendix) -> int:
    """How many blocks from `index` on the label and the title of an appendix take."""
    last = opened.paragraphs[-1]
    return next(i for i in range(index, len(blocks)) if blocks[i] is last) - index + 1


def appendix_at(
    blocks: Sequence[Block], index: int, taken: set[int], signed: bool
) -> Appendix | None:
    """The appendix whose label or title is the paragraph `index`; None where none opens there.

    `signed` says that the paragraph stands behind the signature: only there does a title in
    capitals with "(Kèm theo …)" open an appendix without a label.
    """
    block = blocks[index]
    assert isinstance(block, Paragraph)
    found = _opens_appendix(block)
    if found is None and not (signed and _titled(blocks, index)):
        return None
    appendix = Appendix(None, "", index, [block])
    titles: list[str] = []
    if found:
        appendix.label = " ".join(found["label"].split())
        titles = [found["title"]] if found["title"].strip() else []
    else:
        titles = [block.text]
    for following in blocks[index + 1 : index + 12]:
        if not isinstance(following, Paragraph):
            break
        if following.kind != "body" or not following.text.strip():
            continue
        if id(following) in taken or _opens_appendix(following):
            break
        if _ATTACHED.match(following.text):
            appendix.paragraphs.append(following)
            break
        if not _reads_as_title(following, titles):
            break
        titles.append(following.text)
        appendix.paragraphs.append(following)
    whole = " ".join(" ".join(titles).split())
    title, _bracket, _ = whole.partition("(Kèm theo") if "(Kèm theo" in whole else (whole, "", "")
    appendix.title = title.strip(" *_")
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
    if title.isupper() or (loud and title[0].isupper() and title[-1] not in ".;"):
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
        if _ATTACHED.match(following.text):
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
