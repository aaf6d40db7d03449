"""Runs a revision on the connection that ``domain.store.migration`` hands over."""

from alembic import context
from sqlalchemy import Connection

from domain.store.tables import METADATA

handed: Connection = context.config.attributes["connection"]
context.configure(connection=handed, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
