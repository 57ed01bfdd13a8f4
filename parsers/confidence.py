"""From a rule's weight to a probability (置信度): how often such a proposal was right, in a table by kind of rule.

The figures were fitted by hand on mails of our own; a value that two places agree on is surer, one that another place
contradicts is less sure.
"""

# how often a field read by such a rule was right, by the rule's name before the colon
RIGHT = {
    "table_column": 0.93,
    "table_row": 0.94,
    "label": 0.93,
    "table_inherited": 0.86,
    "label_composed": 0.86,
    "label_bare": 0.8,
    "label_in_prose": 0.78,
    "batch_cue": 0.86,
    "batch_after": 0.72,
    "order_cue": 0.86,
    "model_cue": 0.84,
    "model_shape": 0.74,
    "ratio": 0.82,
    "count_cue": 0.76,
    "count_near_defect": 0.45,
    "rate": 0.84,
    "date_cue": 0.74,
    "disposition_word": 0.55,
    "defect_clause": 0.66,
    "product_before_model": 0.76,
    "product_after_model": 0.7,
    "product_of_yours": 0.66,
    "product_in_subject": 0.55,
    "product_head": 0.5,
}
_AGREED = 0.4  # of what is missing to certainty, when another place says the same
_CONTRADICTED = 0.7
_HIGHEST, _LOWEST = 0.99, 0.05


def confidence(rule: str, weight: float, agreed: bool = False, contradicted: bool = False, read: float = 1.0) -> float:
    """The probability that the value is right. `read` is how well the words themselves were recognised (OCR), 0 to 1."""  # noqa: E501
    base = RIGHT.get(rule.split(":")[0], weight)
    value = min(base, 0.5 * base + 0.5 * weight + 0.04)
    if agreed:
        value += _AGREED * (1 - value)
    if contradicted:
        value *= _CONTRADICTED
    return as_read(value, read)


def as_read(value: float, read: float) -> float:
    """The probability where the words themselves were recognised with the probability `read`."""
    return round(min(_HIGHEST, max(_LOWEST, value * (0.5 + 0.5 * read))), 3)
