"""Commands on documents: read one, one cell of it, score readings, the samples, the schema."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import AsJson, On, Spoken, Together, _, app, day_of, listened, wrong
from service.forms import Form
from service.wording import preferred


@app.command(
    help=_(
        "Đọc văn bản và in kế hoạch theo kehoach/plan@1. FILE là tệp, thư mục, mẫu tên hoặc - "
        "(đầu vào chuẩn). Một tệp cho một đối tượng JSON; nhiều tệp hoặc thư mục cho một mảng; "
        "jsonl cho mỗi dòng một kế hoạch; csv, docx, html, ics và parquet chỉ có nhiệm vụ; docx là "
        "bảng phân công theo cơ quan chủ trì; html đặt nhiệm vụ bên văn bản "
        "gốc, trong một tệp; xlsx, docx và parquet cần -o.",
        "Reads documents and prints kehoach/plan@1. FILE is a file, a folder, a pattern or - "
        "(standard input). One file gives one JSON object; several, or a folder, an array; "
        "jsonl one plan a line; csv, docx, html, ics and parquet the tasks only; docx is a table "
        "by lead agency; html has them beside their source; xlsx, docx and parquet need -o.",
    )
)
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", show_default=False)],
    form: Annotated[
        Form | None,
        typer.Option(
            "--format",
            help=_("Dạng kết quả; mặc định theo đuôi của OUT, không thì json.",
                   "Form of the result; by the suffix of OUT, else json."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help=_("Ghi vào tệp OUT; tệp chỉ xuất hiện khi đã trọn vẹn.",
                   "Write to OUT, which appears only when it is whole."),
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default=False,
            help=_("Số văn bản đọc cùng lúc; mặc định: số bộ xử lý.",
                   "Documents read at a time; default: the number of processors."),
        ),
    ] = None,
    together: Together = False,
    lang: Spoken = None,
    limit_seconds: Annotated[
        float, typer.Option(min=0.1, help=_("Thời gian tối đa cho một văn bản.",
                                            "The most time for one document."))
    ] = 120.0,
    limit_memory: Annotated[
        int, typer.Option(min=64, metavar="MB", help=_("Bộ nhớ tối đa cho một văn bản.",
                                                       "The most memory for one document."))
    ] = 2048,
) -> None:  # fmt: skip
    from dataclasses import replace

    from extractor.limits import DEFAULT_LIMITS
    from service.extraction import Request, UsageError
    from service.extraction import extract as run

    limits = replace(
        DEFAULT_LIMITS,
        seconds=limit_seconds,
        silence=max(DEFAULT_LIMITS.silence, limit_seconds / 2),
        memory=limit_memory * 1024**2,
    )
    language = preferred(lang)
    try:
        with listened():
            code = run(Request(tuple(files), form, out, jobs, language, limits, together))
    except UsageError as error:
        wrong(str(error))
    except OSError as error:  # the result cannot be written
        wrong(f"{error.filename or out or '-'}: {error.strerror}")
    raise typer.Exit(code)


_Texts = Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...", show_default=False)]
_EACH = (
    "mỗi TEXT (hoặc mỗi dòng đầu vào; \\n là xuống dòng) cho một đối tượng JSON.",
    "each TEXT (or line of standard input; \\n is a line break) gives one JSON object.",
)


@app.command(
    help=_(
        f"Đọc thời hạn: {_EACH[0]}",
        f"Reads deadlines: {_EACH[1]}",
    )
)
def deadline(
    year: Annotated[
        list[int],
        typer.Option(help=_("Năm của kế hoạch; lặp lại cho kế hoạch nhiều năm.",
                            "Year of the plan; again for a plan of several years.")),
    ],
    text: _Texts = None,
    on: On = None,
) -> None:  # fmt: skip
    from extractor.language.deadlines import read_deadline

    day = day_of(on)
    _told(text, lambda cell: read_deadline(cell, tuple(year), day))


@app.command(
    help=_(
        f"Đọc cơ quan: {_EACH[0]}",
        f"Reads agencies: {_EACH[1]}",
    )
)
def agency(
    unit: Annotated[
        str,
        typer.Option(metavar="ID", help=_("Địa bàn ban hành: vn, vn-86, vn-58-585.",
                                          "Unit of the issuer: vn, vn-86, vn-58-585.")),
    ],
    text: _Texts = None,
    on: On = None,
) -> None:  # fmt: skip
    from extractor.language.agencies import read_agencies

    day = day_of(on)
    _told(text, lambda cell: {"text": cell, "agencies": read_agencies(cell, unit, day)})


def _told(texts: list[str] | None, read: Callable[[str], object]) -> None:
    """One JSON object for each text, or line of standard input, at once: the asker may wait."""
    import msgspec

    given: Iterable[str] = texts or (
        line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        for line in sys.stdin.buffer
    )
    with listened():
        for text in given:
            cell = text.removeprefix("\ufeff").replace("\\n", "\n")
            sys.stdout.buffer.write(msgspec.json.encode(read(cell)) + b"\n")
            sys.stdout.buffer.flush()


@app.command(
    help=_(
        "Chấm các văn bản có tệp .gold.json bên cạnh và so với điểm đã lưu ở corpora/scores; "
        "mã thoát 1 khi có dòng bị mất.",
        "Scores the documents with a .gold.json beside them and compares with the kept scores of "
        "corpora/scores; exit code 1 when a row was lost.",
    )
)
def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", exists=True, file_okay=False, show_default=False),
    ] = None,
    as_json: AsJson = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help=_("Lưu điểm của phiên bản này.", "Keep the scores of this version.")
        ),
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="SCORES",
            exists=True,
            dir_okay=False,
            help=_("So với tệp điểm này.", "Compare with this score file."),
        ),
    ] = None,
) -> None:  # fmt: skip
    from service.evaluation import run

    with listened():
        code = run(folder, as_json=as_json, write=write, against=against, lang=preferred())
    raise typer.Exit(code)


@app.command(
    help=_(
        "Đọc các kế hoạch mẫu, in bảng tóm tắt và ghi JSON, XLSX vào thư mục.",
        "Reads the sample plans, prints a summary and leaves JSON and XLSX files in a folder.",
    )
)
def sample(
    out: Annotated[
        Path, typer.Option(file_okay=False, metavar="DIR", help=_("Thư mục.", "The folder."))
    ] = Path("out"),
) -> None:
    from service.sample import run

    with listened():
        code = run(out, preferred())
    raise typer.Exit(code)


@app.command(help=_("In JSON Schema của kehoach/plan@1.", "The JSON Schema of kehoach/plan@1."))
def schema() -> None:
    import msgspec

    from models.contract import schema as plan_schema

    encoded = msgspec.json.encode(plan_schema())
    with listened():
        sys.stdout.buffer.write(msgspec.json.format(encoded, indent=2) + b"\n")
