"""What is counted of tasks stands in a column, which every index of tasks has.

It is filled when the store is opened, as it is whenever what is counted changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SORTED = ("due_order", "due_reverse", "unit_order", "confidence")
_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected", "marks")
_INDEXES = {
    "ix_tasks_document": ("document_id", "position", *_SORTED),
    "ix_tasks_due": ("due_order", "serial", "document_id"),
    "ix_tasks_due_reverse": ("due_reverse", "serial", "document_id", "due_order"),
    "ix_tasks_unit": ("unit_order", "document_id", "position", "due_order"),
    "ix_tasks_confidence": ("confidence", "serial", "document_id", "due_order"),
}


def upgrade() -> None:
    op.add_column("tasks", sa.Column("marks", sa.Integer(), nullable=False, server_default="0"))
    for name, keys in _INDEXES.items():
        op.drop_index(name, "tasks")
        op.create_index(name, "tasks", [*keys, *_ASKED])
