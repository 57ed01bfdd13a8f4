"""The tokenizer `codes`: one Chinese character a token, one word a token, one code (`B240615-02`, `M12×1.5`) a token.

`norm_` is the folded word; in a code digits become d and letters x, so that a model learns shapes and not numbers.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from spacy import util
from spacy.tokens import Doc

from parsers.nlp.plain import plain

if TYPE_CHECKING:
    from spacy.vocab import Vocab

TOKENIZER = "complaint_intake.codes"  # its name in spaCy's registry
_TOKEN = re.compile(
    r"[A-Za-z0-9ΦφØø#]+(?:(?:[-_/.×*+~:&']|(?<=\d),(?=\d{3}(?!\d)))[A-Za-z0-9ΦφØø]+)*%?"  # 12,000  M12×1.5  DN50/PN16
    r"|[^\W\d_]"  # one Chinese character, or one letter of another script
    r"|\s+"
    r"|.",
    re.DOTALL,
)
_LETTERS_ONLY = re.compile(r"[A-Za-z]{3,}(?:[/:,.&+~*][A-Za-z]{3,})+")
_FRACTION = re.compile(r"\d+/\d[\d,]*")
# a label that is written without a space before its value: LOT20240408, PO#7701, NG8
_GLUED = re.compile(r"(LOT:?|Lot:?|PO#?|NG|PPM|ppm|DOT|#)(?=[\d#])(.+)")
# a code or number in full width, which is one token as it is in half width: Ｂ２４０６－０１
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+(?:[－＿／．＊＋～＆][０-９Ａ-Ｚａ-ｚ]+)*")


@lru_cache(maxsize=65536)
def norm(word: str) -> str:
    """`B240615-02` → `xdddddd-dd`; `Cracked` → `cracked`; `裂` and `裂` in either script → one."""
    folded = plain(word)
    if len(folded) > 1 and any(c.isdigit() for c in folded):
        return "".join("d" if c.isdigit() else "x" if c.isalpha() and c.isascii() else c for c in folded)
    return folded


def split(text: str) -> list[str]:
    """The words of a text, white space included; joined, they are the text."""
    if not _WIDE.search(text):
        return _split(text)
    at = 0
    words = []
    for word in _split(_WIDE.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)):
        words.append(text[at : at + len(word)])
        at += len(word)
    return words


def _split(text: str) -> list[str]:
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        glued = _GLUED.fullmatch(word)
        if _LETTERS_ONLY.fullmatch(word):  # Model/Type, size:large: words that lean on each other, no code
            words.extend(piece for piece in re.split(r"([/:,.&+~*])", word) if piece)
        elif _FRACTION.fullmatch(word):  # 3/500: two counts
            words.extend(re.split(r"(/)", word))
        elif glued:
            words.extend(glued.groups())
        else:
            words.append(word)
    return words


class CodesTokenizer:
    """A tokenizer for `Language.tokenizer`. White space other than a single space is a token, as spaCy has it."""

    def __init__(self, vocab: "Vocab") -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for word in split(text):
            if word.isspace() and words and word[0] == " " and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
                word = word[1:]
                if not word:
                    continue
            words.append(word)
            spaces.append(False)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        for token in doc:
            token.norm_ = norm(token.text)
        return doc

    def to_disk(self, path: object, exclude: object = ()) -> None:
        """Nothing to keep: the tokenizer is its code."""

    def from_disk(self, path: object, exclude: object = ()) -> "CodesTokenizer":
        return self

    def to_bytes(self, exclude: object = ()) -> bytes:
        return b""

    def from_bytes(self, data: bytes, exclude: object = ()) -> "CodesTokenizer":
        return self


def make_codes_tokenizer() -> object:
    return lambda nlp: CodesTokenizer(nlp.vocab)


util.registry.tokenizers(TOKENIZER)(make_codes_tokenizer)
