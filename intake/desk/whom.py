"""Who answers for a record on our side, and whom its customer's letters go to."""

from collections.abc import Sequence

from storage.records import Letter, LetterState, Person, Purpose, Record, Role

_NEVER_LEFT = (LetterState.DRAFT, LetterState.REFUSED, LetterState.CANCELLED)


def person_of(address: str, people: Sequence[Person]) -> Person | None:
    """The one of our people who has this address."""
    return next((one for one in people if one.email.lower() == address.strip().lower()), None)


def owner_of(people: Sequence[Person]) -> Person | None:
    """Who answers for the record until somebody is named: the department's clerk, else the quality manager."""
    for role in (Role.QUALITY, Role.QUALITY_MANAGER, Role.INTAKE):
        for person in people:
            if person.role is role:
                return person
    return None


def keeper_of(record: Record, people: Sequence[Person]) -> Person | None:
    """The record's owner as one of our people; the one who answers for records at large where it has none."""
    return person_of(record.owner, people) or owner_of(people)


def acknowledged_to(written: Sequence[Letter]) -> tuple[str, ...]:
    """Whom a record's acknowledgement went to: the guard let it pass, so the same address may be written to again."""
    return next(
        (one.to for one in written if one.purpose is Purpose.ACKNOWLEDGEMENT and one.state not in _NEVER_LEFT), ()
    )
