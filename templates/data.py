"""What each letter may say: one frozen dataclass a purpose, whose fields are the only names that its templates may use.

All values are texts ready to print: dates, quantities and names of things are already written in the letter's language (by
`templates.words` and `templates.manners`). An empty text or tuple means "there is none", and the template leaves its lines out.
The sentence in each field's metadata is its documentation: `docs/letters.md` lists them, and a test compares.
"""

from dataclasses import dataclass, field, fields
from typing import Any

LANGUAGES = ("zh-CN", "zh-TW", "en")


def _of(about: str) -> Any:
    return field(metadata={"about": about})


@dataclass(frozen=True, slots=True)
class Company:
    name: str = _of("our company's name")
    email: str = _of("the mail address that customers write to")
    phone: str = _of("our telephone number")
    fax: str = _of("our fax number")
    postal: str = _of("our postal address, where samples are sent to")


@dataclass(frozen=True, slots=True)
class Contact:
    name: str = _of("who is responsible, or empty")
    department: str = _of("that person's department, or the responsible one")
    phone: str = _of("the telephone number to call")
    email: str = _of("the mail address to write to")


@dataclass(frozen=True, slots=True)
class Fact:
    label: str = _of("the field's name, such as 批号")
    value: str = _of("its value as we understood it")
    certain: bool = _of("false where the letter asks the customer to check it")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    heading: str = _of("product and model; empty where the complaint has one item only")
    facts: tuple[Fact, ...] = _of("what we understood, field by field")


@dataclass(frozen=True, slots=True)
class Question:
    ask: str = _of("the question")
    why: str = _of("why the answer matters, or empty")


@dataclass(frozen=True, slots=True)
class Promise:
    what: str = _of("what the customer will get")
    by: str = _of("until when, in our time zone")


@dataclass(frozen=True, slots=True)
class Deadline:
    what: str = _of("the window's name, such as 初步整改报告")
    by: str = _of("when it ends, in our time zone")
    clause: str = _of("the procedure, agreement or demand that it comes from")


@dataclass(frozen=True, slots=True)
class Asked:
    at: str = _of("when somebody was reminded")
    what: str = _of("which letter it was")
    who: str = _of("whom it went to")


@dataclass(frozen=True, slots=True)
class Entry:
    number: str = _of("the record's number")
    severity: str = _of("A, B or C")
    customer: str = _of("the customer's company")
    about: str = _of("product and defect in a few words")
    note: str = _of("what is due, until when, or who has not signed")


@dataclass(frozen=True, slots=True)
class Section:
    heading: str = _of("what the records below have in common")
    entries: tuple[Entry, ...] = _of("the records")


@dataclass(frozen=True, slots=True)
class LetterData:
    """What every letter has."""

    language: str = _of("zh-CN, zh-TW or en")
    company: Company = _of("who we are")
    salutation: str = _of("the greeting's line, such as 尊敬的张经理：")
    today: str = _of("the date of the letter")
    zone: str = _of("the time zone of all times in the letter")


@dataclass(frozen=True, slots=True)
class CustomerLetter(LetterData):
    """What every letter to a customer has."""

    number: str = _of("the record's number, such as KS-202611-0001")
    about: str = _of("product and defect in a few words, for the subject")
    reference: str = _of("the customer's own number of the matter, or empty")
    received: str = _of("when the complaint reached us")
    contact: Contact = _of("who is responsible for the matter here")


@dataclass(frozen=True, slots=True)
class Acknowledgement(CustomerLetter):
    kind: str = _of("complaint, inquiry or notice: the last two get a short letter without dates")
    items: tuple[ItemFacts, ...] = _of("what we understood, item by item")
    more_items: int = _of("how many further items the letter does not list")
    being_read: bool = _of("true where nothing could be read yet and our people are reading it")
    unread: tuple[str, ...] = _of("names of attachments that could not be opened")
    doubts: tuple[str, ...] = _of("values we are not sure of, each as a question")
    questions: tuple[Question, ...] = _of("what is missing, each as a question")
    promises: tuple[Promise, ...] = _of("what the customer will get from us, and when")


@dataclass(frozen=True, slots=True)
class MissingInformation(CustomerLetter):
    unread: tuple[str, ...] = _of("names of attachments that could not be opened")
    doubts: tuple[str, ...] = _of("values we are not sure of, each as a question")
    questions: tuple[Question, ...] = _of("what is missing, each as a question with its reason")
    reply_by: str = _of("until when we ask for the answer, or empty")
    promises: tuple[Promise, ...] = _of("the dates that hold whatever the answer")


