"""Which customers' cards are to be verified, and when one was: the audit trail keeps it (`customer_verified`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from storage.records import CustomerCard, RecordState
from storage.rows import from_row
from storage.site import Audited
from storage.tables import customer_marks, customers, records, shipments
from storage.tables_site import audit

VERIFIED = "customer_verified"


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A card, and who has its customer's newest record that has an owner; empty where none has."""

    card: CustomerCard
    owner: str


class Verifying:
    """Reads in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def due(self, active_since: datetime, shipped_since: date, verified_since: datetime, limit: int) -> list[ToVerify]:
        """Cards of customers with a record or a shipment since then that nobody has verified since, by name."""
        complained = sa.select(records.c.number).where(
            records.c.customer_id == customers.c.id,
            records.c.received_at >= active_since,
            records.c.state != RecordState.CANCELLED,
        )
        shipped = (
            sa.select(shipments.c.id)
            .join(customer_marks, customer_marks.c.mark == shipments.c.customer_key)
            .where(
                customer_marks.c.kind == "name",
                customer_marks.c.customer == customers.c.id,
                shipments.c.ship_date >= shipped_since,
            )
        )
        verified = sa.select(audit.c.id).where(
            audit.c.about == sa.literal("customer:") + sa.cast(customers.c.id, sa.Text),
            audit.c.what == VERIFIED,
            audit.c.at >= verified_since,
        )
        owner = (
            sa.select(records.c.owner)
            .where(records.c.customer_id == customers.c.id, records.c.owner != "")
            .order_by(records.c.received_at.desc(), records.c.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            sa.select(customers, owner.label("keeper"))
            .where(sa.or_(complained.exists(), shipped.exists()), ~verified.exists())
            .order_by(customers.c.key)
            .limit(limit)
        )
        return [ToVerify(from_row(CustomerCard, row), row.keeper or "") for row in self._connection.execute(query)]

    def last(self, customer: int) -> Audited | None:
        """When a card was verified last, and by whom."""
        about = audit.c.about == f"customer:{customer}"
        query = sa.select(audit).where(about, audit.c.what == VERIFIED).order_by(audit.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else from_row(Audited, row)


def of_person(due: list[ToVerify], email: str, sells: bool, everybody: Mapping[str, object]) -> list[ToVerify]:
    """Those that are one person's: whose customer is his, and, of those that are nobody's among us, those of sales."""
    own = email.lower()
    return [one for one in due if one.owner.lower() == own or (sells and one.owner.lower() not in everybody)]
