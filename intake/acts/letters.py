"""What people do to letters that are written: hold, send (again), take back, or say that a doubtful one came."""

import html
from dataclasses import replace

from intake.acts.act import STATES, Act, Key, Values
from intake.acts.case import Actor, Case, World
from intake.acts.suppliers import refuse_customer
from intake.errors import RecordError
from intake.policy.fulfilment import windows_met_by
from storage.records import Letter, LetterState, Purpose
from templates.words import breaches_of_tone

_OUR_OWN = frozenset({"dispatch", "management_report", "unsigned", "due_soon", "overdue", "escalation", "digest"})

_WAITS = (LetterState.QUEUED, LetterState.DEFERRED)
_MAY_GO = (LetterState.DRAFT, LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.DEFERRED)
_MAY_BE_TAKEN_BACK = (LetterState.DRAFT, LetterState.REFUSED, LetterState.IN_DOUBT, *_WAITS)


def _letter(case: Case, named: str, states: tuple[LetterState, ...], what: str) -> Letter:
    found = case.letter(named)
    if found is None:
        ids = ", ".join(letter.id for letter in case.letters) or "none"
        raise RecordError(f"{case.number} has no letter {named!r}.", f"Its letters: {ids}.")
    if found.state not in states:
        raise RecordError(f"The letter {found.id} is {found.state.value}: it cannot be {what}.", "See its state.")
    return found


def hold(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A letter that waits to leave is kept back until a person sends or cancels it."""
    letter = _letter(case, str(values["letter"]), _WAITS, "held")
    held = replace(letter, state=LetterState.DRAFT, next_try_at=None, remedy=f"Held by {who.email}: send or cancel it.")
    return case.written(held).noted(who, world, "letter_held", new=letter.id).saying(f"{letter.id} is held.")


def release(case: Case, letter_id: str, to: str, who: Actor, world: World) -> Case:
    """A held, refused or doubtful letter goes (again), to another address where one is given."""
    letter = _letter(case, letter_id, _MAY_GO, "sent")
    queued = replace(
        letter,
        to=(to,) if to else letter.to,
        state=LetterState.QUEUED,
        attempts=0,
        next_try_at=None,
        answer="",
        remedy="",
    )
    told = {"letter": letter.id, "to": list(queued.to)}
    return case.written(queued).noted(who, world, "letter_released", new=told).saying(f"{letter.id} goes.")


def cancel_letter(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A letter that has not left is never sent."""
    letter = _letter(case, str(values["letter"]), _MAY_BE_TAKEN_BACK, "cancelled")
    cancelled = replace(letter, state=LetterState.CANCELLED, next_try_at=None, remedy="")
    return (
        case.written(cancelled)
        .noted(who, world, "letter_cancelled", new=letter.id)
        .saying(f"{letter.id} is cancelled.")
    )


def came(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A letter in doubt has come after all: as the receiver said."""
    letter = _letter(case, str(values["letter"]), (LetterState.IN_DOUBT,), "marked as sent")
    at = values.get("at") or world.now
    case = case.written(replace(letter, state=LetterState.SENT, sent_at=at, remedy=""))
    case = case.noted(who, world, "letter_came", new=letter.id)
    for name in windows_met_by(letter):
        case = case.met(name, at)
    return case.saying(f"{letter.id} is marked as sent.")


def edit_letter(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Other words for a letter that waits for a person. What a customer is never told before the analysis (blame,
    admissions, promises of remedy) is refused here as in the templates.
    """
    letter = _letter(case, str(values["letter"]), (LetterState.DRAFT,), "changed")
    subject = str(values.get("subject") or letter.subject)
    text = str(values.get("text") or letter.text).replace("\r\n", "\n").rstrip() + "\n"
    if letter.purpose is Purpose.SUPPLIER_COMPLAINT:
        refuse_customer(case, f"{subject} {text}")
    elif letter.purpose not in _OUR_OWN:
        decided = case.life.responsibility is not None
        said = [one for one in breaches_of_tone(text, letter.language, is_decided=decided) if one not in letter.text]
        if said:
            raise RecordError(
                f"A letter to a customer does not say {', '.join(said)} now.", "Keep to facts, steps and dates."
            )
    changed = replace(letter, subject=subject, text=text, html=_as_html(text, letter.language))
    if (subject, text) == (letter.subject, letter.text.rstrip() + "\n"):
        return case.saying("Nothing differs.")
    case = case.written(changed).noted(who, world, "letter_edited", old=letter.text, new=letter.id)
    return case.saying(f"{letter.id} is changed.")


def _as_html(text: str, language: str) -> str:
    """A text as the plainest HTML: paragraphs with their line ends."""
    paragraphs = "".join(
        f'<p style="white-space: pre-line">{html.escape(part)}</p>' for part in text.strip().split("\n\n")
    )
    return f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"></head><body>{paragraphs}</body></html>'


_LETTER = Key("letter", "the letter's id", required=True)

LETTER_ACTS = (
    Act("hold", "keep a letter back", hold, (_LETTER,), states=STATES),
    Act(
        "edit_letter",
        "change the words of a held letter",
        edit_letter,
        (_LETTER, Key("subject", "the new subject"), Key("text", "the new text")),
        states=STATES,
    ),
    Act("cancel_letter", "never send a letter", cancel_letter, (_LETTER,), states=STATES),
    Act(
        "came",
        "mark a letter in doubt as sent",
        came,
        (_LETTER, Key("at", "when it came; by default now", "moment")),
        states=STATES,
    ),
)
