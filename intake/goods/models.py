"""Is the model one of ours? A known one is surer; one that was misread, or goes by a part number, is led to ours."""

from dataclasses import replace

from intake.goods.facts import Findings, GoodsFacts, corrected, lifted, shown
from intake.goods.misread import WRITTEN, misread, same_but_for_writing
from parsers.types import Field
from storage.marks import look_alike_mark, mark
from storage.records import ProductCard

KNOWN = "known_model"
PART_NUMBER = "part_number"
CORRECTED = "corrected"  # CORRECTED:8/B


def check_model(found: Findings, facts: GoodsFacts, recognised: bool) -> None:
    """`recognised`: its words were read off a picture (OCR). Only such words are corrected, and only where exactly one
    model fits; what somebody typed stands, and ours is proposed.
    """
    model = found.item.model
    if model is None:
        return
    known = [card for card in facts.products if mark(card.model) == mark(model.value)]
    if known:
        found.item = replace(found.item, model=lifted(model, KNOWN))
        _settled(found, known)
        return
    numbered = [card for card in facts.products if _is_numbered(card, model.value)]
    alike = [card for card in facts.products if _looks_like(card, model.value)]
    models = tuple(dict.fromkeys(card.model for card in (*numbered, *alike)))
    if len(models) == 1:
        _led(found, model, (numbered or alike), recognised, by_number=bool(numbered))
    elif models:
        told = ", ".join(shown(one) for one in models)
        found.models = models
        found.warn("model", f"{shown(model.value)} is no known model; it may be one of {told}.")
        found.propose("model", models, f"{shown(model.value)} may be one of them")


def _led(found: Findings, model: Field[str], cards: list[ProductCard], recognised: bool, by_number: bool) -> None:
    """To the one model that fits."""
    ours, read = cards[0].model, shown(model.value)
    confusion = PART_NUMBER if by_number else _confusion(cards, model.value)
    why = f"{read} is a part number of {shown(ours)}" if by_number else f"{read} is near to {shown(ours)} ({confusion})"
    if recognised and confusion is not None:
        rule = PART_NUMBER if by_number else f"{CORRECTED}:{confusion}"
        found.item = replace(found.item, model=corrected(model, ours, rule))
        found.warn("model", f"{read} was recognised on the page, corrected to the known model {shown(ours)}: {why}.")
    else:
        if by_number or confusion == WRITTEN:
            found.item = replace(found.item, model=lifted(model, PART_NUMBER if by_number else KNOWN))
        else:
            why = why if confusion is not None else f"{read} looks like {shown(ours)}"
            found.warn("model", f"{read} is no known model; {shown(ours)} may be meant: {why}.")
        found.propose("model", [ours], why)
    _settled(found, cards)


def _settled(found: Findings, cards: list[ProductCard]) -> None:
    """The product's name, where the mail does not give one: proposed, as these are not the customer's words."""
    found.models = tuple(dict.fromkeys(card.model for card in cards))
    if found.item.product is None:
        found.propose("product", [card.product for card in cards], f"the product of {shown(cards[0].model)}")


def _is_numbered(card: ProductCard, read: str) -> bool:
    return any(number and mark(number) == mark(read) for number in (card.part_no, card.customer_part_no))


def _looks_like(card: ProductCard, read: str) -> bool:
    seen = look_alike_mark(read)
    return bool(seen) and any(
        look_alike_mark(name) == seen for name in (card.model, card.part_no, card.customer_part_no) if name
    )


def _confusion(cards: list[ProductCard], read: str) -> str | None:
    """The one confusion that leads from what was read to the model, or to one of its part numbers."""
    names = [name for card in cards for name in (card.model, card.part_no, card.customer_part_no) if name]
    if any(same_but_for_writing(read, name) for name in names):
        return WRITTEN
    return next((confusion for name in names if (confusion := misread(read, name)) is not None), None)
