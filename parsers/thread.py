"""Where the earlier mails of a thread begin in a text: the heads that mail software writes above them."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

MAX_HEAD = 25  # lines
MAX_LINE = 400  # characters; a longer line is prose
MAX_BOUNDARIES = 300
LOOK_AHEAD = 3  # blank lines between a separator and the head lines below it

Kind = Literal["forward", "original", "attribution", "above", "head"]

_QUOTE_MARKS = re.compile(r"(?:[ \t]{0,3}[>＞|]){1,50}(?=[ \t>＞|]|[^>|]|$)")
_LABEL = re.compile(r"[*\s|]*([^\s:：*|][^:：*|]{0,24}?)[*\s]*[:：|]\s*[*]?\s*(.*)", re.DOTALL)
_RULER = re.compile(r"[_=─—-]{5,}\Z")
_TIME = re.compile(r"\d{1,2}[:：]\d{2}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_EMAIL = re.compile(r"[^\s<>@,;:\"'()（）\[\]]{1,100}@[^\s<>@,;:\"'()（）\[\]]{2,200}")
_OPENS_ATTRIBUTION = re.compile(
    r"(?:on|at|am|le|el|il)\s|[在于於]\s?\d|[^@]{0,200}@", re.IGNORECASE
)  # and may go on below


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text with its line end; `text` is it without quote marks and blanks, `depth` how many marks
    it had.
    """

    start: int
    end: int
    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class Boundary:
    """The head of an earlier mail: its lines, its kind, and the sender's address and subject where it names them."""

    first: int
    last: int  # exclusive
    kind: Kind
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Cues:
    """The rows of words/segments.toml, compiled."""

    labels: dict[str, str]
    forwarded: re.Pattern[str]
    original: re.Pattern[str]
    above: re.Pattern[str]
    attributions: re.Pattern[str]
    forward: re.Pattern[str]
    pointer: re.Pattern[str]
    inside: re.Pattern[str]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The words that thread heads are known by."""
    data = tomllib.loads(files("parsers").joinpath("words/segments.toml").read_text("utf-8"))
    lines = data["lines"]
    labels = {word: kind for kind, words in data["labels"].items() for word in words}
    return Cues(
        labels, _any_of(lines["forwarded"]), _any_of(lines["original"]),
        _any_of(lines["above"]), _any_of(lines["attributions"]),
        re.compile(data["subject"]["forward"], re.IGNORECASE),
        _any_of(data["pointer"]["lines"]), _any_of(data["pointer"]["inside"]),
    )  # fmt: skip


def is_forward(subject: str) -> bool:
    """Whether a subject says that the mail hands another one on (FW:, 转发：)."""
    return cues().forward.match(subject) is not None


def own_words(text: str) -> str:
    """What the writer of an answer wrote himself: above the mail that he answers, and between its lines where they are
    marked as quoted. Empty where he wrote nothing.
    """
    lines = split_lines(text)
    heads = boundaries(lines, forwarded=False)
    first, last = (heads[0].first, heads[0].last) if heads else (len(lines), len(lines))
    below = [line for line in lines[last:] if line.text]
    between = below if below and below[0].depth else []
    own = [line for line in (*lines[:first], *between) if not line.depth]
    return "".join(text[line.start : line.end] for line in own).strip()


def split_lines(text: str) -> list[Line]:
    """The lines of a text; together they are the whole text."""
    out: list[Line] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        out.append(_line(text[start:end], start, end))
        start = end
    return out


def boundaries(lines: list[Line], forwarded: bool) -> list[Boundary]:
    """The heads in order. Heads inside marked quotes count only where the mail is `forwarded`, as they may be
    what counts.
    """
    found: list[Boundary] = []
    number = 0
    said = False  # whether the mail itself has any text above
    deep = forwarded
    while number < len(lines) and len(found) < MAX_BOUNDARIES:
        line = lines[number]
        boundary = (
            _boundary(lines, number, said or bool(found) or forwarded)
            if line.text and (deep or not line.depth)
            else None
        )
        if boundary is None:
            said = said or bool(line.text)
            number += 1
            continue
        found.append(boundary)
        deep = deep or boundary.kind == "forward"
        number = boundary.last
    return found


def _line(raw: str, start: int, end: int) -> Line:
    marks = _QUOTE_MARKS.match(raw) if raw.lstrip()[:1] in (">", "＞") else None
    depth = raw[: marks.end()].count(">") + raw[: marks.end()].count("＞") if marks else 0
    return Line(start, end, (raw[marks.end() :] if marks else raw).strip(), depth)


def _boundary(lines: list[Line], at: int, below_text: bool) -> Boundary | None:
    text = lines[at].text
    if len(text) > MAX_LINE:
        return None
    if text[0] in "-_=─—Bb开開以转轉已Oo#请請在Pp" or "above" in text or "上" in text:
        kind = _separator(text)
        if kind is not None:
            return _with_head(lines, at, kind)
    if _RULER.match(text):
        head = _head(lines, _next_text(lines, at + 1), strict=not below_text)
        return None if head is None else Boundary(at, head.last, "head", head.sender, head.subject)
    return _attribution(lines, at) or _head(lines, at, strict=not below_text)


def _separator(text: str) -> Kind | None:
    known = cues()
    if known.forwarded.search(text):
        return "forward"
    if known.original.search(text):
        return "original"
    return "above" if known.above.search(text) else None


def _with_head(lines: list[Line], at: int, kind: Kind) -> Boundary:
    """A separator with the head lines or the attribution that follow it."""
    below = _next_text(lines, at + 1)
    if kind == "above":
        return Boundary(at, at + 1, kind)
    head = _head(lines, below, strict=False, after_separator=True) or (
        _attribution(lines, below) if below < len(lines) else None
    )
    return Boundary(at, at + 1, kind) if head is None else Boundary(at, head.last, kind, head.sender, head.subject)


def _next_text(lines: list[Line], at: int) -> int:
    end = min(at + LOOK_AHEAD, len(lines))
    while at < end and not lines[at].text:
        at += 1
    return at


def _attribution(lines: list[Line], at: int) -> Boundary | None:
    """ "On … wrote:", in one line or broken over three."""
    joined = ""
    for count in range(3 if _OPENS_ATTRIBUTION.match(lines[at].text) else 1):
        number = at + count
        if number >= len(lines) or not lines[number].text or lines[number].depth != lines[at].depth:
            return None
        if count and _is_attribution(lines[number].text):
            return None  # it begins below
        joined = f"{joined} {lines[number].text}".strip()
        if _is_attribution(joined):
            email = _EMAIL.search(joined)
            return Boundary(at, number + 1, "attribution", email[0].lower() if email else "")
        if joined.endswith(("。", "！", "？", "!", "?", ":", "：")):
            return None
    return None


def _is_attribution(text: str) -> bool:
    return text.endswith((":", "：", "-")) and len(text) <= MAX_LINE and cues().attributions.search(text) is not None


def _head(lines: list[Line], at: int, strict: bool, after_separator: bool = False) -> Boundary | None:
    """Lines such as From, Sent, To, Subject that stand together and name a sender. `strict`: no text stands above
    them, so
    they might as well be a form that the writer filled in."""
    kinds: dict[str, str] = {}
    last = number = at
    while number < min(at + MAX_HEAD, len(lines)):
        text = lines[number].text
        kind, value = _label(text)
        if kind in kinds and kind in ("from", "subject"):
            break  # the next head
        if not kind and not (kinds and last == number and (not text or _goes_on(text))):
            break
        if kind:
            kinds[kind] = f"{kinds.get(kind, '')} {value}".strip()
        last = number + 1 if text else last
        number += 1
    if not _is_head(kinds, strict, after_separator):
        return None
    return Boundary(at, last, "head", _sender(kinds), kinds.get("subject", ""))


def _is_head(kinds: dict[str, str], strict: bool, after_separator: bool) -> bool:
    if "from" not in kinds or not {"sent", "to", "subject"} & kinds.keys():
        return False
    if after_separator:
        return True
    dated = "sent" in kinds and _TIME.search(kinds["sent"]) is not None
    mailed = any("@" in kinds.get(kind, "") for kind in ("from", "to", "cc"))
    if strict:
        return dated and mailed and len(kinds) > 2
    return (dated and mailed) or (len(kinds) > 2 and (mailed or (dated and "subject" in kinds)))


def _label(text: str) -> tuple[str, str]:
    parted = any(mark in text[:40] for mark in ":：|")
    match = _LABEL.match(text[:MAX_LINE]) if parted else None
    if match is None:
        return "", ""
    return cues().labels.get(_label_key(match[1]), ""), match[2]


def _label_key(label: str) -> str:
    key = " ".join(label.lower().split())
    return key if key.isascii() else key.replace(" ", "")


def _goes_on(text: str) -> bool:
    """A further line of a long list of recipients."""
    return "@" in text or text.endswith((";", "；", ","))


def _sender(kinds: dict[str, str]) -> str:
    email = _EMAIL.search(kinds.get("from", ""))
    return email[0].lower() if email else ""


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
