"""A record's values as a letter says them: in the letter's language, short enough to read, and never a carrier of
links.

Whoever writes to us chooses what we write back to the address in From. So the customer's words go into letters cut
to size and without web addresses: our acknowledgement is no use to anyone who wants to send a stranger an
advertisement.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.replies.threads import bare_subject
from storage.records import Class, ItemOf, Record, Window, WindowName, WindowState
from templates import manners
from templates.data import Deadline, Fact, ItemFacts, Promise, Question
from templates.rendering import clean
from templates.words import Words

ASK_BELOW = 0.7  # a value that is right less often than this is put to the customer as a question
MOST_ITEMS = 20
MOST_DOUBTS = 8
LONGEST_VALUE = 300  # characters of a customer's words in a table
LONGEST_PRODUCT = 18  # in a subject line; half as long again where it is not Chinese
LONGEST_DEFECT = 22

_LINK = re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s，。；、）)」”]{1,2000}", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[，。；;！!？?\n]|, |\. ")
_OPEN_BRACKET = re.compile(r"\s*[（(\[【][^）)\]】]*$")
_CJK = re.compile(r"[\u3400-\u9fff]")

_ASKED_ALSO = ("batch", "defect")  # no procedure lists them, and no cause is found without them
_PROMISED = (WindowName.SOLUTION_OR_PROGRESS, WindowName.FIRST_REPORT, WindowName.FULL_REPORT)
_DATES = frozenset({"production_date", "ship_date"})
_CUSTOMER = ("company", "contact", "phone", "fax", "email", "location")


def plain(text: str, longest: int = LONGEST_VALUE) -> str:
    """A customer's words on one line, without web addresses, at most `longest` characters."""
    line = clean(_LINK.sub("…", text[: longest * 8]))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def gist(text: str, longest: int) -> str:
    """The first clause of a text, for a subject line: cut between words, and before a bracket that the cut leaves
    open.
    """
    clause = plain(_CLAUSE_END.split(text.strip(), maxsplit=1)[0])
    if not _CJK.search(clause):
        longest += longest // 2
    clause = _OPEN_BRACKET.sub("", clause) or clause
    if len(clause) <= longest:
        return clause
    cut = clause[: longest - 1]
    whole = cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut
    return (_OPEN_BRACKET.sub("", whole) or whole).rstrip() + "…"


# -------------------------------------------------------------------- what we understood


def items(record: Record, words: Words) -> tuple[tuple[ItemFacts, ...], int]:
    """(the items to list, how many more there are), each field with its word; uncertain values marked."""
    read = _read_items(record)
    several = len(record.items) > 1
    listed = []
    for at, item in enumerate(record.items[:MOST_ITEMS]):
        heading = f"{at + 1}. {_name(item) or words.phrase('item', n=at + 1)}" if several else ""
        listed.append(ItemFacts(heading, _facts(item, read[at] if at < len(read) else {}, words)))
    return tuple(listed), max(len(record.items) - MOST_ITEMS, 0)


def _facts(item: ItemOf, read: Mapping[str, Any], words: Words) -> tuple[Fact, ...]:
    return tuple(
        Fact(words.of("fields", name), _value(name, value, read.get(name), words), not _doubtful(value, read.get(name)))
        for name in ItemOf.__dataclass_fields__
        if (value := getattr(item, name)) not in (None, "", ())
    )


def _value(name: str, value: Any, read: Mapping[str, Any] | None, words: Words) -> str:
    if name == "batch":
        return plain(words.phrase("and").join(value))
    if name == "disposition":
        return words.of("dispositions", value)
    if name in _DATES:
        return manners.iso_day(value, words.language)
    if name == "defect_rate":
        return manners.rate(value)
    if isinstance(value, (int, float)):
        return manners.number(value, plain(str((read or {}).get("unit") or ""), 12), words.language)
    return plain(str(value))


def _doubtful(value: Any, read: Mapping[str, Any] | None) -> bool:
    """Whether the reader was unsure of a value, and no person has set another since."""
    if not read or read.get("confidence", 1.0) >= ASK_BELOW:
        return False
    said = read.get("value")
    return bool((tuple(said) if isinstance(said, list) else said) == value)


def _read_items(record: Record) -> Sequence[Mapping[str, Any]]:
    found = record.reading.get("items") or ()
    return found if isinstance(found, Sequence) else ()


def customer_facts(record: Record, words: Words) -> tuple[Fact, ...]:
    return tuple(
        Fact(words.of("fields", name), plain(value, 120), True)
        for name in _CUSTOMER
        if (value := getattr(record.customer, name))
    )


# -------------------------------------------------------------------- what we ask


def being_read(record: Record) -> bool:
    """Whether nothing could be read yet, so that asking for everything would be asking for what the customer has
    sent.
    """
    return not record.items and (not record.reading or bool(record.reading.get("unread")))


def unread(record: Record) -> tuple[str, ...]:
    """Names of attachments that could not be opened."""
    return tuple(
        plain(str(row["part"]), 80)
        for row in record.reading.get("unread") or ()
        if row.get("part") not in (None, "body", "subject")
    )


