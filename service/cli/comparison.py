"""Commands on many plans at once: compare, release."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli.console import Data, _, command, listened, stored, tell, wrong
from service.wording import Lang, preferred

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.plan import Plan
    from models.tables import JudgementRow
    from service.comparison.sheets import Sheet
    from service.store.judgements import Said

#: By how many dimensions tasks are counted at most.
MOST_BY = 3
Shape = Literal["table", "csv", "html", "json"]
#: The id of a document, or its key.
_KEY = re.compile(r"sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{16}")


@command("compare")
def compare(
    plans: Annotated[list[Path] | None, typer.Argument(metavar="[A B]", show_default=False)] = None,
    judge: Annotated[Path | None, typer.Option(metavar="PAIRS.tsv")] = None,
    by: Annotated[str | None, typer.Option(metavar="unit,year")] = None,
    frame: Literal["printed", "63", "34"] = "printed",
    spread: bool = False,
    indicators: bool = False,
    reviewed: bool = False,
    unit: Annotated[list[str] | None, typer.Option(metavar="ID")] = None,
    year: list[int] | None = None,
    shape: Annotated[Shape, typer.Option("--format")] = "table",
    lang: Lang | None = None,
    data: Data = None,
) -> None:
    if plans and len(plans) != 2:
        wrong(_(f"Chỉ so được hai kế hoạch A B, ở đây có {len(plans)}; ở trang /compare: đến 6.",
                f"It takes two plans A B, not {len(plans)}; /compare takes 6."))  # fmt: skip
    if reviewed and not indicators:
        wrong(_("--reviewed đi cùng --indicators; bảng --by có cả hai số, xem --format csv.",
                "--reviewed goes with --indicators; --by has both in --format csv."))  # fmt: skip
    if (plans and (judge or by or indicators)) or (judge and by) or (indicators and by):
        wrong(_("Hai kế hoạch A B, hoặc --judge PAIRS.tsv, hoặc --by.",
                "Two plans A B, or --judge PAIRS.tsv, or --by."))  # fmt: skip
    if judge:
        _judged(judge)
        return
    if plans:
        _side_by_side(plans, shape, preferred(lang), data)
        return
    from service.comparison.coverage import coverage
    from service.comparison.measures import DIMENSIONS, measured
    from service.comparison.sheets import coverage_sheet, measured_sheet, written
    from service.comparison.tallies import Scope
    from service.comparison.targets import all_indicators, indicators_sheet

    language = preferred(lang)
    names = tuple(dict.fromkeys(by.split(","))) if by else ()
    if unknown := [name for name in names if name not in DIMENSIONS]:
        wrong(_(f"--by: không có {unknown[0]!r}; có: {', '.join(DIMENSIONS)}",
                f"--by: no {unknown[0]!r}; there are {', '.join(DIMENSIONS)}"))  # fmt: skip
    if len(names) > MOST_BY:
        wrong(_(f"--by: tối đa {MOST_BY} chiều.", f"--by: up to {MOST_BY} of them."))
    scope = Scope(tuple(unit) if unit else None, tuple(year) if year else None, None, frame)
    with stored(data) as store, store.reading() as session, listened():
        if indicators:
            found = all_indicators(session, scope, reviewed=reviewed).read(session)
            sheet = indicators_sheet(found, frame, language)
        elif names:
            counts = measured(session, names, scope, language, spread=spread, however_many=True)  # type: ignore[arg-type]
            sheet = measured_sheet(counts)
        else:
            held = coverage(session, frame, language)
            sheet = coverage_sheet(held)
            tell(
                f"{held.plans} kế hoạch trong {held.files} tệp; {len(held.without)} tỉnh, thành "
                "phố chưa có kế hoạch nào",
                f"{held.plans} plans in {held.files} files; of {len(held.without)} provinces "
                "there is no plan",
            )
        if not sheet.rows:
            tell("kho không có gì như vậy", "nothing of that is held")
        if shape == "table":
            _show(sheet, language)
        else:
            sys.stdout.buffer.write(written(sheet, shape, language))


def _judged(table: Path) -> None:
    from service.comparison.judge import MissingColumns, verdicts

    try:
        with listened():
            for found in verdicts(table):
                print(f"{found.label}\t{found.score:.3f}\t{found.reason}")
    except MissingColumns as error:
        wrong(_(f"Bảng thiếu cột: {error}.", f"The table lacks columns: {error}."))
    except (OSError, UnicodeError) as error:
        tell(f"Không đọc được {table}: {error}", f"{table} cannot be read: {error}")
        raise typer.Exit(1) from error


def _side_by_side(plans: list[Path], shape: Shape, lang: Lang, data: Path | None) -> None:
    from service.comparison.differences import items_of
    from service.comparison.side_by_side import counted, rows_of, shaped

    if folders := [plan for plan in plans if plan.is_dir()]:
        wrong(_(f"{folders[0]}: là thư mục; hãy đưa hai tệp, hoặc nạp cả bằng kehoach ingest.",
                f"{folders[0]}: a folder; give two files, or kehoach ingest all."))  # fmt: skip
    named = [plan for plan in plans if not plan.exists() and _KEY.fullmatch(str(plan))]
    if len(named) == len(plans):
        rows = _compared(str(plans[0]), str(plans[1]), data)
    else:
        found = _stored(named, data) | _read([plan for plan in plans if plan not in named], lang)
        before, after = (items_of(found[plan]) for plan in plans)
        rows = rows_of(before, after)
    with listened():
        sys.stdout.write(shaped(rows, shape, lang))
    print(counted(rows, lang), file=sys.stderr)
    for plan, side in zip(plans, ("before", "after"), strict=True):
        if not any(row[side] for row in rows):
            tell(f"{plan}: không đọc được nhiệm vụ nào", f"{plan}: no task is read there")
    if plans[0] == plans[1]:
        tell(f"{plans[0]}: hai bên là một kế hoạch", f"{plans[0]}: both are one plan")


def _compared(before: str, after: str, data: Path | None) -> list[dict[str, Any]]:
    from service.comparison.side_by_side import compared

    with stored(data) as store, store.reading() as session:
        return compared(session, before, after).rows


def _read(files: list[Path], lang: Lang) -> dict[Path, "Plan"]:
    from models.contract import decode
    from service.extraction import account_of, read_all
    from service.isolation import Input

    known = {file: plan for file in files if file.suffix == ".json" and (plan := _kept_in(file))}
    files = [file for file in files if file not in known]
    results = list(read_all([Input(file, file.name) for file in files])) if files else []
    for result in results:
        if result.error:
            print(account_of(result, lang), file=sys.stderr)
            raise typer.Exit(1)
    read = {file: decode(result.plan) for file, result in zip(files, results, strict=True)}
    return known | read


def _kept_in(file: Path) -> "Plan | None":
    """The plan that a file of JSON has, as `extract` writes it; None where it is none."""
    import msgspec

    from models.contract import decode

    try:
        return decode(file.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def _stored(keys: list[Path], data: Path | None) -> dict[Path, "Plan"]:
    """The plans of these documents, as people left them."""
    if not keys:
        return {}
    from models.contract import decode
    from models.tables.documents import document_key
    from service.comparison.holdings import holdings
    from service.comparison.side_by_side import not_held
    from service.store.errors import NoPlan
    from service.store.plans import plan_json

    with stored(data) as store, store.reading() as session:
        held = {one.key: one.document_id for one in holdings(session)}
        found = {}
        for key in keys:
            document = held.get(document_key(str(key)))
            if document is None:
                raise NoPlan(*not_held(str(key)))
            found[key] = decode(plan_json(session, document))
        return found


def _show(sheet: "Sheet", lang: Lang) -> None:
    """The table for a terminal, without codes and without what is of reviewed tasks alone."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from service.comparison.sheets import shown

    codes = {column.key.removesuffix("_name") for column in sheet.columns}
    named = {key for key in codes if any(c.key == f"{key}_name" for c in sheet.columns)}
    places = [
        place
        for place, column in enumerate(sheet.columns)
        if column.key not in named and not column.key.endswith("_reviewed")
    ]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place in places:
        column = sheet.columns[place]
        right = column.type != "text"
        table.add_column(column.title(lang), justify="right" if right else "left")
    for row in sheet.rows:
        table.add_row(*(shown(row[place], sheet.columns[place], lang) for place in places))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False).print(table)


