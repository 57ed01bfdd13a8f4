"""What a mail is and asks, beside the items: the experts for kind, signals, requests and demands, called one after another."""  # noqa: E501

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from parsers.document import Document
from parsers.language import language_of
from parsers.nlp.candidates import Candidate
from parsers.nlp.clauses import own_text, place
from parsers.nlp.demands import find_claim, find_reply_due
from parsers.nlp.gist import Evidence, Gist, Weights, sentences_of, signs_of
from parsers.nlp.kind import Asked, asked_in, channel_of, in_thread, kind_of
from parsers.nlp.signals import repeat_count
from parsers.types import Bounce, Channel, Claim, Envelope, Field, Kind, Mark, Ours, Request, Signal

_CERTAIN = frozenset(
    {"bounce", "receipt", "auto_reply", "unread_page", "subject_alone"}
)  # rules that the gist has no say in
_OPEN = frozenset({Kind.OTHER, Kind.COMPLAINT})  # kinds of the rules that the gist may change to any other
_WORDED = frozenset({Kind.INQUIRY, Kind.NOTICE, Kind.REPLY, Kind.SPAM})  # those that have words of their own
# probabilities from which on a mail is a complaint, whatever else it may be; and against words for another kind
_COMPLAINT, _AGAINST_WORDS = 0.3, 0.8
_SPAM = 0.8  # and from which on it is an advertisement though no rule says so
_SENTENCE = 200  # characters of a sentence that are shown
_MAX_CHARACTERS = 100_000  # of a document that these experts look at as a whole
_HEAD = 20_000  # of a longer one


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


def understand(
    documents: Sequence[Document],
    envelope: Envelope | None,
    bounce: Bounce | None,
    ours: Ours,
    sent_at: datetime,
    candidates: Sequence[Candidate] = (),
    weights: Weights | None = None,
    receipt: bool = False,
) -> Understanding:
    """`sent_at` is the Date header; what is demanded "within 24 hours" counts from it. `weights` are the trained gist's."""  # noqa: E501
    documents = [_head(document) for document in documents]
    asked = asked_in(documents, envelope)
    kind, _, rule = kind_of(documents, envelope, bounce, ours, asked, receipt)
    if weights is not None and rule not in _CERTAIN:
        kind, asked = _by_gist(kind, asked, documents, weights, candidates, in_thread(documents, envelope))
    elif kind is Kind.OTHER and describes_a_fault(candidates):
        kind = Kind.COMPLAINT
    channel = channel_of(documents, envelope)
    due, full = find_reply_due(documents, envelope, sent_at)
    asks = kind in (Kind.COMPLAINT, Kind.REPLY, Kind.INQUIRY, Kind.NOTICE)
    return Understanding(
        kind,
        _language(documents, channel),
        channel,
        asked[0] if asks else (),
        asked[1] if asks else (),
        find_claim(documents, envelope) if asks else None,
        due if asks else None,
        full and asks,
        repeat_count(documents),
    )


def _head(document: Document) -> Document:
    """The document, or the first part of one that is longer than a person would read."""
    if len(document.text) <= _MAX_CHARACTERS:
        return document
    last = len(document.text) - len(document.text.lstrip()) + _HEAD
    passages = (replace(one, end=min(one.end, last)) for one in document.passages if one.start < last)
    tables = (table for table in document.tables if all(cell.end <= last for cell in table.cells))
    return replace(document, text=document.text[:last], passages=tuple(passages), tables=tuple(tables))


def topics_of(asked: Asked) -> frozenset[Signal | Request]:
    """The signals and requests together."""
    return frozenset([*(mark.name for mark in asked[0]), *(mark.name for mark in asked[1])])


def _by_gist(
    kind: Kind,
    asked: Asked,
    documents: Sequence[Document],
    weights: Weights,
    candidates: Sequence[Candidate],
    hangs: bool,
) -> tuple[Kind, Asked]:
    """What the rules found, weighed by the trained gist. A complaint is kept from being overheard, so it needs less.
    `hangs`: the mail answers another.
    """
    said = sentences_of(documents)
    if not said:
        return kind, asked
    gist = weights.gist(said, Evidence(kind, topics_of(asked), signs_of(candidates, said)))
    judged = kind
    likely = gist.kinds[Kind.COMPLAINT]
    if (likely >= _COMPLAINT and kind in _OPEN) or (likely >= _AGAINST_WORDS and kind in _WORDED):
        judged = Kind.COMPLAINT
    elif kind in _OPEN:
        judged = max((one for one in gist.kinds if _may_be(one, gist, asked, hangs)), key=lambda one: gist.kinds[one])
    places = {document.part: document for document in documents}
    signals = {mark.name: mark for mark in asked[0]}
    requests = {mark.name: mark for mark in asked[1]}
    for topic, sentence in weights.told(gist):
        words, source = place(places[sentence.part], sentence.start, min(sentence.end, sentence.start + _SENTENCE))
        if isinstance(topic, Signal):
            signals.setdefault(topic, Mark(topic, words, source, f"gist:{topic}"))
        else:
            requests.setdefault(topic, Mark(topic, words, source, f"gist:{topic}"))
    found = tuple(signals[one] for one in Signal if one in signals)
    return judged, (found, tuple(requests[one] for one in Request if one in requests))


def _may_be(kind: Kind, gist: Gist, asked: Asked, hangs: bool) -> bool:
    """Whether words alone may make it that. What opens no record needs more: a machine's mail has its headers, and who
    answers a mail or tells of a stopped line does not advertise, whatever his words resemble.
    """
    if kind is Kind.SPAM:
        return gist.kinds[kind] >= _SPAM and not hangs and not any(asked)
    return kind not in (Kind.COMPLAINT, Kind.BOUNCE, Kind.AUTO_REPLY)


def describes_a_fault(candidates: Sequence[Candidate]) -> bool:
    """Whether a mail that no cue of its kind gives away names goods and what is wrong with them."""
    sure = {c.field for c in candidates if c.weight >= 0.5}
    named = bool(sure & {"model", "batch", "product"})
    clause = max((c.weight for c in candidates if c.field == "defect"), default=0.0)
    counted = "quantity_defective" in sure
    return named and (clause >= 0.5 or (clause >= 0.34 and (counted or "batch" in sure)))


def _language(documents: Sequence[Document], channel: Channel) -> str:
    """Of what the customer wrote: the faxed page, not the gateway's notice around it; else the mail's own text."""
    files = [own_text(document) for document in documents if document.part not in ("body", "subject")]
    body = [own_text(document) for document in documents if document.part == "body"]
    order = [*files, *body] if channel is Channel.FAX else [*body, *files]
    subject = [document.text for document in documents if document.part == "subject"]
    told = next((text for text in [*order, *subject] if sum(character.isalpha() for character in text) >= 12), "")
    return language_of(told or " ".join([*order, *subject]))
