"""The gist: sentences of the customer's own, a kind from all of them, a topic from the one that says it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parsers.document import Document, Passage, Role
from parsers.nlp.candidates import Candidate
from parsers.nlp.gist import KINDS, ROWS, TOPICS, Evidence, Said, Weights, columns_of, sentences_of, signs_of
from parsers.nlp.plain import plain
from parsers.nlp.training import gisting
from parsers.types import Kind, Request, Signal

NONE: frozenset[Signal | Request] = frozenset()
SILENT = Evidence(Kind.OTHER, NONE)


def said(text: str, subject: str = "") -> list[Said]:
    return sentences_of([Document("body", text), Document("subject", subject)])


def words(text: str) -> set[int]:
    return set(columns_of(plain(text)).tolist())


def weights(seed: int = 0) -> Weights:
    """Opinions of chance on every word; a topic is told from 0.5 on."""
    chance = np.random.default_rng(seed)
    width, topics, kinds = len(KINDS) + len(TOPICS), len(TOPICS), len(KINDS)
    return Weights(
        chance.normal(0, 0.3, (ROWS, width)).astype(np.float32),
        chance.normal(0, 0.3, width).astype(np.float32),
        np.eye(kinds, dtype=np.float32),
        np.ones(topics, dtype=np.float32),
        np.full(topics, 0.5, dtype=np.float32),
    )


# ---------------------------------------------------------------- sentences and their words


def test_the_subject_comes_first_and_each_sentence_stands_where_it_says() -> None:
    text = "贵司的轴承有裂纹。我司产线已停线！\nPlease reply. Thanks"
    found = said(text, "投诉：轴承")
    assert [one.part for one in found] == ["subject"] + ["body"] * 4
    assert [text[one.start : one.end] for one in found[1:]] == [
        "贵司的轴承有裂纹。", "我司产线已停线！", "Please reply.", "Thanks",
    ]  # fmt: skip


def test_what_is_quoted_or_signed_is_not_the_customers_say() -> None:
    text = "请回复。\n> 产线已停线\n张三 质量部"
    quote = Passage(text.index(">"), text.index("\n张三"), Role.QUOTE)
    signed = Passage(text.index("张三"), len(text), Role.SIGNATURE)
    found = sentences_of([Document("body", text, passages=(quote, signed))])
    assert [text[one.start : one.end] for one in found] == ["请回复。"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第3次发生", "第15次发生"),
        ("停线，请处理……", "停线。请处理"),
        ("產線已停線", "产线已停线"),
        ("Line STOPS", "line stop"),
        ("ＡＢ 停线", "ab停线"),
    ],
)
def test_figures_punctuation_script_width_and_case_do_not_change_what_is_said(one: str, other: str) -> None:
    assert words(one) == words(other) != set()


def test_the_order_of_words_is_heard_and_so_is_where_they_stand() -> None:
    assert words("不良品 退货") != words("退货 不良品")
    bare, subject = columns_of("停线"), columns_of("停线", subject=True)
    assert set(bare.tolist()) < set(subject.tolist())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "……", "。。。", "- - -"])
def test_a_text_without_words_says_nothing_and_is_judged_by_the_rules(text: str) -> None:
    assert said(text) == []
    gist = replace(weights(), bias=np.zeros(len(KINDS) + len(TOPICS), dtype=np.float32)).gist(
        [], Evidence(Kind.SPAM, NONE)
    )
    assert max(gist.kinds, key=lambda kind: gist.kinds[kind]) is Kind.SPAM
    assert gist.topics == {}


# ---------------------------------------------------------------- probabilities

MAIL = "贵司的轴承有裂纹。我司产线已停线！请派人到现场。"


def test_kinds_share_one_certainty_and_topics_each_have_their_own() -> None:
    gist = weights().gist(said(MAIL), SILENT)
    assert sum(gist.kinds.values()) == pytest.approx(1.0, abs=1e-5)
    assert set(gist.kinds) == set(Kind) and set(gist.topics) == {*Signal, *Request}
    assert all(0 <= share <= 1 for share, _ in gist.topics.values())


@pytest.mark.parametrize("topic", TOPICS)
def test_what_the_rules_found_raises_its_topic_and_no_other(topic: Signal | Request) -> None:
    alone = weights().gist(said(MAIL), SILENT).topics
    told = weights().gist(said(MAIL), Evidence(Kind.OTHER, frozenset({topic}))).topics
    assert told[topic][0] > alone[topic][0]
    assert all(told[other][0] == alone[other][0] for other in TOPICS if other is not topic)


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_that_the_rules_found_becomes_likelier(kind: Kind) -> None:
    other = Kind.SPAM if kind is not Kind.SPAM else Kind.OTHER
    for_it, against = (weights().gist(said(MAIL), Evidence(one, NONE)).kinds[kind] for one in (kind, other))
    assert for_it > against


def test_a_topic_is_pointed_at_in_the_sentence_that_says_it_loudest() -> None:
    table = weights()
    column = len(KINDS) + TOPICS.index(Signal.LINE_STOP)
    table.words[:, column] = 0
    table.words[list(words("停线")), column] = 9.0
    sentence = table.gist(said(MAIL), SILENT).topics[Signal.LINE_STOP][1]
    assert "停线" in MAIL[sentence.start : sentence.end]


def test_only_topics_over_their_own_limit_are_told() -> None:
    gist = weights().gist(said(MAIL), SILENT)
    shares = [gist.topics[topic][0] for topic in TOPICS]
    middle = sorted(shares)[len(shares) // 2]
    some = replace(weights(), least=np.full(len(TOPICS), middle, dtype=np.float64).astype(np.float32) - 1e-6)
    assert [topic for topic, _ in some.told(gist)] == [
        topic for topic, share in zip(TOPICS, shares, strict=True) if share >= middle
    ]
    assert list(replace(weights(), least=np.full(len(TOPICS), 1.1, dtype=np.float32)).told(gist)) == []


# ---------------------------------------------------------------- on disk


def test_on_disk_and_back_it_hears_the_same_to_within_half_precision(tmp_path: Path) -> None:
    weights().to_disk(tmp_path / "gist.npz")
    before, after = (one.gist(said(MAIL), SILENT) for one in (weights(), Weights.from_disk(tmp_path / "gist.npz")))
    assert list(after.kinds.values()) == pytest.approx(list(before.kinds.values()), abs=0.01)
    for topic in TOPICS:
        assert after.topics[topic][0] == pytest.approx(before.topics[topic][0], abs=0.02)


def test_weights_made_for_other_topics_are_refused_with_what_to_do(tmp_path: Path) -> None:
    weights().to_disk(tmp_path / "gist.npz")
    with np.load(tmp_path / "gist.npz") as arrays:
        held = {name: arrays[name] for name in arrays.files}
    held["names"] = np.frombuffer(held["names"].tobytes().replace(b"line_stop", b"rain_stop"), dtype=np.uint8)
    np.savez_compressed(tmp_path / "other.npz", **held)
    with pytest.raises(ValueError, match="intake train"):
        Weights.from_disk(tmp_path / "other.npz")


# ---------------------------------------------------------------- learning

LEARNT = [
    ("产线已停线，请尽快处理。", Kind.COMPLAINT, {Signal.LINE_STOP}),
    ("我司停线两小时。", Kind.COMPLAINT, {Signal.LINE_STOP}),
    ("因轴承裂纹停线。", Kind.COMPLAINT, {Signal.LINE_STOP}),
    ("轴承有裂纹，请退货。", Kind.COMPLAINT, {Request.RETURN}),
    ("全部退货处理。", Kind.COMPLAINT, {Request.RETURN}),
    ("油封漏油，要求退货。", Kind.COMPLAINT, {Request.RETURN}),
    ("请报价，谢谢。", Kind.INQUIRY, set()),
    ("请问轴承的报价和交期。", Kind.INQUIRY, set()),
    ("想了解价格，请报价。", Kind.INQUIRY, set()),
]


def test_what_a_few_mails_teach_is_heard_in_another() -> None:
    units = [gisting.Told(said(text), SILENT, kind, frozenset(topics)) for text, kind, topics in LEARNT]
    learnt = gisting.fit(units)
    stopped = learnt.gist(said("装配车间停线了。"), SILENT)
    sent_back = learnt.gist(said("这批不要了，退货。"), SILENT)
    asked = learnt.gist(said("请报价。"), SILENT)
    assert stopped.topics[Signal.LINE_STOP][0] > 2 * sent_back.topics[Signal.LINE_STOP][0]
    assert sent_back.topics[Request.RETURN][0] > 2 * stopped.topics[Request.RETURN][0]
    assert asked.kinds[Kind.INQUIRY] > stopped.kinds[Kind.INQUIRY]
    assert np.array_equal(learnt.words, gisting.fit(units).words)


def test_a_topics_limit_is_where_text_kept_apart_was_told_best() -> None:
    table = weights()
    units = [gisting.Told(said(text), SILENT, kind, frozenset(topics)) for text, kind, topics in LEARNT]
    likely = [(unit, table.gist(unit.said, unit.evidence)) for unit in units]
    limited = gisting.with_limits(table, likely)
    number = TOPICS.index(Signal.LINE_STOP)

    def right(limit: float) -> float:
        told = {n for n, (_, gist) in enumerate(likely) if gist.topics[Signal.LINE_STOP][0] >= limit}
        there = {n for n, unit in enumerate(units) if Signal.LINE_STOP in unit.topics}
        return 1.25 * len(told & there) / max(1, len(told) + 0.25 * len(there))

    assert right(float(limited.least[number])) == max(right(n / 20) for n in range(10, 19))


def test_what_is_proposed_tells_a_complaint_where_the_words_do_not() -> None:
    faulty = Evidence(Kind.OTHER, NONE, ("defect 0.5", "defect 0.7", "long 1"))
    fine = Evidence(Kind.OTHER, NONE, ("no defect", "long 1"))
    units = [gisting.Told(said("见附件"), faulty, Kind.COMPLAINT, NONE) for _ in range(9)]
    units += [gisting.Told(said("见附件"), fine, Kind.INQUIRY, NONE) for _ in range(9)]
    learnt = gisting.fit(units)
    heard = said("请看附件")
    assert learnt.gist(heard, faulty).kinds[Kind.COMPLAINT] > 0.5 > learnt.gist(heard, fine).kinds[Kind.COMPLAINT]


def test_the_signs_say_how_surely_each_field_is_told() -> None:
    sure = Candidate("defect", "leaks", "body", 0, 5, 0.6, "tagged")
    unsure = Candidate("defect", "drips", "body", 0, 5, 0.2, "tagged")
    signs = signs_of([unsure, sure], said("leaks"))
    assert {"defect 0.15", "defect 0.3", "defect 0.5", "no model", "long 1"} <= set(signs)
    assert not {"defect 0.7", "no defect"} & set(signs)
