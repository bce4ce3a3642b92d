"""Comparisons: what is held, and what is counted of it, by whatever plans and tasks are told apart.

The pages show the same.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args

from fastapi import Path, Query, Request, Response
from pydantic import Field

from models.tables.documents import JudgementFacts, Verdict
from service.api.answers import (
    Closed,
    Page,
    each,
    following_page,
    json_answer,
    linked,
    list_answer,
    whole_file,
)
from service.api.dependencies import (
    HEX,
    ByDep,
    DocumentPath,
    LangDep,
    StoreDep,
    Told,
    needs,
    routes,
)
from service.comparison.cascade import State, cascade
from service.comparison.cascade import told as cascaded
from service.comparison.coverage import Coverage, coverage
from service.comparison.frames import Map
from service.comparison.measures import Measured, measured
from service.comparison.sheets import coverage_sheet, measured_sheet, written
from service.comparison.tallies import Dimension, Scope
from service.comparison.targets import all_indicators, indicators_sheet
from service.forms import FORMS
from service.store.errors import WrongCursor
from service.store.filters import DOCUMENT, PLACE, TASK, Asked, JudgementQuery, Paging
from service.store.judgements import judge, judgements, take_back
from service.wording import pick

router = routes("comparison")

TaskKey = Annotated[str, Field(pattern=TASK)]
JudgementPath = Annotated[str, Path(pattern=HEX, description="Id of the judgement")]

_DIMENSIONS = "|".join(get_args(Dimension))

CountsForm = Literal["xlsx", "csv", "parquet"]
FormPath = Annotated[CountsForm, Path(description="`xlsx`, `csv` or `parquet`")]
FileRoute = Callable[[Callable[..., Response]], Callable[..., Response]]


def _several(pattern: str) -> str:
    """Some of what the pattern is of, by commas."""
    one = pattern.strip("^$")
    return f"^({one})(,({one})){{0,99}}$"


class CoverageAsked(Asked):
    """In which map units are looked at."""

    frame: Map = Field(default="printed", description="`printed`, or the map of 63 or 34 provinces")
    lang: Literal["vi", "en"] | None = Field(default=None, description="Language of the names")


class ScopeAsked(CoverageAsked):
    """Of which plans."""

    unit: str | None = Field(
        default=None, pattern=_several(PLACE), max_length=4000, description="Units of the map"
    )
    year: str | None = Field(
        default=None, pattern=_several("[12][0-9]{3}"), description="Years of the plans"
    )
    plan: str | None = Field(
        default=None, pattern=_several(DOCUMENT), max_length=8000, description="Documents"
    )

    @property
    def scope(self) -> Scope:
        return Scope(
            units=tuple(self.unit.split(",")) if self.unit else None,
            years=tuple(map(int, self.year.split(","))) if self.year else None,
            documents=tuple(self.plan.split(",")) if self.plan else None,
            frame=self.frame,
        )


class MeasuresAsked(ScopeAsked):
    """By what tasks are counted, and of which plans."""

    by: str = Field(
        default="unit,year",
        pattern=f"^({_DIMENSIONS})(,({_DIMENSIONS})){{0,2}}$",
        description=f"Up to three of {', '.join(get_args(Dimension))}",
    )

    spread: bool = Field(
        default=False,
        description="With what stands in many provinces, in one, and is new, by groups of the same "
        "task",
    )

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Each once."""
        return tuple(dict.fromkeys(self.by.split(",")))  # type: ignore[arg-type]


class IndicatorsAsked(ScopeAsked):
    """Which indicators, of which plans."""

    text: str = Field(default="", max_length=200, description="With these words in their name")
    reviewed: bool = Field(
        default=False, description="Of plans that people confirmed as a whole, alone"
    )


class Held(Closed):
    """What is held of a unit for a year: without a plan there are no counts, which is not 0."""

    unit: str | None
    unit_name: str
    year: str | None
    plans: list[str]
    files: int
    pages: int | None
    tasks: int | None
    targets: int | None
    reviewed: float | None


class CoverageAnswer(Closed):
    """What is held by unit and year; `without`: provinces of which there is no plan at all."""

    frame: Map
    years: list[str]
    plans: int
    files: int
    without: list[str]
    items: list[Held]


class MeasureRecord(Closed):
    """A measure and its definition in both languages."""

    key: str
    kind: Literal["count", "share"]
    vi: str
    en: str
    meaning_vi: str
    meaning_en: str
    numerator: str
    denominator: str


class Counted(Closed):
    """What was counted of what has these keys: of all tasks, and of the confirmed ones alone.

    A share of nothing is null. `rows` asks `/tasks` for the tasks behind a number, by the name of
    the measure; null where no filter says it.
    """

    keys: dict[str, str | None]
    names: dict[str, str]
    plans: int
    all: dict[str, float | None]
    reviewed: dict[str, float | None]
    rows: dict[str, str | None]


