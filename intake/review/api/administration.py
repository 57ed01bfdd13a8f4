"""How the service is doing, and who did what."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from intake.review.admin.audit import KINDS, PAGE, trail_key, wanted_of
from intake.review.admin.facts import SourceSeen, facts_of
from intake.review.admin.health import Level, level_of, parts_of, signs_of
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Moment, Shape
from intake.review.api.problems import ROOT, Invalid, answers
from intake.review.api.whole import maybe, moment
from intake.review.asking import key_text
from intake.review.entry import TheSite

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["administration"])

Day = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(9000, 12, 31))]


class PartShape(Shape):
    """A part of the service: poll, work, send, watch."""

    name: str
    level: Level
    says: str = Field(description="alive, timer, stuck, gone or never")
    at: Moment | None = Field(description="when it was seen last")
    processes: list[str]


class SignShape(Shape):
    """Something that needs a hand."""

    level: Level
    says: str = Field(examples=["waits_refused"])
    about: str
    number: int
    at: Moment | None


class SourceShape(Shape):
    """A mailbox or folder, and how fetching from it goes."""

    name: str
    kind: str
    level: Level
    last_ok_at: Moment | None
    failing_since: Moment | None
    error: str


class HealthShape(Shape):
    """How the service is doing: the worst first."""

    parts: list[PartShape]
    signs: list[SignShape]
    sources: list[SourceShape]


class DeedShape(Shape):
    """Something that somebody did, at the site or on a record."""

    at: Moment
    who: str
    what: str
    about: str = Field(description="a record's number, an address, `customer:12`")
    on_record: bool
    detail: Any = None
    old: Any = None
    new: Any = None


class DeedPage(Shape):
    deeds: list[DeedShape]
    next: str | None = Field(description="`after` of the next page; null: this was the last")


@router.get("/health", name="api_health", responses=answers())
def health(site: TheSite) -> HealthShape:
    """Whether its parts live, what needs a hand, how each source goes."""
    facts, zone = facts_of(site), site.settings.company.zone
    parts = [
        PartShape(name=one.name, level=one.level, says=one.key, at=maybe(one.at, zone), processes=list(one.processes))
        for one in parts_of(facts)
    ]
    signs = [
        SignShape(level=one.level, says=one.key, about=one.about, number=one.number, at=maybe(one.at, zone))
        for one in signs_of(facts)
    ]
    return HealthShape(parts=parts, signs=signs, sources=[_source(one, facts.now, zone) for one in facts.sources])


def _source(one: SourceSeen, now: Any, zone: Any) -> SourceShape:
    state = one.state
    return SourceShape(
        name=one.name,
        kind=one.kind,
        level=level_of(one, now),
        last_ok_at=maybe(state.last_ok_at, zone),
        failing_since=maybe(state.failing_since, zone),
        error=state.error,
    )


@router.get("/audit", name="api_audit", responses=answers("invalid"))
def audit(
    site: TheSite,
    who: Annotated[str, Query(max_length=200, description="an address")] = "",
    since: Annotated[Day, Query(alias="from")] = None,
    until: Annotated[Day, Query(alias="to")] = None,
    kind: Annotated[str, Query(max_length=40, json_schema_extra={"enum": ["", *KINDS]})] = "",
    after: Annotated[str, Query(max_length=400, description="`next` of the page before")] = "",
) -> DeedPage:
    """Who did what and when, at the site and on records, newest first."""
    key, zone = trail_key(after), site.settings.company.zone
    if after and key is None:
        raise Invalid("query.after is no `next` of such a list.")
    if kind and kind not in KINDS:
        raise Invalid(f"query.kind: it is one of {', '.join(KINDS)}.")
    days = [day.isoformat() if day else "" for day in (since, until)]
    with site.storage.reading() as work:
        deeds, more = work.trail.page(wanted_of(who, days[0], days[1], kind, zone), key, PAGE)
    names = ("who", "what", "about", "on_record", "detail", "old", "new")
    told = [DeedShape(at=moment(one.at, zone), **{name: getattr(one, name) for name in names}) for one in deeds]
    return DeedPage(deeds=told, next=key_text(more) if more else None)
