"""What the customer demands: the earliest reply date (要求回复日期), and the money that he claims (索赔金额).

A date for goods or for a visit, 尽快 and ASAP are no reply date. A price, a rate by the hour, a threat are no claim.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from parsers.document import Document
from parsers.nlp.clauses import Sentence, conditional, folded_text, own_text, pattern, place, sentences
from parsers.normal.dates import parse_date
from parsers.normal.deadlines import DeadlineSpan, find_deadlines
from parsers.normal.money import MoneySpan, find_money
from parsers.normal.numbers import parse_number
from parsers.normal.text import simplify
from parsers.types import Claim, Envelope, Field

_LABELLED, _STATED, _PLAIN = (
    0.9,
    0.86,
    0.72,
)  # confidence: behind a label; marked as due; only a day beside a reply word
_VALUE = re.compile(r"[\s:：=._\-|\])）(（]*")
_VALUE_LENGTH = 34


def _any(key: str, text: str) -> bool:
    return bool(pattern("demands", key).search(text))


@dataclass(frozen=True, slots=True)
class _Due:
    """A date demanded, as a span of its sentence's form."""

    value: str
    sentence: Sentence
    start: int
    end: int
    confidence: float
    rule: str


def dayfirst_of(text: str, sent_at: datetime) -> bool | None:
    """Whether 06/03 is the sixth of March: as the text shows, never in Chinese, else as the sender's zone suggests."""
    if re.search(r"[一-鿿]", text):
        return False
    pairs = [
        (int(a), int(b))
        for a, b in re.findall(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?=[/.-]\d{2,4}|(?![\d/.-]))", text)
    ]
    if any(first > 12 >= second for first, second in pairs):
        return True
    if any(second > 12 >= first for first, second in pairs if second <= 31):
        return False
    offset = sent_at.utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0.0
    return not -10 <= hours <= -4


def _labelled(sentence: Sentence, sent_at: datetime, dayfirst: bool | None) -> Iterator[_Due]:
    """Dates behind a label, in the same line or the next cell."""
    form = sentence.folded.text
    for match in pattern("demands", "label").finditer(sentence.form):
        start = sentence.start + match.end()
        line = form[form.rfind("\n", 0, sentence.start + match.start()) + 1 : start]
        separator = re.match(
            r"\s?(?:\([^()\n]{0,16}\))?(?:/[a-z .]{0,24})?\s?(?:[:：=|\t\n]|\.{2,}| {2,}|为|是)[\s:：=.|]*",
            form[start : start + 60],
        )
        if separator is None or _any("not_label", line[-24:] + form[start : start + 6]):
            continue
        begin = start + separator.end()
        value = re.split(r"\n|\t", form[begin : begin + _VALUE_LENGTH])[0]
        found = _value_date(value, sent_at, dayfirst)
        if found:
            yield _Due(
                found[0],
                sentence,
                begin - sentence.start + found[1],
                begin - sentence.start + found[2],
                _LABELLED,
                "due:label",
            )


def _value_date(value: str, sent_at: datetime, dayfirst: bool | None) -> tuple[str, int, int] | None:
    """(date, start, end) in a label's value."""
    spans = find_deadlines(value, sent_at, dayfirst)
    if spans:
        return spans[0].value, spans[0].start, spans[0].end
    date = parse_date(value, sent_at.date(), future=True, dayfirst=dayfirst)
    stripped = value.strip()
    return (date, value.index(stripped), value.index(stripped) + len(stripped)) if date and len(date) == 10 else None


def _spoken(sentence: Sentence, sent_at: datetime, dayfirst: bool | None) -> Iterator[_Due]:
    """Dates in a sentence that asks for an answer by then."""
    form = sentence.form
    original = sentence.folded.original[slice(*sentence.folded.span(sentence.start, sentence.end))]
    spans = find_deadlines(original if len(original) == len(form) else form, sent_at, dayfirst)
    for span in spans:
        if _for_an_answer(sentence, span):
            yield _Due(span.value, sentence, span.start, span.end, _STATED if span.marked else _PLAIN, "due:sentence")


