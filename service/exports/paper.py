"""Plans as a Word document: who is to do what, by lead agency, to be printed.

The layout is that of an appendix by Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, Times New Roman, the
page number at the middle of the top from the second page on. python-docx makes the document with
its styles and sections; what plans say is written between its first words and its last ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from extractor.text import plain
from models.agency import Assignment
from models.contract import decode
from models.plan import Document, Plan
from models.task import Task
from service.exports.columns import Value, day, sheet, words
from service.exports.workbook import pieces_of
from service.wording import Lang, number, pick

if TYPE_CHECKING:
    from docx.document import Document as Paper

FONT, SIZE, TITLE_SIZE = "Times New Roman", 13, 14  # points
#: Millimetres: the margins of a page, upright or on its side; the sides of A4; from the edge to
#: the page number.
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
SHORT, LONG = 210, 297
HEAD = 10
MOST_UPRIGHT = 4  # columns of a table that an upright page has room for

#: The columns, and how they share the width; one without words is left out, but for these.
ALWAYS = frozenset({"ordinal", "description", "deadline_text"})
WIDTHS = {
    "ordinal": 7, "subject": 20, "description": 40, "coordinating_text": 25, "product": 25,
    "target": 25, "deadline_text": 16, "note": 16, "extra": 16, "page": 8,
}  # fmt: skip

#: What is said by each style, which are Word's own.
TITLE, SOURCE, HEADING, LEAD, ACCOUNT = "Title", "Subtitle", "Heading1", "Heading2", "Caption"

#: What XML has no letter for.
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: A lead, and its tasks.
_Group = tuple[Assignment | None, list[Task]]

_BODY, _OPEN, _CLOSE = "word/document.xml", b"<w:body>", b"</w:body>"


def as_docx(plans: Iterable[bytes], lang: Lang) -> Iterator[bytes]:
    """A table of assigned tasks for each plan, each in a section of its own.

    What a plan says goes to a temporary file at once. The same plans always give the same bytes.
    """
    import docx

    paper = docx.Document()
    title = pick(lang, "BẢNG PHÂN CÔNG NHIỆM VỤ", "TABLE OF ASSIGNED TASKS")
    _set_styles(paper)
    _set_properties(paper, title)
    sections = _sections(paper)
    with TemporaryDirectory(prefix="kehoach-") as folder:
        made, body = Path(folder, "paper.docx"), Path(folder, "body.xml")
        with body.open("w", encoding="utf-8") as out:
            section = ""
            for plan in map(decode, plans):
                out.write(section and f"<w:p><w:pPr>{section}</w:pPr></w:p>")
                keys = _columns(plan, lang)
                wide = len(keys) > MOST_UPRIGHT
                out.writelines(_written(plan, title, keys, lang, wide=wide))
                section = sections[wide]
                yield b""
            out.write(section or _paragraph(title, TITLE) + sections[False])
        _save(paper, body, made)
        yield from pieces_of(made)


def _columns(plan: Plan, lang: Lang) -> list[str]:
    """The columns of which a plan says something."""
    there = {column.key: column for column in sheet("tasks").columns}
    return [
        key
        for key in WIDTHS
        if key in ALWAYS or any(there[key].cell(plan, task, lang) for task in plan.tasks)
    ]


def _written(
    plan: Plan, title: str, keys: Sequence[str], lang: Lang, *, wide: bool
) -> Iterator[str]:
    """The XML of a plan: its head, its table, how many tasks there are."""
    yield _paragraph(title, TITLE)
    if plan.document.title:
        yield _paragraph(plan.document.title, TITLE)
    yield _paragraph(f"({_source(plan.document, lang)})", SOURCE)
    groups = _groups(plan)
    if groups:
        there = {column.key: column for column in sheet("tasks").columns}
        columns = [there[key] for key in keys[1:]]
        twips = ((LONG if wide else SHORT) - LEFT - RIGHT) * 1440 / 25.4
        share = twips / sum(WIDTHS[key] for key in keys)
        widths = [round(share * WIDTHS[key]) for key in keys]
        yield _opening(widths)
        titles = [there[key].title(lang).partition(" (")[0] for key in keys]
        yield _row(titles, widths, HEADING, heading=True)
        for label, (lead, tasks) in enumerate(groups, 1):
            yield _lead_row(label, _called(lead, len(tasks), lang), widths)
            for place, task in enumerate(tasks, 1):
                yield _row([place, *(c.cell(plan, task, lang) for c in columns)], widths)
        yield "</w:tbl>"
    yield _paragraph(_account(plan, groups, lang), ACCOUNT)


def _groups(plan: Plan) -> list[_Group]:
    """The tasks of each lead, in the order of the plan; those without one stand last.

    A duty in running text that repeats a row is left out where the row is at hand.
    """
    rows = {task.id for task in plan.tasks}
    found: dict[tuple[object, ...], _Group] = {}
    for task in plan.tasks:
        if task.same_as not in rows:
            found.setdefault(_bodies(task.lead), (task.lead, []))[1].append(task)
    without = found.pop((), None)
    return [*found.values(), *filter(None, [without])]


def _bodies(lead: Assignment | None) -> tuple[object, ...]:
    """What two leads have in common that are the same bodies, however they are printed."""
    if lead is None:
        return ()
    return tuple(
        agency.id or ((agency.members, agency.closed) if agency.members else plain(agency.text))
        for agency in lead.agencies
    ) or (plain(lead.text),)


def _called(lead: Assignment | None, count: int, lang: Lang) -> str:
    name = words(lead) or pick(lang, "Không ghi cơ quan chủ trì", "No lead is printed")
    tasks = pick(lang, "nhiệm vụ", "task" if count == 1 else "tasks")
    return f"{' '.join(name.split())} ({number(count)} {tasks})"


def _source(document: Document, lang: Lang) -> str:
    """Which paper the tasks are from: its kind, number, day and issuer."""
    parts = [
        pick(lang, "Theo", "By"),
        (document.kind or pick(lang, "văn bản", "paper")).capitalize(),
    ]
    if document.number:
        parts.append(pick(lang, "số", "No.") + f" {document.number}")
    if issued := day(document.issued_on):
        told = f"ngày {issued.day:02} tháng {issued.month:02} năm {issued.year}"
        parts.append(pick(lang, told, f"of {issued}"))
    if issuer := document.issuer:
        named = (agency.name for agency in issuer.agencies if agency.name)
        parts.append(pick(lang, "của", "of") + " " + " ".join(next(named, issuer.text).split()))
    return " ".join(parts)


def _account(plan: Plan, groups: Sequence[_Group], lang: Lang) -> str:
    """How many tasks there are, and how many are left out."""
    total = sum(len(tasks) for _, tasks in groups)
    repeated = len(plan.tasks) - total
    told = pick(lang, f"Tổng số: {number(total)} nhiệm vụ.", f"Tasks in all: {number(total)}.")
    if repeated:
        told += pick(
            lang,
            f" Không kể {number(repeated)} ý trong lời văn nhắc lại nhiệm vụ đã có ở trên.",
            f" Not counted: {number(repeated)} in running text that repeat one of these.",
        )
    return told


def _paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    clean = escape(_NO_XML.sub(" ", text))
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{clean}</w:t></w:r></w:p>'


def _opening(widths: Sequence[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _row(
    cells: Sequence[Value], widths: Sequence[int], style: str = "", *, heading: bool = False
) -> str:
    """A row that no page cuts; a heading comes again at the top of each page."""
    inner = "".join(
        _cell("" if value is None else str(value), width, style)
        for value, width in zip(cells, widths, strict=True)
    )
    again = "<w:tblHeader/>" if heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{inner}</w:tr>"


def _lead_row(label: int, name: str, widths: Sequence[int]) -> str:
    """The row above the tasks of a lead, which stays with the first of them."""
    from extractor.labels import roman

    inner = _cell(roman(label).upper(), widths[0], LEAD)
    inner += _cell(name, sum(widths[1:]), LEAD, len(widths) - 1)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inner}</w:tr>"


def _cell(text: str, width: int, style: str, span: int = 1) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    lines = "".join(_paragraph(line, style) for line in text.split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{lines}</w:tc>'


def _set_styles(paper: "Paper") -> None:
    """The font and the spacing of all that is written."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = paper.styles
    for fonts in styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
    for spoken in styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), "vi-VN")
    for name, size, bold, italic, alignment, before, after in (
        ("Normal", SIZE, False, False, ALIGN.LEFT, 0, 0),
        ("header", SIZE, False, False, ALIGN.CENTER, 0, 0),
        (TITLE, TITLE_SIZE, True, False, ALIGN.CENTER, 0, 0),
        (SOURCE, TITLE_SIZE, False, True, ALIGN.CENTER, 0, 12),
        (HEADING, SIZE, True, False, ALIGN.CENTER, 0, 0),
        (LEAD, SIZE, True, False, ALIGN.LEFT, 0, 0),
        (ACCOUNT, SIZE, False, True, ALIGN.LEFT, 6, 0),
    ):
        style: Any = next(s for s in styles if s.style_id.lower() == name.lower())
        for old in style.element.xpath("w:pPr | w:rPr"):
            style.element.remove(old)
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.bold, style.font.italic = bold, italic
        style.font.color.rgb = RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.alignment, form.line_spacing = alignment, 1.0
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.keep_with_next = name in (HEADING, LEAD)


