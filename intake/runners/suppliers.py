"""Suppliers' answers to our complaints: which mail is one, and what it meets.

An answer with a document is the supplier's report: it meets the task. One without, such as "received", is shown to the
task's owner, and the task stays open. The mail itself is kept as the record's evidence, as it came, and so are its
documents.
"""

from collections.abc import Sequence
from dataclasses import replace

from intake.acts.case import Actor
from intake.acts.notices import supplier_answered_notice
from intake.acts.suppliers import task_of
from intake.acts.work import finished
from intake.runners.acts import Actions, gather, to_send
from parsers.job import Outcome
from parsers.ours import free_mail_domains
from parsers.types import Envelope
from storage import UnitOfWork
from storage.life import Evidence, EvidenceKind, SupplierClaim, TaskState
from storage.records import Arrival, Purpose

_LONGEST_NAME = 80  # characters of a mail's subject that name its file


def claim_answered(
    work: UnitOfWork, envelope: Envelope, replied_to: Sequence[str], number: str | None
) -> tuple[SupplierClaim, str] | None:
    """The complaint to a supplier that a mail answers, and why it does; None where it answers none.

    `replied_to`: the Message-IDs that the mail names, the surest first; only who got our letter knows them. Else the
    record's number in the subject counts (`number`), from the supplier's own address or domain.
    """
    for message_id in replied_to:
        letter = work.letters.by_message_id(message_id)
        if letter is not None and letter.purpose is Purpose.SUPPLIER_COMPLAINT and letter.record is not None:
            found = [one for one in work.lives.supplier_claims(letter.record) if letter.id in one.written]
            return (found[0], "answers our complaint to a supplier") if found else None
    sender = envelope.sender.email.lower() if envelope.sender else ""
    if number is None or not sender:
        return None
    claims = [one for one in work.lives.supplier_claims(number) if _same_house(one.email.lower(), sender)]
    return (claims[-1], "names the record, from its supplier's address") if claims else None


def _same_house(one: str, other: str) -> bool:
    domain = one.rpartition("@")[2]
    return one == other or (domain == other.rpartition("@")[2] and domain not in free_mail_domains())


def by_supplier(
    work: UnitOfWork, actions: Actions, claim: SupplierClaim, arrival: Arrival, outcome: Outcome, has_report: bool
) -> list[str]:
    """Keeps a supplier's answer with the record, meets its task where it brings a report, and tells the task's owner;
    ids of the letters that may go.
    """
    before = gather(work, claim.record)
    world = actions.world(work)
    envelope = outcome.envelope
    sender = envelope.sender.email if envelope.sender else claim.email
    who = Actor(sender, claim.supplier)
    name = f"{envelope.subject.strip()[:_LONGEST_NAME] or claim.supplier}.eml"
    kind = EvidenceKind.SUPPLIER_REPORT
    kept = Evidence(
        world.fresh(), claim.record, kind, name, "message/rfc822", arrival.sha256, sender, world.now, claim.supplier
    )
    came = tuple(
        replace(one, kind=kind) if one.arrival == arrival.id and one.kind is not EvidenceKind.PHOTO else one
        for one in before.evidence
    )
    case = replace(before, evidence=(*came, kept))
    told = {"supplier": claim.supplier, "report": has_report, "evidence": kept.id}
    case = case.noted(who, world, "supplier_answered", new=told)
    task = task_of(case, claim)
    if task is not None:
        if has_report and task.state is TaskState.OPEN:
            case = finished(case, task, envelope.subject.strip()[:200], who, world)
        said = outcome.reply_text.strip()[:600]
        case = case.written(supplier_answered_notice(case, task, claim.supplier, said, has_report, world))
    actions.save(work, before, case)
    return to_send(before, case)
