"""What tells the indicator of a target stands in a column.

It is filled when the store is opened, as it is whenever the words that tell it change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("targets", sa.Column("told", sa.Text(), nullable=False, server_default=""))
