"""How likely a proposal is right: evidence by name, weights that move it, certainty measured on what was chosen."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Document
from parsers.nlp.candidates import Candidate, View
from parsers.nlp.judge import TAGGED, Judge, evidence_for
from parsers.nlp.training import judging

TEXT = "型号：AB-1200，批号：B2406-01，有3只漏油。\n供参考：AB-1300。" + "此致敬礼。" * 40
VIEW = View.of(Document("body", TEXT), 0.0)


def said(words: str, name: str = "model", rule: str = "label:model", weight: float = 0.9) -> Candidate:
    start = TEXT.index(words)
    return Candidate(name, words, "body", start, start + len(words), weight, rule)


def weighed(weights: dict[str, float], *candidates: Candidate) -> list[float]:
    return [one.weight for one in Judge({"model": weights}, {}).weigh(candidates, [VIEW])]


# ---------------------------------------------------------------- evidence


def test_what_the_tagger_says_of_the_same_words_is_evidence_for_a_rules_proposal() -> None:
    rule = said("AB-1200")
    alone = evidence_for([rule], [VIEW])[0]
    sure = evidence_for([rule, said("AB-1200", rule=TAGGED, weight=0.97)], [VIEW])[0]
    unsure = evidence_for([rule, said("AB-1200", rule=TAGGED, weight=0.3)], [VIEW])[0]
    assert sure["tag"] > unsure["tag"] > 0 or sure["tag"] > 0 > unsure["tag"]
    assert "tag 8" in sure and "tag 2" in unsure and not any(name.startswith("tag ") for name in alone)


def test_what_the_tagger_takes_for_another_field_speaks_against_it() -> None:
    other = said("AB-1200", "batch", TAGGED, 0.9)
    told = evidence_for([said("AB-1200"), other], [VIEW])[0]
    assert told["against"] == pytest.approx(0.9) and told["against batch"] == told["against"]
    elsewhere = evidence_for([said("AB-1200"), said("B2406-01", "batch", TAGGED, 0.9)], [VIEW])[0]
    assert "against" not in elsewhere


def test_a_description_may_hold_a_value_without_speaking_against_it() -> None:
    fault = Candidate("defect", "AB-1200，批号", "body", TEXT.index("AB-1200"), TEXT.index("：B24"), 0.9, TAGGED)
    assert "against" not in evidence_for([said("AB-1200"), fault], [VIEW])[0]


def test_nearly_the_same_words_are_nearly_as_good() -> None:
    near = Candidate("model", "AB-1200，", "body", TEXT.index("AB-1200"), TEXT.index("AB-1200") + 8, 0.9, TAGGED)
    told = evidence_for([said("AB-1200"), near], [VIEW])[0]
    assert 0.7 < told["near"] < 0.9 and "tag 0" in told


def test_a_value_said_twice_and_one_that_a_label_denies_show_it() -> None:
    again = Candidate("model", "ab-1200", "subject", 0, 7, 0.5, "model_shape")
    told = evidence_for([said("AB-1200"), again, said("AB-1300", rule="model_shape")], [VIEW])
    assert told[0]["said 2"] == told[0]["said in two parts"] == told[0]["also model_shape"] == 1.0
    assert told[2]["a label says other"] == 1.0 and "a label says other" not in told[0]


def test_a_surer_rival_is_seen_by_the_weaker_alone() -> None:
    strong, weak = said("AB-1200", rule=TAGGED, weight=0.9), said("AB-1300", rule=TAGGED, weight=0.2)
    first, second = evidence_for([strong, weak], [VIEW])
    assert (first["rival is surer"], second["rival is surer"]) == (0.0, 1.0)
    assert (first["rival"], second["rival"]) == (0.2, 0.9)


# ---------------------------------------------------------------- weights


def test_a_weight_moves_the_probability_its_own_way_and_only_where_its_evidence_stands() -> None:
    labelled, shaped = said("AB-1200"), said("AB-1300", rule="model_shape")
    none = weighed({"bias": 0.0}, labelled, shaped)
    up = weighed({"rule label:model": 2.0}, labelled, shaped)
    down = weighed({"rule label:model": -2.0}, labelled, shaped)
    assert none == pytest.approx([0.5, 0.5])
    assert up[0] > 0.8 and down[0] < 0.2
    assert up[1] == down[1] == pytest.approx(0.5)


def test_a_field_that_the_judge_does_not_know_keeps_its_rules_weight() -> None:
    [kept] = Judge({}, {}).weigh([said("AB-1200", weight=0.77)], [VIEW])
    assert (kept.weight, kept.certain) == (0.77, None)


def test_huge_weights_give_a_probability_still() -> None:
    assert weighed({"bias": 1e6}, said("AB-1200"))[0] <= 1.0
    assert weighed({"bias": -1e6}, said("AB-1200"))[0] >= 0.0


def test_hundreds_of_proposals_are_each_weighed() -> None:
    many = [Candidate("model", f"X{n}", "body", n % 40, n % 40 + 2, 0.5, TAGGED) for n in range(600)]
    assert len(Judge({"model": {"bias": 1.0}}, {}).weigh(many, [VIEW])) == 600


def test_on_disk_and_back_it_judges_alike(tmp_path: Path) -> None:
    judge = Judge({"model": {"rule label:model": 1.25, "place": -0.5}}, {"model": [[0.2, 0.1], [0.9, 0.8]]})
    judge.to_disk(tmp_path / "judge.json")
    again = Judge.from_disk(tmp_path / "judge.json")
    one, two = (each.weigh([said("AB-1200"), said("AB-1300")], [VIEW]) for each in (judge, again))
    assert one == two
    again.to_disk(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "judge.json").read_bytes()


# ---------------------------------------------------------------- certainty

TABLE = [[0.2, 0.1], [0.6, 0.5], [0.9, 0.95]]


@pytest.mark.parametrize(
    ("weight", "certain"), [(0.0, 0.1), (0.2, 0.1), (0.4, 0.3), (0.6, 0.5), (0.75, 0.725), (0.9, 0.95), (1.0, 0.95)]
)
def test_certainty_lies_on_the_line_between_what_was_measured(weight: float, certain: float) -> None:
    assert Judge({}, {"model": TABLE}).certain("model", weight) == pytest.approx(certain)


def test_the_weight_itself_stands_where_nothing_was_measured() -> None:
    assert Judge({}, {}).certain("model", 0.37) == Judge({}, {"model": []}).certain("model", 0.37) == 0.37


given_values = st.lists(st.tuples(st.floats(0.3, 1.0), st.booleans()), min_size=1, max_size=400)


@settings(max_examples=80, deadline=None)
@given(given_values, st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_a_surer_value_is_never_less_certain(given: Sequence[tuple[float, bool]], weights: list[float]) -> None:
    table = judging.calibration(("model", "r", weight, right) for weight, right in given)
    judge = Judge({}, table)
    certain = [judge.certain("model", weight) for weight in sorted(weights)]
    assert certain == sorted(certain)
    assert all(0 <= one <= 1 for one in certain)


def test_a_few_values_at_the_top_do_not_bend_the_line_down() -> None:
    given = [("model", "r", 0.3, n > 0) for n in range(12)] + [("model", "r", 0.31, True)]
    table = judging.calibration(given)["model"]
    assert [share for _, share in table] == sorted(share for _, share in table)


def test_a_calibrated_value_is_right_as_often_as_it_says() -> None:
    """Of a thousand values, those near 0.4 are right every other time, those near 0.9 nine times in ten."""
    low = [("model", "r", 0.4 + n / 10_000, n % 2 == 0) for n in range(500)]
    high = [("model", "r", 0.9 + n / 10_000, n % 10 != 0) for n in range(500)]
    judge = Judge({}, judging.calibration([*low, *high]))
    assert judge.certain("model", 0.42) == pytest.approx(0.5, abs=0.04)
    assert judge.certain("model", 0.92) == pytest.approx(0.9, abs=0.04)


def test_each_field_is_calibrated_by_itself() -> None:
    rows = [("model", "r", 0.8, True)] * 40 + [("defect", "r", 0.8, False)] * 40
    judge = Judge({}, judging.calibration(rows))
    assert judge.certain("model", 0.8) > 0.9 > 0.1 > judge.certain("defect", 0.8)


# ---------------------------------------------------------------- fitting


def test_fitting_finds_what_speaks_for_and_what_against() -> None:
    rows = [("model", {"bias": 1.0, "good": 1.0}, n % 5 != 0) for n in range(100)]
    rows += [("model", {"bias": 1.0, "bad": 1.0}, n % 5 == 0) for n in range(100)]
    rows += [("model", {"bias": 1.0, "rare": 1.0}, True) for _ in range(3)]
    weights = judging.fit(rows)["model"]
    assert weights["good"] > 0.5 > -0.5 > weights["bad"]
    assert "rare" not in weights


def test_a_field_whose_proposals_are_few_all_right_or_all_wrong_is_left_to_its_rules() -> None:
    assert judging.fit([("model", {"bias": 1.0}, True)] * 30) == {}
    assert judging.fit([("model", {"bias": 1.0}, n % 2 == 0) for n in range(7)]) == {}


def test_a_proposal_is_right_if_some_item_has_its_value() -> None:
    items = [{"model": ("AB-1200",), "batch": (("B1", "B2"),)}, {"model": ("AB-1300",)}]
    assert judging.is_right("model", "ab-1300", items) and not judging.is_right("model", "AB-1400", items)
    assert judging.is_right("batch", ("B2",), items) and not judging.is_right("batch", ("B2", "B3"), items)
    assert not judging.is_right("order_no", "AB-1200", items)
