"""Files that came with mails hang on their record by what they are; photos stand in a step of the 8D."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for name in ("step", "arrival", "part", "origin"):
        op.add_column("evidence", sa.Column(name, sa.Text(), nullable=True))
    op.execute("UPDATE evidence SET step = '', arrival = '', part = '', origin = ''")
    op.execute("UPDATE evidence SET step = 'd2' WHERE kind = 'photo'")  # where they stood until now
    with op.batch_alter_table("evidence") as evidence:
        for name in ("step", "arrival", "part", "origin"):
            evidence.alter_column(name, nullable=False)
    op.create_index(op.f("ix_evidence_arrival"), "evidence", ["arrival"])
