"""The decision, pure: facts in, `Decision` out. Nothing here asks the time, the database or the network.

`runners/handle.py` gathers the facts, calls one of these functions, and saves what it returns in one transaction: all
or nothing. A file a subject: `facts` (the types), `aside` (mails of no record), `opening`, `adding`, `showing`, and
what they share, `saying`, `telling` and `whom`.
"""

from intake.desk.adding import (
    answer_of_ours,
    follow_up,
    follow_up_read_again,
    read_again,
    supplier_answer,
    supplier_answer_read_again,
)
from intake.desk.aside import bounced, duplicate, set_aside, still_unread, survey_answer, without_record
from intake.desk.facts import ENDED, LANGUAGES, NO_RECORD, SYSTEM, Decision, Later, Mail, Office, Opening
from intake.desk.opening import open_record
from intake.desk.saying import item_of
from intake.desk.showing import compared
from intake.desk.telling import to_our_people
from intake.desk.whom import acknowledged_to, keeper_of, owner_of, person_of

__all__ = [
    "ENDED",
    "LANGUAGES",
    "NO_RECORD",
    "SYSTEM",
    "Decision",
    "Later",
    "Mail",
    "Office",
    "Opening",
    "acknowledged_to",
    "answer_of_ours",
    "bounced",
    "compared",
    "duplicate",
    "follow_up",
    "follow_up_read_again",
    "item_of",
    "keeper_of",
    "open_record",
    "owner_of",
    "person_of",
    "read_again",
    "set_aside",
    "still_unread",
    "supplier_answer",
    "supplier_answer_read_again",
    "survey_answer",
    "to_our_people",
    "without_record",
]
