"""Batch warnings that no customer confirms: when each was sent, who was reminded, when the clock looks again.

Warnings that were sent before this step are never looked at: nobody is reminded of what is long settled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("sent_at", "asked_at", "look_at"):
        op.add_column("warned", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("again", "reminded"):
        op.add_column("warned", sa.Column(name, sa.Text(), nullable=True))
    op.execute("UPDATE warned SET again = '[]', reminded = '[]'")
    with op.batch_alter_table("warned") as warned:
        warned.alter_column("again", nullable=False)
        warned.alter_column("reminded", nullable=False)
    op.create_index(op.f("ix_warned_look_at"), "warned", ["look_at"])
