"""Draws the pages of what came, and makes its photos anew, once, when there is time: never in the way of an
acknowledgement.

A dropped fax gets a copy with its record's number besides (客戶溝通管理程序 §5.8.1); the original stays as it came.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace

from intake.acts.photos import PHOTO, PHOTO_TYPE
from intake.clock import Clock
from intake.log import log
from intake.runners.poll import new_id
from intake.runners.read import Reader, Stopped
from intake.stamp import stamped
from parsers.job import Job
from parsers.results import DrawnPage
from storage import Storage, StorageTrouble, UnitOfWork
from storage.blobs import Blobs
from storage.errors import Damaged, NotThere
from storage.life import Evidence, EvidenceKind, ProposalState
from storage.pages import PageOf
from storage.records import Arrival

AT_ONCE = 20  # mails a look: the next look goes on
PAUSE = 20.0  # seconds between looks: people look at the pages later than that


class Drawer:
    def __init__(self, storage: Storage, blobs: Blobs, reader: Reader, clock: Clock) -> None:
        self._storage = storage
        self._blobs = blobs
        self._reader = reader
        self._clock = clock

    def keep_drawing(self, stop: threading.Event, pause: float = PAUSE) -> None:
        """Looks, waits, looks again until `stop`. No trouble of disk or database ends it, nor the service with it."""
        while not stop.wait(pause):
            try:
                self.look(stop)
            except Stopped:
                return
            except StorageTrouble as trouble:
                log().error("drawing_failed", cause=trouble.cause)
            except Exception as error:  # noqa: BLE001  a fault of ours in one document must not end the drawing for good
                log().error("drawing_failed", error=type(error).__name__)

    def look(self, stop: threading.Event | None = None) -> int:
        """Draws what waits, at most `AT_ONCE` mails; the number of pages."""
        with self._storage.reading() as work:
            waiting = [
                arrival for _, name in work.pages.waiting(AT_ONCE) if (arrival := work.arrivals.get(name)) is not None
            ]
        return sum(self._draw(arrival) for arrival in waiting if stop is None or not stop.is_set())

    def _draw(self, arrival: Arrival) -> int:
        job = self._job_of(arrival)
        drawn = self._reader.draw(job) if job is not None else ()
        names = self._blobs.put_many([page.webp for page in drawn]) if drawn else []
        made = [
            PageOf(arrival.sha256, page.part, page.page, name, page.width, page.height, page.across, page.down)
            for page, name in zip(drawn, names, strict=True)
        ]
        photos = self._photos_of(arrival, job)
        with self._storage.unit() as work:
            self._hang(work, arrival, photos)
            work.pages.drawn(arrival.sha256, made, self._clock())
            if arrival.file_name is not None and arrival.record is not None and drawn:
                self._stamp(work, arrival, drawn)
            work.commit()
        return len(made)

    def _job_of(self, arrival: Arrival) -> Job | None:
        """None of a mail whose bytes the disk has lost or spoiled: it must not be tried for ever."""
        try:
            raw = self._blobs.get(arrival.sha256)
        except (NotThere, Damaged) as lost:
            log().error("drawing_failed", arrival=arrival.id, cause=lost.cause)
            return None
        return Job(raw, arrival.received_at, arrival.file_name, arrival.headers_only)

    def _photos_of(self, arrival: Arrival, job: Job | None) -> dict[str, str]:
        """Part → the name of its picture, of the photos that hang on the record; each is kept."""
        with self._storage.reading() as work:
            waits = any(_is_bare(one) for one in work.lives.evidence_of(arrival.id))
        made = self._reader.photos(job) if waits and job is not None else ()
        names = self._blobs.put_many([one.jpeg for one in made]) if made else []
        return dict(zip((one.part for one in made), names, strict=True))

    def _hang(self, work: UnitOfWork, arrival: Arrival, photos: Mapping[str, str]) -> None:
        """Gives the record's photos their pictures. One of which none could be made is a file as any other, and is not
        proposed any more.
        """
        bare = [one for one in work.lives.evidence_of(arrival.id) if _is_bare(one)]
        for number in sorted({one.record for one in bare}):
            work.complaints.get(number, lock=True)  # nobody may act on what hangs there meanwhile
        for one in bare:
            if one.part in photos:
                work.lives.update(replace(one, sha256=photos[one.part], media_type=PHOTO_TYPE))
                continue
            work.lives.update(replace(one, kind=EvidenceKind.OTHER))
            for proposal in work.lives.proposals(one.record):
                if (proposal.field, proposal.arrival, proposal.text) == (PHOTO, one.arrival, one.part):
                    work.lives.update(replace(proposal, state=ProposalState.DROPPED))

    def _stamp(self, work: UnitOfWork, arrival: Arrival, drawn: tuple[DrawnPage, ...]) -> None:
        """The copy of a fax with its record's number, hanging on the record."""
        number, now = str(arrival.record), self._clock()
        if any(one.kind is EvidenceKind.STAMPED_COPY for one in work.lives.evidence(number)):
            return
        copy = self._blobs.put(stamped(tuple(page.webp for page in drawn), number))
        stem = (arrival.file_name or "fax").rsplit(".", 1)[0]
        work.lives.add(
            [
                Evidence(
                    new_id(int(now.timestamp() * 1000)),
                    number,
                    EvidenceKind.STAMPED_COPY,
                    f"{number} {stem}.pdf",
                    "application/pdf",
                    copy,
                    "system",
                    now,
                )
            ]
        )


def _is_bare(one: Evidence) -> bool:
    """Whether it is a photo of a mail that has no picture yet."""
    return one.kind is EvidenceKind.PHOTO and not one.sha256
