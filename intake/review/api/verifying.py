"""Customers' cards that are to be verified once a year."""

from fastapi import APIRouter

from intake.review.api.entry import ApiGuarded
from intake.review.api.master import CustomerShape, Id, customer_of
from intake.review.api.models import Moment, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import moment
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_verify import due, verify

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["master data"])


class ToVerifyShape(Shape):
    """A card, and who has its customer's newest record; empty where nobody has: it is sales' then."""

    card: CustomerShape
    owner: str


class ToVerifyList(Shape):
    cards: list[ToVerifyShape]


class VerifiedShape(Shape):
    at: Moment
    by: str


@router.get("/verifying/customers", name="api_cards_to_verify", responses=answers())
def to_verify(site: TheSite) -> ToVerifyList:
    """Everybody's, by name."""
    with site.storage.reading() as work:
        found = due(site, work)
    return ToVerifyList(cards=[ToVerifyShape(card=customer_of(one.card), owner=one.owner) for one in found])


@router.post("/verifying/customers/{customer}", name="api_card_verify", responses=answers("not-found", "invalid"))
def card_verify(site: TheSite, visitor: TheVisitor, customer: Id) -> VerifiedShape:
    """The card is right as it stands."""
    at = verify(site, visitor, customer)
    return VerifiedShape(at=moment(at, site.settings.company.zone), by=visitor.user.email)
