"""Templates into pages: one environment, every value escaped, the words of the user's language at hand as `t`."""

import base64
import hashlib
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intake.clock import Clock
from intake.review.event_words import in_words
from intake.review.looks import as_written, deceives, in_ascii
from intake.review.navigation import PLACES
from intake.review.rights import may
from intake.review.sentences import joined
from intake.review.sessions import Visitor, cookie_name, drop, keep
from intake.review.wording import LANGUAGES, WEB, Wording
from intake.settings import Review, Settings

_LONGEST_FLASH = 600  # characters
_LONGEST_COOKIE = 3_500  # bytes, of the 4,096 that browsers keep


class Pages:
    """Renders pages for one site."""

    def __init__(self, settings: Settings, clock: Clock, folder: Path | None = None) -> None:
        self._review: Review = settings.review
        self._zone: ZoneInfo = settings.company.zone
        self._company = settings.company.name
        self._default = settings.company.language
        self._clock = clock
        self._folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(WEB),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=as_written,
        )
        self._environment.globals["static"] = static
        self._environment.globals["event_words"] = in_words
        self._environment.filters["in_ascii"] = in_ascii
        self._environment.tests["deceiving"] = deceives
        self._environment.filters["query"] = lambda pairs: urlencode([(k, v) for k, v in pairs if v not in ("", None)])

    def wording(self, request: Request, now: datetime | None = None) -> Wording:
        """In the user's language; of who is not signed in: the one chosen on the sign-in page, else the browser's."""
        found: Visitor | None = getattr(request.state, "visitor", None)
        language = found.user.language if found else self._asked_language(request)
        return Wording(language if language in LANGUAGES else "zh-CN", self._zone, now or self._clock(), self._folder)

    def _asked_language(self, request: Request) -> str:
        chosen = request.query_params.get("language") or request.cookies.get(cookie_name(self._review, "language"), "")
        if chosen in LANGUAGES:
            return chosen
        accepted = request.headers.get("accept-language", "").lower()
        if accepted.startswith("zh"):
            return "zh-CN"
        return "en" if accepted else self._default

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page, or the part of one that htmx asks for, by the template's name."""
        wording = self.wording(request)
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        html = self._environment.get_template(template).render(
            t=wording.t,
            w=wording,
            language=wording.language,
            languages=LANGUAGES,
            company=self._company,
            visitor=visitor,
            user=visitor.user if visitor else None,
            token=visitor.token if visitor else "",
            may=lambda route: visitor is not None and may(visitor.user.role, route),
            here=request.url.path,
            flash=self._flash(request),
            places=[place for place in PLACES if visitor is not None and may(visitor.user.role, place.route)],
            here_full=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            **values,
        )
        response = HTMLResponse(html, status)
        if request.cookies.get(cookie_name(self._review, "flash")):
            drop(response, self._review, "flash")
        return response

    def go(self, request: Request, to: str, say: str = "", kind: str = "good", detail: str = "") -> RedirectResponse:
        """Onward to another page of ours, with a word on top of it: the key `say`, and a sentence."""
        response = RedirectResponse(to, 303)
        if say or detail:
            text = json.dumps([kind, say, detail[:_LONGEST_FLASH]], ensure_ascii=False)
            value = base64.urlsafe_b64encode(text.encode()).decode()
            if len(value) > _LONGEST_COOKIE:
                value = base64.urlsafe_b64encode(json.dumps([kind, say, ""]).encode()).decode()
            keep(response, self._review, "flash", value, 60)
        return response

    def _flash(self, request: Request) -> tuple[str, str] | None:
        """(kind, sentence) of the step that led here; whatever else the cookie holds is nothing."""
        value = request.cookies.get(cookie_name(self._review, "flash"), "")
        try:
            kind, say, detail = json.loads(base64.urlsafe_b64decode(value.encode()).decode())
        except (ValueError, TypeError, RecursionError):
            return None
        if kind not in ("good", "bad") or not isinstance(say, str) or not isinstance(detail, str):
            return None
        wording = self.wording(request)
        said = wording.t(say) if wording.has(say) else ""
        return kind, joined([said, detail[:_LONGEST_FLASH]], wording.language)


@lru_cache(maxsize=32)
def static(name: str) -> str:
    """The address of a static file, with its hash: it may be kept for ever, and a new one is another address."""
    digest = hashlib.sha256((WEB / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def inner(path: str) -> str:
    """A path of this site to go on to, from outside: anything else is the inbox."""
    clean = path.replace("\\", "/")
    safe = clean.startswith("/") and not clean.startswith("//") and all(c.isprintable() for c in clean)
    return clean if safe else "/inbox"
