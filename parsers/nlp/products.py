"""Names of goods in running text: beside a model (`接近开关 LJ12A3`, `EC fans (LF-300)`), after 贵司的 or `your`, in a subject."""  # noqa: E501

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_RUN_BACK = re.compile(r"[\u3400-\u9fffa-z0-9φ#./+×*℃°%-]{1,24}$")
_RUN_ON = re.compile(r"[\u3400-\u9fffa-z0-9φ#./+×*-]{1,24}")
_CJK = re.compile(r"[\u3400-\u9fff]")
_COUNT_LEAD = re.compile(
    r"^(?:[\d.,]+|[一二两三四五六七八九十几]+)\s?(?:只|件|个|台|支|片|套|条|块|张|根|把|付|副|批|款|种|箱|卷|桶|pcs)?(?:的)?"
)
_YOURS = re.compile(
    r"(?:贵司|贵公司|贵厂|贵方|你司|你厂|你们厂?家?|你公司|贵单位|贵处|您司|您厂|您家|你家|贵号)[^,，。;；:：\n\d]{0,10}?(?:的|供应|提供|生产|供货|供|发来|送来|交付|制造)(?:给我们|我司|我们|我厂|来)?(?:的)?"
)
_BRIDGE = re.compile(
    r"\s?[(\[\"]?\s?(?:型号|规格|编号|代号|货号|牌号|款号|零件号|件号|图号|料号|model(?: no\.?)?|type|p/n|part (?:no|number)\.?|item (?:no|number|code)\.?|art\.?(?: no\.?)?|ref\.?)?\s?[:.]?\s?$"  # noqa: E501
)
_MODEL_TAIL = re.compile(r"^\s?[)\]\"]?\s?(?:型号|系列|型|款|规格)?(?:的)?\s?")
_WORD = re.compile(r"[a-z0-9][a-z0-9'/.×-]*")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of goods, with how surely it is one."""

    start: int
    end: int
    weight: float
    rule: str


@dataclass(frozen=True, slots=True)
class _Words:
    heads: frozenset[str]
    longest: int
    before: re.Pattern[str]
    after: re.Pattern[str]
    not_product: frozenset[str]


@cache
def _chinese() -> _Words:
    data = _data()["zh"]
    heads = frozenset(word for word in data["heads"].split() if _CJK.search(word))
    alternatives = [sorted(data[name].split(), key=len, reverse=True) for name in ("before", "after")]
    patterns = [re.compile("|".join(map(re.escape, words))) for words in alternatives]
    return _Words(heads, max(map(len, heads)), patterns[0], patterns[1], frozenset(data["not_product"].split()))


@cache
def _english() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    data = _data()["en"]
    heads = set(data["heads"].split())
    plural = {word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s") for word in heads}
    plural |= {word[:-1] + "ies" for word in heads if word.endswith("y")}
    return frozenset(heads | plural), frozenset(data["stop"].split()), frozenset(data["not_product"].split())


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "products.toml").read_text("utf-8"))


def find_names(flowing: str, models: list[tuple[int, int]], defects: list[tuple[int, int]]) -> Iterator[Name]:
    """Names in folded running text; `models` are the spans of codes, `defects` those of words of defect."""
    for start, end in models[:400]:
        yield from _beside(flowing, start, end, defects)
    for match in list(_YOURS.finditer(flowing))[:200]:
        name = _forward(flowing, match.end(), defects)
        if name is not None:
            yield Name(*name, 0.66 if _has_head(flowing, *name) else 0.5, "product_of_yours")
    for match in list(
        re.finditer(r"(?<![a-z])(?:your|of the|the supplied|the delivered|of|these|those|with the|with) ", flowing)
    )[:400]:
        name = _english_forward(flowing, match.end(), defects)
        if name is not None:
            yours = match.group().startswith("your")
            yield Name(
                *name,
                (0.62 if yours else 0.5) if _has_english_head(flowing, *name) else (0.4 if yours else 0.2),
                "product_of_yours",
            )


def _beside(flowing: str, start: int, end: int, defects: list[tuple[int, int]]) -> Iterator[Name]:
    bridge = _BRIDGE.search(flowing[max(0, start - 16) : start])
    edge = start - (len(bridge.group()) if bridge else 0)
    back = _back(flowing, edge)
    if back is not None:
        yield Name(*back, 0.78 if _has_head(flowing, *back) else 0.6, "product_before_model")
    tail = _MODEL_TAIL.match(flowing[end : end + 12])
    on = _forward(flowing, end + (tail.end() if tail else 0), defects)
    if on is not None:
        yield Name(*on, 0.76 if _has_head(flowing, *on) else 0.42, "product_after_model")
    words = _english_back(flowing, edge)
    if words is not None:
        yield Name(*words, 0.76 if _has_english_head(flowing, *words) else 0.55, "product_before_model")
    words = _english_forward(flowing, end + (tail.end() if tail else 0), defects)
    if words is not None and _has_english_head(flowing, *words):
        yield Name(*words, 0.72, "product_after_model")


def _back(flowing: str, edge: int) -> tuple[int, int] | None:
    """The Chinese name that ends at `edge`."""
    run = _RUN_BACK.search(flowing[max(0, edge - 24) : edge])
    if run is None or not _CJK.search(run.group()[-1]):
        return None
    start = edge - len(run.group())
    words = _chinese()
    cut = start
    for stop in words.before.finditer(run.group()):
        if start + stop.end() < edge:
            cut = start + stop.end()
    return _named(flowing, cut, edge)


def _forward(flowing: str, start: int, defects: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The Chinese name that begins at `start`: as far as a word that ends names, or the last head noun before it."""
    run = _RUN_ON.match(flowing, start)
    if run is None or not _CJK.search(run.group()[:3]):
        return None
    words = _chinese()
    end = run.end()
    stop = words.after.search(run.group(), 1)
    heads = [place for place in range(start + 2, min(run.end(), start + 16) + 1) if _has_head(flowing, start, place)]
    if stop:
        end = start + stop.start()
    defect = next((d[0] for d in defects if start < d[0] < end), None)
    if defect is not None:
        end = defect
    within = [place for place in heads if place <= end]
    if within:
        end = within[-1]
    elif heads and heads[0] <= end + 2 and defect is None:
        end = heads[0]
    return _named(flowing, start, end)


