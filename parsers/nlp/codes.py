"""Codes in running text: which are models, which batches, which orders, by the words around them.

Telephone numbers, dates, addresses of mail and web, standards, measures and the customer's own document numbers are none.
"""  # noqa: E501

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsers.nlp.values import is_code

_CODE = re.compile(
    r"(?<![a-z0-9@])[a-z0-9φø#](?:[a-z0-9φø#]|[-_/.×*+](?=[a-z0-9φø])|\((?=[a-z\u3400-\u9fff]{1,4}\))(?:[a-z\u3400-\u9fff]{1,4})\))*(?![@a-z0-9])"
)
_NEVER = re.compile(
    r"https?://\S{1,300}|www\.\S{1,300}|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,100}|(?<![\w-])\+?\d[\d ()-]{9,16}\d(?!\d)|(?<![\w-])(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月?(?:\d{1,2}日?)?)(?![\w-])|(?<![\w-])20[12]\d[-/.](?:0?[1-9]|1[0-2])(?![\w/-])|"  # noqa: E501
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?![\w-])|\d{1,2}:\d{2}(?::\d{2})?|(?<![\w.-])[\w.-]{1,80}\.(?:pdf|docx?|xlsx?|jpe?g|png|tiff?|zip|rar|mp4|mov|eml|txt|heic)(?![a-z])"
)
_PLAIN_NUMBER = re.compile(r"[\d.,]+")
_COUNTED = re.compile(
    r"\s?(?:只|件|个|台|套|支|片|条|块|张|根|把|付|副|枚|颗|粒|箱|卷|桶|米|吨|公斤|批|种|款|天|日|月|年|小时|点|元|万|%|pcs|pc(?![a-z])|pieces|units|sets|kg|days|hours|weeks|°|℃|度|公里|km|次)"
)
_LIST = re.compile(
    r"\s{0,2}(?:,\s?(?:and\b|&)|,|、|;|/|和|及|与|以及|还有|\band\b|&|or|\+)\s{0,2}(?:(?:lot|batch|批号|批次|no\.?|#)\s?:?)?\s{0,2}(?=[a-z0-9#])"
)
_LOOK = 40


@dataclass(frozen=True, slots=True)
class Code:
    """A code of running text: `field` is batch, order_no or model; several codes of one cue make one list."""

    field: str
    spans: tuple[tuple[int, int], ...]
    weight: float
    rule: str

    @property
    def start(self) -> int:
        return self.spans[0][0]


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "cues.toml").read_text("utf-8"))["code"]
    ends = {name: re.compile(f"(?:{cue})$") for name, cue in data.items() if "before" in name}
    begins = {name: re.compile(cue) for name, cue in data.items() if "after" in name}
    return {**ends, **begins, "never": re.compile(data["never"]), "elsewhere": re.compile(data["elsewhere"])}


def find_codes(flowing: str) -> Iterator[Code]:
    """Batches, orders and models of folded running text."""
    taken = [(match.start(), match.end()) for match in _NEVER.finditer(flowing)]
    blocked = _blocked(taken)
    at = 0
    for match in _CODE.finditer(flowing):
        if match.start() < at or any(place in blocked for place in (match.start(), match.end() - 1)):
            continue
        code = _classified(flowing, match.start(), match.end())
        if code is not None:
            at = code.spans[-1][1]
            yield code


def _blocked(spans: list[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, min(end, start + 200))}


def _classified(flowing: str, start: int, end: int) -> Code | None:
    before = flowing[max(0, start - _LOOK) : start].rpartition("\n")[2]
    piece = flowing[start:end]
    cues = _cues()
    if not any(character.isdigit() for character in piece):
        return None
    batch = max(
        (
            cues[name].search(before)
            for name in ("batch_before", "batch_before_en", "batch_before_box", "batch_before_said")
        ),
        key=_length,
    )
    order = max((cues[name].search(before) for name in ("order_before", "order_before_en")), key=_length)
    other = cues["other_before"].search(before)
    counted = _PLAIN_NUMBER.fullmatch(piece) is not None and _COUNTED.match(flowing, end) is not None
    if counted or len(piece) > 40:
        return None
    if batch and _length(batch) >= _length(other) and _is_batch(piece):
        return Code("batch", listed(flowing, start, end), 0.8 if _length(batch) > 1 else 0.6, "batch_cue")
    if order and _length(order) >= _length(other) and len(piece) >= 4:
        return Code("order_no", ((start, end),), 0.8, "order_cue")
    if other:
        return None
    after = cues["batch_after"].match(flowing, end)
    if after and _is_batch(piece) and len(piece) >= 4:
        return Code("batch", ((start, end),), 0.68, "batch_after")
    return _model(flowing, start, end, before, piece)


def _model(flowing: str, start: int, end: int, before: str, piece: str) -> Code | None:
    cues = _cues()
    cued = cues["model_before"].search(before)
    if cued and len(piece) >= 3 and (any(c.isdigit() for c in piece)):
        return Code("model", ((start, end),), 0.8, "model_cue")
    if not is_code(piece) or cues["never"].fullmatch(piece):
        return None
    letters = sum(1 for c in piece if c.isalpha())
    digits = sum(1 for c in piece if c.isdigit())
    if not letters or (letters == 1 and digits < 2 and len(piece) < 5) or len(piece) < 4:
        return None
    weight = 0.5 + (0.08 if "-" in piece or "/" in piece else 0.0) + (0.06 if len(piece) >= 6 else 0.0)
    if cues["model_after"].match(flowing, end):
        weight += 0.06
    return Code("model", ((start, end),), weight, "model_shape")


def _length(match: "re.Match[str] | None") -> int:
    return 0 if match is None else match.end() - match.start()


def _is_batch(piece: str) -> bool:
    return (
        2 <= len(piece) <= 30
        and any(c.isdigit() for c in piece)
        and not re.fullmatch(r"\d{1,2}|\d{1,2}[./]\d{1,2}", piece)
    )


def listed(flowing: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The code and those that follow it in a list: 24-112 and 24-113; 240601、240603."""
    spans = [(start, end)]
    while len(spans) < 40:
        joint = _LIST.match(flowing, spans[-1][1])
        following = _CODE.match(flowing, joint.end()) if joint else None
        if following is None or not _is_batch(following.group()):
            break
        counted = (
            _PLAIN_NUMBER.fullmatch(following.group()) is not None
            and _COUNTED.match(flowing, following.end()) is not None
        )
        first = flowing[start:end]
        alike = any(c.isalpha() for c in first) == any(c.isalpha() for c in following.group()) or len(first) == len(
            following.group()
        )
        if counted or not alike:
            break
        spans.append((following.start(), following.end()))
    return tuple(spans)


def elsewhere(sentence: str) -> bool:
    """Whether a sentence speaks of other goods: earlier ones, good ones, samples, the customer's own machine."""
    return _cues()["elsewhere"].search(sentence) is not None
