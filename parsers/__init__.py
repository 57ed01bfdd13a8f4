"""What did the customer say? Bytes in, a `Reading` out; same bytes, same Reading.

Importing this package is light: spaCy and the readers of files are loaded by the first call.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from parsers.limits import ReadLimits
from parsers.types import Ours, Reading

__all__ = ["ReadLimits", "read_file", "read_mail"]

_LIMITS = ReadLimits()
_NOTHING: Mapping[str, str] = MappingProxyType({})


def _silent(part: str) -> None:
    """The default of `report`: nobody asks which part is being read."""


def read_mail(
    raw: bytes,
    ours: Ours,
    received_at: datetime,
    limits: ReadLimits = _LIMITS,
    report: Callable[[str], None] = _silent,
    skip: Mapping[str, str] = _NOTHING,
) -> Reading:
    """What one mail says, its pictures aside. `received_at` stands in for a missing or malformed Date header
    (RFC 5322 §3.6.1).

    `report` is told each part's name before it is read; a part named in `skip` is not read, its value says why.
    Raises `NotAMail` where the bytes are no mail.
    """
    from parsers.mime import parse
    from parsers.nlp.pipeline import shipped
    from parsers.reader import reading_of_message
    from parsers.sight import blind

    reading = reading_of_message(parse(raw, ours), ours, received_at, limits, report, skip, blind(), shipped())
    assert isinstance(reading, Reading)
    return reading


def read_file(
    name: str,
    content: bytes,
    ours: Ours,
    received_at: datetime,
    limits: ReadLimits = _LIMITS,
    report: Callable[[str], None] = _silent,
    skip: Mapping[str, str] = _NOTHING,
) -> Reading:
    """All that a bare document says (.pdf, .docx, .xlsx, .txt; an .eml is read as the mail it is), its pictures aside:
    those are looked at where `parsers.room` reads.
    """
    from parsers.nlp.pipeline import shipped
    from parsers.reader import reading_of_file
    from parsers.sight import blind

    reading = reading_of_file(name, content, ours, received_at, limits, report, skip, blind(), shipped())
    assert isinstance(reading, Reading)
    return reading