def _for_an_answer(sentence: Sentence, span: DeadlineSpan) -> bool:
    form = sentence.form
    first, last = sentence.clause_at(span.start, span.end)
    clause = form[first:last]
    around = form[first : span.start] + " " + form[span.end : last]
    if _any("not_asked", clause) and not re.search(
        r"请|please|pls|kindly|务必|must|let (?:me|us) know|get back", clause
    ):
        return False
    reply, goods = _any("reply", around), _any("goods", around)
    if goods:
        return reply and _reply_is_nearer(form[first:last], span.start - first, span.end - first)
    if reply:
        return span.marked or _any("asking", around)
    if len(around.strip()) > 12 and not span.marked:
        return False
    return _neighbours_ask(form, first, last) and (span.marked or _any("asking", around))


def _neighbours_ask(form: str, first: int, last: int) -> bool:
    """A clause with only the date: the sentence's clauses beside it say what it is for."""
    before, after = re.split(r"[,，;；\t]", form[max(0, first - 40) : first].rstrip(" ,，;；")), form[last : last + 40]
    beside = before[-1], after.partition("\t")[0]
    reply = [_any("reply", text) for text in beside]
    goods = [_any("goods", text) for text in beside]
    return (reply[1] and not goods[1]) or (reply[0] and not goods[0])


def _reply_is_nearer(clause: str, start: int, end: int) -> bool:
    """Answer and goods or visit in one clause: the first that follows the date (else the last before) is meant."""
    after_reply, after_goods = (
        pattern("demands", "reply").search(clause, end),
        pattern("demands", "goods").search(clause, end),
    )
    if after_reply or after_goods:
        return bool(after_reply and (not after_goods or after_reply.start() < after_goods.start()))
    before_reply = [m.end() for m in pattern("demands", "reply").finditer(clause[:start])]
    before_goods = [m.end() for m in pattern("demands", "goods").finditer(clause[:start])]
    return bool(before_reply) and (not before_goods or before_reply[-1] > before_goods[-1])


def find_reply_due(
    documents: Sequence[Document], envelope: Envelope | None, sent_at: datetime
) -> tuple[Field[str] | None, bool]:
    """The earliest reply that the customer demands, local to the Date header, and whether it is for the full report."""
    found: list[_Due] = []
    for document in documents:
        dayfirst = dayfirst_of(own_text(document), sent_at)
        for sentence in sentences(document):
            found.extend(_labelled(sentence, sent_at, dayfirst))
            found.extend(_spoken(sentence, sent_at, dayfirst))
    coming = [due for due in found if due.value[:10] >= sent_at.date().isoformat()]
    if not coming:
        return None, False
    due = min(coming, key=lambda one: (one.value[:10], one.value[10:] or "T99", -one.confidence))
    text, source = due.sentence.words(due.start, due.end)
    full = _any("full_report", due.sentence.form) and not _any("partial_report", due.sentence.form)
    return Field(due.value, text, due.confidence, source, due.rule), full


def home_currency(text: str, envelope: Envelope | None = None) -> str:
    """What 元 and $ mean in a text: by the sender's country where it is told, else by the script."""
    domain = envelope.sender.email.rpartition("@")[2] if envelope and envelope.sender else ""
    by_domain = {
        ".hk": "HKD",
        ".tw": "TWD",
        ".cn": "CNY",
        ".jp": "JPY",
        ".au": "AUD",
        ".ca": "CAD",
        ".sg": "SGD",
        ".nz": "NZD",
    }
    for ending, currency in by_domain.items():
        if domain.endswith(ending):
            return currency
    if re.search(r"香港|hk\$|港币|港幣|\+852|(?<![a-z])hong kong", text.lower()):
        return "HKD"
    if not re.search(r"[一-鿿]", text):
        return "USD"
    changed = sum(a != b for a, b in zip(text, simplify(text), strict=True))
    return "TWD" if changed > 0.04 * len(re.findall(r"[一-鿿]", text)) else "CNY"


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum claimed, as a span of its document."""

    amount: float
    currency: str
    document: Document
    start: int
    end: int
    total: bool
    labelled: bool


def _sentence_sums(sentence: Sentence, home: str) -> Iterator[_Sum]:
    form = sentence.form
    start, end = sentence.folded.span(sentence.start, sentence.end)
    for money in find_money(sentence.document.text[start:end], home):
        first, last = _form_span(sentence, start + money.start, start + money.end)
        if money.rate or not _is_claimed(sentence, money, first, last):
            continue
        clause = form[max(0, first - 16) : first]
        total = _any("total", clause)
        yield _Sum(
            money.amount, money.currency, sentence.document, start + money.start, start + money.end, total, False
        )


def _form_span(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """A span of the document as one of the sentence's form."""
    folded = sentence.folded
    if folded.is_even:
        return start - sentence.start, end - sentence.start
    lead = len(folded_text(folded.original[:start]).text)
    size = len(folded_text(folded.original[start:end]).text)
    return lead - sentence.start, lead + size - sentence.start


