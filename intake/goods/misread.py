"""Is a model another one that a machine misread: once, and by one of the confusions that recognition makes?"""

from collections.abc import Iterator

from storage.marks import mark

_CONFUSIONS = (
    ("0", "o"),
    ("1", "l"),
    ("1", "i"),
    ("l", "i"),
    ("5", "s"),
    ("8", "b"),
    ("2", "z"),
    ("m", "rn"),
)
_WRITERS_CHOICE = str.maketrans("×", "x", "-\N{HYPHEN}\N{EN DASH}")
WRITTEN = "writing"  # the two differ only as writers differ too: hyphens, x for ×


def misread(read: str, known: str) -> str | None:
    """The one confusion by which `known` was read as `read`: `8/B`, `writing`; None where more, or something else, must
    have happened.
    """
    seen, real = mark(read), mark(known)
    if same_but_for_writing(read, known):
        return WRITTEN
    return next((name for name, variant in _variants(seen) if variant == real), None)


def same_but_for_writing(one: str, other: str) -> bool:
    """Two ways of writing one model or batch: case, width, blanks, hyphens and × for x aside."""
    return bare(one) == bare(other)


def bare(text: str) -> str:
    return mark(text).translate(_WRITERS_CHOICE)


def _variants(seen: str) -> Iterator[tuple[str, str]]:
    """All that `seen` is one confusion away from, with the confusion's name: as read, a stroke, as it is."""
    for one, other in _CONFUSIONS:
        for wrong, right in ((one, other), (other, one)):
            at = seen.find(wrong)
            while at >= 0:
                yield f"{_named(wrong)}/{_named(right)}", seen[:at] + right + seen[at + len(wrong) :]
                at = seen.find(wrong, at + 1)


def _named(letters: str) -> str:
    """As people know them: B for b, but l, m and rn in small letters, which are the ones that look alike."""
    return letters.upper() if letters in ("o", "i", "s", "b", "z") else letters
