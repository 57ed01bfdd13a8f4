"""The corpus's own notation, read strictly: `贵司{SHIP_DATE|5月12日}送来的{PRODUCT|轴承}` → text and spans.

A file is UTF-8. A unit is a header line `## id key=value …` and its lines of text; a blank line ends it, and a line
with a single `¶` is an empty line of the text. `{LABEL|words}` marks words; `{LABEL.2|words}` those of the second
item. Marks nest inside DEFECT only. Braces and the bar stand nowhere else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from parsers.types import Kind, Request, Signal

# fmt: off
ITEM_LABELS = frozenset({
    "PRODUCT", "MODEL", "BATCH", "ORDER_NO", "PROD_DATE", "SHIP_DATE", "QTY_SHIPPED", "QTY_INSPECTED", "QTY_DEFECTIVE",
    "RATE", "DEFECT", "DISPOSITION",
})
MAIL_LABELS = frozenset({"CLAIM", "REPLY_DUE", "COMPANY", "CONTACT", "PHONE", "FAX", "LOCATION"})
# fmt: on
LANGUAGES = ("zh-CN", "zh-TW", "en")
_FREE_KEYS = frozenset({"industry", "voice"})  # any value; both say whose words these are
_CHOICES: Mapping[str, frozenset[str]] = {
    "kind": frozenset(Kind),
    "lang": frozenset(LANGUAGES),
    "signals": frozenset(Signal),
    "requests": frozenset(Request),
}
_LISTS = frozenset({"signals", "requests"})
_REQUIRED = ("kind", "industry", "voice")
_HEADER = re.compile(r"## +(?P<id>[A-Za-z0-9][\w.-]*)(?P<attributes>(?: +\S+)*) *")
_LABEL = re.compile(r"(?P<label>[A-Z_]+)(?:\.(?P<item>[1-9][0-9]?))?")
_EMPTY_LINE = "¶"


class CorpusError(Exception):
    """A fault in a corpus file: where it is (file and line, from 1), what it is, and how to mend it."""

    def __init__(self, path: Path, line: int, cause: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {cause}. {remedy}")
        self.path, self.line, self.cause, self.remedy = path, line, cause, remedy


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` of the unit is a value of the field `label`; `item` counts from 1, None is shared or single."""

    start: int
    end: int
    label: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One message. `spans` stand in the text's order, a nesting one before those it holds."""

    id: str
    language: str
    attributes: Mapping[str, str]
    text: str
    spans: tuple[Span, ...] = ()

    def listed(self, key: str) -> tuple[str, ...]:
        """The values of a list key (`signals`, `requests`); none where the header lacks it."""
        return tuple(filter(None, self.attributes.get(key, "").split(",")))


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    line: int

    def fault(self, cause: str, remedy: str) -> CorpusError:
        return CorpusError(self.path, self.line, cause, remedy)


def read_units(path: Path) -> list[Unit]:
    """All units of a file, in its order. Raises CorpusError at the first fault."""
    seen: dict[str, int] = {}
    units = []
    for line, block in _blocks(path):
        unit = _unit(_Place(path, line), block)
        if unit.id in seen:
            raise CorpusError(path, line, f"id {unit.id} stands in line {seen[unit.id]} too", "Give it one of its own.")
        seen[unit.id] = line
        units.append(unit)
    return units


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, each with its first line's number."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(path, 1, f"not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from error
    block: list[str] = []
    number = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            block.append(line.removesuffix("\r"))
        elif block:
            yield number - len(block), block
            block = []
    if block:
        yield number - len(block) + 1, block


def _unit(place: _Place, block: list[str]) -> Unit:
    header = _HEADER.fullmatch(block[0])
    if header is None:
        raise place.fault(
            f"no header: {block[0][:40]!r}",
            f"Begin with `## id key=value …`; an empty line of the text is {_EMPTY_LINE}.",
        )
    if len(block) == 1:
        raise place.fault(f"unit {header['id']} has no text", "Write its text in the lines right below the header.")
    attributes = _attributes(place, header["attributes"].split())
    text, spans = _text(place, block[1:])
    return Unit(header["id"], _language(place, attributes), attributes, text, spans)


