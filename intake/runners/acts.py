"""What people do to a record, saved: gather the case, do the act, save what differs, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.acts.case import Actor, Case, World
from intake.acts.table import do
from intake.clock import Clock
from intake.desk import Office
from intake.errors import RecordError
from intake.log import log
from intake.runners.entering import Worlds, entered, tried
from storage import Storage, UnitOfWork
from storage.blobs import Blobs
from storage.errors import Conflict, StorageTrouble
from storage.life import CustomerForm, Evidence, Proposal, SupplierClaim, Survey, Task, Warned
from storage.records import CustomerCard, LetterState


class Actions:
    """The acts of `acts.table`, on the database. `domain` is the right side of our Message-IDs."""

    def __init__(self, storage: Storage, blobs: Blobs, office: Office, clock: Clock, domain: str) -> None:
        self._storage = storage
        self._blobs = blobs
        self._clock = clock
        self._worlds = Worlds(office, clock, domain, self._customer_form, self._kept)

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

    def enter(self, given: Mapping[str, str], who: str) -> Case:
        """Opens a record of a complaint that came by no mail."""
        with self._storage.unit() as work:
            case = self.entered(work, given, who)
            work.commit()
        log().info("entered", record=case.number)
        return case

    def entered(self, work: UnitOfWork, given: Mapping[str, str], who: str, card: CustomerCard | None = None) -> Case:
        """The same within a transaction that somebody else commits. `card` where the customer was chosen by it."""
        return entered(work, given, Actor.acting(who, work.people.everybody()), self._worlds, card)

    def tried(self, work: UnitOfWork, given: Mapping[str, str], who: str, card: CustomerCard | None = None) -> Case:
        """What the record would be, without opening it."""
        return tried(work, given, Actor.acting(who, work.people.everybody()), self._worlds, card)

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
        world = self.world(work)
        after = do(act, before, given, Actor.acting(who, world.people), world)
        self.save(work, before, after)
        return after

    def world(self, work: UnitOfWork) -> World:
        return self._worlds.of(work)

    def _customer_form(self, work: UnitOfWork, customer: int) -> tuple[CustomerForm, bytes] | None:
        form = work.lives.customer_form(customer)
        return None if form is None else (form, self._blobs.get(form.sha256))

    def _kept(self, sha256: str) -> bytes:
        try:
            return self._blobs.get(sha256)
        except StorageTrouble:
            return b""

    def save(self, work: UnitOfWork, before: Case, after: Case) -> None:
        """Saves what differs."""
        for sha256, content in after.files:
            if self._blobs.put(content) != sha256:
                raise AssertionError("a file is not what its name says")
        save(work, before, after)


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
        claims=tuple(work.lives.supplier_claims(number)),
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
        (before.claims, after.claims),
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


Hanging = Task | Evidence | Warned | SupplierClaim | Survey | Proposal


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
