"""Dates (日期) as people write them, resolved against the mail's own date.

A date without its year lies in the nearest past (production, shipping, finding) or, with `future`, in the nearest
future (what is demanded). 民國113年 is 2024. A production week, 六月上旬 and 近日 are no dates.
Deadlines are in `deadlines`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from parsers.normal.numerals import han_value
from parsers.normal.patterns import Patterns, Taken, load
from parsers.normal.text import Folded, matching

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5} | {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday", "sat saturday",
         "sun sunday"))
    for name in names.split()
}  # fmt: skip
_DAYS_AWAY = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "本": 0, "明": 1, "后": 2, "大后": 3, "次": 1, "隔": 1,
    "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1,
    "the day before yesterday": -2, "the day after tomorrow": 2,
}  # fmt: skip
_M = "|".join(sorted(MONTHS, key=len, reverse=True))
_W = "|".join(sorted((name for name in WEEKDAYS if name.isascii()), key=len, reverse=True))
_EARLIEST, _LATEST = 1950, 2150


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A day (`YYYY-MM-DD`) or month (`YYYY-MM`) at a place.

    `relative`: it was said from the mail's date (昨天, last Friday).
    """

    value: str
    start: int
    end: int
    relative: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    reference: date
    future: bool
    dayfirst: bool | None


def _day(year: int, month: int, day: int) -> date | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(reference: date, days: int) -> date | None:
    try:
        return reference + timedelta(days=days)
    except OverflowError:
        return None


def nearest(month: int, day: int, context_date: date, future: bool) -> date | None:
    """The nearest such day not after (with `future`: not before) the given date; 29 February finds its leap year."""
    step = 1 if future else -1
    for away in range(9):
        found = _day(context_date.year + step * away, month, day)
        if found and (found >= context_date if future else found <= context_date):
            return found
    return None


def _full_year(year: int) -> int:
    """24 → 2024, 113 → 2024 (民國), 2024 → 2024."""
    if year >= 1000:
        return year
    return year + 1911 if year >= 100 else year + 2000


