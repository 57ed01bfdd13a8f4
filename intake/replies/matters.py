"""Notices to our own people about one record: handing over, refusal, coordination, a task, what the customer answered,
warnings that wait for approval, warnings that a customer does not confirm, a
supplier's answer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.replies import wording
from intake.replies.frame import Desk, Ids, Receivers, compose, notice
from storage.records import Letter, Person, Purpose, Record
from templates import manners
from templates.data import Fact, Matter
from templates.words import words as words_of

PURPOSES = {
    "handover": Purpose.DISPATCH,
    "refused": Purpose.DISPATCH,
    "task": Purpose.DISPATCH,
    "rejected": Purpose.DISPATCH,
    "answered": Purpose.DISPATCH,
    "warnings": Purpose.DISPATCH,
    "unconfirmed": Purpose.DISPATCH,
    "supplier_answered": Purpose.DISPATCH,
    "unconfirmed_late": Purpose.ESCALATION,
    "not_taken": Purpose.DISPATCH,
    "coordination": Purpose.ESCALATION,
}


def matter(
    what: str,
    record: Record,
    to: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    /,
    cc: Receivers = (),
    facts: Sequence[tuple[str, str | datetime]] = (),
    **said: str,
) -> Letter:
    """A notice of the kind `what` (a key of the words' [matters]). `facts` are (key of [matters], text or moment);
    `said` fills the places of its sentences, such as who acts.
    """
    known = words_of(desk.language, desk.templates)
    plain = {name: wording.plain(text, 120) for name, text in said.items()}
    data = Matter(
        **notice(record, owner, desk, known, now),
        headline=known.filled("matters", what, **plain),
        text=known.filled("matters", f"{what}_text", **plain),
        facts=tuple(
            Fact(
                known.of("matters", key),
                manners.moment(value, desk.zone, known.language)
                if isinstance(value, datetime)
                else wording.plain(value, 600),
                True,
            )
            for key, value in facts
            if value
        ),
        ask=known.filled("matters", f"{what}_ask", **plain),
    )
    letter = compose(PURPOSES[what], data, record, to, cc, desk, ids, now, template="matter")
    return replace(letter, satisfies=None)  # no notice of this kind is the dispatch itself
