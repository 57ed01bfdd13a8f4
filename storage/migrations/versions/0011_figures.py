"""Tasks by when they fall due, for the figures of a span."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(op.f("ix_tasks_due_at"), "tasks", ["due_at"])