@dataclass(frozen=True, slots=True)
class Progress(CustomerLetter):
    steps: tuple[Promise, ...] = _of("what has been done, and when")
    found: str = _of("what is known so far, or empty")
    questions: tuple[Question, ...] = _of("what we still miss from the customer")
    promises: tuple[Promise, ...] = _of("what comes next, and when")


@dataclass(frozen=True, slots=True)
class RecordNotice(LetterData):
    """What every letter to our own people about one record has."""

    number: str = _of("the record's number")
    severity: str = _of("A, B or C")
    severity_name: str = _of("the class in words")
    reasons: tuple[str, ...] = _of("why it is in that class, in words")
    customer: str = _of("the customer's company, or the sender's address")
    about: str = _of("product and defect in a few words")
    department: str = _of("the responsible department, or empty")
    owner: str = _of("who is responsible, or empty")
    received: str = _of("when the complaint reached us")
    link: str = _of("the record's page on the review site, or empty")


@dataclass(frozen=True, slots=True)
class Dispatch(RecordNotice):
    customer_facts: tuple[Fact, ...] = _of("who complains: contact, telephone, place")
    items: tuple[ItemFacts, ...] = _of("the slip's contents, item by item")
    more_items: int = _of("how many further items the letter does not list")
    missing: tuple[str, ...] = _of("names of the fields that the customer has not given")
    requests: tuple[str, ...] = _of("what the customer asks for, in words")
    deadlines: tuple[Deadline, ...] = _of("the open windows")
    tasks: tuple[str, ...] = _of("what is to be done, in order")
    sign_by: str = _of("until when the receiver signs, or empty")


@dataclass(frozen=True, slots=True)
class ManagementReport(RecordNotice):
    customer_facts: tuple[Fact, ...] = _of("who complains: contact, telephone, place")
    items: tuple[ItemFacts, ...] = _of("the facts, item by item")
    more_items: int = _of("how many further items the letter does not list")
    claim: str = _of("the amount that the customer claims, or empty")
    requests: tuple[str, ...] = _of("what the customer asks for, in words")
    deadlines: tuple[Deadline, ...] = _of("the open windows")


@dataclass(frozen=True, slots=True)
class Unsigned(RecordNotice):
    sent: str = _of("when the record was dispatched")
    waiting: str = _of("how long it has been waiting for the signature")
    receivers: tuple[str, ...] = _of("who has not signed")


@dataclass(frozen=True, slots=True)
class DueSoon(RecordNotice):
    deadline: Deadline = _of("the window that is running out")
    percent: int = _of("how much of it has passed")
    left: str = _of("how much time is left")
    met_by: str = _of("what satisfies the window")


@dataclass(frozen=True, slots=True)
class Overdue(RecordNotice):
    deadline: Deadline = _of("the window that is broken")
    late: str = _of("how long it has been broken")
    met_by: str = _of("what satisfies the window, late as it is")


@dataclass(frozen=True, slots=True)
class Escalation(RecordNotice):
    deadline: Deadline = _of("the window that is broken")
    late: str = _of("how long it has been broken")
    met_by: str = _of("what satisfies the window, late as it is")
    asked: tuple[Asked, ...] = _of("who was reminded, and when")


@dataclass(frozen=True, slots=True)
class Digest(LetterData):
    day: str = _of("the day that the digest is of")
    sections: tuple[Section, ...] = _of("new, to review, due today, overdue, unsigned; only those that have entries")
    link: str = _of("the review site, or empty")


@dataclass(frozen=True, slots=True)
class SystemTrouble(LetterData):
    what: str = _of("what is wrong, in words")
    place: str = _of("which mailbox, server or part")
    since: str = _of("since when, or empty")
    last_ok: str = _of("when it last worked, or empty")
    queued: int = _of("how many mails or letters wait for it")
    detail: str = _of("the error as the system gave it, or empty")
    remedy: str = _of("what to do, or empty")


PURPOSES: dict[str, type[LetterData]] = {
    "acknowledgement": Acknowledgement,
    "missing_information": MissingInformation,
    "progress": Progress,
    "dispatch": Dispatch,
    "management_report": ManagementReport,
    "unsigned": Unsigned,
    "due_soon": DueSoon,
    "overdue": Overdue,
    "escalation": Escalation,
    "digest": Digest,
    "system_trouble": SystemTrouble,
}

TO_CUSTOMERS = tuple(name for name, kind in PURPOSES.items() if issubclass(kind, CustomerLetter))


def variables(kind: type) -> dict[str, str]:
    """Each variable of a letter (or of a part of one) with the sentence that says what it is."""
    return {each.name: each.metadata["about"] for each in fields(kind)}
