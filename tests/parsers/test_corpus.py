"""The corpus: its notation reads back as written, its faults are named with a place, and every file of it is sound."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.nlp.corpus import markup
from parsers.nlp.corpus.markup import CorpusError, Span, Unit, read_units, write_units

CORPUS = Path(markup.__file__).parent
FILES = sorted(path for path in CORPUS.rglob("*.txt"))
Reader = Callable[..., list[Unit]]
HEAD = "## a-1 kind=complaint industry=bearings voice=iqc_clerk lang=zh-CN"


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(text: str, name: str = "a.txt") -> list[Unit]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_units(tmp_path / name)

    return reader


def test_marked_words_become_spans_of_the_bare_text(read: Reader) -> None:
    (unit,) = read(f"{HEAD}\n{{SHIP_DATE|5月12日}}送来的\n¶\n{{DEFECT.2|有{{QTY_DEFECTIVE.2|17套}}卡滞}}。\n")
    assert unit.text == "5月12日送来的\n\n有17套卡滞。"
    assert unit.spans == (Span(0, 5, "SHIP_DATE"), Span(10, 16, "DEFECT", 2), Span(11, 14, "QTY_DEFECTIVE", 2))


def test_signals_and_requests_are_lists(read: Reader) -> None:
    (unit,) = read(f"{HEAD} signals=line_stop,repeat\n停线了\n")
    assert unit.listed("signals") == ("line_stop", "repeat")
    assert unit.listed("requests") == ()


@pytest.mark.parametrize(("name", "language"), [("h-zh-TW.txt", "zh-TW"), ("h-en.txt", "en")])
def test_a_header_without_a_language_takes_the_file_names(read: Reader, name: str, language: str) -> None:
    (unit,) = read("## a-1 kind=other industry=x voice=y\ntext\n", name)
    assert unit.language == language


FAULTS = {
    "never closed": (f"{HEAD}\n{{PRODUCT|轴承\n", 1),
    "closes nothing": (f"{HEAD}\n一\n轴承}}\n", 3),
    "opens no mark": (f"{HEAD}\n{{轴承}}\n", 2),
    "bar outside": (f"{HEAD}\n轴承|卡滞\n", 2),
    "unknown label": (f"{HEAD}\n{{COLOUR|红}}\n", 2),
    "inside PRODUCT": (f"{HEAD}\n{{PRODUCT|轴承{{MODEL|6204}}}}\n", 2),
    "DEFECT inside DEFECT": (f"{HEAD}\n{{DEFECT|卡{{DEFECT|滞}}}}\n", 2),
    "inside QTY_DEFECTIVE": (f"{HEAD}\n{{DEFECT|有{{QTY_DEFECTIVE|{{RATE|3%}}}}}}\n", 2),
    "belongs to the whole mail": (f"{HEAD}\n{{CLAIM.2|500元}}\n", 2),
    "white space": (f"{HEAD}\n一\n{{MODEL|6204 }}\n", 3),
    "marks ''": (f"{HEAD}\n{{MODEL|}}\n", 2),
    "unknown key": (f"{HEAD} colour=red\n轴承\n", 1),
    "unknown kind": ("## a-1 kind=rant industry=x voice=y lang=en\ntext\n", 1),
    "unknown signals": (f"{HEAD} signals=repeat,fire\n轴承\n", 1),
    "header without voice": ("## a-1 kind=other industry=x lang=en\ntext\n", 1),
    "header word": (f"{HEAD} kind=other\n轴承\n", 1),
    "no language": ("## a-1 kind=other industry=x voice=y\ntext\n", 1),
    "no header": (f"{HEAD}\n轴承\n\n卡滞\n", 4),
    "has no text": (f"{HEAD}\n\n轴承\n", 1),
    "header right below": (f"{HEAD}\n轴承\n{HEAD}\n", 3),
    "stands in line 1 too": (f"{HEAD}\n轴承\n\n\n{HEAD}\n轴承\n", 5),
}


@pytest.mark.parametrize("cause", FAULTS)
def test_a_fault_is_named_with_its_line_and_remedy(read: Reader, cause: str) -> None:
    text, line = FAULTS[cause]
    with pytest.raises(CorpusError) as caught:
        read(text)
    assert cause in caught.value.cause.replace("a bar", "bar").replace("marks '6204 '", "white space")
    assert caught.value.line == line
    assert caught.value.remedy.endswith(".") and f"a.txt:{line}: " in str(caught.value)


def test_bytes_that_are_not_utf8_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(HEAD.encode() + b"\n\xd6\xe1\xb3\xd0\n")
    with pytest.raises(CorpusError, match="not UTF-8"):
        read_units(tmp_path / "a.txt")


words = st.text(
    st.characters(codec="utf-8", exclude_characters="{}|¶", exclude_categories=["C", "Z"]), min_size=1, max_size=5
)
labels = st.sampled_from(sorted(markup.ITEM_LABELS - {"DEFECT"}))
items = st.none() | st.integers(1, 99)
flat = st.tuples(labels, items, words)
nest = st.tuples(st.just("DEFECT"), items, st.lists(words | flat, min_size=1, max_size=4))
pieces = st.lists(words | flat | nest | st.sampled_from(["\n", "\n\n", " 、 ", "\t"]), min_size=1, max_size=12)


Piece = str | tuple[str, int | None, Any]


def laid_out(parts: Sequence[Piece], at: int) -> tuple[str, list[Span]]:
    """The pieces' text, and where their marks come to stand in it."""
    text, spans = "", []
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        label, item, held = part
        inner, nested = laid_out(held if isinstance(held, list) else [held], at + len(text))
        spans += [Span(at + len(text), at + len(text) + len(inner), label, item), *nested]
        text += inner
    return text, spans


@given(pieces)
def test_what_is_written_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, parts: list[Piece]) -> None:
    text, spans = laid_out(["文", *parts, "。"], 0)
    if any(line and (not line.strip() or line.startswith("## ")) for line in text.split("\n")):
        text, spans = "文。", []
    header = {
        "kind": "complaint",
        "industry": "bearings",
        "voice": "clerk",
        "lang": "zh-CN",
        "requests": "return,refund",
    }
    units = [Unit("a-1", "zh-CN", header, text, tuple(spans)), Unit("a-2", "zh-CN", header, "尾")]
    path = tmp_path_factory.getbasetemp() / "round-trip.txt"
    path.write_text(write_units(units), encoding="utf-8", newline="")
    assert read_units(path) == units


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CORPUS)))
def test_every_corpus_file_is_sound(path: Path) -> None:
    assert read_units(path)


def test_no_two_units_of_the_corpus_share_an_id() -> None:
    ids = Counter(unit.id for path in FILES for unit in read_units(path))
    assert [name for name, count in ids.items() if count > 1] == []


def test_no_held_out_text_stands_in_the_training_files() -> None:
    by_part = {True: set[str](), False: set[str]()}
    for path in FILES:
        by_part[path.parent.name == "held-out"].update(unit.text for unit in read_units(path))
    assert by_part[True] and by_part[True] & by_part[False] == set()
