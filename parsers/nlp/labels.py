"""Label words (标签): what the words before a value mean. The words are data, in `labels.toml`."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from parsers.nlp.plain import plain

MAX_LABEL = 48  # characters; longer text before a colon is a sentence
_LIST_NUMBER = re.compile(
    r"^\s*(?:[-*•●■◆▪◇○·>]+|(?:[\d一二三四五六七八九十]{1,2}|[①-⑳])\s*[.、)]|\(\s*[\d一二三四五六七八九十]{1,2}\s*\)|[①-⑳]|d[0-8][ :.、-])\s*"  # noqa: E501
)
_BRACKETS = re.compile(r"\([^()]{0,40}\)|\[[^\[\]]{0,40}\]|<[^<>]{0,40}>")
_KEPT = re.compile(r"[^\w#%/]|_")
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_RUN = re.compile(r"[a-z0-9#%&/.' -]*[a-z#%][a-z0-9#%&/.' -]*")
_PREFIX = re.compile(
    r"^(?:我司|贵司|我方|贵方|贵公司|我公司|该|本次|本|此次|客户|产品的|不良品的|the|your|our|product|supplier'?s?)\s*"
)


@cache
def _data() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = tomllib.loads((Path(__file__).parent / "labels.toml").read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    for field, text in data["words"].items():
        for word in text.split():
            words[word] = (*words.get(word, ()), field)
    patterns = tuple((entry["field"], re.compile(entry["match"])) for entry in data["pattern"])
    return words, patterns


def squeeze(key: str) -> str:
    """A label without what varies: folded, no spaces, brackets or punctuation. `批 号（Lot No.）：` → `批号`."""
    folded = _LIST_NUMBER.sub("", plain(key))
    bare = _BRACKETS.sub("", folded)
    return _KEPT.sub("", bare if _KEPT.sub("", bare) else folded)


@lru_cache(maxsize=16384)
def exact(key: str) -> tuple[str, ...]:
    """What a label means if the vocabulary holds it, whole or as one half of a bilingual label; () if it does not."""
    if len(key) > MAX_LABEL:
        return ()
    words, _ = _data()
    squeezed = squeeze(key)
    if squeezed in words:
        return words[squeezed]
    for variant in _variants(key, squeezed):
        if variant in words:
            return words[variant]
    return ()


def _variants(key: str, squeezed: str) -> list[str]:
    folded = _LIST_NUMBER.sub("", plain(key)).strip(" :*")
    bare = _BRACKETS.sub("", folded)
    variants = [_KEPT.sub("", _PREFIX.sub("", bare))]
    chinese, latin = "".join(_CJK_RUN.findall(bare)), _LATIN_RUN.findall(bare)
    if chinese and latin and not any(c.isdigit() for run in latin for c in run) and "  " not in bare.strip():
        variants += [chinese, *(_KEPT.sub("", run) for run in latin)]
    variants += [_KEPT.sub("", piece) for piece in re.split(r"[/|\n]", bare) if "/" in bare or "\n" in bare]
    if squeezed.endswith(("pcs", "/pcs", "no", "号码")):
        variants.append(re.sub(r"/?(?:pcs|no|号码)$", "", squeezed))
    return [variant for variant in variants if variant and variant != squeezed]


@lru_cache(maxsize=16384)
def meaning(key: str) -> tuple[str, ...]:
    """What a label means, by the vocabulary or else by how it is put together (`实际来料不良数` → quantity_defective)."""  # noqa: E501
    if not key or len(key) > MAX_LABEL:
        return ()
    known = exact(key)
    if known:
        return known
    folded = _BRACKETS.sub("", _LIST_NUMBER.sub("", plain(key))).strip(" :*#")
    tight = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", folded)
    if (len(_CJK_RUN.sub("", tight)) == 0 and len(tight) > 14) or len(tight.split()) > 6:
        return ()
    for field, pattern in _data()[1]:
        if pattern.search(tight):
            return (field,)
    return ()


_ENDING_FIELDS = frozenset(
    [
        "model",
        "part_no",
        "batch",
        "order_no",
        "production_date",
        "ship_date",
        "quantity_shipped",
        "quantity_inspected",
        "quantity_defective",
        "defect_rate",
        "product",
    ]
)


@lru_cache(maxsize=16384)
def ending(key: str) -> tuple[tuple[str, ...], int]:
    """The label that ends a run of prose (`我司收到的产品型号`), and how many characters it takes; ((), 0) if none."""
    words, _ = _data()
    folded = plain(key)
    for length in range(min(9, len(folded)), 1, -1):
        fields = words.get(folded[-length:], ())
        if fields and fields[0] in _ENDING_FIELDS and _CJK_RUN.fullmatch(folded[-length:]):
            return fields, length
    return (), 0
