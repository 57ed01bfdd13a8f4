"""What a mail is (种类) and how it came (渠道): scored cues, each a named row of words/kinds.toml.

Cues in the customer's own words, the subject and his forms count; quoted mails and signatures do not. A new complaint
in an old thread is a complaint; thanks, a verdict on our report or a parcel number in it is a reply.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.document import Document, Role
from parsers.nlp.clauses import Sentence, folded_text, own_text, sentences, states, words
from parsers.nlp.signals import find_dispositions, find_requests, find_signals, repeat_count
from parsers.types import Bounce, Channel, Disposition, Envelope, Kind, Mark, Ours, Request, Signal

_LEAST = 2.5  # of the score that makes a kind
_PIECE, _MOST = 600, 60_000  # characters: of a piece searched at once; of a mail looked at for its kind
_TITLE = 160  # characters of a file's head that name it
_REPLY_SUBJECT = re.compile(r"^\s*(?:re|aw|sv|antw|res|答复|回复|回覆|答覆|回复)\s?(?:\[\d+\])?[:：]", re.IGNORECASE)
_OUR_NUMBER = re.compile(r"\[[A-Z]{2,6}-\d{4,8}-\d{2,6}\]")
_SUPPORT = {Signal: 2.0, Request: 1.2, Disposition: 0.8}


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of words/kinds.toml, compiled. `stated`: a denial takes it back."""

    name: str
    kind: Kind
    weight: float
    where: str
    pattern: re.Pattern[str]
    stated: bool


@dataclass(frozen=True, slots=True)
class _Mail:
    """The texts that cues look at, folded."""

    subject: str
    body: str
    text: str  # body and files
    files: str  # names
    titles: str
    documents: tuple[Document, ...]
    in_thread: bool
    unread: bool


@cache
def cues() -> tuple[Cue, ...]:
    return tuple(
        Cue(
            row["name"],
            Kind(row["kind"]),
            row["weight"],
            row["where"],
            re.compile(row["pattern"]),
            row.get("stated", False),
        )
        for row in words("kinds")["cue"]
    )


def _form(text: str) -> str:
    return folded_text(text).text


def _is_file(document: Document) -> bool:
    return document.part not in ("body", "subject")


def in_thread(documents: Sequence[Document], envelope: Envelope | None) -> bool:
    """Whether the mail answers another: by its headers, its subject, or what it quotes."""
    subject = _subject(documents, envelope)
    answers = bool(envelope and (envelope.in_reply_to or envelope.references))
    titled = _REPLY_SUBJECT.match(subject) or _OUR_NUMBER.search(subject)
    return answers or titled is not None or any(p.role is Role.QUOTE for d in documents for p in d.passages)


def _subject(documents: Sequence[Document], envelope: Envelope | None) -> str:
    return envelope.subject if envelope else "".join(d.text for d in documents if d.part == "subject")


def _mail(documents: Sequence[Document], envelope: Envelope | None) -> _Mail:
    subject = _subject(documents, envelope)
    body = _form("\n".join(own_text(d) for d in documents if d.part == "body"))
    files = [document for document in documents if _is_file(document)]
    return _Mail(
        subject=_form(subject),
        body=body,
        text="\n".join([body, *(_form(own_text(d)) for d in files)]),
        files=_form("\n".join(d.part for d in files)),
        titles="\n".join(_form(own_text(d)[:_TITLE]) for d in files),
        documents=tuple(documents),
        in_thread=in_thread(documents, envelope),
        unread=any(d.unread is not None or (d.scanned and not d.text.strip()) for d in files),
    )


def _in_old_subject(mail: _Mail, cue: Cue) -> bool:
    """The subject of a reply was another mail's: what it says of complaints is old."""
    return bool(
        mail.in_thread and _REPLY_SUBJECT.match(mail.subject) and not any(map(cue.pattern.search, _pieces(mail.text)))
    )


@lru_cache(maxsize=16)
def _pieces(text: str) -> tuple[str, ...]:
    """The text in pieces of whole lines where they are short, so that a search stays quick on any text."""
    pieces: list[str] = []
    for line in text[:_MOST].split("\n"):
        if pieces and len(pieces[-1]) + len(line) < _PIECE:
            pieces[-1] += "\n" + line
        else:
            pieces += [line[place : place + _PIECE] for place in range(0, max(len(line), 1), _PIECE)]
    return tuple(pieces)