def _named(flowing: str, start: int, end: int) -> tuple[int, int] | None:
    lead = _COUNT_LEAD.match(flowing[start:end])
    if lead and lead.end() < end - start:
        start += lead.end()
    name = flowing[start:end].strip(" .-/")
    start += flowing[start:end].find(name) if name else 0
    end = start + len(name)
    chinese = len(_CJK.findall(name))
    if chinese < 2 and not (chinese == 1 and name in _chinese().heads):
        return None
    return None if name in _chinese().not_product or len(name) > 20 else (start, end)


def _has_head(flowing: str, start: int, end: int) -> bool:
    words = _chinese()
    return any(flowing[place:end] in words.heads for place in range(max(start, end - words.longest), end))


def _english_back(flowing: str, edge: int) -> tuple[int, int] | None:
    """The English name that ends at `edge`: back over words that are no function words, five at the most."""
    _, stop, _ = _english()
    found: list[tuple[int, int]] = []
    place = edge
    for match in reversed(list(_WORD.finditer(flowing, max(0, edge - 60), edge))):
        gap = flowing[match.end() : place]
        if (
            gap.strip(" ")
            or len(gap) > 1
            or match.group().strip(".") in stop
            or len(found) >= 5
            or match.start() <= edge - 60
        ):
            break
        found.append(match.span())
        place = match.start()
    return _english_named(flowing, found[-1][0], found[0][1]) if found else None


