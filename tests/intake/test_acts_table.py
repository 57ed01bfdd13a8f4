"""The table of acts: rights, states and keys are refused with one clear line, and the help names them all."""

import pytest

from intake.acts.act import REVIEWERS, Act, Key, allow, values_of
from intake.acts.case import Actor, Case
from intake.acts.table import ACTS, help_lines
from intake.errors import RecordError, UsageError
from storage.life import Life
from storage.records import RecordState, Role
from tests.storage.samples import record

REVIEWER = Actor("he@example.com", roles=frozenset({Role.QUALITY}))
FIXED = (
    "confirm",
    "correct",
    "classify",
    "assign",
    "sign",
    "refuse",
    "approve",
    "send",
    "hold",
    "accept",
    "reject",
    "close",
    "reopen",
    "cancel",
)


def _case(state: RecordState) -> Case:
    return Case(record=record("KS-202511-0001", state=state), life=Life("KS-202511-0001"))


def test_the_fixed_acts_are_there_and_the_help_names_every_act_and_key() -> None:
    assert set(FIXED) <= set(ACTS)
    text = "\n".join(help_lines())
    for act in ACTS.values():
        assert f"{act.name}: " in text
        for key in act.keys:
            assert f"{key.name}=…" in text


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.who == REVIEWERS])
def test_departments_do_not_do_what_reviewers_do(name: str) -> None:
    with pytest.raises(RecordError, match="may not"):
        allow(ACTS[name], _case(RecordState.IN_PROGRESS), Actor("li@example.com", roles=frozenset({Role.DEPARTMENT})))


def test_a_state_that_forbids_an_act_is_named_with_those_that_allow_it() -> None:
    with pytest.raises(RecordError, match=r"KS-202511-0001 is closed.*possible in"):
        allow(ACTS["confirm"], _case(RecordState.CLOSED), REVIEWER)


TRIED = Act(
    "tried",
    "for this test",
    lambda case, values, who, world: case,
    (
        Key("when", "a day", "date"),
        Key("many", "a count", "number", required=True),
        Key("which", "one of two", "choice", choices=("one", "two")),
        Key("really", "yes or no", "yes_no"),
        Key("to", "an address", "address"),
    ),
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "needs many"),
        ({"many": ""}, "needs many"),
        ({"many": "lots"}, "is no number"),
        ({"many": "nan"}, "is no number"),
        ({"many": "1e999"}, "is no number"),
        ({"many": "1,2,3"}, "is no number"),
        ({"many": "1", "when": "tomorrow"}, "must be a date"),
        ({"many": "1", "which": "three"}, "must be one of one, two"),
        ({"many": "1", "really": "maybe"}, "must be yes or no"),
        ({"many": "1", "to": "nobody"}, "is no mail address"),
        ({"many": "1", "colour": "red"}, "knows no key 'colour'"),
    ],
)
def test_a_wrong_key_is_refused_with_its_name_and_form(given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        values_of(TRIED, given, None)  # type: ignore[arg-type]


def test_values_come_out_in_their_kind() -> None:
    read = values_of(TRIED, {"many": "1,200", "which": "TWO", "really": "是"}, None)  # type: ignore[arg-type]
    assert read == {"many": 1200.0, "which": "two", "really": True}
