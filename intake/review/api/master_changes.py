"""Changes of master data: cards put, all but customers taken out."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

from intake.review.api.acts import IfMatch
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Asked, Shape
from intake.review.api.problems import ROOT, FieldProblem, Invalid, answers
from intake.review.api.whole import check_version, tag
from intake.review.entry import TheSite, TheVisitor
from intake.review.master_cards import card_of
from intake.review.master_edit import put_card, remove_card
from intake.review.master_forms import LONGEST, names_of, read, texts_of
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site

router = APIRouter(prefix=f"{ROOT}/master", dependencies=[ApiGuarded], tags=["master data"])

Kind = Literal["customers", "products", "shipments", "suppliers", "points"]
Removable = Literal["products", "shipments", "suppliers", "points"]
Id = Annotated[int, Path(ge=1, le=2**53)]
Text = Annotated[str, StringConstraints(max_length=LONGEST)]


class Fields(Asked):
    """Fields as they are typed in the form of a card, or stand in a file to import; what is not named stays."""

    fields: dict[str, Text] = Field(
        max_length=60,
        examples=[{"name": "宁波海川电器有限公司", "domains": "haichuan.example", "agreement.first_report": "12h"}],
    )


class CardShape(Shape):
    """A card as texts, one a field."""

    id: int
    fields: dict[str, str]


@router.get("/{kind}/{number}", name="api_card", responses=answers("not-found", "invalid"))
def card(site: TheSite, response: Response, kind: Kind, number: Id) -> CardShape:
    """A card as it is changed: its fields as texts."""
    with site.storage.reading() as work:
        standing = card_of(work, kind, number)
    if standing is None:
        raise Missing
    return _shown(response, number, texts_of(kind, standing))


@router.post("/{kind}", name="api_card_add", status_code=201, responses=answers("conflict", "invalid"))
def add(site: TheSite, visitor: TheVisitor, response: Response, kind: Kind, body: Fields) -> CardShape:
    """A new card."""
    return _put(site, visitor, response, kind, None, body.fields, None)


@router.put("/{kind}/{number}", name="api_card_put", responses=answers("not-found", "conflict", "changed", "invalid"))
def put(
    site: TheSite,
    visitor: TheVisitor,
    response: Response,
    kind: Kind,
    number: Id,
    body: Fields,
    if_match: IfMatch = None,
) -> CardShape:
    """Changes a card."""
    return _put(site, visitor, response, kind, number, body.fields, if_match)


def _put(
    site: Site,
    visitor: Visitor,
    response: Response,
    kind: str,
    number: int | None,
    fields: Mapping[str, str],
    if_match: str | None,
) -> CardShape:
    unknown = sorted(set(fields) - set(names_of(kind)))
    if unknown:
        raise Invalid(f"body.fields.{unknown[0][:60]}: there is no such field. Fields are {', '.join(names_of(kind))}.")
    with site.storage.unit() as work:
        standing = card_of(work, kind, number, lock=True) if number is not None else None
        if number is not None and standing is None:
            raise Missing
        was = texts_of(kind, standing)
        check_version(if_match, _mark(was))
        made = read(kind, {**was, **{name: text.strip() for name, text in fields.items()}}, number)
        if made.faults:
            told = [FieldProblem(where=f"body.fields.{name}", what=why) for name, (why, _) in made.faults.items()]
            remedy = next((remedy for _, remedy in made.faults.values() if remedy), "")
            raise Invalid("", remedy, told)
        now = texts_of(kind, made.card)
        known = number or 0
        if number is None or now != was:
            known = put_card(site, work, visitor, kind, number, was, made.card)
    return _shown(response, known, now)


@router.delete("/{kind}/{number}", name="api_card_remove", status_code=204, responses=answers("not-found", "invalid"))
def remove(site: TheSite, visitor: TheVisitor, kind: Removable, number: Id) -> Response:
    """Takes a product, a shipment or a supplier out. Customers stay: records name them."""
    remove_card(site, visitor, kind, number)
    return Response(status_code=204)


def _shown(response: Response, number: int, texts: Mapping[str, str]) -> CardShape:
    tag(response, _mark(texts))
    return CardShape(id=number, fields=dict(texts))


def _mark(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
