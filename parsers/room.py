"""Where mails are read: the children that read, and beside them those that recognise what stands in pictures.

A mail whose pages must be looked at goes through the first twice: once to take the pictures out of its files, once to
read it with what was seen. In between the pictures wait for nobody else's time: recognising has limits of its own.
"""

from dataclasses import replace

from parsers.files.seen import Wanted
from parsers.job import Drawing, Job, Outcome
from parsers.limits import ReadLimits
from parsers.ocr.pool import Eyes
from parsers.results import DrawnPage, MadePhoto
from parsers.sandbox import Sandbox
from parsers.types import Ours


class ReadingRoom:
    """Reads jobs in `size` children; safe to call from several threads. Raises as `Sandbox.run` does."""

    def __init__(self, ours: Ours, limits: ReadLimits, size: int, model: str = "") -> None:
        self._sandbox = Sandbox(
            "parsers.job:open_job",
            size,
            memory_bytes=limits.memory_bytes,
            part_seconds=limits.part_seconds,
            mail_seconds=limits.mail_seconds,
            setup=(ours, limits, model),
        )
        self._eyes = Eyes(limits, size)

    def warm(self) -> None:
        """Starts the reading children without waiting for them; recognising ones start when a page needs them."""
        self._sandbox.warm()

    def close(self) -> None:
        self._eyes.close()
        self._sandbox.close()

    def run(self, job: Job) -> Outcome:
        """All that the mail or file says."""
        outcome = self._sandbox.run(job)
        if isinstance(outcome, Wanted):
            outcome = self._sandbox.run(replace(job, seen=self._eyes.look(outcome.pictures)))
        assert isinstance(outcome, Outcome)
        return outcome

    def draw(self, job: Job) -> tuple[DrawnPage, ...]:
        """The pages of the mail's documents as pictures."""
        drawing = self._sandbox.run(replace(job, draw=True))
        assert isinstance(drawing, Drawing)
        return drawing.pages

    def photos(self, job: Job) -> tuple[MadePhoto, ...]:
        """The mail's photos made anew."""
        drawing = self._sandbox.run(replace(job, photos=True))
        assert isinstance(drawing, Drawing)
        return drawing.photos
