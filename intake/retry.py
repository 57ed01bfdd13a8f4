"""`intake retry`: what was set aside is taken through the service again."""

from dataclasses import replace

from intake.errors import UsageError
from storage import Storage
from storage.records import ArrivalState


def take_back(storage: Storage, arrival: str | None) -> str:
    """Marks one arrival, or all that were set aside, as waiting; says how many. The record that was opened stays the
    same.
    """
    with storage.unit() as work:
        if arrival is None:
            found = work.arrivals.everything(ArrivalState.SET_ASIDE)
        else:
            one = work.arrivals.get(arrival)
            if one is None:
                raise UsageError(f"There is no arrival {arrival}.", "`intake arrivals` lists them.")
            found = [one]
        for each in found:
            work.arrivals.update(replace(each, state=ArrivalState.WAITING, why="", remedy=""))
        work.commit()
    return f"{len(found)} to be read again by the next `intake run` or `intake work`."
