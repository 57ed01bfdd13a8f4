"""A complaint to a supplier, whose material is why a customer complains (客诉信息处理流程 §5.3: 可附供应商整改报告).

It hangs on the record with a task of its own, open until the supplier's report is here. No customer is named to a
supplier: what names one is refused before it is written.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from intake.acts.act import DEPARTMENTS, MANAGERS, REVIEWERS, Act, Key, Values
from intake.acts.case import Actor, Case, World, owner_person
from intake.acts.work import given
from intake.errors import RecordError
from intake.replies.suppliers import supplier_complaint
from parsers.ours import free_mail_domains
from storage.life import Responsibility, SupplierClaim, Task, TaskKind, TaskState
from storage.marks import name_mark
from storage.records import LetterState, Purpose, SupplierCard

_LEGAL_FORM = re.compile(r"(股份)?有限(责任|責任)?公司|公司|coltd|gmbh|inc|llc|corporation|corp|ltd", re.IGNORECASE)
_LEAST = 3  # letters of a name without its legal form, of which fewer may be any word
_LEAST_LATIN = 4  # "Li" stands in many words
_MATERIAL = "raw_material"  # the cause that is a supplier's, whoever is responsible


def ask_supplier(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Writes to a supplier, and gives somebody the task to see its report come."""
    if case.life.responsibility is not Responsibility.SUPPLIER and case.life.cause != _MATERIAL:
        raise RecordError(
            f"{case.number} is no supplier's matter so far.",
            "Decide it first: responsibility=supplier, or assign cause=raw_material.",
        )
    card = _supplier(str(values["supplier"]), world)
    if not card.email:
        raise RecordError(f"{card.name} has no mail address.", "Add it to the supplier's card.")
    item = case.record.items[0] if case.record.items else None
    material, batch = str(values["material"]), "; ".join(values.get("batch", ()))
    quantity, text = str(values.get("quantity", "")), str(values.get("text") or (item.defect if item else "") or "")
    if not text:
        raise RecordError(f"{case.number} names no defect to complain of.", "Give text=…: what is wrong.")
    refuse_customer(case, " ".join((material, batch, quantity, text)))
    note = " ".join(part for part in (card.name, material, batch) if part)
    owner = str(values.get("owner") or who.email)
    case = given(case, TaskKind.SUPPLIER_REPORT, owner, who, world, values.get("due"), note)
    task = case.tasks[-1]
    ids = world.ids(Purpose.SUPPLIER_COMPLAINT)
    claim = SupplierClaim(
        id=world.fresh(),
        record=case.number,
        supplier=card.name,
        supplier_id=card.id,
        email=card.email,
        language=card.language or world.office.language,
        contact=card.contact,
        material=material,
        batch=batch,
        quantity=quantity,
        text=text,
        asked_at=world.now,
        by=who.email,
        task=task.id,
        letter=ids.letter_id,
    )
    due, desk = task.due_at or world.now, world.office.desk
    letter = supplier_complaint(claim, case.record, due, owner_person(case, world), desk, ids, world.now)
    if values.get("hold"):
        letter = replace(letter, state=LetterState.DRAFT, remedy=f"Written by {who.email}: send or cancel it.")
    case = replace(case.written(letter), claims=(*case.claims, claim))
    told = {"supplier": card.name, "material": claim.material, "letter": letter.id, "task": task.id}
    case = case.noted(who, world, "supplier_asked", new=told)
    return case.saying(f"{card.name} is written to: {letter.state.value}.")


