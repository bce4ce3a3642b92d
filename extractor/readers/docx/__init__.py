"""Word documents (DOCX, DOCM, DOTX): bytes -> Layout.

python-docx opens the package; its paragraphs are walked here, since its own text of a paragraph
leaves out insertions, content controls and fields. Blocks come in this order: headers, body,
footnotes, endnotes, footers; text boxes come behind the paragraph they hang on.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from extractor.labels import roman
from extractor.layout import Block, Layout, Paragraph, ParagraphKind, Table
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.archive import open_archive
from extractor.readers.docx.numbering import Numbering
from extractor.readers.docx.package import RELATION_ID, WORD, WordPackage
from extractor.readers.docx.passages import Passages
from extractor.readers.docx.stories import Item, Stories
from extractor.readers.docx.styles import Styles
from extractor.text import normal
from models.errors import DamagedSource, EmptySource
from models.plan import Diagnostic, Severity
from models.provenance import Place

W = WORD
_HEADER, _FOOTER = W + "headerReference", W + "footerReference"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_docx(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a Word document; places are addresses of elements: `body/tbl[2]/tr[3]/tc[4]`.

    Automatic numbers stand before the text they are printed before. Headers, footers and notes
    are marked by the kind of their paragraphs. Raises DamagedSource, EmptySource,
    EncryptedSource, LegacyFormat, LimitExceeded, UnknownFormat.
    """
    package = WordPackage(open_archive(data, limits))
    body = next(package.document.element.iterchildren(W + "body"), None)
    if body is None:
        raise DamagedSource("Văn bản Word không có phần thân.", "The Word document has no body.")
    styles = Styles(package.styles())
    numbering = Numbering(package.related("numbering"), styles)
    lines = Passages(styles, numbering, package.private)
    stories = Stories(lines, limits)
    blocks = list(_blocks(stories.read(body, "body")))
    if not blocks:
        raise EmptySource("Văn bản không có chữ nào.", "There is no text in the document.")
    title = package.title
    layout = Layout(
        reader="docx",
        media_type=MEDIA_TYPE,
        blocks=blocks,
        title=" ".join(normal(title).split()) or None if title else None,
    )
    _add_notes(layout, package, stories)
    _add_running(layout, package, stories, body)
    layout.diagnostics += _diagnostics(stories)
    return layout


def _blocks(items: Iterable[Item]) -> Iterator[Block]:
    """Paragraphs and tables; tables that only stand beside each other in another are apart."""
    for item in items:
        if not isinstance(item, Table):
            yield Paragraph(item.text, Place(path=item.path), "body", item.centered, item.bold)
        elif any(cell.tables for cell in item.cells) and not any(c.text for c in item.cells):
            for cell in item.cells:
                yield from cell.tables
        else:
            yield item


def _flat(items: list[Item], kind: ParagraphKind) -> list[Block]:
    """Items as paragraphs of one kind: a table in a header or a note gives one for each cell."""
    found: list[Block] = []
    for item in items:
        if isinstance(item, Table):
            for cell in item.cells:
                if cell.text:
                    found.append(Paragraph(cell.text, cell.place, kind, bold=cell.bold))
                found += _flat(list(cell.tables), kind)
        else:
            found.append(
                Paragraph(item.text, Place(path=item.path), kind, item.centered, item.bold)
            )
    return found


def _add_notes(layout: Layout, package: WordPackage, stories: Stories) -> None:
    """Put the notes that the body refers to at its end, each with the number of its mark."""
    referred = list(dict.fromkeys(stories.passages.notes))
    for part in ("footnotes", "endnotes"):
        wanted = [identity for kind, identity in referred if kind == part]
        if not wanted:
            continue
        notes = package.related(part)
        entries = {
            entry.get(W + "id"): (place, entry)
            for place, entry in enumerate(() if notes is None else notes, 1)
        }
        for number, identity in enumerate(wanted, 1):
            if identity not in entries:
                continue
            place, entry = entries[identity]
            stories.passages.numbering.restart()
            found = _flat(stories.read(entry, f"{part}/*[{place}]"), "footnote")
            if found and isinstance(found[0], Paragraph):
                mark = str(number) if part == "footnotes" else roman(number)
                found[0].text = f"{mark} {found[0].text}"
            layout.blocks += found


def _add_running(
    layout: Layout, package: WordPackage, stories: Stories, body: etree._Element
) -> None:
    """Put the headers that a section refers to before the body, and the footers behind it."""
    parts = package.document.related_parts
    heads: list[Block] = []
    feet: list[Block] = []
    seen: set[str] = set()
    sections = [*stories.passages.sections, *body.iterchildren(W + "sectPr")]
    for reference in (reference for section in sections for reference in section):
        if reference.tag not in (_HEADER, _FOOTER):
            continue
        part = parts.get(reference.get(RELATION_ID))
        if part and part.partname not in seen:
            seen.add(part.partname)
            stories.passages.numbering.restart()
            name = part.partname.filename.removesuffix(".xml")
            found = _flat(stories.read(part.element, name), "running")
            if reference.tag == _HEADER:
                heads += found
            else:
                feet += found
    layout.blocks[:0] = heads
    layout.blocks += feet


def _diagnostics(stories: Stories) -> list[Diagnostic]:
    read = stories.passages
    counted: tuple[tuple[Severity, str, int, str], ...] = (
        ("info", "docx.hidden-text", read.hidden, "đoạn chữ ẩn, không in ra, đã bỏ qua"),
        ("info", "docx.covered-text", stories.covered, "ô bị ô gộp che khuất có chữ, đã bỏ qua"),
        ("info", "docx.pictures", read.pictures, "hình ảnh, không đọc chữ bên trong"),
        ("warning", "docx.embedded-files", stories.chunks, "tệp nhúng trong văn bản, không đọc"),
    )
    return [
        Diagnostic(severity, code, f"Có {count} {what}.")
        for severity, code, count, what in counted
        if count
    ]
