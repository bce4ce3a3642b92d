"""A user or a key has one scope, which holds the lesser; no answers are kept to be repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("replies")
    for table in ("users", "api_keys"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN scopes TO scope")
        op.execute(
            f"UPDATE {table} SET scope = CASE WHEN scope LIKE '%admin%' THEN 'admin' "
            "WHEN scope LIKE '%write%' THEN 'write' ELSE 'read' END"
        )


def downgrade() -> None:
    for table in ("users", "api_keys"):
        op.execute(
            f"UPDATE {table} SET scope = CASE scope WHEN 'admin' THEN 'read write admin' "
            "WHEN 'write' THEN 'read write' ELSE 'read' END"
        )
        op.execute(f"ALTER TABLE {table} RENAME COLUMN scope TO scopes")
    op.create_table(
        "replies",
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
    )
    op.create_index(op.f("ix_replies_created_at"), "replies", ["created_at"], unique=False)
