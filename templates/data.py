"""What each letter may say: one frozen dataclass a purpose, whose fields are the only names that its templates may use.

All values are texts ready to print: dates, quantities and names of things are already written in the letter's
language (by `templates.words` and `templates.manners`). An empty text or tuple means "there is none", and the
template leaves its lines out. The sentence at each field is its documentation: `docs/letters.md` lists them, and a
test compares.
"""

from dataclasses import dataclass
from typing import Annotated, get_type_hints

LANGUAGES = ("zh-CN", "zh-TW", "en")


@dataclass(frozen=True, slots=True)
class Company:
    name: Annotated[str, "our company's name"]
    email: Annotated[str, "the mail address that customers write to"]
    phone: Annotated[str, "our telephone number"]
    fax: Annotated[str, "our fax number"]
    postal: Annotated[str, "our postal address, where samples are sent to"]


@dataclass(frozen=True, slots=True)
class Contact:
    name: Annotated[str, "who is responsible, or empty"]
    department: Annotated[str, "that person's department, or the responsible one"]
    phone: Annotated[str, "the telephone number to call"]
    email: Annotated[str, "the mail address to write to"]


@dataclass(frozen=True, slots=True)
class Fact:
    label: Annotated[str, "the field's name, such as 批号"]
    value: Annotated[str, "its value as we understood it"]
    certain: Annotated[bool, "false where the letter asks the customer to check it"]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    heading: Annotated[str, "product and model; empty where the complaint has one item only"]
    facts: Annotated[tuple[Fact, ...], "what we understood, field by field"]


@dataclass(frozen=True, slots=True)
class Question:
    ask: Annotated[str, "the question"]
    why: Annotated[str, "why the answer matters, or empty"]


@dataclass(frozen=True, slots=True)
class Promise:
    what: Annotated[str, "what the customer will get"]
    by: Annotated[str, "until when, in our time zone"]


@dataclass(frozen=True, slots=True)
class Deadline:
    what: Annotated[str, "the window's name, such as 初步整改报告"]
    by: Annotated[str, "when it ends, in our time zone"]
    clause: Annotated[str, "the procedure, agreement or demand that it comes from"]


@dataclass(frozen=True, slots=True)
class Asked:
    at: Annotated[str, "when somebody was reminded"]
    what: Annotated[str, "which letter it was"]
    who: Annotated[str, "whom it went to"]


@dataclass(frozen=True, slots=True)
class Entry:
    number: Annotated[str, "the record's number"]
    severity: Annotated[str, "A, B or C"]
    customer: Annotated[str, "the customer's company"]
    about: Annotated[str, "product and defect in a few words"]
    note: Annotated[str, "what is due, until when, or who has not signed"]


@dataclass(frozen=True, slots=True)
class Section:
    heading: Annotated[str, "what the records below have in common"]
    entries: Annotated[tuple[Entry, ...], "the records"]


@dataclass(frozen=True, slots=True)
class LetterData:
    """What every letter has."""

    language: Annotated[str, "zh-CN, zh-TW or en"]
    company: Annotated[Company, "who we are"]
    salutation: Annotated[str, "the greeting's line, such as 尊敬的张经理："]
    today: Annotated[str, "the date of the letter"]
    zone: Annotated[str, "the time zone of all times in the letter"]


@dataclass(frozen=True, slots=True)
class CustomerLetter(LetterData):
    """What every letter to a customer has."""

    number: Annotated[str, "the record's number, such as KS-202611-0001"]
    about: Annotated[str, "product and defect in a few words, for the subject"]
    reference: Annotated[str, "the customer's own number of the matter, or empty"]
    received: Annotated[str, "when the complaint reached us"]
    contact: Annotated[Contact, "who is responsible for the matter here"]


@dataclass(frozen=True, slots=True)
class Acknowledgement(CustomerLetter):
    kind: Annotated[str, "complaint, inquiry or notice: the last two get a short letter without dates"]
    items: Annotated[tuple[ItemFacts, ...], "what we understood, item by item"]
    more_items: Annotated[int, "how many further items the letter does not list"]
    being_read: Annotated[bool, "true where nothing could be read yet and our people are reading it"]
    unread: Annotated[tuple[str, ...], "names of attachments that could not be opened"]
    doubts: Annotated[tuple[str, ...], "values we are not sure of, each as a question"]
    questions: Annotated[tuple[Question, ...], "what is missing, each as a question"]
    promises: Annotated[tuple[Promise, ...], "what the customer will get from us, and when"]


@dataclass(frozen=True, slots=True)
class MissingInformation(CustomerLetter):
    unread: Annotated[tuple[str, ...], "names of attachments that could not be opened"]
    doubts: Annotated[tuple[str, ...], "values we are not sure of, each as a question"]
    questions: Annotated[tuple[Question, ...], "what is missing, each as a question with its reason"]
    reply_by: Annotated[str, "until when we ask for the answer, or empty"]
    promises: Annotated[tuple[Promise, ...], "the dates that hold whatever the answer"]


