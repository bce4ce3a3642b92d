"""Commands on the store: doctor, backup, restore."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.console import AsJson, Data, _, app, listened, on_store, settings_of, tell

if TYPE_CHECKING:
    from service.settings import Settings

_SEVERITIES = {
    "error": ("LỖI", "ERROR"),
    "warning": ("CẢNH BÁO", "WARNING"),
    "note": ("LƯU Ý", "NOTE"),
}


@app.command(
    help=_(
        "Kiểm tra toàn bộ kho dữ liệu: tệp, kết quả đọc, bảng, trích dẫn, tìm kiếm, hàng đợi. "
        "Dịch vụ có thể đang chạy. Còn lỗi thì mã thoát là 1.",
        "Looks the whole store through: files, readings, tables, quotations, search, jobs. A "
        "service may be running. Exit code 1 where an error is left.",
    )
)
def doctor(
    as_json: AsJson = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=_(
                "Làm lại những dòng không khớp với kết quả đọc và các chỗ sửa.",
                "Make rows anew that are not those of the reading and its corrections.",
            ),
        ),
    ] = False,
    data: Data = None,
) -> None:
    settings = settings_of(data=data)

    from extractor import office, recognition
    from service.isolation import protection
    from service.store import opened_store
    from service.store.doctor import check

    counts: Counter[str] = Counter()
    with on_store(), opened_store(settings) as store, listened():
        tell(*protection())
        tell(*recognition())
        tell(*office())
        for one in check(store, repair=repair):
            counts[one.severity] += 1
            if as_json:
                print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
            else:
                words = _(one.vi, one.en)
                print(f"{_(*_SEVERITIES[one.severity])} {one.code} [{one.subject}]\n  {words}")
    tell(
        f"{counts['error']} lỗi, {counts['warning']} cảnh báo, {counts['note']} lưu ý",
        f"{counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes",
    )
    if counts["error"]:
        raise typer.Exit(1)


@app.command(
    help=_(
        "Sao lưu toàn bộ kho dữ liệu vào một tệp; dịch vụ cứ chạy. OUT là tệp hoặc thư mục, mặc "
        "định thư mục hiện tại. Tệp chứa cả mật khẩu đã băm: hãy giữ kín.",
        "Backs the whole store up into one file, while a service goes on. OUT is a file or a "
        "folder, by default this one. It holds hashed passwords too: keep it to yourself.",
    )
)
def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT")] = Path("."), data: Data = None
) -> None:
    settings = settings_of(data=data)

    from service.store import opened_store
    from service.store.backup import backup as back_up

    with on_store(), opened_store(settings) as store:
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


@app.command(
    help=_(
        "Khôi phục kho dữ liệu từ bản sao lưu FILE. Phải dừng dịch vụ trước. Mọi thứ được kiểm "
        "tra trước khi thay đổi; hoặc khôi phục hết, hoặc giữ nguyên.",
        "Restores the store from the backup FILE. The service must be stopped. All of it is "
        "checked before anything changes; it is restored whole or not at all.",
    )
)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=_(
                "Thay kho đang có dữ liệu: những gì không có trong bản sao lưu sẽ mất.",
                "Replace a store that is not empty: what the backup has not is lost.",
            ),
        ),
    ] = False,
    data: Data = None,
) -> None:
    settings: Settings = settings_of(data=data)

    from service.store.backup import restore as put_back

    with on_store():
        manifest = put_back(settings, file, replace=replace)
    made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    tell(
        f"đã khôi phục {manifest.files} tệp và cơ sở dữ liệu của {made}",
        f"restored {manifest.files} files and the database of {made}",
    )
