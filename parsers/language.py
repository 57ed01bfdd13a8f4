"""The language of a text as a BCP 47 tag: zh-CN, zh-TW (Traditional characters), en, or another.

Script decides first. Among Han characters, those that only one of the two writing systems has decide: one that GB
2312 knows and
Big5 does not is Simplified, the other way round it is Traditional.
"""

import re
from collections import Counter
from functools import lru_cache

SAMPLE = 3_000  # characters that are looked at
GUESSED = 600  # characters that the statistical model sees
HAN_PER_WORD = 1.7  # Han characters that carry as much as one Latin word
ENGLISH_SHARE = 0.12  # of the words of a Latin text that English's commonest must make up

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff]")  # Greek to the historic scripts: Cyrillic, Thai, Arabic …
_WORD = re.compile(r"(?<![\w@./-])[A-Za-zÀ-ɏ]?[a-zà-ɏ]{1,}(?:'[a-z]{1,2})?(?![\w@/])")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,200}|https?://\S{1,500}", re.ASCII)
_ENGLISH = frozenset({
    "the", "of", "and", "to", "in", "is", "for", "we", "you", "your", "our", "are", "have", "with", "this", "that",
    "on", "be", "it", "as", "from", "please", "not", "by", "was", "were", "has", "will", "can", "at", "or", "an",
    "us", "if", "they", "been", "all", "any", "but", "after", "which", "there", "one", "these", "would", "i", "my",
    "me", "hi", "dear", "regards", "thanks", "hello",
})  # fmt: skip


def language_of(text: str) -> str:
    """The language that most of the text is in; "en" for a text of which nothing can be said, such as codes only."""
    sample = _ADDRESS.sub(" ", text[:SAMPLE])
    han, kana, hangul = (len(pattern.findall(sample)) for pattern in (_HAN, _KANA, _HANGUL))
    words = _WORD.findall(sample)
    if kana + hangul + han >= 2 and (kana + hangul + han) / HAN_PER_WORD >= len(words):
        if kana > 0.15 * (kana + han):
            return "ja"
        return "ko" if hangul > han else _chinese(sample)
    if len(_OTHER_SCRIPT.findall(sample)) > 0.3 * max(sum(map(str.isalpha, sample)), 1):
        return _by_model(sample)
    return _latin(sample, words)


def _chinese(sample: str) -> str:
    counts = Counter(_writing(char) for char in _HAN.findall(sample))
    return "zh-TW" if counts["traditional"] > counts["simplified"] else "zh-CN"


@lru_cache(maxsize=32_768)
def _writing(char: str) -> str:
    simplified, traditional = _encodes(char, "gb2312"), _encodes(char, "big5")
    if simplified == traditional:
        return "both"
    return "simplified" if simplified else "traditional"


def _encodes(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _latin(sample: str, words: list[str]) -> str:
    english = sum(word.lower() in _ENGLISH for word in words)
    if len(words) < 4 or english >= ENGLISH_SHARE * len(words):
        return "en" if english or not _is_accented(words) else _by_model(sample)
    return _by_model(sample)


def _is_accented(words: list[str]) -> bool:
    return any(not word.isascii() for word in words)


def _by_model(sample: str) -> str:
    import py3langid  # loads numpy, and few mails need it

    found = str(py3langid.classify(" ".join(sample.split())[:GUESSED])[0])
    return {"zh": _chinese(sample)}.get(found, found)
