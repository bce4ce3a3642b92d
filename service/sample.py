"""The sample plans: read in all their forms by `kehoach sample`, or taken into a store."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from service import exports
from service.evaluation import samples
from service.extraction import fates, opened, read_all, verdict
from service.isolation import Input, Result
from service.wording import Lang, number, pick

if TYPE_CHECKING:
    from service.store import Store

#: The forms from the surest to the least sure; the first that can be read is the one that is kept.
FORMS = (".docx", ".html", ".pdf", ".txt", ".md")


def documents() -> Iterator[Path]:
    """The sample plans, each in all its forms, the surest form first."""
    for folder in sorted(path for path in samples().iterdir() if path.is_dir()):
        forms = [path for path in folder.glob(f"{folder.name}.*") if path.suffix in FORMS]
        yield from sorted(
            (path for path in forms if path.stem == folder.name),
            key=lambda path: FORMS.index(path.suffix),
        )


def take_in(store: "Store") -> None:
    """Puts each sample plan, in its surest form, into the queue of `store`."""
    from service.jobs.intake import submit

    surest = {path.parent: path for path in reversed(list(documents()))}
    for path in sorted(surest.values()):
        submit(store, path, path.name, by=None)


def run(out: Path, lang: Lang) -> int:
    """Reads, prints a summary, writes `<slug>.json` and `<slug>.xlsx`; 1 if one was not read."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    paths = list(documents())
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(pick(lang, "văn bản", "document"), no_wrap=True)
    table.add_column(pick(lang, "dạng", "form"))
    for vi, en in (
        ("nhiệm vụ", "tasks"),
        ("chỉ tiêu", "targets"),
        ("đơn vị sổ cái", "ledger units"),
        ("giây", "seconds"),
    ):
        table.add_column(pick(lang, vi, en), justify="right")
    table.add_column(pick(lang, "sổ cái", "ledger"))
    out.mkdir(parents=True, exist_ok=True)
    kept: dict[str, bytes] = {}
    failed = 0
    results = read_all([Input(path, path.name) for path in paths])
    for path, result in zip(paths, results, strict=True):
        slug = path.parent.name
        table.add_row(*_row(slug, path, result, lang))
        failed += result.error is not None
        if result.plan and slug not in kept:
            kept[slug] = result.plan
            with opened(out / f"{slug}.json") as target:
                exports.write("json", [result.plan], target, lang, many=False)
            with opened(out / f"{slug}.xlsx") as target:
                exports.write("xlsx", [result.plan], target, lang)
    with opened(out / "all.xlsx") as target:
        exports.write("xlsx", kept.values(), target, lang)
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
    console.print(table)
    files = ", ".join(f"{slug}.json/.xlsx" for slug in kept)
    where = out.resolve()
    print(
        pick(lang, f"Kết quả ở {where}: ", f"The results are in {where}: ") + f"{files}, all.xlsx"
    )
    return 1 if failed else 0


def _row(slug: str, path: Path, result: Result, lang: Lang) -> list[str]:
    form = path.suffix.removeprefix(".")
    if result.summary is None or result.error is not None:
        error = result.error
        reason = pick(lang, error.vi, error.en) if error else ""
        return [slug, form, "", "", "", f"{result.seconds:.2f}", reason]
    summary = result.summary
    ledger = summary.ledger
    most = sorted(ledger.fates.items(), key=lambda item: -item[1])[:3]
    detail = ", ".join(fates(replace(ledger, fates=dict(most)), lang))
    more = "…" if len(ledger.fates) > 3 else ""
    return [
        slug,
        form,
        number(summary.tasks + summary.duties),
        number(summary.targets),
        number(ledger.units),
        f"{result.seconds:.2f}",
        f"{verdict(ledger, lang)}: {detail}{more}",
    ]
