"""Who complains (客户): from the form's labels, the signature, the letterhead, the From header, in that order of trust.

Our own names, numbers and addresses are never the customer's. A mail that our own people or a fax gateway sent on is the
original sender's.
"""  # noqa: E501

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from parsers.assemble import field_of
from parsers.document import Document, Role
from parsers.nlp.candidates import View, lines
from parsers.nlp.plain import plain
from parsers.nlp.values import is_blank
from parsers.types import CUSTOMER_FIELDS, Customer, Envelope, Field, Ours, Source

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+|00)?(?:\(\d{1,5}\)\s?)?\d(?:[\d().-]|\s(?=[\d(])){5,18}\d(?:\s?(?:转|分机|ext\.?|x|#|-)\s?#?\d{1,5})?(?![\w-])"
)
_PHONE_LABEL = re.compile(
    r"(?:电话|手机|tel|phone|mobile|mob|cell|座机|联系方式|ph|t|m|tlf|tél|whatsapp|fon|telephone|热线)[\s.:/]{0,4}$"
)
_FAX_LABEL = re.compile(r"(?:传真|fax|telefax|f)[\s.:]{0,4}$")
_TIME = re.compile(
    r"\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}日?|[A-Z]{3}[-. ]\d{1,2}[-. ,]{1,2}\d{2,4}"
    r"|\d{1,2}\s?[:：]\s?\d{2}(?:[:：]\d{2})?",
    re.IGNORECASE,
)
_TO_US = re.compile(
    r"(?:^|[\s,;(])(?:to|attn|dear|致|供方|供应商|乙方|卖方|收件人|收件单位|受文者|敬启者|尊敬的)\s*[:.,]?\s*$"
)
_MAIL_PROGRAM = re.compile(r"outlook|microsoft|teams|iphone|android|foxmail|网易|邮箱大师", re.IGNORECASE)
_POST = re.compile(
    r"(?<![a-z])(?:engineer|ing[eé]nieure?|ingenieur|manager|director|buyer|inspector|supervisor|specialist|coordinator"
    r"|responsable|leiter|leiterin|technicien(?:ne)?|head of [a-z]+)(?![a-z])(?!.*\b(?:ltd|inc|gmbh|llc|co)\b)"
    r"|(?:工程师|工程師|经理|經理|主管|主任|专员|專員|课长|課長|科长|部长)$"
)
_SIGNATURE_LINES = 12
_LIKELY, _SEEN = 0.5, 0.1  # of the tagger's own proposals: to be told, and to support a rule's guess
_TAGGED_LEAST, _TAGGED_MOST = 0.45, 0.965  # confidence of one: its probability, between these
_AGREED, _DISPUTED = 0.07, 0.2  # what the tagger's word adds to a rule's guess, and takes from it
_UNSEEN = 0.45  # taken from a name or place that only a line of the signature suggests, and the tagger does not see
_WORTH_TELLING = 0.4
_MAX_TEXT = 60_000


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal for a field of the customer; `confidence` orders them and is what is told."""

    field: str
    value: str
    document: Document
    start: int
    end: int
    confidence: float
    rule: str


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "nlp" / "companies.toml").read_text("utf-8"))
    return {name: re.compile(pattern) for name, pattern in data.items()}


def customer_of(views: Sequence[View], envelope: Envelope | None, ours: Ours) -> Customer:
    """The customer, field by field the best proposal that is not ours."""
    guesses: list[Guess] = []
    for view in views:
        if view.part == "subject":
            continue
        guesses.extend(_of_labels(view, ours))
        guesses.extend(_of_signature(view, envelope, ours))
        if view.part != "body":
            guesses.extend(_of_letterhead(view, ours))
        guesses.extend(_of_forwarded_head(view, ours))
        guesses.extend(_of_fax_header(view))
        guesses.extend(_of_tagger(view, ours))
    guesses = [_weighed(guess, views) for guess in guesses if not (_of_a_program(guess) or _is_no_company(guess))]
    found = {name: _best(name, guesses) for name in CUSTOMER_FIELDS}
    _add_header(found, guesses, envelope, ours)
    return Customer(**found)


def _of_fax_header(view: View) -> Iterator[Guess]:
    """The number that the sender's machine prints at the top of each page: it is the customer's own, whatever numbers
    the letter names.
    """
    for passage in view.document.passages:
        if passage.role is not Role.FAX_HEADER:
            continue
        line = view.text[passage.start : passage.end]
        dated = _TIME.sub(lambda time: " " * len(time.group()), line)
        number = _PHONE.search(dated)
        if number is not None and sum(sign.isdigit() for sign in number.group()) >= 7:
            start, end = passage.start + number.start(), passage.start + number.end()
            yield Guess("fax", view.text[start:end].strip(), view.document, start, end, 0.94, "fax_header")


def _of_a_program(guess: Guess) -> bool:
    """Whether it is the line that a mail program signs with: "Get Outlook for iOS", 发自我的iPhone."""
    return guess.field in ("contact", "company", "location") and _MAIL_PROGRAM.search(guess.value) is not None


def _is_no_company(guess: Guess) -> bool:
    """Whether what was taken for a company is a post there (Ingénieure Qualité) or a town (74300 Cluses)."""
    if guess.field != "company":
        return False
    name = plain(guess.value)
    return _POST.search(name) is not None or re.fullmatch(r"\d{4,6}\s[^\d\s]+", name) is not None


def _best(name: str, guesses: Sequence[Guess]) -> Field[str] | None:
    fitting = [guess for guess in guesses if guess.field == name and guess.confidence >= _WORTH_TELLING]
    if not fitting:
        return None
    best = max(fitting, key=lambda guess: (guess.confidence, -guess.start))
    return field_of(best.document, best.value, best.start, best.end, best.confidence, best.rule)


def _of_tagger(view: View, ours: Ours) -> Iterator[Guess]:
    """The names and numbers that the tagger finds likely, wherever in the text they stand."""
    for mark in view.senders:
        words = str(mark.value)
        number = mark.field in ("phone", "fax")
        if mark.weight < _LIKELY or is_ours(words, ours) or bool(_PHONE.search(plain(words))) != number:
            continue
        if _addressed(view, mark.start, mark.end):
            continue
        certain = _TAGGED_LEAST + (_TAGGED_MOST - _TAGGED_LEAST) * mark.weight
        yield Guess(mark.field, words, view.document, mark.start, mark.end, certain, "tagged")


def _addressed(view: View, start: int, end: int) -> bool:
    """Whether the words name whom the mail is for: behind To, 供方, 致, Dear, or in such a field of a form."""
    if any(pair.label == "supplier" and pair.start < end and start < pair.end for pair in view.pairs):
        return True
    line = view.whole[max(0, start - 24) : start].rpartition("\n")[2]
    return _TO_US.search(line) is not None


def _weighed(guess: Guess, views: Sequence[View]) -> Guess:
    """A rule's guess, surer where the tagger sees the same in these words, less sure where it sees something else."""
    if guess.rule == "tagged":
        return guess
    same = other = 0.0
    for view in views:
        if view.document is not guess.document:
            continue
        for mark in view.senders:
            if mark.start < guess.end and guess.start < mark.end:
                same = max(same, mark.weight if mark.field == guess.field else 0.0)
                other = max(other, mark.weight if mark.field != guess.field else 0.0)
    certain = guess.confidence + _AGREED * same - _DISPUTED * max(0.0, other - same)
    if guess.rule == "signature" and guess.field in ("contact", "location") and same < _SEEN:
        certain -= _UNSEEN
    return replace(guess, confidence=round(min(0.99, certain), 3))


def is_ours(text: str, ours: Ours) -> bool:
    """Whether a company's name is one of ours, in either script, with or without its legal form."""
    name = _core(text)
    return any(len(own) >= 2 and (own in name or (len(name) >= 3 and name in own)) for own in map(_core, ours.names))


def _core(name: str) -> str:
    folded = re.sub(r"[\s()（）,.&·'-]", "", plain(name))
    return re.sub(r"(?:股份|有限|责任|公司|集团|coltd|ltd|limited|inc|gmbh|llc|corporation|corp|co$)", "", folded)


def _is_our_address(email: str, ours: Ours) -> bool:
    address = email.lower()
    return address in {one.lower() for one in ours.addresses} or address.rpartition("@")[2] in {
        d.lower() for d in ours.domains
    }


# ---------------------------------------------------------------- labels


def _of_labels(view: View, ours: Ours) -> Iterator[Guess]:
    wanted = {"company", "contact", "phone", "fax", "phone_fax", "email", "location"}
    for pair in view.pairs:
        text = view.text[pair.start : pair.end]
        if (
            pair.label not in wanted
            or not view.whole[pair.start : pair.end].strip()
            or is_blank(text)
            or len(text) > 160
        ):
            continue
        yield from _labelled(view, pair.label, pair.start, pair.end, 0.93 if view.part != "body" else 0.91, ours)


def _labelled(view: View, label: str, start: int, end: int, certain: float, ours: Ours) -> Iterator[Guess]:
    text = view.text[start:end]
    rule = f"label:{label}"
    if label in ("phone", "fax", "phone_fax", "location") and _of_our_address(view, start, ours):
        return
    if label in ("phone", "fax", "phone_fax"):
        names = ("phone", "fax") if label == "phone_fax" else (label,)
        for name, number in zip(names, [*_phones(view.whole, start, end)] * 2, strict=False):
            yield Guess(name, view.text[number[0] : number[1]], view.document, *number, certain, rule)
    elif label == "email":
        address = _EMAIL.search(text)
        if address and not _is_our_address(address.group(), ours):
            yield Guess(
                "email", address.group(), view.document, start + address.start(), start + address.end(), 0.8, rule
            )
    elif label == "company":
        if not is_ours(text, ours) and not _PHONE.fullmatch(plain(text)):
            first, last = _upto(view.whole, start, end, r"[,;|\n]|\s{2,}|联系人|电话")
            yield Guess("company", view.text[first:last], view.document, first, last, certain, rule)
    elif label == "contact":
        first, last = _upto(view.whole, start, end, r"[,;|\n/(]|\s{2,}|电话|\d{5}|\s\+?\d{2}|tel")
        if 1 < last - first <= 40 and not is_ours(view.text[first:last], ours):
            yield Guess("contact", view.text[first:last], view.document, first, last, certain, rule)
    else:
        first, last = _upto(view.whole, start, end, r"[;|\n]|\s{2,}|电话|tel")
        yield Guess("location", view.text[first:last].strip(), view.document, first, last, certain - 0.08, rule)


def _upto(text: str, start: int, end: int, stop: str) -> tuple[int, int]:
    found = re.search(stop, text[start:end])
    last = start + found.start() if found and found.start() > 1 else end
    return start, start + len(text[start:last].rstrip(" .,:;"))


def _of_our_address(view: View, place: int, ours: Ours) -> bool:
    """Whether our own name stands right above: the letterhead of our own form."""
    above = view.text[max(0, place - 120) : place]
    return any(len(name) >= 4 and name in above for name in ours.names)


def _phones(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for match in _PHONE.finditer(folded, start, end):
        digits = re.sub(r"\D", "", match.group())
        dateable = re.fullmatch(r"(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}", match.group().strip())
        if 7 <= len(digits) <= 18 and not dateable:
            found.append((match.start(), match.start() + len(match.group().rstrip(" -./("))))
    return found


# ---------------------------------------------------------------- signatures


def _of_signature(view: View, envelope: Envelope | None, ours: Ours) -> Iterator[Guess]:
    spans = _signature(view)
    domain = envelope.sender.email.rpartition("@")[2] if envelope and envelope.sender else ""
    for position, (start, end) in enumerate(spans):
        last = position >= len(spans) - 5
        yield from _companies(view, start, end, domain, ours, 0.84 if last else 0.7)
        yield from _numbers(view, start, end)
        yield from _place(view, start, end, ours)
        yield from _person(view, start, end, envelope, ours)
        for address in _EMAIL.finditer(view.whole[start:end]):
            if not _is_our_address(address.group(), ours):
                yield Guess(
                    "email",
                    view.text[start + address.start() : start + address.end()],
                    view.document,
                    start + address.start(),
                    start + address.end(),
                    0.6,
                    "signature",
                )


def _signature(view: View) -> list[tuple[int, int]]:
    """The lines of the signature; where none is marked, the last lines of the text that are short."""
    marked = [(p.start, p.end) for p in view.document.passages if p.role is Role.SIGNATURE]
    found = [
        (start + a, start + b) for start, end in marked for a, b in lines(view.whole[start : min(end, start + 3000)])
    ]
    if found:
        return found[: 2 * _SIGNATURE_LINES]
    tail = lines(view.whole[:_MAX_TEXT])[-_SIGNATURE_LINES:] if view.part == "body" else []
    return [(start, end) for start, end in tail if end - start <= 90]


def _companies(view: View, start: int, end: int, domain: str, ours: Ours, certain: float) -> Iterator[Guess]:
    line = view.whole[start:end]
    for first, last in _pieces(line):
        piece = line[first:last]
        chinese = _words()["chinese"].match(piece)
        latin = re.search(rf"^.{{2,60}}?[\s,]{_words()['latin'].pattern}(?![a-z])", piece)
        like = _like_domain(piece, domain)
        stop = chinese.end() if chinese else latin.end() if latin else last - first if like else 0
        if chinese and (re.match(r"[\u3400-\u9fff]", piece[stop:]) or re.search(r"[你我您的这了在是把]", piece[:stop])):
            continue
        if (
            not stop
            or is_ours(piece[:stop], ours)
            or _EMAIL.search(piece)
            or re.search(r"[。!?！？]|\d{6}", piece[:stop])
        ):
            continue
        value = view.text[start + first : start + first + stop].strip(" ,-/|")
        place = start + first + view.text[start + first : start + first + stop].find(value)
        sure = certain if chinese or latin else 0.72
        yield Guess(
            "company", value, view.document, place, place + len(value), sure + (0.06 if like else 0.0), "signature"
        )
        return
    yield from _beside_department(view, start, end, ours)


def _beside_department(view: View, start: int, end: int, ours: Ours) -> Iterator[Guess]:
    """A Chinese name without a legal form, on one line with a department: 立晴電源 品保部."""
    line = view.whole[start:end]
    pieces = [(m.start(), m.end()) for m in re.finditer(r"[^\s/|,]+", line)]
    departments = [span for span in pieces if re.fullmatch(_words()["department"].pattern, line[slice(*span)])]
    if not departments or len(pieces) > 5:
        return
    for first, last in pieces:
        name = line[first:last]
        if (first, last) in departments or not re.fullmatch(r"[\u3400-\u9fff]{4,12}", name) or is_ours(name, ours):
            continue
        yield Guess(
            "company",
            view.text[start + first : start + last],
            view.document,
            start + first,
            start + last,
            0.68,
            "signature",
        )
        return


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """The pieces of a signature line, without the department behind or before a name."""
    for match in re.finditer(r"[^|/｜\t]+?(?=\s{2,}|\s?[|/｜\t]|\s+-\s+|\s·\s|$)", line):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip(" -·,"))
        piece = line[start : match.end()]
        department = re.match(rf"^(?:{_words()['department'].pattern})\s*[-,|]?\s+", piece)
        if department and department.end() < len(piece):
            start += department.end()
            piece = line[start : match.end()]
        behind = re.search(rf"(?:\s+|(?<=司)|(?<=厂)|,\s?)(?:{_words()['department'].pattern})\W*$", piece)
        end = start + behind.start() if behind and behind.start() >= 2 else start + len(piece)
        if end > start:
            yield start, end


def _like_domain(piece: str, domain: str) -> bool:
    """Coolroom Services Qld ~ coolroomservices.com.au"""
    name = re.sub(r"[^a-z0-9]", "", domain.split(".")[0])
    letters = re.sub(r"[^a-z0-9]", "", piece.lower())
    if len(name) < 5 or len(letters) < 4 or len(piece) > 50 or len(piece.split()) > 7 or "@" in piece:
        return False
    match = SequenceMatcher(None, name, letters).find_longest_match()
    return match.size >= max(5, 0.6 * min(len(name), len(letters)))


def _numbers(view: View, start: int, end: int) -> Iterator[Guess]:
    for number, (first, last) in enumerate(_phones(view.whole, start, end)):
        before = view.whole[max(start, first - 12) : first]
        fax = _FAX_LABEL.search(before) and not _PHONE_LABEL.search(before)
        certain = 0.86 if _PHONE_LABEL.search(before) or fax else 0.78
        value = view.text[first:last].strip()
        yield Guess("fax" if fax else "phone", value, view.document, first, last, certain - 0.02 * number, "signature")


def _place(view: View, start: int, end: int, ours: Ours) -> Iterator[Guess]:
    line = view.whole[start:end]
    if _EMAIL.search(line) or _of_our_address(view, start, ours):
        return
    stripped = re.sub(r"^(?:地址|add(?:ress)?)\s?[:.]?\s*", "", line)
    offset = start + len(line) - len(stripped)
    place = _words()["place"].match(stripped)
    if (
        place
        and not re.match(r"[\u3400-\u9fff]{0,20}(?:公司|厂)", stripped[place.end() - 1 :])
        and "公司" not in place.group()
    ):
        yield _located(view, offset, offset + place.end(), 0.78)
        return
    after = re.search(
        r"(?:\s-\s|,\s)([a-z][a-z .'-]{2,30}(?:/[a-z]{2}|,\s[a-z ]{2,20}|\s\([a-z ]{2,20}\))?)$", stripped
    )
    beside = re.search(
        rf"(?<![a-z]){_words()['latin'].pattern}(?:,|\s-|\s[|/])\s(?P<place>[a-z0-9].{{2,60}})$", stripped
    )
    if beside and _is_place(beside["place"]):
        first, last = beside.span("place")
        yield replace(_located(view, offset + first, offset + last, 0.93), rule="beside_company")
        return
    street = _words()["street"].search(stripped) and re.search(r"[,，]|\d", stripped) and len(stripped) < 100
    if street and not _PHONE.fullmatch(stripped) and re.search(r"[a-z]{4}", stripped):
        dash = re.search(r"\s-\s", stripped)
        begin = offset + (dash.end() if dash else 0)
        phone = _phones(view.whole, begin, end)
        yield _located(view, begin, phone[0][0] if phone else end, 0.66)
    elif after and not re.fullmatch(_words()["latin"].pattern + r"\W*", after[1]) and len(stripped.split()) <= 9:
        yield _located(view, offset + after.start(1), offset + after.end(1), 0.6)


def _is_place(words: str) -> bool:
    """Whether what stands behind a company on its line of the signature may be where it is: no post, no number."""
    named = re.fullmatch(_words()["department"].pattern, words) or re.search(
        rf"(?<![a-z])(?:{_words()['title'].pattern}|{_words()['latin'].pattern})(?![a-z])|@|www\.|https?:", words
    )
    return named is None and _PHONE.search(words) is None and re.search("[a-z]{3}", words) is not None


def _located(view: View, start: int, end: int, certain: float) -> Guess:
    value = view.text[start:end].strip(" ,;-|")
    begin = start + view.text[start:end].find(value)
    return Guess("location", value, view.document, begin, begin + len(value), certain, "signature")


_CHINESE_NAME = re.compile(
    r"([\u3400-\u9fff]{2,4})(?![\u3400-\u9fff])|([\u3400-\u9fff]{1,3}(?:工|先生|女士|小姐|经理|师傅|总|厂长|主任|科长|课长|老师))"
)
_LATIN_NAME = re.compile(
    r"[A-ZÀ-Ý][\w'À-ÿ.-]{0,20}(?:\s(?:[A-ZÀ-Ý][\w'À-ÿ.-]{0,20}|de|van|von|der|bin|binti|al)){0,3}$"
)


def _person(view: View, start: int, end: int, envelope: Envelope | None, ours: Ours) -> Iterator[Guess]:
    line = view.whole[start:end]
    text = view.text[start:end]
    company = _words()["chinese"].search(line)
    if company:
        text = text[: company.start()] + " " * len(company.group()) + text[company.end() :]
    sender = plain(envelope.sender.name) if envelope and envelope.sender else ""
    for match in re.finditer(r"[^\s|/,，:：()（）\[\]-]+(?:\s[A-ZÀ-Ý][\w'.À-ÿ-]*)*", text):
        piece = match.group()
        folded = plain(piece)
        named = None if line[match.end() : match.end() + 1] == ":" else _CHINESE_NAME.match(folded)
        known = len(folded) >= 2 and folded in sender and not _words()["chinese"].match(folded)
        if (
            re.fullmatch(_words()["department"].pattern, folded)
            or is_ours(piece, ours)
            or re.search(r"\d|@|公司|部|厂|此致|敬礼|谢谢|祝", folded)
        ):
            continue
        if named and (known or not text[: match.start()].strip()):
            length = named.end()
            certain = 0.9 if known else 0.8 if len(line) <= 14 or named[2] else 0.66
            yield Guess(
                "contact",
                piece[:length],
                view.document,
                start + match.start(),
                start + match.start() + length,
                certain,
                "signature",
            )
            return
        latin = _LATIN_NAME.fullmatch(piece)
        if latin and not re.search(
            rf"(?<![a-z]){_words()['title'].pattern}(?![a-z])|^(?:best|kind|thank|regard|sent|hello|cheers|with|dpto|rma|qa|qc|iqc|dept|abt)",
            folded,
        ):
            shared = any(word in sender for word in folded.split() if len(word) > 2)
            if shared or (match.start() == 0 and 2 <= len(piece.split()) <= 3 and len(line) <= 30):
                yield Guess(
                    "contact",
                    piece,
                    view.document,
                    start + match.start(),
                    start + match.end(),
                    0.9 if shared else 0.7,
                    "signature",
                )
                return


# ---------------------------------------------------------------- letterheads and headers


def _of_letterhead(view: View, ours: Ours) -> Iterator[Guess]:
    """The company printed at the top of a form, if it is not ours; the address beside it."""
    for start, end in lines(view.whole[:2000])[:6]:
        line = view.whole[start:end]
        if is_ours(line, ours) or re.match(r"(?:供应商|供方|致|to|supplier|乙方)", line):
            return
        yield from _companies(view, start, end, "", ours, 0.74)
        place = re.search(_words()["place"].pattern, line)
        if place and "公司" not in place.group():
            yield _located(view, start + place.start(), start + place.end(), 0.66)


_FROM = re.compile(
    r"(?:发件人|寄件者|from|de|von)\s?:\s?(?P<name>[^<\n@]{0,60}?)\s?[<\[(]?(?:mailto:)?(?P<email>[\w.+-]{1,64}@[\w.-]{3,100})"
)


def _of_forwarded_head(view: View, ours: Ours) -> Iterator[Guess]:
    """The original sender above a mail that was passed on."""
    folded = plain(view.text[:_MAX_TEXT])
    for passage in view.document.passages:
        if passage.role is not Role.FORWARDED_HEAD or passage.end > _MAX_TEXT:
            continue
        head = _FROM.search(folded, passage.start, passage.end)
        followed = any(p.role is Role.BODY and p.start >= passage.end for p in view.document.passages)
        if head and followed and not _is_our_address(head["email"], ours):
            yield Guess(
                "email",
                view.text[slice(*head.span("email"))],
                view.document,
                *head.span("email"),
                0.85,
                "forwarded_head",
            )
            name = view.text[slice(*head.span("name"))].strip(" \"'")
            if name and not is_ours(name, ours):
                begin = view.text.find(name, *head.span("name"))
                yield Guess("contact", name, view.document, begin, begin + len(name), 0.6, "forwarded_head")


def _add_header(
    found: dict[str, Field[str] | None], guesses: Sequence[Guess], envelope: Envelope | None, ours: Ours
) -> None:
    """The From header: its address is the customer's unless our people or a gateway sent the mail on."""
    sender = envelope.sender if envelope is not None else None
    if sender is None or not sender.email:
        return
    handed_on = (
        _is_our_address(sender.email, ours)
        or _words()["gateway"].search(plain(f"{sender.email} {sender.name}")) is not None
    )
    if handed_on:
        return
    found["email"] = _header(sender.email, 0.95)
    name = sender.name.strip(" \"'")
    if found["contact"] is None and name and not is_ours(name, ours):
        person = _person_in(name)
        found["contact"] = _header(person, 0.7) if person else None
    company = _words()["chinese"].search(plain(name))
    if found["company"] is None and company and not is_ours(name, ours):
        found["company"] = _header(name[company.start() : company.end()], 0.6)


def _person_in(name: str) -> str:
    """The person in a display name (品保 江怡君, 采购-Elaine, Toru Morikawa), "" where it names a department or company."""  # noqa: E501
    pieces = [
        piece for piece in re.split(r"[\s_-]+(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[\s_-]+|[()（）|/]", name) if piece
    ]
    for piece in reversed(pieces):
        folded = plain(piece)
        if re.fullmatch(_words()["department"].pattern, folded) or _words()["chinese"].fullmatch(folded):
            continue
        if re.search(r"\d|@", folded) or re.fullmatch(r"[\u3400-\u9fff]{5,}", folded):
            continue
        return piece.strip()
    return ""


def _header(value: str, certain: float) -> Field[str]:
    return Field(value, value, certain, Source("from", 1, 0, len(value)), "from_header")
