"""A card of master data: what it says, what hangs on it, who changed it; and its form."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.master import YEAR
from intake.review.master_forms import CUSTOMERS, FIELDS, LANGUAGES, POINTS, PRODUCTS, SHIPMENTS, SUPPLIERS, texts_of
from intake.review.refusals import Missing
from intake.review.sight import seen_lines
from intake.review.site import Site
from storage import UnitOfWork
from storage.records import CustomerCard, Role, WindowName

SHOWN = 20  # records, shipments or tasks that a card shows
STORIES = 12  # entries of its history
MOST_GIVEN = 100  # records that are handed over at once
ONE = {CUSTOMERS: "customer", PRODUCTS: "product", SHIPMENTS: "shipment", SUPPLIERS: "supplier", POINTS: "point"}

router = APIRouter(dependencies=[Guarded])


@router.get("/customers/new")
def customer_new(request: Request, site: TheSite) -> Response:
    return card_page(request, site, CUSTOMERS, None)


@router.get("/products/new")
def product_new(request: Request, site: TheSite) -> Response:
    return card_page(request, site, PRODUCTS, None)


@router.get("/shipments/new")
def shipment_new(request: Request, site: TheSite) -> Response:
    return card_page(request, site, SHIPMENTS, None)


@router.get("/suppliers/new")
def supplier_new(request: Request, site: TheSite) -> Response:
    return card_page(request, site, SUPPLIERS, None)


@router.get("/points/new")
def point_new(request: Request, site: TheSite) -> Response:
    return card_page(request, site, POINTS, None)


@router.get("/customers/{number}")
def customer(request: Request, site: TheSite, number: int) -> Response:
    return card_page(request, site, CUSTOMERS, number)


@router.get("/products/{number}")
def product(request: Request, site: TheSite, number: int) -> Response:
    return card_page(request, site, PRODUCTS, number)


@router.get("/shipments/{number}")
def shipment(request: Request, site: TheSite, number: int) -> Response:
    return card_page(request, site, SHIPMENTS, number)


@router.get("/suppliers/{number}")
def supplier(request: Request, site: TheSite, number: int) -> Response:
    return card_page(request, site, SUPPLIERS, number)


@router.get("/points/{number}")
def point(request: Request, site: TheSite, number: int) -> Response:
    return card_page(request, site, POINTS, number)


def card_page(
    request: Request, site: Site, kind: str, number: int | None, status: int = 200, *,
    typed: Mapping[str, str] | None = None, was: Mapping[str, str] | None = None,
    faults: Mapping[str, tuple[str, str]] | None = None, fault: str = "",
) -> Response:  # fmt: skip
    """The card of this number, or the form of a new one. `typed` and `was` are of a form that could not be saved."""
    with site.storage.reading() as work:
        card = card_of(work, kind, number) if number is not None else None
        if number is not None and card is None:
            raise Missing
        facts = facts_of(work, site, kind, card) if card is not None else {}
        story = work.audit.page(STORIES, on=f"{ONE[kind]}:{number}").entries if number is not None else ()
        names = {one.email.lower(): one.name for one in work.people.everybody()}
        departments = sorted({one.department for one in work.people.everybody() if one.department})
    who = request.state.visitor
    facts |= {name: seen_lines(site, who, facts[name]) for name in ("opened", "over") if name in facts}
    now = texts_of(kind, card)
    return site.pages.page(
        request, "master_card.html", status, kind=kind, one=ONE[kind], card=card, fields=FIELDS[kind],
        texts=typed or now, was=json.dumps(was or now, ensure_ascii=False), faults=faults or {}, fault=fault,
        windows=tuple(WindowName), languages_=LANGUAGES, story=story, names=names, departments=departments,
        editing=bool(typed) or number is None, **facts,
    )  # fmt: skip


def card_of(work: UnitOfWork, kind: str, number: int, lock: bool = False) -> Any:
    """None where there is none. `lock`: nobody else may change it until this transaction ends."""
    found = {
        CUSTOMERS: work.master.customer,
        PRODUCTS: work.master.product,
        SHIPMENTS: work.master.shipment,
        SUPPLIERS: work.master.supplier,
        POINTS: work.master.point,
    }[kind]
    return found(number, lock) if 0 < number < 2**62 else None


def _of_customer(work: UnitOfWork, site: Site, card: CustomerCard) -> dict[str, Any]:
    number, facts = card.id or 0, work.master_facts
    opened = facts.complaints_of_customer(number, card.email, False, SHOWN)
    over = facts.complaints_of_customer(number, card.email, True, SHOWN)
    return {
        "counts": facts.counts_of_customer(number, card.email),
        "promises": facts.promises_to_customer(number, card.email, site.clock() - YEAR),
        "opened": work.views.lines(opened),
        "over": work.views.lines(over),
        "shipped": work.people.shipments_to((card.name, *card.aliases), SHOWN),
        "form": work.lives.customer_form(number),
        "verified": work.verifying.last(number),
    }


def _of_product(work: UnitOfWork, site: Site, card: Any) -> dict[str, Any]:
    lines = work.views.lines(work.master_facts.complaints_of_model(card.model, SHOWN))
    same = [one for one in work.master.products(card.model, None, SHOWN).cards if one.id != card.id]
    return {"counts": work.master_facts.counts_of_model(card.model), "opened": lines, "same": same}


def _of_shipment(work: UnitOfWork, site: Site, card: Any) -> dict[str, Any]:
    return {
        "opened": work.views.lines(work.alike.of_batches([card.batch], SHOWN)),
        "buyer": work.people.find_customer(name=card.customer),
        "goods": work.people.product_by_model(card.model),
        "others": [one for one in work.people.shipments_of(card.batch) if one.id != card.id][:SHOWN],
    }


def _of_supplier(work: UnitOfWork, site: Site, card: Any) -> dict[str, Any]:
    return {"opened": work.views.lines(work.master_facts.asked_of_supplier(card.id, SHOWN))}


def _of_point(work: UnitOfWork, site: Site, card: Any) -> dict[str, Any]:
    return {}


_FACTS = {
    CUSTOMERS: _of_customer,
    PRODUCTS: _of_product,
    SHIPMENTS: _of_shipment,
    SUPPLIERS: _of_supplier,
    POINTS: _of_point,
}


def facts_of(work: UnitOfWork, site: Site, kind: str, card: Any) -> dict[str, Any]:
    """What hangs on a card: `opened` and `over` are lines of records, as they are before anybody's sight is asked."""
    return _FACTS[kind](work, site, card)


