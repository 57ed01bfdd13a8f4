"""The daily digest (客诉日报): how things stand this morning, and each reader's own open tasks (日事日清).

Who holds a role of the policy's `recipients.digest` is told of all records; whoever else has an open task is told of
his tasks alone. Who has nothing to be told gets no mail.
"""

from collections.abc import Sequence
from datetime import timedelta

from intake.policy.reminders import is_broken
from intake.policy.rounds import DIGEST, Round
from intake.policy.routing import recipients
from intake.policy.signing import wanted
from intake.replies import notices
from intake.replies.notices import Day
from intake.runners.clock.look import OVER, Look
from storage import UnitOfWork
from storage.life import Task
from storage.records import Letter, Purpose, Record, RecordState

MOST = 200  # rows of one list, those that press most: nobody reads more, and the review site shows them all
_DAY = timedelta(days=1)


def digests(work: UnitOfWork, one: Round, look: Look) -> list[Letter]:
    """One letter a reader."""
    standing = standing_of(work, look)
    tasks = open_tasks(work, look)
    to, cc = recipients(Purpose.DIGEST, (), look.people, look.office.policy)
    readers = dict.fromkeys(address.lower() for address in (*to, *cc))
    owners = dict.fromkeys(address for address in tasks if address not in readers)
    made = []
    for address in (*readers, *owners):
        person, ids = look.person(address), look.ids(f"digest.{one.period}", DIGEST, one.period, address)
        receiver = (person.email if person else address,)
        lists, own = standing if address in readers else Day(), tasks.get(address, ())
        made.append(notices.digest(one.first, lists, receiver, (), look.office.desk, ids, look.now, own))
    return [letter for letter in made if letter is not None]


def standing_of(work: UnitOfWork, look: Look) -> Day:
    """How the records stand now. New is what was opened since the last digest, or in a day where there was none."""
    now, calendar = look.now, look.office.calendar
    last = work.lives.last_round(DIGEST, before=now)
    fresh = work.views.opened_since(last[1] if last else now - _DAY)[-MOST:]
    review = work.views.in_state(RecordState.TO_REVIEW)[:MOST]
    running = work.views.running_windows(calendar.end_of_local_day(now))
    due_today = [window for window in running if not is_broken(window, now)][:MOST]
    overdue = [window for window in running if is_broken(window, now)][:MOST]
    lives = work.lives.unsigned()
    wait = [(life.record, one.since) for life in lives for one in wanted(life, look.office.policy, calendar)][:MOST]
    confirmed_since = last[1] if last else now - _DAY
    warned = work.lives.warned_unconfirmed(confirmed_since, MOST)
    listed = [*warned, *(window.record for window in (*due_today, *overdue))]
    found = work.complaints.several([*fresh, *review, *listed, *(number for number, _ in wait)])
    known = {number: record for number, record in found.items() if _stands(record)}
    return Day(
        new=tuple(known[number] for number in fresh if number in known),
        to_review=tuple(known[number] for number in review if number in known),
        due_today=tuple((known[window.record], window) for window in due_today if window.record in known),
        overdue=tuple((known[window.record], window) for window in overdue if window.record in known),
        unsigned=tuple((known[number], since) for number, since in wait if number in known),
        warnings=tuple((known[number], work.lives.warned(number)) for number in warned if number in known),
    )


def open_tasks(work: UnitOfWork, look: Look) -> dict[str, Sequence[tuple[Record, Task]]]:
    """Of each owner (address in lower case) the open tasks with their records, those due first at the front."""
    found = work.lives.open_tasks()
    records = work.complaints.several(task.record for task in found)
    of_owner: dict[str, list[tuple[Record, Task]]] = {}
    for task in found:
        record = records.get(task.record)
        if record is not None and _stands(record):
            of_owner.setdefault(task.owner.lower(), []).append((record, task))
    return {owner: tuple(theirs) for owner, theirs in of_owner.items()}


def _stands(record: Record) -> bool:
    return record.state not in OVER and record.merged_into is None
