"""Deadlines (期限): 明天上午10点前, 收到后24小时内, 三个工作日内, by Friday, within 3 working days, end of this week.

All are counted from the Date header's local time. A day gives `YYYY-MM-DD`; a clock time or hours give
`YYYY-MM-DDTHH:MM`. 下班前, COB and EOD name a day, noon names 12:00. ASAP and 尽快 give nothing.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from parsers.normal.dates import DateSpan, find_dates, month_end
from parsers.normal.numerals import han_value
from parsers.normal.patterns import Patterns, Taken
from parsers.normal.text import fold, matching

_PATTERNS = Patterns("deadlines")
_ENGLISH = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "twelve": 12, "fourteen": 14, "twenty-four": 24, "forty-eight": 48, "seventy-two": 72,
}  # fmt: skip
_CLOCK = _PATTERNS["clock"]
_TAIL = _PATTERNS["tail"]
_HEAD = _PATTERNS["head"]
_DURATIONS = _PATTERNS.list("durations")
_UNITS = {
    "working": "workday", "business": "workday", "work": "workday", "工作日": "workday", "工作天": "workday",
    "hour": "hour", "hr": "hour", "hrs": "hour", "h": "hour", "小时": "hour", "钟头": "hour",
    "day": "day", "calendar": "day", "天": "day", "日": "day", "自然日": "day", "日历天": "day", "日历日": "day",
    "week": "week", "周": "week", "星期": "week", "礼拜": "week", "month": "month", "月": "month",
}  # fmt: skip
_THIS_WEEK = _PATTERNS["this_week"]
_NEXT_WEEK = _PATTERNS["next_week"]
_THIS_MONTH = _PATTERNS["this_month"]
_TODAY = _PATTERNS["today"]
_MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class DeadlineSpan:
    """A point in time at a place. `marked`: the words say that something is due then (前, 内, by …)."""

    value: str
    start: int
    end: int
    marked: bool = True


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _ENGLISH.get(text) or int(han_value(text) or 0)


def add_working_days(start: date, days: int) -> date:
    """The day that lies so many working days (Monday to Friday) after `start`, which itself is not counted."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def _after(sent_at: datetime, count: int, unit: str) -> str | None:
    if not 0 < count <= _MAX_DAYS:
        return None
    if unit == "hour":
        return (sent_at + timedelta(hours=count)).strftime("%Y-%m-%dT%H:%M")
    if unit == "workday":
        return add_working_days(sent_at.date(), count).isoformat()
    if unit == "month":
        last = month_end(sent_at.year, sent_at.month + count)
        return last.replace(day=min(sent_at.day, last.day)).isoformat() if last else None
    return (sent_at.date() + timedelta(days=count * (7 if unit == "week" else 1))).isoformat()


def _durations(form: str, sent_at: datetime) -> list[DeadlineSpan]:
    found = []
    for pattern in _DURATIONS:
        for match in pattern.finditer(form):
            value = _after(sent_at, _count(match["n"]), _UNITS[match["u"]])
            if value:
                found.append(DeadlineSpan(value, match.start(), match.end()))
    return found


def _friday(sent_at: datetime, weeks: int) -> str:
    """The week's Friday; its Sunday where Friday has passed already."""
    monday = sent_at.date() - timedelta(days=sent_at.weekday())
    last = 4 if weeks or sent_at.weekday() <= 4 else 6
    return (monday + timedelta(days=7 * weeks + last)).isoformat()


def _periods(form: str, sent_at: datetime) -> list[DeadlineSpan]:
    end = month_end(sent_at.year, sent_at.month)
    values = (
        (_THIS_WEEK, _friday(sent_at, 0)),
        (_NEXT_WEEK, _friday(sent_at, 1)),
        (_THIS_MONTH, end.isoformat() if end else ""),
    )
    return [
        DeadlineSpan(value, m.start(), m.end()) for pattern, value in values for m in pattern.finditer(form) if value
    ]


def _hour(match: re.Match[str]) -> int | None:
    if match["noon"]:
        return 12
    text = match["h"] or match["h2"] or match["h3"] or match["h4"]
    hour = int(text) if text.isdecimal() else int(han_value(text) or 0)
    half = (match["ampm"] or match["ampm3"] or match["part"] or "").strip().replace(".", "")
    if half in ("pm", "下午", "晚上", "晚", "傍晚") and hour < 12:
        hour += 12
    if half in ("am", "凌晨") and hour == 12:
        hour = 0
    return hour if hour <= 24 else None


