"""What a record does not say yet of what every record must say (客诉信息处理流程 §5.1)."""

from collections.abc import Sequence

from intake.policy.model import Policy
from storage.records import ItemOf


def missing_fields(items: Sequence[ItemOf], policy: Policy) -> tuple[str, ...]:
    """The fields that some item lacks, in the policy's order; all of them where there is no item."""
    looked_at = items or (ItemOf(),)
    return tuple(
        wanted.split("|")[-1]
        for wanted in policy.completeness.fields
        if any(all(getattr(item, name) in (None, "", ()) for name in wanted.split("|")) for item in looked_at)
    )
