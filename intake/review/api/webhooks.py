"""What receivers of webhooks were told, what waits, what was given up; and sending it again."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import Field

from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Moment, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import maybe, moment
from intake.review.entry import TheSite
from intake.runners.webhooks import health, send_again
from storage.outbox_rows import Delivery, DeliveryState

PAGE = 100
router = APIRouter(prefix=f"{ROOT}/webhooks", dependencies=[ApiGuarded], tags=["webhooks"])


class Hook(Shape):
    """A receiver of the settings, and how its messages stand."""

    name: str
    url: str | None = Field(description="null: not in the settings any more")
    events: list[str]
    waiting: int
    delivered: int
    given_up: int
    waiting_since: Moment | None = Field(description="of the oldest message that waits")


class MessageShape(Shape):
    """A message to one receiver, without its body."""

    id: int
    message: str = Field(description="webhook-id")
    webhook: str
    record: str
    event: str = Field(examples=["record.new"])
    created_at: Moment
    state: DeliveryState
    attempts: int
    next_try_at: Moment | None
    ended_at: Moment | None
    answer: str = Field(description="what the receiver did last")


class MessagePage(Shape):
    messages: list[MessageShape]
    next: int | None = Field(description="`after` of the next page; null: this was the last")


class Again(Shape):
    count: int = Field(description="how many are to be sent again")


@router.get("", name="api_webhooks", responses=answers())
def webhooks(site: TheSite) -> list[Hook]:
    """The receivers, and how their messages stand."""
    stands, zone = health(site.storage), site.settings.company.zone
    known = {one.name: one for one in site.settings.webhooks}
    found = []
    for name in sorted({*known, *stands}):
        counts, hook = stands.get(name, {}), known.get(name)
        numbers = {str(state): counts.get(str(state), 0) for state in DeliveryState}
        since = maybe(counts.get("waiting_since"), zone)
        events = list(hook.events) if hook else []
        found.append(Hook(name=name, url=hook.url if hook else None, events=events, waiting_since=since, **numbers))
    return found


@router.get("/messages", name="api_webhook_messages", responses=answers("invalid"))
def messages(
    site: TheSite,
    state: DeliveryState | None = None,
    after: Annotated[int | None, Query(ge=1, le=2**53, description="`next` of the page before")] = None,
) -> MessagePage:
    """The messages, newest first."""
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        found = work.outbox.listing(state, after, PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return MessagePage(messages=[_message(one, zone) for one in found[:PAGE]], next=more)


def _message(one: Delivery, zone: ZoneInfo) -> MessageShape:
    names = ("message", "webhook", "record", "event", "state", "attempts", "answer")
    return MessageShape(
        **{name: getattr(one, name) for name in names},
        id=one.id or 0,
        created_at=moment(one.created_at, zone),
        next_try_at=maybe(one.next_try_at, zone),
        ended_at=maybe(one.ended_at, zone),
    )


@router.post("/messages/resend", name="api_webhook_resend_all", responses=answers())
def resend_all(site: TheSite) -> Again:
    """All that were given up are tried anew."""
    return Again(count=send_again(site.storage, None))


@router.post("/messages/{message}/resend", name="api_webhook_resend", responses=answers("not-found", "invalid"))
def resend(site: TheSite, message: Annotated[int, Path(ge=1, le=2**53)]) -> Again:
    """One message is tried anew, whatever became of it."""
    return Again(count=send_again(site.storage, message))