def _holds(mail: _Mail, cue: Cue) -> bool:
    places = {
        "subject": (mail.subject,),
        "body": (mail.body,),
        "text": (mail.text,),
        "file": (mail.files,),
        "title": (mail.titles,),
        "any": (mail.subject, mail.text),
    }[cue.where]
    if not any(cue.pattern.search(piece) for text in places for piece in _pieces(text)):
        return False
    if _in_old_subject(mail, cue):
        return False
    return _stated(mail, cue) if cue.stated else True


def _stated(mail: _Mail, cue: Cue) -> bool:
    """Whether some sentence says it without taking it back."""
    return any(_said(sentence, cue) for document in mail.documents for sentence in sentences(document))


def _said(sentence: Sentence, cue: Cue) -> bool:
    spans = [match.span() for match in cue.pattern.finditer(sentence.form)]
    return any(states(sentence, start, end, modal=False) and not _others(sentence.form) for start, end in spans)


def _others(form: str) -> bool:
    """Another maker's fault is no complaint to us."""
    return bool(re.search(words("kind_limits")["others"], form))


Asked = tuple[tuple[Mark[Signal], ...], tuple[Mark[Request], ...]]


def asked_in(documents: Sequence[Document], envelope: Envelope | None) -> Asked:
    """The signals and requests that the documents state."""
    return find_signals(documents, envelope), find_requests(documents, envelope)


def _support(documents: Sequence[Document], asked: Asked) -> float:
    """What signals, requests and dispositions add to a complaint's score."""
    marks: list[Mark[Signal] | Mark[Request] | Mark[Disposition]] = [*asked[0], *asked[1]]
    marks += [mark for document in documents for mark in find_dispositions(document)[:1]]
    return min(sum(_SUPPORT[type(mark.name)] for mark in marks), 5.0)


def _scores(mail: _Mail, held: Sequence[Cue], support: float) -> dict[Kind, float]:
    scores = dict.fromkeys(Kind, 0.0)
    for cue in held:
        scores[cue.kind] += cue.weight
    fault = any(cue.name.startswith("fault") for cue in held)
    if scores[Kind.COMPLAINT]:
        scores[Kind.COMPLAINT] += support
    if not fault and not any(cue.where in ("file", "title") for cue in held if cue.kind is Kind.COMPLAINT):
        scores[Kind.COMPLAINT] *= 0.6
    scores[Kind.REPLY] += 2.0 if mail.in_thread and scores[Kind.REPLY] else 0.0
    if not mail.in_thread:
        scores[Kind.REPLY] *= 0.6
    return scores


def _decide(mail: _Mail, scores: dict[Kind, float], held: Sequence[Cue], again: bool) -> tuple[Kind, str]:
    """The kind and the rule that gave it; the order is by how sure a cue is of itself."""
    complaint, names = scores[Kind.COMPLAINT], {cue.name for cue in held}
    if scores[Kind.SPAM] >= 6 and (scores[Kind.SPAM] >= 9 or complaint < 6):
        return Kind.SPAM, "spam"
    if scores[Kind.REPLY] >= 4 and not _fresh_complaint(mail, names, again):
        return Kind.REPLY, "follow_up"
    if complaint < scores[Kind.INQUIRY] >= 3 and not names & {"count_of_bad", "complaint_form", "complaint_file"}:
        return Kind.INQUIRY, "inquiry"
    if complaint < scores[Kind.NOTICE] >= 3:
        return Kind.NOTICE, "notice"
    if complaint >= _LEAST and complaint >= scores[Kind.OTHER]:
        return Kind.COMPLAINT, "complaint"
    best = max((Kind.INQUIRY, Kind.NOTICE, Kind.REPLY, Kind.SPAM), key=lambda kind: scores[kind])
    if scores[best] >= _LEAST and scores[best] > scores[Kind.OTHER]:
        return best, str(best)
    if mail.unread and scores[Kind.OTHER] == 0:
        return Kind.COMPLAINT, "unread_page"
    return Kind.OTHER, "nothing_known"


