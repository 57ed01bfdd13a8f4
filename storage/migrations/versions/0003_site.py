"""The review site: users, sessions, the inbox's narrow rows, and the index of the search box.

Records that stand already are entered in both; the index is filled by the same code that keeps it later.
"""

import sqlalchemy as sa
from alembic import op

from storage.finding import make_index

revision = "0003"
down_revision = "0002"

_FAR = "9999-01-01 00:00:00.000000"


def upgrade() -> None:
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "open_records",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("received_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_open_records_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_open_records")),
    )
    op.create_index(op.f("ix_open_records_due_at_letter_record"), "open_records", ["due_at", "letter", "record"])
    op.create_index(op.f("ix_open_records_owner_due_at"), "open_records", ["owner", "due_at"])
    op.create_table(
        "finds",
        sa.Column("id", counted, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_finds_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finds")),
        sa.UniqueConstraint("record", name=op.f("uq_finds_record")),
    )
    op.create_table(
        "users",
        sa.Column("id", counted, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("signed_in_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sessions_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user"), "sessions", ["user"])
    op.create_index(op.f("ix_sessions_seen_at"), "sessions", ["seen_at"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", counted, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_email_at"), "sign_in_attempts", ["email", "at"])
    op.create_index(op.f("ix_sign_in_attempts_address_at"), "sign_in_attempts", ["address", "at"])
    op.create_index(op.f("ix_sign_in_attempts_at"), "sign_in_attempts", ["at"])
    op.create_table(
        "saved_views",
        sa.Column("id", counted, nullable=False),
        sa.Column("user", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_saved_views_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user", "name", name=op.f("uq_saved_views_user_name")),
    )
    op.create_table(
        "audit",
        sa.Column("id", counted, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])

    # Lists by state, owner and department are walked newest first; counts of a span are read from the index alone.
    op.drop_index(op.f("ix_records_state"), "records")
    op.drop_index(op.f("ix_records_owner"), "records")
    op.drop_index(op.f("ix_arrivals_taken_at"), "arrivals")
    for column in ("state", "owner", "department"):
        name = op.f(f"ix_records_{column}_received_at_number")
        op.create_index(name, "records", [column, "received_at", "number"])
    op.create_index(op.f("ix_arrivals_taken_at_state_became"), "arrivals", ["taken_at", "state", "became"])

    connection = op.get_bind()
    far = f"'{_FAR}'" if connection.dialect.name == "sqlite" else f"TIMESTAMPTZ '{_FAR}+00'"
    op.execute(
        "INSERT INTO open_records (record, due_at, letter, state, department, owner, received_at)"
        " SELECT number, COALESCE((SELECT MIN(due_at) FROM windows WHERE windows.record = records.number"
        f" AND windows.state IN ('open', 'overdue')), {far}), letter, state, department, owner, received_at"
        " FROM records WHERE state NOT IN ('closed', 'cancelled') AND merged_into IS NULL"
    )
    standing = connection.execute(sa.text("SELECT number, search FROM records ORDER BY received_at, number")).all()
    make_index(connection, [(row.number, row.search) for row in standing])
