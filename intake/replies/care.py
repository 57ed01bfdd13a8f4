"""Letters of care for customers: the satisfaction survey, and the warning of a batch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from intake.replies import wording
from intake.replies.frame import Desk, Ids, Post, Receivers, compose, contact_of, frame, letter_language
from intake.replies.threads import Thread
from storage.life import Grade, Warned
from storage.records import CustomerCard, CustomerOf, Letter, Person, Purpose
from templates import manners
from templates.data import BatchWarning, BatchWarningAgain, Fact, GradeChoice, Survey
from templates.words import Words
from templates.words import words as words_of


def survey(post: Post, reply_by: datetime | None = None, link: Callable[[Grade], str] = lambda grade: "") -> Letter:
    """满意度调查 after a closure: four grades, answered by one digit or by a link."""
    known = post.words
    data = Survey(
        **post.frame(), grades=_grades(link, known), reply_by=_moment(reply_by, post.desk, known) if reply_by else ""
    )
    return post.letter(Purpose.SURVEY, data)


def half_yearly_survey(
    card: CustomerCard,
    to: Receivers,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    reply_by: datetime | None = None,
    link: Callable[[Grade], str] = lambda grade: "",
) -> Letter:
    """满意度调查 of a customer, about no complaint in particular (顾客沟通及满意度测量控制程序 §6.3). Its answer is
    known by the mail that it replies to.
    """
    known = words_of(letter_language(card.language, desk.language), desk.templates)
    data = Survey(
        **frame(desk, known, now, manners.salutation(card.contact, known.language)),
        number="",
        about="",
        reference="",
        received="",
        contact=contact_of(owner, "", desk, known),
        grades=_grades(link, known),
        reply_by=_moment(reply_by, desk, known) if reply_by else "",
    )
    return compose(Purpose.SURVEY, data, None, to, (), desk, ids, now)


def _grades(link: Callable[[Grade], str], known: Words) -> tuple[GradeChoice, ...]:
    return tuple(
        GradeChoice(str(position), known.of("grades", grade.value), link(grade))
        for position, grade in enumerate(Grade, 1)
    )


def _moment(at: datetime, desk: Desk, known: Words) -> str:
    return manners.moment(at, desk.zone, known.language)


def batch_warning(
    post: Post, warned: Warned, risk: str = "", our_action: str = "", reply_by: datetime | None = None
) -> Letter:
    """质量预警 to one customer: its own shipments only, nothing of who complained (信息交流和内部沟通程序流程 §5.1.2).

    `post.record` is the complaint that it comes of; neither its customer nor its thread or reference is in the letter.
    """
    own = _for_receiver(post, warned)
    known = own.words
    data = BatchWarning(
        **own.frame(),
        shipments=_shipped(warned, known),
        suspected=warned.suspected,
        risk=wording.plain(risk, 600),
        do_now=_do_now(known),
        our_action=wording.plain(our_action, 600),
        reply_by=_moment(reply_by, own.desk, known) if reply_by else "",
    )
    return own.letter(Purpose.BATCH_WARNING, data)


def batch_warning_again(post: Post, warned: Warned, first: Letter, reply_by: datetime) -> Letter:
    """质量预警待确认: the customer is asked once more to confirm the warning `first`, in its thread."""
    own = _for_receiver(post, warned)
    known = own.words
    data = BatchWarningAgain(
        **own.frame(),
        sent=_moment(first.sent_at or first.created_at, own.desk, known),
        shipments=_shipped(warned, known),
        suspected=warned.suspected,
        do_now=_do_now(known),
        reply_by=_moment(reply_by, own.desk, known),
    )
    thread = Thread(first.message_id, (first.message_id,))
    return compose(
        Purpose.BATCH_WARNING, data, own.record, own.to, (), own.desk, own.ids, own.now, thread,
        template="batch_warning_again",
    )  # fmt: skip


def _for_receiver(post: Post, warned: Warned) -> Post:
    """A letter about the record's batch to somebody who must not learn who complained of it."""
    stranger = replace(post.record, language=warned.language or post.record.language, subject="", customer=CustomerOf())
    return replace(post, record=stranger, messages=())


def _do_now(known: Words) -> tuple[str, ...]:
    return tuple(known.of("report_words", key) for key in ("warning_stop", "warning_hold", "warning_tell"))


def _shipped(warned: Warned, known: Words) -> tuple[Fact, ...]:
    shipments = []
    for model, batch, quantity, day in warned.shipments:
        label = known.filled("report_words", "batch", model=wording.plain(model, 60), batch=wording.plain(batch, 60))
        count = manners.number(quantity) if quantity is not None else "–"
        value = (
            known.filled("report_words", "pieces", n=count, date=manners.iso_day(day, known.language)) if day else count
        )
        shipments.append(Fact(label, value + (known.of("report_words", "suspected") if warned.suspected else ""), True))
    return tuple(shipments)
