"""The commands for trackers: feed test, match."""

import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from service.cli.console import (
    AsJson,
    Data,
    _,
    command,
    listened,
    settings_of,
    stored,
    tell,
    worded,
    wrong,
)
from service.wording import Lang, preferred

#: This command sends wherever it is told to: whoever types it decides.
_ANYWHERE = ("0.0.0.0/0", "::/0")


@command("feed test")
def feed_test(
    url: Annotated[str, typer.Argument(metavar="URL", show_default=False)],
    secret: str,
    lang: Lang | None = None,
    data: Data = None,
) -> None:
    from models.errors import KehoachError
    from service.feed.trials import tried

    try:
        port = urlsplit(url).port
    except ValueError:
        port = None
    near = {"webhook_networks": _ANYWHERE, "webhook_http": True, "webhook_ports": (port or 443,)}
    settings = settings_of(data=data).model_copy(update=near)
    failed = 0
    try:
        for trial, answer in tried(url, secret, settings):
            good = trial.passed(answer)
            failed += not good
            wanted = _("phải nhận", "to be accepted")
            if not trial.accept:
                wanted = _("phải từ chối", "to be refused")
            came = answer.status or answer.error
            typer.echo(f"{'✓' if good else '✗'} {_(trial.vi, trial.en)}: {came} ({wanted})")
    except KehoachError as error:
        wrong(worded(error))
    raise typer.Exit(1 if failed else 0)


@command("match")
def match(
    sheet: Annotated[
        Path, typer.Argument(metavar="SHEET.xlsx", exists=True, dir_okay=False, show_default=False)
    ],
    plan: Annotated[str, typer.Option(metavar="KEY")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="OUT.xlsx", dir_okay=False)
    ] = None,
    tracker: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: AsJson = False,
    lang: Lang | None = None,
    data: Data = None,
) -> None:
    from models.contract import decode
    from models.tables.documents import document_key
    from service.feed.matching import as_workbook, matched, sheet_of, told
    from service.store.plans import plan_json
    from service.store.reports import document_of, set_ids

    with stored(data) as store:
        with store.reading() as session:
            document = document_of(session, plan)
            whole = decode(plan_json(session, document))
        found = matched(whole, sheet_of(sheet.read_bytes(), store.settings.limits))
        if out is not None:
            out.write_bytes(as_workbook(found, document_key(document), lang or preferred()))
        if tracker is not None:
            with store.writing() as session:
                set_ids(session, document, tracker, list(found.ids.items()))
    with listened():
        if as_json:
            json.dump(told(found), sys.stdout, ensure_ascii=False, indent=2)
            print()
            return
        for pair in found.differing:
            for role, (ours, theirs) in pair.differs.items():
                name = f"{pair.line.row}\t{pair.line.id}\t{role}"
                print(f"{name}\t{ours or '–'}\t{theirs or '–'}".replace("\n", " "))
        for task in found.missing:
            words = task.description or task.product or task.subject or ""
            print(f"–\t{task.id}\tmissing\t{words}".replace("\n", " "))
    tell(
        f"{len(found.pairs)} dòng khớp, {len(found.differing)} khác, {len(found.missing)} nhiệm vụ "
        f"sổ còn thiếu, {len(found.strangers)} dòng ngoài kế hoạch, {len(found.ids)} mã nối được",
        f"{len(found.pairs)} rows match, {len(found.differing)} differ, {len(found.missing)} tasks "
        f"are missing, {len(found.strangers)} rows are of other work, {len(found.ids)} ids",
    )