def _fresh_complaint(mail: _Mail, names: set[str], again: bool) -> bool:
    """Whether the mail's own words bring a fault of their own: counted bad parts or a repeat."""
    if again or names & {"complaint_form"}:
        return True
    return (
        "count_of_bad" in names
        and bool(names & {"fault", "fault_en"})
        and bool(any(re.search(words("kind_limits")["fresh"], piece) for piece in _pieces(mail.body)))
    )


def kind_of(
    documents: Sequence[Document],
    envelope: Envelope | None,
    bounce: Bounce | None,
    ours: Ours,
    asked: Asked | None = None,
    receipt: bool = False,
) -> tuple[Kind, float, str]:
    """(kind, confidence 0–1, rule). `ours` bears on nothing: our own people are judged by their words.

    `asked` is `asked_in`'s answer where the caller has it. `receipt`: a machine reports that a mail of ours was
    delivered or shown.
    """
    if bounce is not None:
        return Kind.BOUNCE, 0.98, "bounce"
    if receipt:
        return Kind.AUTO_REPLY, 0.98, "receipt"
    mail = _mail(documents, envelope)
    held = [cue for cue in cues() if _holds(mail, cue)]
    automatic = sum(cue.weight for cue in held if cue.kind is Kind.AUTO_REPLY)
    if automatic and _is_automatic(mail, envelope, automatic):
        return Kind.AUTO_REPLY, 0.95 if envelope and envelope.automatic else 0.8, "auto_reply"
    if _is_subject_alone(mail) and any(cue.kind is Kind.COMPLAINT for cue in held):
        return Kind.COMPLAINT, 0.6, "subject_alone"
    scores = _scores(mail, held, _support(documents, asked or asked_in(documents, envelope)))
    if envelope and envelope.bulk and scores[Kind.SPAM]:
        scores[Kind.SPAM] += 2
    kind, rule = _decide(mail, scores, held, (repeat_count(documents) or 0) > 1)
    return kind, _confidence(kind, scores, rule), rule


def _is_subject_alone(mail: _Mail) -> bool:
    """Whether nothing but its subject can be read: who complains there is not overheard."""
    return not mail.in_thread and not any(character.isalpha() for character in mail.text)


def _is_automatic(mail: _Mail, envelope: Envelope | None, weight: float) -> bool:
    """An absence note is short; a machine's mail that only reports a fault (a customer's QMS) has no such words."""
    return bool(envelope and envelope.automatic) or (weight >= 6 and len(mail.body) < 900)


def _confidence(kind: Kind, scores: dict[Kind, float], rule: str) -> float:
    """Grows with the lead over the next kind; a guess without cues stays low."""
    if rule == "unread_page":
        return 0.5
    rival = max((score for other, score in scores.items() if other is not kind), default=0.0)
    return round(min(0.97, max(0.45, 0.6 + 0.05 * (scores[kind] - rival))), 2)


def channel_of(documents: Sequence[Document], envelope: Envelope | None) -> Channel:
    """Fax where the complaint itself is a faxed page: by the gateway's mail, or by the fax machine's line."""
    pages = [document for document in documents if _is_file(document)]
    if any(passage.role is Role.FAX_HEADER for document in pages for passage in document.passages):
        return Channel.FAX
    heads = (
        _form(document.text[:300])
        for document in pages
        if document.scanned or re.search(words("fax")["page"], _form(document.part))
    )
    if any(re.search(words("fax")["header"], head) for head in heads):
        return Channel.FAX
    return Channel.FAX if envelope and _from_gateway(documents, envelope) else Channel.EMAIL


def _from_gateway(documents: Sequence[Document], envelope: Envelope) -> bool:
    """Two of three: a gateway's subject, sender, notice; and a page as a picture or PDF."""
    table = words("fax")
    if not any(re.search(table["page"], _form(document.part)) for document in documents if _is_file(document)):
        return False
    sender = f"{envelope.sender.email} {envelope.sender.name}" if envelope.sender else ""
    body = "\n".join(document.text for document in documents if document.part == "body")
    hits = (
        re.search(table["subject"], _form(envelope.subject)),
        re.search(table["sender"], _form(sender)),
        re.search(table["text"], _form(body[:600])),
    )
    return sum(hit is not None for hit in hits) >= 2
