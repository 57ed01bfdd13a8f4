"""Plain text that lines up and folds where half of the characters are twice as wide as the other half."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from templates.data import Deadline, Fact, Promise

WIDTH = 76  # columns of a text mail; a Chinese character takes two
WIDEST_LABEL = 34  # columns; beyond it a value stands below its label
_NEVER_FIRST = "，。、；：？！）」』】〕》”’％,.;:?!)]}%…"
_NEVER_LAST = "（「『【〔《“‘([{"
_PREFIX = re.compile(r"\s*(?:\d{1,3}[.、]\s?|[-•·]\s)?\s*")
_WORD = re.compile(r"[!-~\u00a0-\u024f]+|\s+|.", re.DOTALL)


@lru_cache(maxsize=8192)
def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def columns(text: str) -> int:
    """How many columns a text takes in a fixed-width font."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def aligned(rows: Sequence[Fact | Promise | Deadline], mark: str = "") -> str:
    """Label–value lines whose values begin in one column; `mark` follows the values that are to be checked.

    Where a label is a sentence (an action, a customer's comment), each value stands below its label.
    """
    pairs = [_pair(row, mark) for row in rows]
    widest = max((columns(label) for label, _ in pairs), default=0)
    if widest > WIDEST_LABEL:
        return "\n".join("\n".join([*fold(f"- {label}"), *fold(f"    {value}", hang=4)]) for label, value in pairs)
    lines = (_padded(label, widest) + value for label, value in pairs)
    return "\n".join("\n".join(fold(line, hang=widest + 4)) for line in lines)


def _pair(row: Fact | Promise | Deadline, mark: str) -> tuple[str, str]:
    if isinstance(row, Fact):
        return row.label, row.value if row.certain else f"{row.value} {mark}".rstrip()
    return row.what, row.by


def _padded(label: str, widest: int) -> str:
    return "  " + label + " " * (widest - columns(label)) + "  "


def fold(line: str, width: int = WIDTH, hang: int | None = None) -> list[str]:
    """A line in pieces of `width` columns. Later pieces hang below the text of the first; links and numbers stay
    whole.
    """
    if columns(line) <= width:
        return [line]
    prefix = _PREFIX.match(line)
    indent = " " * (hang if hang is not None else columns(prefix[0] if prefix else ""))
    out, current, used = [], "", 0
    for piece in _pieces(line, width - len(indent)):
        wide = _columns_of(piece) if len(piece) == 1 else columns(piece)
        if used + wide > width and current.strip() and not piece.isspace() and piece[0] not in _NEVER_FIRST:
            kept, carried = _split_last(current)
            out.append(kept.rstrip())
            current = indent + carried
            used = columns(current)
        if current == indent and piece.isspace():
            continue
        current, used = current + piece, used + wide
    return [*out, current.rstrip()] if current.strip() else out


def _pieces(line: str, widest: int) -> list[str]:
    """Words, and single Chinese characters; a word longer than a whole line is cut, a link never."""
    out: list[str] = []
    for found in _WORD.finditer(line):
        piece = found[0]
        if len(piece) > widest and not piece.isspace() and "://" not in piece:
            out += [piece[at : at + widest] for at in range(0, len(piece), widest)]
        else:
            out.append(piece)
    return out


def _split_last(text: str) -> tuple[str, str]:
    """An opening bracket does not end a line: it goes down with what follows it."""
    bare = text.rstrip()
    return (bare[:-1], bare[-1]) if bare[-1:] and bare[-1] in _NEVER_LAST and bare[:-1].strip() else (text, "")


def folded(text: str) -> str:
    """A whole letter, folded line by line, with no more than one empty line in a row and none at its ends."""
    lines = [piece for line in text.splitlines() for piece in (fold(line.rstrip()) if line.strip() else [""])]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
