"""A complaint that came by no mail, opened and saved in one transaction: by one of our people, or by a poor answer."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.acts.act import values_of
from intake.acts.case import Actor, Case, World
from intake.acts.enter import ENTER, enter
from intake.clock import Clock
from intake.desk import Office
from intake.replies.frame import Ids
from intake.runners.alike import suggest
from intake.runners.poll import new_id
from intake.runners.receivers import receivers
from intake.runners.repeats import earlier_occurrences
from storage import UnitOfWork
from storage.life import CustomerForm
from storage.records import CustomerCard, Purpose, Record

PREFIX = "KS"  # how the numbers of records begin


@dataclass(frozen=True, slots=True)
class Worlds:
    """What acts need to know of the world, gathered anew in each transaction. `domain` is the right side of our
    Message-IDs; `form` finds a customer's own report form, `kept` the bytes of a file.
    """

    office: Office
    clock: Clock
    domain: str
    form: Callable[[UnitOfWork, int], tuple[CustomerForm, bytes] | None] = lambda work, customer: None
    kept: Callable[[str], bytes] = lambda sha256: b""

    def of(self, work: UnitOfWork) -> World:
        return World(
            now=self.clock(),
            people=work.people.everybody(),
            office=self.office,
            fresh=self.fresh,
            ids=self._ids,
            earlier=lambda record: self._earlier(work, record),
            receivers=lambda batches, models: receivers(work, batches, models),
            customer_form=lambda customer: self.form(work, customer),
            kept=self.kept,
            suppliers=work.people.suppliers,
            points=work.people.service_points,
        )

    def _earlier(self, work: UnitOfWork, record: Record) -> int:
        problems = [(item.model, item.defect) for item in record.items if item.model and item.defect]
        return earlier_occurrences(work, problems, record.received_at, self.office.policy, record.number)

    def fresh(self) -> str:
        """A new id."""
        return new_id(int(self.clock().timestamp() * 1000))

    def _ids(self, purpose: Purpose) -> Ids:
        name = self.fresh()
        return Ids(letter_id=name, message_id=f"<{name}.{purpose}.{secrets.token_hex(4)}@{self.domain}>")


def entered(
    work: UnitOfWork,
    given: Mapping[str, str],
    who: Actor,
    worlds: Worlds,
    card: CustomerCard | None = None,
    prefix: str = PREFIX,
) -> Case:
    """The record of what was said, saved in `work`. UsageError where `given` (keys of `ENTER`) cannot be taken."""
    return opened(work, values_of(ENTER, given, worlds.of(work)), who, worlds, card, prefix)


def opened(
    work: UnitOfWork,
    values: Mapping[str, Any],
    who: Actor,
    worlds: Worlds,
    card: CustomerCard | None = None,
    prefix: str = PREFIX,
) -> Case:
    """The same of values that are read already. Without a card, the customer is looked for by what is said of it."""
    month = worlds.clock().astimezone(worlds.office.desk.zone).strftime("%Y%m")
    # First the number, whose counter others wait for: what they have written is then seen by what follows.
    number = work.complaints.next_number(prefix, month)
    world = worlds.of(work)
    case = enter(number, values, who, world, card or card_of(work, values))
    work.complaints.add(case.record, case.windows, case.events)
    work.lives.save(case.life)
    work.letters.add(case.letters)
    suggest(work, case.record, world.now, worlds.office.policy.warning.occasions)
    return case


def tried(
    work: UnitOfWork, given: Mapping[str, str], who: Actor, worlds: Worlds, card: CustomerCard | None = None
) -> Case:
    """What the record would be: its class and windows. Nothing is saved, and no number is taken."""
    world = worlds.of(work)
    values = values_of(ENTER, given, world)
    return enter("", values, who, world, card or card_of(work, values))


def card_of(work: UnitOfWork, values: Mapping[str, Any]) -> CustomerCard | None:
    """The card of the customer that these values name: by address, fax or telephone, or name."""
    said = {name.removeprefix("customer."): str(value or "") for name, value in values.items()}
    email, fax, phone = (said.get(name, "") for name in ("email", "fax", "phone"))
    found = work.people.find_customer(email, fax, said.get("company", ""))
    return found or (work.people.find_customer(fax=phone) if phone else None)
