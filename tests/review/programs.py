"""A program that calls the JSON API: a token of a user, over a site as it is shipped."""

from dataclasses import dataclass
from typing import Any

import pytest
from httpx import Response

from intake.review.api.problems import ROOT
from intake.review.api.tokens import add_token
from storage.access import ApiToken
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import Place


@dataclass
class Program:
    """Sends what a program sends: a token, and JSON."""

    place: Place
    token: str

    def __call__(self, method: str, path: str, **more: Any) -> Response:
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        answer: Response = self.place.browser().client.request(method, ROOT + path, headers=headers, **more)
        return answer

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self("GET", path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        answer = self("POST", path, json=body if body is not None else {}, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()


def program(place: Place, role: SiteRole = SiteRole.REVIEWER, days: int | None = None) -> Program:
    user = place.user(role)
    _, value = add_token(place.storage, user.email, f"test {len(tokens(place, user.id))}", days, place.clock())
    return Program(place, value)


def tokens(place: Place, user: int | None) -> list[ApiToken]:
    with place.storage.reading() as work:
        return work.access.of_user(user or 0)


def mail_name(place: Place) -> str:
    """The name of the complaint's mail in the blob store."""
    with place.storage.reading() as work:
        found = work.arrivals.get(f"a-{NUMBER}")
    assert found is not None
    return found.sha256


@pytest.fixture
def told(place: Place) -> Program:
    """A reviewer's program over a complaint, on both databases."""
    complaint(place)
    return program(place)


@pytest.fixture
def alone(lone: Place) -> Program:
    """The same on SQLite alone."""
    complaint(lone)
    return program(lone)
