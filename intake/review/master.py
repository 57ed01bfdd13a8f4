"""The lists of master data: searched, cut by key; what one may do there depends on one's role."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intake.review.asking import key_text
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.keys import page_key
from intake.review.master_verify import due, of_visitor
from intake.review.site import Site
from storage.records import Role

PAGE = 50
YEAR = timedelta(days=366)  # ours: of which a customer's on-time figure is
KEYS: Mapping[str, str] = {
    "customers": "t",
    "products": "tn",
    "shipments": "n",
    "suppliers": "t",
    "points": "t",
    "people": "tt",
}
Text = Annotated[str, Query(max_length=200)]

router = APIRouter(dependencies=[Guarded])


@router.get("/customers")
def customers(request: Request, site: TheSite, visitor: TheVisitor, q: Text = "", after: str = "") -> Response:
    with site.storage.reading() as work:
        page = work.master.customers(q, page_key(after, KEYS["customers"]), PAGE)
        mine = 0 if q or after else len(of_visitor(work, visitor, due(site, work)))
    return _list(request, site, "customers", q, page.cards, page.after, to_verify=mine)


@router.get("/products")
def products(request: Request, site: TheSite, q: Text = "", after: str = "") -> Response:
    with site.storage.reading() as work:
        page = work.master.products(q, page_key(after, KEYS["products"]), PAGE)
    return _list(request, site, "products", q, page.cards, page.after)


@router.get("/shipments")
def shipments(request: Request, site: TheSite, q: Text = "", after: str = "", customer: int = 0) -> Response:
    """`customer`: only those to the customer of this number."""
    with site.storage.reading() as work:
        card = work.master.customer(customer) if customer else None
        names = (card.name, *card.aliases) if card else ()
        page = work.master.shipments(q, page_key(after, KEYS["shipments"]), PAGE, names)
    return _list(request, site, "shipments", q, page.cards, page.after, only=card)


@router.get("/suppliers")
def suppliers(request: Request, site: TheSite, q: Text = "", after: str = "") -> Response:
    with site.storage.reading() as work:
        page = work.master.suppliers(q, page_key(after, KEYS["suppliers"]), PAGE)
    return _list(request, site, "suppliers", q, page.cards, page.after)


@router.get("/points")
def points(request: Request, site: TheSite, q: Text = "", after: str = "") -> Response:
    """Our service points."""
    with site.storage.reading() as work:
        page = work.master.points(q, page_key(after, KEYS["points"]), PAGE)
    return _list(request, site, "points", q, page.cards, page.after)


@router.get("/people")
def people(request: Request, site: TheSite, visitor: TheVisitor, q: Text = "", after: str = "") -> Response:
    words = _roles_named(site, request, q)
    with site.storage.reading() as work:
        rows, more = work.master.people(words, page_key(after, KEYS["people"]), PAGE)
        deputies = work.master.deputies()
        numbers = work.master_facts.open_numbers()
        names = {one.email.lower(): one.name for one in work.people.everybody()}
    more_values = {"deputies": deputies, "numbers": numbers, "names": names}
    return _list(request, site, "people", q, rows, more, **more_values)


def _roles_named(site: Site, request: Request, words: str) -> str:
    """A role in the user's language as the list knows it."""
    wording = site.pages.wording(request)
    named = {wording.t(f"roles.{role.value}").casefold(): role.value for role in Role}
    return named.get(words.strip().casefold(), words)


def _list(request: Request, site: Site, kind: str, q: str, rows: Any, more: Any, **values: Any) -> Response:
    only = values.pop("only", None)
    asked = [("q", q), ("customer", str(only.id) if only else "")]
    query = [(name, text) for name, text in asked if text]
    return site.pages.page(
        request, "master_list.html", kind=kind, q=q, rows=rows, only=only, query=urlencode(query),
        next_query=urlencode([*query, ("after", key_text(more))]) if more else "",
        later=bool(request.query_params.get("after")), **values,
    )  # fmt: skip
