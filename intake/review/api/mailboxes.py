"""Sources and sender: what each fetch and count came to, and a try."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import Field

from intake.errors import IntakeError
from intake.review.admin.health import Level, level_of
from intake.review.admin.mailboxes import Mailboxes, mailboxes_of, try_source
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, Moment, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import maybe
from intake.review.entry import TheSite
from storage.errors import StorageTrouble

router = APIRouter(prefix=f"{ROOT}/mailboxes", dependencies=[ApiGuarded], tags=["administration"])


class SourceWhole(Shape):
    """A mailbox or folder. `taken` is the sum of `settled`, `waiting` and `set_aside`."""

    name: str = Field(examples=["complaints/INBOX"])
    kind: str = Field(description='imap, maildir or folder; "": it is no longer in the settings')
    where: str
    after: str = Field(description="what becomes of a mail that was taken", examples=["move:Done"])
    every: float = Field(description="seconds between two looks")
    level: Level
    in_settings: bool
    looked_at: Moment | None
    last_ok_at: Moment | None
    failing_since: Moment | None
    error: str = Field(description="what went wrong, with its remedy")
    trouble: str = Field(description="what went wrong last without stopping it")
    trouble_at: Moment | None
    last_new: int
    last_new_at: Moment | None
    taken: int
    settled: int
    waiting: int
    set_aside: int
    counted: int = Field(description="things that lay in it at the nightly count")
    counted_at: Moment | None
    missing: int = Field(description="of these, how many were never taken in")
    missing_ids: list[str] = Field(description="the first of their Message-IDs")
    uid_validity: int | None
    last_uid: int | None


class SenderShape(Shape):
    """How letters leave."""

    kind: str
    where: str
    queued: int
    oldest_queued_at: Moment | None
    sent_in_a_day: int
    last_sent_at: Moment | None
    put_off: str = Field(description="what the mail server said of the letter that was put off last")
    waiting: dict[str, int] = Field(description="for a person, by state: in_doubt, refused, draft; and mails set aside")


class MailboxesShape(Shape):
    sources: list[SourceWhole]
    sender: SenderShape


class Tried(Asked):
    source: str = Field(max_length=400, examples=["complaints/INBOX"])


class TriedAnswer(Shape):
    readable: bool
    said: str = Field(description="what the look came to, or what is wrong")
    remedy: str


@router.get("", name="api_mailboxes", responses=answers())
def mailboxes(site: TheSite) -> MailboxesShape:
    """Each source's last look, its error, sums that add up and the nightly count; the sender."""
    seen, zone = mailboxes_of(site), site.settings.company.zone
    return MailboxesShape(
        sources=[_source(seen, n, zone) for n in range(len(seen.sources))],
        sender=SenderShape(
            kind=site.settings.sender.kind,
            where=seen.where,
            queued=seen.queue[0],
            oldest_queued_at=maybe(seen.queue[1], zone),
            sent_in_a_day=seen.sent[0],
            last_sent_at=maybe(seen.sent[1], zone),
            put_off=seen.put_off,
            waiting=dict(seen.stuck),
        ),
    )


def _source(seen: Mailboxes, at: int, zone: ZoneInfo) -> SourceWhole:
    one = seen.sources[at]
    fetches, state = one.fetches, one.state

    def told(when: datetime | None) -> str | None:
        return maybe(when, zone)

    return SourceWhole(
        **{name: getattr(one, name) for name in ("name", "kind", "where", "after", "every", "settled")},
        **{name: getattr(fetches, name) for name in ("trouble", "last_new", "taken", "counted", "missing")},
        **{name: getattr(one.stock, name) for name in ("waiting", "set_aside")},
        **{name: getattr(state, name) for name in ("error", "uid_validity", "last_uid")},
        level=level_of(one, seen.now),
        in_settings=one.set,
        looked_at=told(fetches.looked_at),
        last_ok_at=told(state.last_ok_at),
        failing_since=told(state.failing_since),
        trouble_at=told(fetches.trouble_at),
        last_new_at=told(fetches.last_new_at),
        counted_at=told(fetches.counted_at),
        missing_ids=list(seen.missing.get(one.name, ())),
    )


@router.post("/try", name="api_mailbox_try", responses=answers("not-found", "invalid"))
def tried(site: TheSite, body: Tried) -> TriedAnswer:
    """Signs in to a source and looks whether it can be read; nothing is fetched."""
    try:
        return TriedAnswer(readable=True, said=try_source(site, body.source), remedy="")
    except (IntakeError, StorageTrouble) as error:
        return TriedAnswer(readable=False, said=error.cause, remedy=error.remedy)
