"""Alembic's steps, run from code: no alembic.ini, no command, nothing for an operator to remember.

The upgrade is one transaction under a lock (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory lock), so that of several
processes that start at once one does it, the others wait and find it done, and a kill in the middle leaves the old
schema whole.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from storage.database import begin_options
from storage.errors import StorageTrouble, trouble_of

HEAD = "0016"  # the last step; a test compares it with the files

_LOCK = 7_305_116_211_845  # any constant of ours
_FOLDER = Path(__file__).parent


def upgrade(engine: sa.Engine) -> None:
    """Takes all steps that the database has not taken yet; returns at once where there are none."""
    try:
        with engine.connect().execution_options(**begin_options(engine, reads=True)) as connection:
            stands = current(connection)
        if stands != HEAD:
            with engine.connect() as connection:
                _upgrade(connection)
    except SQLAlchemyError as error:
        raise trouble_of(error) from error


def current(connection: sa.Connection) -> str | None:
    """The step at which a database stands; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageTrouble(
                "The database was made by a newer version of this service.",
                "Install that version, or restore an older backup.",
            ) from error
