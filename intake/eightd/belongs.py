"""Whether a form that came back filled in is this record's, and not of an earlier revision than the one that stands."""

from collections.abc import Callable

from parsers.results import OwnForm
from storage.records import Record


def why_not_of(
    form: OwnForm, number: str, newest: int, resolve: Callable[[str], Record | None]
) -> tuple[str, str] | None:
    """(why, remedy) where the form must not be read into the record; None where it may. `newest` is the revision that
    stands, 0 without one; `resolve` gives the record that a number stands for now. A form that does not say what it was
    printed for is taken for this record's.
    """
    if form.record:
        record = resolve(form.record)
        if record is None or record.number != number:
            return (
                f"This form was printed for {form.record}, not for {number}.",
                "Take it in at its own record, or fill in the form of this one.",
            )
    if 0 < form.revision < newest:
        return (
            f"This form is of revision {form.revision}; revision {newest} stands by now.",
            "Write what is new into the form of the newest revision.",
        )
    return None
