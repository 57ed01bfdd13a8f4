"""Our service points, by region."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    names = ("key", "name", "region", "contact", "phone", "address", "search")
    op.create_table(
        "service_points",
        sa.Column("id", counted, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_points")),
        sa.UniqueConstraint("key", name=op.f("uq_service_points_key")),
    )
