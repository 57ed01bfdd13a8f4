"""What hangs on a card of master data: complaints, promises, shipments, and who changed it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from intake.review.api.entry import ApiGuarded
from intake.review.api.master import ShipmentShape, shipment_of
from intake.review.api.master_changes import Kind
from intake.review.api.models import Moment, RecordLine, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.records import line_of
from intake.review.api.whole import moment
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_cards import ONE, STORIES, card_of, facts_of
from intake.review.refusals import Missing
from intake.review.sight import seen_lines

router = APIRouter(prefix=f"{ROOT}/master", dependencies=[ApiGuarded], tags=["master data"])

Id = Annotated[int, Path(ge=1, le=2**53)]


class CountsShape(Shape):
    open: int
    closed: int
    classes: dict[str, int]


class PromisesShape(Shape):
    """How windows to a customer turned out in the last year; those that run or were waived do not count."""

    on_time: int
    late: int
    overdue: int
    rate: float | None = Field(description="the share that was kept in time, 0 to 1")


class ChangeShape(Shape):
    """A change of the card."""

    at: Moment
    who: str
    what: str
    detail: Any


class AboutShape(Shape):
    """What hangs on a card, of lists the first entries; what a kind of card has not is null or empty."""

    counts: CountsShape | None = Field(description="of complaints")
    promises: PromisesShape | None = Field(description="of a customer")
    opened: list[RecordLine] = Field(description="open complaints; of a product or shipment all")
    over: list[RecordLine] = Field(description="of a customer, those that are closed")
    shipments: list[ShipmentShape] = Field(description="the newest to a customer; the others of a shipment's batch")
    history: list[ChangeShape] = Field(description="newest first")


@router.get("/{kind}/{number}/about", name="api_card_about", responses=answers("not-found", "invalid"))
def about(site: TheSite, visitor: TheVisitor, kind: Kind, number: Id) -> AboutShape:
    """Complaints, promises kept, shipments and changes of a card."""
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        card = card_of(work, kind, number)
        if card is None:
            raise Missing
        facts = facts_of(work, site, kind, card)
        story = work.audit.page(STORIES, on=f"{ONE[kind]}:{number}").entries
    counts, promises = facts.get("counts"), facts.get("promises")
    classes = {str(letter): n for letter, n in counts.classes.items()} if counts else {}
    kept = {name: getattr(promises, name) for name in ("on_time", "late", "overdue", "rate")} if promises else {}
    lines = {name: seen_lines(site, visitor, facts.get(name, ())) for name in ("opened", "over")}
    return AboutShape(
        counts=CountsShape(open=counts.open, closed=counts.closed, classes=classes) if counts else None,
        promises=PromisesShape(**kept) if promises else None,
        opened=[line_of(line, zone) for line in lines["opened"]],
        over=[line_of(line, zone) for line in lines["over"]],
        shipments=[shipment_of(one) for one in facts.get("shipped") or facts.get("others") or ()],
        history=[ChangeShape(at=moment(one.at, zone), who=one.who, what=one.what, detail=one.detail) for one in story],
    )
