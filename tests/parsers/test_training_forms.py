"""Forms made of the corpus: each mark stands where the text says, each cell holds what its label promises."""

import itertools
import random
from collections.abc import Sequence

import pytest

from parsers.document import Document
from parsers.nlp.corpus.markup import ITEM_LABELS, Span, Unit
from parsers.nlp.training.forms import forms_of

VALUES = {
    "zh-CN": [
        ("PRODUCT", "深沟球轴承"), ("MODEL", "6205ZZ"), ("BATCH", "B2406-01"), ("QTY_DEFECTIVE", "12只"),
        ("QTY_INSPECTED", "300只"), ("DEFECT", "手转有沙沙声"), ("DISPOSITION", "退货"),
    ],
    "zh-TW": [("PRODUCT", "油封"), ("MODEL", "TC-30"), ("BATCH", "L113"), ("QTY_DEFECTIVE", "8個"), ("DEFECT", "唇口龜裂")],
    "en": [("PRODUCT", "gear pump"), ("MODEL", "GP-2"), ("BATCH", "H77"), ("QTY_DEFECTIVE", "5 pcs"), ("DEFECT", "leaks at the shaft")],
}  # fmt: skip


def unit(number: int, language: str, kind: str = "complaint", item: int | None = None) -> Unit:
    text, spans = "", []
    for label, words in VALUES[language]:
        own = f"{words}/{number}" if label == "MODEL" else words
        spans.append(Span(len(text), len(text) + len(own), label, item))
        text += own + "\n"
    return Unit(f"{language}-{number}", language, {"kind": kind, "industry": "x", "voice": "y"}, text, tuple(spans))


def made(units: Sequence[Unit], seed: int = 1) -> list[tuple[Unit, Document]]:
    return forms_of(units, random.Random(seed))


MANY = [unit(number, language) for language in VALUES for number in range(60)]
FORMS = made(MANY)
TABLES = [(form, page) for form, page in FORMS if any(span.item for span in form.spans)]
SINGLE = [(form, page) for form, page in FORMS if not any(span.item for span in form.spans)]


def said(one: Unit) -> set[tuple[str, str]]:
    return {(span.label, one.text[span.start : span.end]) for span in one.spans}


def test_all_layouts_are_made() -> None:
    assert len(TABLES) > 4 and len(SINGLE) > 20
    assert {bool(page.tables) for _, page in SINGLE} == {True, False}
    assert {form.language for form, _ in FORMS} == set(VALUES)


def test_the_text_that_is_learnt_from_is_the_text_that_is_read() -> None:
    assert all(form.text == page.text for form, page in FORMS)


def test_a_form_says_what_its_unit_says_each_value_under_its_own_mark() -> None:
    units = {one.id: one for one in MANY}
    for form, _ in SINGLE:
        assert said(form) == said(units[form.id.removesuffix("-form")])


def test_a_table_has_a_row_for_each_unit_with_marks_of_that_item() -> None:
    everything = {one for each in MANY for one in said(each)}
    for form, page in TABLES:
        assert said(form) <= everything
        rows = {cell.row for cell in page.tables[0].cells} - {0}
        assert {span.item for span in form.spans} == rows and len(rows) >= 2
        for span in form.spans:
            [cell] = [cell for cell in page.tables[0].cells if cell.start <= span.start < cell.end]
            assert (cell.row, cell.start, cell.end) == (span.item, span.start, span.end)


def test_marks_cover_whole_words_on_one_line_and_do_not_overlap() -> None:
    for form, _ in FORMS:
        ordered = sorted(form.spans, key=lambda span: span.start)
        assert all(one.end <= other.start for one, other in itertools.pairwise(ordered))
        for span in ordered:
            words = form.text[span.start : span.end]
            assert words and words == words.strip() and "\n" not in words and "\t" not in words


def test_cells_are_the_text_between_tabs_and_line_ends() -> None:
    for form, page in FORMS:
        for table in page.tables:
            assert len({(cell.row, cell.column) for cell in table.cells}) == len(table.cells)
            for cell in table.cells:
                assert "\t" not in form.text[cell.start : cell.end] and "\n" not in form.text[cell.start : cell.end]
                assert form.text[cell.end] in "\t\n"
                assert cell.start == 0 or form.text[cell.start - 1] in "\t\n"


def test_a_form_in_traditional_characters_has_traditional_labels() -> None:
    text = "".join(form.text for form, _ in FORMS if form.language == "zh-TW")
    assert "產品" in text or "批號" in text or "型號" in text
    assert not set(text) & set("产号单质")


def test_no_form_is_made_of_what_is_no_complaint_has_several_items_or_says_too_little() -> None:
    others = [unit(number, "zh-CN", kind="inquiry") for number in range(60)]
    several = [unit(number, "zh-CN", item=2) for number in range(60)]
    short = [Unit(f"s{n}", "en", {"kind": "complaint"}, "GP-2 leaks", (Span(0, 4, "MODEL"),)) for n in range(60)]
    assert made(others) == made(several) == made(short) == []


def test_the_same_chance_makes_the_same_forms() -> None:
    assert made(MANY, 3) == made(MANY, 3) != made(MANY, 4)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_of_an_item_has_heads_to_stand_under(language: str) -> None:
    from parsers.nlp.training.forms import _words

    heads = _words()[language]["heads"]
    assert set(heads) == ITEM_LABELS
    assert all(words and all(word == word.strip() for word in words) for words in heads.values())
