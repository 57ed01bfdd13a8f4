"""The 8D as JSON values and back, as it is stored and exchanged."""

from typing import Any

from pydantic import TypeAdapter

from storage.eight_d import EightD

_EIGHT_D: TypeAdapter[EightD] = TypeAdapter(EightD)


def eight_d_json(report: EightD) -> dict[str, Any]:
    """An 8D as plain JSON values; dates as YYYY-MM-DD."""
    return dict(_EIGHT_D.dump_python(report, mode="json"))


def eight_d_from(value: Any) -> EightD:
    """The 8D of `eight_d_json`; what it does not name stands at its default. pydantic's ValidationError, which names
    the place, for what is none.
    """
    return _EIGHT_D.validate_python(value)
