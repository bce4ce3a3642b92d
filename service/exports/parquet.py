"""Records as Parquet, a typed table that R, pandas, DuckDB and others read as it is."""

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from models.contract import decode, encode
from models.plan import CONTRACT
from service.exports.columns import Column, Flat, Type, columns, records
from service.exports.workbook import pieces_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: About how many rows a row group has: what is held in memory, and what a reader can skip.
GROUP_ROWS = 1024
#: How many rows DuckDB is given in one file: it holds the whole of one, up to 32 MB.
FILE_ROWS = 500

_TYPES: dict[Type, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
    "date": "DATE",
    "texts": "VARCHAR[]",
    "integers": "BIGINT[]",
    "numbers": "DOUBLE[]",
}


class Lines:
    """Rows of one table on their way into a file: they wait in files of a folder, so that no more
    than a group of them is ever held."""

    def __init__(self, folder: Path, what: str, has: Sequence[Column]) -> None:
        self.what, self.has, self.count = what, has, 0
        self._folder, self._longest = folder, 2**18
        self._files: list[Path] = []
        self._begin()

    def _begin(self) -> None:
        self._files.append(self._folder / f"{self.what}-{len(self._files)}.jsonl")
        self._files[-1].touch()

    def extend(self, plan: Any, some: Iterable[Any]) -> None:
        """Adds a row for each of some records of a plan."""
        if self.count >= FILE_ROWS * len(self._files):
            self._begin()
        with self._files[-1].open("ab") as lines:
            for record in some:
                row = {column.key: column.value(plan, record) for column in self.has}
                self._longest = max(self._longest, lines.write(encode(row) + b"\n"))
                self.count += 1

    @property
    def selected(self) -> str:
        """SQL that selects them, in order."""
        types = {column.key: _TYPES[column.type] for column in self.has}
        names = ", ".join(quoted(str(file)) for file in self._files)
        return (
            f"SELECT * FROM read_json([{names}], columns = {_struct(types)}, "
            f"format = 'newline_delimited', maximum_object_size = {self._longest})"
        )

    @property
    def into_parquet(self) -> str:
        """How COPY writes them as Parquet, with what the columns mean."""
        metadata = {
            "kehoach.contract": CONTRACT,
            "kehoach.version": version("kehoach"),
            "kehoach.table": self.what,
            "kehoach.columns": json.dumps(
                {
                    column.key: {
                        "vi": column.meaning_vi,
                        "en": column.meaning_en,
                        "unit": column.unit or None,
                    }
                    for column in self.has
                },
                ensure_ascii=False,
            ),
        }
        return (
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP_ROWS}, "
            f"KV_METADATA {_struct(metadata)})"
        )

    def write(self, engine: "DuckDBPyConnection", out: Path) -> None:
        """Writes them as a Parquet file."""
        engine.execute(f"COPY ({self.selected}) TO {quoted(str(out))} {self.into_parquet}")


def opened(folder: str | Path) -> "DuckDBPyConnection":
    """DuckDB with bounds: what it cannot hold it puts into the folder; nothing is fetched."""
    import duckdb

    bounds: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "512MB",
        "temp_directory": str(folder),
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(config=bounds)


def as_parquet(plans: Iterable[bytes], what: Flat = "tasks") -> Iterator[bytes]:
    """The tasks (or another table of the register), one a row, in the columns of `columns(what)`.

    The metadata name the contract (`kehoach.contract`), the version of the program, the table, and
    in `kehoach.columns` (JSON) the meaning of each column in both languages, and its unit. A list
    without members is an empty list, what is unknown is null.
    """
    with TemporaryDirectory(prefix="kehoach-") as folder:
        lines, table = Lines(Path(folder), what, columns(what)), Path(folder, "table.parquet")
        for plan in map(decode, plans):
            lines.extend(plan, records(plan, what))
            yield b""
        with opened(folder) as engine:
            lines.write(engine, table)
        yield from pieces_of(table)


def _struct(pairs: dict[str, str]) -> str:
    return f"{{{', '.join(f'{quoted(name)}: {quoted(value)}' for name, value in pairs.items())}}}"


def quoted(text: str) -> str:
    """The text as SQL writes it.

    >>> quoted("l'un")
    "'l''un'"
    """
    return "'" + text.replace("'", "''") + "'"
