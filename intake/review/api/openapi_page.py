"""The OpenAPI document as people read it: routes by subject, what each takes and answers, and the shapes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Said:
    """The type of a value: words, and the shapes that they name."""

    words: str
    shapes: tuple[str, ...] = ()

    @property
    def linked(self) -> tuple[str, str] | None:
        """(words, the shape at their end), where the shape can be a link."""
        if len(self.shapes) == 1 and self.words.endswith(self.shapes[0]):
            return self.words.removesuffix(self.shapes[0]), self.shapes[0]
        return None


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a shape."""

    name: str
    place: str  # "path", "query" or "header"; "" for a field
    required: bool
    type: Said
    text: str


@dataclass(frozen=True, slots=True)
class Route:
    id: str
    method: str
    path: str
    summary: str
    text: str
    fields: tuple[Field, ...]
    body: Said | None
    answers: tuple[tuple[str, str, Said | None], ...]  # (status, what, shape)


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    text: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]  # of an enumeration


def routes_of(found: Mapping[str, Any]) -> tuple[tuple[str, str, tuple[Route, ...]], ...]:
    """(subject, what it is about, its routes)."""
    routes: dict[str, list[Route]] = {tag["name"]: [] for tag in found["tags"]}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            routes[operation["tags"][0]].append(_route(method.upper(), path, operation))
    return tuple((tag["name"], tag["description"], tuple(routes[tag["name"]])) for tag in found["tags"])


def _route(method: str, path: str, operation: Mapping[str, Any]) -> Route:
    fields = [
        Field(one["name"], one["in"], bool(one.get("required")), said(one["schema"]), one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    answers = [(status, one["description"], _content(one)) for status, one in sorted(operation["responses"].items())]
    return Route(
        operation["operationId"],
        method,
        path,
        operation["summary"],
        " ".join(operation["description"].split()),
        tuple(fields),
        _content(operation.get("requestBody", {})),
        tuple(answers),
    )


def _content(part: Mapping[str, Any]) -> Said | None:
    for kind, one in part.get("content", {}).items():
        shown = said(one.get("schema", {}))
        return shown if kind in ("application/json", "application/problem+json") else Said(kind, shown.shapes)
    return None


def shapes_of(found: Mapping[str, Any]) -> tuple[Shape, ...]:
    return tuple(_shape(name, one) for name, one in sorted(found["components"]["schemas"].items()))


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = set(schema.get("required", ()))
    fields = [
        Field(field, "", field in required, said(one), one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    text = " ".join(schema.get("description", "").split())
    return Shape(name, text, tuple(fields), tuple(str(value) for value in schema.get("enum", ())))


def said(schema: Mapping[str, Any]) -> Said:
    """A schema in a few words: `string (date-time) or null`, `list of` a shape."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REF)
        return Said(name, (name,))
    choices: Sequence[Mapping[str, Any]] = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or ()
    if choices:
        parts = [said(one) for one in choices]
        return Said(" or ".join(part.words for part in parts), tuple(name for part in parts for name in part.shapes))
    if "enum" in schema:
        return Said(" | ".join(str(value) for value in schema["enum"]))
    if "const" in schema:
        return Said(str(schema["const"]))
    kind = str(schema.get("type", "any"))
    if kind == "array" and "prefixItems" not in schema:
        inner = said(schema.get("items", {}))
        return Said(f"list of {inner.words}", inner.shapes)
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        inner = said(schema["additionalProperties"])
        return Said(f"object of {inner.words}", inner.shapes)
    return Said(f"{kind} ({schema['format']})" if "format" in schema else kind)
