"""Stage 2: what the parts of the document are: head, title, legal basis, body, signature."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from corpora.kinds import Form, form_of
from corpora.wordings import pattern
from extractor.labels import ATTACHED, label_of
from extractor.layout import Layout, Paragraph, Table, Unit
from extractor.structure.letterhead import (
    Letterhead,
    complete,
    complete_by_caption,
    read_letterhead,
)
from extractor.structure.lines import PrintedLine, lays_out, lines_of
from extractor.structure.outline import Outline, Part, outline_of
from extractor.structure.signature import Signature, recipients_of, signature_of
from extractor.structure.titles import (
    CARRIED,
    Title,
    below_the_head,
    fallback_title,
    letter_at,
    subject_of,
    titles_of,
)

#: In how many lines the head of a paper without a title is looked for.
_HEAD = 30
_BASIS = re.compile(
    rf"[\s*_]*(?:{pattern('form_words', 'basis', 'basis.proposal', 'basis.act')})\s"
)
_OPERATIVE = re.compile(rf"[\s*_]*(?:{pattern('form_words', 'operative')})\s*:[\s*_]*$")
#: A decision or resolution whose articles hold a plan.
_HOLDS = re.compile(
    rf"\b(?:phê duyệt|ban hành|thông qua)\s+(?:kèm theo\s+)?[“\"]?(?:{'|'.join(CARRIED)})\b",
    re.IGNORECASE,
)
_SETTLED = re.compile(pattern("form_words", "settled"), re.IGNORECASE)
_AUTHORITY = re.compile(rf"[\s*_]*(?:Q\.\s*)?(?:{pattern('form_words', 'authority')})\b")


#: What becomes of a non-blank cell or paragraph. A stage returns the fates of the units it read;
#: they are folded into the ledger once, at the end.
Fate = Literal[
    "task",  # a cell of a task, or its continuation over a page
    "group",  # a heading row of a table, or its line of totals
    "header",  # a heading of columns, also where it is repeated
    "target",  # a cell of a table of targets
    "section",  # running text under a heading of the outline, or such a heading
    "document",  # letterhead, title, legal basis, signature, recipients, appendix titles
    "other-table",  # a cell of a table that lists no tasks; kept in the text of its section
    "running",  # page numbers, running heads and feet
    "footnote",
    "stamp",  # a digital signature
    "furniture",  # of the web site around the document
]


class Fated(NamedTuple):
    """Units of the source that share a fate."""

    fate: Fate
    units: Iterable[Unit]


@dataclass(slots=True)
class Segments:
    """The parts of a document, each with the lines it was read from, and the units' fates."""

    lines: list[PrintedLine]
    letterhead: Letterhead
    title: Title | None
    kind: str | None
    form: Form | None
    title_text: str | None
    carried: Title | None
    signature: Signature | None
    recipients: tuple[str, ...]
    basis: list[Paragraph]
    outline: Outline
    fields: dict[str, tuple[PrintedLine, ...]]
    fates: list[Fated]


def segment(layout: Layout) -> Segments:
    """The parts of `layout`."""
    forms = [table for table in layout.tables() if lays_out(table)]
    lines = below_the_head(list(lines_of(layout.blocks, {id(table) for table in forms})))
    body = [line for line in lines if not isinstance(line.owner, Paragraph) or _is_body(line.owner)]
    titles = titles_of(body)
    first = titles[0] if titles else None
    carried = titles[1] if len(titles) > 1 else None
    head = first.first if first else _HEAD
    letterhead = read_letterhead(body, head)
    complete(letterhead, lines)
    signature = signature_of(body[head:] if first else body)
    recipients, listed = recipients_of(body)
    kind, title_text, title_line = _title(first, carried, body, layout.title, letterhead.issuer)
    basis = _basis(body, titles)

    used: list[PrintedLine] = [line for group in letterhead.lines.values() for line in group]
    named = [line for title in titles for line in title.lines] + title_line
    letter, addressed = letter_at(body) if kind == "công văn" and not first else (0, ())
    used += named
    used += signature.lines if signature else ()
    used += listed
    owners = _fields(body, head if first else letter, used, named, basis)
    taken = {id(field) for field in (*owners, *forms)}
    signed = max((line.block for line in listed), default=None)
    if signed is None and signature:
        signed = signature.lines[-1].block
    top = first.lines if first else body[:letter]
    start = top[-1].block + 1 if top else 0
    start = min(start, _first_free(layout, taken))
    attached = carried.lines[0].block if carried else None
    outline = outline_of(layout.blocks, taken, start, signed, attached)
    carries = [appendix.first for appendix in outline.appendices[:1]]
    carries += [carried.lines[-1].block] if carried else []
    behind = [line for line in lines if carries and line.block >= min(carries)]
    complete_by_caption(letterhead, kind or letterhead.kind, behind)
    fields = dict(letterhead.lines)
    main = carried or first
    fields["title"] = main.lines if main else tuple(title_line)
    if signature:
        fields["signer"] = signature.lines
    return Segments(
        lines, letterhead, first, kind, _form(kind or letterhead.kind, title_text, body),
        title_text, carried, signature, (*addressed, *recipients), basis, outline, fields,
        _fates(layout, owners, forms, outline),
    )  # fmt: skip


