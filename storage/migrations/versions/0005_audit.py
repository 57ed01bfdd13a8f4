"""What was changed of one thing is found by its name."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_about_id"), "audit", ["about", "id"])
