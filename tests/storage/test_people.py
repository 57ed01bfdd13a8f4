"""Master data: a second import changes nothing; a customer is known again by any of his marks."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from storage import Storage
from storage.marks import fax_mark, name_mark
from storage.records import CustomerCard, Person, ProductCard, Role, Shipment

HAICHUAN = CustomerCard(
    name="宁波海川电器有限公司",
    aliases=("海川电器", "Haichuan Electric Co., Ltd."),
    domains=("haichuan.example",),
    contact="李工",
    email="li@qq.example",
    fax="+86-574-8800 1234",
    agreement={"first_report": "12h"},
)
OTHER = CustomerCard(name="苏州明泰汽车部件", domains=("mingtai.example",), fax="0512-6666 7777")
PRODUCT = ProductCard(product="轴承座", model="ZC-204", part_no="P1", customer_part_no="C1", department="一分厂")
SHIPMENT = Shipment(
    customer="海川电器", model="ZC-204", batch="B-1", quantity=500, ship_date=date(2026, 11, 2), order_no="PO7"
)
PERSON = Person(name="王强", email="wang@ours.example", department="质量部", role=Role.QUALITY)

CARDS: tuple[tuple[str, Any, Any], ...] = (
    ("upsert_customer", HAICHUAN, replace(HAICHUAN, contact="张工")),
    ("upsert_product", PRODUCT, replace(PRODUCT, department="二分厂")),
    ("upsert_shipment", SHIPMENT, replace(SHIPMENT, quantity=501)),
    ("upsert_person", PERSON, replace(PERSON, department="质保部")),
)


@pytest.mark.parametrize(("save", "card", "changed"), CARDS)
def test_saving_adds_then_finds_the_same_then_changes(storage: Storage, save: str, card: Any, changed: Any) -> None:
    outcomes = []
    for one in (card, card, changed, changed):
        with storage.unit() as work:
            outcomes.append(getattr(work.people, save)(one))
            work.commit()
    assert outcomes == ["added", "same", "changed", "same"]


@pytest.fixture
def customers(storage: Storage) -> Storage:
    with storage.unit() as work:
        work.people.upsert_customer(HAICHUAN)
        work.people.upsert_customer(OTHER)
        work.commit()
    return storage


FINDS: tuple[tuple[dict[str, str], str | None], ...] = (
    ({"email": "LI@QQ.example"}, HAICHUAN.name),
    ({"email": "someone@qq.example"}, None),  # a free-mail domain that no card lists
    ({"email": "zhou@haichuan.example"}, HAICHUAN.name),
    ({"email": "zhou@mail.nb.haichuan.example"}, HAICHUAN.name),
    ({"email": "zhou@nothaichuan.example"}, None),
    ({"fax": "0574 88001234"}, HAICHUAN.name),
    ({"fax": "0086(0574)8800-1234"}, HAICHUAN.name),
    ({"name": "宁波 海川电器 有限公司"}, HAICHUAN.name),
    ({"name": "HAICHUAN ELECTRIC CO.,LTD"}, HAICHUAN.name),
    ({"name": "海川"}, None),
    ({"email": "x@mingtai.example", "name": "海川电器"}, OTHER.name),  # the mail's domain is surer than a name
    ({"email": "x@unknown.example", "fax": "051266667777", "name": "海川电器"}, OTHER.name),
    ({"email": "not an address", "fax": "-", "name": " "}, None),
    ({}, None),
)


@pytest.mark.parametrize(("known", "name"), FINDS)
def test_a_customer_is_known_again(customers: Storage, known: dict[str, str], name: str | None) -> None:
    with customers.reading() as work:
        found = work.people.find_customer(**known)
    assert (found and found.name) == name


def test_a_mark_that_two_customers_share_decides_nothing(customers: Storage) -> None:
    with customers.unit() as work:
        work.people.upsert_customer(replace(OTHER, domains=("haichuan.example",)))
        assert work.people.find_customer(email="new@haichuan.example") is None
        found = work.people.find_customer(email="new@haichuan.example", name="海川电器")
        assert found is not None
        assert found.name == HAICHUAN.name


def test_a_mark_taken_off_the_card_finds_nobody(customers: Storage) -> None:
    with customers.unit() as work:
        work.people.upsert_customer(replace(OTHER, domains=()))
        assert work.people.find_customer(email="x@mingtai.example") is None


def test_the_card_comes_back_whole(customers: Storage) -> None:
    with customers.reading() as work:
        found = work.people.find_customer(email=HAICHUAN.email)
        assert found is not None
        assert found.id is not None
        assert replace(found, id=None) == HAICHUAN
        assert work.people.customer(found.id) == found
        assert [card.name for card in work.people.customers()] == sorted([HAICHUAN.name, OTHER.name])


def test_shipments_of_a_batch_are_found_whoever_received_them(storage: Storage) -> None:
    later = replace(SHIPMENT, customer="明泰", ship_date=date(2026, 11, 9))
    with storage.unit() as work:
        for shipment in (later, SHIPMENT, replace(SHIPMENT, batch="B-2")):
            work.people.upsert_shipment(shipment)
        assert [found.customer for found in work.people.shipments_of("ｂ-1 ")] == ["海川电器", "明泰"]


def test_a_model_numbered_by_two_customers_is_two_entries_and_the_first_is_the_product(storage: Storage) -> None:
    with storage.unit() as work:
        work.people.upsert_product(PRODUCT)
        assert work.people.upsert_product(replace(PRODUCT, customer_part_no="C2")) == "added"
        found = work.people.product_by_model("zc-204")
        assert found is not None
        assert found.customer_part_no == "C1"
        assert work.people.product_by_model("ZC-205") is None
        assert len(work.people.products()) == 2


LIKE: tuple[tuple[tuple[str, ...], set[str]], ...] = (
    (("zc-204",), {"ZC-204"}),
    (("ZC-2O4",), {"ZC-204"}),  # a letter O
    (("2c204",), {"ZC-204"}),
    (("c1",), {"ZC-204"}),  # the customer's part number
    (("PL", "QRN-8"), {"ZC-204", "Qm-B"}),  # our part number P1; rn for m, 8 for B
    (("Qm-B", "ZC-2O4"), {"ZC-204", "Qm-B"}),
    (("ZC-205",), set()),
    (("-",), set()),
    ((), set()),
)


@pytest.mark.parametrize(("models", "found"), LIKE)
def test_products_like_a_model_that_was_misread(storage: Storage, models: tuple[str, ...], found: set[str]) -> None:
    with storage.unit() as work:
        for card in (PRODUCT, ProductCard("泵", "Qm-B"), ProductCard("阀", "V-9", customer_part_no="77")):
            work.people.upsert_product(card)
        assert {card.model for card in work.people.products_like(models)} == found


def test_the_newest_shipments_to_a_customer_under_any_of_his_names(storage: Storage) -> None:
    his = (
        replace(SHIPMENT, batch="B-1", ship_date=date(2026, 11, 2)),
        replace(SHIPMENT, batch="B-2", ship_date=date(2026, 11, 9), customer="Haichuan Electric Co Ltd"),
        replace(SHIPMENT, batch="B-3", ship_date=None),
    )
    with storage.unit() as work:
        for shipment in (*his, replace(SHIPMENT, customer="海川电器集团"), replace(SHIPMENT, customer="明泰")):
            work.people.upsert_shipment(shipment)
        names = ("海川 电器", "Haichuan Electric Co., Ltd.", "-")
        assert [found.batch for found in work.people.shipments_to(names, 9)] == ["B-2", "B-1", "B-3"]
        assert [found.batch for found in work.people.shipments_to(names, 1)] == ["B-2"]
        assert work.people.shipments_to((), 9) == []


def test_people_are_found_by_role_and_department(storage: Storage) -> None:
    head = replace(PERSON, role=Role.DEPARTMENT_HEAD)
    with storage.unit() as work:
        for person in (PERSON, head, replace(head, department="一分厂")):
            assert work.people.upsert_person(person) == "added"
        assert [one.department for one in work.people.persons(Role.DEPARTMENT_HEAD, "一分厂")] == ["一分厂"]
        assert len(work.people.persons(Role.DEPARTMENT_HEAD)) == 2
        assert len(work.people.everybody()) == 3


def test_a_role_can_be_taken_away(storage: Storage) -> None:
    with storage.unit() as work:
        work.people.upsert_person(PERSON)
        for person in work.people.everybody():
            assert person.id is not None
            work.people.remove_person(person.id)
        assert work.people.everybody() == []


@pytest.mark.parametrize(
    "written",
    ["0512-68880000", "+86 512 6888 0000", "(0512)68880000", "0086-512-68880000", "８６-０５１２-６８８８００００"],
)
def test_a_fax_number_is_the_same_however_it_is_written(written: str) -> None:
    assert fax_mark(written) == "51268880000"


def test_a_mobile_number_keeps_its_digits() -> None:
    assert fax_mark("+86 138 6288 1234") == fax_mark("13862881234") == "13862881234"


def test_a_name_is_the_same_in_other_brackets() -> None:
    assert name_mark("海川（宁波）有限公司") == name_mark("海川(宁波) 有限公司")
