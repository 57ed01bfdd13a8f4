"""Mails that were set aside, each with its remedy, and taking them through the service again."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from intake.errors import RecordError, UsageError
from intake.listing import arrival_json
from intake.retry import take_back
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import ArrivalShape, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.asking import key_from, key_text
from intake.review.entry import TheSite
from intake.review.refusals import Missing
from intake.review.waiting import PAGE

router = APIRouter(prefix=f"{ROOT}/arrivals", dependencies=[ApiGuarded], tags=["arrivals"])


class ArrivalPage(Shape):
    arrivals: list[ArrivalShape]
    next: str | None = Field(description="`after` of the next page; null: this was the last")


class Said(Shape):
    """What was done."""

    told: str


@router.get("/set-aside", name="api_set_aside", responses=answers("invalid"))
def set_aside(
    site: TheSite, after: Annotated[str, Query(max_length=400, description="`next` of the page before")] = ""
) -> ArrivalPage:
    """Mails and files that wait for a person, newest first: why, and what to do."""
    key = key_from(after, 2)
    if after and key is None:
        raise Invalid("query.after is no `next` of such a list.")
    zone = site.settings.company.zone
    with site.storage.reading() as work:
        found = work.inbox.set_aside(key, PAGE + 1)
    more = found[PAGE - 1] if len(found) > PAGE else None
    told = [ArrivalShape.model_validate(arrival_json(one, zone)) for one in found[:PAGE]]
    return ArrivalPage(arrivals=told, next=key_text((more.taken_at.isoformat(), more.id)) if more else None)


@router.post("/retry", name="api_retry_all", responses=answers("conflict"))
def retry_all(site: TheSite) -> Said:
    """All that could not be read goes through the service again."""
    return Said(told=take_back(site.storage, None))


@router.get("/{arrival}", name="api_arrival", responses=answers("not-found"))
def arrival(site: TheSite, arrival: str) -> ArrivalShape:
    """A mail or file that was taken in, and what became of it."""
    with site.storage.reading() as work:
        found = work.arrivals.get(arrival)
    if found is None:
        raise Missing
    return ArrivalShape.model_validate(arrival_json(found, site.settings.company.zone))


@router.post("/{arrival}/retry", name="api_retry", responses=answers("not-found", "conflict"))
def retry(site: TheSite, arrival: str) -> Said:
    """One that could not be read goes through the service again."""
    with site.storage.reading() as work:
        if work.arrivals.get(arrival) is None:
            raise Missing
    try:
        return Said(told=take_back(site.storage, arrival))
    except UsageError as error:  # it is there, but stands otherwise
        raise RecordError(error.cause, error.remedy) from error