@command("cascade")
def cascade(
    plan: Annotated[str, typer.Argument(metavar="DOCUMENT", show_default=False)],
    shape: Annotated[Shape, typer.Option("--format")] = "table",
    lang: Lang | None = None,
    data: Data = None,
) -> None:
    from service.comparison.cascade import cascade as cascade_of
    from service.comparison.cascade import cascade_sheet
    from service.comparison.sheets import written

    language = preferred(lang)
    with stored(data) as store, store.reading() as session, listened():
        sheet = cascade_sheet(cascade_of(session, plan), language)
        if shape == "table":
            _show(sheet, language)
        else:
            sys.stdout.buffer.write(written(sheet, shape, language))


@command("judge")
def judge(
    pair: Annotated[
        list[str] | None, typer.Argument(metavar="[A B VERDICT]", show_default=False)
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="WORDS")] = None,
    data: Data = None,
) -> None:
    if pair and (len(pair) != 3 or pair[2] not in ("same", "similar", "different", "back")):
        wrong(_("A B và same, similar, different hoặc back.",
                "A B and same, similar, different or back."))  # fmt: skip
    from service.access.audit import By
    from service.cli.access import actor
    from service.store.errors import UnknownJudgement
    from service.store.judgements import judge as said_of
    from service.store.judgements import spoken, take_back

    with stored(data) as store, listened():
        if not pair:
            with store.reading() as session:
                _tell_judgements(spoken(session))
            return
        with store.writing() as session:
            if pair[2] == "back":
                wanted = set(pair[:2])
                told = [
                    one
                    for keys, one, row in spoken(session)
                    if wanted in ({*(keys or ())}, {row.one, row.other})
                ]
                if not told:
                    raise UnknownJudgement
                take_back(session, told[-1].id, by=By(actor()))
            else:
                said_of(session, (pair[0], pair[1]), pair[2], by=By(actor()), reason=reason)  # type: ignore[arg-type]


def _tell_judgements(
    found: "Iterable[tuple[tuple[str, str] | None, Said, JudgementRow]]",
) -> None:
    """A line each: both keys, what was said, by whom, when, why; last, whether it waits."""
    for keys, one, row in found:
        pair, state = sorted(keys or (row.one, row.other)), "" if keys else "waiting"
        told = (*pair, one.verdict, one.author, f"{one.at:%Y-%m-%d}", one.reason or "", state)
        print(*told, sep="\t")


@command("release")
def release(
    out: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)], data: Data = None
) -> None:
    from service.comparison.release import release as made_of

    with stored(data) as store:
        made = made_of(store, out)
    for name, count in made.rows.items():
        print(f"{count:>9} {name}", file=sys.stderr)
    tell(f"phiên bản {made.version}", f"version {made.version}")
    print(made.folder)
