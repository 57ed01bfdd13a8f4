"""What the master data lifts, corrects and contradicts of what was read."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from intake.goods import Checked, GoodsFacts, check, misread, told
from intake.goods.batches import batches_of
from parsers.types import Channel, Customer, Field, Item, Kind, Reading, Source
from storage.records import ProductCard, Shipment

PAGE = "fax.tif"
HE, OTHER = "宁波海川电器有限公司", "苏州明泰汽车部件"
SEAT = ProductCard("轴承座", "HX-200B", part_no="31-0044", customer_part_no="HC-7781")
COVER = ProductCard("端盖", "HX-2OOB")  # with letters O: as near to HX-2O0B as the seat is
OURS = (SEAT, ProductCard("齿轮", "ZC-204"))
SHIPPED = Shipment(HE, "HX-200B", "B2406-01", 1200, date(2026, 8, 21), "PO-7")


def said(text: str, part: str = "body", confidence: float = 0.7) -> Field[str]:
    return Field(text, text, confidence, Source(part, 1, 0, len(text)), "label")


def batches(*values: str, confidence: float = 0.7) -> Field[tuple[str, ...]]:
    return Field(values, ", ".join(values), confidence, Source("body", 1, 0, 9), "label")


def count(number: float, unit: str | None = None) -> Field[float]:
    return Field(number, f"{number:g}", 0.7, Source("body", 1, 0, 4), "count_cue", unit)


def reading(*items: Item) -> Reading:
    return Reading(Kind.COMPLAINT, "zh-CN", Channel.EMAIL, Customer(), items, recognised=frozenset({(PAGE, 1)}))


def proposed(checked: Checked) -> dict[str, tuple[str, ...]]:
    return {proposal.field: proposal.values for proposal in checked.proposals}


@dataclass(frozen=True)
class Model:
    """A model that was read, and what becomes of it. `typed`: not off a picture."""

    read: str
    value: str
    moved: int  # of the confidence: 1 up, 0 not
    typed: bool = True
    products: tuple[ProductCard, ...] = OURS
    offers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warns: tuple[str, ...] = ()  # words of the one warning; none: there is none
    rule: str = ""


NAME = {"product": ("轴承座",)}
MEANT = {"model": ("HX-200B",), **NAME}
MODELS = {
    "a known model": Model("HX-200B", "HX-200B", 1, offers=NAME, rule="known_model"),
    "in other case, width and blanks": Model("ｈｘ-200 b", "ｈｘ-200 b", 1, offers=NAME),
    "known, while another looks like it": Model("HX-200B", "HX-200B", 1, products=(SEAT, COVER), offers=NAME),
    "a known model on a page": Model("HX-200B", "HX-200B", 1, typed=False, offers=NAME),
    "B read as 8": Model("HX-2008", "HX-200B", 1, False, offers=NAME, warns=("HX-2008", "HX-200B", "8/B"), rule="corrected:8/B"),
    "0 read as O": Model("HX-2O0B", "HX-200B", 1, False, offers=NAME, warns=("O/0",), rule="corrected:O/0"),
    "2 read as Z": Model("HX-Z00B", "HX-200B", 1, False, offers=NAME, warns=("Z/2",)),
    "a hyphen lost": Model("HX200B", "HX-200B", 1, False, offers=NAME, warns=("writing",), rule="corrected:writing"),
    "m read as rn": Model("Prn-5", "PM-5", 1, False, (ProductCard("泵", "PM-5"),), {"product": ("泵",)}, ("rn/m",)),
    "1 read as I": Model("QA-I0", "QA-10", 1, False, (ProductCard("泵", "QA-10"),), {"product": ("泵",)}, ("I/1",)),
    "5 read as S": Model("QA-S0", "QA-50", 1, False, (ProductCard("泵", "QA-50"),), {"product": ("泵",)}, ("S/5",)),
    "typed so": Model("HX-2008", "HX-2008", 0, offers=MEANT, warns=("HX-2008 is no known model", "HX-200B", "8/B")),
    "typed without its hyphen": Model("HX200B", "HX200B", 1, offers=MEANT),
    "two confusions": Model("HX-2O08", "HX-2O08", 0, False, offers=MEANT, warns=("HX-2O08", "HX-200B")),
    "two models fit": Model("HX-2O0B", "HX-2O0B", 0, False, (SEAT, COVER), {"model": ("HX-200B", "HX-2OOB")}, ("one of HX-200B, HX-2OOB",)),
    "the customer's part number, typed": Model("HC-7781", "HC-7781", 1, offers=MEANT, rule="part_number"),
    "the customer's part number on a page": Model("HC-7781", "HX-200B", 1, False, offers=NAME, warns=("HC-7781", "part number"), rule="part_number"),
    "our part number misread": Model("3l-0044", "HX-200B", 1, False, offers=NAME, warns=("l/1",)),
    "one number of two models": Model("N-1", "N-1", 0, False, (ProductCard("泵", "PM-5", customer_part_no="N-1"), ProductCard("阀", "V-9", customer_part_no="N-1")), {"model": ("PM-5", "V-9")}, ("one of PM-5, V-9",)),
    "nothing like it": Model("KT-88", "KT-88", 0),
    "no products were imported": Model("HX-200B", "HX-200B", 0, products=()),
}  # fmt: skip


@pytest.mark.parametrize("case", MODELS.values(), ids=MODELS)
def test_a_model(case: Model) -> None:
    before = said(case.read, "body" if case.typed else PAGE)
    checked = check(reading(Item(model=before)), GoodsFacts(case.products))
    (item,) = checked.reading.items
    assert item.model is not None and item.product is None, "our name of it is not the customer's"
    assert (item.model.value, item.model.text) == (case.value, case.read), "what stands there is kept"
    assert (item.model.confidence > before.confidence) == bool(case.moved)
    assert case.rule in item.model.rule
    assert proposed(checked) == case.offers
    assert len(checked.reading.warnings) == bool(case.warns)
    assert all(word in checked.reading.warnings[0] for word in case.warns)


def test_a_product_that_the_mail_names_is_not_proposed() -> None:
    assert check(reading(Item(product=said("座子"), model=said("HX-200B"))), GoodsFacts(OURS)).proposals == ()


@dataclass(frozen=True)
class Batch:
    """A batch that was read, what was shipped, and what becomes of it."""

    item: Item
    moved: int  # of the confidence: 1 up, -1 down, 0 not
    shipments: tuple[Shipment, ...] = (SHIPPED,)
    customer: tuple[str, ...] = (HE, "海川")
    identified: bool = True
    offers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warns: str = ""


def of(*values: str, model: str | None = "HX-200B", **more: object) -> Item:
    return Item(model=said(model) if model else None, batch=batches(*values), **more)  # type: ignore[arg-type]


def to(customer: str, batch: str = "B2406-01", model: str = "HX-200B", quantity: float | None = 500) -> Shipment:
    return Shipment(customer, model, batch, quantity, date(2026, 9, 8), "PO-9")


KNOWS = {"ship_date": ("2026-08-21",), "order_no": ("PO-7",)}
NEVER = "batch: X-1 was never shipped to this customer, nor to anybody."
BATCHES = {
    "shipped to him": Batch(of("B2406-01"), 1, offers=KNOWS),
    "under another of his names": Batch(of("B2406-01"), 1, (to(" 海川 "),), offers={"ship_date": ("2026-09-08",), "order_no": ("PO-9",)}),
    "written without its hyphen": Batch(of("b240601"), 1, offers=KNOWS),
    "in two deliveries": Batch(of("B2406-01"), 1, (to(HE), SHIPPED), offers={"ship_date": ("2026-08-21", "2026-09-08"), "order_no": ("PO-9", "PO-7")}),
    "and the mail knows day and order": Batch(of("B2406-01", ship_date=said("2026-08-20"), order_no=said("P1")), 1),
    "without a model": Batch(of("B2406-01", model=None), 1, offers={**KNOWS, "model": ("HX-200B",)}),
    "all of a range": Batch(of("B2406-01~02"), 1, (SHIPPED, to(HE, "B2406-02")), offers={"ship_date": ("2026-08-21", "2026-09-08"), "order_no": ("PO-7", "PO-9")}),
    "shipped to others only": Batch(of("B2406-01"), -1, (to(OTHER), to(HE, "B9")), warns="batch: B2406-01 was shipped to others only, never to this customer."),
    "to others, and he has had nothing": Batch(of("B2406-01"), -1, (to(OTHER),), warns="batch: B2406-01 was shipped to others only, never to this customer."),
    "never shipped": Batch(of("X-1"), -1, warns=NEVER),
    "never shipped, but one that looks like it": Batch(of("B24O6-01"), -1, offers={"batch": ("B2406-01",)}, warns="batch: B24O6-01 was never shipped to this customer, nor to anybody."),
    "one of two": Batch(of("B2406-01", "X-1"), -1, offers=KNOWS, warns=NEVER),
    "of another model": Batch(of("B2406-01", model="ZC-204"), -1, warns="batch: B2406-01 was shipped as HX-200B, not as the model stated."),
    "of another model too": Batch(of("B2406-01"), 1, (to(HE, model="ZC-204"), SHIPPED), offers=KNOWS),
    "of the model that a typed one is near to": Batch(of("B2406-01", model="HX-2008"), 1, offers={"model": ("HX-200B",), **KNOWS}, warns="model: HX-2008 is no known model; HX-200B may be meant: HX-2008 is near to HX-200B (8/B)."),
    "by the customer's part number": Batch(of("B2406-01", model="HC-7781"), 1, offers={"model": ("HX-200B",), **KNOWS}),
    "more bad pieces than were shipped": Batch(of("B2406-01", quantity_defective=count(1201)), 1, offers=KNOWS, warns="quantity_defective: 1201 bad pieces, but only 1200 of the batch were shipped."),
    "all of them bad": Batch(of("B2406-01", quantity_defective=count(1200)), 1, offers=KNOWS),
    "bad metres": Batch(of("B2406-01", quantity_defective=count(1201, "米")), 1, offers=KNOWS),
    "shipped, nobody knows how many": Batch(of("B2406-01", quantity_defective=count(9999)), 1, (SHIPPED, to(HE, quantity=None)), offers={"ship_date": ("2026-08-21", "2026-09-08"), "order_no": ("PO-7", "PO-9")}),
    "he has had nothing, nor has anybody": Batch(of("X-1"), 0, ()),
    "an unknown customer": Batch(of("B2406-01"), 0, customer=(), identified=False),
    "a name that no shipment knows": Batch(of("B2406-01"), 0, customer=("某某",), identified=False),
    "a name that shipments know": Batch(of("B2406-01"), 1, customer=(HE,), identified=False, offers=KNOWS),
    "an unknown customer, another model": Batch(of("B2406-01", model="ZC-204"), -1, customer=(), identified=False, warns="batch: B2406-01 was shipped as HX-200B, not as the model stated."),
    "a range that cannot be counted": Batch(of("B2406-01~C99"), 0),
}  # fmt: skip


@pytest.mark.parametrize("case", BATCHES.values(), ids=BATCHES)
def test_a_batch(case: Batch) -> None:
    facts = GoodsFacts(OURS, case.shipments, case.customer, case.identified)
    assert case.item.batch is not None
    checked = check(reading(case.item), facts)
    after = checked.reading.items[0].batch
    assert after is not None and after.value == case.item.batch.value
    moved = after.confidence - case.item.batch.confidence
    assert (moved > 0) - (moved < 0) == case.moved
    offers = {name: values for name, values in proposed(checked).items() if name != "product"}
    assert offers == case.offers
    assert checked.reading.warnings == ((case.warns,) if case.warns else ())
    if case.moved:
        assert "+goods:" in after.rule


def test_who_else_got_a_batch_is_told_apart_from_what_the_reading_says() -> None:
    facts = GoodsFacts((), (to(OTHER), to(HE, "B9")), (HE,), True)
    checked = check(reading(of("B2406-01")), facts)
    assert checked.elsewhere == (("B2406-01", OTHER),)
    assert OTHER not in repr(checked.reading) and OTHER not in repr(checked.proposals)


def test_a_corrected_model_is_the_one_that_its_batch_is_compared_with() -> None:
    item = Item(model=said("HX-2008", PAGE), batch=batches("B2406-01"))
    (after,) = check(reading(item), GoodsFacts(OURS, (SHIPPED,), (HE,), True)).reading.items
    assert after.batch is not None and after.batch.rule.endswith("+goods:shipped_to_customer")


def test_an_event_tells_what_changed() -> None:
    before = reading(Item(model=said("HX-2008", PAGE), batch=batches("B2406-01")), Item())
    checked = check(before, GoodsFacts(OURS, (to(OTHER), to(HE, "B9")), (HE,), True))
    rules = ("label+goods:corrected:8/B", "label+goods:not_shipped_to_customer")
    assert told(before, checked) == {
        "changed": [
            {
                "item": 0,
                "field": "model",
                "rule": rules[0],
                "confidence": [0.7, 0.88],
                "values": ["HX-2008", "HX-200B"],
            },
            {"item": 0, "field": "batch", "rule": rules[1], "confidence": [0.7, 0.35]},
        ],
        "proposed": [{"item": 0, "field": "product", "values": ["轴承座"], "why": "the product of HX-200B"}],
        "elsewhere": [{"batch": "B2406-01", "customer": OTHER}],
        "warnings": list(checked.reading.warnings),
    }
    assert told(reading(Item()), check(reading(Item()), GoodsFacts(OURS))) == {}


def test_of_several_items_each_warning_names_its_own() -> None:
    two = reading(Item(model=said("HX-200B")), Item(model=said("ZC-2O4", PAGE)))
    checked = check(two, GoodsFacts(OURS))
    assert [warning[:13] for warning in checked.reading.warnings] == ["item 2: model"]
    assert [(each.item, each.field) for each in checked.proposals] == [(0, "product"), (1, "product")]


def test_a_reading_without_items_stays_as_it_is() -> None:
    assert check(reading(), GoodsFacts(OURS, (SHIPPED,), (HE,))) == Checked(reading())


@pytest.mark.parametrize(
    ("read", "known", "confusion"),
    [
        ("HX-2008", "HX-200B", "8/B"),
        ("hx 200b", "HX–200B", "writing"),
        ("MR-JQ-08x62", "MR-JQ-08×62", "writing"),
        ("Ml-1", "MI-1", "l/I"),
        ("HX-200C", "HX-200B", None),
        ("HX-208", "HX-200B", None),
        ("HX-2O08", "HX-200B", None),
        ("HX2008", "HX-200B", None),
    ],
)
def test_a_misreading_is_one_known_confusion(read: str, known: str, confusion: str | None) -> None:
    assert misread(read, known) == confusion


@pytest.mark.parametrize(
    ("stated", "single"),
    [
        (("B1", "B2", "B1"), ("B1", "B2")),
        (("B2406-08~11",), ("B2406-08", "B2406-09", "B2406-10", "B2406-11")),
        (("B2406-01～B2406-02",), ("B2406-01", "B2406-02")),
        (("B2406-09~01",), ("B2406-09~01",)),
        (("1~999999999",), ("1~999999999",)),
        (("A1~C2",), ("A1~C2",)),
        (("A-B-C",), ("A-B-C",)),
    ],
)
def test_a_range_stands_for_its_batches(stated: tuple[str, ...], single: tuple[str, ...]) -> None:
    assert batches_of(stated) == single
