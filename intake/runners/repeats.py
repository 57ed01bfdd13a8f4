"""How often a problem was complained of before: the facts by which a third occurrence becomes class A."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from intake.policy.model import Policy
from intake.policy.repeats import earlier_of
from storage import UnitOfWork


def earlier_occurrences(
    work: UnitOfWork, problems: Sequence[tuple[str, str]], received_at: datetime, policy: Policy, own: str = ""
) -> int:
    """Our records of one of these problems (model, defect) within the policy's span before `received_at`; of the most
    frequent one. `own` is the record that is judged, where it stands already: it is not counted.
    """
    since = received_at - timedelta(days=policy.repeat_span_days)
    counts = [0]
    for model, defect in problems:
        known = [
            (number, letter, said)
            for number, letter, said, at in work.complaints.repeats(model, since)
            if not own or (number != own and at <= received_at)
        ]
        counts.append(earlier_of(defect, known))
    return max(counts)
