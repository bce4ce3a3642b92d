"""Tables as migrations declare them, a line each, which may go on behind two blanks.

    runs: string id document_id; number seconds?; in documents.id document_id; primary id

The type of columns stands before their names, `?` behind one that may be empty; `in` a column of
another table, with whose row a row goes, or `of` one; then the keys, and the indices of one column.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

_TYPES: dict[str, Any] = {
    "string": sa.String(), "text": sa.Text(), "integer": sa.Integer(), "number": sa.Float(),
    "flag": sa.Boolean(), "date": sa.Date(), "moment": sa.DateTime(timezone=True),
    "bytes": sa.LargeBinary(),
}  # fmt: skip


def create_tables(tables: str, **options: dict[str, Any]) -> None:
    """Makes them; `options` are those of tables by their names."""
    for said in tables.replace("\n  ", " ").strip().split("\n"):
        table, _, parts = said.partition(": ")
        some = [part.split() for part in parts.split("; ")]
        made = (one for part in some for one in _made(*part))
        op.create_table(table, *made, **options.get(table, {}))
        for kind, *names in some:
            if kind == "index":
                op.create_index(f"ix_{table}_{names[0]}", table, names)


def _made(kind: str, *names: str) -> Iterator[sa.schema.SchemaItem]:
    """The columns or the constraint of one part of a table."""
    match kind:
        case "primary":
            yield sa.PrimaryKeyConstraint(*names)
        case "unique":
            yield sa.UniqueConstraint(*names)
        case "in" | "of":
            gone = "CASCADE" if kind == "in" else None
            yield sa.ForeignKeyConstraint(names[1:], names[:1], ondelete=gone)
        case "index":
            return
        case _:
            for name in names:
                yield sa.Column(name.rstrip("?"), _TYPES[kind], nullable=name.endswith("?"))
