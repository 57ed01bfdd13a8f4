"""After the service was down: what fell due meanwhile goes to each person in one mail, in order, not in a storm.

A catch-up begins where nobody has looked for longer than the policy's `catch_up_after`. What fell due until then is
missed: windows that wait for working time are so still on Monday, when the service came back on Saturday. Steps and
events are written as ever; customers' letters are never joined, and who has but one matter gets its own letter.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from intake.policy.model import Policy
from intake.replies import lists
from intake.replies.lists import Missed
from intake.runners.clock.look import Look, Matter, Told
from storage import UnitOfWork
from storage.records import Letter

LOOKED, WENT, CAME = "look", "went", "came"  # rows of `rounds`: the last look, and when the service went and came back
LAST = "last"


def missed_span(work: UnitOfWork, now: datetime, policy: Policy) -> tuple[datetime | None, datetime | None]:
    """(from, until) when nobody looked: until now, where the last look is too long ago; else the last such span."""
    looked = work.lives.round_made(LOOKED, LAST)
    if looked is not None and now - looked > policy.reminders.catch_up_after:
        return looked, now
    return work.lives.round_made(WENT, LAST), work.lives.round_made(CAME, LAST)


def note_look(work: UnitOfWork, look: Look) -> None:
    """That the clock looked; where it came back with this look, that too. Never back: another watcher may be ahead."""
    looked = work.lives.round_made(LOOKED, LAST)
    if looked is None or looked < look.now:
        work.lives.note_round(LOOKED, LAST, look.now)
    if look.until == look.now and look.down_from is not None:
        work.lives.note_round(WENT, LAST, look.down_from)
        work.lives.note_round(CAME, LAST, look.now)


def letters_of(told: Sequence[Told], look: Look) -> list[Letter]:
    """One joined letter for each person who would get several, and the letters themselves for the others."""
    of_person: dict[str, list[Told]] = {}
    for one in told:
        for address in dict.fromkeys(address.lower() for address in (*one.to, *one.cc)):
            of_person.setdefault(address, []).append(one)
    many = {address for address, theirs in of_person.items() if len(theirs) > 1}
    made = [_joined(address, of_person[address], look) for address in sorted(many)]
    for one in told:
        to = tuple(address for address in one.to if address.lower() not in many)
        cc = tuple(address for address in one.cc if address.lower() not in many)
        if to or cc:
            made.append(one.write(to or cc, cc if to else ()))
    return made


def _joined(address: str, told: Sequence[Told], look: Look) -> Letter:
    matters = in_order([one.matter for one in told])
    person = look.person(address)
    marks = [f"{'/'.join(matter.thing)} {matter.step}" for matter in matters]
    missed = [Missed(one.record, one.step, one.since or one.at, one.window, one.task, one.warned) for one in matters]
    to = (person.email if person else address,)
    ids = look.ids(f"catch-up.{look.now:%Y%m%d%H%M}", address, *marks)
    return lists.catch_up(missed, to, look.office.desk, ids, look.now, look.until, look.down_from)


def in_order(matters: Sequence[Matter]) -> list[Matter]:
    """By the moment at which they fell due; of one thing the last step only, which tells all."""

    def thing(matter: Matter) -> tuple[str, str, str]:
        return matter.thing

    by_thing = sorted(matters, key=lambda matter: (matter.thing, matter.at))
    last = [list(steps)[-1] for _, steps in groupby(by_thing, key=thing)]
    return sorted(last, key=lambda matter: (matter.at, matter.record.number, matter.thing))
