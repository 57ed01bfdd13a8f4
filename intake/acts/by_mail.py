"""What our own people answer by mail, as acts: signature, refusal, lines of the 8D, a new promised date.

A line such as "签收", "拒收：不是我部门", "D3 成品库：已检300 不良2", "承诺日期：12月5日" is read as what it says;
whatever else the mail holds stays in the record's thread for people to read. Pure: text in, orders out.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from parsers.normal.dates import parse_date
from storage.eight_d import Action, Axis, Cause, Containment, EightD, Place
from storage.eight_d_json import eight_d_from, eight_d_json

MOST_LINES = 400
LONGEST_LINE = 2000

_DATES = frozenset({"clean_date", "planned_on", "done_on"})
_GROWS = frozenset({"emergency_response", "our_text", "method", "read_across", "review", "validation"})
_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)

_STEP = re.compile(r"^\s*(D[0-8])\s*[:：.、)\-—]?\s*(.*)$", re.IGNORECASE)
_FIGURE = re.compile(r"\s*(?:数量|數量|品)?\s*[:：=]?\s*(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Order:
    """One act that the mail asks for, with its keys."""

    act: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mail of ours says: acts in their order, and lines of the 8D by step (`"D3"`, label, text)."""

    orders: tuple[Order, ...] = ()
    lines: tuple[tuple[str, str, str], ...] = ()


def answer_of(text: str, today: date) -> Answer:
    """Reads the new text of a mail (without quotes and signature); `today` completes dates without a year."""
    orders: list[Order] = []
    lines: list[tuple[str, str, str]] = []
    step = ""
    for line in _lines(text):
        begins = _STEP.match(line)
        if begins is not None:
            step = begins[1].upper()
            if begins[2]:
                lines.append((step, *_labelled(step, begins[2])))
            continue
        order = _order(line, today)
        if order is not None:
            if order.act not in {one.act for one in orders}:
                orders.append(order)
            step = ""
        elif step:
            lines.append((step, *_labelled(step, line)))
    return Answer(tuple(orders), tuple(lines))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines()[:MOST_LINES]:
        plain = line.strip()[:LONGEST_LINE]
        if plain:
            yield plain


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "mail.toml").read_text(encoding="utf-8"))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _begins(line: str, words: list[str]) -> str | None:
    """What follows one of the words at the line's start; None where it begins otherwise. The longest word counts."""
    plain = unicodedata.normalize("NFKC", line)
    folded = plain.casefold()
    for word in sorted(words, key=len, reverse=True):
        known = _normal(word)
        if folded.startswith(known):
            rest = plain[len(known) :]
            if not rest or rest[0] in " \t:,.;!。，；！、-" or (ord(known[-1]) > 0x2E80 and rest[0] in "了"):
                return _as_typed(line, rest).strip(" \t:,.;!：。，；！、-了")
    return None


def _as_typed(line: str, rest: str) -> str:
    """The end of the line that `rest` is the normal form of, with its own punctuation."""
    starts = range(max(len(line) - len(rest), 0), len(line) + 1)
    same = (line[at:] for at in starts if unicodedata.normalize("NFKC", line[at:]) == rest)
    return next(same, rest)


def _order(line: str, today: date) -> Order | None:
    words = _words()
    refused = _begins(line, words["refuse"])
    if refused is not None:
        return Order("refuse", {"reason": refused or line})
    promised = _begins(line, words["promise"])
    if promised:
        day = _day(promised, today)
        return Order("promise", {"date": day.isoformat(), "reason": promised}) if day else None
    done = _begins(line, words["done"])
    if done:
        task, _, result = done.partition(" ")
        return (
            Order("done", {"task": task, "result": result.strip() or done})
            if re.fullmatch(r"[\w-]{6,40}", task)
            else None
        )
    signed = _begins(line, words["sign"])
    return Order("sign", {}) if signed is not None and len(signed) <= 40 else None


def _day(text: str, today: date) -> date | None:
    stated = parse_date(text, today, future=True)
    return date.fromisoformat(stated) if stated and len(stated) == len("YYYY-MM-DD") else None


def _labelled(step: str, line: str) -> tuple[str, str]:
    """(field, text) of a line under a step."""
    words = _words()
    for field, labels in words["labels"].get(step, {}).items():
        rest = _begins(line, labels)
        if rest:
            return field, rest
    return words["steps"].get(step, ""), line


def written_into(report: EightD, lines: tuple[tuple[str, str, str], ...], today: date) -> EightD:
    """The 8D with these lines: what they name is replaced, further causes and actions are added."""
    for _, field, text in lines:
        if field:
            report = _with_line(report, field, text, today)
    return report


def _with_line(report: EightD, field: str, text: str, today: date) -> EightD:
    plain = eight_d_json(report)
    parts = field.split(".")
    if field.startswith("d3.rows."):
        _put_place(plain["d3"]["rows"], parts[2], text)
    elif field.startswith("d4.causes."):
        _put_cause(plain["d4"]["causes"], parts[2], text)
    elif field == "d5.new":
        plain["d5"].append(_json(Action(text)))
    elif field.startswith("d5.last."):
        if plain["d5"]:
            plain["d5"][-1][parts[2]] = _typed(plain["d5"][-1], parts[2], text, today)
    else:
        part = plain[parts[0]]
        part[parts[1]] = _typed(part, parts[1], text, today)
    return eight_d_from(plain)


def _put_place(rows: list[dict[str, Any]], place: str, text: str) -> None:
    """A place's row of D3, with the figures that its text names."""
    row = next((one for one in rows if one["place"] == place), None)
    if row is None:
        row = _json(Containment(Place(place)))
        rows.append(row)
    row |= {**_figures(text), "action": text}


def _put_cause(causes: list[dict[str, Any]], axis: str, text: str) -> None:
    """The first empty cause of this axis, else a further one."""
    row = next((one for one in causes if one["axis"] == axis and not one["text"]), None)
    if row is None:
        row = _json(Cause(Axis(axis)))
        causes.append(row)
    row["text"] = text


def _figures(text: str) -> dict[str, float]:
    plain = _normal(text)
    found: dict[str, float] = {}
    for name, words in _words()["figures"].items():
        for word in sorted(words, key=len, reverse=True):
            at = plain.find(_normal(word))
            figure = _FIGURE.match(plain, at + len(_normal(word))) if at >= 0 else None
            if figure is not None:
                found[name] = float(figure[1])
                break
    return found


def _typed(part: Mapping[str, Any], name: str, text: str, today: date) -> str | None:
    """A field's new value: its day where the field is a date, one more line where it holds text already."""
    if name in _DATES:
        day = _day(text, today)
        return day.isoformat() if day else part[name]
    before = part[name]
    return f"{before}\n{text}" if before and before != text and name in _GROWS else text


def _json(row: Any) -> dict[str, Any]:
    return dict(_PLAIN.dump_python(row, mode="json"))
