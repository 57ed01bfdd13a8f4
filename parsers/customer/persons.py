"""Who writes (联系人): the person in a line of a signature or in the name that a mail is sent under."""

import re
from collections.abc import Iterator

from parsers.customer.guess import Guess, patterns
from parsers.nlp.candidates import View
from parsers.nlp.plain import plain
from parsers.ours import is_our_name
from parsers.types import Envelope, Ours

_CHINESE_NAME = re.compile(
    r"([\u3400-\u9fff]{2,4})(?![\u3400-\u9fff])|([\u3400-\u9fff]{1,3}(?:工|先生|女士|小姐|经理|师傅|总|厂长|主任|科长|课长|老师))"
)
_LATIN_NAME = re.compile(
    r"[A-ZÀ-Ý][\w'À-ÿ.-]{0,20}(?:\s(?:[A-ZÀ-Ý][\w'À-ÿ.-]{0,20}|de|van|von|der|bin|binti|al)){0,3}$"
)

_GOODBYE = re.compile(
    r"\W*(?:(?:many |kind |best |warm )?(?:thanks|thank you|thx|regards|cheers|wishes|br|rgds)|best|sincerely|yours)\b"
    r".{0,30}$"
)


def person(view: View, start: int, end: int, envelope: Envelope | None, ours: Ours) -> Iterator[Guess]:
    line = view.whole[start:end]
    text = view.text[start:end]
    company = patterns()["chinese"].search(line)
    if company:
        text = text[: company.start()] + " " * len(company.group()) + text[company.end() :]
    sender = plain(envelope.sender.name) if envelope and envelope.sender else ""
    for match in re.finditer(r"[^\s|/,，:：()（）\[\]-]+(?:\s[A-ZÀ-Ý][\w'.À-ÿ-]*)*", text):
        piece = match.group()
        folded = plain(piece)
        named = None if line[match.end() : match.end() + 1] == ":" else _CHINESE_NAME.match(folded)
        known = len(folded) >= 2 and folded in sender and not patterns()["chinese"].match(folded)
        if (
            re.fullmatch(patterns()["department"].pattern, folded)
            or is_our_name(piece, ours)
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
        place = start + match.start(), start + match.end()
        latin = _LATIN_NAME.fullmatch(piece)
        if latin and not re.search(
            rf"(?<![a-z]){patterns()['title'].pattern}(?![a-z])|^(?:best|kind|thank|regard|sent|hello|cheers|with|dpto|rma|qa|qc|iqc|dept|abt)",
            folded,
        ):
            shared = any(word in sender for word in folded.split() if len(word) > 2)
            if shared or (match.start() == 0 and 2 <= len(piece.split()) <= 3 and len(line) <= 30):
                yield Guess("contact", piece, view.document, *place, 0.9 if shared else 0.7, "signature")
                return
            if match.start() == 0 and piece == text.strip() and len(piece) <= 14 and _closed(view, start):
                yield Guess("contact", piece, view.document, *place, 0.6, "below_goodbye")
                return


def _closed(view: View, start: int) -> bool:
    """Whether the line above says goodbye: what stands alone below it is a name."""
    above = view.whole[max(0, start - 60) : start].rstrip().rpartition("\n")[2]
    return _GOODBYE.match(above) is not None


def person_in(name: str) -> str:
    """The person in a display name (品保 江怡君, 采购-Elaine, Toru Morikawa), "" where it names a department or company."""  # noqa: E501
    pieces = [
        piece for piece in re.split(r"[\s_-]+(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[\s_-]+|[()（）|/]", name) if piece
    ]
    for piece in reversed(pieces):
        folded = plain(piece)
        if re.fullmatch(patterns()["department"].pattern, folded) or patterns()["chinese"].fullmatch(folded):
            continue
        if re.search(r"\d|@", folded) or re.fullmatch(r"[\u3400-\u9fff]{5,}", folded):
            continue
        return piece.strip()
    return ""
