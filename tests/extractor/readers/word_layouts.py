"""What the reader makes of small Word documents, where a plan shows less."""

from extractor.layout import Layout, Paragraph, Table
from extractor.readers import read
from tests.extractor.readers.word import docx


def layout(body: str, **others: str) -> Layout:
    """What the reader makes of it."""
    return read(docx(body, **others))


def texts(body: str, kind: str = "body", **others: str) -> list[str]:
    """The texts of the paragraphs of one kind."""
    return [b.text for b in paragraphs(layout(body, **others)) if b.kind == kind]


def paragraphs(found: Layout) -> list[Paragraph]:
    return list(found.paragraphs())


def table(body: str, **others: str) -> Table:
    """The only table."""
    (found,) = layout(body, **others).tables()
    return found


def cells(found: Table) -> list[list[str]]:
    """The texts of a table by row, a spanned cell once, where it begins."""
    rows: list[list[str]] = [[] for _ in range(found.rows)]
    for cell in found.cells:
        rows[cell.row].append(cell.text)
    return rows
