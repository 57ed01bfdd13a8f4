"""What a form was filled with, as the form itself brings it back: so that two people at once lose no change."""

import json
from collections.abc import Mapping


def was_of(form: Mapping[str, str]) -> dict[str, str]:
    """Text by path, of the hidden field `was`; nothing where that is damaged or made up."""
    try:
        found = json.loads(form.get("was", ""))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(path): text for path, text in found.items() if isinstance(text, str)}
