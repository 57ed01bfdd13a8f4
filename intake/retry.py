"""`intake retry`: what was set aside is taken through the service again."""

from dataclasses import replace

from intake.errors import UsageError
from storage import Storage
from storage.records import Arrival, ArrivalState, Became

UNREAD = (Became.UNREADABLE, Became.FOLLOW_UP)  # what is set aside as one of these is so because nobody has read it


def take_back(storage: Storage, arrival: str | None) -> str:
    """Marks one arrival, or all that could not be read, as waiting; says how many. The record that was opened stays
    the same.
    """
    with storage.unit() as work:
        if arrival is None:
            found = [each for each in work.arrivals.everything(ArrivalState.SET_ASIDE) if _is_unread(each)]
        else:
            one = work.arrivals.get(arrival)
            if one is None:
                raise UsageError(f"There is no arrival {arrival}.", "`intake arrivals` lists them.")
            if not _is_unread(one):
                raise UsageError(
                    f"The arrival {arrival} {_stands(one)}.",
                    "Only what could not be read is read again: `intake arrivals --state set_aside` lists it.",
                )
            found = [one]
        for each in found:
            work.arrivals.update(replace(each, state=ArrivalState.WAITING, why="", remedy=""))
        work.commit()
    return f"{len(found)} to be read again by the next `intake run` or `intake work`."


def _is_unread(arrival: Arrival) -> bool:
    """What was handled, or set aside for a person's judgement, is no matter of reading it again."""
    return arrival.state is ArrivalState.SET_ASIDE and arrival.became in UNREAD


def _stands(arrival: Arrival) -> str:
    return {
        ArrivalState.WAITING: "waits to be read already",
        ArrivalState.SET_ASIDE: "was read, and waits for a person's judgement",
        ArrivalState.DONE: "was read",
    }[arrival.state]
