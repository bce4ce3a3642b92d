"""Which paragraphs are the web site's and not the document's."""

import re
from collections.abc import Sequence
from functools import cache

from corpora.wordings import furniture
from extractor.labels import NATIONAL_TITLE
from extractor.layout import Block, Paragraph
from extractor.text import small

#: How many blocks before the national title may belong to the letterhead (issuer, a rule).
_LETTERHEAD = 4
_RULE = re.compile(r"[\W_]*")


def _key(text: str) -> str:
    return small(text).rstrip(": ")


@cache
def _wordings() -> tuple[dict[str, str], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    known = furniture()
    return (
        {_key(f.text): f.scope for f in known if f.match == "exact"},
        tuple((_key(f.text), f.scope) for f in known if f.match == "prefix"),
        tuple((_key(f.text), f.scope) for f in known if f.match == "contains"),
    )


def scope_of(text: str) -> str | None:
    """How far the furniture reaches that `text` is (line, front, back), None where it is none.

    >>> scope_of("Tin liên quan"), scope_of("Số hiệu: 12/KH-UBND"), scope_of("KẾ HOẠCH")
    ('back', 'front', None)
    """
    key = _key(text)
    if not key or len(key) > 400:
        return None
    exact, prefixes, parts = _wordings()
    if key in exact:
        return exact[key]
    for wording, scope in prefixes:
        if key.startswith(wording):
            return scope
    for wording, scope in parts:
        if wording in key:
            return scope
    return None


def mark_furniture(blocks: Sequence[Block]) -> None:
    """Set the kind of the paragraphs of `blocks` that are site furniture, in place.

    Furniture of the front counts only before the letterhead, and then all that stands there is
    furniture; furniture of the back only in the last half, after the last table.
    """
    body = _letterhead(blocks)
    scopes = [scope_of(b.text) if isinstance(b, Paragraph) else None for b in blocks]
    if "front" in scopes[:body]:
        _mark(blocks, 0, body)
    last = max((i for i, b in enumerate(blocks) if not isinstance(b, Paragraph)), default=-1)
    for index, scope in enumerate(scopes):
        if scope == "line":
            _mark(blocks, index, index + 1)
        elif scope == "back" and index > max(last, len(blocks) // 2, body):
            _mark(blocks, index, len(blocks))
            break


def _letterhead(blocks: Sequence[Block]) -> int:
    """The first block of the letterhead; without a national title, the first numbered section."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            if not NATIONAL_TITLE.search(block.text):
                continue
        elif not any(NATIONAL_TITLE.search(cell.text) for cell in block.cells[:12]):
            continue
        start = index
        while start > 0 and index - start < _LETTERHEAD:
            before = blocks[start - 1]
            if not isinstance(before, Paragraph) or not (
                _RULE.fullmatch(before.text) or before.text.isupper()
            ):
                break
            start -= 1
        return start
    return 0


def _mark(blocks: Sequence[Block], start: int, end: int) -> None:
    for block in blocks[start:end]:
        if isinstance(block, Paragraph) and block.kind == "body":
            block.kind = "furniture"
