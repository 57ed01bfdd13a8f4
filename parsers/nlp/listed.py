"""Lists in a text: where their items begin and end."""

import itertools
import re

# how the items of a list begin: 一、 1. 1) (1) ① a) (a) (ii) #1 1/ item 1: 4 x and dashes
_ITEM = re.compile(
    r"^[ \t]*(?:(?P<han>[一二三四五六七八九十]{1,2})\s?[、.)]|(?P<digit>\d{1,2})\s?[.、)](?!\d)"
    r"|\(\s?(?P<bracket>[\d一二三四五六七八九十]{1,2})\s?\)|(?P<ring>[①-⑳])|(?P<letter>[a-h])[.)]\s|(?P<roman>\([ivx]{1,4}\))"
    r"|(?P<paren>\([a-h]\))|(?P<number>#\s?\d{1,2}\b)|(?P<slash>\d{1,2}/\s)|(?P<times>\d{1,4}\s?[x×]\s)"
    r"|(?P<named>(?:item|产品|型号|no\.?)\s?\d{1,2})\s?[:.)-]|(?P<dash>[-–—•·*]+)\s)",
    re.MULTILINE,
)
_MAX_ITEMS = 400
_RING = re.compile(r"[①-⑳]")


def _ringed(plain: str, text: str) -> str:
    """Folded text with the numbers in rings that folding made digits of."""
    if not _RING.search(text):
        return plain
    return "".join(
        own if _RING.match(own) and folded != "\n" else folded for own, folded in zip(text, plain, strict=True)
    )


def items_in(plain: str, text: str) -> list[tuple[int, int]]:
    """The list items of the numbering that comes first, each up to the next, the last up to an empty line.

    `plain` is `text` folded, and what may be read of it.

    Where the items before it are lines, the last one is a line: what stands below speaks of all of them again.
    """
    plain = _ringed(plain, text)
    found: dict[str, list[int]] = {}
    for match in itertools.islice(_ITEM.finditer(plain), _MAX_ITEMS):
        found.setdefault(str(match.lastgroup), []).append(match.start())
    starts = next((places for places in found.values() if len(places) >= 2), [])
    blocks = list(itertools.pairwise(starts))
    if starts:
        lines = all("\n" not in plain[start:following].rstrip() for start, following in blocks)
        gap = plain.find("\n" if lines else "\n\n", starts[-1] + 1)
        blocks.append((starts[-1], gap if gap > 0 else len(plain)))
    return blocks
