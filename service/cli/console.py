"""The application and what every command needs: the language, ways to end, shared options."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from service.wording import pick, preferred

if TYPE_CHECKING:
    from models.errors import KehoachError
    from service.settings import Settings


def _(vi: str, en: str) -> str:
    """The sentence in the language of this run."""
    return pick(preferred(), vi, en)


app = typer.Typer(
    help=_(
        "Đọc kế hoạch đã ban hành: ai phải làm gì, khi nào, với kết quả nào, và ghi ở đâu. "
        "(KEHOACH_LANG=en: in English.)",
        "Reads an issued plan: who must do what, by when, with what result, and where it says so. "
        "(KEHOACH_LANG=vi: bằng tiếng Việt.)",
    ),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"kehoach {version('kehoach')}")
        raise typer.Exit


@app.callback()
def kehoach(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help=_("In phiên bản.", "The version.")
        ),
    ] = False,
) -> None:
    pass


def tell(vi: str, en: str) -> None:
    """Says on standard error what is no result."""
    print(_(vi, en), file=sys.stderr, flush=True)


def wrong(message: str) -> NoReturn:
    """Ends the command as wrongly used, with a sentence on standard error."""
    print(message, file=sys.stderr)
    raise typer.Exit(2)


@contextmanager
def listened() -> Iterator[None]:
    """Ends quietly when whoever reads our output (`| head`) has had enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def day_of(value: str | None) -> date | None:
    """The day of an --on option; ends the command where it is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        wrong(_(f"--on: {value!r} không phải ngày dạng 2024-12-31",
                 f"--on: {value!r} is not a date like 2024-12-31"))  # fmt: skip


On = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM-DD", help=_("Ngày ban hành văn bản.", "The day the document was issued.")
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help=_("In dạng JSON.", "As JSON."))]

Spoken = Annotated[
    Literal["vi", "en"] | None,
    typer.Option("--lang", help=_("Ngôn ngữ của thông báo và tiêu đề.", "Language of messages.")),
]

Together = Annotated[
    bool,
    typer.Option(
        "--together",
        help=_(
            "Các tệp là một kế hoạch cùng các phụ lục của nó: đọc thành một văn bản.",
            "The files are one plan with its appendices: read as one document.",
        ),
    ),
]

Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=0,
        show_default=False,
        help=_(
            "Số văn bản đọc cùng lúc, 0: máy khác đọc; mặc định theo KEHOACH_WORKERS, không thì "
            "số bộ xử lý.",
            "Documents read at a time, 0: others read; default: KEHOACH_WORKERS, else the number "
            "of processors.",
        ),
    ),
]

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        file_okay=False,
        help=_(
            "Thư mục dữ liệu; mặc định theo KEHOACH_DATA.", "Folder of the data; else KEHOACH_DATA."
        ),
    ),
]


def worded(error: "KehoachError") -> str:
    """What an error says, in the language of this run."""
    return _(error.vi, str(error))


def settings_of(**given: Any) -> "Settings":
    """The settings in force under these options; ends the command where one is wrong."""
    from service.settings import WrongSettings, load

    try:
        return load(**given)
    except WrongSettings as error:
        wrong(worded(error))


@contextmanager
def on_store() -> Iterator[None]:
    """Ends the command with a sentence where the store cannot be used, or says no.

    Whatever the command writes is for its owner alone: passwords' hashes are in the store.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from models.errors import KehoachError

    os.umask(0o077)
    try:
        yield
    except KehoachError as error:
        wrong(worded(error))
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        wrong(_(f"không dùng được kho dữ liệu: {reason}", f"the store cannot be used: {reason}"))
