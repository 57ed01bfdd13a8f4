"""What the network sees of a token: the same for the same text, and for the same text in other characters."""

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from spacy.tokens import Doc

from parsers.nlp.plain import plain
from parsers.nlp.tagger.features import COLUMNS, NO_HINT, Features, features, words_of
from parsers.nlp.tagger.lexicons import LAYERS
from parsers.nlp.tokenizer import TOKENIZER, split

NLP = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
NAMES = list(COLUMNS)
MAIL = "贵司5月12日送的深沟球轴承6205ZZ，批号：B2406-01，抽检120只发现3只有裂纹。\nBatch: A1-77, 3/500 leaking seals!\n\n　型号\tＡＢ－12"


def doc_of(text: str) -> Doc:
    return NLP.make_doc(text)


def column(rows: Features, *names: str) -> NDArray[np.uint64]:
    return rows[:, [NAMES.index(name) for name in names]]


def words(text: str) -> list[str]:
    return [token.text for token in doc_of(text)]


def test_the_same_text_gives_the_same_rows_in_any_order_of_asking() -> None:
    before = features(doc_of(MAIL))
    features(doc_of("something else altogether, 漏油 B9"))
    assert (features(doc_of(MAIL)) == before).all()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_one_row_a_token_and_loses_no_character(text: str) -> None:
    doc = doc_of(text)
    rows = features(doc)
    assert doc.text == text
    assert rows.shape == (len(doc), len(COLUMNS))
    assert rows.max(initial=0) < 2**32
    assert "".join(words_of(plain(text))) == plain(text)


@settings(max_examples=60, deadline=None)
@given(st.text("Ab9Ｍ１２－．，：/~裂軸 \n\t", max_size=30))
def test_codes_and_numbers_in_any_width_are_split_alike(text: str) -> None:
    assert "".join(split(text)) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("批号:B2406-01(3只)", "批号：B2406-01（3只）"),
        ("批号B2406-01不良", "批号Ｂ２４０６－０１不良"),
        ("型号 M12x1.5 12,000pcs", "型号 Ｍ１２ｘ１．５ １２,０００ｐｃｓ"),
        ("深沟球轴承有裂纹,请换货", "深溝球軸承有裂紋,請換貨"),
        ("批号B1、发货日期", "批號B1、發貨日期"),
        ("Seals LEAK", "seals leak"),
    ],
)
def test_width_script_and_case_of_a_text_do_not_change_its_norms_and_stems(one: str, other: str) -> None:
    first, second = features(doc_of(one)), features(doc_of(other))
    assert len(first) == len(second), (words(one), words(other))
    assert (column(first, "norm", "stem", "suffix", "pair") == column(second, "norm", "stem", "suffix", "pair")).all()
    assert (column(first, "word", "class", *LAYERS) == column(second, "word", "class", *LAYERS)).all()


def test_other_words_have_other_norms_and_a_code_is_its_shape() -> None:
    rows = column(features(doc_of("裂 纹 B2406-01 C9999-77")), "norm")[:, 0].tolist()
    assert len(set(rows)) == 3
    assert rows[2] == rows[3]


def test_the_characters_of_one_word_know_their_word_and_their_place_in_it() -> None:
    text = "轴承漏油"
    assert words_of(text) == ["轴承", "漏油"]
    word, place = (column(features(doc_of(text)), name)[:, 0].tolist() for name in ("word", "class"))
    assert word[0] == word[1] != word[2] == word[3]
    assert place[0] != place[1]


def test_a_value_knows_its_lines_label_however_that_is_written() -> None:
    rows = [features(doc_of(text)) for text in ("批号:B1 x", "批 号：B1 x", "Lot No.: B1 x", "型号:B1 x", "B1 x")]
    lot, spaced, english, model, bare = (int(column(one, "line")[-1, 0]) for one in rows)
    assert lot == spaced == english
    assert len({lot, model, bare}) == 3


def test_a_line_without_a_label_does_not_take_the_one_of_the_line_before() -> None:
    labelled, alone = features(doc_of("批号:B1\n客户反馈")), features(doc_of("x\n客户反馈"))
    assert (column(labelled, "line")[-4:] == column(alone, "line")[-4:]).all()


def test_a_text_of_blank_lines_has_rows_too() -> None:
    assert features(doc_of("\n \n\t\n")).shape[1] == len(COLUMNS)
    assert features(doc_of("")).shape == (0, len(COLUMNS))


def test_hints_stand_in_the_columns_of_their_layers() -> None:
    rows = features(doc_of("裂纹 qwzx"))
    assert (column(rows, "faults")[:2] != NO_HINT).all()
    assert (column(rows, *LAYERS)[-1] == NO_HINT).all()
