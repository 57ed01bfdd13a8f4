"""Customers' cards that are to be verified once a year, one list a person, and the press that says a card is right."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from intake.acts.case import Actor
from intake.policy.cards import active_since, verified_since
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from storage import UnitOfWork
from storage.records import Role
from storage.verifying import VERIFIED, ToVerify, of_person

MOST = 1000  # cards of one list
Number = Annotated[int, Path(ge=1, lt=2**53)]

router = APIRouter(dependencies=[Guarded])


@router.get("/customers/verify")
def customers_verify(request: Request, site: TheSite, visitor: TheVisitor, whose: str = "") -> Response:
    """Those of who asks; `whose=all`: of everybody."""
    with site.storage.reading() as work:
        every = due(site, work)
        mine = of_visitor(work, visitor, every)
        names = {one.email.lower(): one.name for one in work.people.everybody()}
    return site.pages.page(
        request, "master_verify.html", rows=every if whose == "all" else mine, whose=whose, mine=len(mine),
        every=len(every), names=names,
    )  # fmt: skip


@router.post("/customers/{number}/verify")
def customer_verify(request: Request, site: TheSite, visitor: TheVisitor, number: Number) -> Response:
    """The card is right as it stands: who said so and when is in its history."""
    verify(site, visitor, number)
    return site.pages.go(request, f"/customers/{number}", "master.verified_now")


def due(site: Site, work: UnitOfWork) -> list[ToVerify]:
    """The cards that are to be verified now; none where the policy asks for none."""
    office, now = site.office, site.clock()
    since = verified_since(now, office.policy, office.calendar)
    if since is None:
        return []
    active = active_since(now, office.policy, office.calendar)
    return work.verifying.due(active, office.calendar.local_day(active), since, MOST)


def of_visitor(work: UnitOfWork, visitor: Visitor, every: list[ToVerify]) -> list[ToVerify]:
    people = work.people.everybody()
    who = Actor.of(visitor.user.email, people)
    sells = who is not None and Role.SALES in who.roles
    return of_person(every, visitor.user.email, sells, {one.email.lower(): one for one in people})


def verify(site: Site, visitor: Visitor, number: int) -> datetime:
    """Notes that a card is right; when. Missing where there is no such customer."""
    with site.storage.unit() as work:
        card = work.master.customer(number, lock=True)
        if card is None:
            raise Missing
        now = site.clock()
        work.audit.add(visitor.user.email, now, VERIFIED, f"customer:{number}", {"name": card.name})
        work.commit()
    return now
