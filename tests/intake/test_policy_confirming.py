"""When a customer's confirmation of a batch warning is missing, by the policy's figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.errors import SettingsError
from intake.policy import WorkCalendar, load_policy
from intake.policy.confirming import confirm_by, confirming_look, confirming_steps_due
from storage.life import Warned

HOUR = timedelta(hours=1)
SENT = datetime(2026, 11, 20, 18, tzinfo=UTC)  # at night, in Shanghai
ROW = Warned("w", "KS-1", "甲", None, "a@x.example", "zh-CN", (), "l1", sent_at=SENT, asked_at=SENT)


def _of(folder: Path, text: str) -> tuple:  # type: ignore[type-arg]
    path = folder / "policy.toml"
    path.write_text(f"[warning]\n{text}", encoding="utf-8")
    policy = load_policy(path)
    return policy, WorkCalendar(policy, ZoneInfo("Asia/Shanghai"))


def test_the_owner_first_then_the_manager_each_at_its_span_and_once(tmp_path: Path) -> None:
    policy, calendar = _of(tmp_path, 'confirm_within = "6h"\nescalate_after = "3h"')
    assert confirm_by(SENT, policy, calendar) == SENT + 6 * HOUR
    assert confirming_look(ROW, policy, calendar) == SENT + 6 * HOUR
    assert confirming_steps_due(ROW, SENT + 5.9 * HOUR, policy, calendar) == ()
    [first] = confirming_steps_due(ROW, SENT + 6 * HOUR, policy, calendar)
    told = replace(ROW, reminded=(first.name,))
    assert confirming_look(told, policy, calendar) == SENT + 9 * HOUR
    [second] = confirming_steps_due(told, SENT + 9 * HOUR, policy, calendar)
    assert second.name == "escalated"
    assert confirming_look(replace(told, reminded=(first.name, second.name)), policy, calendar) is None
    assert [step.name for step in confirming_steps_due(ROW, SENT + 30 * HOUR, policy, calendar)] == [
        first.name,
        "escalated",
    ]


def test_asking_again_gives_the_customer_its_time_but_does_not_put_off_the_manager(tmp_path: Path) -> None:
    policy, calendar = _of(tmp_path, "")
    again = replace(ROW, asked_at=SENT + 25 * HOUR, reminded=(f"unconfirmed:{SENT:%Y-%m-%dT%H:%M:%S%z}",))
    assert [step.at for step in confirming_steps_due(again, SENT + 60 * HOUR, policy, calendar)] == [
        SENT + 48 * HOUR,
        SENT + 49 * HOUR,
    ]


def test_nothing_is_due_of_what_is_confirmed_or_was_never_sent(tmp_path: Path) -> None:
    policy, calendar = _of(tmp_path, "")
    for row in (replace(ROW, confirmed_at=SENT), replace(ROW, sent_at=None, asked_at=None)):
        assert confirming_steps_due(row, SENT + 100 * HOUR, policy, calendar) == ()
        assert confirming_look(row, policy, calendar) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("occasions = 1", "warning.occasions"),
        ("occasions = true", "warning.occasions"),
        ('confirm_within = "soon"', "warning.confirm_within"),
        ('escalate_after = "-"', "warning.escalate_after"),
        ("remind = 3", "warning.remind"),
    ],
)
def test_a_wrong_figure_is_refused_by_its_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        _of(tmp_path, text)
