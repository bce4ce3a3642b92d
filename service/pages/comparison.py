"""Comparing: what is held, plans side by side, counts by whatever tasks are told apart by."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote_plus, urlencode

import polars
from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, StringConstraints

from models.tables.documents import Verdict, document_key
from service.api.answers import whole_file
from service.api.comparison import CountsForm, IndicatorsAsked, MeasuresAsked
from service.api.dependencies import HEX, ByDep, StoreDep, TaskPath, needs
from service.comparison.cascade import Taking, cascade, cascade_sheet
from service.comparison.charts import bars, heat, months
from service.comparison.coverage import caveats, coverage
from service.comparison.differences import Item
from service.comparison.frames import Map, name_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.kindred import kindred
from service.comparison.measures import (
    DIMENSIONS,
    Measure,
    Measured,
    measured,
    measures,
)
from service.comparison.sheets import Column, shown, written
from service.comparison.side_by_side import (
    NAMES,
    Compared,
    changes_sheet,
    compared,
    shaped,
    shared,
    shared_sheet,
    stood,
    tallied,
)
from service.comparison.tallies import OF_PLANS, Dimension, Scope
from service.comparison.targets import Goal, all_indicators, indicators
from service.forms import FORMS
from service.pages.looks import language, page, page_router
from service.pages.tables import FromForm
from service.store.filters import DOCUMENT, TASK
from service.store.judgements import judge, take_back
from service.store.marks import LONGEST
from service.wording import Lang, pick, values_of

router = page_router()

#: How many plans can stand side by side.
MOST = 6
#: What is offered to count by.
OFFERED = (
    "unit,year", "province,year", "field,year", "field,unit", "kind,unit", "level,year", "role",
    "lead", "month", "kind", "origin", "step,unit", "act,unit", "act,year", "sector,unit", "whose",
    "provinces", "first,year",
)  # fmt: skip
#: The most lines of a table on the page; its files have all.
LINES = 300

_FILES = [(form, FORMS[form].title) for form in get_args(CountsForm)]
#: Of rows of tasks, which have more to tell than a table holds.
RowsForm = Literal["xlsx", "csv", "parquet", "json"]
_ROW_FILES = [(form, FORMS[form].title) for form in get_args(RowsForm)]
_SHARE = Column("", "", "", "share")


class CompareAsked(FromForm):
    """Plans to be set side by side, by their keys."""

    plan: list[Annotated[str, StringConstraints(pattern=DOCUMENT)]] = Field(
        default_factory=list, max_length=50
    )
    frame: Map = "printed"
    reviewed: bool = False


class SharedAsked(FromForm):
    """Two to six plans by their keys, in the order in which they stand side by side."""

    plan: list[Annotated[str, StringConstraints(pattern=DOCUMENT)]] = Field(
        min_length=2, max_length=MOST
    )


class ChangesAsked(FromForm):
    """Two plans by their keys, the earlier one first; of the rows those of one kind or change."""

    plan: list[Annotated[str, StringConstraints(pattern=DOCUMENT)]] = Field(
        min_length=2, max_length=2
    )
    only: Literal[
        "",
        "kept",
        "merged",
        "split",
        "new",
        "dropped",
        "withdrawn",
        "stays",
        "reworded",
        "moved",
        "handed over",
    ] = ""


class CascadeAsked(FromForm):
    """A plan by its key; of its tasks those that are taken up somewhere, or not, or unheld."""

    plan: str = Field(pattern=DOCUMENT)
    only: Literal["", "taken", "not taken", "no plan"] = ""


class CountAsked(FromForm, MeasuresAsked):
    """What is counted, and which measure the picture shows."""

    reviewed: bool = False
    measure: str = Field(default="tasks", pattern="^[a-z-]{1,40}$")


@router.get("/compare")
def compare(request: Request, store: StoreDep, asked: Annotated[CompareAsked, Query()]) -> Any:
    """What is held and can be compared; or some plans side by side."""
    lang = language(request)
    with store.reading() as session:
        held = holdings(session)
        once = counted(held)
        chosen = _chosen(held, asked.plan)
        if len(chosen) < 2 or len(chosen) > MOST:
            found = coverage(session, asked.frame, lang, held)
            names = {one.key: one.name for one in once}
            return page(
                request, "compare", "compare", asked=asked, found=found, names=names,
                chosen={one.key for one in chosen}, most=MOST, frames=_frames(lang),
                picture=_coverage_picture(found, lang) if found.rows else None,
                offered=[(by, _called(by, lang)) for by in OFFERED], files=_FILES,
                query=urlencode({"frame": asked.frame, "lang": lang}),
                share=lambda value: shown(value, _SHARE, lang),
            )  # fmt: skip
        scope = Scope(documents=tuple(one.key for one in chosen), frame=asked.frame)
        whole = measured(session, ("plan",), scope, lang)
        fields = measured(session, ("plan", "field"), scope, lang)
        due = measured(session, ("plan", "month"), scope, lang)
        goals = indicators(session, chosen, reviewed=asked.reviewed)
    counts = {line.tally.keys[0]: line.tally for line in whole.lines}
    lines = {line.tally.keys[0]: line for line in whole.lines}
    codes = sorted({line.tally.keys[1] for line in fields.lines}, key=lambda key: key or "zz")
    by_field = {line.tally.keys: line for line in fields.lines}
    titles = {line.tally.keys[1]: line.names[1] for line in fields.lines}
    plan = ",".join(one.key for one in chosen)
    return page(
        request, "side_by_side", "compare",
        asked=asked, chosen=chosen,
        places={one.key: name_of(one.place(asked.frame), lang) for one in chosen},
        caveats=list(caveats(chosen, counts, lang)), counts=counts,
        rows=[(one, [_number(whole, lines.get(o.key), one, asked.reviewed, lang) for o in chosen])
              for one in whole.measures],
        fields=[(titles[code], [_number(fields, by_field.get((o.key, code)), measures()[0],
                                        asked.reviewed, lang) for o in chosen]) for code in codes],
        pictures=list(_pictures(chosen, whole, due, asked.reviewed, lang)),
        field_picture=_field_picture(chosen, codes, titles, fields, asked.reviewed, lang),
        goals=goals[:LINES], more=max(len(goals) - LINES, 0),
        shared=sum(len(goal.goals) > 1 for goal in goals),
        frames=_frames(lang), files=_FILES,
        queries={by: urlencode({"by": by, "plan": plan, "frame": asked.frame, "lang": lang})
                 for by in ("plan", "plan,field", "plan,month")},
    )  # fmt: skip


@router.get("/compare/changes")
def changes(request: Request, store: StoreDep, asked: Annotated[ChangesAsked, Query()]) -> Any:
    """Which tasks of one plan are kept in another, changed how, new and dropped."""
    lang = language(request)
    with store.reading() as session:
        found = compared(session, *asked.plan)
    chosen, rows = found.plans, found.rows
    query = urlencode({"plan": asked.plan}, doseq=True)
    some = [row for row in rows if asked.only in ("", row["kind"], *row["changes"])]
    return page(
        request, "changes", "compare", asked=asked, before=chosen[0], after=chosen[1],
        role=found.role, rows=some[:LINES], more=max(len(some) - LINES, 0), counts=tallied(rows),
        query=query, files=_ROW_FILES, **_spoken(found),
        here_is=f"/compare/changes?{query}&only={quote_plus(asked.only)}",
        called={name: pick(lang, *words) for name, words in NAMES.items()},
    )  # fmt: skip


@router.get("/compare/changes.{form}")
def changes_file(
    request: Request,
    form: RowsForm,
    store: StoreDep,
    asked: Annotated[ChangesAsked, Query()],
) -> Response:
    """The same as a file; JSON has the words that changed, too."""
    with store.reading() as session:
        found = compared(session, *asked.plan)
    lang, chosen, rows = language(request), found.plans, found.rows
    if form == "json":
        return _file(chosen, form, shaped(rows, form, lang).encode())
    return _file(chosen, form, written(changes_sheet(rows, lang), form, lang))


def _file(chosen: Sequence[Holding], form: RowsForm, data: bytes) -> Response:
    return whole_file(data, form, "-".join(one.key for one in chosen))


@router.get("/compare/tasks")
def tasks(request: Request, store: StoreDep, asked: Annotated[SharedAsked, Query()]) -> Any:
    """The tasks that several plans have, side by side: who leads, by when, with which product."""
    with store.reading() as session:
        found = stood(session, asked.plan)
    chosen, items, rows = found.plans, found.items, shared(found.items, found.said)
    alone = [
        len(plan) - sum(len(row["tasks"][of]) for row in rows) for of, plan in enumerate(items)
    ]
    query = urlencode({"plan": asked.plan}, doseq=True)
    return page(
        request, "shared", "compare", chosen=chosen, rows=rows[:LINES], alone=alone,
        more=max(len(rows) - LINES, 0), query=query,
        here_is=f"/compare/tasks?{query}", **_spoken(found),
        whole=[len(plan) for plan in items], files=_ROW_FILES,
    )  # fmt: skip


@router.get("/compare/tasks.{form}")
def tasks_file(
    request: Request, form: RowsForm, store: StoreDep, asked: Annotated[SharedAsked, Query()]
) -> Response:
    """The same as a file; JSON has a group in each row."""
    with store.reading() as session:
        found = stood(session, asked.plan)
    lang, chosen, rows = language(request), found.plans, shared(found.items, found.said)
    if form == "json":
        return _file(chosen, form, shaped(rows, form, lang).encode())
    return _file(
        chosen, form, written(shared_sheet([one.name for one in chosen], rows), form, lang)
    )


@router.get("/compare/cascade")
def below(request: Request, store: StoreDep, asked: Annotated[CascadeAsked, Query()]) -> Any:
    """Which plans below take up the tasks of a plan, or do not."""
    with store.reading() as session:
        found = cascade(session, asked.plan)
    tasks = [row for row in found.tasks if not asked.only or asked.only in _states(row)]
    return page(
        request, "cascade", "compare", asked=asked, found=found, tasks=tasks[:LINES],
        more=max(len(tasks) - LINES, 0), files=_ROW_FILES,
        counts=Counter(state for row in found.tasks for state in _states(row)),
    )  # fmt: skip


def _states(row: tuple[Item, Sequence[Taking]]) -> set[str]:
    return {one.state for one in row[1]}


@router.get("/compare/cascade.{form}")
def below_file(
    request: Request, form: RowsForm, store: StoreDep, asked: Annotated[CascadeAsked, Query()]
) -> Response:
    """The same as a file."""
    with store.reading() as session:
        found = cascade(session, asked.plan)
    lang = language(request)
    return _file([found.upper], form, written(cascade_sheet(found, lang), form, lang))


def _spoken(found: Compared) -> dict[str, Any]:
    """What people said of the tasks of some plans, with the words of those."""
    texts = {one.key: one.words.text for plan in found.items for one in plan}
    spoken = [(one, *sorted(pair)) for pair, one in found.said.items() if pair <= texts.keys()]
    return {"spoken": spoken, "texts": texts}


class Judged(FromForm):
    """What a person says of two tasks; with `back` what was said is taken back."""

    one: str = Field(default="", pattern=f"{TASK}|^$")
    other: str = Field(default="", pattern=f"{TASK}|^$")
    verdict: Verdict | None = None
    back: str = Field(default="", pattern=f"{HEX}|^$")
    reason: str = Field(default="", max_length=2_000)
    to: str = Field(pattern=r"^/(compare|tasks)/[a-z0-9.-]+(\?[\w=&%+.:-]*)?$", max_length=2_000)


@router.post("/compare/judge", dependencies=[needs("write")])
def say(store: StoreDep, by: ByDep, given: Annotated[Judged, Form()]) -> Any:
    """Keeps it, and goes back to the page."""
    with store.writing() as session:
        if given.verdict:
            judge(session, (given.one, given.other), given.verdict, reason=given.reason, by=by)
        elif given.back:
            take_back(session, given.back, by=by)
    return RedirectResponse(f"{given.to}#{given.one}", 303)


def _chosen(held: Sequence[Holding], keys: Sequence[str]) -> list[Holding]:
    """The plans of these keys, whichever of its files a key names, the oldest first."""
    wanted = {document_key(key) for key in keys}
    forms = {one.form_of for one in held if one.key in wanted}
    some = [one for one in counted(held) if one.key in wanted or one.document_id in forms]
    return sorted(some, key=lambda one: (one.years, one.on or date.min, one.key))


def _frames(lang: Lang) -> list[tuple[str, str]]:
    return [(name, pick(lang, *words)) for name, words in values_of("map").items()]


def _called(by: str, lang: Lang) -> str:
    names = [pick(lang, *DIMENSIONS[name]) for name in _split(by)]
    return pick(lang, " và ", " and ").join([names[0], *(one.lower() for one in names[1:])])


def _split(by: str) -> tuple[Dimension, ...]:
    return tuple(by.split(","))  # type: ignore[arg-type]


def _coverage_picture(found: Any, lang: Lang) -> Any:
    told = pick(lang, "Số nhiệm vụ theo địa bàn và năm; ô gạch chéo: không có kế hoạch nào",
                "Tasks by unit and year; a hatched cell: no plan is held")  # fmt: skip
    return heat(
        pick(lang, "Kho có gì", "What is held"), told,
        [row.name for row in found.rows[:40]],
        [year or pick(lang, "không rõ", "no year") for year in found.years],
        [[cell.tasks for cell in row.cells] for row in found.rows[:40]],
        [["–" if cell.tasks is None else str(cell.tasks) for cell in row.cells]
         for row in found.rows[:40]],
    )  # fmt: skip


def _number(
    found: Measured, line: Any, measure: Measure, reviewed: bool, lang: Lang
) -> tuple[str, str | None]:
    """A number as people read it, and the search that shows its rows."""
    if line is None:
        return ("0" if measure.kind == "count" else "–"), None
    kind: Literal["integer", "share"] = "integer" if measure.kind == "count" else "share"
    value = measure.value(line.tally, reviewed=reviewed)
    asked = found.rows_of(line, measure, reviewed=reviewed)
    return shown(value, Column("", "", "", kind), lang), asked if value is not None else None


def _pictures(
    chosen: Sequence[Holding], whole: Measured, due: Measured, reviewed: bool, lang: Lang
) -> Any:
    """A small picture of each plan, all on one scale: its shares, its months."""
    shares = [one for one in whole.measures if one.kind == "share"]
    lines = {line.tally.keys[0]: line for line in whole.lines}
    for one in chosen:
        rows = []
        for measure in shares:
            line = lines.get(one.key)
            value = measure.value(line.tally, reviewed=reviewed) if line else None
            rows.append((measure.title(lang), value, shown(value, _SHARE, lang)))
        counts = {line.tally.keys[1]: line.tally.count("tasks", reviewed=reviewed)
                  for line in due.lines if line.tally.keys[0] == one.key}  # fmt: skip
        year = one.years[0] if one.years else None
        own = [counts.get(f"{year}-{month:02}", 0) for month in range(1, 13)]
        rest = sum(count for key, count in counts.items() if key) - sum(own)
        yield (
            one,
            bars(one.name, pick(lang, "Tỷ lệ nhiệm vụ, từ 0 đến 100%",
                                "Shares of the tasks, from 0 to 100%"), rows, 1.0),
            months(f"{one.name} {year or ''}".strip(),
                   pick(lang, "Số nhiệm vụ có hạn trong từng tháng của năm",
                        "Tasks due in each month of the year"),
                   own, [str(month) for month in range(1, 13)]),
            counts.get("", 0), rest,
        )  # fmt: skip


def _field_picture(
    chosen: Sequence[Holding],
    codes: Sequence[str],
    titles: dict[str, str],
    fields: Measured,
    reviewed: bool,
    lang: Lang,
) -> Any:
    counts = {line.tally.keys: line.tally.count("tasks", reviewed=reviewed)
              for line in fields.lines}  # fmt: skip
    whole = {one.key: sum(n for keys, n in counts.items() if keys[0] == one.key) for one in chosen}
    values = [[counts.get((one.key, code), 0) / whole[one.key] if whole[one.key] else None
               for one in chosen] for code in codes]  # fmt: skip
    return heat(
        pick(lang, "Lĩnh vực của nhiệm vụ", "Fields of the tasks"),
        pick(lang, "Phần nhiệm vụ của mỗi kế hoạch thuộc từng lĩnh vực",
             "The part of the tasks of each plan that is of a field"),
        [titles[code] for code in codes],
        [one.name for one in chosen],
        values,
        [[shown(value, _SHARE, lang) for value in row] for row in values],
    )  # fmt: skip


@router.get("/compare/counts")
def counts(request: Request, store: StoreDep, asked: Annotated[CountAsked, Query()]) -> Any:
    """Measures by dimensions, each number with its rows."""
    lang = language(request)
    of_groups = {one.key for one in measures() if one.of}
    spread = asked.spread or asked.measure in of_groups
    with store.reading() as session:
        found = measured(session, asked.dimensions, asked.scope, lang, spread=spread)
    chosen = next((one for one in measures() if one.key == asked.measure), measures()[0])
    given = asked.model_dump(
        mode="json", exclude_defaults=True, exclude={"measure", "reviewed", "spread"}
    )
    given |= {"spread": "true"} if spread else {}
    return page(
        request, "counts", "compare",
        asked=asked, found=found, offered_measures=measures(), chosen=chosen,
        names=[pick(lang, *DIMENSIONS[name]) for name in found.by],
        lines=[(line, [_number(found, line, one, asked.reviewed, lang) for one in found.measures])
               for line in found.lines[:LINES]],
        more=max(len(found.lines) - LINES, 0),
        picture=_picture(found, chosen, asked.reviewed, lang),
        offered=[(by, _called(by, lang)) for by in dict.fromkeys((asked.by, *OFFERED))],
        frames=_frames(lang), files=_FILES,
        query=urlencode({**given, "by": asked.by, "lang": lang}),
        called=_called(asked.by, lang),
    )  # fmt: skip


@router.get("/tasks/{task:dotted}")
def same(request: Request, store: StoreDep, task: TaskPath) -> Any:
    """What a task is, and where else it stands."""
    with store.reading() as session:
        found = kindred(session, task)
    return page(
        request, "task", "compare", found=found, here_is=f"/tasks/{task}", longest=LONGEST,
    )  # fmt: skip


class IndicatorAsked(FromForm, IndicatorsAsked):
    """Which indicators."""


#: The most units and years beside each other.
_COLUMNS = 12


@router.get("/compare/indicators")
def of_indicators(
    request: Request, store: StoreDep, asked: Annotated[IndicatorAsked, Query()]
) -> Any:
    """Indicators by unit and year, with their bases."""
    lang = language(request)
    with store.reading() as session:
        every = all_indicators(session, asked.scope, asked.text, reviewed=asked.reviewed)
        first = every.targets.filter(polars.col("indicator").is_in(
            every.targets["indicator"].unique(maintain_order=True).head(LINES).implode()
        ))  # fmt: skip
        column = {
            (place, year): (name_of(every.plans[place].place(asked.frame), lang), str(year or ""))
            for place, year in first.select("place", "year").unique().iter_rows()
        }
        many = Counter(column[of] for of in first.select("place", "year").iter_rows())
        columns = sorted(many, key=lambda told: (-many[told], told))
        columns = sorted(columns[:_COLUMNS]) + columns[_COLUMNS:]
        shown = [of for of, told in column.items() if told in columns[:_COLUMNS]]
        those = polars.DataFrame(shown, schema=first.select("place", "year").schema, orient="row")
        found = every.read(
            session,
            first.join(
                those, on=("place", "year"), how="semi", nulls_equal=True, maintain_order="left"
            ),
        )
    cells: list[dict[tuple[str, str], list[Goal]]] = []
    for one in found:
        goals: dict[tuple[str, str], list[Goal]] = {}
        for goal in (goal for some in one.goals.values() for goal in some):
            place = name_of(goal.plan.place(asked.frame), lang)
            goals.setdefault((place, str(goal.year or "")), []).append(goal)
        cells.append(goals)
    given = asked.model_dump(mode="json", exclude_defaults=True)
    return page(
        request, "indicators", "compare", asked=asked, columns=columns[:_COLUMNS],
        left=max(len(columns) - _COLUMNS, 0), more=max(len(every) - LINES, 0),
        lines=[(one, [goals.get(one_of, []) for one_of in columns[:_COLUMNS]])
               for one, goals in zip(found, cells, strict=True)],
        frames=_frames(lang), files=_FILES, query=urlencode({**given, "lang": lang}),
    )  # fmt: skip


def _picture(found: Measured, measure: Measure, reviewed: bool, lang: Lang) -> Any:
    """A heat map of two dimensions, bars of one; of more there is the table alone."""
    kind: Literal["integer", "share"] = "integer" if measure.kind == "count" else "share"
    column = Column("", "", "", kind)
    told = measure.meaning(lang)
    if len(found.by) == 1:
        lines = sorted(found.lines, key=lambda line: -line.tally.count("tasks"))[:25]
        lines = found.lines if found.by == ("month",) else lines
        rows = []
        for line in lines:
            value = measure.value(line.tally, reviewed=reviewed)
            rows.append((line.names[0], value, shown(value, column, lang)))
        return bars(measure.title(lang), told, rows, 1.0 if kind == "share" else None)
    if len(found.by) != 2:
        return None
    cells = {line.tally.keys: measure.value(line.tally, reviewed=reviewed) for line in found.lines}
    names: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for line in found.lines:
        for place in (0, 1):
            names[place][line.tally.keys[place]] = line.names[place]
    rows_, columns = list(names[0])[:40], sorted(names[1])[:12]
    # A plan that is held has none of what is not counted; where none is held, nothing is known.
    held = kind == "integer" and not set(found.by) <= set(OF_PLANS)
    values = [[cells.get((row, key), 0 if held else None) for key in columns] for row in rows_]
    return heat(
        measure.title(lang), told, [names[0][row] for row in rows_],
        [names[1][key] for key in columns], values,
        [[shown(value, column, lang) for value in row] for row in values],
    )  # fmt: skip
