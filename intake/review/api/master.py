"""Master data: customers, products, shipments, suppliers, our own people; searched, a page at a time."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Day, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.asking import key_text
from intake.review.entry import TheSite
from intake.review.keys import page_key
from intake.review.refusals import Missing
from storage.inbox import Key
from storage.records import CustomerCard, Person, Role, Shipment

PAGE = 100
router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["master data"])

Words = Annotated[str, Query(max_length=200, description="words that must occur")]
After = Annotated[str, Query(max_length=400, description="`next` of the page before")]
Id = Annotated[int, Path(ge=1, le=2**53)]


class CustomerShape(Shape):
    """A customer's card."""

    id: int
    name: str
    aliases: list[str]
    domains: list[str]
    contact: str
    email: str
    phone: str
    fax: str
    language: str
    province: str
    remote: bool
    agreement: dict[str, str] = Field(description="its own windows", examples=[{"first_report": "12h"}])


class ProductShape(Shape):
    id: int
    product: str
    model: str
    part_no: str
    customer_part_no: str
    department: str


class ShipmentShape(Shape):
    id: int
    customer: str
    model: str
    batch: str
    quantity: float | None
    ship_date: Day | None
    order_no: str


class SupplierShape(Shape):
    """A supplier of ours, to whom a complaint about its material is written."""

    id: int
    name: str
    contact: str
    email: str
    phone: str
    language: str


class RoleHeld(Shape):
    role: Role
    department: str


class PersonShape(Shape):
    """One of our people with all his roles."""

    name: str
    email: str
    roles: list[RoleHeld]


class CustomerPage(Shape):
    customers: list[CustomerShape]
    next: str | None


class ProductPage(Shape):
    products: list[ProductShape]
    next: str | None


class ShipmentPage(Shape):
    shipments: list[ShipmentShape]
    next: str | None


class PointShape(Shape):
    """A service point of ours; an empty region is every other one."""

    id: int
    name: str
    region: str
    contact: str
    phone: str
    address: str


class PointPage(Shape):
    points: list[PointShape]
    next: str | None


class SupplierPage(Shape):
    suppliers: list[SupplierShape]
    next: str | None


class PersonPage(Shape):
    people: list[PersonShape]
    next: str | None


@router.get("/customers", name="api_customers", responses=answers("invalid"))
def customers(site: TheSite, q: Words = "", after: After = "") -> CustomerPage:
    """By name."""
    with site.storage.reading() as work:
        page = work.master.customers(q, key_of(after, "t"), PAGE)
    return CustomerPage(customers=[customer_of(card) for card in page.cards], next=key_text(page.after) or None)


@router.get("/customers/{customer}", name="api_customer", responses=answers("not-found", "invalid"))
def customer(site: TheSite, customer: Id) -> CustomerShape:
    """A customer's card."""
    with site.storage.reading() as work:
        card = work.people.customer(customer)
    if card is None:
        raise Missing
    return customer_of(card)


def customer_of(card: CustomerCard) -> CustomerShape:
    plain = {name: getattr(card, name) for name in type(card).__dataclass_fields__}
    return CustomerShape(
        **{**plain, "aliases": list(card.aliases), "domains": list(card.domains), "agreement": dict(card.agreement)}
    )


@router.get("/products", name="api_products", responses=answers("invalid"))
def products(site: TheSite, q: Words = "", after: After = "") -> ProductPage:
    """By model."""
    with site.storage.reading() as work:
        page = work.master.products(q, key_of(after, "tn"), PAGE)
    found = [
        ProductShape(**{name: getattr(one, name) for name in type(one).__dataclass_fields__}) for one in page.cards
    ]
    return ProductPage(products=found, next=key_text(page.after) or None)


@router.get("/shipments", name="api_shipments", responses=answers("invalid"))
def shipments(
    site: TheSite,
    q: Words = "",
    batch: Annotated[str, Query(max_length=200, description="all shipments of this batch, whoever got them")] = "",
    after: After = "",
) -> ShipmentPage:
    """Those kept last first."""
    with site.storage.reading() as work:
        if batch:
            cards, more = work.people.shipments_of(batch), None
        else:
            page = work.master.shipments(q, key_of(after, "n"), PAGE)
            cards, more = list(page.cards), page.after
    return ShipmentPage(shipments=[shipment_of(one) for one in cards], next=key_text(more) or None)


def shipment_of(one: Shipment) -> ShipmentShape:
    plain = {name: getattr(one, name) for name in type(one).__dataclass_fields__}
    return ShipmentShape(**{**plain, "ship_date": one.ship_date.isoformat() if one.ship_date else None})


@router.get("/suppliers", name="api_suppliers", responses=answers("invalid"))
def suppliers(site: TheSite, q: Words = "", after: After = "") -> SupplierPage:
    """By name."""
    with site.storage.reading() as work:
        page = work.master.suppliers(q, key_of(after, "t"), PAGE)
    names = tuple(SupplierShape.model_fields)
    found = [SupplierShape(**{name: getattr(one, name) for name in names}) for one in page.cards]
    return SupplierPage(suppliers=found, next=key_text(page.after) or None)


@router.get("/points", name="api_points", responses=answers("invalid"))
def points(site: TheSite, q: Words = "", after: After = "") -> PointPage:
    """Our service points, by region and name."""
    with site.storage.reading() as work:
        page = work.master.points(q, key_of(after, "t"), PAGE)
    found = [PointShape(**{name: getattr(one, name) for name in PointShape.model_fields}) for one in page.cards]
    return PointPage(points=found, next=key_text(page.after) or None)


@router.get("/people", name="api_people", responses=answers("invalid"))
def people(site: TheSite, q: Words = "", after: After = "") -> PersonPage:
    """Our people by name, each with all his roles."""
    with site.storage.reading() as work:
        found, more = work.master.people(q, key_of(after, "tt"), PAGE)
    return PersonPage(people=[_person(roles) for roles in found if roles], next=key_text(more) or None)


def _person(roles: list[Person]) -> PersonShape:
    held = [RoleHeld(role=one.role, department=one.department) for one in roles]
    return PersonShape(name=roles[0].name, email=roles[0].email, roles=held)


def key_of(after: str, kinds: str) -> Key | None:
    """The key of a list (`page_key`). Invalid where it is none of it."""
    key = page_key(after, kinds)
    if after and key is None:
        raise Invalid("query.after is no `next` of such a list.")
    return key
