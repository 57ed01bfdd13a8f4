"""A whole model made of a corpus of three small files: it loads, it reads, and it can be made again to the last bit."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from parsers.assemble import TRUST
from parsers.document import Document
from parsers.nlp.corpus.markup import read_units
from parsers.nlp.evaluate import Score
from parsers.nlp.judge import TAGGED
from parsers.nlp.pipeline import Extractor, from_disk
from parsers.nlp.training.build import Settings, build, corpus_texts, settings

CORPUS = {
    "zh-CN/shafts.txt": """\
## zh-1 kind=complaint industry=bearings voice=mail signals=line_stop
贵司的{PRODUCT|轴承}{MODEL|6205ZZ}，批号{BATCH|B2406-01}，抽检{QTY_INSPECTED|300只}有{QTY_DEFECTIVE|12只}{DEFECT|手转有沙沙声}，产线已停线。

## zh-2 kind=complaint industry=seals voice=mail requests=return
{PRODUCT|油封}{MODEL|TC-30}批次{BATCH|L113}，{QTY_DEFECTIVE|8个}{DEFECT|唇口龟裂}，请{DISPOSITION|退货}。

## zh-3 kind=inquiry industry=seals voice=mail
请问{PRODUCT|油封}{MODEL|TC-30}多少钱？

## zh-4 kind=complaint industry=pumps voice=mail
{PRODUCT|齿轮泵}型号{MODEL|GP-2}，{DEFECT|轴端漏油}，不良{QTY_DEFECTIVE|5台}，批号{BATCH|H77}。
""",
    "en/pumps.txt": """\
## en-1 kind=complaint industry=pumps voice=mail
The {PRODUCT|gear pump} {MODEL|GP-2}, lot {BATCH|H77}: {QTY_DEFECTIVE|5 pcs} {DEFECT|leak at the shaft}.

## en-2 kind=complaint industry=seals voice=mail requests=return
{PRODUCT|Oil seals} {MODEL|TC-30}, batch {BATCH|L113}. {DEFECT|The lip is cracked} on {QTY_DEFECTIVE|8 pcs}; we {DISPOSITION|return} them.

## en-3 kind=inquiry industry=seals voice=mail
Please quote {PRODUCT|seals} {MODEL|TC-30}.
""",
    "zh-TW/seals.txt": """\
## tw-1 kind=complaint industry=seals voice=mail
貴司{PRODUCT|油封}{MODEL|TC-30}，批號{BATCH|L114}，{QTY_DEFECTIVE|8個}{DEFECT|唇口龜裂}。

## tw-2 kind=complaint industry=bearings voice=mail
{PRODUCT|軸承}{MODEL|6205ZZ}批號{BATCH|B2406-02}，{QTY_DEFECTIVE|12個}{DEFECT|有異音}，請{DISPOSITION|換貨}。
""",
    "held-out/h-en.txt": "This file must not be read: it has no header.\n",
}
TEXT = "贵司的轴承6205ZZ，批号B2406-09，有7只手转有沙沙声，产线已停线。"


def small() -> Settings:
    """All of the settings that ship, but of the smallest size."""
    course = replace(settings().course, epochs=1, batch_tokens=60, shape={"width": 16, "depth": 1})
    return replace(settings(), course=course, seeds=(1,), folds=2, fold_epochs=1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in CORPUS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return []


@pytest.fixture(scope="module")
def scored(corpus: Path, lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Score]:
    folder = tmp_path_factory.mktemp("model")
    return folder, build(folder, small(), corpus, say=lines.append)


@pytest.fixture(scope="module")
def read(scored: tuple[Path, Score]) -> Extractor:
    return from_disk(scored[0])


def test_what_is_held_out_is_never_learnt_from_and_what_reviewers_gave_is(corpus: Path) -> None:
    units = read_units(corpus / "en" / "pumps.txt")
    texts = corpus_texts(corpus, extra=units[:1])
    assert {text.file for text in texts} == {"shafts.txt", "pumps.txt", "seals.txt", "corrections"}
    assert [text.unit for text in texts if text.file == "corrections"][:1] == units[:1]
    assert {unit.id for unit in units} <= {text.unit.id for text in texts}


def test_a_text_is_learnt_from_as_it_is_read(corpus: Path) -> None:
    """Its words are those of its documents, a subject aside."""
    for text in corpus_texts(corpus):
        assert text.documents and text.documents[0].text in text.unit.text


def test_only_the_models_own_files_are_left_and_the_figures_tell_of_text_kept_apart(scored: tuple[Path, Score]) -> None:
    folder, score = scored
    assert {path.name for path in folder.iterdir()} <= {
        "tagger.npz", "tagger.json", "judge.json", "gist.npz", "figures.json",
        *(path.name for path in folder.glob("*.log")),
    }  # fmt: skip
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    assert figures["texts"] >= 9 and set(figures["fields"]) == set(score.fields)
    assert {"model", "batch", "quantity_defective"} <= set(figures["fields"])
    complaints = 7
    assert score.fields["model"].right + score.fields["model"].missing >= complaints


def test_the_builder_says_how_far_it_is(scored: tuple[Path, Score], lines: list[str]) -> None:
    assert any("2 folds" in line for line in lines)
    assert sum("is read" in line for line in lines) == 2


def test_the_model_loads_and_reads(read: Extractor) -> None:
    found, views = read.candidates_of([(Document("body", TEXT), TRUST["body"])], date(2024, 6, 1))
    assert {candidate.field for candidate in found} >= {"model", "batch", "quantity_defective"}
    assert all(0 <= candidate.weight <= 1 for candidate in found)
    assert len(views) == 1 and read.tagger is not None and read.judge is not None and read.gist is not None
    assert len(read.tagger.networks) == 1 and read.tagger.shape["width"] == 16
    assert {TAGGED} <= {candidate.rule for candidate in found} or read.judge.weights


def test_the_same_corpus_and_settings_give_the_same_model_again(
    scored: tuple[Path, Score], corpus: Path, tmp_path: Path
) -> None:
    build(tmp_path / "again", small(), corpus)
    for name in ("judge.json", "tagger.json", "figures.json"):
        assert (tmp_path / "again" / name).read_bytes() == (scored[0] / name).read_bytes(), name
    for name in ("tagger.npz", "gist.npz"):
        with np.load(tmp_path / "again" / name) as one, np.load(scored[0] / name) as other:
            assert one.files == other.files
            assert [array for array in one.files if not np.array_equal(one[array], other[array])] == [], name


def test_another_seed_gives_another_network(scored: tuple[Path, Score], corpus: Path) -> None:
    from parsers.nlp.training.examples import examples_of
    from parsers.nlp.training.fit import fit

    examples = examples_of(text.unit for text in corpus_texts(corpus))
    one, same, other = (fit(examples, small().course, seed).transitions for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(one, other, strict=True))
