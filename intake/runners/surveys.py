"""Satisfaction surveys: asked after each closure and half-yearly, and a record opened where the answer is poor.

Each is asked once: after a closure by the record having no survey since, half-yearly by the period's mark. A new
installation asks nobody half-yearly until it has seen a period begin, so that an import of customers mails nobody.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from intake.acts.case import Actor, customer_address
from intake.acts.survey import LONGEST_COMMENT, complaint_of, worse
from intake.addresses import is_address
from intake.answers import grade_of
from intake.clock import Clock
from intake.desk import SYSTEM, Office, owner_of
from intake.log import log
from intake.replies import care
from intake.replies.frame import Ids, Post
from intake.runners.acts import gather, save
from intake.runners.entering import Worlds, opened
from storage import AlreadyThere, RecordFilter, Storage, StorageTrouble, UnitOfWork
from storage.life import Grade, Survey
from storage.records import Class, CustomerCard, Letter, Purpose, Record, RecordState
from templates.words import words

LIMIT = 500  # surveys of one look
ASKED_UP_TO = timedelta(days=14)  # past its day: what was closed longer ago is not asked about any more
NOT_AGAIN_WITHIN = timedelta(days=60)  # nobody is asked half-yearly who was asked so shortly before
HALF_YEAR = timedelta(days=183)
ROUND, WATCHED = "half_yearly_survey", "surveys_watched"


Step = Callable[[UnitOfWork, str, datetime], int]


class Surveyor:
    """Called by the clock each minute. `domain` is the right side of our Message-IDs."""

    def __init__(self, storage: Storage, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._office = office
        self._clock = clock
        self._domain = domain
        self._worlds = Worlds(office, clock, domain)

    def look(self) -> int:
        """Asks whom it is time to ask, and opens what poor answers call for; how many of both."""
        now = self._clock()
        with self._storage.reading() as work:
            closed = due(work, now, self._office)
            poor = work.lives.surveys_graded(_grades_below(self._office.policy.survey.threshold), LIMIT)
        done = sum(self._alone("survey_failed", self._ask, number, now) for number in closed)
        done += sum(self._alone("survey_answer_failed", self._open, survey.id, now) for survey in poor)
        done += self._alone("half_yearly_surveys_failed", self._ask_all, "", now)
        if done:
            log().info("surveys", steps=done)
        return done

    def _alone(self, failed: str, step: Step, name: str, now: datetime) -> int:
        """One thing in a transaction of its own; its fault must not stop the others."""
        try:
            with self._storage.unit() as work:
                done = step(work, name, now)
                work.commit()
        except AlreadyThere:
            return 0  # another watcher was first
        except (StorageTrouble, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001
            log().error(failed, name=name, error=type(error).__name__)
            return 0
        return done

    # ---------------------------------------------------------------- asking

    def _ask(self, work: UnitOfWork, number: str, now: datetime) -> int:
        before = gather(work, number)
        to = customer_address(before)
        if before.surveys or not may_be_asked(before.record) or not to:
            return 0
        record, closed = before.record, before.life.closed_at or now
        owner = owner_of(work.people.everybody())
        ids = self._ids("survey", number, closed.isoformat())
        post = Post(record, to, owner, self._office.desk, ids, now, messages=before.messages)
        letter = care.survey(post, self._reply_by(now))
        asked = Survey(
            id=ids.letter_id,
            record=number,
            customer=record.customer.company or to[0],
            customer_id=record.customer_id,
            email=to[0],
            language=letter.language,
            asked_at=now,
            letter=letter.id,
        )
        after = replace(before.written(letter), surveys=(asked,), life=replace(before.life, survey_at=None))
        save(work, before, after.noted(Actor(SYSTEM), self._worlds.of(work), "survey_asked", new=letter.id))
        return 1

    def _ask_all(self, work: UnitOfWork, name: str, now: datetime) -> int:
        """The half-yearly surveys, where their month has begun since we look."""
        local = now.astimezone(self._office.desk.zone)
        work.lives.begin_round(WATCHED, "first", now)
        month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if local.month not in self._office.policy.survey.half_yearly:
            return 0
        watched = work.lives.round_made(WATCHED, "first")
        if watched is None or watched >= month or local.time() < self._office.policy.digest.time:
            return 0
        period = f"{local:%Y-%m}"
        if not work.lives.begin_round(ROUND, period, now):
            return 0
        owner = owner_of(work.people.everybody())
        letters: list[Letter] = []
        for card in self._customers(work, now):
            ids = self._ids("survey", period, card.email.lower())
            letter = care.half_yearly_survey(card, card.email, owner, self._office.desk, ids, now, self._reply_by(now))
            letters.append(letter)
            work.lives.add(
                [Survey(ids.letter_id, None, card.name, card.id, card.email, letter.language, now, letter.id)]
            )
        work.letters.add(letters)
        return len(letters)

    def _customers(self, work: UnitOfWork, now: datetime) -> list[CustomerCard]:
        """Everybody on the list of customers, and who complained in the last half year; each address once."""
        known = {card.email.lower(): card for card in work.people.customers() if is_address(card.email)}
        carded = {card.id for card in known.values()}
        wanted = RecordFilter(since=now - HALF_YEAR, letters=(Class.A, Class.B), merged=False)
        for record in work.complaints.listing(wanted, limit=5000):
            email = (record.customer.email or "").lower()
            if record.state is RecordState.CANCELLED or record.customer_id in carded or not is_address(email):
                continue
            name, contact = record.customer.company or email, record.customer.contact or ""
            known.setdefault(email, CustomerCard(name, contact=contact, email=email, language=record.language))
        lately = {one.email.lower() for one in work.lives.surveys_between(now - NOT_AGAIN_WITHIN, now)}
        ours = self._office.addresses
        return [card for email, card in sorted(known.items()) if email not in lately and email not in ours]

    # ---------------------------------------------------------------- poor answers

    def _open(self, work: UnitOfWork, name: str, now: datetime) -> int:
        """The record that a poor answer opens."""
        survey = work.lives.survey(name)
        if survey is None or survey.follow_up is not None or survey.grade is None:
            return 0
        about = work.complaints.get(survey.record) if survey.record else None
        known = words(self._office.language)
        subject = f"{known.of('purposes', Purpose.SURVEY)}{known.phrase('colon')}{known.of('grades', survey.grade)}"
        card = work.people.customer(survey.customer_id) if survey.customer_id is not None else None
        case = opened(work, complaint_of(survey, about, subject), Actor(SYSTEM), self._worlds, card)
        work.lives.update(replace(survey, follow_up=case.number))
        return 1

    # ---------------------------------------------------------------- small things

    def _reply_by(self, now: datetime) -> datetime:
        return now + timedelta(days=self._office.policy.survey.reply_within_days)

    def _ids(self, name: str, *of: str) -> Ids:
        """The same words are the same letter, however often made."""
        mark = hashlib.sha256(" ".join((name, *of)).encode()).hexdigest()[:24]
        return Ids(letter_id=mark, message_id=f"<{name}.{mark}@{self._domain}>")


def due(work: UnitOfWork, now: datetime, office: Office) -> list[str]:
    """Numbers of the records that were closed so many days ago that their customers are to be asked now."""
    until = now - timedelta(days=office.policy.survey.after_days)
    numbers = work.lives.closed_unasked(until - ASKED_UP_TO, until, LIMIT)
    return [number for number, one in work.complaints.several(numbers).items() if may_be_asked(one)]


def may_be_asked(record: Record) -> bool:
    """Closed, and a complaint that asked for an answer; a survey is not asked about a survey's own answer."""
    return (
        record.state is RecordState.CLOSED
        and record.letter is not Class.C
        and record.merged_into is None
        and record.channel != "survey"
    )


def survey_answered(work: UnitOfWork, replied_to: Sequence[str], text: str, now: datetime) -> Survey | None:
    """The half-yearly survey that a mail answers, with its grade; None where it answers none, or gives no grade.

    `replied_to`: the Message-IDs that the mail names, the surest first. Surveys of a record are answered in its thread.
    """
    for message_id in replied_to:
        letter = work.letters.by_message_id(message_id)
        survey = work.lives.survey_by_letter(letter.id) if letter is not None else None
        grade = grade_of(text)
        if survey is None or survey.record is not None or grade is None:
            continue
        return replace(survey, answered_at=now, grade=grade, comment=text.strip()[:LONGEST_COMMENT])
    return None


def _grades_below(threshold: Grade) -> tuple[Grade, ...]:
    return tuple(grade for grade in Grade if worse(grade, threshold))
