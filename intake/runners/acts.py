"""What people do to a record, saved: gather the case, do the act, save what differs, in one transaction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from intake.acts.act import values_of
from intake.acts.case import Actor, Case, World
from intake.acts.enter import ENTER, enter
from intake.acts.table import do
from intake.clock import Clock
from intake.desk import Office
from intake.errors import RecordError
from intake.log import log
from intake.replies.letters import Ids
from intake.runners.poll import new_id
from intake.runners.receivers import receivers
from intake.runners.repeats import earlier_occurrences
from storage import Storage, UnitOfWork
from storage.blobs import Blobs
from storage.errors import Conflict
from storage.life import CustomerForm, Evidence, Proposal, Survey, Task, Warned
from storage.records import LetterState, Purpose, Record


class Actions:
    """The acts of `acts.table`, on the database. `domain` is the right side of our Message-IDs."""

    def __init__(self, storage: Storage, blobs: Blobs, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._blobs = blobs
        self._office = office
        self._clock = clock
        self._domain = domain

    def do(
        self, number: str, act: str, given: Mapping[str, str], who: str, version: int | None = None
    ) -> tuple[Case, list[str]]:
        """Does one act as the person with the address `who`; the case after it, and ids of the letters that may go.

        RecordError or UsageError where it may not be. `version`: Conflict where the record is another by now.
        """
        with self._storage.unit() as work:
            before = gather(work, number)
            if version is not None and before.record.version != version:
                raise Conflict(
                    f"{before.number} was changed in the meantime.", "Look at it again, then repeat the step."
                )
            after = self.apply(work, before, act, given, who)
            work.commit()
        log().info("act", record=after.number, act=act)
        return after, to_send(before, after)

    def enter(self, given: Mapping[str, str], who: str, prefix: str = "KS") -> Case:
        """Opens a record of a complaint that came by no mail."""
        with self._storage.unit() as work:
            people = work.people.everybody()
            actor = Actor.of(who, people)
            if actor is None:
                raise RecordError(f"{who} is not among our people.", "`intake import people` takes people in.")
            month = self._clock().astimezone(self._office.desk.zone).strftime("%Y%m")
            number = work.complaints.next_number(prefix, month)
            model, defect = given.get("model", ""), given.get("defect", "")
            world = self._world(work, [(model, defect)] if model and defect else [], self._clock(), "")
            case = enter(number, values_of(ENTER, given, world), actor, world)
            case = self._with_card(work, case)
            work.complaints.add(case.record, case.windows, case.events)
            work.lives.save(case.life)
            work.letters.add(case.letters)
            work.commit()
        log().info("entered", record=case.number)
        return case

    def _with_card(self, work: UnitOfWork, case: Case) -> Case:
        customer = case.record.customer
        card = work.people.find_customer(customer.email or "", customer.fax or "", customer.company or "")
        if card is None:
            return case
        return replace(case, card=card, record=replace(case.record, customer_id=card.id))

    def now(self) -> datetime:
        return self._clock()

    def keep(self, content: bytes) -> str:
        """Keeps bytes; their name."""
        return self._blobs.put(content)

    def unit(self) -> UnitOfWork:
        """A transaction that may write."""
        return self._storage.unit()

    def reading(self) -> UnitOfWork:
        """A transaction that only reads."""
        return self._storage.reading()

    def apply(self, work: UnitOfWork, before: Case, act: str, given: Mapping[str, str], who: str) -> Case:
        """The same within a transaction that somebody else commits; the case is its caller's."""
        world = self.world(work, before.record)
        actor = Actor.of(who, world.people)
        if actor is None:
            raise RecordError(f"{who} is not among our people.", "`intake import people` takes people in.")
        after = do(act, before, given, actor, world)
        self.save(work, before, after)
        return after

    def world(self, work: UnitOfWork, record: Record) -> World:
        problems = [(item.model, item.defect) for item in record.items if item.model and item.defect]
        return self._world(work, problems, record.received_at, record.number)

    def _world(
        self, work: UnitOfWork, problems: Sequence[tuple[str, str]], received_at: datetime, number: str
    ) -> World:
        return World(
            now=self._clock(),
            people=work.people.everybody(),
            office=self._office,
            fresh=self._fresh,
            ids=self._ids,
            earlier=earlier_occurrences(work, problems, received_at, self._office.policy, number),
            receivers=lambda batches, models: receivers(work, batches, models),
            customer_form=lambda customer: self._customer_form(work, customer),
        )

    def _customer_form(self, work: UnitOfWork, customer: int) -> tuple[CustomerForm, bytes] | None:
        form = work.lives.customer_form(customer)
        return None if form is None else (form, self._blobs.get(form.sha256))

    def save(self, work: UnitOfWork, before: Case, after: Case) -> None:
        """Saves what differs."""
        for sha256, content in after.files:
            if self._blobs.put(content) != sha256:
                raise AssertionError("a file is not what its name says")
        save(work, before, after)

    def _fresh(self) -> str:
        return new_id(int(self._clock().timestamp() * 1000))

    def _ids(self, purpose: Purpose) -> Ids:
        name = self._fresh()
        return Ids(letter_id=name, message_id=f"<{name}.{purpose}.{secrets.token_hex(4)}@{self._domain}>")


