"""What a reviewer is shown besides: what our goods say of the mail's words, and which values are not sure enough."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.desk.facts import SYSTEM, Decision, Office
from intake.goods import Checked, told
from intake.policy.doubts import doubtful
from parsers.types import Reading
from storage.records import (
    Became,
    Event,
)


def compared(decision: Decision, before: Reading, checked: Checked, office: Office, now: datetime) -> Decision:
    """The decision with what a reviewer is shown of a mail that opened its record or added to it: what our goods say
    of its words (`before` is what was read), and the record's values that are not sure enough.
    """
    number, became = decision.arrival.record, decision.arrival.became
    if number is None or became not in (Became.RECORD, Became.FOLLOW_UP):
        return decision
    if any(one.party is not None for one in decision.messages):
        return decision  # a supplier's words are held against nothing of the customer's
    what = told(before, checked)
    doubts = [
        {"item": doubt.item, "field": doubt.field, "confidence": round(doubt.confidence, 3)}
        for doubt in doubtful(checked.reading, office.policy)
    ]
    notes: dict[str, Any] = {}
    if became is Became.FOLLOW_UP:
        notes = {"follow_up_compared": what} if what else {}  # its items are not the record's
    elif decision.record is not None:
        notes = {name: said for name, said in (("compared_with_goods", what), ("to_check", doubts)) if said}
    elif decision.changed is not None:  # a reading that replaces another: also where nothing is to be said any more
        notes = {"compared_with_goods": what, "to_check": doubts}
    events = (Event(number, now, SYSTEM, name, new=said) for name, said in notes.items())
    return replace(decision, events=(*decision.events, *events))