class MeasuresAnswer(Closed):
    """Counts by dimensions, with what each measure means."""

    by: list[str]
    frame: Map
    measures: list[MeasureRecord]
    items: list[Counted]


@router.get("/coverage", summary="What is held, by unit and year")
def get_coverage(
    store: StoreDep, lang: LangDep, asked: Annotated[CoverageAsked, Query()]
) -> CoverageAnswer:
    """Plans, files, pages, tasks and the reviewed share of each unit and year: look here first."""
    with store.reading() as session:
        found = coverage(session, asked.frame, lang)
    cells = [
        Held(
            unit=row.place.id or None, unit_name=row.name, year=year or None,
            plans=list(cell.plans), files=cell.files, pages=cell.pages, tasks=cell.tasks,
            targets=cell.targets, reviewed=cell.share,
        )
        for row in found.rows
        for year, cell in zip(found.years, row.cells, strict=True)
    ]  # fmt: skip
    return CoverageAnswer(
        frame=found.frame, years=list(found.years), plans=found.plans, files=found.files,
        without=list(found.without), items=cells,
    )  # fmt: skip


@router.get("/measures", summary="What is counted of plans")
def get_measures(
    store: StoreDep, lang: LangDep, asked: Annotated[MeasuresAsked, Query()]
) -> MeasuresAnswer:
    """Tasks, and shares of them, by up to three dimensions; each plan counts in one file only."""
    with store.reading() as session:
        found = measured(session, asked.dimensions, asked.scope, lang, spread=asked.spread)
    return MeasuresAnswer(
        by=list(found.by),
        frame=asked.frame,
        measures=[MeasureRecord.model_validate(one) for one in found.measures],
        items=list(map(_counted(found), found.lines)),
    )


def _counted(found: Measured) -> Any:
    def counted(line: Any) -> Counted:
        return Counted(
            keys={name: key or None for name, key in zip(found.by, line.tally.keys, strict=True)},
            names=dict(zip(found.by, line.names, strict=True)),
            plans=line.tally.plans,
            all={one.key: one.value(line.tally) for one in found.measures},
            reviewed={one.key: one.value(line.tally, reviewed=True) for one in found.measures},
            rows={one.key: found.rows_of(line, one) for one in found.measures},
        )

    return counted


def _as_file(path: str, what: str) -> FileRoute:
    """Where a table is had as a file."""
    types = {FORMS[form].media_type.partition(";")[0] for form in get_args(CountsForm)}
    content = {media: {"schema": {"type": "string", "format": "binary"}} for media in sorted(types)}
    summary = f"{what}, as a file"
    return router.get(
        f"{path}.{{form}}", summary=summary, response_class=Response,
        responses={200: {"description": summary, "content": content}},
    )  # fmt: skip


@_as_file("/coverage", "What is held")
def export_coverage(
    form: FormPath, store: StoreDep, lang: LangDep, asked: Annotated[CoverageAsked, Query()]
) -> Response:
    """A row for each unit and year, also where nothing is held."""
    with store.reading() as session:
        found: Coverage = coverage(session, asked.frame, lang)
    data = written(coverage_sheet(found), form, lang)
    return whole_file(data, form, pick(lang, "do-phu", "coverage"))


@_as_file("/measures", "What is counted of plans")
def export_measures(
    form: FormPath, store: StoreDep, lang: LangDep, asked: Annotated[MeasuresAsked, Query()]
) -> Response:
    """A row for each value of the dimensions, a column for each measure."""
    with store.reading() as session:
        found = measured(session, asked.dimensions, asked.scope, lang, spread=asked.spread)
    name = "-".join((pick(lang, "so-sanh", "comparison"), *asked.dimensions))
    return whole_file(written(measured_sheet(found), form, lang), form, name)


# Indicators


class GoalRecord(Closed):
    """A target: the indicator in the words of the plan that has it first, and what is to be
    reached; `number` is the value where it is one, `base` from where, as printed."""

    indicator: str
    measure: str | None
    unit: str | None
    unit_name: str
    year: int | None
    goal: str
    sign: str | None
    number: float | None
    scale: float | None
    low: float | None
    high: float | None
    base: str | None
    base_year: int | None
    plan: str
    status: Literal["draft", "confirmed"]
    target: str
    text: str


class IndicatorsListed(IndicatorsAsked, Paging):
    """Which indicators, and which part of their targets."""


class IndicatorsAnswer(Page[GoalRecord]):
    """Targets by indicator, those of most plans first; `indicators` is how many there are in all,
    on whatever page."""

    indicators: int


