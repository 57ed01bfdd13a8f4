"""Every letter filled with sample data when the service starts, so that none is found broken when it is due."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateNotFound

from templates.data import LANGUAGES, PURPOSES, CustomerLetter, LetterData, RecordNotice, variables
from templates.eight_d import OWN
from templates.errors import TemplateTrouble
from templates.rendering import FILES, SHIPPED, clean_fields, environment
from templates.samples import VARIETIES, sample
from templates.words import words

# What a template can make Python raise besides Jinja's own errors: a number added to a text, a filter used wrongly, …
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


def check(folder: Path | None) -> None:
    """Fills every template of every purpose in every language; TemplateTrouble names the first that is broken, line
    and remedy.
    """
    if folder is not None:
        _check_folder(folder)
    for language in LANGUAGES:
        words(language, folder)
        for purpose in PURPOSES:
            _check_letter(purpose, language, folder)


def findings(folder: Path) -> dict[tuple[str, str], TemplateTrouble]:
    """What is broken in a company's own folder as it stands on the disk now, by purpose and language; what belongs to
    no letter (a wrong name, a word file) under ("", "").
    """
    found: dict[tuple[str, str], TemplateTrouble] = {}
    try:
        _check_folder(folder)
        for language in LANGUAGES:
            words.__wrapped__(language, folder)  # not the ones that were read at the start
    except TemplateTrouble as trouble:
        found["", ""] = trouble
        if not folder.is_dir():
            return found
    fresh = environment.__wrapped__(folder)
    for language in LANGUAGES:
        for purpose in PURPOSES:
            try:
                _check_letter(purpose, language, folder, fresh)
            except TemplateTrouble as trouble:
                found[purpose, language] = trouble
    return found


def _check_folder(folder: Path) -> None:
    """A company's own folder: only names that mean something, and letters that are whole."""
    if not folder.is_dir():
        raise TemplateTrouble(
            folder, 0, "There is no such folder of letters", "Create it, or leave [settings] templates empty."
        )
    for place in _folders(folder):
        if place.name in ("_base", "words", OWN):  # the 8D's are looked at by `intake.eightd.own_template`
            continue
        if place.name not in PURPOSES:
            raise TemplateTrouble(
                place, 0, f"{place.name!r} is no letter", f"Name the folder after one: {', '.join(PURPOSES)}."
            )
        for own in _folders(place):
            if own.name not in LANGUAGES:
                raise TemplateTrouble(own, 0, f"{own.name!r} is no language of letters", f"Use {', '.join(LANGUAGES)}.")
            for name in FILES:
                if not (own / name).is_file():
                    raise TemplateTrouble(
                        own / name,
                        0,
                        "A letter of your own lacks this file",
                        "Subject, text and HTML belong together: copy the shipped one.",
                    )


def _folders(place: Path) -> Iterator[Path]:
    return (each for each in sorted(place.iterdir()) if each.is_dir() and not each.name.startswith("."))


def _check_letter(purpose: str, language: str, folder: Path | None, made: Environment | None = None) -> None:
    """`made` is the environment to take templates from; by default the one that letters are written with."""
    for name in FILES:
        path = f"{purpose}/{language}/{name}"
        file = _file(path, folder)
        try:
            template = (made or environment(folder)).get_template(path)
        except _FAULTS as error:
            raise _trouble(error, file, purpose, folder) from error
        for variety in VARIETIES:
            data = sample(purpose, language, variety)
            filled = _filled(template, data, file, purpose, folder)
            if name == "subject.txt":
                _check_subject(filled, data, file)


def _filled(template: Template, data: LetterData, file: Path, purpose: str, folder: Path | None) -> str:
    try:
        return template.render(clean_fields(data))
    except _FAULTS as error:
        raise _trouble(error, file, purpose, folder) from error


def _check_subject(subject: str, data: LetterData, file: Path) -> None:
    if len(subject.strip().splitlines()) != 1:
        raise TemplateTrouble(
            file, 0, "A subject must be one line, and this one is none or several", "Write it on one line."
        )
    if isinstance(data, (CustomerLetter, RecordNotice)) and data.number not in subject[:60]:
        raise TemplateTrouble(
            file,
            0,
            "The subject does not begin with the record's number",
            "Put [{{ number }}] near its start, so that replies find their record.",
        )


def _trouble(error: Exception, file: Path, purpose: str, folder: Path | None) -> TemplateTrouble:
    """The error in the words of whoever wrote the template, at the file and line where it happened."""
    where, line = _place(error, file, folder)
    names = ", ".join(variables(PURPOSES[purpose]))
    if isinstance(error, TemplateSyntaxError):
        return TemplateTrouble(
            where, line, f"The template's syntax is wrong: {error.message}", "Compare with the shipped file."
        )
    if isinstance(error, UndefinedError):
        return TemplateTrouble(where, line, f"An unknown variable: {error.message}", f"This letter has: {names}.")
    if isinstance(error, SecurityError):
        return TemplateTrouble(
            where, line, f"Not allowed in a letter: {error.message}", "Use the letter's variables only."
        )
    if isinstance(error, TemplateNotFound):
        return TemplateTrouble(
            where, line, f"There is no template {error.name}", "Correct the name after extends, import or include."
        )
    return TemplateTrouble(where, line, f"The template fails: {error}", "Compare with the shipped file.")


def _place(error: Exception, file: Path, folder: Path | None) -> tuple[Path, int]:
    if isinstance(error, TemplateSyntaxError):
        return Path(error.filename) if error.filename else file, error.lineno
    where, line, trace = file, 0, error.__traceback__
    roots = [SHIPPED, *([folder] if folder else [])]
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.suffix in (".txt", ".html") and any(path.is_relative_to(root) for root in roots):
            where, line = path, trace.tb_lineno
        trace = trace.tb_next
    return where, line


def _file(path: str, folder: Path | None) -> Path:
    own = folder / path if folder else None
    return own if own is not None and own.is_file() else SHIPPED / path