def _integer(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return int(han_value(text.removeprefix("初")) or 0)


def _iso(found: date | None) -> str | None:
    return found.isoformat() if found else None


def _month(year: int, month: int) -> str | None:
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and _EARLIEST <= year <= _LATEST else None


def month_end(year: int, month: int) -> date | None:
    """The last day of a month; `month` may run past 12 or below 1."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    following = _day(year + month // 12, month % 12 + 1, 1)
    return _moved(following, -1) if following else None


def _year_month_day(m: re.Match[str], c: _Context) -> str | None:
    return _iso(_day(_full_year(_integer(m["y"])), _integer(m["m"]), _integer(m["d"])))


def _year_month(m: re.Match[str], c: _Context) -> str | None:
    return _month(_full_year(_integer(m["y"])), _integer(m["m"]))


def _month_day(m: re.Match[str], c: _Context) -> str | None:
    return _iso(nearest(_integer(m["m"]), _integer(m["d"]), c.reference, c.future))


def _english(m: re.Match[str], c: _Context) -> str | None:
    month, year = MONTHS[m["m"]], m["y"]
    if year:
        return _iso(_day(_full_year(int(year)), month, int(m["d"])))
    return _iso(nearest(month, int(m["d"]), c.reference, c.future))


def _english_month(m: re.Match[str], c: _Context) -> str | None:
    return _month(_full_year(int(m["y"])), MONTHS[m["m"]])


def _slashes(m: re.Match[str], c: _Context) -> str | None:
    """Three short numbers: which is the year, and which comes first?"""
    first, second, third = int(m["a"]), int(m["b"]), int(m["c"])
    century = c.reference.year // 100 * 100
    dayfirst = True if c.dayfirst is None and "." in m["s"] else c.dayfirst
    if third < 100 and abs(century + first - c.reference.year) <= 6 and _day(century + first, second, third):
        year_last = third + century
        if third < 10 or dayfirst is None or abs(year_last - c.reference.year) > 6 or first > 31:
            return _iso(_day(century + first, second, third))
    if third < 10:
        return None
    year = third if third >= 100 else century + third
    return _iso(_day_month(first, second, year, replace(c, dayfirst=dayfirst)))


def _day_month(first: int, second: int, year: int, c: _Context) -> date | None:
    """Day and month in either order; where both fit, by `dayfirst`, else the one on the asked side of the reference."""
    by_day, by_month = _day(year, second, first), _day(year, first, second)
    if by_day is None or by_month is None or by_day == by_month:
        return by_day or by_month
    if c.dayfirst is not None:
        return by_day if c.dayfirst else by_month
    fits_day, fits_month = ((d >= c.reference) == c.future or d == c.reference for d in (by_day, by_month))
    return by_day if fits_day and not fits_month else by_month


def _pair(m: re.Match[str], c: _Context) -> str | None:
    first, second = int(m["a"]), int(m["b"])
    if first > 12 or (c.dayfirst and second <= 12):
        first, second = second, first
    return _iso(nearest(first, second, c.reference, c.future))


def _end_of_month_of_year(m: re.Match[str], c: _Context) -> str | None:
    return _iso(month_end(_full_year(_integer(m["y"])), _integer(m["m"])))


def _this_month(m: re.Match[str], c: _Context) -> str | None:
    shift = {"上": -1, "本": 0, "这": 0, "当": 0, "下": 1, "次": 1}[m["which"][0]]
    index = c.reference.year * 12 + c.reference.month - 1 + shift
    if m["d"] is None:
        return _month(index // 12, index % 12 + 1)
    return _iso(_day(index // 12, index % 12 + 1, _integer(m["d"])))


def _month_of_year(m: re.Match[str], c: _Context) -> str | None:
    year = c.reference.year + {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}[m["year"]]
    if m["d"]:
        return _iso(_day(year, _integer(m["m"]), _integer(m["d"])))
    return _month(year, _integer(m["m"]))


def _bare_month(m: re.Match[str], c: _Context) -> str | None:
    month = _integer(m["m"])
    if not 1 <= month <= 12:
        return None
    year, here = c.reference.year, c.reference.month
    year += (1 if month < here else 0) if c.future else (-1 if month > here else 0)
    return _month(year, month)


def _english_bare_month(m: re.Match[str], c: _Context) -> str | None:
    month, here = MONTHS[m["m"]], c.reference.month
    year = c.reference.year + ((1 if month < here else 0) if c.future else (-1 if month > here else 0))
    return _month(year, month)


def _last_month(m: re.Match[str], c: _Context) -> str | None:
    index = c.reference.year * 12 + c.reference.month - 1 + {"last": -1, "this": 0, "next": 1}[m["which"]]
    return _month(index // 12, index % 12 + 1)


def weekday_date(which: str, weekday: int, reference: date, future: bool, english: bool = False) -> date | None:
    """上周五, 本周五, 下周五: weeks begin on Monday; a bare 周五 is the nearest that way, today included."""
    monday = reference - timedelta(days=reference.weekday()) if reference > date.min + timedelta(days=7) else reference
    weeks = {
        "上上": -2,
        "上": -1,
        "last": -1,
        "本": 0,
        "这": 0,
        "this": 0,
        "下": 1,
        "next": 1,
        "下下": 2,
        "coming": None,
    }
    shift = weeks.get(which)
    if english and which in ("last", "this", "coming"):  # "last Friday" said on Monday is three days ago
        back = (reference.weekday() - weekday) % 7
        ahead = (weekday - reference.weekday()) % 7
        return _moved(
            reference, -(back or 7) if which == "last" else (ahead if future else _this_week(back, reference, weekday))
        )
    if shift is None:
        back, ahead = (reference.weekday() - weekday) % 7, (weekday - reference.weekday()) % 7
        return _moved(reference, ahead if future else -back)
    return _moved(monday, 7 * shift + weekday)


def _this_week(back: int, reference: date, weekday: int) -> int:
    return -back if weekday <= reference.weekday() else weekday - reference.weekday()


def _weekday(m: re.Match[str], c: _Context) -> str | None:
    return _iso(weekday_date(m["which"] or "", WEEKDAYS[m["w"]], c.reference, c.future))


def _english_weekday(m: re.Match[str], c: _Context) -> str | None:
    return _iso(weekday_date(m["which"] or "", WEEKDAYS[m["w"]], c.reference, c.future, english=True))


def _day_away(m: re.Match[str], c: _Context) -> str | None:
    return _iso(_moved(c.reference, _DAYS_AWAY[m["away"]]))


def _days_ago(m: re.Match[str], c: _Context) -> str | None:
    return _iso(_moved(c.reference, -int(_number(m["n"]))))


def _number(text: str) -> float:
    from_words = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
    return float(text) if text.isdecimal() else float(from_words.get(text, 0) or han_value(text) or 0)


def _end_of_month(m: re.Match[str], c: _Context) -> str | None:
    which = m["which"] or ""
    shift = 1 if which[:1] in ("下", "次") or which == "next" else -1 if which[:1] == "上" or which == "last" else 0
    return _iso(month_end(c.reference.year, c.reference.month + shift))


def _end_of_named(m: re.Match[str], c: _Context) -> str | None:
    month = MONTHS.get(m["m"]) or _integer(m["m"])
    if not 1 <= month <= 12:
        return None
    year = c.reference.year + (
        (1 if month < c.reference.month else 0) if c.future else (-1 if month > c.reference.month else 0)
    )
    return _iso(month_end(year, month))


def _ordinal_day(m: re.Match[str], c: _Context) -> str | None:
    day, month, year = int(m["d"]), c.reference.month, c.reference.year
    for _ in range(3):
        found = _day(year, month, day)
        if found and (found >= c.reference if c.future else found <= c.reference):
            return _iso(found)
        month += 1 if c.future else -1
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return None


_MEANINGS: dict[str, Callable[[re.Match[str], _Context], str | None]] = {
    "year_month_day": _year_month_day, "year_month": _year_month, "end_of_month_of_year": _end_of_month_of_year,
    "month_day": _month_day, "month_of_year": _month_of_year, "this_month": _this_month, "bare_month": _bare_month,
    "english": _english, "english_month": _english_month, "english_bare_month": _english_bare_month,
    "slashes": _slashes,
    "end_of_month": _end_of_month, "end_of_named": _end_of_named, "last_month": _last_month,
    "ordinal_day": _ordinal_day,
    "weekday": _weekday, "english_weekday": _english_weekday, "day_away": _day_away, "days_ago": _days_ago,
}  # fmt: skip
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], _Context], str | None], bool]
_PATTERNS = Patterns("dates", {"m": _M, "w": _W})
_RULES: tuple[_Rule, ...] = tuple(
    (_PATTERNS.compile(row["pattern"]), _MEANINGS[row["means"]], row["relative"]) for row in load("dates")["rule"]
)
_PAIR = _PATTERNS["pair"]
_PAIR_BEFORE = _PATTERNS["pair_before"]
_PAIR_AFTER = _PATTERNS["pair_after"]
_ORDINARY = frozenset(("may", "mar", "march", "sun", "sat", "mon", "wed", "dec", "jan"))
_TIME_WORD = _PATTERNS["time_word"]
_COMPACT = _PATTERNS["compact"]
_CALENDAR_WEEK = _PATTERNS["calendar_week"]


def _ordinary_word(folded: Folded, match: re.Match[str]) -> bool:
    """May, Sun, Sat … are also ordinary words: without a word of time before them they count only as Written So."""
    for name in ("m", "w"):
        if match.groupdict().get(name) in _ORDINARY:
            start, end = folded.span(match.start(name), match.end(name))
            return not folded.original[start:end].istitle() and not _TIME_WORD.search(
                match.string[: match.start(name)][-12:]
            )
    return False


def _matches(folded: Folded, c: _Context, rules: tuple[_Rule, ...]) -> Iterator[DateSpan]:
    for pattern, make, relative in rules:
        for match in pattern.finditer(folded.text):
            value = make(match, c)
            if value and not _ordinary_word(folded, match):
                yield DateSpan(value, match.start(), match.end(), relative)


def _pairs(form: str, c: _Context) -> Iterator[DateSpan]:
    """6/14 and 6.3 are dates only where the words around say so."""
    for match in _PAIR.finditer(form):
        before = form[max(0, match.start() - 12) : match.start()]
        if _PAIR_BEFORE.search(before) or _PAIR_AFTER.match(form, match.end()):
            value = _pair(match, c)
            if value:
                yield DateSpan(value, match.start(), match.end())


def _apart(form: str, spans: list[DateSpan]) -> list[DateSpan]:
    """Earlier proposals win; the rest must not overlap them."""
    taken = Taken()
    kept = [span for span in spans if taken.take(span.start, span.end)]
    kept.sort(key=lambda span: span.start)
    following = [*kept[1:], None]
    return [span for span, after in zip(kept, following, strict=False) if not _says_it_again(form, span, after)]


def _says_it_again(form: str, span: DateSpan, after: DateSpan | None) -> bool:
    """The weekday of "Wednesday 14/08" is only the date's ornament."""
    if after is None or not span.relative or after.relative:
        return False
    return not form[span.end : after.start].strip(" ,，(")


def find_dates(text: str, reference: date, future: bool = False, dayfirst: bool | None = None) -> list[DateSpan]:
    """Every date in the text, in order. `dayfirst` settles 06/03/2024; None takes the plausible reading."""
    folded = matching(text)
    context = _Context(reference, future, dayfirst)
    spans = _apart(folded.text, [*_matches(folded, context, _RULES), *_pairs(folded.text, context)])
    return [DateSpan(s.value, *folded.span(s.start, s.end), s.relative) for s in spans]


def parse_date(text: str, reference: date, future: bool = False, dayfirst: bool | None = None) -> str | None:
    """The date that a text told to be one states, as `YYYY-MM-DD` or `YYYY-MM`; also 240603, 6/3. None for a week."""
    folded = matching(text)
    form = folded.text.strip()
    context = _Context(reference, future, dayfirst)
    spans = _apart(form, list(_matches(folded, context, _RULES)))
    if spans:
        return spans[0].value
    if _CALENDAR_WEEK.search(form):
        return None
    compact = _COMPACT.search(form)
    if compact:
        year, month, day = (compact[a] or compact[b] for a, b in (("y", "yy"), ("m", "mm"), ("d", "dd")))
        return _iso(_day(_full_year(int(year)), int(month), int(day)))
    pair = _PAIR.search(form)
    if pair:
        return _pair(pair, context)
    year_month = re.search(r"(?<!\d)(?P<y>20\d\d)[-./](?P<m>\d{1,2})(?![\d./-])", form)
    return _month(int(year_month["y"]), int(year_month["m"])) if year_month else None
