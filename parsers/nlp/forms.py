"""Forms (表单) in running text: pairs of label and value.

`批号：A1`, several on one line, the value under its label, values that run on, blocks of labels that come again for each item.
"""  # noqa: E501

import re
from collections.abc import Iterator
from dataclasses import replace

from parsers.nlp.candidates import Pair, View, lines
from parsers.nlp.labels import MAX_LABEL, ending, exact, meaning, squeeze
from parsers.nlp.plain import plain

_COLON = re.compile(r"[:=](?!//)|\s-(?=\s)|\s?(?:\.{3,80}|…{1,20}|_{3,60})(?=\s)")
_TIME = re.compile(r"\d$")
_CUTS = re.compile(r"[\s,，;。|、()\[\]]+")
_STRONG_CUT = re.compile(r"\s{2,}|[\t,，;。|]")
_SENTENCE = re.compile(r"[。!?]|[a-z]\. ")
_GAPS = re.compile(r"\s{2,}|\t")
_SPACED_OUT = re.compile(r"\s*(?:[\u3400-\u9fff]\s*){2,8}")
_EDGE = " \t,，;、|\u3000"
_MAX_PAIRS = 4000
_LONG = frozenset({"defect", "disposition", "request"})  # values that may run over several lines
_LIST_HEAD = re.compile(r"^(?:[\d一二三四五六七八九十]{1,2}\s*[.、)]|\(\s*[\d一二三四五六七八九十]{1,2}\s*\)|[①-⑳])")


def line_pairs(view: View) -> list[Pair]:
    """The pairs of the text outside tables, and of the text inside single cells."""
    found: list[Pair] = []
    for start, end in _regions(view):
        spans = [(start + a, start + b) for a, b in lines(view.whole[start:end])]
        for index, (first, last) in enumerate(spans):
            if len(found) > _MAX_PAIRS:
                return found
            following = spans[index + 1 : index + 5]
            found.extend(_pairs_of_line(view, first, last, following))
    return found


def _regions(view: View) -> Iterator[tuple[int, int]]:
    """The stretches between tables, and every table cell that itself holds a label."""
    cells = sorted(
        (cell.start, cell.end) for table in view.document.tables for cell in table.cells if cell.end > cell.start
    )
    at = 0
    for start, end in cells:
        if start > at:
            yield at, start
        if start >= at and ":" in view.whole[start:end]:
            yield start, end
        at = max(at, end)
    if at < len(view.whole):
        yield at, len(view.whole)


def _keys(text: str) -> list[tuple[int, int, tuple[str, ...], str]]:
    """(start of key, start of value, fields, rule) of each label with a colon in a line."""
    found: list[tuple[int, int, tuple[str, ...], str]] = []
    bound = 0
    for colon in _COLON.finditer(text[:2000]):
        at = colon.start()
        if at and text[at - 1].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        key = _key_before(text, bound, at, first=not found)
        if key is not None and (colon.group()[-1] in ":=" or key[1] != ("unknown",)):
            found.append((key[0], colon.end(), key[1], key[2]))
            bound = colon.end()
    return found


def _key_before(text: str, bound: int, at: int, first: bool) -> tuple[int, tuple[str, ...], str] | None:
    segment = text[bound:at]
    tail = segment[-MAX_LABEL:]
    gaps = [gap.end() for gap in _GAPS.finditer(tail) if gap.end() < len(tail.rstrip())]
    if gaps and not _SPACED_OUT.fullmatch(tail):
        tail = tail[gaps[-1] :]
    offset = bound + len(segment) - len(tail)
    if text[at] not in ":=":  # a dash or a row of dots parts only a whole label from its value
        cuts = [cut.end() for cut in _STRONG_CUT.finditer(tail) if cut.end() < len(tail.rstrip())]
        start = offset + (cuts[-1] if cuts else 0)
        fields = meaning(text[start:at].strip())
        return (start, fields, "label_composed") if fields else None
    starts = [offset] + [offset + cut.end() for cut in _CUTS.finditer(tail) if cut.end() < len(tail)]
    for start in starts[-6:] if len(starts) > 6 else starts:
        fields = exact(text[start:at])
        if fields:
            return start, fields, "label"
    cuts = [cut.end() for cut in _STRONG_CUT.finditer(tail) if cut.end() < len(tail.rstrip())]
    start = offset + (cuts[-1] if cuts else 0)
    fields = meaning(text[start:at])
    if fields and (first or cuts):
        return start, fields, "label_composed"
    fields, length = ending(text[start:at].rstrip())
    if fields:
        return at - length, fields, "label_in_prose"
    short = 0 < len(squeeze(text[start:at])) <= 16 and not _SENTENCE.search(text[start:at])
    if short and (cuts or (first and not segment[: start - bound].strip())):
        return start, ("unknown",), "label"
    return None


def _pairs_of_line(view: View, first: int, last: int, following: list[tuple[int, int]]) -> list[Pair]:
    line = view.whole[first:last]
    keys = _keys(line)
    if not keys:
        return list(_bare_pairs(line, first))
    found: list[Pair] = []
    for number, (key_start, value_start, fields, rule) in enumerate(keys):
        stop = keys[number + 1][0] if number + 1 < len(keys) else len(line)
        start, end = trimmed(line, value_start, stop)
        end = _within_brackets(line, start, end)
        begin, finish = first + start, first + end
        is_last = number + 1 == len(keys)
        if is_last and start >= end and following and fields[0] not in ("other", "unknown", "supplier"):
            begin, finish = _value_below(view, last, following, fields)
        elif is_last and fields[0] in _LONG:
            finish = _run_on(view, finish, line, following)
        if finish > begin:
            found.extend(Pair(field, begin, finish, first + key_start, rule=rule) for field in fields)
    return found


