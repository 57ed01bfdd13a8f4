"""What else a value could be: kept with the record, left out of what is printed."""

from parsers.export_reading import kept_json, printed_json, reading_json
from parsers.types import Alternative, Channel, Customer, Field, Item, Kind, Reading, Source

PLACE = Source("fax.tif", 1, 0, 3)


def reading() -> Reading:
    others = (Alternative(("B-2",), "B-2", 0.4, PLACE), Alternative(("B-3",), "B-3", 0.31, PLACE))
    batch = Field(("B-1",), "B-1", 0.6, PLACE, "label:batch", others=others)
    model = Field("ZC-204", "ZC-204", 0.9, PLACE, "label:model")
    return Reading(Kind.COMPLAINT, "zh-CN", Channel.FAX, Customer(), (Item(model=model, batch=batch),))


def test_alternatives_are_kept_with_value_certainty_and_place() -> None:
    kept = kept_json(reading())["items"][0]["batch"]["alternatives"]
    assert [(one["value"], one["confidence"], one["source"]["part"]) for one in kept] == [
        (["B-2"], 0.4, "fax.tif"), (["B-3"], 0.31, "fax.tif"),
    ]  # fmt: skip
    assert "alternatives" not in kept_json(reading())["items"][0]["model"]


def test_what_is_printed_is_as_the_specification_has_it() -> None:
    assert printed_json(kept_json(reading())) == reading_json(reading())
    assert "alternatives" not in str(reading_json(reading()))
    assert printed_json({"kind": "spam"}) == {"kind": "spam"}
