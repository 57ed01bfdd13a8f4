"""Entering a complaint that came by telephone, visit or paper; cards, goods and open records appear as one types."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intake.acts.case import Case
from intake.errors import IntakeError
from intake.review.enter_alike import alike_open
from intake.review.enter_form import (
    CHANNELS,
    DISPOSITIONS,
    ITEM,
    REQUESTS,
    SIGNALS,
    Typed,
    empty,
    read,
    with_one_more,
)  # fmt: skip
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.runners.entering import card_of
from storage import UnitOfWork
from storage.errors import StorageTrouble
from storage.marks import name_mark
from storage.records import CustomerCard, LetterState

FOUND = 8  # cards or shipments that a look-up shows
_SHIPPED = 4  # shipments that the card shows

router = APIRouter(dependencies=[Guarded])
Text = Annotated[str, Query(max_length=300)]


@router.get("/enter")
def enter(request: Request, site: TheSite) -> Response:
    return _page(request, site, empty(site.clock(), site.settings.company.zone))


@router.post("/enter")
async def enter_save(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    """Opens the record; or gives another row, or shows what is wrong: whatever was typed stays."""
    pairs = [(name, text) for name, text in (await request.form()).multi_items() if isinstance(text, str)]
    return await run_in_threadpool(_save, request, site, visitor, pairs)


def _save(request: Request, site: Site, visitor: Visitor, pairs: Sequence[tuple[str, str]]) -> Response:
    typed = read(pairs, site.clock(), site.settings.company.zone)
    then = dict(pairs).get("then", "")
    if then == "more":
        return _page(request, site, with_one_more(typed), focus=f"items.{len(typed.items) + 1}.model")
    if then.startswith("add:"):
        return _added(request, site, visitor, typed, then.removeprefix("add:"))
    if typed.faults:
        return _page(request, site, typed, 422)
    try:
        with site.storage.unit() as work:
            card = chosen_card(work, typed)
            alike = alike_open(work, card, typed)
            if any(one.likely for one in alike) and typed.values.get("despite") != "yes":
                return _page(request, site, typed, 409, double=True)
            case = site.actions.entered(work, typed.given, visitor.user.email, card)
            work.commit()
    except (IntakeError, StorageTrouble) as error:
        return _page(request, site, typed, 422, fault=site.pages.wording(request).sentence(error))
    site.give_letters([letter.id for letter in case.letters if letter.state is LetterState.QUEUED])
    return site.pages.go(request, f"/records/{case.number}", "enter.opened")


def _added(request: Request, site: Site, visitor: Visitor, typed: Typed, number: str) -> Response:
    """What was said, as a note of a record that is open already."""
    wording = site.pages.wording(request)
    values = typed.values
    told = [wording.t(f"choices.{values['channel']}") if "channel" not in typed.faults else "", values.get("at", "")]
    told = [" ".join(told).replace("T", " ")]
    told += [values[name] for name in ("contact", "phone", "email", "subject") if values.get(name)]
    told += [" ".join(item[name] for name in ITEM if item.get(name)) for item in typed.items]
    text = "; ".join(part for part in (*told, values.get("note", "")) if part.strip())
    try:
        site.actions.do(number, "note", {"text": text}, visitor.user.email)
    except (IntakeError, StorageTrouble) as error:
        return _page(request, site, typed, 422, fault=site.pages.wording(request).sentence(error))
    return site.pages.go(request, f"/records/{number}", "enter.added")


def _page(
    request: Request, site: Site, typed: Typed, status: int = 200, *, fault: str = "", focus: str = "",
    double: bool = False,
) -> Response:  # fmt: skip
    with site.storage.reading() as work:
        card = chosen_card(work, typed)
        shown = card_facts(work, card)
        alike = alike_open(work, card, typed)
        would_be = _would_be(work, site, request.state.visitor, typed, card)
    first = next(iter(typed.faults), "")
    return site.pages.page(
        request, "enter.html", status, typed=typed, fault=fault, focus=focus or first or "company", alike=alike,
        double=double, would_be=would_be,
        channels=CHANNELS, signals=SIGNALS, requests=REQUESTS, dispositions=DISPOSITIONS, **shown,
    )  # fmt: skip


# -------------------------------------------------------------------- while one types


@router.get("/enter/customers")
def enter_customers(request: Request, site: TheSite, q: Text = "", company: Text = "") -> Response:
    """The cards that a name, fax, telephone or address may mean."""
    words = q or company
    with site.storage.reading() as work:
        found = work.master.customers(words, None, FOUND).cards if len(words.strip()) > 1 else ()
    return site.pages.page(request, "enter_customers.html", found=found, words=words)


@router.get("/enter/customer")
def enter_customer(request: Request, site: TheSite, customer: int = 0) -> Response:
    """The card of the customer that was chosen."""
    with site.storage.reading() as work:
        card = work.master.customer(customer)
        if card is None:
            raise Missing
        shown = card_facts(work, card)
    return site.pages.page(request, "enter_card.html", **shown)


@router.get("/enter/goods")
def enter_goods(request: Request, site: TheSite, at: int = 1) -> Response:
    """Products and shipments that a model or batch may mean; the customer's own shipments first."""
    asked = request.query_params
    company, words = asked.get("company", "")[:300], asked.get(f"items.{at}.{asked.get('of', 'model')}", "")[:300]
    with site.storage.reading() as work:
        card = work.people.find_customer(name=company) if company else None
        names = (card.name, *card.aliases) if card else (company,) if company else ()
        long = len(words.strip()) > 1
        his = work.master.shipments(words, None, FOUND, names).cards if names and (long or not words) else ()
        others = work.master.shipments(words, None, FOUND).cards if long and not his else ()
        goods = work.master.products(words, None, FOUND).cards if long else ()
    return site.pages.page(request, "enter_goods.html", at=at, his=his, others=others, goods=goods, words=words)


