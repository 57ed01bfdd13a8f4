"""An 8D in which every place holds the name of its field: how a Word template looks when it is filled."""

from dataclasses import fields
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from storage.eight_d import D7, Axis, Cause, Change, Containment, Document, EightD, Place
from templates.eight_d import Labels, labels

_SECTIONS = {"Head": "head", "Member": "d1", "Containment": "d3", "Cause": "d4", "Action": "d5", "Change": "d7"}
_DAY = date(2026, 1, 31)


def specimen(language: str) -> EightD:
    """Each place and document has its row, each axis its cause; of other lists there is one."""
    known = labels(language)
    made: EightD = _part(EightD, "", known)
    places = tuple(_part(Containment, "d3", known, place=place) for place in Place)
    causes = tuple(_part(Cause, "d4", known, axis=axis) for axis in Axis)
    documents = tuple(_part(Change, "d7", known, document=document) for document in Document)
    d3, d4 = _with(made.d3, rows=places), _with(made.d4, causes=causes, no_fault_found=False)
    whole: EightD = _with(made, d3=d3, d4=d4, d7=D7(documents, made.d7.read_across, made.d7.lessons))
    return whole


def _with(part: Any, **different: Any) -> Any:
    return type(part)(**{each.name: different.get(each.name, getattr(part, each.name)) for each in fields(part)})


def _part(kind: Any, section: str, known: Labels, **given: Any) -> Any:
    section = _SECTIONS.get(kind.__name__, kind.__name__.lower() if kind is not EightD else section)
    hints = get_type_hints(kind)
    return kind(
        **{
            each.name: given.get(each.name, _value(hints[each.name], section, each.name, known))
            for each in fields(kind)
        }
    )


def _value(hint: Any, section: str, name: str, known: Labels) -> Any:
    kind = _bare(hint)
    if get_origin(kind) is tuple:
        return (_value(get_args(kind)[0], section, name, known),)
    if kind is bool:
        return True
    if kind is float:
        return 100.0
    if kind is date:
        return _DAY
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    return f"〈{known.get(section, {}).get(name, name)}〉" if kind is str else _part(kind, section, known)


def _bare(hint: Any) -> Any:
    """A hint without its None."""
    if get_origin(hint) in (Union, UnionType):  # Annotated figures make the former
        return next(_bare(one) for one in get_args(hint) if one is not type(None))
    return hint