def _set_properties(paper: "Paper", title: str) -> None:
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = title, "kehoach", ""
    properties.created = properties.modified = datetime(2000, 1, 1)


def _sections(paper: "Paper") -> tuple[str, str]:
    """The XML of a section of upright pages, and of one of pages on their side."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm
    from lxml import etree

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(SHORT), Mm(LONG)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(HEAD)
    section.different_first_page_header_footer = True
    page = OxmlElement("w:fldSimple")
    page.set(qn("w:instr"), "PAGE")
    header = section.header.paragraphs[0]
    page.append(header.add_run("1")._r)
    header._p.append(page)
    numbers = OxmlElement("w:pgNumType")  # each plan has a first page
    numbers.set(qn("w:start"), "1")
    properties = paper.element.body.sectPr
    properties.find(qn("w:pgMar")).addnext(numbers)
    upright = deepcopy(properties)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(LONG), Mm(SHORT)
    made = [etree.tostring(one, encoding="unicode") for one in (upright, properties)]
    return made[0], made[1]


def _save(paper: "Paper", body: Path, made: Path) -> None:
    """The document with this body."""
    held = BytesIO()
    paper.save(held)
    with ZipFile(held) as empty, ZipFile(made, "w", ZIP_DEFLATED) as whole:
        for name in empty.namelist():
            entry, content = ZipInfo(name), empty.read(name)
            entry.compress_type = ZIP_DEFLATED
            if name != _BODY:
                whole.writestr(entry, content)
                continue
            with whole.open(entry, "w", force_zip64=True) as target, body.open("rb") as source:
                target.write(content[: content.index(_OPEN) + len(_OPEN)])
                copyfileobj(source, target)
                target.write(content[content.index(_CLOSE) :])
