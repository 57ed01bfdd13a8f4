"""The periodical letters: daily digest, list of what is unsigned, weekly and monthly report; each period once.

A round is begun, gathered, written and noted in one transaction: of two watchers the second finds it made. The first
look of an installation makes none: it has nothing to look back on.
"""

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from intake.log import log
from intake.policy.rounds import DIGEST, MONTHLY, UNSIGNED, WEEKLY, Round, rounds_due
from intake.runners.clock.catching_up import LAST, LOOKED
from intake.runners.clock.daily import digests
from intake.runners.clock.look import Look
from intake.runners.clock.reports import reports
from intake.runners.clock.unsigned import unsigned_lists
from storage import Storage, StorageTrouble, UnitOfWork
from storage.records import Letter

Maker = Callable[[UnitOfWork, Round, Look], list[Letter]]
MAKERS: dict[str, Maker] = {DIGEST: digests, UNSIGNED: unsigned_lists, WEEKLY: reports, MONTHLY: reports}


def make(storage: Storage, look: Look) -> None:
    """Makes the rounds that are due and not made yet."""
    due = rounds_due(look.now, look.office.policy, look.office.calendar)
    if not due:
        return
    with storage.reading() as work:
        first = work.lives.round_made(LOOKED, LAST) is None
        due = tuple(one for one in due if work.lives.round_made(one.name, one.period) is None)
    for one in due:
        try:
            _make(storage, one, look, MAKERS[one.name] if not first else _nothing)
        except (StorageTrouble, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001  one letter's fault must not stop the clock; it is tried again
            log().error("round_failed", name=one.name, period=one.period, error=type(error).__name__)


def _make(storage: Storage, one: Round, look: Look, maker: Maker) -> None:
    with storage.unit() as work:
        if not work.lives.begin_round(one.name, one.period, look.now):
            return  # another watcher was first
        letters = maker(work, one, look)
        work.letters.add([letter for letter in letters if work.letters.by_message_id(letter.message_id) is None])
        work.commit()
    log().info("round", name=one.name, period=one.period, letters=len(letters))


def _nothing(work: UnitOfWork, one: Round, look: Look) -> list[Letter]:
    return []
