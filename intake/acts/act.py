"""What an act is: a name, the keys that it takes, who may do it, in which states of a record, and the pure step."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from intake.acts.case import Actor, Case, World
from intake.addresses import is_address
from intake.errors import NotAllowed, RecordError, UsageError
from storage.records import RecordState, Role

Kind = Literal["text", "address", "date", "moment", "number", "yes_no", "choice", "list"]
Values = Mapping[str, Any]

STATES = frozenset(RecordState)
RUNNING = STATES - {RecordState.CLOSED, RecordState.CANCELLED}

REVIEWERS = frozenset({Role.INTAKE, Role.QUALITY, Role.QUALITY_MANAGER})
MANAGERS = frozenset({Role.QUALITY_MANAGER, Role.MANAGEMENT_REPRESENTATIVE, Role.GENERAL_MANAGER})
DEPARTMENTS = frozenset({Role.DEPARTMENT, Role.DEPARTMENT_HEAD, Role.SALES, Role.BUSINESS_UNIT_MANAGER})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Key:
    """One KEY=VALUE of an act."""

    name: str
    what: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


Do = Callable[[Case, Values, Actor, World], Case]


@dataclass(frozen=True, slots=True)
class Act:
    """`open_keys`: further keys are allowed, each the name of a field; `do` checks them itself."""

    name: str
    what: str
    do: Do
    keys: tuple[Key, ...] = ()
    who: frozenset[Role] = REVIEWERS
    states: frozenset[RecordState] = RUNNING
    open_keys: str = ""


def values_of(act: Act, given: Mapping[str, str], world: World) -> dict[str, Any]:
    """The values of an act's keys, each of its kind. UsageError names the key that is unknown, missing or wrong."""
    known = {key.name: key for key in act.keys}
    for name in given:
        if name not in known and not act.open_keys:
            takes = ", ".join(known) or "no keys"
            raise UsageError(f"{act.name} knows no key {name!r}.", f"It takes {takes}.")
    for key in act.keys:
        if key.required and not given.get(key.name, "").strip():
            raise UsageError(f"{act.name} needs {key.name}=…: {key.what}.", f"Write {key.name}=… after {act.name}.")
    return {
        name: _value(act, known[name], text, world) if name in known else text
        for name, text in given.items()
        if text.strip() or name not in known
    }


def _value(act: Act, key: Key, text: str, world: World) -> Any:
    try:
        return _READ[key.kind](text.strip(), key, world)
    except ValueError as error:
        raise UsageError(f"{act.name}: {key.name}={text!r} {error}.", f"It is {key.what}.") from error


def figure(text: str) -> float:
    """A number as people type it: 1,200, 2.5. ValueError for anything else, "nan" and "inf" among it."""
    if re.fullmatch(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text, re.ASCII) is None:
        raise ValueError("is no number")
    return float(text.replace(",", ""))


def _number(text: str, key: Key, world: World) -> float:
    return figure(text)


def _yes_no(text: str, key: Key, world: World) -> bool:
    answers = {"yes": True, "no": False, "是": True, "否": False, "true": True, "false": False}
    if text.lower() not in answers:
        raise ValueError("must be yes or no")
    return answers[text.lower()]


def _choice(text: str, key: Key, world: World) -> str:
    found = next((choice for choice in key.choices if choice.lower() == text.lower()), None)
    if found is None:
        raise ValueError(f"must be one of {', '.join(key.choices)}")
    return found


def _date(text: str, key: Key, world: World) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date, YYYY-MM-DD") from None


def _moment(text: str, key: Key, world: World) -> datetime:
    """A date alone is its end, in the company's time zone."""
    zone = world.office.desk.zone
    try:
        if len(text) == len("YYYY-MM-DD"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date or a moment, YYYY-MM-DD or YYYY-MM-DDTHH:MM") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _address(text: str, key: Key, world: World) -> str:
    if not is_address(text):
        raise ValueError("is no mail address")
    return text


_READ: dict[Kind, Callable[[str, Key, World], Any]] = {
    "text": lambda text, key, world: text,
    "address": _address,
    "date": _date,
    "moment": _moment,
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "list": lambda text, key, world: tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip()),
}


def allow(act: Act, case: Case, who: Actor) -> None:
    """NotAllowed where this person may not do this, RecordError where not in this state of the record."""
    if not who.roles & act.who:
        roles = ", ".join(sorted(role.value for role in act.who))
        raise NotAllowed(f"{who.email} may not {act.name}.", f"It takes one of these roles: {roles}.")
    if case.record.state not in act.states:
        states = ", ".join(sorted(state.value for state in act.states))
        raise RecordError(
            f"{case.number} is {case.record.state.value}: {act.name} is not possible.", f"It is possible in: {states}."
        )
