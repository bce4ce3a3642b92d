"""What a record says stands in its JSON alone; columns are for lists to filter and order by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_GONE = {
    "plans": "signer_name signer_position",
    "sections": "parent level label title text appendix page",
    "tasks": "appendix group ordinal subject description lead coordinating product target note "
    "deadline starts_on ends_on due_on field_by issues page table_number row_number",
    "mentions": "position text kind level members closed score via span_start span_end",
    "targets": "text indicator comparator value number scale measure rank baseline baseline_year "
    "page",
    "citations": "text dated issuer issuer_id basis",
}


def upgrade() -> None:
    """On SQLite each table is made anew, and the trigger of `tasks` goes with the old one."""
    op.drop_table("deadlines")
    op.execute("DELETE FROM mentions WHERE agency_id IS NULL")
    op.execute(
        "DELETE FROM mentions WHERE serial NOT IN "
        "(SELECT min(serial) FROM mentions GROUP BY document_id, task, role, agency_id)"
    )
    op.execute("UPDATE mentions SET name = text WHERE name IS NULL")
    for table, names in _GONE.items():
        with op.batch_alter_table(table) as batch:
            for name in names.split():
                batch.drop_column(name)
            if table == "mentions":
                batch.alter_column("agency_id", existing_type=sa.String(), nullable=False)
                batch.alter_column("name", existing_type=sa.String(), nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER task_words_gone AFTER DELETE ON tasks BEGIN "
            "DELETE FROM task_words WHERE rowid = old.serial; END"
        )
