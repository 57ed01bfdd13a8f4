"""Letters to the customer that a person sends: `send what=…`. A report leaves only in an approved revision.

Which windows each meets is in `policy.fulfilment`; they are met when the mail server takes the letter.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.acts.act import STATES, Act, Key, Values
from intake.acts.case import Actor, Case, World, customer_address, owner_person
from intake.acts.letters import release
from intake.eightd.customer_form import fill
from intake.eightd.photos import photos_of
from intake.eightd.word import CONTENT_TYPE, word_report
from intake.errors import RecordError, UsageError
from intake.policy.model import Span
from intake.replies import care, letters, outcomes, reports
from intake.replies.frame import Post
from intake.replies.tone import breaches
from storage.eight_d import Report, ReportState
from storage.life import Responsibility, Survey
from storage.records import Letter, LetterState, Purpose, RecordState, WindowName, WindowState

Compose = Callable[[Case, Values, Post, Actor, World], tuple[Case, Letter]]

ACCEPT_WITHIN = Span(7, "d")  # ours: until when a customer is asked to accept a report


def send(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A letter to the customer, or one that was held or refused (`letter=ID`)."""
    letter_id, what = values.get("letter"), values.get("what")
    if (letter_id is None) == (what is None):
        raise UsageError("send needs either what=… or letter=….", "Name the letter's purpose, or its id.")
    if letter_id is not None:
        return release(case, str(letter_id), str(values.get("to", "")), who, world)
    if case.record.state is RecordState.CANCELLED:
        raise RecordError(f"{case.number} is cancelled.", "Reopen it first.")
    to = (str(values["to"]),) if "to" in values else customer_address(case)
    if not to:
        raise RecordError(f"No address of the customer is known in {case.number}.", "Give to=…, or correct email=….")
    purpose = Purpose(str(what))
    case, letter = COMPOSED[purpose](case, values, post_of(case, purpose, to, values, world), who, world)
    harsh = breaches(letter)
    if harsh and not values.get("hold"):
        words = ", ".join(harsh)
        letter = replace(letter, state=LetterState.DRAFT, remedy=f"Look at its words ({words}): send or cancel it.")
        case = case.saying(f"It says {words}: look at it once more, then send letter={letter.id}.")
    elif values.get("hold"):
        letter = replace(letter, state=LetterState.DRAFT, remedy=f"Written by {who.email}: send or cancel it.")
    case = case.written(letter).noted(who, world, "letter_written", new={"letter": letter.id, "purpose": purpose})
    return case.saying(f"{purpose.value} to {', '.join(to)}: {letter.state.value} ({letter.id}).")


def post_of(case: Case, purpose: Purpose, to: tuple[str, ...], values: Values, world: World) -> Post:
    return Post(
        record=case.record,
        to=to,
        owner=owner_person(case, world),
        desk=world.office.desk,
        ids=world.ids(purpose),
        now=world.now,
        cc=tuple(values.get("cc", ())),
        messages=case.messages,
    )


# -------------------------------------------------------------------- the reports


