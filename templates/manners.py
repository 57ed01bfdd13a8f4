"""How dates, times, numbers and greetings are written in each language.

zh-CN: 2026年11月20日（星期五）10:04, 尊敬的张经理：   zh-TW: 2026/11/20（五）10:04, 張經理 您好：
en: Friday 20 November 2026, 10:04, Dear Mr Zhang,
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from templates.words import Words, salutation_words

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_LONGEST_NAME = 40
_NAME = re.compile(r"[\w .'’·•&（）()/-]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


# -------------------------------------------------------------------- dates and spans


def day(value: date, language: str) -> str:
    if language == "zh-CN":
        return f"{value.year}年{value.month}月{value.day}日"
    if language == "zh-TW":
        return f"{value.year}/{value.month:02}/{value.day:02}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment to the minute with its weekday, in `zone`; the zone is named once in the letter (`zone_name`)."""
    local = value.astimezone(zone)
    clock = f"{local:%H:%M}"
    if language == "zh-CN":
        return f"{day(local, language)}（星期{_WEEKDAYS_ZH[local.weekday()]}）{clock}"
    if language == "zh-TW":
        return f"{day(local, language)}（{_WEEKDAYS_ZH[local.weekday()]}）{clock}"
    return f"{_WEEKDAYS[local.weekday()]} {day(local, language)}, {clock}"


def iso_day(value: str, language: str) -> str:
    """`2026-11-20` or `2026-11` as the language writes it; anything else as it stands."""
    found = _ISO_DAY.fullmatch(value)
    if found is None or not 1 <= int(found[2]) <= 12:
        return value
    year, month = int(found[1]), int(found[2])
    if found[3] is None:
        return {"zh-CN": f"{year}年{month}月", "zh-TW": f"{year}/{month:02}"}.get(
            language, f"{_MONTHS[month - 1]} {year}"
        )
    try:
        return day(date(year, month, int(found[3])), language)
    except ValueError:
        return value


def zone_name(zone: ZoneInfo, at: datetime, known: Words) -> str:
    """北京时间 UTC+8; a zone without a word of its own by its tz name."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign, hours, rest = ("+" if minutes >= 0 else "-"), abs(minutes) // 60, abs(minutes) % 60
    utc = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    name = known.tables["zones"].get(str(zone.key), str(zone.key))
    return f"{name}, {utc}" if known.language == "en" else f"{name} {utc}"


def span(value: timedelta, known: Words) -> str:
    """A length of time in its two largest units: 1天4小时, 3 hours 20 minutes; less than a minute counts as one."""
    minutes = max(int(abs(value).total_seconds() // 60), 1)
    parts = [(minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")]
    first = next(at for at, (amount, _) in enumerate(parts) if amount)
    units = known.tables["units"]
    gap = units["space"]
    said = [
        f"{amount}{gap}{units[unit if amount == 1 else unit + 's']}"
        for amount, unit in parts[first : first + 2]
        if amount
    ]
    return gap.join(said)


# -------------------------------------------------------------------- numbers


def number(value: float, unit: str | None = None, language: str = "en") -> str:
    """12,000 or 2.5, with its unit where it is not in pieces."""
    plain = f"{value:,.3f}".rstrip("0").rstrip(".")
    if not unit:
        return plain
    return f"{plain} {unit}" if language == "en" else f"{plain}{unit}"


def rate(value: float) -> str:
    """A fraction as people say it: 3.5%, or ppm below a tenth of a per cent."""
    if 0 < value < 0.001:
        return f"{number(value * 1e6)} ppm"
    return f"{number(value * 100)}%"


# -------------------------------------------------------------------- greetings


def salutation(contact: str | None, language: str) -> str:
    """The letter's greeting for the name that the customer gave.

    A Chinese letter calls nobody by the bare name; the sex of one is not guessed: it says 先生/女士. A "name" that is
    too long, or holds digits, signs or a mail address, is none.
    """
    name = re.split(r"[,，、;；|]", " ".join((contact or "").split()), maxsplit=1)[0].strip()
    if not name or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or any(c.isdigit() or c == "_" for c in name):
        return _unknown(language)
    if _is_department(name):
        return _department(name, language)
    title, bare = _english_title(name)
    if language == "en":
        return f"Dear {title[0]} {bare}," if title else f"Dear {_last_part(bare)},"
    person = (
        f"{bare}{_gap(bare)}{title[1 if language == 'zh-CN' else 2]}" if title else _titled(_last_part(bare), language)
    )
    return f"尊敬的{_gap(person, first=True)}{person}：" if language == "zh-CN" else f"{person} 您好："


def _titled(name: str, language: str) -> str:
    """A name with the title that it has, else with both that it may have."""
    if name.endswith(tuple(salutation_words()["chinese_titles"])) and _CJK.search(name):
        return name
    return f"{name}{_gap(name)}{salutation_words()['untitled'][language]}"


def _unknown(language: str) -> str:
    return {"zh-CN": "尊敬的客户：", "zh-TW": "敬啟者："}.get(language, "Dear Customer,")


def _is_department(name: str) -> bool:
    known = salutation_words()
    lowered = name.lower()
    if any(word in re.split(r"[\s.]+", lowered) for word in known["english_departments"]):
        return True
    return all(part.endswith(tuple(known["departments"])) and len(part) > 2 for part in re.split(r"[ /]", name))


def _department(name: str, language: str) -> str:
    if language == "zh-CN":
        return f"尊敬的{_gap(name, first=True)}{name}{_gap(name)}同仁："
    if language == "zh-TW":
        return f"{name} 同仁 您好："
    quality = "quality" in name.lower() or re.search("[质質品]", name)
    return "Dear Quality Team," if quality else "Dear Customer,"


def _english_title(name: str) -> tuple[list[str] | None, str]:
    """(title in the three languages, name without it) for `Mr. Zhang`."""
    first, _, rest = name.partition(" ")
    title = salutation_words()["english_titles"].get(first.rstrip(".").lower())
    return (title, rest) if title and rest else (None, name)


def _last_part(name: str) -> str:
    """`质量部 李工` → `李工`, `张伟（质量部）` → `张伟`: the person, where the department stands beside the name."""
    name = re.sub(r"[（(][^（()）]*[）)]?", "", name).strip() or name
    parts = re.split(r"[ /]", name)
    if len(parts) > 1 and _CJK.search(name):
        people = [part for part in parts if part and not _is_department(part)]
        if people and people[-1] in salutation_words()["chinese_titles"]:
            return "".join(people)
        return people[0] if people else name
    return name


def _gap(text: str, *, first: bool = False) -> str:
    """A space between Chinese and Latin letters."""
    edge = text[:1] if first else text[-1:]
    return "" if _CJK.match(edge) else " "