def _attributes(place: _Place, words: list[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not (equals and value) or key in attributes:
            raise place.fault(f"header word {word!r}", "Write each key once, as key=value, with no space in the value.")
        _check_value(place, key, value)
        attributes[key] = value
    for key in _REQUIRED:
        if key not in attributes:
            raise place.fault(f"header without {key}=", f"Every header has {', '.join(_REQUIRED)}.")
    return attributes


def _check_value(place: _Place, key: str, value: str) -> None:
    if key in _FREE_KEYS:
        return
    if key not in _CHOICES:
        raise place.fault(f"unknown key {key!r}", f"Keys are {', '.join(sorted({*_CHOICES, *_FREE_KEYS}))}.")
    for single in value.split(",") if key in _LISTS else [value]:
        if single not in _CHOICES[key]:
            raise place.fault(f"unknown {key} {single!r}", f"It is one of {', '.join(sorted(_CHOICES[key]))}.")


def _language(place: _Place, attributes: Mapping[str, str]) -> str:
    """The header's `lang`; failing that the folder's or the file's name."""
    if "lang" in attributes:
        return attributes["lang"]
    for language in LANGUAGES:
        if place.path.parent.name == language or place.path.stem.endswith(f"-{language}"):
            return language
    raise place.fault("no language", "Give lang=zh-CN, zh-TW or en, or put the file into a folder of that name.")


@dataclass(slots=True)
class _Open:
    """A mark that is not closed yet."""

    start: int
    label: str
    item: int | None
    order: int


def _text(place: _Place, lines: list[str]) -> tuple[str, tuple[Span, ...]]:
    """The text without its marks, and the marks as spans. The header's line is `place`, the text begins one below."""
    out: list[str] = []
    length = 0
    marks: list[_Open] = []
    spans: list[tuple[int, Span]] = []
    for number, line in enumerate(lines, place.line + 1):
        here = _Place(place.path, number)
        if line.startswith("## "):
            raise here.fault("a header right below a text", "Put a blank line before it.")
        if out:
            out.append("\n")
            length += 1
        for piece in re.findall(r"\{[^{}|]*\|?|\}|\||[^{}|]+", "" if line.strip() == _EMPTY_LINE else line):
            if piece[0] == "{":
                marks.append(_opened(here, piece, length, marks, len(spans) + len(marks)))
            elif piece == "}":
                spans.append(_closed(here, marks, length, "".join(out)))
            elif piece == "|":
                raise here.fault(
                    "a bar outside a mark's head", "Paste tables with tabs, spaces, commas or ／ between cells."
                )
            else:
                out.append(piece)
                length += len(piece)
        out = out or [""]  # an empty first line is a line still
    if marks:
        raise place.fault(f"{{{marks[-1].label}| is never closed", "Put the } after the marked words.")
    return "".join(out), tuple(span for _, span in sorted(spans, key=lambda entry: entry[0]))


def _opened(place: _Place, piece: str, start: int, marks: list[_Open], order: int) -> _Open:
    head = _LABEL.fullmatch(piece[1:-1]) if piece.endswith("|") else None
    if head is None:
        raise place.fault(
            f"{piece!r} opens no mark", "A mark is {LABEL|words} or {LABEL.2|words}; braces stand for nothing else."
        )
    label = head["label"]
    if label not in ITEM_LABELS | MAIL_LABELS:
        raise place.fault(f"unknown label {label}", f"Labels are {', '.join(sorted(ITEM_LABELS | MAIL_LABELS))}.")
    if head["item"] and label in MAIL_LABELS:
        raise place.fault(f"{label} belongs to the whole mail", "Leave its item number out.")
    if marks and (len(marks) > 1 or marks[0].label != "DEFECT" or label == "DEFECT"):
        raise place.fault(
            f"{label} inside {marks[-1].label}", "Only DEFECT holds marks, and one deep: mark the words separately."
        )
    return _Open(start, label, int(head["item"]) if head["item"] else None, order)


def _closed(place: _Place, marks: list[_Open], end: int, text: str) -> tuple[int, Span]:
    if not marks:
        raise place.fault("a } that closes nothing", "Take it out, or open its mark.")
    mark = marks.pop()
    words = text[mark.start : end]
    if not words or words != words.strip():
        raise place.fault(f"{mark.label} marks {words!r}", "Mark words, with no white space at either end.")
    return mark.order, Span(mark.start, end, mark.label, mark.item)


def write_units(units: Iterable[Unit]) -> str:
    """The units in the file's notation; what `read_units` reads back as the same units."""
    return "\n".join(f"{_header(unit)}\n{_marked(unit)}\n" for unit in units)


def _header(unit: Unit) -> str:
    return " ".join(["##", unit.id, *(f"{key}={value}" for key, value in unit.attributes.items())])


def _marked(unit: Unit) -> str:
    """Closing marks before opening ones at one place; of those that open together the first in `spans` is outermost."""
    closing: dict[int, int] = {}
    opening: dict[int, list[str]] = {}
    for span in unit.spans:
        closing[span.end] = closing.get(span.end, 0) + 1
        opening.setdefault(span.start, []).append(f"{{{span.label}{'' if span.item is None else f'.{span.item}'}|")
    ends = range(len(unit.text) + 1)
    marked = "".join("}" * closing.get(at, 0) + "".join(opening.get(at, [])) + unit.text[at : at + 1] for at in ends)
    return "\n".join(line or _EMPTY_LINE for line in marked.split("\n"))
