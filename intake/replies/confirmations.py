"""Who has confirmed a batch warning and who has not, in words: for the digest, the reminder and the escalation."""

from collections.abc import Sequence

from intake.replies import wording
from intake.replies.frame import Desk
from storage.life import Warned
from templates import manners
from templates.words import Words

MOST = 20  # customers that one list names; more are counted


def standing(rows: Sequence[Warned], desk: Desk, known: Words) -> str:
    """A line of the digest: how many have confirmed, who has not, who has (when, and by whom)."""
    waiting, done = waits_for(rows), [one for one in rows if one.confirmed_at is not None]
    parts = [known.filled("lists", "confirming", n=len(rows), done=len(done))]
    for key, some in (("confirming_not", waiting), ("confirming_done", done)):
        if some:
            names = known.phrase("and").join(named(some, desk, known))
            parts.append(known.filled("lists", key, names=names))
    return known.of("lists", "semicolon").join(parts)


def waits_for(rows: Sequence[Warned]) -> list[Warned]:
    """Those whose confirmation is missing."""
    return [one for one in rows if one.confirmed_at is None]


def named(rows: Sequence[Warned], desk: Desk, known: Words) -> list[str]:
    """Each customer with when it confirmed and by whom, else when the warning was sent; the last entry counts the
    rest.
    """
    some = [_one(row, desk, known) for row in rows[:MOST]]
    more = len(rows) - MOST
    return [*some, known.filled("lists", "confirming_more", n=more)] if more > 0 else some


def _one(row: Warned, desk: Desk, known: Words) -> str:
    name = wording.plain(row.customer, 60)
    if row.confirmed_at is not None:
        at = manners.moment(row.confirmed_at, desk.zone, known.language)
        return known.filled("lists", "confirming_by", name=name, at=at, who=wording.plain(row.confirmed_by, 80))
    if row.asked_at is not None:
        return known.filled(
            "lists", "confirming_sent", name=name, at=manners.moment(row.asked_at, desk.zone, known.language)
        )
    return name if row.email else known.filled("lists", "confirming_call", name=name)
