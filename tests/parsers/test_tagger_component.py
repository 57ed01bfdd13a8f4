"""The tagger on disk and off it: the same marks, one for other features refused, any length of text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from parsers.nlp.tagger.component import LEAST, Mark, Tagger, Weights, fresh
from parsers.nlp.tagger.features import COLUMNS, features
from parsers.nlp.tagger.scheme import ROWS, TAGS
from parsers.nlp.tokenizer import TOKENIZER

NLP = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
SHAPE: dict[str, Any] = {"width": 16, "depth": 1}
MAIL = "贵司5月12日送的轴承6205ZZ，批号：B2406-01，抽检120只发现3只有裂纹。\nBatch A1-77: 3 of 500 seals leak, please replace.\n"
Place = tuple[str, int, int]


def weights(seed: int) -> Weights:
    """A network that learnt nothing, but has opinions."""
    chance = np.random.default_rng(seed)
    model = fresh(SHAPE)
    for node in model.walk():
        for name in node.param_names:
            array = node.get_param(name)
            array[...] = chance.normal(0, 0.4, array.shape)
    return Weights(model, [chance.normal(0, 0.4, (tags + 1, tags)).astype(np.float32) for tags in TAGS])


def doc_of(text: str) -> Doc:
    return NLP.make_doc(text)


def by_place(marks: list[Mark]) -> dict[Place, float]:
    return {(mark.label, mark.start, mark.end): mark.probability for mark in marks}


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger([weights(1), weights(2)], SHAPE)


def test_marks_stand_on_whole_tokens_and_are_likely_enough(tagger: Tagger) -> None:
    doc = tagger(doc_of(MAIL))
    assert {mark.label for mark in doc._.marks} & {*ROWS[0]} and {mark.label for mark in doc._.marks} & {*ROWS[1]}
    for mark in doc._.marks:
        assert doc.char_span(mark.start, mark.end) is not None
        assert LEAST <= mark.probability <= 1


def test_what_is_read_from_disk_marks_the_same_to_within_half_precision(tagger: Tagger, tmp_path: Path) -> None:
    tagger.to_disk(tmp_path / "model")
    again = Tagger.from_disk(tmp_path / "model")
    assert len(again.networks) == 2 and again.shape == SHAPE
    before, after = by_place(list(tagger.marks(doc_of(MAIL)))), by_place(list(again.marks(doc_of(MAIL))))
    assert len(before) > 20
    for place in before.keys() | after.keys():
        assert before.get(place, LEAST) == pytest.approx(after.get(place, LEAST), abs=0.02), place


def test_written_twice_it_is_the_same_to_the_last_bit(tagger: Tagger, tmp_path: Path) -> None:
    tagger.to_disk(tmp_path / "one")
    Tagger.from_disk(tmp_path / "one").to_disk(tmp_path / "two")
    assert (tmp_path / "one" / "tagger.json").read_bytes() == (tmp_path / "two" / "tagger.json").read_bytes()
    with np.load(tmp_path / "one" / "tagger.npz") as one, np.load(tmp_path / "two" / "tagger.npz") as two:
        assert one.files == two.files and len(one.files) == len(set(one.files))
        assert all(np.array_equal(one[name], two[name]) for name in one.files)


@pytest.mark.parametrize("change", ["another width", "a column more", "another order", "other labels"])
def test_a_model_trained_for_other_columns_or_labels_is_refused_with_what_to_do(
    tagger: Tagger, tmp_path: Path, change: str
) -> None:
    tagger.to_disk(tmp_path)
    told = json.loads((tmp_path / "tagger.json").read_text("utf-8"))
    if change == "another width":
        told["columns"]["norm"][1] += 8
    elif change == "a column more":
        told["columns"]["weather"] = [100, 8]
    elif change == "other labels":
        told["labels"][0][:2] = reversed(told["labels"][0][:2])
    else:
        told["columns"] = dict(reversed(told["columns"].items()))
    (tmp_path / "tagger.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(ValueError, match="intake train"):
        Tagger.from_disk(tmp_path)


def test_the_scores_of_several_networks_are_their_mean() -> None:
    rows = features(doc_of(MAIL))
    one, two = weights(1), weights(2)
    alone = [Tagger([each], SHAPE).scores(rows) for each in (one, two)]
    assert Tagger([one, two], SHAPE).scores(rows) == pytest.approx((alone[0] + alone[1]) / 2, abs=1e-4)
    assert alone[0].shape == (len(rows), sum(TAGS))


@pytest.mark.parametrize("text", ["", " ", "\n", "轴", "A1"])
def test_the_shortest_texts_are_marked_within_their_bounds(tagger: Tagger, text: str) -> None:
    assert all(0 <= mark.start < mark.end <= len(text) for mark in tagger.marks(doc_of(text)))


@pytest.mark.parametrize("text", [MAIL * 60, MAIL.replace("\n", " ") * 60], ids=["many lines", "one line"])
def test_a_long_text_is_marked_from_its_first_line_to_its_last(tagger: Tagger, text: str) -> None:
    doc = doc_of(text)
    found = list(tagger.marks(doc))
    assert min(mark.start for mark in found) < len(MAIL)
    assert max(mark.end for mark in found) > len(text) - len(MAIL)
    assert all(doc.char_span(mark.start, mark.end) is not None for mark in found)


def test_a_line_far_away_does_not_change_what_is_marked_here(tagger: Tagger) -> None:
    """Long texts are tagged in sequences that begin at a line: the first is the same whatever the last says."""
    filler = "无关紧要的一行字 nothing of note here\n" * 100
    one = by_place(list(tagger.marks(doc_of(MAIL + filler + "再见"))))
    two = by_place(list(tagger.marks(doc_of(MAIL + filler + "批号：ZZ-99 不良7只"))))
    first = {place for place in one if place[2] < len(MAIL)}
    assert first and {place: two.get(place) for place in first} == {place: pytest.approx(one[place]) for place in first}


def test_the_columns_of_the_network_are_those_of_the_features() -> None:
    assert features(doc_of("x")).shape == (1, len(COLUMNS))
