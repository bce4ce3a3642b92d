"""A signature block that a page break cuts."""

from extractor.layout import Cell, Paragraph
from extractor.structure.lines import PrintedLine
from extractor.structure.signature import recipients_of, signature_of
from models.provenance import Place


def line(text: str, page: int, column: int | None = None) -> PrintedLine:
    """A line of a cell of the table at the foot of a page, or below it on the next."""
    place = Place(page=page)
    if column is None:
        return PrintedLine(text, place, Paragraph(text, place), 9 + page)
    return PrintedLine(text, place, Cell(0, column, text, place), 9, column)


def test_a_block_whose_end_stands_on_the_next_page() -> None:
    lines = [
        line("Nơi nhận:", 1, 0),
        line("- Các sở;", 1, 0),
        line("CHỦ TỊCH", 1, 1),
        line("- Lưu: VT.", 2),
        line("Trần Văn An", 2),
    ]
    found = signature_of(lines)
    assert found
    assert (found.name, found.position) == ("Trần Văn An", "CHỦ TỊCH")
    assert recipients_of(lines)[0] == ("Các sở", "Lưu: VT")