def _is_body(paragraph: Paragraph) -> bool:
    return paragraph.kind == "body"


def _first_free(layout: Layout, taken: set[int]) -> int:
    """The first block that is body text and no field of the document."""
    for index, block in enumerate(layout.blocks):
        if not isinstance(block, Paragraph) or id(block) in taken:
            continue
        if _is_body(block) and block.text.strip():
            return index
    return len(layout.blocks)


def _title(
    first: Title | None,
    carried: Title | None,
    lines: Sequence[PrintedLine],
    metadata: str | None,
    issuer: str | None,
) -> tuple[str | None, str | None, list[PrintedLine]]:
    if first:
        return first.kind, (carried or first).text, []
    if subject := subject_of(lines):
        return "công văn", " ".join(line.text for line in subject), list(subject)
    found = fallback_title(lines, metadata, issuer)
    if found is None:
        return None, None, []
    kind, text, line = found
    return kind, text, [line] if line else []


def _form(kind: str | None, title: str | None, lines: Sequence[PrintedLine]) -> Form | None:
    """What the paper is: by its title, its kind, or, without either, a line in capitals."""
    for text in (title, kind):
        if text and (found := form_of(text)):
            if found.duties == "named" and _HOLDS.search(title or ""):
                return form_of("kế hoạch")
            settled = found.duties == "named" and _SETTLED.search(title or "")
            return replace(found, duties="none") if settled else found
    if title or kind:
        return None
    loud = (line.text for line in lines[:_HEAD] if line.text.isupper())
    return next((found for text in loud if (found := form_of(text))), None)


def _basis(lines: Sequence[PrintedLine], titles: Sequence[Title]) -> list[Paragraph]:
    """The paragraphs of the legal basis: after the first title, before the first section."""
    if not titles:
        return []
    found: list[Paragraph] = []
    start = lines.index(titles[0].lines[-1]) + 1
    for line in lines[start : start + 80]:
        if not isinstance(line.owner, Paragraph):
            continue
        label = label_of(line.text)
        if (label and label.kind != "bullet") or _OPERATIVE.match(line.text):
            break
        if _BASIS.match(line.text) and line.owner not in found:
            found.append(line.owner)
    return found


def _fields(
    lines: Sequence[PrintedLine],
    head: int,
    used: Sequence[PrintedLine],
    named: Sequence[PrintedLine],
    basis: Sequence[Paragraph],
) -> list[Unit]:
    """The paragraphs and cells that are fields of the document, those of its head among them.

    `named` are the lines of its titles: below one stands what carries it.
    """
    found: list[Unit] = [
        line.owner
        for line in (*lines[:head], *used)
        if not isinstance(line.owner, Paragraph) or _is_body(line.owner)
    ]
    found += basis
    for line in lines:
        text = line.text
        if isinstance(line.owner, Paragraph) and (
            _OPERATIVE.match(text)
            or (ATTACHED.match(text) and len(text) < 400 and _near_title(line, named))
            or (text.isupper() and _AUTHORITY.match(text) and len(text) < 160)
        ):
            found.append(line.owner)
    return found


def _fates(
    layout: Layout, fields: Sequence[Unit], forms: Sequence[Table], outline: Outline
) -> list[Fated]:
    """What became of the paragraphs, and of the cells of tables that only lay out the page."""
    aside = [Fated(p.kind, [p]) for p in layout.paragraphs() if p.kind != "body"]
    laid = [cell for table in forms for cell in table.every_cell()]
    titles = [p for appendix in outline.appendices for p in appendix.paragraphs]
    texts = [p for part in outline.parts for p in part.paragraphs]
    return [*aside, Fated("document", [*fields, *laid, *titles]), Fated("section", texts)]


def _near_title(line: PrintedLine, named: Sequence[PrintedLine]) -> bool:
    return any(0 < line.block - other.block <= 2 for other in named)


def stretches(segments: Segments) -> Iterator[tuple[int, Part, bool]]:
    """The sections in printed order, and whether each begins there: what stands behind a section
    inside it ("1. Sở Nội vụ", "2. Sở Y tế: …") is a stretch of its own."""
    parts = segments.outline.parts
    blocks = {id(line.owner): line.block for line in segments.lines}
    below: dict[int, list[int]] = {}
    for part in parts:
        if part.parent is not None:
            below.setdefault(part.parent, []).append(part.block)
    found = []
    for number, part in enumerate(parts):
        inner = below.get(number, [])
        pieces: dict[int, list[Paragraph]] = {0: list(part.paragraphs[: part.heading])}
        for paragraph in part.paragraphs[part.heading :]:
            at = bisect_left(inner, blocks.get(id(paragraph), part.block))
            pieces.setdefault(at, []).append(paragraph)
        for at, paragraphs in pieces.items():
            block = part.block if at == 0 else blocks.get(id(paragraphs[0]), part.block)
            heading = part.heading if at == 0 else 0
            piece = replace(part, paragraphs=paragraphs, heading=heading)
            found.append((block, number, piece, at == 0))
    found.sort(key=lambda stretch: stretch[:2])
    for _, number, part, first in found:
        yield number, part, first