def _english_forward(flowing: str, start: int, defects: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The English name that begins at `start`: words up to a function word, a code's bracket or punctuation."""
    heads, stop, _ = _english()
    found: list[tuple[int, int]] = []
    place = start
    for match in _WORD.finditer(flowing, start, min(len(flowing), start + 60)):
        word = match.group().rstrip(".")
        gap = flowing[place : match.start()]
        faulty = any(d[0] <= match.start() < d[1] for d in defects)
        if gap.strip() or len(gap) > 1 or word in stop or len(found) >= 5 or (faulty and found):
            break
        found.append((match.start(), match.start() + len(word)))
        place = match.end()
        if match.group().endswith("."):
            break
    last = max((index for index, (a, b) in enumerate(found) if flowing[a:b] in heads), default=None)
    if last is not None:
        found = found[: last + 1]
    return _english_named(flowing, found[0][0], found[-1][1]) if found else None


def _english_named(flowing: str, start: int, end: int) -> tuple[int, int] | None:
    _, _, not_product = _english()
    number = re.match(r"\d[\d,.']*\s(?:pcs |pieces |units |sets |nos\.? )?(?:of )?", flowing[start:end])
    start += number.end() if number else 0
    name = flowing[start:end]
    last = name.split()[-1] if name.split() else ""
    if not re.search(r"[a-z]{3}", last) or any(c.isdigit() for c in last) or last in not_product or _CJK.search(name):
        return None
    return start, end


def head_words() -> list[str]:
    """The nouns that name goods, for a matcher; Chinese ones of one character say too little alone."""
    heads, _, _ = _english()
    return sorted(word for word in _chinese().heads if len(word) >= 2) + sorted(heads)


def ending_with(flowing: str, heads: list[tuple[int, int]], defects: list[tuple[int, int]]) -> Iterator[Name]:
    """The names that end with the given nouns: the last resort where no code and no 贵司 leads to one."""
    for start, end in heads[:60]:
        chinese = _CJK.match(flowing[start:end])
        name = _back(flowing, end) if chinese else _english_back(flowing, end)
        if name is None:
            continue
        near = any(name[1] - 2 <= defect[0] < name[1] + 24 or name[0] - 30 < defect[1] <= name[0] for defect in defects)
        yield Name(*name, 0.36 + (0.08 if near else 0.0) + (0.03 if start < 300 else 0.0), "product_head")


def _has_english_head(flowing: str, start: int, end: int) -> bool:
    return flowing[start:end].split()[-1] in _english()[0]


_SUBJECT_LEAD = re.compile(
    r"^(?:(?:re|fw|fwd|答复|回复|转发|wg|aw)\s?:\s?|\[[^\]]{0,30}\]\s?|关于|有关|紧急|重要|urgent|客诉|投诉|质量投诉|反馈|complaint|quality complaint|claim|problem|problems|quality issue|quality problem|issue|issues|defective|broken|ng|rejected|rejection|non-?conform\w*|failure|failures|faulty|damaged|leaking|cracked|:|-|--|–|,|with|about|on|of|for|in|your|the|贵司|贵公司|\s){0,8}"  # noqa: E501
)


def of_subject(flowing: str, defects: list[tuple[int, int]]) -> Iterator[Name]:
    """The goods that a subject line names before the fault: 丁腈手套针孔不良, EC fans failing."""
    lead = _SUBJECT_LEAD.match(flowing)
    start = lead.end() if lead else 0
    name = _forward(flowing, start, defects)
    if name is not None:
        yield Name(*name, 0.5 if _has_head(flowing, *name) else 0.36, "product_in_subject")
    words = _english_forward(flowing, start, defects)
    if words is not None:
        yield Name(*words, 0.46 if _has_english_head(flowing, *words) else 0.25, "product_in_subject")
    heads, _, _ = _english()
    for match in _WORD.finditer(flowing):
        if match.group() in heads:
            back = _english_back(flowing, match.end())
            if back is not None:
                yield Name(*back, 0.44, "product_in_subject")
