"""The variables of every letter as Markdown, for docs/letters.md: `python -m templates.reference`."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from templates.data import PURPOSES, CustomerLetter, LetterData, RecordNotice, variables

_SHARED = {
    LetterData: "every letter",
    CustomerLetter: "every letter to a customer",
    RecordNotice: "every letter of ours about a record",
}


def reference() -> str:
    """A table of what all letters share, a table a letter, and a table a part (`item.facts`, `question.ask`, …)."""
    blocks = [_block(f"In {name}", _own(kind)) for kind, name in _SHARED.items()]
    blocks += [_block(f"`{purpose}`", _own(kind)) for purpose, kind in PURPOSES.items()]
    blocks += [_block(f"A {kind.__name__}", _own(kind)) for kind in _parts()]
    return "\n".join(blocks)


def _block(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [f"### {title}", "| variable | form | what it is |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| `{name}` | {form} | {about} |" for name, form, about in rows), ""])


def _own(kind: type) -> list[tuple[str, str, str]]:
    """(name, form, sentence) of the variables that a kind has and its base has not."""
    base = kind.__mro__[1]
    inherited = {each.name for each in fields(base)} if is_dataclass(base) else set()
    hints, about = get_type_hints(kind), variables(kind)
    return [
        (each.name, _form(hints[each.name]), about[each.name]) for each in fields(kind) if each.name not in inherited
    ]


def _form(hint: Any) -> str:
    plain = {str: "text", int: "number", bool: "true or false"}
    if hint in plain:
        return plain[hint]
    return f"list of {_form(get_args(hint)[0])}" if get_args(hint) else str(hint.__name__)


def _parts() -> list[type]:
    """The dataclasses that letters are made of, in the order in which they are met."""
    met: dict[type, None] = {}
    for kind in PURPOSES.values():
        met.update(dict.fromkeys(_parts_of(kind)))
    return list(met)


def _parts_of(kind: type) -> Iterator[type]:
    for hint in get_type_hints(kind).values():
        inner = (get_args(hint) or (hint,))[0]
        if is_dataclass(inner) and isinstance(inner, type):
            yield inner
            yield from _parts_of(inner)


if __name__ == "__main__":
    print(reference())