@router.get("/indicators", summary="Indicators by unit and year")
def get_indicators(
    request: Request,
    store: StoreDep,
    lang: LangDep,
    asked: Annotated[IndicatorsListed, Query()],
) -> Told[IndicatorsAnswer]:
    """What is to be reached, by unit and year: targets of different plans that are of one indicator
    stand together, each with its base."""
    with store.reading() as session:
        found = all_indicators(session, asked.scope, asked.text, reviewed=asked.reviewed)
        begin = 0
        if asked.after is not None:
            last = found.place(session, asked.after)
            if last is None:
                raise WrongCursor
            begin = last + 1
        end = begin + min(asked.limit, store.settings.page_size)
        some = found.read(session, found.targets[begin : end + 1])
    sheet = indicators_sheet(some, asked.frame, lang)
    keys = [column.key for column in sheet.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in sheet.rows]
    items = list(map(GoalRecord.model_validate, rows[: end - begin]))
    following = following_page(request, items[-1].target) if len(rows) > len(items) else None
    answer = IndicatorsAnswer(indicators=len(found), items=items, next=following)
    return linked(json_answer(answer), following)


@_as_file("/indicators", "Indicators by unit and year")
def export_indicators(
    form: FormPath, store: StoreDep, lang: LangDep, asked: Annotated[IndicatorsAsked, Query()]
) -> Response:
    """A row for each target."""
    with store.reading() as session:
        found = all_indicators(session, asked.scope, asked.text, reviewed=asked.reviewed).read(
            session
        )
    data = written(indicators_sheet(found, asked.frame, lang), form, lang)
    return whole_file(data, form, pick(lang, "chi-tieu-so-sanh", "indicators"))


# Plans below


class TakingRecord(Closed):
    """What becomes of a task in a plan below. `no plan`: none is held of that body, which says
    nothing of what it does."""

    state: State
    body: str
    plan: str | None
    task: str | None
    text: str | None
    reason: str


class CascadeTask(Closed):
    """A task of the upper plan."""

    key: str
    ordinal: str
    text: str
    lead: str
    below: list[TakingRecord]


class BelowRecord(Closed):
    """A plan below: whether it cites the upper one, and how many of its tasks it takes up; of the
    `of` that its body leads, `taken_of`."""

    plan: str
    name: str
    issuer: str | None
    cites: bool
    taken: int
    of: int
    taken_of: int


class CascadeAnswer(Closed):
    """The plans below, and each task with what becomes of it; `left` plans were not looked at."""

    plan: str
    plans: list[BelowRecord]
    left: int
    items: list[CascadeTask]


@router.get("/plans/{document}/cascade", summary="Which plans below take a plan up")
def get_plan_cascade(document: DocumentPath, store: StoreDep) -> Told[CascadeAnswer]:
    """Plans of departments, districts, communes of the same years that take up the tasks of a plan
    of the unit above, or do not; and of whom there is no plan."""
    with store.reading() as session:
        found = cascade(session, document)
    plans = [
        BelowRecord(
            plan=one.plan.key, name=one.plan.name, issuer=one.plan.issuer, cites=one.cites,
            taken=one.taken, of=one.of, taken_of=one.taken_of,
        )
        for one in found.below
    ]  # fmt: skip
    items = [CascadeTask.model_validate(row) for row in cascaded(found)]
    return json_answer(
        CascadeAnswer(plan=found.upper.key, plans=plans, left=found.left, items=items)
    )


# What people say of pairs


class NewJudgement(Closed):
    """Two tasks by their keys, what they are to each other, and why."""

    one: TaskKey
    other: TaskKey
    verdict: Verdict
    reason: Annotated[str, Field(max_length=2_000)] | None = None


class JudgementRecord(JudgementFacts):
    """A judgement; `one` and `other` name the tasks as the feed does, for good."""


@router.get("/judgements", summary="What people said of pairs", responses={404: {}})
def list_judgements(
    request: Request, asked: Annotated[JudgementQuery, Query()]
) -> Told[Page[JudgementRecord]]:
    """Whether two tasks are the same, similar or different, the last said first."""
    return list_answer(request, judgements, asked, each(JudgementRecord))


@router.post(
    "/judgements",
    summary="Say what two tasks are to each other",
    responses={404: {}},
    dependencies=[needs("write")],
)
def add_judgement(given: NewJudgement, store: StoreDep, by: ByDep) -> Told[JudgementRecord]:
    """In groups, comparisons and releases this wins over the judge, also after later readings.

    What was said of the pair before is replaced; the order of the two does not matter.
    """
    with store.writing() as session:
        pair = (given.one, given.other)
        row = judge(session, pair, given.verdict, reason=given.reason, by=by)
        return json_answer(JudgementRecord.model_validate(row, from_attributes=True))


@router.delete(
    "/judgements/{judgement}",
    summary="Take a judgement back",
    status_code=204,
    dependencies=[needs("write")],
)
def remove_judgement(judgement: JudgementPath, store: StoreDep, by: ByDep) -> Response:
    """The judge counts again; who said what stays in the audit trail."""
    with store.writing() as session:
        take_back(session, judgement, by=by)
    return Response(status_code=204)
