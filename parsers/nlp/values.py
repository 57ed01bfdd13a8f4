"""Values of labels: the words beside a label in the normal form of their field, or nothing where the form was left blank."""  # noqa: E501

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from parsers.nlp.plain import plain
from parsers.normal.dates import parse_date
from parsers.normal.numbers import find_quantities
from parsers.normal.numerals import find_numbers
from parsers.normal.ratios import find_rates, find_ratios
from parsers.types import Disposition


@dataclass(frozen=True, slots=True)
class Value:
    """A value read from `text[start:end]`, for `field`; `factor` scales the weight of the rule that led there."""

    field: str
    value: object
    start: int
    end: int
    factor: float = 1.0
    unit: str | None = None


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "blanks.toml").read_text("utf-8"))
    return {name: re.compile(pattern) for name, pattern in data.items()}


def is_blank(text: str) -> bool:
    """Whether a form says nothing here: `____`, `/`, N/A, 无, 待定, 见附件."""
    folded = plain(text).strip(" ()[]\t\n.,;。")
    return _forms()["blank"].fullmatch(folded) is not None


def ticked(text: str) -> list[tuple[int, int]] | None:
    """The spans of the ticked choices of `(√)退货 ( )换货`, ☑ before or after its word; None where there are no boxes."""  # noqa: E501
    folded = plain(text)
    marks = [(match.start(), match.end(), True) for match in _forms()["ticked"].finditer(folded)]
    marks += [(match.start(), match.end(), False) for match in _forms()["unticked"].finditer(folded)]
    marks.sort()
    if not marks or (len(marks) == 1 and folded[marks[0][1] :].strip() == "" and folded[: marks[0][0]].strip() == ""):
        return None
    leading = folded[: marks[0][0]].strip(" :,;、") == "" or folded[marks[-1][1] :].strip(" ,;、。") != ""
    found: list[tuple[int, int]] = []
    for number, (start, end, on) in enumerate(marks):
        if not on:
            continue
        if leading:
            stop = marks[number + 1][0] if number + 1 < len(marks) else len(folded)
            found.append(_strip(folded, end, stop))
        else:
            begin = marks[number - 1][1] if number else 0
            found.append(_strip(folded, begin, start))
    return [(start, end) for start, end in found if end > start]


def _strip(text: str, start: int, end: int, edge: str = " \t\n:,;、。/|") -> tuple[int, int]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(edge))
    return start + left, max(start + left, start + len(piece.rstrip(edge)))


# ---------------------------------------------------------------- codes

CODE = re.compile(r"[a-z0-9φø#][a-z0-9φø#.\-_/*+×]*[a-z0-9φø#)]|[a-z0-9]")
_STRONG_CODE = re.compile(
    r"(?=[a-z0-9φø#.\-_/*+×]*\d)(?=[a-z0-9φø#.\-_/*+×]*[a-zφø\-])[a-z0-9φø#][a-z0-9φø#.\-_/*+×]{3,}"
)
_UNIT_LIKE = re.compile(
    r"[\d.,×x*/~-]+(?:mm|cm|m|km|kg|g|mg|l|ml|v|w|kw|a|ma|mah|hz|khz|mhz|ghz|kpa|mpa|pa|bar|gb|tb|mb|pcs|pc|ppm|%|℃|°c|k|ohm|uf|nf|inch|in|s|h|min|nm|rpm|d|t|j|db|lm|va|kva|hp|psi|n|kn|hrc|hv|hb|days?|weeks?|st|nd|rd|th|am|pm|x)?"
)
_BATCH_SPLIT = re.compile(
    r"\s*,\s*(?:and|&)\s+|\s*[、,;，；\n]\s*|\.\s+|\s+(?:和|及|与|and|&|\+)\s+|(?<=[0-9a-z])(?:和|及|与)(?=[0-9a-z])|\s+/\s+|\s{2,}"
)
_BATCH_LEAD = re.compile(r"^(?:(?:批次|批号|lot|batch|heat|d/c|no|nr|号|炉号)\s*[.:#号]*\s*)+")
_NOTE = re.compile(r"\s*\([^()]*\)?$|\s*(?:等\s*\d*\s*[个批].*|共\s*\d+\s*批.*|及以后.*|onwards.*)$")


_COUNT = re.compile(
    r"(?:about|around|approx\.?|ca\.?|over|some|约|近|共)?\s?[\d,.]+\s?"
    r"(?:pcs?|pieces?|units?|sets?|pairs?|rolls?|reels?|bags?|boxes|cartons?|cases|drums?|packs?|pallets?|meters?|metres?|kgs?|tons?|tonnes?"
    r"|只|件|个|台|套|支|片|条|双|副|公斤|吨|米|箱|卷|桶|袋|包|盒|瓶)(?:\.|\s.*|$)"
)
"""What is counted, not named: 12 rolls, around 400 sets at dealers."""
_PROSE = re.compile(
    r"(?:^|\s)(?:(?:printed|marked|stamped|made|produced|manufactured|on|in|from|with|which|that|is|are|was|were|at|by|for|of|about|around)\s)"
)


