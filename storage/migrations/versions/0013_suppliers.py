"""Suppliers, what we complain of to them, and which mails of a record are between us and them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    words = sa.Text()
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("messages", sa.Column("party", words, nullable=True))
    op.create_table(
        "suppliers",
        sa.Column("id", counted, nullable=False),
        *(sa.Column(name, words, nullable=False) for name in ("key", "name", "contact", "email", "phone")),
        *(sa.Column(name, words, nullable=False) for name in ("language", "search")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("key", name=op.f("uq_suppliers_key")),
    )
    op.create_table(
        "supplier_claims",
        sa.Column("id", words, nullable=False),
        sa.Column("record", words, nullable=False),
        sa.Column("supplier", words, nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=True),
        *(sa.Column(name, words, nullable=False) for name in ("email", "language", "contact", "material", "batch")),
        *(sa.Column(name, words, nullable=False) for name in ("quantity", "text")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, words, nullable=False) for name in ("by", "task", "letter", "again")),
        sa.ForeignKeyConstraint(
            ["record"],
            ["records.number"],
            name=op.f("fk_supplier_claims_record"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_claims")),
    )
    op.create_index(op.f("ix_supplier_claims_record"), "supplier_claims", ["record"])
    op.create_index(op.f("ix_supplier_claims_supplier_id"), "supplier_claims", ["supplier_id"])
