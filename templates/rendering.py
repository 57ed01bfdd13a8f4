"""A letter's data into its subject, text and HTML.

Templates run in Jinja's immutable sandbox with strict undefined names: a company's wording can use the letter's
variables, and nothing else of the program. What stands in the variables is the customer's words at worst, so every
value is made one line of printable text before any template sees it, and is escaped in HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates import data as letter_data
from templates.data import LANGUAGES, PURPOSES, LetterData
from templates.layout import aligned, folded

SHIPPED = Path(__file__).parent / "letters"
FILES = ("subject.txt", "body.txt", "body.html")
LONGEST_SUBJECT = 100  # characters

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What turns the direction of text, joins invisibly or is no character: it would hide or forge what a letter says.
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


# The fields of everything that a letter is made of.
_FIELDS = {
    kind: frozenset(kind.__dataclass_fields__)
    for kind in vars(letter_data).values()
    if isinstance(kind, type) and is_dataclass(kind)
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words: a subject of one line, plain text folded at 76 columns, and HTML."""

    subject: str
    text: str
    html: str


def render(purpose: str, language: str, data: LetterData, folder: Path | None = None) -> Rendered:
    """The letter of `purpose` in `language` (zh-CN, zh-TW or en), worded by the company's own `folder` where it has
    one.

    KeyError for a purpose or language that there is none of; TypeError for data of another purpose. Templates were
    proved by `check` when the service started.
    """
    kind = PURPOSES[purpose]
    if not isinstance(data, kind):
        raise TypeError(f"{purpose} takes {kind.__name__}, not {type(data).__name__}")
    if language not in LANGUAGES:
        raise KeyError(language)
    subject, text, html = templates_of(purpose, language, folder)
    values = clean_fields(data)
    return Rendered(one_line(subject.render(values)), folded(text.render(values)), html.render(values).strip() + "\n")


@lru_cache(maxsize=512)
def templates_of(purpose: str, language: str, folder: Path | None) -> tuple[Template, Template, Template]:
    """The three compiled templates of a letter; a Jinja error where one is broken."""
    made = environment(folder)
    subject, text, html = (made.get_template(f"{purpose}/{language}/{name}") for name in FILES)
    return subject, text, html


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which does not ask again and again whether a letter's own fields and macros may be used: they
    may.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _FIELDS.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # as Jinja names them
        if type(__obj) is Macro:
            return __context.call(__obj, *args, **kwargs)
        return super().call(__context, __obj, *args, **kwargs)


@lru_cache(maxsize=8)
def environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    shipped = FileSystemLoader(SHIPPED)
    loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder), shipped]) if folder else shipped
    made = _Sandbox(
        loader=loader,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )
    made.filters["aligned"] = aligned
    return made


def one_line(subject: str) -> str:
    """A subject as a mail header can bear it: one line, at most 100 characters."""
    line = _SPACES.sub(" ", subject).strip()
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def clean(text: str) -> str:
    """A value as one line of printable text."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_fields(data: Any) -> Mapping[str, Any]:
    """What templates see: the data's fields by name, every text in them `clean`."""
    return {each.name: _clean(getattr(data, each.name)) for each in fields(data)}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_clean(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**clean_fields(value))
    return value
