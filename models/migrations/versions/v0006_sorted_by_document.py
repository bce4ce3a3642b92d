"""The tasks of some plans are sorted in any order without a look at their rows."""

from alembic import op

revision = "0006"
down_revision = "0005"

_SORTED = ("due_order", "due_reverse", "unit_order", "confidence")
_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected")


def upgrade() -> None:
    op.drop_index("ix_tasks_document", "tasks")
    op.create_index("ix_tasks_document", "tasks", ["document_id", "position", *_SORTED, *_ASKED])
