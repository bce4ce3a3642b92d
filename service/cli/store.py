"""Commands on the store: doctor, backup, restore."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import (
    AsJson,
    Data,
    _,
    command,
    listened,
    on_store,
    settings_of,
    stored,
    tell,
)
from service.wording import called, preferred


@command("doctor")
def doctor(as_json: AsJson = False, repair: bool = False, data: Data = None) -> None:
    from extractor import office, recognition
    from service.isolation import protection
    from service.store.doctor import check

    counts: Counter[str] = Counter()
    with stored(data) as store, listened():
        tell(*protection())
        tell(*recognition())
        tell(*office())
        for one in check(store, repair=repair):
            counts[one.severity] += 1
            if as_json:
                print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
            else:
                words = _(one.vi, one.en)
                severity = called("severity", one.severity, preferred())
                print(f"{severity} {one.code} [{one.subject}]\n  {words}")
    tell(
        f"{counts['error']} lỗi, {counts['warning']} cảnh báo, {counts['note']} lưu ý",
        f"{counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes",
    )
    if counts["error"]:
        raise typer.Exit(1)


@command("backup")
def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT")] = Path("."), data: Data = None
) -> None:
    from service.store.backup import backup as back_up

    with stored(data) as store:
        made = back_up(store, out)
    size = made.path.stat().st_size / 1e6
    print(made.path)
    tell(
        f"{made.files} tệp, {size:.1f} MB, {made.seconds:.1f} giây",
        f"{made.files} files, {size:.1f} MB, {made.seconds:.1f} seconds",
    )
    if made.lost:
        for sha256 in made.lost:
            print(f"  sha256:{sha256}", file=sys.stderr)
        tell(
            f"{len(made.lost)} tệp trên đây bị mất hoặc hỏng từ trước nên không có trong bản sao "
            "lưu; hãy chạy `kehoach doctor`",
            f"the {len(made.lost)} files above were lost or damaged before and are not in the "
            "backup; run `kehoach doctor`",
        )
        raise typer.Exit(1)


@command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    replace: bool = False,
    data: Data = None,
) -> None:
    settings = settings_of(data=data)

    from service.store.backup import restore as put_back

    with on_store():
        manifest = put_back(settings, file, replace=replace)
    made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    tell(
        f"đã khôi phục {manifest.files} tệp và cơ sở dữ liệu của {made}",
        f"restored {manifest.files} files and the database of {made}",
    )
