"""Commands on documents: read one, one cell of it, score readings, the samples, the schema."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import AsJson, On, command, day_of, listened, wrong
from service.forms import Form
from service.wording import Lang, preferred


@command("extract")
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", show_default=False)],
    form: Annotated[Form | None, typer.Option("--format")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT")] = None,
    jobs: Annotated[int | None, typer.Option(min=1)] = None,
    together: bool = False,
    lang: Lang | None = None,
    limit_seconds: Annotated[float, typer.Option(min=0.1)] = 120.0,
    limit_memory: Annotated[int, typer.Option(min=64, metavar="MB")] = 2048,
) -> None:
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


@command("deadline")
def deadline(year: list[int], text: _Texts = None, on: On = None) -> None:
    from extractor.language.deadlines import read_deadline

    day = day_of(on)
    _told(text, lambda cell: read_deadline(cell, tuple(year), day))


@command("agency")
def agency(
    unit: Annotated[str, typer.Option(metavar="ID")], text: _Texts = None, on: On = None
) -> None:
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


@command("evaluate")
def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", exists=True, file_okay=False, show_default=False),
    ] = None,
    as_json: AsJson = False,
    write: bool = False,
    against: Annotated[
        Path | None, typer.Option(metavar="SCORES", exists=True, dir_okay=False)
    ] = None,
) -> None:
    from service.evaluation import run

    with listened():
        code = run(folder, as_json=as_json, write=write, against=against, lang=preferred())
    raise typer.Exit(code)


@command("sample")
def sample(
    out: Annotated[Path, typer.Option(file_okay=False, metavar="DIR")] = Path("out"),
) -> None:
    from service.sample import run

    with listened():
        code = run(out, preferred())
    raise typer.Exit(code)


@command("schema")
def schema() -> None:
    import msgspec

    from models.contract import schema as plan_schema

    encoded = msgspec.json.encode(plan_schema())
    with listened():
        sys.stdout.buffer.write(msgspec.json.format(encoded, indent=2) + b"\n")
