"""Sends letters from the outbox, and keeps what the server answered.

A letter is claimed (state `sending`, with the job's name) and committed before the server sees it. So a process that
dies in between leaves letters that whoever goes on under the same name must settle; the job's journal tells which
were sent, which were never begun, and which one nobody knows about. What is in doubt goes again under the same
Message-ID where a second copy does no harm: an acknowledgement, a letter to our own people. Anything else waits for a
person.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intake.clock import Clock
from intake.log import log
from intake.policy.fulfilment import REPORTS, all_told_at, state_after, windows_met_by
from intake.replies.outlet import Accepted, Deferred, InDoubt, Outcome, Outlet, Refused, wire_format
from intake.runners.journal import Journal, Told
from intake.settings import Company
from storage import Storage, UnitOfWork
from storage.blobs import Blobs
from storage.eight_d import ReportState
from storage.records import SUPPLIER, Event, Letter, LetterState, Purpose, ThreadMessage, WindowName

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
SLEEP_AFTER_FAILURE = 30.0  # seconds that a server which cannot be reached is left alone
CLAIMED_AT_ONCE = 8
TO_OUR_PEOPLE = frozenset(list(Purpose)[list(Purpose).index(Purpose.DISPATCH) :])
WITH_THE_CUSTOMER = REPORTS | {Purpose.FIRST_REPORT}
AGAIN_IN_DOUBT = TO_OUR_PEOPLE | {Purpose.ACKNOWLEDGEMENT}
MOST_TRIES_IN_DOUBT = 3

Done = tuple[Letter, Outcome]


class Postman:
    def __init__(
        self,
        storage: Storage,
        blobs: Blobs,
        outlet: Outlet,
        journal: Journal,
        company: Company,
        clock: Clock,
        per_minute: int = 0,
    ) -> None:
        self._storage = storage
        self._journal = journal
        self._blobs = blobs
        self._outlet = outlet
        self._company = company
        self._clock = clock
        self._pause = 60 / per_minute if per_minute else 0.0
        self._next_turn = 0.0  # monotonic seconds; the limit holds for all jobs of this process together
        self._turns = threading.Lock()
        self._not_before = 0.0  # monotonic seconds

    def post(self, letter_ids: Sequence[str], claim: str) -> None:
        """Sends those of the letters that may go now. Safe to call again at any time; `claim` must then be the same."""
        told = self._journal.read(claim)
        done: list[Done] = []
        with self._journal.of(claim) as log_:
            for start in range(0, len(letter_ids), CLAIMED_AT_ONCE):
                mine = self._claim(letter_ids[start : start + CLAIMED_AT_ONCE], claim, done)
                done = []
                for letter, cut_off in mine:
                    known = fate(letter, told) if cut_off else None
                    if known is None:
                        log_.began(letter.id)
                        known = self._send(letter)
                        log_.ended(letter.id, known)
                    done.append((letter, known))
            self._claim((), claim, done)

    def due(self, limit: int = 500) -> list[str]:
        """Ids of letters that wait in the outbox and may go now, oldest first."""
        with self._storage.unit() as work:
            return [letter.id for letter in work.letters.due(self._clock(), limit)]

    def close(self) -> None:
        self._outlet.close()

    def _claim(self, letter_ids: Sequence[str], claim: str, done: Sequence[Done]) -> list[tuple[Letter, bool]]:
        """Keeps what was done, and takes the letters that are ours to send now, in one transaction.

        True where our own earlier life had claimed the letter and was cut off.
        """
        with self._storage.unit() as work:
            now = self._clock()
            for letter, outcome in done:
                keep(work, letter, outcome, now)
            mine = [found for each in letter_ids if (found := _take(work, each, claim)) is not None]
            work.commit()
        return mine

    def _send(self, letter: Letter) -> Outcome:
        if time.monotonic() < self._not_before:
            return Deferred("The mail server could not be reached a moment ago.", unreachable=True)
        attachments: Mapping[str, bytes] = {sha: self._blobs.get(sha) for _, _, sha in letter.attachments}
        self._wait_for_turn()
        outcome = self._outlet.send(letter, wire_format(letter, self._company, attachments))
        if isinstance(outcome, Deferred) and outcome.unreachable:
            self._not_before = time.monotonic() + SLEEP_AFTER_FAILURE
        return outcome

    def _wait_for_turn(self) -> None:
        if not self._pause:
            return
        with self._turns:
            turn = max(time.monotonic(), self._next_turn)
            self._next_turn = turn + self._pause
        time.sleep(max(0.0, turn - time.monotonic()))


CUT_OFF = InDoubt("The service was stopped while this letter was being sent.")


def _take(work: UnitOfWork, letter_id: str, claim: str) -> tuple[Letter, bool] | None:
    taken = work.letters.claim(letter_id, claim)
    if taken is not None:
        return taken, False
    letter = work.letters.get(letter_id)
    return (
        (letter, True) if letter is not None and letter.state is LetterState.SENDING and letter.claim == claim else None
    )


def fate(letter: Letter, told: Told | None) -> Outcome | None:
    """What became of a letter whose job was cut off; None where it was never begun, and may go now."""
    if told is None:
        return CUT_OFF
    return (told[letter.id] or CUT_OFF) if letter.id in told else None


def settle(storage: Storage, journal: Journal, claims: Sequence[str], now: datetime) -> None:
    """Letters that jobs which are gone had claimed: settled, in doubt, or back in the outbox."""
    with storage.reading() as work:
        lost = [letter for letter in work.letters.in_state(LetterState.SENDING) if letter.claim in claims]
    for letter in lost:
        outcome = fate(letter, journal.read(letter.claim))
        with storage.unit() as work:
            if outcome is None:
                work.letters.answered(replace(letter, state=LetterState.QUEUED, attempts=letter.attempts - 1), now)
            else:
                keep(work, letter, outcome, now)
            work.commit()
    for claim in claims:
        journal.forget(claim)


def keep(work: UnitOfWork, letter: Letter, outcome: Outcome, now: datetime) -> None:
    """Saves what a try came to: the letter's state, and what its acceptance means for the record."""
    after = outcome_of(letter, outcome, now)
    if not work.letters.answered(after, now):
        return  # somebody else has settled it
    if after.state is LetterState.SENT:
        _note_sent(work, after, now)
    elif letter.record is not None and after.state is not LetterState.DEFERRED:
        work.complaints.add_event(Event(letter.record, now, "system", f"letter_{after.state}", new=_named(after)))
    log().info("letter", letter=letter.id, purpose=letter.purpose, state=after.state, attempts=after.attempts)


