"""`intake retry`: what was set aside is taken through the service again."""

from dataclasses import replace

from intake.errors import UsageError
from storage import Storage
from storage.records import Arrival, ArrivalState, Became


def take_back(storage: Storage, arrival: str | None) -> str:
    """Marks one arrival, or all that were set aside, as waiting; says how many. The record that was opened stays the
    same.
    """
    with storage.unit() as work:
        if arrival is None:
            found = [each for each in work.arrivals.everything(ArrivalState.SET_ASIDE) if _can_be_read_again(each)]
        else:
            one = work.arrivals.get(arrival)
            if one is None:
                raise UsageError(f"There is no arrival {arrival}.", "`intake arrivals` lists them.")
            if not _can_be_read_again(one):
                raise UsageError(f"The arrival {arrival} was read.", "Only what could not be read is read again.")
            found = [one]
        for each in found:
            work.arrivals.update(replace(each, state=ArrivalState.WAITING, why="", remedy=""))
        work.commit()
    return f"{len(found)} to be read again by the next `intake run` or `intake work`."


def _can_be_read_again(arrival: Arrival) -> bool:
    """What was set aside for a person's judgement, or handled, is not a matter of reading it again."""
    return arrival.state is ArrivalState.SET_ASIDE and arrival.became is Became.UNREADABLE
