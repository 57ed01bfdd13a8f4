"""Which company (客户) a line of a signature or letterhead names: by legal form, department or the mail's domain."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from parsers.customer.guess import EMAIL, Guess, patterns
from parsers.nlp.candidates import View
from parsers.nlp.plain import plain
from parsers.ours import domain_of, is_our_name
from parsers.types import Address, Ours


def companies(view: View, start: int, end: int, sender: Address | None, ours: Ours, certain: float) -> Iterator[Guess]:
    """The company that a line names. `sender`: who sent the mail, by whose domain and name others are told."""
    domain = domain_of(sender.email) if sender else ""
    line = view.whole[start:end]
    for first, last in _pieces(line):
        piece = line[first:last]
        chinese = patterns()["chinese"].match(piece)
        latin = re.search(rf"^.{{2,60}}?[\s,]{patterns()['latin'].pattern}(?![a-z])", piece)
        like = _like_domain(piece, domain)
        stop = chinese.end() if chinese else latin.end() if latin else last - first if like else 0
        if chinese and (re.match(r"[\u3400-\u9fff]", piece[stop:]) or re.search(r"[你我您的这了在是把]", piece[:stop])):
            continue
        if (
            not stop
            or is_our_name(piece[:stop], ours)
            or EMAIL.search(piece)
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
    yield from _beside_another(view, start, end, plain(sender.name) if sender else "", ours)


def _beside_another(view: View, start: int, end: int, sender: str, ours: Ours) -> Iterator[Guess]:
    """A Chinese name without a legal form, on one line with a department (立晴電源 品保部) or with who sent the mail
    (李明 苏北电驱 0512-…).
    """
    line = view.whole[start:end]
    pieces = [(m.start(), m.end()) for m in re.finditer(r"[^\s/|,]+", line)]
    department = patterns()["department"]
    others = [span for span in pieces if department.fullmatch(line[slice(*span)]) or _names(line[slice(*span)], sender)]
    if not others or len(pieces) > 5:
        return
    for first, last in pieces:
        name = line[first:last]
        if (first, last) in others or not re.fullmatch(r"[\u3400-\u9fff]{4,12}", name) or is_our_name(name, ours):
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


def _names(piece: str, sender: str) -> bool:
    """Whether it is the Chinese name that the sender's ends with."""
    return re.fullmatch(r"[\u3400-\u9fff]{2,4}", piece) is not None and sender.split()[-1:] == [piece]


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """The pieces of a signature line, without the department behind or before a name."""
    for match in re.finditer(r"[^|/｜\t]+?(?=\s{2,}|\s?[|/｜\t]|\s+-\s+|\s·\s|$)", line):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip(" -·,"))
        piece = line[start : match.end()]
        department = re.match(rf"^(?:{patterns()['department'].pattern})\s*[-,|]?\s+", piece)
        if department and department.end() < len(piece):
            start += department.end()
            piece = line[start : match.end()]
        behind = re.search(rf"(?:\s+|(?<=司)|(?<=厂)|,\s?)(?:{patterns()['department'].pattern})\W*$", piece)
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
