"""How far a customer is: own province, other province, or remote (信息交流和内部沟通程序流程 §5.1.1).

A place names its province by the name of the province or of one of its cities; the one that stands first in the text
counts (江苏省南通市…). A name that only names a road (南京西路) is none.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from intake.policy.model import Distance, Place, Policy
from storage.records import CustomerCard

ABROAD = "abroad"

_TABLE = Path(__file__).with_name("provinces.toml")
_LONGEST = 500  # an address longer than this is none
_ROAD = r"(?![东西南北中一二三四五六七八九十]{0,2}(?:路|街|大道|道|弄|巷))"
_DISTANCES: dict[Place, Distance] = {"own_province": "own", "other_province": "other", "remote": "remote"}


def distance_for(location: str | None, card: CustomerCard | None, own_province: str, policy: Policy) -> Distance | None:
    """How far a customer is; None where nothing tells.

    `location` is what the mail says (`江苏省苏州市`, `Suzhou`). The customer card is asked first for remoteness, the
    mail first for the province, since the parts may be at another plant.
    """
    place = province_of(location) or province_of(card.province if card else None)
    said_remote = card is not None and card.remote
    if said_remote or place in policy.on_site.remote_provinces:
        own = place is not None and place == province_of(own_province)
        return "own" if own and not said_remote else "remote"
    if place is None or not own_province:
        return None
    if place == ABROAD:
        return _DISTANCES[policy.on_site.abroad]
    return "own" if place == province_of(own_province) else "other"


def province_of(text: str | None) -> str | None:
    """The province that a place is in (`江苏省`), `ABROAD` for a country we know; None where the text names neither."""
    if not text:
        return None
    plain = _simplified(unicodedata.normalize("NFKC", text[:_LONGEST])).strip()
    short, pattern, provinces = _names()
    if plain in short:
        return short[plain]
    found = pattern.search(plain)
    return provinces[found[0].casefold()] if found else None


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str], dict[str, str]]:
    """Short forms, a pattern of all names, and the province of each name."""
    table: dict[str, Any] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    short = {name: row["name"] for row in table["province"] for name in row["short"]}
    named = {name.casefold(): ABROAD for name in table["abroad"]["names"]}
    for row in table["province"]:
        named |= {name.casefold(): row["name"] for name in (row["name"], *row["names"], *row["cities"])}
    longest_first = sorted(named, key=len, reverse=True)
    return short, re.compile("|".join(map(_as_pattern, longest_first)), re.IGNORECASE), named


def _as_pattern(name: str) -> str:
    """Latin names as whole words; Chinese ones not as part of a road's name."""
    return rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name[0].isascii() else re.escape(name) + _ROAD


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return str(_converter().convert(text))
