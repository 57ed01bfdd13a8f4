"""What can be wrong with the wording of a letter: found when the service starts, never when a letter is due."""

from pathlib import Path


class TemplateTrouble(Exception):
    """A template or word file that cannot be used: which one, where, why, and what to do.

    `line` counts from 1; 0 where the trouble is the whole file's.
    """

    def __init__(self, file: Path, line: int, cause: str, remedy: str) -> None:
        place = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{cause} — {place}. {remedy}")
        self.file = file
        self.line = line
        self.cause = cause
        self.remedy = remedy
