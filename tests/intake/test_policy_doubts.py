"""Which values are marked for the reviewer."""

from dataclasses import replace
from decimal import Decimal

import pytest

from intake.policy import Doubt, doubtful, load_policy
from parsers.types import Channel, Claim, Customer, Field, Item, Kind, Reading, Source

PLACE = Source("body", 1, 0, 1)
SHIPPED = load_policy(None)


def said(confidence: float) -> Field[str]:
    return Field("x", "x", confidence, PLACE, "label")


READ = Reading(
    Kind.COMPLAINT,
    "en",
    Channel.EMAIL,
    Customer(company=said(0.6), email=said(0.98)),
    (Item(product=said(0.8)), Item(model=said(0.79), defect=said(0.5))),
    claim_amount=Field(Claim(5, "CNY"), "5", 0.3, PLACE, "label"),
    reply_due=said(0.9),
)
ALL = (
    Doubt(None, "company", 0.6),
    Doubt(1, "model", 0.79),
    Doubt(1, "defect", 0.5),
    Doubt(None, "claim_amount", 0.3),
)


@pytest.mark.parametrize(("threshold", "count"), [("0", 0), ("0.5", 1), ("0.8", 4), ("1", 7)])
def test_values_under_the_threshold_are_marked(threshold: str, count: int) -> None:
    policy = SHIPPED.model_copy(update={"review": SHIPPED.review.model_copy(update={"threshold": Decimal(threshold)})})
    assert len(doubtful(READ, policy)) == count


def test_the_shipped_threshold_is_four_fifths() -> None:
    assert doubtful(READ, SHIPPED) == ALL
    assert doubtful(replace(READ, items=(), customer=Customer(), claim_amount=None), SHIPPED) == ()
