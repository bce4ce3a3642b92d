"""Tasks are listed by keys that are never null: the last due day first, and by unit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected")


def upgrade() -> None:
    op.add_column(
        "tasks", sa.Column("due_reverse", sa.Date(), nullable=False, server_default="0001-01-01")
    )
    op.add_column(
        "tasks", sa.Column("unit_order", sa.String(), nullable=False, server_default="zz")
    )
    op.execute("UPDATE tasks SET due_reverse = due_on WHERE due_on IS NOT NULL")
    op.execute("UPDATE tasks SET unit_order = unit_id WHERE unit_id IS NOT NULL")
    op.drop_index("ix_tasks_unit", "tasks")
    _index("ix_tasks_unit", "unit_order", "document_id", "position", "due_order")
    _index("ix_tasks_due_reverse", "due_reverse", "serial", "document_id", "due_order")


def _index(name: str, *keys: str) -> None:
    op.create_index(name, "tasks", [*keys, *_ASKED], unique=False)
