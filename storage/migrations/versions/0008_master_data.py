"""Master data at the site: searched lists, deputies, files that are given in, imports that wait to be confirmed."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.marks import fax_mark, name_mark, squeezed

revision = "0008"
down_revision = "0007"

_GROUP = 1000  # rows filled at once
_OF_CUSTOMER = ("name", "aliases", "contact", "email", "domains", "province", "phone", "fax")
_OF_PRODUCT = ("product", "model", "part_no", "customer_part_no", "department")
_OF_SHIPMENT = ("customer", "model", "batch", "order_no")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    for table in ("customers", "products", "shipments"):
        op.add_column(table, sa.Column("search", sa.Text(), nullable=True))
    op.add_column("shipments", sa.Column("customer_key", sa.Text(), nullable=True))
    _fill("customers", _OF_CUSTOMER, _of_customer)
    _fill("products", _OF_PRODUCT, lambda row: {"search": squeezed(" ".join(row))})
    _fill("shipments", _OF_SHIPMENT, lambda row: {"search": squeezed(" ".join(row)), "customer_key": name_mark(row[0])})
    op.create_index(op.f("ix_shipments_customer_key_id"), "shipments", ["customer_key", "id"])
    name = op.f("ix_records_customer_id_received_at_number")
    op.create_index(name, "records", ["customer_id", "received_at", "number"])
    op.create_table(
        "deputies",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_deputies")),
    )
    op.create_table(
        "uploads",
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reading_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_at_arrival"), "uploads", ["at", "arrival"])
    op.create_table(
        "import_drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_drafts")),
    )
    op.create_index(op.f("ix_import_drafts_at"), "import_drafts", ["at"])


def _of_customer(row: Sequence[str]) -> dict[str, str]:
    name, aliases, contact, email, domains, province, phone, fax = row
    numbers = (phone, fax, fax_mark(phone), fax_mark(fax))
    said = (name, *json.loads(aliases), contact, email, *json.loads(domains), province, *numbers)
    return {"search": squeezed(" ".join(said))}


def _fill(table: str, names: Sequence[str], values: Callable[[Sequence[str]], dict[str, str]]) -> None:
    """Fills the new columns of a table from what its rows say."""
    connection = op.get_bind()
    said = ", ".join(names)
    after = 0
    while True:
        query = f"SELECT id, {said} FROM {table} WHERE id > :after ORDER BY id LIMIT {_GROUP}"
        rows = connection.execute(sa.text(query), {"after": after}).all()
        if not rows:
            return
        after = rows[-1][0]
        made: list[dict[str, Any]] = [{"number": row[0], **values(row[1:])} for row in rows]
        filled = ", ".join(f"{name} = :{name}" for name in made[0] if name != "number")
        connection.execute(sa.text(f"UPDATE {table} SET {filled} WHERE id = :number"), made)