@router.get("/enter/alike")
def enter_alike(request: Request, site: TheSite, visitor: TheVisitor) -> Response:
    """Open records that it may be one with, and the class and windows that it would have."""
    typed = read(request.query_params.multi_items(), site.clock(), site.settings.company.zone)
    with site.storage.reading() as work:
        card = chosen_card(work, typed)
        alike, would_be = alike_open(work, card, typed), _would_be(work, site, visitor, typed, card)
    return site.pages.page(request, "enter_alike.html", alike=alike, typed=typed, would_be=would_be)


def _would_be(work: UnitOfWork, site: Site, visitor: Visitor, typed: Typed, card: CustomerCard | None) -> Case | None:
    """The record as it would be opened; None while something in it cannot be taken."""
    if typed.faults:
        return None
    try:
        return site.actions.tried(work, typed.given, visitor.user.email, card)
    except IntakeError:
        return None


def chosen_card(work: UnitOfWork, typed: Typed) -> CustomerCard | None:
    """The card that was chosen, while the name is still its own; else the one that what is typed leads to."""
    chosen = typed.values.get("customer_id", "")
    company = typed.values.get("company", "")
    card = work.master.customer(int(chosen)) if chosen.isdecimal() and len(chosen) < 18 else None
    if card is not None and name_mark(company) in {name_mark(name) for name in (card.name, *card.aliases)}:
        return card
    return card_of(work, typed.values)


def card_facts(work: UnitOfWork, card: CustomerCard | None) -> dict[str, Any]:
    """What is shown of a card beside the form."""
    if card is None or card.id is None:
        return {"card": None, "counts": None, "shipped": ()}
    return {
        "card": card,
        "counts": work.master_facts.counts_of_customer(card.id, card.email),
        "shipped": work.people.shipments_to((card.name, *card.aliases), _SHIPPED),
    }
