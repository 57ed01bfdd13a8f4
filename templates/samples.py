"""Sample data for every letter: for the check at the start, for previews, and for tests. The texts are data, in
samples.toml.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_type_hints

from templates.data import LANGUAGES, PURPOSES, TO_CUSTOMERS, Acknowledgement, CustomerLetter, LetterData

VARIETIES = ("full", "sparse", "hostile")

HOSTILE = (
    '<b onclick="x()">O\'Neil & Söhne</b> {{7*7}} {% raw %} 😀\u202egnp.exe\r\nBcc: x@example.com\u0000'
    + "噪音很大而且一直响" * 20
)

# What every letter has, however little is known.
_ALWAYS = frozenset(
    {"language", "company", "salutation", "today", "zone", "number", "about", "received", "severity", "severity_name"}
)
_ALWAYS_SAID = frozenset(
    {"customer", "deadline", "left", "late", "percent", "sent", "waiting", "day", "what", "kind"}
    | {"solution", "finding", "revision", "grades", "shipments", "do_now", "rma", "address", "packing", "old", "new"}
    | {"headline", "text", "entries", "material", "problem", "report_by", "down_to", "title", "first", "last"}
)


def sample(template: str, language: str, kind: str = "full") -> LetterData:
    """Data for a letter. `full` has everything, `sparse` only what is never missing, `hostile` what an attacker
    would write. KeyError for a letter, language or kind that there is none of.
    """
    shared = _texts()[language]
    texts = {**shared, **shared["only"].get(template, {}), "language": language}
    if template not in TO_CUSTOMERS:
        texts["salutation"] = texts["colleagues"]
    full = _filled(PURPOSES[template], texts)
    assert isinstance(full, LetterData)
    return {"full": _same, "sparse": _sparse, "hostile": _hostile}[kind](full)


def _same(full: LetterData) -> LetterData:
    return full


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    found = tomllib.loads(Path(__file__).with_name("samples.toml").read_text(encoding="utf-8"))
    return {language: found[language] for language in LANGUAGES}


def _filled(kind: type, texts: Mapping[str, Any]) -> Any:
    """A dataclass from a table: texts by field name, parts from the tables below it."""
    hints = get_type_hints(kind)
    return kind(**{each.name: _part(hints[each.name], texts[each.name]) for each in fields(kind)})


def _part(hint: Any, value: Any) -> Any:
    if isinstance(hint, GenericAlias):
        inner = get_args(hint)[0]
        return tuple(_part(inner, each) for each in value)
    return _filled(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value


def _sparse(full: LetterData) -> LetterData:
    kept = _ALWAYS | _ALWAYS_SAID
    emptied = {each.name: _empty(getattr(full, each.name)) for each in fields(full) if each.name not in kept}
    company = replace(full.company, phone="", fax="", postal="")
    made = replace(full, company=company, **emptied)
    if isinstance(made, CustomerLetter) and isinstance(full, CustomerLetter):
        made = replace(made, contact=replace(made.contact, email=full.contact.email))
    return replace(made, being_read=True) if isinstance(made, Acknowledgement) else made


def _empty(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _empty(getattr(value, each.name)) for each in fields(value)})
    return type(value)()


def _hostile(full: LetterData) -> LetterData:
    """Every text that may come from outside replaced; what only we write stays."""
    ours = {"language", "number", "kind", "severity", "company", "percent", "revision", "suspected"}
    return replace(
        full, **{each.name: _poisoned(getattr(full, each.name)) for each in fields(full) if each.name not in ours}
    )


def _poisoned(value: Any) -> Any:
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(_poisoned(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _poisoned(getattr(value, each.name)) for each in fields(value)})
    return value