def gather(work: UnitOfWork, number: str) -> Case:
    """A record with all that hangs on it; in a transaction that may write, locked until it ends. RecordError where
    there is none.
    """
    record = work.complaints.get(number, lock=not work.reads)
    if record is None:
        raise RecordError(f"There is no record {number}.", "`intake records` lists them.")
    return Case(
        record=record,
        life=work.lives.get(number),
        windows=tuple(work.complaints.windows(number, lock=not work.reads)),
        letters=tuple(work.letters.of_record(number)),
        messages=tuple(work.complaints.messages(number)),
        tasks=tuple(work.lives.tasks(number)),
        evidence=tuple(work.lives.evidence(number)),
        report=work.lives.report(number),
        warned=tuple(work.lives.warned(number)),
        surveys=tuple(work.lives.surveys(number)),
        proposals=tuple(work.lives.proposals(number)),
        card=work.people.customer(record.customer_id) if record.customer_id is not None else None,
    )


def save(work: UnitOfWork, before: Case, after: Case) -> None:
    """Saves what differs between two cases of one record; what is new of events and corrections is in `after`."""
    if after.record != before.record:
        work.complaints.update(after.record)
    if after.life != before.life:
        work.lives.save(after.life)
    known = {window.name: window for window in before.windows}
    for window in after.windows:
        if window != known.get(window.name):
            work.complaints.set_window(window)
    written = {letter.id: letter for letter in before.letters}
    work.letters.add([letter for letter in after.letters if letter.id not in written])
    for letter in after.letters:
        if letter.id in written and letter != written[letter.id]:
            work.letters.update(letter)
    for old, new in (
        (before.tasks, after.tasks),
        (before.evidence, after.evidence),
        (before.warned, after.warned),
        (before.surveys, after.surveys),
        (before.proposals, after.proposals),
    ):
        _save_all(work, old, new)
    if after.report is not None and after.report != before.report:
        work.lives.save_report(after.report)
    for event in after.events:
        work.complaints.add_event(event)
    for correction in after.corrections:
        work.complaints.add_correction(correction)


Hanging = Task | Evidence | Warned | Survey | Proposal


def _save_all(work: UnitOfWork, old: Sequence[Hanging], new: Sequence[Hanging]) -> None:
    known = {one.id: one for one in old}
    work.lives.add([one for one in new if one.id not in known])
    for one in new:
        if one.id in known and one != known[one.id]:
            work.lives.update(one)


def to_send(before: Case, after: Case) -> list[str]:
    """Ids of letters that wait to leave since the act."""
    waited = {letter.id for letter in before.letters if letter.state is LetterState.QUEUED}
    return [letter.id for letter in after.letters if letter.state is LetterState.QUEUED and letter.id not in waited]