def _is_claimed(sentence: Sentence, money: MoneySpan, start: int, end: int) -> bool:
    form = sentence.form
    first, last = sentence.clause_at(start, end)
    clause = form[first:last]
    near = form[max(0, first - 50) : min(len(form), last + 40)]
    if not (_any("claim", clause) or _any("claim", near)):
        return False
    if _any("price", clause) and not re.search(
        r"索赔|赔|扣款|损失|承担|退款|退还|claim|charge|compensat|loss|refund", clause
    ):
        return False
    return not conditional(form, start, end, form[end:last])


def _labelled_sums(document: Document, sentence: Sentence, home: str) -> Iterator[_Sum]:
    """Sums behind a label, also a bare number, in the same line or the next cell."""
    form, folded = sentence.folded.text, sentence.folded
    for match in pattern("demands", "claim_label").finditer(form, sentence.start, min(sentence.end + 1, len(form))):
        gap = _VALUE.match(form, match.end())
        begin = gap.end() if gap else match.end()
        value = re.split(r"[\n\t。;；]", form[begin : begin + 40])[0]
        start, end = folded.span(begin, begin + len(value))
        spans = [money for money in find_money(document.text[start:end], home) if not money.rate]
        if spans:
            yield _Sum(
                spans[0].amount, spans[0].currency, document, start + spans[0].start, start + spans[0].end, True, True
            )
        elif re.fullmatch(r"\d{1,3}(?:,\d{3})*(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?", value.strip()):
            amount = parse_number(value.strip())
            label = find_money(f"1{_currency_in(match[0])}", home)
            if amount:
                yield _Sum(amount, label[0].currency if label else home, document, start, end, True, True)


def _currency_in(label: str) -> str:
    """The currency that a label names in brackets: 索赔金额(元)."""
    named = re.search(r"\((元|rmb|人民币|cny|usd|美元|台币|新台币|eur|gbp)\)", label)
    return named[1] if named else ""


def find_claim(documents: Sequence[Document], envelope: Envelope | None = None) -> Field[Claim] | None:
    """What the customer wants paid, or states as his loss; a stated total wins over its parts."""
    sums: list[_Sum] = []
    together: list[list[_Sum]] = []
    for document in documents:
        home = home_currency(own_text(document), envelope)
        for sentence in sentences(document):
            sums.extend(_labelled_sums(document, sentence, home))
            spoken = list(_sentence_sums(sentence, home))
            sums.extend(spoken)
            together.append(spoken)
    best = _best(sums, together)
    if best is None:
        return None
    text, source = place(best.document, best.start, best.end)
    confidence = _LABELLED if best.labelled or best.total else _STATED
    return Field(
        Claim(best.amount, best.currency),
        text,
        confidence,
        source,
        "claim:label" if best.labelled else "claim:sentence",
    )


def _best(sums: list[_Sum], together: list[list[_Sum]]) -> _Sum | None:
    totals = [one for one in sums if one.total]
    if totals:
        return max(totals, key=lambda one: one.amount)
    added = [_added(group) for group in together if len(group) > 1]
    candidates = [*sums, *(one for one in added if one)]
    return max(candidates, key=lambda one: one.amount, default=None)


def _added(group: list[_Sum]) -> _Sum | None:
    """Several costs of one sentence as their sum, where they are all in one currency."""
    first, last = group[0], group[-1]
    if len({one.currency for one in group}) > 1 or len({one.amount for one in group}) < len(group):
        return None
    amount = sum(one.amount for one in group)
    return _Sum(amount, first.currency, first.document, first.start, last.end, False, False)
