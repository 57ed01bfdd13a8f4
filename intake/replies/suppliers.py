"""The complaint to a supplier about its material, and the reminder of it. No word of it names a customer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.replies import wording
from intake.replies.frame import Desk, Ids, compose, contact_of, frame, letter_language
from intake.replies.threads import Thread
from storage.life import SupplierClaim
from storage.records import Letter, Person, Purpose, Record
from templates import manners
from templates.data import Fact, SupplierComplaint
from templates.words import Words
from templates.words import words as words_of

_DO_NOW = ("hold", "tell", "contain")


def supplier_complaint(
    claim: SupplierClaim,
    record: Record,
    report_by: datetime,
    owner: Person | None,
    desk: Desk,
    ids: Ids,
    now: datetime,
    first: Letter | None = None,
    to: Sequence[str] = (),
) -> Letter:
    """供应商整改要求 in the supplier's language: what, which batch, how many, containment at once, its 8D by a date
    (客诉信息处理流程 §5.3). With `first` it asks once more, in the thread of that letter.

    Of `record` the letter has the number alone: who complained, and in which words, is in the claim's text or nowhere.
    """
    known = words_of(letter_language(claim.language, desk.language), desk.templates)
    told = (("material", claim.material), ("batch", claim.batch), ("quantity", claim.quantity))
    sent = (first.sent_at or first.created_at) if first else None
    data = SupplierComplaint(
        **frame(desk, known, now, _greeting(claim, known)),
        number=record.number,
        about=wording.plain(" ".join(part for part in (claim.material, claim.batch) if part), 60),
        reference="",
        received="",
        contact=contact_of(owner, owner.department if owner else "", desk, known),
        sent=manners.moment(sent, desk.zone, known.language) if sent else "",
        material=tuple(Fact(known.of("supplier", key), wording.plain(text, 200), True) for key, text in told if text),
        problem=wording.plain(claim.text, 1500),
        do_now=tuple(known.of("supplier", key) for key in _DO_NOW),
        report_by=manners.moment(report_by, desk.zone, known.language),
    )
    thread = Thread(first.message_id, (first.message_id,)) if first else None
    letter = compose(Purpose.SUPPLIER_COMPLAINT, data, record, tuple(to) or claim.email, (), desk, ids, now, thread)
    return replace(letter, satisfies=None)


def _greeting(claim: SupplierClaim, known: Words) -> str:
    """Who has no name that can be written to is greeted as a supplier, not as a customer."""
    nobody = manners.salutation("", known.language)
    said = manners.salutation(claim.contact, known.language)
    return known.of("supplier", "dear") if said == nobody else said
