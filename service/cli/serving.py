"""Commands of the service: serve, config."""

import json
from typing import Annotated

import typer

from service.cli.console import AsJson, Data, Workers, _, app, listened, on_store, settings_of
from service.wording import preferred


@app.command(
    help=_(
        "Chạy dịch vụ: trang web, API và hàng đợi đọc văn bản. Dừng bằng Ctrl+C.",
        "Runs the service: pages, API and the reading of documents. Ctrl+C stops it.",
    )
)
def serve(
    host: Annotated[
        str | None,
        typer.Option(help=_("Địa chỉ lắng nghe.", "Address to listen on."), show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help=_("Cổng; 0 lấy một cổng trống.", "Port; 0 takes a free one."), show_default=False
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=_("Số tiến trình trả lời yêu cầu.", "Processes that answer requests."),
            show_default=False,
        ),
    ] = None,
    data: Data = None,
    workers: Workers = None,
    sample: Annotated[
        bool,
        typer.Option("--sample", help=_("Nạp các kế hoạch mẫu.", "Take in the sample plans.")),
    ] = False,
    new: Annotated[
        bool,
        typer.Option(
            "--new",
            help=_(
                "Bắt đầu kho mới dù kho tệp còn tệp của kho cũ.",
                "Begin a new store although the vault holds files of another.",
            ),
        ),
    ] = False,
) -> None:
    settings = settings_of(host=host, port=port, processes=processes, data=data, workers=workers)

    from service.serving import run

    with on_store():
        run(settings, preferred(), sample=sample, new=new)


@app.command(
    help=_(
        "In mọi thiết lập đang có hiệu lực và nơi nó đến: dòng lệnh, biến môi trường, tệp, mặc "
        "định. Mật khẩu trong địa chỉ được che.",
        "Every setting in force and where it comes from: command line, environment, file, "
        "default. Passwords in addresses are masked.",
    )
)
def config(
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    settings = settings_of(data=data)

    from service.settings import ORIGINS, in_force

    given = () if data is None else ("data",)
    with listened():
        rows = list(in_force(settings, given))
        if as_json:
            told = {
                row.name: {
                    "value": row.value,
                    "from": row.origin,
                    "variable": row.variable,
                    "file": None if row.file is None else str(row.file),
                }
                for row in rows
            }
            print(json.dumps(told, ensure_ascii=False, indent=2))
            return
        values = [json.dumps(row.value, ensure_ascii=False) for row in rows]
        names, width = max(len(row.variable) for row in rows), max(map(len, values))
        for row, value in zip(rows, values, strict=True):
            origin = _(ORIGINS[row.origin], row.origin)
            place = f" {row.file}" if row.file else ""
            print(f"{row.variable:{names}}  {value:{width}}  {origin}{place}")
