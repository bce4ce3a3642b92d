"""Putting the Plan together: document fields, sections, diagnostics."""

import hashlib
from collections.abc import Sequence
from datetime import date

from corpora.kinds import kind_of_abbreviation
from extractor.context import Context
from extractor.language.agencies import read_agencies, unit_of
from extractor.layout import Layout, Unit
from extractor.structure.letterhead import sign_of
from extractor.structure.segments import Segments
from extractor.structure.sheets import plain
from extractor.structure.tabulation import Listing
from extractor.structure.titles import years_of
from extractor.understanding import Names
from models.agency import Assignment
from models.plan import (
    Citation,
    Diagnostic,
    Document,
    Period,
    Section,
    Signer,
    Source,
    UnitRef,
)
from models.provenance import Provenance, cover


def issued_date(segments: Segments) -> date | None:
    """The day of issue; of a draft without one, None."""
    issued_on = segments.letterhead.issued_on
    return date.fromisoformat(issued_on) if issued_on else None


def unit_of_plan(segments: Segments) -> UnitRef | None:
    """The territory of the issuer: from its name, else from the place of the letterhead."""
    head = segments.letterhead
    on = issued_date(segments)
    hint = head.parent or head.place
    for text in (head.issuer, head.parent, head.place, segments.title_text):
        if text and (unit := unit_of(text, on, hint)):
            return unit
    return None


def context_of(segments: Segments, listings: Sequence[Listing], unit: UnitRef | None) -> Context:
    """What the words of the plan depend on."""
    head = segments.letterhead
    on = issued_date(segments)
    goals = [row.year for listing in listings for row in listing.targets if row.year]
    years = years_of(segments.title_text or "", head.year or (on.year if on else None), goals)
    return Context(unit.id if unit else None, on, years)


def identity_of(segments: Segments, unit: UnitRef | None) -> str:
    """What names the paper whatever form its file has: number, day, issuer."""
    head = segments.letterhead
    number = head.number or segments.title_text or ""
    return "|".join((number, head.issued_on or "", (unit and unit.id) or head.issuer or ""))


def document_of(
    data: bytes,
    filename: str | None,
    layout: Layout,
    segments: Segments,
    unit: UnitRef | None,
    context: Context,
    citations: Sequence[Citation],
) -> Document:
    """The fields of the document."""
    head = segments.letterhead
    digest = hashlib.sha256(data).hexdigest()
    signer = segments.signature
    kind = segments.kind or kind_of_abbreviation(sign_of(head.number)[0] or "")
    years = context.years
    return Document(
        id=f"sha256:{digest}",
        source=Source(
            filename, layout.media_type, digest, len(data), len(layout.pages) or None, layout.reader
        ),
        kind=kind,
        number=head.number,
        issued_on=head.issued_on,
        place=head.place,
        title=segments.title_text,
        issuer=_issuer(segments, unit, context),
        signer=Signer(
            signer.name if signer and signer.name else head.signer,
            signer.position if signer else None,
        )
        if signer or head.signer
        else None,
        unit=unit,
        period=Period(f"{years[0]}-01-01", f"{years[-1]}-12-31", years) if years else None,
        legal_basis=tuple(c.id for c in citations if c.role == "legal_basis"),
        recipients=segments.recipients,
        provenance={
            name: Provenance.at(cover([line.place for line in lines]))
            for name, lines in segments.fields.items()
            if lines
        },
    )


def _issuer(segments: Segments, unit: UnitRef | None, context: Context) -> Assignment | None:
    """The issuer as printed; of a paper without a letterhead, as its number and place tell."""
    text = segments.letterhead.issuer
    if text is None and unit is not None and sign_of(segments.letterhead.number)[1] == "UBND":
        text = f"Ủy ban nhân dân {unit.name}"
    if text is None:
        return None
    return Assignment(text, read_agencies(text, context.unit, context.on))


