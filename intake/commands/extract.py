"""`intake read` and `intake extract`: what the service would read, printed; nothing is kept, nothing is sent."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from intake.policy.model import Policy
from intake.policy.severity import class_of_reading
from intake.runners.read import Reader
from parsers.export_reading import printed_json
from parsers.job import Job, Outcome

MAIL_ENDINGS = frozenset({".eml", ".mail", ".mbox", ""})


def read_all(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """One object a file, in order: what the mail parser made of it. A file that cannot be read has an "error"."""
    from parsers.errors import ReadingError
    from parsers.export import message_json
    from parsers.mime import parse

    for path in files:
        try:
            yield message_json(str(path), parse(path.read_bytes()))
        except OSError as error:
            yield _failed(path, f"{error.strerror or error}")
        except ReadingError as error:
            yield _failed(path, f"{error.cause} {error.remedy}")


def extract_all(files: Sequence[Path], reader: Reader, policy: Policy, side_by_side: int) -> Iterator[dict[str, Any]]:
    """One object a file, in order: what the extractor made of it, with the class that the policy gives it."""
    with ThreadPoolExecutor(side_by_side) as pool:
        yield from pool.map(lambda path: _extract(path, reader, policy), files)


def _extract(path: Path, reader: Reader, policy: Policy) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return _failed(path, f"{error.strerror or error}")
    name = None if path.suffix.lower() in MAIL_ENDINGS else path.name
    outcome = reader.read(Job(raw, at, name))
    if outcome.trouble is not None:
        return _failed(path, " ".join(outcome.trouble))
    return {"file": str(path), **printed_json(outcome.reading_json), "severity": _severity(outcome, policy)}


def _severity(outcome: Outcome, policy: Policy) -> dict[str, Any] | None:
    verdict = class_of_reading(outcome.reading, policy)
    return {"class": str(verdict.letter), "reasons": list(verdict.reasons)} if verdict else None


def _failed(path: Path, why: str) -> dict[str, Any]:
    return {"file": str(path), "error": why}
