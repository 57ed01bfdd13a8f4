"""Windows: which a record has, when each ends, and whose promise is the tightest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.policy import (
    AGREEMENT,
    DEMANDED,
    WindowFacts,
    WorkCalendar,
    load_policy,
    read_agreement,
    rewindow,
    windows_for,
)
from parsers.types import Channel, Kind, Request, Signal
from storage.records import Class, Window, WindowName, WindowState

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = load_policy(None)
CALENDAR = WorkCalendar(POLICY, SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


FRIDAY = at("2026-11-20T10:04")


def complaint(letter: Class = Class.B, **more: object) -> WindowFacts:
    base = WindowFacts("KS-202611-0001", letter, Kind.COMPLAINT, Channel.EMAIL, FRIDAY)
    return replace(base, **more)  # type: ignore[arg-type]


def due(facts: WindowFacts) -> dict[str, str]:
    """Window name → its end in Shanghai."""
    return {
        window.name.value: window.due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
        for window in windows_for(facts, POLICY, CALENDAR)
    }


def only(name: WindowName, facts: WindowFacts) -> Window:
    return next(window for window in windows_for(facts, POLICY, CALENDAR) if window.name is name)


def test_class_a_of_a_friday_morning() -> None:
    assert due(complaint(Class.A)) == {
        "acknowledgement": "11-20 12:04",
        "management_report": "11-20 12:04",
        "dispatch": "11-20 15:04",
        "on_site_confirmation": "11-20 23:59",
        "solution_or_progress": "11-21 10:04",
        "first_report": "11-21 10:04",
        "handled": "11-23 10:04",
        "full_report": "11-27 10:04",
    }


def test_class_b_has_no_management_report_and_48_hours_for_its_report() -> None:
    assert due(complaint(Class.B)) == {
        "acknowledgement": "11-20 12:04",
        "dispatch": "11-20 15:04",
        "on_site_confirmation": "11-20 23:59",
        "solution_or_progress": "11-21 10:04",
        "first_report": "11-22 10:04",
        "handled": "11-23 10:04",
        "full_report": "11-27 10:04",
    }


def test_class_c_is_acknowledged_and_dispatched_only() -> None:
    everything = complaint(Class.C, requests=frozenset(Request), signals=frozenset(Signal), reply_due="2026-11-21")
    assert due(everything) == {"acknowledgement": "11-20 12:04", "dispatch": "11-20 15:04"}


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        ("on_site", complaint(requests=frozenset({Request.ONSITE})), complaint()),
        ("replacement", complaint(requests=frozenset({Request.REPLACEMENT})), complaint()),
        ("hazard_notice", complaint(Class.A, signals=frozenset({Signal.HAZARDOUS_SUBSTANCE})), complaint(Class.A)),
        ("hazard_notice", complaint(Class.A, signals=frozenset(Signal)), complaint(Class.B, signals=frozenset(Signal))),
        ("written_record", complaint(channel=Channel.PHONE), complaint(channel=Channel.FAX)),
        ("written_record", complaint(Class.C, channel=Channel.PHONE), complaint(Class.C)),
    ],
)
def test_conditional_windows(name: str, has: WindowFacts, has_not: WindowFacts) -> None:
    assert name in due(has) and name not in due(has_not)


@pytest.mark.parametrize(
    ("distance", "end"),
    [("own", "11-21 10:04"), ("other", "11-22 10:04"), ("remote", "11-23 10:04"), (None, "11-21 10:04")],
)
def test_visit_by_distance_and_the_tightest_where_unknown(distance: str | None, end: str) -> None:
    assert due(complaint(requests=frozenset({Request.ONSITE}), distance=distance))["on_site"] == end


def test_clocks_start_at_arrival_and_stand_in_utc() -> None:
    for window in windows_for(complaint(Class.A), POLICY, CALENDAR):
        assert window.starts_at == FRIDAY and window.starts_at.tzinfo is UTC and window.due_at.tzinfo is UTC
        assert window.record == "KS-202611-0001" and window.state is WindowState.OPEN


def test_clause_is_the_procedures() -> None:
    assert only(WindowName.ACKNOWLEDGEMENT, complaint()).clause == "顾客沟通管理程序文件 §4.1.2.4"


def test_tighter_agreement_wins_and_is_named() -> None:
    window = only(WindowName.FIRST_REPORT, complaint(agreement={"first_report": "12h"}))
    assert window.due_at == at("2026-11-20T22:04") and window.clause == AGREEMENT


def test_looser_agreement_changes_nothing() -> None:
    loose = complaint(agreement={"first_report": "5d", "handled": "3d"})
    assert windows_for(loose, POLICY, CALENDAR) == windows_for(complaint(), POLICY, CALENDAR)


def test_agreement_in_calendar_and_working_days() -> None:
    facts = complaint(agreement={"full_report": "5d", "handled": "1wd"})
    assert due(facts)["full_report"] == "11-25 10:04" and due(facts)["handled"] == "11-23 10:04"
    assert only(WindowName.FULL_REPORT, facts).clause == AGREEMENT


def test_agreement_that_is_not_understood_is_said_and_not_followed() -> None:
    window = only(WindowName.FIRST_REPORT, complaint(agreement={"first_report": "soon"}))
    assert window.due_at == at("2026-11-22T10:04") and "'soon' is not understood" in window.clause


def test_demanded_date_bears_on_the_first_report_alone() -> None:
    facts = complaint(reply_due="2026-11-20")
    assert due(facts) == due(complaint()) | {"first_report": "11-20 23:59"}
    assert only(WindowName.FIRST_REPORT, facts).clause == DEMANDED


def test_demanded_date_for_the_full_report() -> None:
    facts = complaint(reply_due="2026-11-25T17:00", reply_due_for_full_report=True)
    assert due(facts) == due(complaint()) | {"full_report": "11-25 17:00"}
    assert only(WindowName.FULL_REPORT, facts).clause == DEMANDED


def test_demanded_moment_is_in_the_customers_time() -> None:
    facts = complaint(reply_due="2026-11-20T17:00", customer_zone=ZoneInfo("Europe/Paris"))
    assert only(WindowName.FIRST_REPORT, facts).due_at == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def test_later_demand_changes_nothing() -> None:
    assert due(complaint(reply_due="2026-12-24")) == due(complaint())


def test_demand_that_had_passed_on_arrival_is_said_and_not_promised() -> None:
    window = only(WindowName.FIRST_REPORT, complaint(reply_due="2026-11-19"))
    assert window.due_at == at("2026-11-22T10:04")
    assert window.clause.startswith("客诉信息处理流程 §4; ") and "2026-11-19, had passed" in window.clause


@pytest.mark.parametrize("text", ["", "2026-11", "soon", "2026-13-45", "2026-11-20T99:00", "9999-12-31"])
def test_demand_in_no_known_form_changes_nothing(text: str) -> None:
    assert due(complaint(reply_due=text)) == due(complaint())


def test_agreement_against_demand_the_tightest_of_three() -> None:
    both = complaint(agreement={"first_report": "30h"}, reply_due="2026-11-21T12:00")
    assert only(WindowName.FIRST_REPORT, both).clause == DEMANDED
    assert only(WindowName.FIRST_REPORT, replace(both, agreement={"first_report": "3h"})).clause == AGREEMENT


@settings(max_examples=80, deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(Class),
    st.sampled_from(["2024-02-29", "2026-11-20T00:00", None]),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_no_window_ends_before_its_start(moment: datetime, letter: Class, demanded: str | None, zone: str) -> None:
    facts = complaint(
        letter, received_at=moment, reply_due=demanded, requests=frozenset(Request), signals=frozenset(Signal)
    )
    for window in windows_for(facts, POLICY, WorkCalendar(POLICY, ZoneInfo(zone))):
        assert window.due_at >= window.starts_at


# ── when the class changes ──


def states(windows: tuple[Window, ...]) -> dict[str, str]:
    return {window.name.value: window.state.value for window in windows}


def test_from_b_to_a_ends_come_nearer_and_the_management_report_is_added() -> None:
    old = windows_for(complaint(Class.B), POLICY, CALENDAR)
    new = rewindow(old, complaint(Class.A), POLICY, CALENDAR)
    assert {window.name: window.due_at for window in new} == {
        window.name: window.due_at for window in windows_for(complaint(Class.A), POLICY, CALENDAR)
    }


def test_from_a_to_c_what_no_longer_applies_is_waived_and_what_was_met_stays() -> None:
    met = FRIDAY + timedelta(hours=1)
    old = tuple(
        replace(window, state=WindowState.MET, met_at=met)
        if window.name in (WindowName.ACKNOWLEDGEMENT, WindowName.MANAGEMENT_REPORT)
        else window
        for window in windows_for(complaint(Class.A), POLICY, CALENDAR)
    )
    new = rewindow(old, complaint(Class.C), POLICY, CALENDAR)
    found = states(new)
    assert (found.pop("acknowledgement"), found.pop("management_report"), found.pop("dispatch")) == (
        "met",
        "met",
        "open",
    )
    assert set(found.values()) == {"waived"}
    assert new[0] == old[0]


def test_back_to_a_waived_windows_open_again_except_what_a_person_waived() -> None:
    a, c = complaint(Class.A), complaint(Class.C)
    waived = rewindow(windows_for(a, POLICY, CALENDAR), c, POLICY, CALENDAR)
    again = states(rewindow(waived, a, POLICY, CALENDAR, frozenset({WindowName.ON_SITE_CONFIRMATION})))
    assert again["first_report"] == "open" and again["on_site_confirmation"] == "waived"


def test_an_overdue_window_whose_end_does_not_move_stays_overdue_and_reminders_stay_taken() -> None:
    old = tuple(
        replace(window, state=WindowState.OVERDUE, reminded=("50", "80", "100"))
        for window in windows_for(complaint(Class.B), POLICY, CALENDAR)
    )
    new = {window.name: window for window in rewindow(old, complaint(Class.A), POLICY, CALENDAR)}
    assert new[WindowName.ACKNOWLEDGEMENT].state is WindowState.OVERDUE
    assert new[WindowName.FIRST_REPORT].state is WindowState.OPEN
    assert new[WindowName.FIRST_REPORT].reminded == ("50", "80", "100")


def test_the_watch_looks_at_what_moved_and_goes_on_as_before_with_the_rest() -> None:
    later = FRIDAY + timedelta(hours=20)
    old = tuple(replace(window, look_at=later) for window in windows_for(complaint(Class.B), POLICY, CALENDAR))
    new = {window.name: window.look_at for window in rewindow(old, complaint(Class.A), POLICY, CALENDAR)}
    assert new[WindowName.HANDLED] == later
    assert new[WindowName.FIRST_REPORT] == new[WindowName.MANAGEMENT_REPORT] == FRIDAY
    waived = rewindow(old, complaint(Class.C), POLICY, CALENDAR)
    assert all((window.look_at is None) is (window.state is WindowState.WAIVED) for window in waived)


def test_rewindowing_with_the_same_facts_changes_nothing() -> None:
    old = windows_for(complaint(Class.A), POLICY, CALENDAR)
    assert rewindow(old, complaint(Class.A), POLICY, CALENDAR) == old


# ── the agreement column ──


def test_agreement_column() -> None:
    assert read_agreement("first_report=12h; full_report = 5d；handled＝2wd") == {
        "first_report": "12h",
        "full_report": "5d",
        "handled": "2wd",
    }
    assert read_agreement("  ") == {}


@pytest.mark.parametrize("text", ["first=12h", "first_report", "first_report=", "first_report=12"])
def test_agreement_that_says_nothing_clear_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|span"):
        read_agreement(text)
