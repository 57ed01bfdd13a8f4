"""Run by Alembic: takes the steps on the connection, and within the transaction, that `upgrade` opened."""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
