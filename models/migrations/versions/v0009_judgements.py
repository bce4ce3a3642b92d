"""What people say of two tasks: whether they are the same."""

from models.migrations.tables import create_tables

revision = "0009"
down_revision = "0008"

_TABLES = """
judgements: string id one other verdict; text reason?; string author; moment at; text words_one
  words_other; primary id; index one; index other
"""


def upgrade() -> None:
    create_tables(_TABLES)
