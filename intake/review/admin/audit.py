"""The audit log: who did what and when, at the site and on records, filtered by person, day and kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.review.entry import Guarded, TheSite
from intake.review.record_story import short
from intake.review.wording import Wording
from storage.trail import RECORDS, SITE, Deed, Key, Wanted

PAGE = 50
MOST_PEOPLE = 500  # the newest entries whose people are offered

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of deeds is called in the trail: whole names, or how they begin."""

    names: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    site: bool = True
    records: bool = False


KINDS: Mapping[str, Kind] = {
    "sign_in": Kind(("password_changed",), ("signed_", "sign_in_")),
    "users": Kind(("password_given",), ("user_", "token_")),
    "master_data": Kind((), ("customer", "product", "shipment", "supplier", "point", "person", "people", "role_")),
    "mails": Kind((), ("mail_", "file_")),
    "letters": Kind((), ("letter_",), site=False, records=True),
    "records": Kind(site=False, records=True),
}


@router.get("/admin/audit")
def admin_audit(
    request: Request, site: TheSite, who: str = "", day: str = "", until: str = "", kind: str = "", after: str = ""
) -> Response:
    zone, wording = site.settings.company.zone, site.pages.wording(request)
    wanted = wanted_of(who, day, until, kind, zone)
    with site.storage.reading() as work:
        deeds, more = work.trail.page(wanted, trail_key(after), PAGE)
        people = work.people.everybody()
        names = {one.email.lower(): one.name for one in people}
        names |= {user.email: user.name for user in work.users.everybody()}
        known = sorted({*names, *work.trail.people(MOST_PEOPLE)})
    asked = [("who", who.strip()), ("day", day), ("until", until), ("kind", kind if kind in KINDS else "")]
    return site.pages.page(
        request,
        "admin_audit.html",
        deeds=[(deed, _told(deed, wording)) for deed in deeds],
        names=names,
        known=known,
        kinds=list(KINDS),
        asked=dict(asked),
        filtered=any(value for _, value in asked),
        first=not after,
        pairs=asked,
        after=json.dumps(more) if more else "",
    )


def wanted_of(who: str, day: str, until: str, kind: str, zone: ZoneInfo) -> Wanted:
    first, last = _day(day), _day(until)
    chosen = KINDS.get(kind, Kind(records=True))
    return Wanted(
        who=who.strip().lower()[:300],
        names=chosen.names,
        beginnings=chosen.beginnings,
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
        site=chosen.site,
        records=chosen.records,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 9000 else None


def trail_key(text: str) -> Key | None:
    """The key of a page from its address; None for what is none."""
    try:
        moment, rank, number = json.loads(text or "")
        at = datetime.fromisoformat(moment)
        right = at.tzinfo is not None and rank in (str(SITE), str(RECORDS)) and number.isdecimal() and len(number) < 16
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return (at.astimezone(UTC).isoformat(), rank, number) if right else None


@dataclass(frozen=True, slots=True)
class Told:
    """A deed besides its name: what it was done to, with the page of that, and what was done, in a line. `letter` is
    the id of the letter that it is about.
    """

    about: str
    page: str = ""
    words: str = ""
    letter: str = ""


# The page of what a deed at the site was done to, by the word before the colon.
_PAGES = {"customer": "/customers/", "product": "/products/", "shipment": "/shipments/", "person": "/people/"}


def _told(deed: Deed, wording: Wording) -> Told:
    return _on_record(deed, wording) if deed.on_record else _at_the_site(deed, wording)


def _at_the_site(deed: Deed, wording: Wording) -> Told:
    kind, _, key = deed.about.partition(":")
    page = f"/{key}" if kind == "import" else _PAGES[kind] + quote(key) if kind in _PAGES else ""
    detail = dict(deed.detail or {})
    about = str(detail.pop("name")) if kind in (*_PAGES, "import", "arrival") and "name" in detail else deed.about
    changes = detail.pop("changes", None)
    pairs = [*detail.items(), *(changes.items() if isinstance(changes, dict) else ())]
    return Told(about, page, "; ".join(_pair(name, value, wording) for name, value in pairs))


def _on_record(deed: Deed, wording: Wording) -> Told:
    page = f"/records/{deed.about}" if deed.about else ""
    if deed.what.startswith("letter_"):
        words, letter = _of_letter(deed.new, wording)
        return Told(deed.about, page, words, letter)
    if isinstance(deed.old, dict) and isinstance(deed.new, dict):
        changed = {name: [deed.old.get(name), value] for name, value in deed.new.items()}
        return Told(deed.about, page, "; ".join(_pair(name, value, wording) for name, value in changed.items()))
    old, new = short(deed.old), short(deed.new)
    return Told(deed.about, page, f"{old} → {new}" if old and new else old or new)


def _of_letter(new: object, wording: Wording) -> tuple[str, str]:
    """An act on a letter has the letter's id, alone or among other things: (words, id)."""
    if isinstance(new, dict):
        purpose = str(new.get("purpose", ""))
        return wording.name("purposes", purpose) if purpose else "", str(new.get("letter", ""))
    return "", new if isinstance(new, str) else ""


def _pair(name: str, value: object, wording: Wording) -> str:
    called = _called(name, wording)
    if isinstance(value, list) and len(value) == 2:
        return f"{called}: {_word(name, value[0], wording)} → {_word(name, value[1], wording)}"
    return f"{called}: {_word(name, value, wording)}"


def _called(name: str, wording: Wording) -> str:
    """A key's name in words: one of ours, or a field's ("items.0.model" is the model)."""
    field = name.rsplit(".", 1)[-1]
    key = next((key for key in (f"audit_keys.{name}", f"master.field_{name}") if wording.has(key)), "")
    if key:
        return wording.t(key)
    return wording.name("fields", field) if wording.letters.has("fields", field) else name


def _word(name: str, value: object, wording: Wording) -> str:
    text = short(value)
    key = f"site_roles.{text}"
    return wording.t(key) if name == "role" and wording.has(key) else text or "–"
