"""The newest records of a model or a customer's address by an index alone, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("items", sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE items SET received_at = (SELECT received_at FROM records WHERE records.number = items.record)")
    op.drop_index(op.f("ix_items_model_key"), table_name="items")
    op.create_index(op.f("ix_items_model_key_received_at_record"), "items", ["model_key", "received_at", "record"])
    op.drop_index(op.f("ix_records_customer_email"), table_name="records")
    op.create_index(
        op.f("ix_records_customer_email_received_at_number"), "records", ["customer_email", "received_at", "number"]
    )
