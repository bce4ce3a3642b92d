"""Text and Markdown dumps, as people copy them from law sites: bytes -> Layout.

Two things are found in the lines: tables whose cells are separated by tabs or written as
Markdown, and paragraphs, whose hard wraps are healed. A table whose cells stand one below the
other is paragraphs here, with the bars between them if there are any.
"""

from collections.abc import Sequence
from itertools import groupby

from extractor.layout import Block, Layout, Paragraph
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.encoding import decode
from extractor.readers.furniture import mark_furniture
from extractor.readers.text.grids import grid_at
from extractor.readers.text.lines import (
    RawLine,
    clean,
    flips_strong,
    is_bold,
    is_marked,
    lines_of,
    place_of,
)
from extractor.readers.text.wraps import Wraps, healed
from models.errors import EmptySource, LimitExceeded


def read_text(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a text dump; places are spans of characters of the decoded text.

    Site furniture is marked, emphasis and tags are dropped from the text, nothing else is.
    Raises EmptySource where there is no text and LimitExceeded where there is too much.

    >>> layout = read_text("KẾ HOẠCH\\nCải cách hành chính".encode())
    >>> [p.text for p in layout.paragraphs()]
    ['KẾ HOẠCH', 'Cải cách hành chính']
    """
    decoded = decode(data)
    if len(decoded.text) > limits.characters:
        raise LimitExceeded(
            f"Văn bản quá dài: hơn {limits.characters:,} ký tự.",
            f"The text is too long: more than {limits.characters:,} characters.",
        )
    lines = lines_of(decoded.text)
    marked = is_marked(lines)
    blocks = _blocks(lines, limits, marked=marked)
    if not blocks:
        raise EmptySource
    mark_furniture(blocks)
    return Layout(
        reader="text",
        media_type="text/markdown" if marked else "text/plain",
        blocks=blocks,
        diagnostics=list(decoded.diagnostics),
    )


def _blocks(lines: Sequence[RawLine], limits: Limits, *, marked: bool) -> list[Block]:
    wraps = Wraps.of(lines)
    blocks: list[Block] = []
    rest: list[RawLine] = []
    cells = 0
    index = 0
    while index < len(lines):
        found = grid_at(lines, index, marked=marked)
        if found is None:
            rest.append(lines[index])
            index += 1
            continue
        blocks += _paragraphs(rest, wraps, marked=marked)
        rest = []
        table, index = found
        cells += len(table.cells)
        if cells > limits.cells:
            raise LimitExceeded(
                f"Bảng quá lớn: hơn {limits.cells:,} ô.",
                f"The tables are too large: more than {limits.cells:,} cells.",
            )
        blocks.append(table)
    return blocks + _paragraphs(rest, wraps, marked=marked)


def _paragraphs(lines: Sequence[RawLine], wraps: Wraps, *, marked: bool) -> list[Block]:
    """The paragraphs of lines without a grid, each with the bars before it."""
    blocks: list[Block] = []
    bars = 0
    for is_bar, group in groupby(lines, lambda line: line.bar):
        if is_bar:
            bars += len(list(group))
            continue
        inside = False
        for paragraph in wraps.paragraphs(list(group), marked=marked):
            raw = healed(paragraph)
            text = clean(raw, marked=marked)
            if text:
                bold = marked and is_bold(raw, inside=inside)
                blocks.append(Paragraph(text, place_of(paragraph), bold=bold, bars=bars))
                bars = 0
            inside = flips_strong(raw) and not inside
    return blocks
