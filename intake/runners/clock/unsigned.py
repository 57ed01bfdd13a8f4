"""The list of what is unsigned (待签收): each working day, one mail a person, once its own letter has gone before."""

from collections.abc import Sequence
from datetime import datetime

from intake.policy.rounds import UNSIGNED, Round
from intake.policy.signing import listed, wanted
from intake.replies import lists
from intake.runners.clock.look import OVER, Look
from intake.runners.clock.signatures import asked
from storage import UnitOfWork
from storage.records import Letter, Record


def unsigned_lists(work: UnitOfWork, one: Round, look: Look) -> list[Letter]:
    """One letter for each person who should have signed; heads and old owners are told by the digest."""
    made = []
    for address, rows in unsigned_of(work, look).items():
        ids = look.ids(f"unsigned.{one.period}", UNSIGNED, one.period, address)
        made.append(lists.unsigned_list(rows, (address,), look.office.desk, ids, look.now))
    return made


def unsigned_of(work: UnitOfWork, look: Look) -> dict[str, Sequence[tuple[Record, datetime]]]:
    """Of each receiver the records that wait for a signature, with the moment since which it is missing."""
    policy, calendar = look.office.policy, look.office.calendar
    lives = work.lives.unsigned()
    records = work.complaints.several(life.record for life in lives)
    of_person: dict[str, list[tuple[Record, datetime]]] = {}
    for life in lives:
        record = records.get(life.record)
        if record is None or record.state in OVER or record.merged_into is not None:
            continue
        for one in wanted(life, policy, calendar):
            if listed(one, life, look.now, calendar):
                for address in asked(record, life, one, look)[0]:
                    of_person.setdefault(address, []).append((record, one.since))
    return {address: tuple(rows) for address, rows in of_person.items()}
