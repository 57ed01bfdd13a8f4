"""The policy file: the shipped figures, a company's own, and what is refused."""

import re
from pathlib import Path

import pytest

from intake.errors import SettingsError
from intake.policy import default_text, load_policy, span
from intake.policy.model import Span
from storage.records import Class, WindowName

SPEC = {
    # window: class A, class B, class C, clock
    "acknowledgement": ("2h", "2h", "2h", "round_the_clock"),
    "management_report": ("2h", "-", "-", "round_the_clock"),
    "dispatch": ("4h", "4h", "4h", "working_time"),
    "on_site_confirmation": ("same_day", "same_day", "-", "local_day"),
    "solution_or_progress": ("24h", "24h", "-", "round_the_clock"),
    "first_report": ("24h", "48h", "-", "round_the_clock"),
    "replacement": ("1d", "1d", "-", "calendar_days"),
    "hazard_notice": ("24h", "-", "-", "round_the_clock"),
    "written_record": ("12h", "12h", "12h", "round_the_clock"),
    "handled": ("3d", "3d", "-", "calendar_days"),
    "full_report": ("7d", "7d", "-", "calendar_days"),
}


def own(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SPEC)
def test_shipped_window_is_the_procedures(name: str) -> None:
    row = load_policy(None).windows.of(WindowName(name))
    spans = tuple(str(row.span(letter, "own") or "-") for letter in Class)
    assert (*spans, row.clock) == SPEC[name]
    assert row.clause


@pytest.mark.parametrize(("distance", "expected"), [("own", "24h"), ("other", "48h"), ("remote", "72h")])
@pytest.mark.parametrize("letter", [Class.A, Class.B])
def test_visit_window_goes_by_distance(letter: Class, distance: str, expected: str) -> None:
    assert str(load_policy(None).windows.on_site.span(letter, distance)) == expected  # type: ignore[arg-type]


def test_every_figure_is_explained() -> None:
    """A key stands with a comment on its line, or in a table whose heading or first lines are commented."""
    paragraphs = re.split(r"\n\n+", default_text())
    bare = [part for part in paragraphs if "=" in part and "#" not in part]
    assert bare == []


def test_shipped_text_overlaid_on_itself_changes_nothing(tmp_path: Path) -> None:
    assert load_policy(own(tmp_path, default_text())) == load_policy(None)


def test_own_figures_overlay_key_by_key_and_lists_whole(tmp_path: Path) -> None:
    policy = load_policy(
        own(
            tmp_path,
            '[windows.first_report]\nB = "36h"\n[calendar]\nweekdays = [1, 2, 3, 4, 5, 6]\n[rates]\nXAF = 0.012\n',
        )
    )
    assert str(policy.windows.first_report.B) == "36h"
    assert str(policy.windows.first_report.A) == "24h"
    assert policy.calendar.weekdays == (1, 2, 3, 4, 5, 6)
    assert "XAF" in policy.rates and "USD" in policy.rates


def test_a_window_can_be_switched_off(tmp_path: Path) -> None:
    policy = load_policy(own(tmp_path, '[windows.replacement]\nB = "-"\n[windows.on_site]\nA = "12h"\n'))
    assert policy.windows.replacement.B is None
    assert policy.windows.on_site.span(Class.A, "remote") == Span(12, "h")


WRONG = [
    ("[windows.acknowledgment]\nA = '1h'", "windows.acknowledgment", "unknown key"),
    ("[classes]\nclaim_limits = 1", "classes.claim_limits", "unknown key"),
    ("[classes]\nclaim_limit = 'much'", "classes.claim_limit", "decimal"),
    ("[classes]\nrepeats = '3'", "classes.repeats", "integer"),
    ("[windows.handled]\nA = 'soon'", "windows.handled.A", "span of time"),
    ("[windows.handled]\nA = 3", "windows.handled.A", "span of time"),
    ("[windows.handled]\nclock = 'sundial'", "windows.handled.clock", "round_the_clock"),
    ("[calendar]\nhours = ['12:00-08:00']", "calendar.hours.1", "end after"),
    ("[calendar]\nhours = ['08:00-12:00', '11:00-13:00']", "calendar", "overlap"),
    ("[calendar]\nweekdays = []", "calendar.weekdays", "at least 1"),
    ("[calendar]\ndays_off = [2027-02-08]\nworking_days = [2027-02-08]", "calendar", "2027-02-08"),
    ("[reminders]\nfirst_percent = 90", "reminders", "below"),
    ("[reminders]\nescalate_after = '2wd'", "reminders.escalate_after", "minutes, hours or days"),
    ("[rates]\nCNY = 2", "", "rate 1"),
    ("[rates]\ndollar = 7", "rates.dollar", "pattern"),
    ("[causes.rain]\nlabel = '雨'\ndepartments = ['weather']", "causes.rain.departments.1", "quality"),
    ("[completeness]\nfields = ['colour']", "completeness.fields.1", "product"),
    ("[recipients.dispatch]\nto = ['boss']", "recipients.dispatch.to.1", "department"),
    ("[classes", "", "TOML"),
]


@pytest.mark.parametrize(("text", "key", "what"), WRONG, ids=[key or what for _, key, what in WRONG])
def test_a_wrong_figure_is_refused_with_file_key_and_remedy(tmp_path: Path, text: str, key: str, what: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load_policy(path)
    assert str(path) in refused.value.cause and key in refused.value.cause and what in refused.value.cause
    assert refused.value.remedy and refused.value.exit_status == 2


def test_a_policy_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no policy file"):
        load_policy(tmp_path / "none.toml")


def test_a_policy_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes("[classes] # 类".encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_policy(path)


@pytest.mark.parametrize("text", ["0h", "-1d", "2 h", "h", "", "99999h", "2h30m", "２h", 2])
def test_what_is_no_span(text: object) -> None:
    with pytest.raises(ValueError, match="span of time"):
        span(text)
