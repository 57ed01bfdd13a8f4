"""Where a person read the values that he puts right: as `correct` takes it, a JSON object of field → place."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intake.errors import UsageError
from storage.records import Spot

LONGEST = 2_000  # letters of one place's words

_Edge = float


class _Spot(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)

    part: str = Field(max_length=1_000)
    page: int = Field(ge=1, le=100_000)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    text: str = Field("", max_length=LONGEST)
    box: tuple[_Edge, _Edge, _Edge, _Edge] | None = None
    arrival: str = Field("", max_length=200)


_SPOTS: TypeAdapter[dict[str, _Spot]] = TypeAdapter(dict[str, _Spot])


def spots_of(text: str) -> Mapping[str, Spot]:
    """field → its place; {} for "". UsageError for what is no such JSON."""
    if not text:
        return {}
    try:
        read = _SPOTS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"spots: {place}: {first['msg']}.", 'It is JSON such as {"batch": {"part": "fax.pdf", "page": 1}}.'
        ) from error
    return {name: Spot(**one.model_dump()) for name, one in read.items()}
