"""Plans as one web page to mail: tasks beside their source; it needs no server, no other file.

The source is in it: the pages of a PDF as pictures with the rows boxed, or the paragraphs and
tables of another file. Each task leads to its place and each place to its task, by plain links; a
small script filters the tasks. Printed, the tasks come first and the source after them.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from models.contract import decode
from models.errors import KehoachError
from models.plan import Plan
from models.provenance import Place
from models.task import Task
from service.excerpts import Excerpt, Look, whole
from service.exports.columns import day, sheet
from service.wording import Lang, called, number, pick

if TYPE_CHECKING:
    from jinja2 import Template

#: The most pages of a PDF that are all shown; of a longer one those that tasks stand on.
MOST_PAGES = 40

#: The most plans that are shown beside their sources; of a search that finds more, the first ones.
MOST_PLANS = 10

#: What is told of a task beside its number and its words: columns of the worklist.
TOLD = (
    "lead_now", "coordinating_now", "product_now", "deadline_now", "due", "status", "page",
    "note_now",
)  # fmt: skip


_LEFT_OUT = (
    f"bản gốc chỉ kèm theo {MOST_PLANS} kế hoạch đầu",
    f"only the first {MOST_PLANS} plans have their sources beside them",
)


class Views(Protocol):
    """Where the sources of plans can be looked at."""

    def look(self, sha256: str, filename: str | None, *, wait: bool = False) -> Look | None: ...

    def picture(self, sha256: str, page: Place) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task: what names it, what is to be done, and each thing told of it by its title."""

    id: str
    ordinal: str
    words: str
    told: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of a PDF: its size in points, and where tasks stand on it (x, y, width, height)."""

    sheet: Place
    width: float
    height: float
    boxes: Sequence[tuple[str, float, float, float, float]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as it is shown; `unseen` tells why there is no source, where there is none."""

    plan: Plan
    groups: Sequence[tuple[str, Sequence[ShownTask]]]
    pages: Sequence[ShownPage] = ()
    excerpts: Sequence[Excerpt] = ()
    unseen: str = ""

    @property
    def count(self) -> int:
        """How many tasks there are, those that repeat another once."""
        return sum(task.same_as is None for task in self.plan.tasks)

    @property
    def facts(self) -> str:
        """What names the plan."""
        document = self.plan.document
        issued = day(document.issued_on)
        parts = (
            document.number,
            issued.strftime("%d/%m/%Y") if issued else None,
            document.issuer.text if document.issuer else None,
            document.source.filename,
        )
        return " · ".join(filter(None, parts))


def as_html(plans: Iterable[bytes], lang: Lang, views: Views | None = None) -> Iterator[bytes]:
    """The page; without `views` it has the tasks only, with the places where they stand."""
    shown = (
        _shown(decode(plan), lang, views, number < MOST_PLANS) for number, plan in enumerate(plans)
    )
    stream = _template().stream(
        _=partial(pick, lang),
        lang=lang,
        number=partial(number, lang=lang),
        plans=shown,
        picture=partial(_picture, views),
        script=(files("service") / "pages" / "static" / "filter.js").read_text("utf-8"),
    )
    stream.enable_buffering(64)
    return (piece.encode() for piece in stream)


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("service.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("web.html")


def _picture(views: Views | None, plan: Plan, page: Place) -> str:
    """The picture of a page as an address that holds it; "" where it cannot be drawn."""
    if views is None:
        return ""
    try:
        png = views.picture(plan.document.source.sha256, page)
    except KehoachError:
        return ""
    return "data:image/png;base64," + b64encode(png).decode()


def _shown(plan: Plan, lang: Lang, views: Views | None, beside: bool) -> Shown:
    groups = [
        (heading, [_row(plan, task, lang) for task in tasks])
        for heading, tasks in groupby(plan.tasks, _heading)
    ]
    if views is None:
        return Shown(plan, groups)
    if not beside:
        told = pick(lang, *_LEFT_OUT)
        return Shown(plan, groups, unseen=told)
    source = plan.document.source
    try:
        look = views.look(source.sha256, source.filename, wait=True)
    except KehoachError as error:
        return Shown(plan, groups, unseen=pick(lang, error.vi, error.en))
    assert look is not None
    pages = []
    for page in look.pages:
        boxes = list(_boxes(plan.tasks, page.sheet))
        if boxes or len(look.pages) <= MOST_PAGES:
            pages.append(ShownPage(page.sheet, page.width, page.height, boxes))
    return Shown(plan, groups, pages, whole(look.blocks, plan.tasks))


def _heading(task: Task) -> str:
    return " › ".join(filter(None, (task.appendix, *task.group)))


def _row(plan: Plan, task: Task, lang: Lang) -> ShownTask:
    columns = {column.key: column for column in sheet("worklist").columns}
    told = []
    for key in TOLD:
        value = columns[key].cell(plan, task, lang)
        if isinstance(value, date):
            value = value.strftime("%d/%m/%Y")
        elif key == "page" and (sheet_ := task.provenance.place.sheet) and sheet_.file:
            value = f"{sheet_.page}, {sheet_.file}"
        if value and not (key == "status" and value == called(key, "open", lang)):
            told.append((columns[key].title(lang), str(value)))
    words = task.description or task.target or task.subject or task.product or ""
    return ShownTask(task.id, task.ordinal or "", words, told)


def _boxes(tasks: Iterable[Task], page: Place) -> Iterator[tuple[str, float, float, float, float]]:
    """Where tasks stand on a page, each with its id."""
    for task in tasks:
        for place in task.provenance.places():
            if place.bbox and place.sheet == page:
                x0, top, x1, bottom = place.bbox
                yield task.id, x0, top, x1 - x0, bottom - top
