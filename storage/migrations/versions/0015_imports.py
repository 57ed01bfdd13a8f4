"""Imports of master data at the site, that go on in the background."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    words, moment = sa.Text(), sa.DateTime(timezone=True)
    op.create_table(
        "master_imports",
        sa.Column("id", words, nullable=False),
        sa.Column("by", words, nullable=False),
        sa.Column("at", moment, nullable=False),
        *(sa.Column(name, words, nullable=False) for name in ("kind", "name")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", words, nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "done", "added", "changed", "same", "refused")
        ),
        *(sa.Column(name, words, nullable=False) for name in ("rows", "ignored", "cause", "remedy", "worker")),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_master_imports")),
    )
    op.create_index(op.f("ix_master_imports_by_at"), "master_imports", ["by", "at"])
    op.create_index(op.f("ix_master_imports_state"), "master_imports", ["state"])