@dataclass(frozen=True, slots=True)
class Progress(CustomerLetter):
    steps: Annotated[tuple[Promise, ...], "what has been done, and when"]
    found: Annotated[str, "what is known so far, or empty"]
    questions: Annotated[tuple[Question, ...], "what we still miss from the customer"]
    promises: Annotated[tuple[Promise, ...], "what comes next, and when"]


@dataclass(frozen=True, slots=True)
class FirstReport(CustomerLetter):
    containment: Annotated[tuple[Fact, ...], "what was contained, place by place, with quantities"]
    clean_point: Annotated[str, "from which batch or date on goods are certified, or empty"]
    advice: Annotated[tuple[str, ...], "what the customer is asked to do with the goods, or none"]
    attachment: Annotated[str, "the report's file name, or empty"]
    promises: Annotated[tuple[Promise, ...], "what comes next, and when"]


@dataclass(frozen=True, slots=True)
class Solution(CustomerLetter):
    solution: Annotated[str, "what we propose, in a person's words"]
    steps: Annotated[tuple[Promise, ...], "what happens when: replacement, sorting, visit; or none"]
    reply_by: Annotated[str, "until when we ask for agreement, or empty"]


@dataclass(frozen=True, slots=True)
class FullReport(CustomerLetter):
    causes: Annotated[tuple[Fact, ...], "why it arose, and why it was not noticed"]
    actions: Annotated[tuple[Promise, ...], "each corrective action, and when it is or was implemented"]
    effective_from: Annotated[str, "the first batch or date made with the actions, or empty"]
    attachment: Annotated[str, "the report's file name, or empty"]
    accept_by: Annotated[str, "until when we ask for acceptance, or empty"]


@dataclass(frozen=True, slots=True)
class NotOurFault(CustomerLetter):
    finding: Annotated[str, "what the analysis found: no fault, or where it arose, without blame"]
    result: Annotated[str, "the analysis in a person's words, or empty"]
    tests: Annotated[tuple[str, ...], "what was tested, with its figures"]
    attachment: Annotated[str, "the evidence's file name, or empty"]


@dataclass(frozen=True, slots=True)
class Revision(CustomerLetter):
    revision: Annotated[int, "the report's revision, from 2"]
    points: Annotated[tuple[Fact, ...], "each comment of the customer, with our answer"]
    attachment: Annotated[str, "the report's file name, or empty"]
    accept_by: Annotated[str, "until when we ask for acceptance, or empty"]


@dataclass(frozen=True, slots=True)
class Closure(CustomerLetter):
    summary: Annotated[tuple[Fact, ...], "the complaint, its causes, what was done, since when it works"]
    result: Annotated[str, "the outcome in a person's words, or empty"]
    attachment: Annotated[str, "the report's file name, or empty"]


@dataclass(frozen=True, slots=True)
class GradeChoice:
    digit: Annotated[str, "what the customer replies, 1 to 4"]
    word: Annotated[str, "what it means, such as 非常满意"]
    link: Annotated[str, "a link that answers so, or empty"]


@dataclass(frozen=True, slots=True)
class Survey(CustomerLetter):
    grades: Annotated[tuple[GradeChoice, ...], "the four grades"]
    reply_by: Annotated[str, "until when we ask for the answer, or empty"]


@dataclass(frozen=True, slots=True)
class BatchWarning(CustomerLetter):
    shipments: Annotated[tuple[Fact, ...], "what this customer received of it: model and batch, quantity and date"]
    suspected: Annotated[bool, "true where some batch is only suspected"]
    risk: Annotated[str, "what may happen, or empty"]
    do_now: Annotated[tuple[str, ...], "what the customer is asked to do at once"]
    our_action: Annotated[str, "what we are doing, or empty"]
    reply_by: Annotated[str, "until when we ask for the receipt to be confirmed, or empty"]


@dataclass(frozen=True, slots=True)
class BatchWarningAgain(CustomerLetter):
    sent: Annotated[str, "when the warning was sent that nobody has confirmed"]
    shipments: Annotated[tuple[Fact, ...], "what this customer received of it: model and batch, quantity and date"]
    suspected: Annotated[bool, "true where some batch is only suspected"]
    do_now: Annotated[tuple[str, ...], "what the customer is asked to do at once"]
    reply_by: Annotated[str, "until when we ask for the receipt to be confirmed"]


