"""The source beside a task under review: a page with its boxes, or rows and paragraphs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field

from models.contract import decode_document
from models.errors import KehoachError
from models.plan import Document
from models.provenance import Place
from models.task import Origin
from service.api.dependencies import DocumentPath, StoreDep, plan_of
from service.excerpts import Excerpt, excerpts
from service.originals import Originals
from service.pages.decisions import TaskId
from service.pages.lines import Line, Sorting, lines_of, place_of
from service.pages.looks import language, page, page_router
from service.store.filters import Asked
from service.wording import pick

router = page_router(prefix="/plans/{key}")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points: of a task, and of which of its fields."""

    task: str
    x: float
    y: float
    width: float
    height: float
    field: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page of a PDF as it is shown: its size in points and the boxes of the tasks on it.

    `sheet` is the page in its file, by which it is had as a picture; `number` counts through all
    files of a document, as those of the `others` that the task stands on.
    """

    number: int
    sheet: Place
    width: float
    height: float
    boxes: Sequence[Box]
    others: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Source:
    """What is shown of a source: a page, or excerpts, or why it cannot be; or it comes later."""

    sheet: DrawnPage | None = None
    excerpts: Sequence[Excerpt] = ()
    unseen: str | None = None
    later: bool = False


class SourceAsked(Asked):
    """Which task is looked at, on which page."""

    task: TaskId = None
    page: int | None = Field(default=None, ge=1)
    order: Sorting = "printed"
    part: Origin | None = None


def originals(request: Request) -> Originals:
    """The views of the documents of this service."""
    found: Originals = request.app.state.originals
    return found


@router.get("/pages/{number}.png")
def picture(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    number: int,
    file: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """The picture of a page of a PDF, or of one of the files of a document."""
    with store.reading() as session:
        row = plan_of(session, key)
    page = Place(number).within(file, 0) if file else Place(number)
    png = originals(request).picture(row.document_id.removeprefix("sha256:"), page)
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/review/source")
def source(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[SourceAsked, Query()]
) -> Any:
    """The source alone, for a page that came before it was made."""
    with store.reading() as session:
        plan = plan_of(session, key)
        document = decode_document(plan.head)
        lines = lines_of(session, plan.document_id, asked.order, asked.part)
    line = lines[place_of(lines, asked.task)]
    found = source_of(request, document, lines, line, asked.page, wait=True)
    return page(request, "source", source=found, line=line, asked=asked)


def source_of(
    request: Request,
    document: Document,
    lines: Sequence[Line],
    line: Line,
    asked: int | None,
    *,
    wait: bool = False,
) -> Source:
    """The source of a task, on the page asked for; what is likely to come next is made ready."""
    views, digits = originals(request), document.source.sha256
    pages = {place.page: place for place in line.task.provenance.places() if place.page}
    number = asked if asked in pages else next(iter(pages), None)
    try:
        look = views.look(digits, document.source.filename, wait=wait)
    except KehoachError as error:
        return Source(unseen=pick(language(request), error.vi, error.en))
    following = (one.task.provenance for one in lines if one.open)
    ahead = {at.page: at.place.sheet for at in following if at.page and at.page > (number or 1)}
    if ahead:
        views.prepare(digits, document.source.filename, filter(None, [ahead[min(ahead)]]))
    if look is None:
        return Source(later=True)
    if number is None:
        return Source(excerpts=excerpts(look.blocks, [one.task for one in lines], line.task))
    sheet = pages[number].sheet
    size = next((one for one in look.pages if one.sheet == sheet), None)
    if size is None or sheet is None:
        return Source()
    boxes = list(_boxes(lines, line, number))
    return Source(DrawnPage(number, sheet, size.width, size.height, boxes, list(pages.values())))


def _boxes(lines: Sequence[Line], chosen: Line, number: int) -> Iterable[Box]:
    """The tasks on a page, the chosen one and its cells last, so that they lie above."""
    for line in (*(one for one in lines if one != chosen), chosen):
        at = line.task.provenance
        # The number of a row may be merged with that of others: its other cells tell its height.
        heights = [place.bbox for name, place in at.cells.items() if name != "ordinal"]
        for place in at.places():
            if place.page != number or not place.bbox:
                continue
            x0, top, x1, bottom = place.bbox
            own = [box for box in heights if box and top <= box[1] and box[3] <= bottom]
            if own and at.page == number:
                top, bottom = min(box[1] for box in own), max(box[3] for box in own)
            yield Box(line.task.id, x0, top, x1 - x0, bottom - top)
    for name, place in chosen.task.provenance.cells.items():
        if place.page == number and place.bbox:
            x0, top, x1, bottom = place.bbox
            yield Box(chosen.task.id, x0, top, x1 - x0, bottom - top, name)
