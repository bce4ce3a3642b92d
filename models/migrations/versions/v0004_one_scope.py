"""A user or a key has one scope, which holds the lesser; no answers are kept to be repeated."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_table("replies")
    for table in ("users", "api_keys"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN scopes TO scope")
        op.execute(
            f"UPDATE {table} SET scope = CASE WHEN scope LIKE '%admin%' THEN 'admin' "
            "WHEN scope LIKE '%write%' THEN 'write' ELSE 'read' END"
        )