@dataclass(frozen=True, slots=True)
class SupplierComplaint(CustomerLetter):
    sent: Annotated[str, "when we wrote first, where this asks once more, or empty"]
    material: Annotated[tuple[Fact, ...], "the supplier's material: what it is, batch, quantity"]
    problem: Annotated[str, "what is wrong with it"]
    do_now: Annotated[tuple[str, ...], "what the supplier is asked to do at once"]
    report_by: Annotated[str, "until when we ask for its 8D report"]


@dataclass(frozen=True, slots=True)
class ReturnArrangement(CustomerLetter):
    rma: Annotated[str, "the return's number"]
    quantity: Annotated[str, "how many come back, or empty"]
    carrier: Annotated[str, "who carries them, and who pays, or empty"]
    address: Annotated[str, "where they go"]
    by: Annotated[str, "until when they should leave, or empty"]
    packing: Annotated[tuple[str, ...], "how to pack and mark them"]


@dataclass(frozen=True, slots=True)
class Delay(CustomerLetter):
    what: Annotated[str, "what was promised"]
    old: Annotated[str, "the date that was promised"]
    new: Annotated[str, "the new date"]
    reason: Annotated[str, "why, in a person's words"]
    meanwhile: Annotated[str, "what protects the customer until then, or empty"]


@dataclass(frozen=True, slots=True)
class RecordNotice(LetterData):
    """What every letter to our own people about one record has."""

    number: Annotated[str, "the record's number"]
    severity: Annotated[str, "A, B or C"]
    severity_name: Annotated[str, "the class in words"]
    reasons: Annotated[tuple[str, ...], "why it is in that class, in words"]
    customer: Annotated[str, "the customer's company, or the sender's address"]
    about: Annotated[str, "product and defect in a few words"]
    department: Annotated[str, "the responsible department, or empty"]
    owner: Annotated[str, "who is responsible, or empty"]
    received: Annotated[str, "when the complaint reached us"]
    link: Annotated[str, "the record's page on the review site, or empty"]


@dataclass(frozen=True, slots=True)
class Dispatch(RecordNotice):
    customer_facts: Annotated[tuple[Fact, ...], "who complains: contact, telephone, place"]
    items: Annotated[tuple[ItemFacts, ...], "the slip's contents, item by item"]
    more_items: Annotated[int, "how many further items the letter does not list"]
    missing: Annotated[tuple[str, ...], "names of the fields that the customer has not given"]
    requests: Annotated[tuple[str, ...], "what the customer asks for, in words"]
    deadlines: Annotated[tuple[Deadline, ...], "the open windows"]
    tasks: Annotated[tuple[str, ...], "what is to be done, in order"]
    sign_by: Annotated[str, "until when the receiver signs, or empty"]


@dataclass(frozen=True, slots=True)
class ManagementReport(RecordNotice):
    customer_facts: Annotated[tuple[Fact, ...], "who complains: contact, telephone, place"]
    items: Annotated[tuple[ItemFacts, ...], "the facts, item by item"]
    more_items: Annotated[int, "how many further items the letter does not list"]
    claim: Annotated[str, "the amount that the customer claims, or empty"]
    requests: Annotated[tuple[str, ...], "what the customer asks for, in words"]
    deadlines: Annotated[tuple[Deadline, ...], "the open windows"]


@dataclass(frozen=True, slots=True)
class Matter(RecordNotice):
    headline: Annotated[str, "what it is about, such as 交接待签收"]
    text: Annotated[str, "what has happened, in a sentence"]
    facts: Annotated[tuple[Fact, ...], "its particulars: task, end, reason"]
    ask: Annotated[str, "what the reader is asked to do, or empty"]


@dataclass(frozen=True, slots=True)
class Unsigned(RecordNotice):
    sent: Annotated[str, "when the record was dispatched"]
    waiting: Annotated[str, "how long it has been waiting for the signature"]
    receivers: Annotated[tuple[str, ...], "who has not signed"]


@dataclass(frozen=True, slots=True)
class DueSoon(RecordNotice):
    deadline: Annotated[Deadline, "the window that is running out"]
    percent: Annotated[int, "how much of it has passed"]
    left: Annotated[str, "how much time is left"]
    met_by: Annotated[str, "what satisfies the window"]


@dataclass(frozen=True, slots=True)
class Overdue(RecordNotice):
    deadline: Annotated[Deadline, "the window that is broken"]
    late: Annotated[str, "how long it has been broken"]
    met_by: Annotated[str, "what satisfies the window, late as it is"]


@dataclass(frozen=True, slots=True)
class Escalation(RecordNotice):
    deadline: Annotated[Deadline, "the window that is broken"]
    late: Annotated[str, "how long it has been broken"]
    met_by: Annotated[str, "what satisfies the window, late as it is"]
    asked: Annotated[tuple[Asked, ...], "who was reminded, and when"]


