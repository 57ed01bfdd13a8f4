"""The places that every page leads to, in order, each with the keys that lead there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`route` is a row of `rights.RIGHTS`: who may not use it does not see the place. `words` is its key."""

    route: str
    path: str
    words: str
    keys: str  # typed one after the other
    more: tuple[str, ...] = ()  # how the paths of its further pages begin


PLACES = (
    Place("inbox", "/inbox", "places.inbox", "g i"),
    Place("set_aside", "/waiting/mails", "places.set_aside", "g m"),
    Place("letters", "/waiting/letters", "places.letters", "g l"),
    Place("enter", "/enter", "places.enter", "g e"),
    Place(
        "customers",
        "/customers",
        "places.master",
        "g c",
        ("/products", "/shipments", "/suppliers", "/points", "/people", "/import"),
    ),
    Place("figures", "/figures", "places.figures", "g f"),
    Place("admin", "/admin", "places.admin", "g s"),
)
