"""The queue is dbos' own, beside our tables; the table of messages to send was never used."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_table("deliveries")
