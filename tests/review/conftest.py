"""A review site as it is shipped, over a real database of each kind, and a visitor that behaves as a browser does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from intake.review.app import app
from intake.review.passwords import hashed
from intake.settings import Settings
from intake.wiring import office_of
from storage import Storage, open_storage
from storage.blobs import Blobs, open_blobs
from storage.records import Person, Role
from storage.site import SiteRole, User
from tests.servers.databases import ready_sqlite
from tests.servers.postgres import PostgresServer, own_postgres, postgres

__all__ = ["own_postgres", "postgres"]

PASSWORD = "a long enough word"
HASH = hashed(PASSWORD)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORIGIN = "http://testserver"

PEOPLE = (
    Person("Wang Min", "reviewer@example.com", "质量部", Role.QUALITY),
    Person("Chen Gang", "department@example.com", "分厂", Role.DEPARTMENT),
    Person("Yan Guoqiang", "approver@example.com", "质量部", Role.QUALITY_MANAGER),
    Person("Adam", "administrator@example.com", "", Role.ADMINISTRATOR),
    Person("Cheng Weidong", "cheng@example.com", "事业部", Role.BUSINESS_UNIT_MANAGER),
    Person("Fang Zhenhua", "gm@example.com", "总经办", Role.GENERAL_MANAGER),
)


@dataclass
class Ticking:
    """A clock that the test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Place:
    """The site, what stands behind it, and the letters that it handed to the sender."""

    app: FastAPI
    storage: Storage
    blobs: Blobs
    settings: Settings
    clock: Ticking
    given: list[str] = field(default_factory=list)

    def browser(self) -> "Browser":
        return Browser(self.app)

    def user(self, role: SiteRole, **different: Any) -> User:
        values: dict[str, Any] = {"email": f"{role}@example.com", "name": str(role), "language": "en", "role": role}
        values |= {"created_at": NOW, "hash": HASH} | different
        with self.storage.unit() as work:
            known = work.users.get(values["email"])
            made = known or work.users.add(User(**values))
            work.commit()
        return made

    def signed_in(self, role: SiteRole = SiteRole.REVIEWER, **different: Any) -> "Browser":
        user = self.user(role, **different)
        browser = self.browser()
        answer = browser.post("/sign-in", {"email": user.email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


class Browser:
    """Sends what a browser sends: cookies, the origin, and the token of the last page that had one."""

    def __init__(self, made: FastAPI) -> None:
        self.client = TestClient(made, base_url=ORIGIN, follow_redirects=False)
        self.token = ""

    def get(self, path: str, **more: Any) -> Response:
        answer = self.client.get(path, **more)
        found = re.search(r'name="token" value="(\w+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, form: dict[str, Any] | None = None, origin: str | None = ORIGIN, **more: Any) -> Response:
        headers = {"origin": origin} if origin else {}
        return self.client.post(path, data={"token": self.token, **(form or {})}, headers=headers, **more)

    def submit(self, page: str, path: str, form: dict[str, Any] | None = None) -> Response:
        """Loads a page and sends a form of it, then follows to the page behind it."""
        self.get(page)
        answer = self.post(path, form)
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer


def settings_of(folder: Path, url: str, **review: Any) -> Settings:
    return Settings.model_validate(
        {
            "company": {"name": "苏州示例精密有限公司", "address": "complaints@example.com", "province": "江苏省"},
            "database": {"url": url},
            "files": {"folder": str(folder / "files")},
            "sender": {"kind": "maildir", "path": str(folder / "out")},
            "review": review,
            "folder": folder,
        }
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield ready_sqlite(tmp_path / "intake.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    new = server.ready_database()
    yield new
    server.drop(new)


def place_of(folder: Path, url: str, **review: Any) -> Place:
    settings = settings_of(folder, url, **review)
    storage = open_storage(url)
    storage.migrate()
    blobs = open_blobs(settings.files.folder)
    with storage.unit() as work:
        for person in PEOPLE:
            work.people.upsert_person(person)
        work.commit()
    clock, given = Ticking(), list[str]()
    made = app(settings, storage, blobs, office_of(settings), clock, lambda letters: given.extend(letters))
    return Place(made, storage, blobs, settings, clock, given)


@pytest.fixture
def place(tmp_path: Path, url: str) -> Iterator[Place]:
    """On both databases."""
    made = place_of(tmp_path, url)
    yield made
    made.storage.close()


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Place]:
    """On SQLite alone, for what does not depend on the database."""
    made = place_of(tmp_path, ready_sqlite(tmp_path / "intake.db"))
    yield made
    made.storage.close()
