"""What the service knows of itself: its processes, each source's fetches; and the acts of people, by time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_processes")),
    )
    op.create_table(
        "fetches",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("last_new", sa.Integer(), nullable=False),
        sa.Column("last_new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_fetches")),
    )
    # What was taken in before is counted once; from here on each new mail is added.
    op.execute(
        "INSERT INTO fetches (source, taken, last_new, last_new_at, counted, missing, trouble)"
        " SELECT source, count(*), 0, max(taken_at), 0, 0, '' FROM arrivals GROUP BY source"
    )
    op.create_index(op.f("ix_audit_who_at"), "audit", ["who", "at"])
    for name, columns in (("ix_events_by_people", ["at", "id"]), ("ix_events_of_a_person", ["who", "at", "id"])):
        of_people = sa.text("who <> 'system'")
        op.create_index(name, "events", columns, sqlite_where=of_people, postgresql_where=of_people)
