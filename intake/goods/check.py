"""The whole check: each item's model first, then its batches, which are compared with the model as it is known now."""

from dataclasses import replace

from intake.goods.batches import check_batches
from intake.goods.facts import Checked, Findings, GoodsFacts
from intake.goods.models import check_model
from parsers.types import Reading


def check(reading: Reading, facts: GoodsFacts) -> Checked:
    """The reading as our master data bears it out, and what it offers besides. What stands in the document is kept."""
    all_found = [Findings(number, item) for number, item in enumerate(reading.items)]
    for found in all_found:
        model = found.item.model
        seen = model is not None and (model.source.part, model.source.page) in reading.recognised
        check_model(found, facts, seen)
        check_batches(found, facts)
    several = len(all_found) > 1
    warnings = [
        f"item {found.number + 1}: {warning}" if several else warning
        for found in all_found
        for warning in found.warnings
    ]
    return Checked(
        replace(
            reading,
            items=tuple(found.item for found in all_found),
            warnings=tuple(dict.fromkeys([*reading.warnings, *warnings])),
        ),
        tuple(proposal for found in all_found for proposal in found.proposals),
        tuple(dict.fromkeys(pair for found in all_found for pair in found.elsewhere)),
    )