# -------------------------------------------------------------------- our people


@router.get("/people/new")
def person_new(request: Request, site: TheSite) -> Response:
    return person_page(request, site, "")


@router.get("/people/{email}")
def person(request: Request, site: TheSite, visitor: TheVisitor, email: str) -> Response:
    return person_page(request, site, email)


def person_page(
    request: Request, site: Site, email: str, status: int = 200, *, fault: str = "",
    typed: Mapping[str, str] | None = None, faults: Mapping[str, tuple[str, str]] | None = None,
) -> Response:  # fmt: skip
    with site.storage.reading() as work:
        roles = work.master.person(email) if email else []
        if email and not roles:
            raise Missing
        everybody = work.people.everybody()
        deputy = work.master.deputy(email)
        records = work.views.lines(work.master_facts.open_records_of(email, MOST_GIVEN)) if email else []
        tasks = work.lives.open_tasks(email) if email else []
        story = work.audit.page(STORIES, on=f"person:{email.lower()}").entries if email else ()
        user = work.users.get(email) if email else None
    records = seen_lines(site, request.state.visitor, records)
    was = {"name": roles[0].name if roles else "", "deputy": deputy}
    return site.pages.page(
        request, "master_person.html", status, email=roles[0].email if roles else "", roles=roles, deputy=deputy,
        records=records, tasks=tasks, story=story, account=user, all_roles=tuple(Role), fault=fault,
        faults=faults or {}, typed=typed or {}, was=json.dumps(was, ensure_ascii=False),
        people=list({one.email.lower(): one for one in everybody}.values()),
        names={one.email.lower(): one.name for one in everybody},
        departments=sorted({one.department for one in everybody if one.department}),
    )  # fmt: skip