def outcome_of(letter: Letter, outcome: Outcome, now: datetime) -> Letter:
    """The letter as it stands after the server's answer: the whole of the retry policy, pure."""
    tried = replace(letter, answer=outcome.answer)
    match outcome:
        case Accepted():
            return replace(tried, state=LetterState.SENT, sent_at=now, next_try_at=None, remedy="")
        case Refused(remedy=remedy):
            return replace(tried, state=LetterState.REFUSED, next_try_at=None, remedy=remedy)
        case InDoubt() if letter.purpose in AGAIN_IN_DOUBT and letter.attempts < MOST_TRIES_IN_DOUBT:
            return replace(tried, state=LetterState.DEFERRED, next_try_at=now)
        case InDoubt():
            remedy = "Ask the receiver whether it came; then send it again, or mark it as sent."
            return replace(tried, state=LetterState.IN_DOUBT, next_try_at=None, remedy=remedy)
        case Deferred():
            pause = min(FIRST_PAUSE * 2 ** min(letter.attempts - 1, 10), LONGEST_PAUSE)
            return replace(tried, state=LetterState.DEFERRED, next_try_at=now + pause)


def _note_sent(work: UnitOfWork, letter: Letter, now: datetime) -> None:
    if letter.record is None:
        return
    work.complaints.add_message(
        ThreadMessage(
            record=letter.record,
            direction="out",
            message_id=letter.message_id,
            subject=letter.subject,
            at=now,
            source="outbox",
            recipients=(*letter.to, *letter.cc),
            party=SUPPLIER if letter.purpose is Purpose.SUPPLIER_COMPLAINT else None,
        )
    )
    work.complaints.add_event(Event(letter.record, now, "system", "letter_sent", new=_named(letter)))
    for name in windows_met_by(letter):
        work.complaints.meet(letter.record, name, now)
    if letter.purpose in WITH_THE_CUSTOMER:
        _note_report(work, letter, now)
    if letter.purpose is Purpose.BATCH_WARNING:
        _note_warning(work, letter, now)


def _note_report(work: UnitOfWork, letter: Letter, now: datetime) -> None:
    """The customer has a report: its revision is closed to changes, and a full one makes the record `reported`."""
    record = work.complaints.get(letter.record or "", lock=True)
    if record is None:
        return
    report = work.lives.report(record.number)
    if report is not None and report.state is ReportState.APPROVED:
        work.lives.save_report(replace(report, state=ReportState.SENT))
    state = state_after(letter, record.state)
    if state is not record.state:
        work.complaints.update(replace(record, state=state))
        work.lives.save(replace(work.lives.get(record.number), reported_at=now))


def _note_warning(work: UnitOfWork, letter: Letter, now: datetime) -> None:
    """The customer's time to confirm begins. Every customer who received the batch has been written to: the window of
    the warnings is met with the last.
    """
    number = letter.record or ""
    work.complaints.get(number, lock=True)
    for one in work.lives.warned(number):
        if letter.id in one.written:
            # The clock looks at it at once, and finds by the policy when it must look again.
            work.lives.update(replace(one, sent_at=one.sent_at or now, asked_at=now, look_at=now))
    told_at = all_told_at(work.lives.warned(number), work.letters.of_record(number))
    if told_at is not None:
        work.complaints.meet(number, WindowName.HAZARD_NOTICE, told_at)


def _named(letter: Letter) -> dict[str, str]:
    return {"letter": letter.id, "purpose": letter.purpose, "answer": letter.answer}