def sections_of(segments: Segments, listings: Sequence[Listing], names: Names) -> list[Section]:
    """The sections of the outline; a table that lists no tasks stands in the text of its own."""
    outline = segments.outline
    texts = [list(part.text) for part in outline.parts]
    loose: list[Listing] = []
    for listing in listings:
        if listing.kind in ("tasks", "targets"):
            continue
        if listing.part is not None:
            texts[listing.part] += [plain(table) for table in listing.sheet.tables]
        else:
            loose.append(listing)
    ids: list[str] = []
    sections: list[Section] = []

    def name_of(appendix: int | None) -> str | None:
        return None if appendix is None else outline.appendices[appendix].name

    for part, pieces in zip(outline.parts, texts, strict=True):
        label = part.label.text if part.label else None
        text = "\n".join(pieces)
        ids.append(names.name("s", name_of(part.appendix), label, part.title, text[:80]))
        sections.append(
            Section(
                id=ids[-1],
                parent=None if part.parent is None else ids[part.parent],
                level=part.level,
                label=label,
                title=part.title,
                text=text,
                appendix=name_of(part.appendix),
                provenance=Provenance.at(part.place),
            )
        )
    for listing in loose:
        whole = "\n".join(plain(table) for table in listing.sheet.tables)
        appendix = name_of(listing.appendix)
        sections.append(
            Section(
                names.name("s", appendix, whole[:80]), None, 0, None, "", whole, appendix,
                Provenance.at(listing.sheet.place, table=listing.sheet.table),
            )
        )  # fmt: skip
    return sections


_KINDS = {
    "procedure": ("các bước của một quy trình", "the steps of a procedure"),
    "form": ("biểu mẫu", "a form to fill in"),
    "other": ("không có cột nhiệm vụ, chủ trì, thời hạn", "no columns of task, lead or deadline"),
}


def diagnostics_of(
    layout: Layout, segments: Segments, listings: Sequence[Listing], lost: Sequence[Unit]
) -> list[Diagnostic]:
    """What a reader of the plan should know of the source and of how it was read."""
    found = list(layout.diagnostics)
    for blank in segments.letterhead.blanks:
        names = {"number": ("số", "number"), "issued_on": ("ngày", "date")}[blank]
        found.append(
            Diagnostic(
                "warning",
                f"document.{blank}-blank",
                f"Văn bản để trống {names[0]} (dự thảo?) | The {names[1]} is left blank (a draft?)",
            )
        )
    if segments.title_text is None:
        found.append(
            Diagnostic(
                "warning",
                "document.title-missing",
                "Không tìm thấy tên văn bản | No title was found",
            )
        )
    for listing in listings:
        place = Provenance.at(listing.sheet.place, table=listing.sheet.table)
        number = listing.sheet.table
        if listing.kind in _KINDS:
            vi, en = _KINDS[listing.kind]
            found.append(
                Diagnostic(
                    "info",
                    "table.no-tasks",
                    f"Bảng {number} không phải bảng nhiệm vụ: {vi} | "
                    f"Table {number} lists no tasks: {en}",
                    place,
                )
            )
            continue
        for row in listing.totals:
            words = " · ".join(
                text for text, own in zip(row.texts, row.own, strict=True) if text and own
            )
            found.append(
                Diagnostic(
                    "info",
                    "row.total",
                    f"Bảng {number}: dòng tổng không phải nhiệm vụ: {words} | "
                    f"Table {number}: a line of totals, no task: {words}",
                    Provenance.at(row.places()[0], table=row.table, row=row.number),
                )
            )
        header = listing.sheet.header
        for heading, role in zip(header.headings, header.roles, strict=True):
            if role is None and heading and listing.kind == "tasks":
                found.append(
                    Diagnostic(
                        "info",
                        "table.column-unknown",
                        f"Bảng {number}: chưa biết cột “{heading}” là gì, giữ ở phần khác | "
                        f"Table {number}: column “{heading}” is not known and kept as extra",
                        place,
                    )
                )
        sure = [table.decoded for table in listing.sheet.tables if table.decoded is not None]
        if sure:
            found.append(
                Diagnostic(
                    "info" if min(sure) >= 0.8 else "warning",
                    "table.decoded",
                    f"Bảng {number} không còn đường kẻ: dòng và cột được suy ra, độ chắc chắn "
                    f"{min(sure):.2f} | Table {number} has lost its rulings: rows and columns were "
                    f"decoded, certainty {min(sure):.2f}",
                    place,
                )
            )
    for paragraph in layout.paragraphs():
        if paragraph.kind in ("footnote", "stamp") and paragraph.text.strip():
            found.append(
                Diagnostic(
                    "info",
                    f"source.{paragraph.kind}",
                    paragraph.text,
                    Provenance.at(paragraph.place),
                )
            )
    for unit in lost:
        found.append(
            Diagnostic(
                "error",
                "ledger.lost",
                f"Chưa xếp được vào đâu | Not accounted for: {unit.text[:200]}",
                Provenance.at(unit.place),
            )
        )
    return found
