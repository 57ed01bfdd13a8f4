"""The tables of the service's own state: one small row a process, one a source."""

import sqlalchemy as sa

from storage.columns import Mark, Moment, Tuples, Words
from storage.tables import metadata

processes = sa.Table(
    "processes",
    metadata,
    sa.Column("name", Mark, primary_key=True),
    sa.Column("parts", Tuples, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("stays", sa.Boolean, nullable=False),
)

# Beside `sources`, which the poller writes whole: what is counted here is added up by the database itself.
fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("source", Mark, primary_key=True),
    sa.Column("looked_at", Moment),
    sa.Column("taken", sa.BigInteger, nullable=False),
    sa.Column("last_new", sa.Integer, nullable=False),
    sa.Column("last_new_at", Moment),
    sa.Column("counted", sa.BigInteger, nullable=False),
    sa.Column("missing", sa.BigInteger, nullable=False),
    sa.Column("counted_at", Moment),
    sa.Column("trouble", Words, nullable=False),
    sa.Column("trouble_at", Moment),
)
