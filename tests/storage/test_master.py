"""Master data at the site: lists by key and by words, single changes, facts of a card, uploads, drafts of imports."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import AlreadyThere, Storage
from storage.form_drafts import MOST_OF_ONE, FormDraft
from storage.records import (
    Class,
    CustomerCard,
    CustomerOf,
    ItemOf,
    Person,
    ProductCard,
    RecordState,
    Role,
    Shipment,
    WindowName,
    WindowState,
)
from storage.uploads import SOURCE, Upload
from tests.storage.samples import arrival, record, window

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HAICHUAN = CustomerCard("宁波海川电器有限公司", ("海川",), ("haichuan.example",), "李工", "li@haichuan.example", "+86 574-8765 4321")  # fmt: skip


def test_a_list_of_customers_is_walked_by_key_and_searched_by_any_part(storage: Storage) -> None:
    with storage.unit() as work:
        for number in range(5):
            work.master.put_customer(CustomerCard(f"Firm {number}", phone=f"0512-1234567{number}"))
        work.master.put_customer(HAICHUAN)
        seen: list[str] = []
        after = None
        while True:
            page = work.master.customers("", after, 2)
            seen += [card.name for card in page.cards]
            after = page.after
            if after is None:
                break
        assert seen == [*(f"Firm {number}" for number in range(5)), HAICHUAN.name]
        for words in ("海川", "海川 李工", "LI@haichuan", "8765 4321", "057487654321", "87654321"):
            assert [card.name for card in work.master.customers(words, None, 9).cards] == [HAICHUAN.name], words
        assert [card.name for card in work.master.customers("0512 12345672", None, 9).cards] == ["Firm 2"]
        assert work.master.customers("海川 nobody", None, 9).cards == ()
        assert work.master.customers("%", None, 9).cards != (), "a mark alone looks for nothing"


def test_lists_of_products_and_shipments_are_walked_by_key(storage: Storage) -> None:
    with storage.unit() as work:
        for number in range(4):
            work.master.put_product(ProductCard("轴承座", "ZC-204", customer_part_no=f"HC-{number}"))
            work.master.put_shipment(Shipment(HAICHUAN.name, "ZC-204", f"B{number}", 10.0, date(2026, 11, 5)))
        work.master.put_shipment(Shipment("Another", "ZC-204", "B9", None, None))
        first = work.master.products("zc204", None, 3)
        rest = work.master.products("zc204", first.after, 3)
        assert [card.customer_part_no for card in (*first.cards, *rest.cards)] == ["HC-0", "HC-1", "HC-2", "HC-3"]
        assert rest.after is None
        newest = work.master.shipments("", None, 2)
        assert [one.batch for one in newest.cards] == ["B9", "B3"]
        assert [one.batch for one in work.master.shipments("", newest.after, 9).cards] == ["B2", "B1", "B0"]
        his = work.master.shipments("b1", None, 9, ("宁波海川电器（有限公司）",))
        assert [one.batch for one in his.cards] == ["B1"], "names are compared without brackets"


def test_a_customer_that_is_renamed_stays_the_same_and_is_known_by_its_new_marks(storage: Storage) -> None:
    with storage.unit() as work:
        number = work.master.put_customer(HAICHUAN)
        work.master.put_customer(CustomerCard("Other"))
        work.master.put_customer(replace(HAICHUAN, id=number, name="宁波海川股份", email="wang@haichuan.example"))
        found = work.people.find_customer(email="wang@haichuan.example")
        assert found is not None
        assert (found.id, found.name) == (number, "宁波海川股份")
        assert work.people.find_customer(email="li@elsewhere.example") is None
        work.commit()
    with pytest.raises(AlreadyThere), storage.unit() as work:
        work.master.put_customer(replace(HAICHUAN, id=number, name="OTHER"))


def test_our_people_are_listed_once_with_all_their_roles(storage: Storage) -> None:
    with storage.unit() as work:
        for role, place in ((Role.QUALITY, "质量部"), (Role.QUALITY_MANAGER, "质量部"), (Role.DEPARTMENT, "分厂")):
            work.master.put_person(Person("Wang", "Wang@x.example", place, role))
        work.master.put_person(Person("Chen", "chen@x.example", "分厂", Role.SALES))
        first, after = work.master.people("", None, 1)
        assert [one.email for one in first[0]] == ["chen@x.example"]
        second, end = work.master.people("", after, 1)
        assert [one.role for one in second[0]] == [Role.QUALITY, Role.QUALITY_MANAGER, Role.DEPARTMENT]
        assert end is None
        found, _ = work.master.people("quality_manager", None, 9)
        assert [len(roles) for roles in found] == [3]
        assert len(work.master.person("WANG@x.example")) == 3
        work.master.set_deputy("Wang@x.example", "Chen@x.example")
        assert work.master.deputy("wang@X.example") == "chen@x.example"
        assert work.master.deputies() == {"wang@x.example": "chen@x.example"}
        work.master.forget_deputy("chen@x.example")
        assert work.master.deputy("wang@x.example") == ""


def test_what_a_customer_complained_of_and_was_promised_is_counted(storage: Storage) -> None:
    with storage.unit() as work:
        number = work.master.put_customer(HAICHUAN)
        about = {"customer_id": number, "items": (ItemOf("轴承座", "ZC-204"),)}
        for name, state, letter in (("1", RecordState.IN_PROGRESS, Class.A), ("2", RecordState.CLOSED, Class.B)):
            kept = WindowState.MET if name == "1" else WindowState.OVERDUE
            made = [window(f"KS-202611-000{name}", name=WindowName.FIRST_REPORT, state=kept)]
            work.complaints.add(record(f"KS-202611-000{name}", state=state, letter=letter, **about), made)
        work.complaints.add(record("KS-202611-0003", customer=CustomerOf(email=HAICHUAN.email), items=()))
        work.complaints.add(record("KS-202611-0004", state=RecordState.CANCELLED, **about))
        facts = work.master_facts
        assert facts.complaints_of_customer(number, HAICHUAN.email, False, 9) == ["KS-202611-0003", "KS-202611-0001"]
        assert facts.complaints_of_customer(number, HAICHUAN.email, True, 9) == ["KS-202611-0002"]
        counts = facts.counts_of_customer(number, HAICHUAN.email)
        assert (counts.open, counts.closed, counts.all) == (2, 1, 3)
        promises = facts.promises_to_customer(number, HAICHUAN.email, datetime(2026, 1, 1, tzinfo=UTC))
        assert (promises.on_time, promises.overdue, promises.rate) == (1, 1, 0.5)
        assert facts.promises_to_customer(number, "", NOW + timedelta(days=900)).rate is None
        assert facts.complaints_of_model("zc-204 ", 9) == ["KS-202611-0002", "KS-202611-0001"]
        assert facts.counts_of_model("ZC-204").classes == {Class.A: 1, Class.B: 1}


def test_an_upload_is_found_by_its_bytes_and_waits_until_a_worker_begins(storage: Storage) -> None:
    with storage.unit() as work:
        for name in ("a", "b"):
            made = arrival(f"sha-{name}", id=name, source=SOURCE, taken_at=NOW)
            work.arrivals.add([made])
            work.uploads.add(Upload(name, "wang@x.example", NOW, f"{name}.pdf"))
        assert work.uploads.waiting(9) == ["a", "b"]
        work.uploads.begun(["a"], NOW)
        assert work.uploads.waiting(9) == ["b"]
        found = work.uploads.of_content("sha-a")
        assert found is not None
        assert found.reading_at == NOW
        assert work.uploads.of_content("sha-c") is None
        first, after = work.uploads.page(None, 1)
        second, end = work.uploads.page(after, 1)
        assert [one.name for one, _ in (*first, *second)] == ["b.pdf", "a.pdf"]
        assert end is None


def test_drafts_of_imports_are_few_and_do_not_stay(storage: Storage) -> None:
    def draft(number: int, by: str = "a@x.example", **span: int) -> FormDraft:
        return FormDraft(f"d{number}", by, NOW + timedelta(**span), "people", "p.csv", b"name\n")

    with storage.unit() as work:
        for number in range(5):
            work.form_drafts.add(draft(number, minutes=number))
        kept = [number for number in range(5) if work.form_drafts.get(f"d{number}", "a@x.example")]
        assert kept == [2, 3, 4]
        assert len(kept) == MOST_OF_ONE
        assert work.form_drafts.get("d4", "b@x.example") is None, "it is another's"
        work.form_drafts.add(draft(9, "b@x.example", hours=5))
        assert work.form_drafts.get("d4", "a@x.example") is None, "it is too old"
        found = work.form_drafts.get("d9", "b@x.example")
        assert found is not None
        assert found.content == b"name\n"
        work.form_drafts.remove("d9")
        assert work.form_drafts.get("d9", "b@x.example") is None


def test_rows_of_an_older_database_are_searched_like_new_ones(storage: Storage) -> None:
    """The step fills what older rows lack: the same words as a row that is written today."""
    from importlib import import_module

    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with storage.unit() as work:
        work.master.put_customer(HAICHUAN)
        work.master.put_product(ProductCard("轴承座", "ZC-204", "P1", "HC-1", "分厂"))
        work.master.put_shipment(Shipment(HAICHUAN.name, "ZC-204", "B1", 10.0, None, "O1"))
        work.commit()
    tables = ("customers", "products", "shipments")
    with storage.engine.begin() as connection:
        before = {table: connection.execute(sa.text(f"SELECT search FROM {table}")).scalar() for table in tables}
        for table in tables:
            connection.execute(sa.text(f"UPDATE {table} SET search = NULL"))
        connection.execute(sa.text("UPDATE shipments SET customer_key = NULL"))
        step = import_module("storage.migrations.versions.0008_master_data")
        with Operations.context(MigrationContext.configure(connection)):
            step._fill("customers", step._OF_CUSTOMER, step._of_customer)
            for table, names in (("products", step._OF_PRODUCT), ("shipments", step._OF_SHIPMENT)):
                step._fill(table, names, lambda row: {"search": step.squeezed(" ".join(row))})
        after = {table: connection.execute(sa.text(f"SELECT search FROM {table}")).scalar() for table in tables}
    assert after == before
