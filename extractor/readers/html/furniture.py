"""Which paragraphs of a web page belong to the site rather than to the document.

Four signs: the element they stand in (nav, footer, class="sidebar"), links and nothing else,
the words (`corpora/furniture.tsv`), and standing in front of the letterhead. An element that
holds parts of a document (a letterhead, a table, long paragraphs) is never furniture as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import NATIONAL_TITLE
from extractor.layout import Paragraph, Table
from extractor.readers.furniture import scope_of

_TAGS = frozenset([
    "nav", "header", "footer", "aside", "menu", "marquee", "button", "select", "textarea", "dialog",
    "search",
])  # fmt: skip
_ROLES = frozenset([
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar",
    "dialog",
])  # fmt: skip
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|sidebar|breadcrumbs?|header|footer|topbar|banner"
    r"|related|lienquan|lien-quan|tin-khac|tinkhac|share|social|comments?|cookies?|toolbar"
    r"|pagination|paging|widget|ads?|advert\w*|login|popup|modal|copyright|tags)(?:$|[\s_-]|\d)"
)
#: Elements so named hold the document, whatever else their names say.
_CONTENT = re.compile(r"content|noidung|noi-dung|article|document|vanban|van-ban|main")
_NEVER = frozenset(("html", "body", "main", "article", "table", "tbody", "thead", "tr", "td", "th"))
_LONG = 200
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
MOST_OF_PAGE, OUTSIDE, LINKS = (threshold(f"site.{name}") for name in ("most", "outside", "links"))
FOOT, BEFORE, LONG_BEFORE = (threshold(f"site.{name}") for name in ("foot", "before", "long"))
_DRAFT = re.compile(pattern("form_words", "draft"), re.IGNORECASE)
_NUMBER = re.compile(r"số\s*:", re.IGNORECASE)
_LEGAL_BASIS = re.compile(
    rf"(?:{pattern('form_words', 'basis', 'basis.proposal', 'basis.act')})\b", re.IGNORECASE
)


@dataclass(slots=True)
class Piece:
    """A paragraph on its way, with what tells site furniture: letters, those inside links, region.

    `main` says that it stands in the page's `<main>` or `<article>`.
    """

    paragraph: Paragraph
    letters: int
    linked: int
    region: "Region | None" = None
    main: bool = False


Item = Piece | Table


class Region:
    """An element that may be site furniture, and what was found in it."""

    __slots__ = ("letterhead", "letters", "long", "menu", "parent", "tables")

    def __init__(self, parent: "Region | None", menu: bool = False) -> None:
        self.parent = parent
        self.menu = menu  # its lists are printed without markers
        self.letters = self.long = self.tables = 0
        self.letterhead = False

    def take(self, piece: Piece) -> None:
        text = piece.paragraph.text
        self.letters += piece.letters
        self.long += piece.letters >= _LONG and piece.linked < piece.letters // 2
        self.letterhead = self.letterhead or is_letterhead(text)

    def close(self) -> None:
        """What stands in a region stands in the one around it, too."""
        if self.parent is not None:
            self.parent.letters += self.letters
            self.parent.long += self.long
            self.parent.tables += self.tables
            self.parent.letterhead = self.parent.letterhead or self.letterhead

    def is_furniture(self, total: int) -> bool:
        document = (
            self.letterhead or self.tables or self.long >= 3 or self.letters > MOST_OF_PAGE * total
        )
        return not document


def region_of(tag: str, attributes: Mapping[str, str], parent: Region | None) -> Region | None:
    """A new region for an element that may be furniture by its name, else None."""
    if tag in _TAGS:
        return Region(parent, menu=tag in ("nav", "menu", "footer"))
    if not attributes or tag in _NEVER:
        return None
    if attributes.get("role", "").lower() in _ROLES:
        return Region(parent)
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}".lower()[:200]
    if names != " " and _NAMES.search(names) and not _CONTENT.search(names):
        return Region(parent)
    return None


def is_letterhead(text: str) -> bool:
    """Whether a paragraph is the head of a state or party document, not a mention of it."""
    return len(text) < 150 and NATIONAL_TITLE.search(text) is not None


def _pieces(items: list[Item]) -> Iterator[Piece]:
    return (item for item in items if isinstance(item, Piece))


def _size(item: Item) -> int:
    return item.letters if isinstance(item, Piece) else sum(len(cell.text) for cell in item.cells)


def mark(items: list[Item]) -> None:
    """Marks the paragraphs among `items` that belong to the site; nothing is taken out."""
    total = sum(map(_size, items))
    _by_region(items, total)
    _outside_main(items, total)
    _by_links(items)
    _by_words(items, total)
    _before_letterhead(items, total)


def _by_region(items: list[Item], total: int) -> None:
    verdicts: dict[int, bool] = {}
    for piece in _pieces(items):
        region = piece.region
        while region is not None:
            verdict = verdicts.get(id(region))
            if verdict is None:
                verdict = verdicts[id(region)] = region.is_furniture(total)
            if verdict:
                piece.paragraph.kind = "furniture"
                break
            region = region.parent


def _outside_main(items: list[Item], total: int) -> None:
    """A page with a `<main>` that holds most of its text has nothing of the document outside."""
    inside = [piece for piece in _pieces(items) if piece.main]
    outside = [piece for piece in _pieces(items) if not piece.main]
    tables = sum(_size(item) for item in items if isinstance(item, Table))
    if not inside or sum(piece.letters for piece in outside) > OUTSIDE * (total - tables):
        return
    if any(is_letterhead(piece.paragraph.text) for piece in outside):
        return
    for piece in outside:
        if piece.letters < _LONG:
            piece.paragraph.kind = "furniture"


def _by_links(items: list[Item]) -> None:
    """Three short paragraphs in a row that are links and nothing else are a menu or a list."""
    run: list[Piece] = []
    for item in [*items, None]:
        if (
            isinstance(item, Piece)
            and item.letters < 160
            and item.linked
            and item.linked >= LINKS * item.letters - 2  # a bullet is no part of its link
            and not item.paragraph.text.endswith(";")
            and not _LEGAL_BASIS.match(item.paragraph.text)
        ):
            run.append(item)
            continue
        if len(run) >= 3:
            for piece in run:
                piece.paragraph.kind = "furniture"
        run = []


def _by_words(items: list[Item], total: int) -> None:
    """Site wordings; one that opens the foot of a page takes with it all that follows.

    The foot is the last quarter, behind the last table and the last long paragraph.
    """
    rest = total
    ending = False
    last = max(
        (i for i, item in enumerate(items) if isinstance(item, Table) or item.letters >= _LONG),
        default=-1,
    )
    for index, item in enumerate(items):
        if isinstance(item, Piece):
            scope = scope_of(item.paragraph.text.removeprefix("- "))
            ending = ending or (scope == "back" and index > last and rest < FOOT * total)
            if ending or scope in ("line", "back"):
                item.paragraph.kind = "furniture"
        rest -= _size(item)


def _before_letterhead(items: list[Item], total: int) -> None:
    """In front of the first letterhead stands only what the site says about the document."""
    before: list[Piece] = []
    passed = 0
    for item in items:
        if isinstance(item, Table):
            if any(is_letterhead(cell.text) for cell in item.cells):
                break
            if item.ruled:
                return
        elif is_letterhead(item.paragraph.text):
            break
        else:
            if item.paragraph.kind == "body":
                before.append(item)
                if item.letters > LONG_BEFORE * _LONG or _LEGAL_BASIS.match(item.paragraph.text):
                    return
        passed += _size(item)
        if passed > BEFORE * total:
            return
    else:
        return
    # The issuer stands in front of the national title, in capitals, with a rule below.
    for _ in range(4):
        text = before[-1].paragraph.text if before else "a"
        if text == text.upper() or _NUMBER.match(text):
            before.pop()
    for piece in before:
        if not _DRAFT.search(piece.paragraph.text):
            piece.paragraph.kind = "furniture"
