"""Reading the reference tables: UTF-8, tab-separated, one header line, no quoting."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


def path(name: str) -> Traversable:
    """The file or folder `name` of this room."""
    return files("corpora").joinpath(name)


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `corpora/<name>.tsv`, each a dict from column to cell; blank cells are ''.

    Lines that start with '#' are remarks (source, date). A short line has '' for what it lacks.
    """
    return rows_in(path(f"{name}.tsv"))


def rows_in(table: Traversable) -> tuple[dict[str, str], ...]:
    """The same of a table of another room."""
    lines = table.read_text("utf-8").split("\n")
    content = [line for line in lines if line and not line.startswith("#")]
    header = content[0].split("\t")
    return tuple(
        dict(zip(header, line.split("\t") + [""] * len(header), strict=False))
        for line in content[1:]
    )


@cache
def threshold(name: str) -> float:
    """A number that decides, from `thresholds.tsv`, where its source stands beside it."""
    return next(float(row["value"]) for row in rows("thresholds") if row["name"] == name)


def several(cell: str) -> tuple[str, ...]:
    """The members of a cell that lists several, separated by ';'."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
