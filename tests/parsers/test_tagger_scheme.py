"""Marks as tags: what stands in the corpus comes back, whatever the tokens cut."""

import itertools

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from parsers.nlp.corpus.markup import ITEM_LABELS, MAIL_LABELS, Span
from parsers.nlp.tagger.crf import allowed
from parsers.nlp.tagger.scheme import ROWS, TAGS, VALUES, gold
from parsers.nlp.tokenizer import TOKENIZER

NLP = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
LABELS = sorted(ITEM_LABELS | MAIL_LABELS)
Marked = list[tuple[str, str]]


def doc_of(text: str) -> Doc:
    return NLP.make_doc(text)


def marked(text: str, *marks: tuple[str, str]) -> list[Span]:
    """A span for each (words, label), each where the words first stand behind the span before."""
    spans, at = [], 0
    for words, label in marks:
        start = text.index(words, at)
        spans.append(Span(start, start + len(words), label))
        at = start if label == "DEFECT" else start + len(words)
    return spans


def read_back(doc: Doc, spans: list[Span]) -> Marked:
    """The words and labels that the tags say, in order."""
    found = []
    for labels, tags in zip(ROWS, gold(doc, spans), strict=True):
        for start, tag in enumerate(tags):
            if tag % 2 == 1:
                end = start + 1
                while end < len(tags) and tags[end] == tag + 1:
                    end += 1
                found.append((doc[start].idx, doc[start:end].text, labels[tag // 2]))
    return [(words, label) for _, words, label in sorted(found)]


def test_every_label_of_the_corpus_has_one_row() -> None:
    assert sorted(itertools.chain(*ROWS)) == LABELS
    assert [1 + 2 * len(labels) for labels in ROWS] == list(TAGS)


def test_marks_come_back_and_a_description_keeps_the_values_within_it() -> None:
    text = "贵司5月12日送的深沟球轴承6205ZZ，批号B2406-01，有120只手转有沙沙声，请换货。"
    marks = (
        ("5月12日", "SHIP_DATE"), ("深沟球轴承", "PRODUCT"), ("6205ZZ", "MODEL"), ("B2406-01", "BATCH"),
        ("有120只手转有沙沙声", "DEFECT"), ("120只", "QTY_DEFECTIVE"), ("换货", "DISPOSITION"),
    )  # fmt: skip
    assert read_back(doc_of(text), marked(text, *marks)) == list(marks)


def test_two_marks_of_one_label_side_by_side_stay_two() -> None:
    text = "Lots A1 A2 leak"
    assert read_back(doc_of(text), marked(text, ("A1", "BATCH"), ("A2", "BATCH"))) == [("A1", "BATCH"), ("A2", "BATCH")]


def test_a_mark_that_cuts_a_token_takes_all_of_it() -> None:
    text = "型号AB-1200K坏了"
    assert [token.text for token in doc_of(text)][2] == "AB-1200K"
    assert read_back(doc_of(text), marked(text, ("1200", "MODEL"))) == [("AB-1200K", "MODEL")]


def test_where_two_marks_meet_in_a_token_the_later_has_it() -> None:
    text = "NG 12pcs"
    spans = [Span(0, 5, "DISPOSITION"), Span(5, 8, "QTY_DEFECTIVE")]
    assert read_back(doc_of(text), spans) == [("NG", "DISPOSITION"), ("12pcs", "QTY_DEFECTIVE")]


@pytest.mark.parametrize("text", ["", "\n", "没有标记"])
def test_a_text_without_marks_is_outside_throughout(text: str) -> None:
    doc = doc_of(text)
    assert [tags.tolist() for tags in gold(doc, [])] == [[0] * len(doc), [0] * len(doc)]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.text("ab1-裂 ,\n", min_size=2, max_size=24))
def test_marks_in_a_texts_order_never_give_a_move_that_is_not_allowed(data: st.DataObject, text: str) -> None:
    """Values that do not overlap, descriptions that do not either, cut anywhere, through tokens too."""
    doc = doc_of(text)
    spans: list[Span] = []
    for labels in (VALUES, ("DEFECT",)):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
        for start, end in itertools.pairwise(cuts):
            label = data.draw(st.sampled_from([*labels[:3], None]))
            if label is not None:
                spans.append(Span(start, end, label))
    for labels, tags in zip(ROWS, gold(doc, sorted(spans, key=lambda span: span.start)), strict=True):
        legal = allowed(len(labels))
        assert all(legal[before, tag] for before, tag in itertools.pairwise([-1, *tags.tolist()]))
