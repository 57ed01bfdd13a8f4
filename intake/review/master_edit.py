"""Changes of customers, products, shipments and suppliers: what only one changed is kept, what two changed is asked
about; every change stands in the audit trail with its old and new values.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.master_cards import ONE, card_of, card_page
from intake.review.master_forms import CUSTOMERS, POINTS, SHIPMENTS, SUPPLIERS, differing, read, texts_of, typed
from intake.review.record_values import merged
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.was import was_of
from storage import UnitOfWork
from storage.errors import AlreadyThere

# The field beside which a double is told.
KEY_FIELD = {"customers": "name", "products": "model", "shipments": "batch", "suppliers": "name", "points": "name"}

router = APIRouter(dependencies=[Guarded])


@router.post("/master/{kind}/save")
async def master_save(request: Request, site: TheSite, visitor: TheVisitor, kind: str) -> Response:
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    if kind not in ONE:
        raise Missing
    return await run_in_threadpool(_save, request, site, visitor, kind, form)


def _save(request: Request, site: Site, visitor: Visitor, kind: str, form: Mapping[str, str]) -> Response:
    number = int(form["number"]) if form.get("number", "").isdecimal() and len(form["number"]) < 18 else None
    was, mine = was_of(form), typed(kind, form)
    with site.storage.unit() as work:
        standing = card_of(work, kind, number, lock=True) if number is not None else None
        if number is not None and standing is None:
            raise Missing
        now = texts_of(kind, standing)
        changed, clashes = merged(was or now, mine, now)
        if clashes:
            return site.pages.page(
                request, "master_merge.html", 409, kind=kind, one=ONE[kind], card=standing, clashes=clashes,
                changed=changed, texts=now, was=json.dumps(now, ensure_ascii=False), audit=_story(work, kind, number),
                names={one.email.lower(): one.name for one in work.people.everybody()},
            )  # fmt: skip
        wanted = {**now, **changed}
        made = read(kind, wanted, number)
        if not made.faults and not changed and number is not None:
            return site.pages.go(request, f"/{kind}/{number}", "record.nothing_changed")
        if not made.faults:
            try:
                known = put_card(site, work, visitor, kind, number, now, made.card)
            except AlreadyThere:
                twice = {KEY_FIELD[kind]: (site.pages.wording(request).t(f"master.twice_{ONE[kind]}"), "")}
                return _again(request, site, kind, number, mine, was, twice)
            return site.pages.go(request, f"/{kind}/{known}", "record.saved")
    return _again(request, site, kind, number, mine, was, made.faults)


def put_card(
    site: Site, work: UnitOfWork, visitor: Visitor, kind: str, number: int | None, was: Mapping[str, str], card: Any
) -> int:
    """Keeps a card in place of what `was` there, or as a new one, and notes what differs; commits. AlreadyThere where
    another is the same thing.
    """
    known, now = _put(work, kind, card), texts_of(kind, card)
    note = {"name": now[KEY_FIELD[kind]], "changes": differing(was, now)}
    what = f"{ONE[kind]}_{'changed' if number is not None else 'added'}"
    work.audit.add(visitor.user.email, site.clock(), what, f"{ONE[kind]}:{known}", note)
    work.commit()
    return known


def _again(
    request: Request, site: Site, kind: str, number: int | None, mine: Mapping[str, str], was: Mapping[str, str],
    faults: Mapping[str, tuple[str, str]],
) -> Response:  # fmt: skip
    return card_page(request, site, kind, number, 422, typed=mine, was=was or None, faults=faults)


def _put(work: UnitOfWork, kind: str, card: Any) -> int:
    if kind == CUSTOMERS:
        return work.master.put_customer(card)
    if kind == SUPPLIERS:
        return work.master.put_supplier(card)
    if kind == POINTS:
        return work.master.put_point(card)
    return work.master.put_shipment(card) if kind == SHIPMENTS else work.master.put_product(card)


def _story(work: UnitOfWork, kind: str, number: int | None) -> Any:
    return work.audit.page(6, on=f"{ONE[kind]}:{number}").entries


@router.post("/master/{kind}/remove")
def master_remove(
    request: Request, site: TheSite, visitor: TheVisitor, kind: str, number: Annotated[int, Form()] = 0
) -> Response:
    """Takes anything but a customer out. Customers stay: records name them."""
    if kind not in ONE or kind == CUSTOMERS:
        raise Missing
    remove_card(site, visitor, kind, number)
    return site.pages.go(request, f"/{kind}", f"master.removed_{ONE[kind]}")


def remove_card(site: Site, visitor: Visitor, kind: str, number: int) -> None:
    """Missing where there is none."""
    with site.storage.unit() as work:
        card = card_of(work, kind, number, lock=True)
        if card is None:
            raise Missing
        texts = texts_of(kind, card)
        note = {"name": texts[KEY_FIELD[kind]], "changes": {name: [text, ""] for name, text in texts.items() if text}}
        work.master.remove(kind, number)
        work.audit.add(visitor.user.email, site.clock(), f"{ONE[kind]}_removed", f"{ONE[kind]}:{number}", note)
        work.commit()
