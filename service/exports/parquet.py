"""Records as Parquet, a typed table that R, pandas, DuckDB and others read as it is."""

from collections.abc import Iterable
from typing import IO, Any

from models.contract import decode
from models.plan import CONTRACT
from service.exports.codebook import columns
from service.sheets import SHEETS, What

#: How many rows a row group has: what is held in memory, and what a reader can skip.
GROUP_ROWS = 2048


def write_parquet(plans: Iterable[bytes], out: IO[bytes], what: What | None = None) -> None:
    """The tasks (or targets, or citations), one a row, in the columns of `columns(what)`.

    The metadata of the schema name the contract, the version of the program and the table; those
    of a column its meaning. A list without members is an empty list, what is unknown is null.
    """
    import pyarrow.parquet as pq

    what = what or "tasks"
    fields = columns(what)
    schema = _schema(what)
    held: list[list[Any]] = []
    with pq.ParquetWriter(out, schema, compression="zstd") as table:
        for plan in map(decode, plans):
            for record in SHEETS[what].records(plan):
                held.append([field.value(plan, record) for field in fields])
                if len(held) == GROUP_ROWS:
                    table.write_batch(_batch(held, schema))
                    held.clear()
            out.flush()
        if held:
            table.write_batch(_batch(held, schema))


def _batch(rows: list[list[Any]], schema: Any) -> Any:
    import pyarrow as pa

    cells = zip(*rows, strict=True)
    arrays = [pa.array(own, field.type) for own, field in zip(cells, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _schema(what: What) -> Any:
    from importlib.metadata import version

    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
        "numbers": pa.list_(pa.float64()),
    }
    metadata = {
        "kehoach.contract": CONTRACT,
        "kehoach.version": version("kehoach"),
        "kehoach.table": what,
    }
    return pa.schema(
        [
            pa.field(column.name, types[column.type], metadata={"en": column.en, "vi": column.vi})
            for column in columns(what)
        ],
        metadata,
    )