def doubts(record: Record, words: Words) -> tuple[str, ...]:
    """Each uncertain value as a question."""
    listed, _ = items(record, words)
    asked = [
        (f"{group.heading} – " if group.heading else "")
        + words.phrase("doubt", field=_in_sentence(fact.label, words), value=plain(fact.value, 80))
        for group in listed
        for fact in group.facts
        if not fact.certain
    ]
    return tuple(asked[:MOST_DOUBTS])


def questions(record: Record, words: Words) -> tuple[Question, ...]:
    """What is missing, in the slip's order (客诉信息处理流程 §5.1), each with its reason; nothing of a mail that is
    no complaint.
    """
    if not is_complaint(record) or being_read(record):
        return ()
    also = tuple(name for name in _ASKED_ALSO if name not in record.missing and _lacking(record, name))
    asked = []
    for name in dict.fromkeys((*record.missing, *also)):
        if found := words.question(name):
            asked.append(Question(_concerning(found[0], record, name, words), found[1]))
    return tuple(asked)


def missing_names(record: Record, words: Words) -> tuple[str, ...]:
    """The missing fields' names, for our own people."""
    return tuple(words.of("fields", name) for name in record.missing)


def _lacking(record: Record, name: str) -> list[int]:
    """Which items (from 0) lack a field. A complaint without any item lacks all."""
    if not record.items:
        return [0]
    return [at for at, item in enumerate(record.items) if _lacks(item, name)]


def _lacks(item: ItemOf, name: str) -> bool:
    if name in ("ship_date", "production_date", "production_or_ship_date"):
        return not (item.ship_date or item.production_date)
    return getattr(item, name, None) in (None, "", ())


def _concerning(ask: str, record: Record, name: str, words: Words) -> str:
    """Where only some of several items lack a field, the question names them."""
    lacking = _lacking(record, name)
    if not lacking or len(lacking) == len(record.items) or len(record.items) < 2:
        return ask
    named = [_name(record.items[at]) or words.phrase("item", n=at + 1) for at in lacking[:5]]
    return words.phrase("concerns", ask=ask, items=words.phrase("and").join(named))


def _in_sentence(label: str, words: Words) -> str:
    """`Batch no.` inside an English sentence is `batch no.`; Chinese has no such thing."""
    return label[:1].lower() + label[1:] if words.language == "en" else label


# -------------------------------------------------------------------- what it is about


def is_complaint(record: Record) -> bool:
    """Whether the record has an 8D's clocks: class A and B have, C (notices, inquiries) has none."""
    return record.letter is not Class.C


def about(record: Record, words: Words) -> str:
    """Product and defect in a few words; of a letter that is no complaint its subject."""
    if not is_complaint(record):
        return gist(bare_subject(record.subject), 40) or words.phrase("your_letter")
    first = record.items[0] if record.items else ItemOf()
    product = gist(first.product or first.model or "", LONGEST_PRODUCT)
    defect = gist(first.defect or "", LONGEST_DEFECT)
    if not product and not defect:
        return words.phrase("quality_problem")
    if not product or not defect or defect.startswith(product):
        return defect or product
    return f"{product}{_joint(product, defect, words)}{defect}"


def _joint(before: str, after: str, words: Words) -> str:
    if words.language == "en":
        return ": "
    return "" if _CJK.match(before[-1]) and _CJK.match(after) else " "


def _name(item: ItemOf) -> str:
    return plain(" ".join(part for part in (item.product, item.model) if part), 60)


def claim(record: Record) -> str:
    if record.claim_amount is None:
        return ""
    return f"{manners.number(record.claim_amount)} {plain(record.claim_currency or '', 3)}".strip()


# -------------------------------------------------------------------- when


def promises(windows: Sequence[Window], words: Words, zone: ZoneInfo, now: datetime) -> tuple[Promise, ...]:
    """The dates that a customer is told: of open windows, soonest first; what has passed is not promised."""
    open_ones = [w for w in windows if w.name in _PROMISED and w.state is WindowState.OPEN and w.due_at > now]
    return tuple(
        Promise(words.of("promises", w.name.value), manners.moment(w.due_at, zone, words.language))
        for w in sorted(open_ones, key=lambda w: w.due_at)
    )


def deadline(window: Window, words: Words, zone: ZoneInfo) -> Deadline:
    return Deadline(
        words.of("windows", window.name.value), manners.moment(window.due_at, zone, words.language), window.clause
    )


def deadlines(windows: Sequence[Window], words: Words, zone: ZoneInfo) -> tuple[Deadline, ...]:
    """The windows that still run or are broken, soonest first. The letter's own (dispatch, acknowledgement) are no
    task of its receiver.
    """
    left_out = (WindowName.ACKNOWLEDGEMENT, WindowName.DISPATCH, WindowName.MANAGEMENT_REPORT)
    running = [w for w in windows if w.state in (WindowState.OPEN, WindowState.OVERDUE) and w.name not in left_out]
    return tuple(deadline(w, words, zone) for w in sorted(running, key=lambda w: w.due_at))


def steps(windows: Sequence[Window], words: Words, zone: ZoneInfo) -> tuple[Promise, ...]:
    """What has been done, as the windows that were met tell it, oldest first."""
    met = [w for w in windows if w.met_at is not None and words.has("steps", w.name.value)]
    ordered = sorted(met, key=lambda w: w.met_at or w.due_at)
    return tuple(
        Promise(words.of("steps", w.name.value), manners.moment(w.met_at, zone, words.language))
        for w in ordered
        if w.met_at is not None
    )
