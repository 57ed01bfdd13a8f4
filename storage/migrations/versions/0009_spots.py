"""Where a person read the value that he put right; who looks at a record now."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("corrections", sa.Column("spot", sa.Text(), nullable=True))
    op.create_table(
        "visits",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", "who", name=op.f("pk_visits")),
    )
