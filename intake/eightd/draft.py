"""The first draft of a record's 8D: what the complaint says already, and every place of D3 still to be answered."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from storage.eight_d import D0, D1, D2, D3, D7, Change, Containment, Document, EightD, Head, Member, Place
from storage.records import ItemOf, Person, Record, Window, WindowName


def first_draft(record: Record, windows: Sequence[Window], company: str, owner: Person | None, zone: tzinfo) -> EightD:
    """Head, D0, D2 and the empty rows of D3 and D7. The customer's own words stay his; ours are left to be written."""
    first = record.items[0] if record.items else ItemOf()
    due = {window.name: _day(window.due_at, zone) for window in windows}
    batches = tuple(dict.fromkeys(batch for item in record.items for batch in item.batch))
    return EightD(
        head=Head(
            number=f"8D-{record.number}",
            complaint=record.number,
            customer=record.customer.company or "",
            contact=record.customer.contact or "",
            supplier=company,
            product=first.product or "",
            model=first.model or "",
            received=_day(record.received_at, zone),
            started=_day(record.opened_at, zone),
            first_due=due.get(WindowName.FIRST_REPORT, ""),
            full_due=due.get(WindowName.FULL_REPORT, ""),
            severity=record.letter.value,
        ),
        d0=D0(symptom=first.defect or ""),
        d1=D1(leader=Member(owner.name, owner.department, email=owner.email) if owner else Member()),
        d2=D2(
            customer_text=first.defect or "",
            defect=first.defect or "",
            where_found=record.customer.location or "",
            quantity_complained=_total(record, "quantity_defective"),
            quantity_shipped=_total(record, "quantity_shipped"),
            quantity_checked=_total(record, "quantity_inspected"),
            quantity_defective=_total(record, "quantity_defective"),
            batches=batches,
            production_date=first.production_date or "",
            ship_date=first.ship_date or "",
            order_no=first.order_no or "",
        ),
        d3=D3(rows=tuple(Containment(place) for place in Place)),
        d7=D7(documents=tuple(Change(document) for document in Document)),
    )


def _total(record: Record, name: str) -> float | None:
    known = [value for item in record.items if (value := getattr(item, name)) is not None]
    return sum(known) if known else None


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()