@dataclass(frozen=True, slots=True)
class Digest(LetterData):
    day: Annotated[str, "the day that the digest is of"]
    sections: Annotated[
        tuple[Section, ...], "new, to review, due today, overdue, unsigned, own tasks; only those that have entries"
    ]
    ask: Annotated[str, "the request to say how the reader's own tasks stand, or empty"]
    link: Annotated[str, "the review site, or empty"]


@dataclass(frozen=True, slots=True)
class UnsignedList(LetterData):
    entries: Annotated[tuple[Entry, ...], "the records that wait for the reader's signature"]
    link: Annotated[str, "the review site, or empty"]


@dataclass(frozen=True, slots=True)
class CatchUp(LetterData):
    down_from: Annotated[str, "since when the service was down, or empty"]
    down_to: Annotated[str, "since when it has been running again"]
    entries: Annotated[tuple[Entry, ...], "what fell due meanwhile, in order"]
    link: Annotated[str, "the review site, or empty"]


@dataclass(frozen=True, slots=True)
class Count:
    name: Annotated[str, "what was counted: a class, a customer, a product, a cause"]
    number: Annotated[int, "how many complaints"]


@dataclass(frozen=True, slots=True)
class Kept:
    name: Annotated[str, "a window, or a department with its person"]
    due: Annotated[int, "how many windows or tasks fell due"]
    on_time: Annotated[int, "how many of them were done in time"]
    late: Annotated[int, "how many were done late, or are late still"]
    rate: Annotated[str, "the part that was done in time"]
    late_hours: Annotated[str, "how many hours they were late in all, or empty"]


@dataclass(frozen=True, slots=True)
class Report(LetterData):
    title: Annotated[str, "weekly or monthly report, in words"]
    first: Annotated[str, "the first day that it tells of"]
    last: Annotated[str, "the last day that it tells of"]
    complaints: Annotated[int, "how many complaints (class A and B) reached us in that time"]
    notices: Annotated[int, "how many notices and suggestions (class C)"]
    closed: Annotated[int, "how many records were closed in that time"]
    still_open: Annotated[int, "how many records are open now"]
    broken: Annotated[int, "how many windows and tasks of that time are broken and not done yet"]
    rate: Annotated[str, "the part of them that was done in time, or empty"]
    repeats: Annotated[tuple[Entry, ...], "complaints of a problem that had been there before"]
    claims: Annotated[tuple[str, ...], "the sums that customers claim, by currency"]
    by_class: Annotated[tuple[Count, ...], "records by class"]
    by_customer: Annotated[tuple[Count, ...], "complaints by customer, the most first"]
    by_product: Annotated[tuple[Count, ...], "by product and model, the most first"]
    by_cause: Annotated[tuple[Count, ...], "by cause, the most first"]
    by_defect: Annotated[tuple[Count, ...], "by defect, the most first"]
    windows: Annotated[tuple[Kept, ...], "how the windows were kept, one by one"]
    people: Annotated[tuple[Kept, ...], "the same by department and person, for the assessment"]
    link: Annotated[str, "the review site, or empty"]


@dataclass(frozen=True, slots=True)
class SystemTrouble(LetterData):
    what: Annotated[str, "what is wrong, in words"]
    place: Annotated[str, "which mailbox, server or part"]
    since: Annotated[str, "since when, or empty"]
    last_ok: Annotated[str, "when it last worked, or empty"]
    queued: Annotated[int, "how many mails or letters wait for it"]
    detail: Annotated[str, "the error as the system gave it, or empty"]
    remedy: Annotated[str, "what to do, or empty"]


PURPOSES: dict[str, type[LetterData]] = {
    "acknowledgement": Acknowledgement,
    "missing_information": MissingInformation,
    "progress": Progress,
    "first_report": FirstReport,
    "solution": Solution,
    "full_report": FullReport,
    "not_our_fault": NotOurFault,
    "revision": Revision,
    "closure": Closure,
    "survey": Survey,
    "batch_warning": BatchWarning,
    "batch_warning_again": BatchWarningAgain,
    "return_arrangement": ReturnArrangement,
    "delay": Delay,
    "supplier_complaint": SupplierComplaint,
    "dispatch": Dispatch,
    "matter": Matter,
    "management_report": ManagementReport,
    "unsigned": Unsigned,
    "due_soon": DueSoon,
    "overdue": Overdue,
    "escalation": Escalation,
    "digest": Digest,
    "unsigned_list": UnsignedList,
    "catch_up": CatchUp,
    "report": Report,
    "system_trouble": SystemTrouble,
}

TO_CUSTOMERS = tuple(name for name, kind in PURPOSES.items() if issubclass(kind, CustomerLetter))


def variables(kind: type) -> dict[str, str]:
    """Each variable of a letter (or of a part of one) with the sentence that says what it is."""
    return {name: hint.__metadata__[0] for name, hint in get_type_hints(kind, include_extras=True).items()}
