"""Corrections become marked text, and a new model is kept only where it reads better."""

from dataclasses import replace

import pytest

from intake.commands.train import Figures, is_better
from intake.learning import kept_aside, unit_of
from parsers.types import Channel, Customer, Field, Item, Kind, Reading, Source
from storage.records import ItemOf

TEXT = "贵司的轴承座HX-200B（批号B2609-01）到货1,200只，装配时发现45只表面划伤。轴承座请尽快换货。"


def read(name: str, words: str, value: object) -> Field[object]:
    start = TEXT.index(words)
    return Field(value, words, 0.9, Source("body", 1, start, start + len(words)), "test")


def reading(**fields: Field[object]) -> Reading:
    item = replace(Item(), **fields)
    return Reading(Kind.COMPLAINT, "zh-CN", Channel.EMAIL, Customer(), items=(item,), texts={"body": TEXT})


def marked(made: Reading, *items: ItemOf) -> dict[str, list[str]]:
    unit = unit_of("KS-202611-0001", made, items)
    assert unit is not None
    found: dict[str, list[str]] = {}
    for span in unit.spans:
        found.setdefault(span.label, []).append(unit.text[span.start : span.end])
    return found


def test_a_value_that_was_read_rightly_is_marked_where_it_stood() -> None:
    made = reading(quantity_defective=read("quantity_defective", "45只", 45.0))
    assert marked(made, ItemOf(quantity_defective=45.0)) == {"QTY_DEFECTIVE": ["45只"]}


def test_a_corrected_value_is_marked_where_the_text_says_it() -> None:
    made = reading(batch=read("batch", "HX-200B", ("HX-200B",)))
    assert marked(made, ItemOf(batch=("b2609-01",))) == {"BATCH": ["B2609-01"]}


def test_a_corrected_count_is_found_by_its_number() -> None:
    assert marked(reading(), ItemOf(quantity_shipped=1200.0)) == {"QTY_SHIPPED": ["1,200只"]}


def test_a_name_is_marked_at_every_mention() -> None:
    assert marked(reading(), ItemOf(product="轴承座")) == {"PRODUCT": ["轴承座", "轴承座"]}


def test_no_value_is_marked_inside_a_longer_code() -> None:
    assert unit_of("KS-202611-0001", reading(), [ItemOf(model="200B")]) is None


def test_what_stands_nowhere_in_the_text_teaches_nothing() -> None:
    assert unit_of("KS-202611-0001", reading(), [ItemOf(model="ZZ-9")]) is None


def test_several_items_keep_their_values_apart() -> None:
    unit = unit_of("KS-202611-0001", reading(), [ItemOf(model="HX-200B"), ItemOf(product="轴承座")])
    assert unit is not None and {(span.label, span.item) for span in unit.spans} == {("MODEL", 1), ("PRODUCT", 2)}


def test_a_fourth_of_the_records_is_kept_aside() -> None:
    numbers = [f"KS-202611-{number:04d}" for number in range(40)]
    assert sum(kept_aside(numbers).values()) == 10


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param(Figures(0.75, 0.60), Figures(0.75, 0.70), True, id="reads the records better"),
        pytest.param(Figures(0.75, 0.60), Figures(0.70, 0.90), False, id="forgets what others write"),
        pytest.param(Figures(0.75, 0.70), Figures(0.76, 0.65), False, id="reads the records worse"),
        pytest.param(Figures(0.75, 0.70), Figures(0.75, 0.70), False, id="reads all alike"),
        pytest.param(Figures(0.75, None), Figures(0.76, None), True, id="no records, better elsewhere"),
    ],
)
def test_a_new_model_is_kept_only_where_it_reads_better(before: Figures, after: Figures, kept: bool) -> None:
    assert is_better(before, after) is kept
