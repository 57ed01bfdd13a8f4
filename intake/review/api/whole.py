"""A record as the API tells it: what `intake records --json` prints, and what the record page knows besides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Response

from intake.acts.case import Actor
from intake.listing import record_of
from intake.review.api.problems import Unchanged
from intake.review.record_acts import allowed
from intake.review.record_values import Group, Value, groups_of
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.runners.acts import gather
from storage import UnitOfWork
from storage.life import Evidence
from storage.records import Record


def known(work: UnitOfWork, number: str) -> Record:
    """Missing where there is none."""
    record = work.complaints.get(number)
    if record is None:
        raise Missing(f"There is no record {number[:80]}.")
    return record


def whole(site: Site, work: UnitOfWork, number: str, visitor: Visitor) -> dict[str, Any]:
    """The values of `models.RecordWhole`."""
    record, zone = known(work, number), site.settings.company.zone
    groups = groups_of(record, work.complaints.corrections(number), float(site.office.policy.review.threshold))
    who = Actor.of(visitor.user.email, work.people.everybody())
    return {
        **record_of(work, record, zone),
        "version": record.version,
        "merged_into": record.merged_into,
        "values": [_value(value, group) for group in groups for value in group.values],
        "evidence": [evidence_of(one, zone) for one in work.lives.evidence(number)],
        "may": sorted(allowed(gather(work, number), who)),
    }


def _value(value: Value, group: Group) -> dict[str, Any]:
    spot = value.spot
    place = {name: getattr(spot, name) for name in ("part", "page", "start", "end", "text", "box")} if spot else None
    plain = {name: getattr(value, name) for name in type(value).__dataclass_fields__ if name != "spot"}
    return {**plain, "item": group.item, "place": place}


def evidence_of(one: Evidence, zone: ZoneInfo) -> dict[str, Any]:
    names = ("id", "kind", "name", "media_type", "by", "note", "step", "arrival")
    return {**{name: getattr(one, name) for name in names}, "at": moment(one.at, zone)}


def moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def maybe(at: datetime | None, zone: ZoneInfo) -> str | None:
    return moment(at, zone) if at else None


def tag(response: Response, version: object) -> None:
    response.headers["etag"] = f'"{version}"'


def tags_of(header: str | None) -> Sequence[str] | None:
    """The versions of an If-Match header, without their quotes; None where any will do."""
    if header is None or header.strip() == "*":
        return None
    return [part.strip().strip('"') for part in header.split(",")]


def check_version(header: str | None, stands: object) -> None:
    """Unchanged where If-Match names another version than the one that stands."""
    wanted = tags_of(header)
    if wanted is not None and str(stands) not in wanted:
        raise Unchanged