def _within_brackets(line: str, start: int, end: int) -> int:
    """The end of a value that began inside brackets: (型号 PF-50A，批号：25022801)，撕膜后 …"""
    depth = 0
    for place in range(start, end):
        depth += (line[place] in "([") - (line[place] in ")]")
        if depth < 0:
            return place
    return end


def trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks and separators at its edges."""
    value = line[start:end]
    left = len(value) - len(value.lstrip(_EDGE))
    return start + left, max(start + left, start + len(value.rstrip(_EDGE)))


def _is_keyed(text: str) -> bool:
    keys = _keys(text)
    return (bool(keys) and keys[0][0] <= 6) or bool(exact(text))


def _value_below(view: View, last: int, following: list[tuple[int, int]], fields: tuple[str, ...]) -> tuple[int, int]:
    """The line under a label that stands alone; nothing where that line has a label of its own."""
    start, end = following[0]
    if view.whole.count("\n", last, start) > 2 or _is_keyed(view.whole[start:end]):
        return 0, 0
    if fields[0] in _LONG:
        end = _run_on(view, end, view.whole[start:end], following[1:])
    return start, end


def _run_on(view: View, end: int, line: str, following: list[tuple[int, int]]) -> int:
    """Where a long value ends that was wrapped: lines follow directly, full width, without a label or a list number."""
    columns = width(line)
    for start, stop in following[:3]:
        wrapped = columns >= 50 and "\n\n" not in view.whole[end:start].replace(" ", "")
        text = view.whole[start:stop]
        if not wrapped or _is_keyed(text) or _LIST_HEAD.match(text) or width(text) < 8:
            break
        end, columns = stop, width(text)
    return end


def width(text: str) -> int:
    """Columns on the screen: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


_GAP = re.compile(r"\s+")
_CODE_FIELDS = frozenset({"model", "part_no", "batch", "order_no"})
_SHORT_FIELDS = _CODE_FIELDS | {
    "quantity_shipped",
    "quantity_inspected",
    "quantity_defective",
    "defect_rate",
    "ship_date",
    "production_date",
    "product",
    "fax",
    "phone",
}
_STARTS_WITH_DIGIT = re.compile(r"(?:约|about )?\d")


def _bare_pairs(line: str, first: int) -> Iterator[Pair]:
    """Labels without a colon at the start of a short line: `批号 B240615-02`, `Lot No.   4G18`."""
    if len(line) > 100 or (" " not in line and "\t" not in line):
        return
    gaps = [(gap.start(), gap.end()) for gap in _GAP.finditer(line)][:12]
    starts = [0]
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for position, (left, right) in enumerate(gaps):
        for start in starts[-3:] if starts else []:
            fields = exact(line[start:left])
            if fields and fields[0] in _SHORT_FIELDS and (start == 0 or found):
                found.append((start, right, fields))
                starts = []
                break
        starts.append(gaps[position][1])
    for number, (_, value_start, fields) in enumerate(found):
        stop = found[number + 1][0] if number + 1 < len(found) else len(line)
        start, end = trimmed(line, value_start, stop)
        if _is_plausible(line[start:end], fields[0]) and (found[number][0] == 0 or number):
            yield Pair(fields[0], first + start, first + end, first + found[number][0], rule="label_bare")


def _is_plausible(value: str, field: str) -> bool:
    if field in _CODE_FIELDS:
        return any(c.isdigit() for c in value) and len(value) <= 40 and (" " not in value or width(value) <= 24)
    if field == "product":
        return bool(re.search(r"[\u3400-\u9fff]", value)) and len(value) <= 24
    return bool(_STARTS_WITH_DIGIT.match(value)) and len(value) <= 24


# labels that speak of one item, not of the whole mail
ITEM_LABELS = frozenset(
    [
        "product",
        "model",
        "part_no",
        "drawing",
        "batch",
        "order_no",
        "quantity",
        "quantity_shipped",
        "quantity_inspected",
        "quantity_defective",
        "defect_rate",
        "defect",
        "ship_date",
        "production_date",
        "disposition",
    ]
)

_STARTERS = ("product", "model", "part_no", "batch")


def with_sections(view: View, pairs: list[Pair]) -> list[Pair]:
    """Gives the pairs of a repeated block of labels (品名…型号…; 品名…型号…) a group each, where a starter comes again."""  # noqa: E501
    ungrouped = sorted((pair for pair in pairs if pair.group is None), key=lambda pair: pair.key_start)
    starters = [pair for pair in ungrouped if pair.label in _STARTERS and _says_something(view, pair)]
    if not starters:
        return pairs
    lead = starters[0].label
    leads = [pair for pair in starters if pair.label == lead]
    values = {plain(view.text[pair.start : pair.end]).strip() for pair in leads}
    if len(values) < 2 or len(values) < len(leads):
        return pairs
    bounds = [pair.key_start for pair in leads]
    out = [pair for pair in pairs if pair.group is not None]
    for pair in ungrouped:
        section = sum(1 for bound in bounds if bound <= pair.key_start)
        out.append(replace(pair, group=f"{view.part}#s{section}") if section and pair.label in ITEM_LABELS else pair)
    return out


def _says_something(view: View, pair: Pair) -> bool:
    return any(c.isalnum() for c in view.text[pair.start : pair.end])