def remind_supplier(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The supplier is asked for its report once more, in the thread of the first letter."""
    claim = _claim(case, str(values["claim"]))
    task = task_of(case, claim)
    first, last = case.letter(claim.letter), case.letter(claim.written[-1])
    if task is None or task.state is not TaskState.OPEN:
        raise RecordError(f"The report of {claim.supplier} is not awaited any more.", "Ask anew by `ask_supplier`.")
    if first is None or last is None or last.state is not LetterState.SENT:
        raise RecordError(
            f"The complaint to {claim.supplier} has not been sent.",
            "Send the letter, or send the one that was refused to another address.",
        )
    due, desk, ids = task.due_at or world.now, world.office.desk, world.ids(Purpose.SUPPLIER_COMPLAINT)
    owner = owner_person(case, world)
    letter = supplier_complaint(claim, case.record, due, owner, desk, ids, world.now, first, last.to)
    asked = replace(claim, again=(*claim.again, letter.id))
    claims = tuple(asked if one.id == asked.id else one for one in case.claims)
    case = replace(case.written(letter), claims=claims)
    return case.noted(who, world, "supplier_reminded", new={"supplier": claim.supplier, "letter": letter.id})


def task_of(case: Case, claim: SupplierClaim) -> Task | None:
    return next((task for task in case.tasks if task.id == claim.task), None)


def refuse_customer(case: Case, text: str) -> None:
    """RecordError where a text for a supplier names the customer who complained."""
    said = name_mark(text)
    named = [name for name, mark in _names(case).items() if mark in said]
    if named:
        raise RecordError(f"A supplier is not told of {', '.join(named)}.", "Leave the customer out of it.")


def _names(case: Case) -> Mapping[str, str]:
    """By what the customer of a record is known, each in normal form."""
    customer, card = case.record.customer, case.card
    companies = [customer.company or "", *((card.name, *card.aliases) if card else ())]
    people = [customer.contact or "", card.contact if card else ""]
    addresses = [customer.email or "", card.email if card else ""]
    domains = [one.rpartition("@")[2].lower() for one in addresses if "@" in one] + list(card.domains if card else ())
    found = {name: name_mark(name) for name in (*companies, *people, *addresses)}
    found |= {domain: name_mark(domain) for domain in domains if domain not in free_mail_domains()}
    for name in companies:
        bare = _LEGAL_FORM.sub("", name_mark(name))
        if len(bare) >= _LEAST:
            found[name] = bare
    return {name: mark for name, mark in found.items() if len(mark) >= (_LEAST_LATIN if mark.isascii() else 2)}


def _supplier(named: str, world: World) -> SupplierCard:
    cards = world.suppliers()
    found = [one for one in cards if named == str(one.id) or name_mark(named) == name_mark(one.name)]
    if len(found) != 1:
        known = ", ".join(one.name for one in cards[:10]) or "none"
        raise RecordError(
            f"There is no supplier {named!r}.", f"Known: {known}. `intake import suppliers` takes them in."
        )
    return found[0]


def _claim(case: Case, named: str) -> SupplierClaim:
    found = [one for one in case.claims if one.id.startswith(named) or one.supplier == named]
    if len(found) != 1:
        known = ", ".join(f"{one.id} ({one.supplier})" for one in case.claims) or "none"
        raise RecordError(f"{case.number} has no complaint to a supplier {named!r}.", f"There are: {known}.")
    return found[0]


SUPPLIER_ACTS = (
    Act(
        "ask_supplier",
        "complain to the supplier of the material",
        ask_supplier,
        (
            Key("supplier", "its name, as in the list of suppliers", required=True),
            Key("material", "which material", required=True),
            Key("batch", "the batches of the material, separated by ;", "list"),
            Key("quantity", "how many are bad"),
            Key("text", "what is wrong; by default the defect of the record"),
            Key("due", "until when its 8D is asked for; by default as the policy says", "moment"),
            Key("owner", "who sees the report come, a mail address; by default who asks", "address"),
            Key("hold", "yes: as a draft", "yes_no"),
        ),
        who=REVIEWERS | MANAGERS | DEPARTMENTS,
    ),
    Act(
        "remind_supplier",
        "ask a supplier for its report once more",
        remind_supplier,
        (Key("claim", "the complaint's id, or the supplier's name", required=True),),
        who=REVIEWERS | MANAGERS | DEPARTMENTS,
    ),
)
