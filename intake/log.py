"""Logs without personal data: names of things that happened, numbers and ids, never a customer's words, name or
address.

What a log line may hold is decided here and not by whoever writes it: any value that looks like a mail address or a
telephone
number is blacked out, and texts are cut.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

_ADDRESS = re.compile(r"[^\s<>\"',;:]{1,64}@[^\s<>\"',;:]{1,255}")
_TELEPHONE = re.compile(r"(?<![\w.:-])\+?\d[\d\s()/-]{7,18}\d(?![\w.:-])")
_KNOWN_SAFE = frozenset({"timestamp", "level", "event", "record", "arrival", "letter", "workflow", "sha256", "source"})
_LONGEST = 200


def redact(value: str) -> str:
    """`value` without mail addresses and telephone numbers, cut to 200 characters."""
    return _TELEPHONE.sub("[number]", _ADDRESS.sub("[address]", value))[:_LONGEST]


def _redacted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key not in _KNOWN_SAFE:
            event[key] = redact(value)
    return event


class _Redacting(logging.Filter):
    """The same for the libraries' own logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        record.exc_info = None
        return True


class _StandardError:
    """Standard error as it is when a line is written, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(level: str = "INFO", *, machine: bool | None = None) -> None:
    """One line an event on standard error: for people on a terminal, JSON elsewhere."""
    as_json = not sys.stderr.isatty() if machine is None else machine
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redacted,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _StandardError())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_StandardError())
    handler.addFilter(_Redacting())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log() -> Any:
    """The logger: `log().info("letter_sent", letter=…)`."""
    return structlog.get_logger()