def _first_report(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    report = _approved(case)
    case, post = _with_file(case, post, report, first=True, world=world)
    return case, reports.first_report(post, report.report, case.windows)


def _full_report(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    report = _approved(case)
    case, post = _with_file(case, post, report, first=False, world=world)
    return case, reports.full_report(post, report.report, _accept_by(values, world))


def _revision(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    """`points` are the customer's comments with our answers: comment => answer; comment => answer."""
    report = _approved(case)
    case, post = _with_file(case, post, report, first=False, world=world)
    points = tuple(_point(text) for text in values.get("points", ()))
    return case, reports.revision(post, report.revision, points, _accept_by(values, world))


def _point(text: str) -> tuple[str, str]:
    said, arrow, answer = text.partition("=>")
    if not arrow:
        raise UsageError(f"points: {text!r} has no answer.", "Write comment => answer; comment => answer.")
    return said.strip(), answer.strip()


def _approved(case: Case) -> Report:
    report = case.report
    if report is None:
        raise RecordError(f"{case.number} has no 8D yet.", "Write it with `report`, or take a filled form in.")
    if report.state is not ReportState.APPROVED:
        raise RecordError(
            f"Revision {report.revision} of {case.number} is {report.state.value}, not approved.",
            "`approve` it first; what the customer has is sent again by letter=….",
        )
    return report


def _with_file(case: Case, post: Post, report: Report, first: bool, world: World) -> tuple[Case, Post]:
    """The report as a Word file, and in the customer's own form where it has one, hanging on the letter."""
    language = post.words.language
    stem = f"8D_{case.number}_R{report.revision}"
    photos = photos_of(case.evidence, world.kept)
    desk = world.office.desk
    written = word_report(report, desk.name, language, first, desk.templates, photos)
    files = [(f"{stem}.docx", CONTENT_TYPE, written)]
    own = world.customer_form(case.record.customer_id) if case.record.customer_id is not None else None
    if own is not None:
        form, empty = own
        filled = fill(empty, form.media_type, form.mapping, report.report, language)
        files.append((f"{stem}_{form.name}", form.media_type, filled))
    named = [(name, kind, hashlib.sha256(content).hexdigest(), content) for name, kind, content in files]
    return (
        replace(case, files=(*case.files, *((sha256, content) for _, _, sha256, content in named))),
        replace(post, attachments=tuple((name, kind, sha256) for name, kind, sha256, _ in named)),
    )


def _accept_by(values: Values, world: World) -> datetime:
    wanted: datetime | None = values.get("by")
    return wanted or world.office.calendar.end(world.now, ACCEPT_WITHIN, "calendar_days")


# -------------------------------------------------------------------- the other letters


def _acknowledgement(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    if any(one.purpose is Purpose.ACKNOWLEDGEMENT and one.state is not LetterState.CANCELLED for one in case.letters):
        raise RecordError(f"{case.number} has its acknowledgement.", "A held or refused one goes by letter=….")
    letter = letters.acknowledgement(
        case.record, case.windows, None, post.to, post.owner, post.desk, post.ids, post.now, post.cc
    )
    opened = tuple(
        replace(w, state=WindowState.OPEN)
        if w.name is WindowName.ACKNOWLEDGEMENT and w.state is WindowState.WAIVED
        else w
        for w in case.windows
    )
    return replace(case, windows=opened), letter


def _missing(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    return case, letters.missing_information(
        case.record,
        case.windows,
        case.messages,
        post.to,
        post.owner,
        post.desk,
        post.ids,
        post.now,
        values.get("by"),
        post.cc,
    )


def _progress(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    text = str(values.get("text", ""))
    return case, letters.progress(
        case.record, case.windows, case.messages, post.to, post.owner, post.desk, post.ids, post.now, text, post.cc
    )


def _solution(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    return case, outcomes.solution(post, _said(values, "text"), reply_by=values.get("by"))


def _not_our_fault(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    found = case.life.responsibility
    if found is None or found is Responsibility.OURS:
        raise RecordError(
            f"{case.number}: it is not decided that the fault is not ours.", "`decide responsibility=… reason=…` first."
        )
    return case, outcomes.not_our_fault(post, found, str(values.get("text", "")), tuple(values.get("tests", ())))


def _delay(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    name = WindowName(values.get("window", WindowName.FULL_REPORT))
    window, new = case.window(name), values.get("by")
    if window is None:
        raise RecordError(f"{case.number} has no window {name.value}.", "`intake records NUMBER` shows its windows.")
    if new is None or new <= window.due_at:
        raise UsageError("A delay needs a later date.", "Write by=YYYY-MM-DDTHH:MM.")
    meanwhile = str(values.get("meanwhile", ""))
    return case, outcomes.delay(post, name, window.due_at, new, _said(values, "text"), meanwhile)


def _return(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    by = values.get("by")
    day = by.astimezone(post.desk.zone).date() if by else None
    quantity = values.get("quantity")
    carrier, address = (str(values.get(name, "")) for name in ("carrier", "address"))
    return case, outcomes.return_arrangement(post, quantity, carrier, address, day)


def _closure(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    return case, reports.closure(post, case.report.report if case.report else None, str(values.get("text", "")))


def _survey(case: Case, values: Values, post: Post, who: Actor, world: World) -> tuple[Case, Letter]:
    letter = care.survey(post, values.get("by"))
    record = case.record
    asked = Survey(
        id=world.fresh(),
        record=record.number,
        customer=record.customer.company or post.to[0],
        customer_id=record.customer_id,
        email=post.to[0],
        language=record.language,
        asked_at=world.now,
        letter=letter.id,
    )
    life = replace(case.life, survey_at=None)
    return replace(case, surveys=(*case.surveys, asked), life=life), letter


def _said(values: Values, name: str) -> str:
    text = str(values.get(name, "")).strip()
    if not text:
        raise UsageError(f"This letter needs {name}=….", "Say it in your own words, in the customer's language.")
    return text


COMPOSED: dict[Purpose, Compose] = {
    Purpose.ACKNOWLEDGEMENT: _acknowledgement,
    Purpose.MISSING_INFORMATION: _missing,
    Purpose.PROGRESS: _progress,
    Purpose.SOLUTION: _solution,
    Purpose.FIRST_REPORT: _first_report,
    Purpose.FULL_REPORT: _full_report,
    Purpose.REVISION: _revision,
    Purpose.NOT_OUR_FAULT: _not_our_fault,
    Purpose.DELAY: _delay,
    Purpose.RETURN_ARRANGEMENT: _return,
    Purpose.CLOSURE: _closure,
    Purpose.SURVEY: _survey,
}


def closure_letter(case: Case, to: tuple[str, ...], result: str, world: World) -> Letter:
    post = post_of(case, Purpose.CLOSURE, to, {}, world)
    return reports.closure(post, case.report.report if case.report else None, result)


def _keys() -> tuple[Key, ...]:
    texts: dict[str, Any] = {
        "text": "what the letter says in your own words",
        "meanwhile": "delay: what protects the customer until then",
        "carrier": "return: who carries the goods, and who pays",
        "address": "return: where they go",
    }
    return (
        Key("what", "the letter's purpose", "choice", choices=tuple(COMPOSED)),
        Key("letter", "the id of a letter that was held, refused or is in doubt"),
        Key("to", "another address", "address"),
        Key("cc", "copies to, separated by ;", "list"),
        Key("by", "until when the customer is asked to answer; delay: the new date", "moment"),
        Key("window", "delay: which promise", "choice", choices=tuple(WindowName)),
        Key("quantity", "return: how many", "number"),
        Key("tests", "not our fault: tests with their figures, separated by ;", "list"),
        Key("points", "revision: comment => answer; comment => answer", "list"),
        Key("hold", "write it, but do not send it yet", "yes_no"),
        *(Key(name, what) for name, what in texts.items()),
    )


SEND_ACTS = (Act("send", "send the customer a letter", send, _keys(), states=STATES),)
