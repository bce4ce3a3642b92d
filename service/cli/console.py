"""The application and what every command needs: the language, ways to end, shared options."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, get_args

import typer

from service.wording import pick, preferred, sentences

if TYPE_CHECKING:
    from models.errors import KehoachError
    from service.settings import Settings
    from service.store import Store

F = TypeVar("F", bound=Callable[..., None])


def _(vi: str, en: str) -> str:
    """The sentence in the language of this run."""
    return pick(preferred(), vi, en)


#: What commands and their options are for, by the name of each.
_ABOUT = {
    (row["command"], row["parameter"]): (row["vi"], row["en"]) for row in sentences("cli/help.tsv")
}


def about(command: str, parameter: str = "") -> str | None:
    """What a command, or an option of it, is for; None where that needs no words."""
    words = _ABOUT.get((command, parameter)) or _ABOUT.get(("*", parameter))
    return _(*words) if words else None


app = typer.Typer(
    help=about(""),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cache
def _group(name: str) -> typer.Typer:
    made = typer.Typer(help=about(name), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(made, name=name)
    return made


def command(name: str) -> Callable[[F], F]:
    """Makes a function the command of that name (`user add` is one of a group).

    Each parameter that says nothing else is an option of its name; `help.tsv` says what it is for.
    """
    group, _space, last = name.rpartition(" ")

    def made(function: F) -> F:
        for parameter, given in function.__annotations__.items():
            kind, *said = get_args(given) if hasattr(given, "__metadata__") else (given,)
            option = copy(said[0]) if said else typer.Option(f"--{parameter.replace('_', '-')}")
            option.help = about(name, parameter)
            if parameter != "return":
                function.__annotations__[parameter] = Annotated[kind, option]
        (_group(group) if group else app).command(last, help=about(name))(function)
        return function

    return made


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"kehoach {version('kehoach')}")
        raise typer.Exit


@app.callback()
def kehoach(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=about("", "version")),
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


On = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")]
AsJson = Annotated[bool, typer.Option("--json")]
Workers = Annotated[int | None, typer.Option(min=0)]
Data = Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False)]


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


@contextmanager
def stored(data: Path | None) -> Iterator["Store"]:
    """The store of these settings; ends the command as `on_store` does."""
    settings = settings_of(data=data)

    from service.store import opened_store

    with on_store(), opened_store(settings) as store:
        yield store
