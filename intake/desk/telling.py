"""Who of our own people is told of a record."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.desk.facts import SYSTEM, Office
from intake.desk.whom import owner_of
from intake.policy.routing import recipients
from intake.replies import letters
from intake.replies.letters import Ids
from storage.records import (
    Class,
    Event,
    Letter,
    Person,
    Purpose,
    Record,
    Window,
)


def to_our_people(
    record: Record,
    windows: tuple[Window, ...],
    people: Sequence[Person],
    ids: Mapping[Purpose, Ids],
    now: datetime,
    office: Office,
) -> tuple[tuple[Letter, ...], tuple[Event, ...]]:
    """The dispatch, and for class A the report to the general manager's office; an event for what has no receiver."""
    written: list[Letter] = []
    notes: list[Event] = []
    for purpose, compose in (
        (Purpose.DISPATCH, letters.dispatch),
        (Purpose.MANAGEMENT_REPORT, letters.management_report),
    ):
        if purpose is Purpose.MANAGEMENT_REPORT and record.letter is not Class.A:
            continue
        receivers, copies = recipients(purpose, record.department, people, office.policy)
        if receivers:
            written.append(
                compose(record, windows, receivers, copies, owner_of(people), office.desk, ids[purpose], now)
            )
        else:
            notes.append(Event(record.number, now, SYSTEM, "no_receiver", new=str(purpose)))
    return tuple(written), tuple(notes)
