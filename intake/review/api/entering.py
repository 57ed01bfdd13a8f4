"""A complaint before it is entered: what it would be, and the open records that it may be one with. Nothing is kept."""

from fastapi import APIRouter
from pydantic import Field

from intake.review.api.entry import ApiGuarded
from intake.review.api.models import RecordLine, Shape, WindowShape
from intake.review.api.problems import ROOT, answers
from intake.review.api.records import Entered, line_of
from intake.review.api.whole import maybe, moment
from intake.review.enter import chosen_card
from intake.review.enter_alike import alike_open
from intake.review.enter_form import ITEM, read
from intake.review.entry import TheSite, TheVisitor
from storage.records import Class

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["records"])


class LikeShape(Shape):
    """An open record that it may be one with."""

    record: RecordLine
    why: str = Field(description="batch, goods, batch_elsewhere or customer: what they have in common")
    likely: bool = Field(description="so near that the page asks whether it is really another")


class TrialShape(Shape):
    """What a complaint would be."""

    customer: int | None = Field(description="the card that it leads to: `/customers/{customer}`")
    letter: Class = Field(alias="class", description="severity")
    reasons: list[str] = Field(description="the rules that give the class")
    department: str
    missing: list[str]
    windows: list[WindowShape]
    alike: list[LikeShape] = Field(description="the nearest first")


@router.post("/records/trial", name="api_enter_trial", responses=answers("conflict", "invalid"))
def trial(site: TheSite, visitor: TheVisitor, body: Entered) -> TrialShape:
    """The class and windows that a complaint would have, and open records like it."""
    own = {"channel": body.channel, "at": body.at, "subject": body.subject}
    given = {**body.fields, **{key: text for key, text in own.items() if text}}
    zone = site.settings.company.zone
    pairs = [(f"items.1.{name}" if name in ITEM else name, text) for name, text in given.items()]
    typed = read(pairs, site.clock(), zone)
    with site.storage.reading() as work:
        card = chosen_card(work, typed)
        case = site.actions.tried(work, given, visitor.user.email, card)
        alike = alike_open(work, card, typed)
    return TrialShape(
        customer=card.id if card else None,
        letter=case.record.letter,
        reasons=[str(reason) for reason in case.record.reasons],
        department=case.record.department,
        missing=list(case.record.missing),
        windows=[
            WindowShape(
                name=one.name, due_at=moment(one.due_at, zone), met_at=maybe(one.met_at, zone), state=one.state,
                clause=one.clause,
            )
            for one in sorted(case.windows, key=lambda one: one.due_at)
        ],
        alike=[LikeShape(record=line_of(one.line, zone), why=one.why, likely=one.likely) for one in alike],
    )  # fmt: skip
