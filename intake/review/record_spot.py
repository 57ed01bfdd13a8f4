"""Words that a person pointed at on a page, as the values that they may be: what a field's input is to hold. Pure."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

from intake.acts.review import value_of_field
from intake.errors import UsageError
from intake.review.record_values import CUSTOMER, ITEM, text_of
from parsers.nlp.values import READERS
from parsers.normal.dates import parse_date
from parsers.normal.money import find_money
from parsers.normal.numbers import find_quantities
from parsers.normal.numerals import find_numbers

MOST = 400  # letters that are looked at for a code, a figure or a day
LONGEST = 2_000  # of a description

_HAN = r"[\u2e80-\u9fff\uff00-\uffef]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_LABEL = re.compile(r"^[^:：\d]{1,24}[:：]\s*(?=\S)")  # 批号：B2611-03
_PHONE = re.compile(r"[+(（]?\d[\d\s()（）+\-—/.]{4,30}\d")
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")

Reader = Callable[[str, date], str]


def value_in(name: str, words: str, today: date) -> str:
    """What the input of this field would hold; "" where the words hold no such value."""
    reader = _READ.get(name, _as_said)
    text = reader(words, today)
    try:
        value_of_field(name, text)
    except UsageError:
        return ""
    return text


def values_in(words: str, today: date) -> Mapping[str, str]:
    """field → what its input would hold, for each field whose value the words hold."""
    found = {name: value_in(name, words, today) for name in FIELDS}
    return {name: text for name, text in found.items() if text}


def _line(words: str) -> str:
    """Lines joined as one reads them: Chinese without a blank, all else with one."""
    return _BETWEEN_HAN.sub("", " ".join(words.split()))


def _as_said(words: str, today: date) -> str:
    return _without_label(_line(words))[:LONGEST]


def _without_label(line: str) -> str:
    return _LABEL.sub("", line, count=1)


def _read_as(name: str) -> Reader:
    """As the reader takes what stands beside a label of this field; else as it is said."""

    def read(words: str, today: date) -> str:
        line = _without_label(_line(words))[:MOST]
        for found in READERS[name](line, today):
            if found.field == name:
                return text_of(name, found.value)
        return line if name == "model" else ""

    return read


def _batches(words: str, today: date) -> str:
    """Each line by itself: a column of a list is several batches."""
    lines = [_without_label(" ".join(line.split()))[:MOST] for line in words.splitlines()]
    found = [code for line in lines for value in READERS["batch"](line, today) for code in _listed(value.value) if code]
    return "; ".join(dict.fromkeys(found))


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def _figure(words: str, today: date) -> str:
    """The one figure, with or without a unit; where there are several, the first that counts pieces."""
    line = unicodedata.normalize("NFKC", _line(words))[:MOST]
    found = [(one.value, one.start, one.end) for one in find_quantities(line)]
    found += [(one.value, one.start, one.end) for one in find_numbers(line) if one.value is not None]
    free = (value for value, start, end in found if not _in_a_code(line, start, end))
    return text_of("", next(free, None))


def _in_a_code(line: str, start: int, end: int) -> bool:
    """Whether the figure is a part of a code, a date or a telephone number: B2611-03, 0512-6688."""
    before = line[start - 1 : start]
    after = line[end : end + 2]
    return (before != "" and before in "-/.") or _is_latin(before) or bool(re.match(r"[-/]\w", after))


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _rate(words: str, today: date) -> str:
    for name in ("defect_rate", "ppm", "percent"):
        for found in READERS[name](_without_label(_line(words))[:MOST], today):
            if found.field == "defect_rate" and isinstance(found.value, float):
                return text_of("defect_rate", found.value)
    return ""


def _day(words: str, today: date) -> str:
    """A whole day: a month alone is none that the field would take."""
    found = parse_date(_line(words)[:MOST], today) or ""
    return found if len(found) == len("YYYY-MM-DD") else ""


def _day_to_come(words: str, today: date) -> str:
    found = parse_date(_line(words)[:MOST], today, future=True) or ""
    return found if len(found) == len("YYYY-MM-DD") else ""


def _phone(words: str, today: date) -> str:
    found = _PHONE.search(unicodedata.normalize("NFKC", _line(words))[:MOST])
    return "" if found is None else " ".join(found[0].split())


def _mail(words: str, today: date) -> str:
    found = _MAIL.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", words))[:MOST])
    return found[0] if found else ""


def _amount(words: str, today: date) -> str:
    for found in find_money(_line(words)[:MOST]):
        return text_of("", float(found.amount))
    return _figure(words, today)


def _currency(words: str, today: date) -> str:
    for found in find_money(_line(words)[:MOST]):
        return found.currency
    code = _CURRENCY.search(words)
    return code[0] if code else ""


_READ: Mapping[str, Reader] = {
    "model": _read_as("model"),
    "batch": _batches,
    "order_no": _read_as("order_no"),
    "production_date": _day,
    "ship_date": _day,
    "reply_due": _day_to_come,
    "quantity_shipped": _figure,
    "quantity_inspected": _figure,
    "quantity_defective": _figure,
    "defect_rate": _rate,
    "disposition": _read_as("disposition"),
    "phone": _phone,
    "fax": _phone,
    "email": _mail,
    "claim_amount": _amount,
    "claim_currency": _currency,
}
# What may be read from a page; kind, language and the like are not printed on one.
FIELDS = (*ITEM, *CUSTOMER, "reply_due", "claim_amount", "claim_currency")


def spots_key(spotted: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """Places of changed values, as the form holds them, as a key of `correct`. A damaged one is no place."""
    kept: dict[str, object] = {}
    for path in spotted.keys() & changed.keys():
        with suppress(ValueError, RecursionError):
            kept[path] = json.loads(spotted[path])
    return {"spots": json.dumps(kept, ensure_ascii=False)} if kept else {}