def is_code(folded: str) -> bool:
    """Letters and digits together, no bare measure: `lj12a3-4-z/bx` yes, `15kw` no."""
    bare = re.sub(r"\([^()]*\)", "", folded)
    return _STRONG_CODE.fullmatch(bare) is not None and _UNIT_LIKE.fullmatch(bare) is None


def batch_values(text: str) -> list[tuple[int, int]]:
    """The spans of the batch numbers in a value that lists them; a range stays one."""
    folded = plain(text)
    spans: list[tuple[int, int]] = []
    at = 0
    for gap in [*_BATCH_SPLIT.finditer(folded), None]:
        stop = gap.start() if gap is not None else len(folded)
        span = _one_batch(folded, at, stop)
        if span is not None:
            spans.extend(_halves(folded, *span))
        elif spans and stop > at:
            break  # the list is over: what follows is a sentence
        at = gap.end() if gap is not None else stop
        if len(spans) >= 50:
            break
    return spans


def _halves(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """20250217A/20250218B are two; DC24/03 is one: a slash parts codes of one shape."""
    left, slash, right = folded[start:end].partition("/")
    shape = re.compile(r"\d")
    if (
        slash
        and len(left) >= 5
        and shape.sub("0", left)[:4] == shape.sub("0", right)[:4]
        and abs(len(left) - len(right)) <= 1
    ):
        return [(start, start + len(left)), (start + len(left) + 1, end)]
    return [(start, end)]


def _one_batch(folded: str, start: int, end: int) -> tuple[int, int] | None:
    start, end = _strip(folded, start, end)
    lead = _BATCH_LEAD.match(folded[start:end])
    if lead:
        start += lead.end()
    note = _NOTE.search(folded[start:end])
    if note and note.start():
        end = start + note.start()
    start, end = _strip(folded, start, end, " :.;,、。")
    if folded[start:end].endswith(")") and "(" not in folded[start:end]:
        end -= 1
    piece = folded[start:end]
    if not piece or len(piece) > 40 or is_blank(piece):
        return None
    prose = _PROSE.search(piece)
    if prose:
        end = start + prose.start()
        piece = folded[start:end]
    if not piece or _COUNT.match(piece):
        return None
    has_code = any(c.isdigit() for c in piece) or (re.fullmatch(r"[a-z-]{2,8}", piece) is not None)
    words = re.findall(r"[\u3400-\u9fff]", re.sub(r"[班早中晚夜月年日第号线白至到]", "", piece))
    return (start, end) if has_code and len(words) <= 2 else None


# ---------------------------------------------------------------- one reader a field

Reader = Callable[[str, date], Iterator[Value]]
_MAX_VALUE = 400


def _product(text: str, today: date) -> Iterator[Value]:
    folded = plain(text)
    sentence_ends = re.search(r"[，。；]", text)
    start, end = _strip(
        folded, 0, min(len(folded), 120, sentence_ends.start() if sentence_ends and sentence_ends.start() > 1 else 120)
    )
    codes = [match for match in re.finditer(r"[^\s,，;；、()（）]+", folded[start:end]) if is_code(match.group())]
    stop = end
    if codes:
        code = codes[0]
        first, last = _strip(folded, start + code.start(), start + code.end(), " ()[]")
        yield Value("model", text[first:last], first, last, 0.8)
        if code.start() > 1:
            stop = _strip(folded, start, start + code.start(), " ,;、(/-")[1]
        else:
            start, stop = _strip(folded, start + code.end(), end, " ,;、()/-")
    if stop - start >= 2 and re.search(r"[\u3400-\u9fff]|[a-z]{2}", folded[start:stop]):
        yield Value("product", text[start:stop], start, stop)


def _model(text: str, today: date) -> Iterator[Value]:
    folded = plain(text)
    start, end = _strip(folded, 0, min(len(folded), 100))
    cut = re.search(r"[;；。\n]|,(?!\d)\s*(?=[\u3400-\u9fff])|，", folded[start:end])
    if cut and cut.start() > 1:
        end = start + cut.start()
    revision = re.search(r"\s+(?:rev(?:ision)?|版本|ver)\.?\s*[a-z0-9.]{1,4}$|\.\s+\S.*$", folded[start:end])
    if revision and revision.start() > 2:
        end = start + revision.start()
    start, end = _strip(folded, start, end)
    piece = folded[start:end]
    if not piece:
        return
    wordy = _is_wordy(piece)
    name = re.match(r"([\u3400-\u9fff]{2,12})\s*[ /]?\s*(?=[a-z0-9φ])", piece)
    if name and is_code(piece[name.end() :].split()[0]):  # 品名规格: 散热风扇 LF-8038
        yield Value("product", text[start : start + name.end(1)], start, start + name.end(1), 0.9)
        start += name.end()
    yield Value("product" if wordy else "model", text[start:end], start, end, 0.7 if wordy else 1.0)


def _is_wordy(piece: str) -> bool:
    """Words and no code: a name of goods under the head of a number (Ref.: Power adapter 65 W)."""
    if any(is_code(word.strip("()")) for word in piece.split()):
        return False
    chinese = len(re.findall(r"[\u3400-\u9fff]", piece))
    words = len(re.findall(r"[a-z]{3,}", piece))
    return words >= 2 or (chinese >= 3 and not any(c.isdigit() for c in piece))


def _batch(text: str, today: date) -> Iterator[Value]:
    spans = batch_values(text)
    if spans:
        yield Value("batch", tuple(text[a:b] for a, b in spans), spans[0][0], spans[-1][1])


def _order(text: str, today: date) -> Iterator[Value]:
    folded = plain(text)
    match = re.search(r"(?=[a-z/\-_.#]*\d)[a-z0-9][a-z0-9\-_/.#]*[a-z0-9]|(?<=\d)\b", folded[:80])
    if match and match.end() - match.start() >= 3:
        yield Value("order_no", text[match.start() : match.end()], match.start(), match.end())


def _month_and_year(text: str) -> str | None:
    """11/2024, 03-2025 → 2024-11, 2025-03."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s?[/.-]\s?(20\d\d)\s*", plain(text))
    return f"{found[2]}-{int(found[1]):02d}" if found else None


def _date(field: str, future: bool = False) -> Reader:
    def read(text: str, today: date) -> Iterator[Value]:
        found = parse_date(text[:60], today, future) or _month_and_year(text[:20])
        if found is not None:
            start, end = _strip(plain(text), 0, min(len(text), 60))
            counts = find_quantities(text[:60]) if field == "ship_date" else []
            end = _strip(plain(text), start, counts[0].start)[1] if counts and counts[0].start > start else end
            yield Value(field, found, start, end)
            for count in counts[:1]:  # Shipped: 2025/02/08, 300 cartons
                yield Value("quantity_shipped", count.value, count.start, count.end, 0.85, count.unit)

    return read


def _quantity(field: str) -> Reader:
    def read(text: str, today: date) -> Iterator[Value]:
        head = text[:120]
        for ratio in find_ratios(head) if field in ("quantity_defective", "defect_rate") else ():
            yield Value("quantity_defective", ratio.part, ratio.start, ratio.end)
            yield Value("quantity_inspected", ratio.whole, ratio.start, ratio.end, 0.8)
            break
        else:
            yield from _count(field, head)
        for rate in find_rates(head):
            yield Value("defect_rate", rate.value, rate.start, rate.end, 0.9)
            break

    return read


def starts_with_number(text: str) -> bool:
    """Whether what stands under the head of a count may be one: short, or with its number in front."""
    folded = plain(text).strip()
    return len(folded) <= 16 or re.search(r"\d|[一二两三四五六七八九十百千]", folded[:8]) is not None


def _count(field: str, head: str) -> Iterator[Value]:
    found = find_quantities(head)
    if found:
        first = found[0]
        yield Value(field, first.value, first.start, first.end, 1.0, first.unit)
        return
    folded = plain(head)
    for number in find_numbers(folded):
        before, after = folded[: number.start], folded[number.end :]
        if (
            number.value is None
            or re.match(r"\s*[%‰]|\s*ppm|\s?[:/年月-]\s?\d", after)
            or re.search(r"[a-z\d][-./]?$", before)
        ):
            continue
        if re.fullmatch(r"[ :约共计有=≈~]*(?:about )?", before) or re.search(r"[:=\s]$", before):
            unit = re.match(
                r"\s?(m|kg|g|l|米|公斤|吨|桶|卷|箱|t|km|升|令|盘|roll|rolls|drums?|cartons?|ctns?|boxes)(?![a-z])",
                after,
            )
            yield Value(
                field,
                number.value,
                number.start,
                number.end + (unit.end() if unit else 0),
                1.0,
                unit[1] if unit else None,
            )
            return


def _rate(text: str, today: date) -> Iterator[Value]:
    rates = find_rates(text[:80])
    folded = plain(text[:80])
    if rates:
        yield Value("defect_rate", rates[0].value, rates[0].start, rates[0].end)
        return
    bare = re.fullmatch(r"\s*(0?\.\d{1,6})\s*", folded)
    if bare:
        yield Value("defect_rate", float(bare[1]), bare.start(1), bare.end(1), 0.7)


def _ppm(text: str, today: date) -> Iterator[Value]:
    yield from _rate(text, today)
    number = re.fullmatch(r"\s*(\d{1,3}(?:,\d{3})*|\d{1,6})\s*", plain(text[:40]))
    if number:
        yield Value("defect_rate", float(number[1].replace(",", "")) / 1e6, number.start(1), number.end(1), 0.95)


def _percent(text: str, today: date) -> Iterator[Value]:
    yield from _rate(text, today)
    number = re.fullmatch(r"\s*(\d{1,2}(?:\.\d{1,4})?)\s*", plain(text[:40]))
    if number:
        yield Value("defect_rate", round(float(number[1]) / 100, 9), number.start(1), number.end(1), 0.8)


_SENTENCES = re.compile(r"[^。!?！？；;\n]+[。!?！？]?")
_LONG_DEFECT = 90


def _defect(text: str, today: date) -> Iterator[Value]:
    folded = plain(text)
    choice = ticked(text)
    if choice:
        start, end = choice[0]
        yield Value("defect", text[start:end], start, end)
        return
    start, end = _strip(folded, 0, min(len(folded), _MAX_VALUE))
    number = re.match(r"(?:[1一①]\s*[.、)]|\(1\))\s*", folded[start:end])
    if number:
        start += number.end()
    if end - start > _LONG_DEFECT or folded[start:end].count("。") > 1:
        end = _shortened(folded, start, end)
    start, end = _strip(folded, start, end, " \t\n,;、。")
    words = re.sub(r"[\d.,%‰\s/()-]|ppm|pcs?|ea|只|件|个|台|套|支|片|条|块", "", folded[start:end])
    if len(words) >= 2:
        yield Value("defect", text[start:end], start, end)


def _shortened(folded: str, start: int, end: int) -> int:
    """The end of the first sentence that says enough by itself."""
    wide = re.search(r"[\u3400-\u9fff]", folded[start:end]) is not None
    least = 8 if wide else 25
    for sentence in (_SENTENCES if wide else re.compile(r"(?:[^.!?;\n]|\.(?! |\n|$))+[.!?]?")).finditer(
        folded, start, end
    ):
        if sentence.end() - start >= least:
            return sentence.end()
    return end


@cache
def _dispositions() -> list[tuple[str, Disposition]]:
    data = tomllib.loads((Path(__file__).parent / "dispositions.toml").read_text("utf-8"))
    words = [(plain(word), Disposition(kind)) for kind, text in data.items() for word in text.split()]
    return sorted(set(words), key=lambda pair: (-len(pair[0]), pair[0]))


@cache
def _disposition_pattern() -> re.Pattern[str]:
    spelled = []
    for word, _ in _dispositions():
        body = r"[\s-]?".join(map(re.escape, word)) if word.isascii() else re.escape(word)
        spelled.append(rf"(?<![a-z]){body}(?![a-z])" if word[0].isascii() and word[0].isalpha() else body)
    return re.compile("|".join(spelled))


def find_dispositions(folded: str) -> Iterator[tuple[Disposition, int, int]]:
    """Every word of folded text that names what happens to bad parts, in order."""
    kinds = dict(_dispositions())
    for match in _disposition_pattern().finditer(folded):
        kind = kinds.get(re.sub(r"[\s-]", "", match.group())) or kinds.get(match.group())
        if kind is not None:
            yield kind, match.start(), match.end()


def _disposition(text: str, today: date) -> Iterator[Value]:
    folded = plain(text[:_MAX_VALUE])
    choices = ticked(text[:_MAX_VALUE])
    spans = choices if choices is not None else [(0, min(len(folded), 160))]
    for start, end in spans:
        negated = re.compile(r"(?:不|未|无需|不要|不得|not|no)\s*$")
        hits = [
            hit
            for hit in find_dispositions(folded[start:end])
            if not negated.search(folded[start : start + hit[1]][-6:])
        ]
        refused = re.search(r"not accepted|不接受|refused", folded[start:end])
        if refused:
            hits = [hit for hit in hits if hit[1] > refused.end()] or hits
        if hits:
            kind, first, last = hits[0]
            yield Value("disposition", kind, start + first, start + last)
            return


READERS: dict[str, Reader] = {
    "product": _product,
    "model": _model,
    "part_no": _model,
    "drawing": _model,
    "number": _model,
    "batch": _batch,
    "order_no": _order,
    "production_date": _date("production_date"),
    "ship_date": _date("ship_date"),
    "quantity": _quantity("quantity"),
    "quantity_shipped": _quantity("quantity_shipped"),
    "quantity_inspected": _quantity("quantity_inspected"),
    "quantity_defective": _quantity("quantity_defective"),
    "defect_rate": _rate,
    "ppm": _ppm,
    "percent": _percent,
    "defect": _defect,
    "disposition": _disposition,
}