def _clock(form: str, end: int) -> tuple[str, int] | None:
    """A clock time right after a date: (THH:MM, where it ends)."""
    match = _CLOCK.match(form, end)
    hour = _hour(match) if match else None
    if match is None or hour is None:
        return None
    minute = 30 if match["half"] else int(match["min"] or match["min2"] or 0)
    if hour == 24:
        hour, minute = 23, 59
    return (f"T{hour:02d}:{minute:02d}", match.end()) if minute < 60 else None


_CLOCK_BEFORE = _PATTERNS["clock_before"]


def _clock_before(form: str, start: int) -> tuple[str, int] | None:
    """A clock time right before a date, as in "by 10:00 on Friday", "before noon tomorrow"."""
    low = max(0, start - 20)
    match = _CLOCK_BEFORE.search(form[low:start])
    if match is None or not (match["noon"] or match["min"] or match["ampm"]):
        return None
    hour = 12 if match["noon"] else int(match["h"])
    if (match["ampm"] or "").startswith("p") and hour < 12:
        hour += 12
    return (f"T{hour:02d}:{match['min'] or '00'}", low + match.start()) if hour < 24 else None


def _dated(form: str, span: DateSpan) -> DeadlineSpan:
    """A date with its clock time before or after, and whether 前, by … stand around it."""
    start, end, value = span.start, span.end, span.value
    clock = _clock(form, end)
    earlier = None if clock else _clock_before(form, start)
    if clock and len(value) == 10:
        value, end = value + clock[0], clock[1]
    elif earlier and len(value) == 10:
        value, start = value + earlier[0], earlier[1]
    tail = _TAIL.match(form, end)
    head = _HEAD.search(form[max(0, start - 40) : start])
    within = re.match(r"(?:by|before|at|until) |.{1,20} (?:by|before|until) ", form[start:end])
    return DeadlineSpan(value, start, tail.end() if tail else end, bool(tail or head or within))


_NOON_TODAY = _PATTERNS["noon_today"]
_CLOCK_TODAY = _PATTERNS["clock_today"]
_CHINESE_CLOCK = _PATTERNS["chinese_clock"]


def _clock_alone(form: str, sent_at: datetime) -> list[DeadlineSpan]:
    """A time of this day: before noon, by 5 pm, 下午五点前."""
    today = sent_at.date().isoformat()
    found = [DeadlineSpan(f"{today}T12:00", m.start(), m.end()) for m in _NOON_TODAY.finditer(form)]
    for pattern in (_CLOCK_TODAY, _CHINESE_CLOCK):
        for match in pattern.finditer(form):
            groups = match.groupdict()
            hour = int(match["h"]) if match["h"].isdecimal() else int(han_value(match["h"]) or 0)
            late = (groups.get("ampm") or "").startswith("p") or groups.get("part") in ("下午", "晚上")
            hour += 12 if late and hour < 12 else 0
            minute = groups.get("min") or ("30" if groups.get("half") else "00")
            if hour < 24 and int(minute) < 60:
                found.append(DeadlineSpan(f"{today}T{hour:02d}:{minute}", match.start(), match.end()))
    return found


def find_deadlines(text: str, sent_at: datetime, dayfirst: bool | None = None) -> list[DeadlineSpan]:
    """Every point in time that something may be due at, in order, counted from `sent_at`; see `DeadlineSpan.marked`."""
    folded = matching(text)
    form = folded.text
    dates = [_dated(form, span) for span in find_dates(fold(text).text, sent_at.date(), future=True, dayfirst=dayfirst)]
    proposals = [*_durations(form, sent_at), *_periods(form, sent_at), *dates, *_clock_alone(form, sent_at)]
    today = sent_at.date().isoformat()
    proposals += [DeadlineSpan(today, m.start(), m.end(), _closing(m[0])) for m in _TODAY.finditer(form)]
    taken = Taken()
    kept = [span for span in proposals if taken.take(span.start, span.end)]
    kept.sort(key=lambda span: span.start)
    return [DeadlineSpan(span.value, *folded.span(span.start, span.end), span.marked) for span in kept]


def _closing(words: str) -> bool:
    return bool(re.search(r"内|下班|eod|cob|close|end of|by |before ", words))
