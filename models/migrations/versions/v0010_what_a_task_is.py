"""What a task is (step, acts, object, level, sectors) stands in columns; lists are filtered by it.

They are filled when the store is opened, as they are whenever the words that tell it change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_SORTED = ("due_order", "due_reverse", "unit_order", "confidence")
_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected", "marks", "deed")
_INDEXES = {
    "ix_tasks_document": ("document_id", "position", *_SORTED),
    "ix_tasks_due": ("due_order", "serial", "document_id"),
    "ix_tasks_due_reverse": ("due_reverse", "serial", "document_id", "due_order"),
    "ix_tasks_unit": ("unit_order", "document_id", "position", "due_order"),
    "ix_tasks_confidence": ("confidence", "serial", "document_id", "due_order"),
}


def upgrade() -> None:
    op.add_column("tasks", sa.Column("deed", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("object", sa.Text(), nullable=True))
    op.create_index("ix_tasks_object", "tasks", ["object"])
    for name, keys in _INDEXES.items():
        op.drop_index(name, "tasks")
        op.create_index(name, "tasks", [*keys, *_ASKED])
