"""How Alembic reaches the database: by the open connection it is given, in its transaction."""

from alembic import context
from sqlmodel import SQLModel

import models.tables
from models.migrations import compared

assert models.tables.__all__

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_object=compared,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
