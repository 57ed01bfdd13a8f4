"""Dates and deadlines against the mail's own date: Wednesday, 12 June 2024, 09:30."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normal.dates import find_dates, parse_date
from parsers.normal.deadlines import add_working_days, find_deadlines

TODAY = date(2024, 6, 12)
SENT = datetime(2024, 6, 12, 9, 30)

PAST = {
    "2024年6月3日": "2024-06-03", "二〇二四年六月三日": "2024-06-03", "二零二四年十一月二十五日": "2024-11-25", "2024.6.3": "2024-06-03",
    "24/6/3": "2024-06-03", "240603": "2024-06-03", "20240603": "2024-06-03", "6月3号": "2024-06-03", "本月3日": "2024-06-03",
    "上周五": "2024-06-07", "昨天": "2024-06-11", "月底": "2024-06-30", "三月底": "2024-03-31", "113年6月3日": "2024-06-03",
    "民國113.6.3": "2024-06-03", "113/06/03": "2024-06-03", "June 3 2024": "2024-06-03", "June 3rd, 2024": "2024-06-03",
    "3 June": "2024-06-03", "3rd of June": "2024-06-03", "03-Jun-24": "2024-06-03", "Mar-14": "2024-03-14", "13/03/2024": "2024-03-13",
    "12月5日": "2023-12-05", "2024年6月": "2024-06", "2024-06": "2024-06", "June 2024": "2024-06", "去年11月": "2023-11",
    "3月份": "2024-03", "last Friday": "2024-06-07", "yesterday": "2024-06-11", "3天前": "2024-06-09", "two days ago": "2024-06-10",
    "08.01.2025": "2025-01-08", "6/3": "2024-06-03", "Feb 29": "2024-02-29", "上个月": "2024-05", "前天": "2024-06-10",
    "五月廿八": "2024-05-28", "2024-06-03 10:20": "2024-06-03", "２０２４／０６／０３": "2024-06-03", "the 5th": "2024-06-05",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), PAST.items())
def test_a_date_is_read_with_the_nearest_past_year(text: str, value: str) -> None:
    assert parse_date(text, TODAY) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6月3号", "2025-06-03"),
        ("6月15日", "2024-06-15"),
        ("Friday", "2024-06-14"),
        ("6/14", "2024-06-14"),
        ("end of April", "2025-04-30"),
        ("the 21st", "2024-06-21"),
        ("Feb 29", "2028-02-29"),
        ("下周一", "2024-06-17"),
    ],
)
def test_what_is_demanded_lies_in_the_nearest_future(text: str, value: str) -> None:
    assert parse_date(text, TODAY, future=True) == value


@pytest.mark.parametrize(
    "text", ["第23周", "WK23", "week 23", "六月上旬", "近日", "N/A", "", "2024年13月5日", "31/31/2024", "无"]
)
def test_a_week_a_decade_of_the_month_and_nonsense_are_no_date(text: str) -> None:
    assert parse_date(text, TODAY) is None


@pytest.mark.parametrize(("dayfirst", "value"), [(True, "2024-03-06"), (False, "2024-06-03"), (None, "2024-06-03")])
def test_the_order_of_day_and_month_can_be_told(dayfirst: bool | None, value: str) -> None:
    assert parse_date("06/03/2024", TODAY, dayfirst=dayfirst) == value


@pytest.mark.parametrize(
    "text",
    ["3/500", "比例3/5", "尺寸6.3×2", "批号20240603-01", "M6.3", "240603", "I may 3 times", "sun visor", "SAT test"],
)
def test_prose_that_only_looks_like_a_date_gives_none(text: str) -> None:
    assert find_dates(text, TODAY) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7月19号发的货", "7月19号"),
        ("before the 21/06?", "21/06"),
        ("請於 11/8 前", "11/8"),
        ("until Wednesday 14/08", "14/08"),
        ("On June 3, we found", "June 3"),
    ],
)
def test_a_date_is_found_in_prose_at_its_place(text: str, words: str) -> None:
    assert [text[d.start : d.end] for d in find_dates(text, TODAY)] == [words]


def test_relative_dates_say_so() -> None:
    assert [d.relative for d in find_dates("昨天发现6月3日的货", TODAY)] == [True, False]


DEADLINES = {
    "三个工作日内回复": "2024-06-17", "本周五下班前": "2024-06-14", "月底前": "2024-06-30", "明天上午10点前": "2024-06-13T10:00",
    "明天上午十点之前回我电话": "2024-06-13T10:00", "收到后24小时内": "2024-06-13T09:30", "7天内": "2024-06-19", "by Friday": "2024-06-14",
    "before noon": "2024-06-12T12:00", "by COB": "2024-06-12", "end of this week": "2024-06-14", "within 3 working days": "2024-06-17",
    "no later than June 20": "2024-06-20", "on or before 13.06.2024": "2024-06-13", "6月13日18:00前": "2024-06-13T18:00",
    "within 48 hours": "2024-06-14T09:30", "一周内": "2024-06-19", "before the 21/06?": "2024-06-21", "下星期三以前": "2024-06-19",
    "請於 11/8 前": "2024-11-08", "12/13 前": "2024-12-13", "请于四月底前": "2025-04-30", "by 10:00 on Friday": "2024-06-14T10:00",
    "before noon tomorrow": "2024-06-13T12:00", "by 5 pm": "2024-06-12T17:00", "下午五点前": "2024-06-12T17:00", "两天之内": "2024-06-14",
    "in 2 weeks": "2024-06-26", "2週以內": "2024-06-26", "限3日": "2024-06-15", "6月14日（周五）17:00前": "2024-06-14T17:00",
    "within a week": "2024-06-19", "本月内": "2024-06-30", "下周内": "2024-06-21", "tomorrow 3:30 pm": "2024-06-13T15:30",
    "within 24 hours of receipt": "2024-06-13T09:30", "6月20日前": "2024-06-20", "三個工作天內": "2024-06-17",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), DEADLINES.items())
def test_a_deadline_is_counted_from_the_date_header(text: str, value: str) -> None:
    assert [d.value for d in find_deadlines(text, SENT)] == [value]


@pytest.mark.parametrize(
    "text", ["尽快回复", "ASAP", "as soon as possible", "立即", "48小时后翘边", "3个月", "保修两年"]
)
def test_as_soon_as_possible_is_no_deadline(text: str) -> None:
    assert find_deadlines(text, SENT) == []


def test_a_plain_day_is_not_marked_as_due() -> None:
    assert [d.marked for d in find_deadlines("5月20号给我", SENT)] == [False]
    assert [d.marked for d in find_deadlines("5月20号前给我", SENT)] == [True]


def test_end_of_week_said_on_a_saturday_is_its_sunday() -> None:
    assert [d.value for d in find_deadlines("by the end of this week", datetime(2024, 6, 15, 9))] == ["2024-06-16"]


def test_working_days_skip_the_weekend() -> None:
    assert add_working_days(date(2024, 6, 14), 1) == date(2024, 6, 17)
    assert add_working_days(date(2024, 6, 15), 2) == date(2024, 6, 18)


DAYS = st.dates(date(2000, 1, 1), date(2089, 12, 31))


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d %B %Y", "%B %d, %Y"]))
def test_a_written_date_is_read_back(day: date, form: str) -> None:
    assert parse_date(day.strftime(form), TODAY) == day.isoformat()
    assert [d.value for d in find_dates(f"({day.strftime(form)})", TODAY)] == [day.isoformat()]


@given(DAYS, DAYS)
def test_a_date_without_its_year_lies_on_the_asked_side(day: date, reference: date) -> None:
    text = f"{day.month}月{day.day}日"
    past, future = parse_date(text, reference), parse_date(text, reference, future=True)
    assert past is not None and past <= reference.isoformat()
    assert future is not None and future >= reference.isoformat()


SOUP = st.text(
    alphabet=st.sampled_from("0123456789年月日号上下周五天前内底./-: 个工作小时点半apmybforeFriday民國，一二十廿"),
    max_size=50,
)


@given(st.one_of(st.text(max_size=60), SOUP), st.dates())
def test_any_text_and_any_day_is_read_without_error(text: str, reference: date) -> None:
    parse_date(text, reference)
    parse_date(text, reference, future=True, dayfirst=True)
    sent = datetime(reference.year, reference.month, reference.day)
    for span in [*find_dates(text, reference), *find_deadlines(text, sent)]:
        assert 0 <= span.start < span.end <= len(text)
