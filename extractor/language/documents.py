"""The document itself: whose it is, what its words depend on, its fields and its sections."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from extractor.context import Context, Ids
from extractor.language.agencies import read_agencies, unit_of
from extractor.layout import Layout
from extractor.structure.outline import Outline
from extractor.structure.segments import Segments
from extractor.structure.sheets import plain
from extractor.structure.tabulation import Listing
from extractor.structure.titles import years_of
from models.agency import Assignment
from models.plan import (
    Citation,
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
    above = unit_of(head.parent or head.place or "", on)
    for text in (head.issuer, head.parent, head.place, segments.title_text):
        if text and (unit := unit_of(text, on, above.id if above else None)):
            return unit
    return _commune(segments, on)


#: The words of a place that names a province, and how many lines are looked at for them.
_PROVINCE = re.compile(r"\b(?:tỉnh|thành phố)\s+[^\W\d_]", re.IGNORECASE)
_LINES = 400


def _commune(segments: Segments, on: date | None) -> UnitRef | None:
    """The commune of the issuer where others have its name: that of a province the paper names."""
    issuer = segments.letterhead.issuer
    if not issuer:
        return None
    named = (line.text for line in segments.lines[:_LINES] if _PROVINCE.search(line.text))
    units = (unit_of(text, on) for text in named)
    places = (unit.id for unit in units if unit and unit.id and unit.level != "central")
    ids = Counter("-".join(place.split("-")[:2]) for place in places)
    for province, _ in ids.most_common():
        if unit := unit_of(issuer, on, province):
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
    kind = segments.kind or head.kind
    form = segments.form
    years = context.years
    return Document(
        id=f"sha256:{digest}",
        source=Source(
            filename,
            layout.media_type,
            digest,
            len(data),
            len(layout.pages) or None,
            layout.reader,
            any(page.recognised for page in layout.pages),
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
        form=form.name if form else None,
    )


def _issuer(segments: Segments, unit: UnitRef | None, context: Context) -> Assignment | None:
    """The issuer as printed; of a paper without a letterhead, as its number and place tell."""
    text = segments.letterhead.issuer
    if text is None and unit is not None and segments.letterhead.sign[1] == "UBND":
        text = f"Ủy ban nhân dân {unit.name}"
    if text is None:
        return None
    return Assignment(text, read_agencies(text, context.unit, context.on))


def sections_of(outline: Outline, listings: Sequence[Listing], ids: Ids) -> list[Section]:
    """The sections of the outline; a table that lists no tasks stands in the text of its own."""
    texts = [list(map(str, part.text)) for part in outline.parts]
    loose: list[Listing] = []
    for listing in listings:
        if listing.kind in ("tasks", "targets"):
            continue
        if listing.part is not None:
            texts[listing.part] += [plain(table) for table in listing.sheet.tables]
        else:
            loose.append(listing)
    sections: list[Section] = []

    def name_of(appendix: int | None) -> str | None:
        return None if appendix is None else outline.appendices[appendix].name

    for part, pieces in zip(outline.parts, texts, strict=True):
        label = part.label.text if part.label else None
        text = "\n".join(pieces)
        own = ids.of("s", name_of(part.appendix), label, part.title, text[:80])
        sections.append(
            Section(
                id=own,
                parent=None if part.parent is None else sections[part.parent].id,
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
                ids.of("s", appendix, whole[:80]), None, 0, None, "", whole, appendix,
                Provenance.at(listing.sheet.place, table=listing.sheet.table),
            )
        )  # fmt: skip
    return sections
