"""Dates, rates and dispositions in running text, each by the words around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from parsers.nlp.prose import Sentences
from parsers.nlp.values import find_dispositions
from parsers.normal.dates import find_dates
from parsers.normal.ratios import find_rates

_JOINT = r"(?:日期|时间|单|于|是|在|的|为|了|货|:|\bon|\bof|\bdated?|\bfrom|\bin|\s){0,5}$"
_DATED = (
    ("ship_date", True, re.compile(r"(?:发货|出货|送货|交货|发运|发出|发来|送来|供货|shipped|dispatched|despatched|delivered|shipment|delivery(?: note)?|consignment|sent to us|supplied)" + _JOINT)),  # noqa: E501
    ("production_date", True, re.compile(r"(?:生产|制造|出厂|mfg|manufactured|produced|production|built|made)" + _JOINT)),  # noqa: E501
    ("ship_date", False, re.compile(r"\s?(?:左右|前后)?(?:贵司|你们|你司|贵公司|你厂|贵厂)?(?:从[^,。]{1,6})?(?:的)?(?:发(?!现|生|觉)|送(?!检|样|修)|出货|交货|供货|出库)|\s?(?:这|那)(?:车|票|柜)|\s?(?:shipment|delivery|dispatch|consignment)(?![a-z])")),  # noqa: E501
    ("production_date", False, re.compile(r"\s?(?:左右)?(?:生产|制造|出厂|注塑|灌装)(?!线)|\s?(?:production|build)(?! line)(?![a-z])")),  # noqa: E501
)  # fmt: skip
_LOOK = 24
# words that name a disposition on a form, but say other things in a sentence
_NOT_IN_PROSE = re.compile(
    r"reject(?:ed)?|拒收|修理|维修|修复|block(?:ed)?|collect|pickup|保留|保存|收回成本|repair(?:ed)?|screen(?:ing)?|hold|destroy(?:ed)?|选用|放行|留置|整形|打磨修复|swap|exchange|sort(?:ed|ing)?|waiver|deviation|停用|放一边|notused|扣留"
)
_REJECTED = re.compile(
    r"(?:否则|如果|如再|若|要么|不得不|将会|请问|是否|能否|if |otherwise|unless|will be |would |may |might |after \d+ days|怎么|不接受)"  # noqa: E501
)
_MAX_DISPOSITIONS = 40


_NAMED_RATE = re.compile(
    r"(?:(?:不良|不合格|故障|缺陷|报废|退货|返修|失效|ng)(?:率|比例)"
    r"|(?:defect(?:ive)?|reject(?:ion)?|failure|fallout|scrap|ng) rate)"
    r"(?:\s|为|是|约|达到?|高达|:|=|of|is|was|about|up to|around|高于){0,4}$"
)
"""What is right before a rate that its sender calls so."""


@dataclass(frozen=True, slots=True)
class Fact:
    field: str
    value: object
    start: int
    end: int
    weight: float
    rule: str


def find_facts(flowing: str, parts: Sentences, today: date) -> Iterator[Fact]:
    yield from _dates(flowing, today)
    for rate in find_rates(flowing):
        if flowing[rate.start : rate.end].strip():
            named = _NAMED_RATE.search(flowing, max(0, rate.start - 24), rate.start)
            weight = 0.9 if named else 0.8 if rate.cued else 0.3
            yield Fact("defect_rate", rate.value, rate.start, rate.end, weight, "rate")
    yield from _dispositions(flowing, parts)


def _dates(flowing: str, today: date) -> Iterator[Fact]:
    for found in find_dates(flowing, today):
        if not flowing[found.start : found.end].strip():
            continue
        before = flowing[max(0, found.start - _LOOK) : found.start].rpartition("\n")[2]
        after = flowing[found.end : found.end + _LOOK]
        for field, left, cue in _DATED:
            if cue.search(before) if left else cue.match(after):
                yield Fact(field, found.value, found.start, found.end, 0.72 if left else 0.66, "date_cue")
                break


def _dispositions(flowing: str, parts: Sentences) -> Iterator[Fact]:
    for number, (kind, start, end) in enumerate(find_dispositions(flowing)):
        if number >= _MAX_DISPOSITIONS:
            break
        first, _last = parts.at(start)
        if _NOT_IN_PROSE.fullmatch(re.sub(r"[\s-]", "", flowing[start:end])):
            continue
        clause = flowing[max(first, start - 14) : start]
        if _REJECTED.search(clause) or re.search(r"(?:不|未|没有?|无需|不用|not|no)\s?$", clause):
            continue
        yield Fact("disposition", kind, start, end, 0.5, "disposition_word")
