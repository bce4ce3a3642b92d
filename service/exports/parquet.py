"""Records as Parquet, a typed table that R, pandas, DuckDB and others read as it is."""

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from models.contract import decode, encode
from models.plan import CONTRACT
from service.exports.columns import Type, What, columns, records
from service.exports.workbook import pieces_of

#: About how many rows a row group has: what is held in memory, and what a reader can skip.
GROUP_ROWS = 2048
#: How many rows DuckDB is given in one file: it holds the whole of one, up to 32 MB.
FILE_ROWS = 1000

_TYPES: dict[Type, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
    "date": "DATE",
    "texts": "VARCHAR[]",
    "numbers": "DOUBLE[]",
}


def as_parquet(plans: Iterable[bytes], what: What = "tasks") -> Iterator[bytes]:
    """The tasks (or targets, or citations), one a row, in the columns of `columns(what)`.

    The metadata name the contract (`kehoach.contract`), the version of the program, the table, and
    in `kehoach.columns` (JSON) the meaning of each column in both languages, and its unit. A list
    without members is an empty list, what is unknown is null. Rows go to temporary files, so that
    no more than a group of them is held.
    """
    import duckdb

    with TemporaryDirectory(prefix="kehoach-") as folder:
        files, table = [Path(folder, "0.jsonl")], Path(folder, "table.parquet")
        files[0].touch()
        longest = count = 0
        for plan in map(decode, plans):
            if count >= FILE_ROWS * len(files):
                files.append(Path(folder, f"{len(files)}.jsonl"))
            with files[-1].open("ab") as lines:
                for record in records(plan, what):
                    row = {column.key: column.value(plan, record) for column in columns(what)}
                    longest = max(longest, lines.write(encode(row) + b"\n"))
                    count += 1
            yield b""
        bounds: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": "512MB",
            "temp_directory": folder,
            "autoinstall_known_extensions": False,  # nothing is fetched
        }
        with duckdb.connect(config=bounds) as engine:
            engine.execute(_copying(files, longest, table, what))
        yield from pieces_of(table)


def _copying(files: list[Path], longest: int, table: Path, what: What) -> str:
    """The statement that makes `table` of rows, the longest of which has so many bytes."""
    types = {column.key: _TYPES[column.type] for column in columns(what)}
    metadata = {
        "kehoach.contract": CONTRACT,
        "kehoach.version": version("kehoach"),
        "kehoach.table": what,
        "kehoach.columns": json.dumps(
            {
                column.key: {
                    "vi": column.meaning_vi,
                    "en": column.meaning_en,
                    "unit": column.unit or None,
                }
                for column in columns(what)
            },
            ensure_ascii=False,
        ),
    }
    names = ", ".join(_quoted(str(file)) for file in files)
    return (
        f"COPY (SELECT * FROM read_json([{names}], columns = {_struct(types)}, "
        f"format = 'newline_delimited', maximum_object_size = {max(longest, 2**18)})) "
        f"TO {_quoted(str(table))} (FORMAT parquet, COMPRESSION zstd, "
        f"ROW_GROUP_SIZE {GROUP_ROWS}, KV_METADATA {_struct(metadata)})"
    )


def _struct(pairs: dict[str, str]) -> str:
    return f"{{{', '.join(f'{_quoted(name)}: {_quoted(value)}' for name, value in pairs.items())}}}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
