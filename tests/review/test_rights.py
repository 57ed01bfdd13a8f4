"""Every route, with every role and with none: the table of rights is what happens."""

import re

import pytest
from fastapi.routing import APIRoute

from intake.review.api.problems import ROOT
from intake.review.api.routes import API_ROUTERS
from intake.review.api.tokens import add_token
from intake.review.app import ROUTERS
from intake.review.navigation import PLACES
from intake.review.rights import BEFORE_A_NEW_PASSWORD, PUBLIC, RIGHTS, may
from storage.site import SiteRole
from tests.review.conftest import Place

PAGES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
API = [route for router in API_ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ONCE = {"sign_out", "sign_out_everywhere"}  # they end the very session that asks


def path_of(route: APIRoute) -> str:
    return re.sub(r"\{[^}]+\}", "x", route.path)


def ask(browser: object, route: APIRoute) -> int:
    """What a request without any value comes to; live streams are only begun."""
    method = "POST" if "POST" in (route.methods or ()) else "GET"
    if method == "POST":
        return int(browser.post(path_of(route)).status_code)  # type: ignore[attr-defined]
    with browser.client.stream("GET", path_of(route)) as answer:  # type: ignore[attr-defined]
        return int(answer.status_code)


def call(place: Place, route: APIRoute, **headers: str) -> int:
    """What a request of the API without a body comes to."""
    (method,) = route.methods or ()
    address = path_of(route).replace("/customers/x", "/customers/1")
    return int(place.browser().client.request(method, address, headers=headers).status_code)


def test_every_route_stands_in_the_table_and_every_row_is_a_route() -> None:
    assert sorted(route.name for route in [*PAGES, *API]) == sorted(RIGHTS)
    assert all(route.name.startswith("api_") and route.path.startswith(f"{ROOT}/") for route in API)
    assert not [route.name for route in PAGES if route.path.startswith("/api")]
    assert set(RIGHTS) >= BEFORE_A_NEW_PASSWORD
    assert {place.route for place in PLACES} <= set(RIGHTS)


@pytest.mark.parametrize("route", [r for r in PAGES if r.name != "live"], ids=lambda route: route.name)
def test_who_is_not_signed_in_sees_only_what_is_public(lone: Place, route: APIRoute) -> None:
    status = ask(lone.browser(), route)
    if RIGHTS[route.name] is PUBLIC:
        assert status in (200, 303, 401, 404)
    else:
        assert status == 303


@pytest.mark.parametrize("role", list(SiteRole))
def test_each_role_sees_what_the_table_gives_it_and_nothing_else(lone: Place, role: SiteRole) -> None:
    browser = lone.signed_in(role)
    browser.get("/account")
    for route in PAGES:
        if route.name in ONCE or route.name == "live":
            continue
        status = ask(browser, route)
        allowed = RIGHTS[route.name] is PUBLIC or role in RIGHTS[route.name]
        assert may(role, route.name) is allowed
        assert (status == 403) is not allowed, f"{route.name}: {status}"
        assert status < 500


@pytest.mark.parametrize("route", API, ids=lambda route: route.name)
def test_without_a_token_the_api_tells_only_what_it_is(lone: Place, route: APIRoute) -> None:
    assert call(lone, route) == (200 if RIGHTS[route.name] is PUBLIC else 401)


@pytest.mark.parametrize("role", list(SiteRole))
def test_a_token_may_what_the_role_of_its_user_may(lone: Place, role: SiteRole) -> None:
    user = lone.user(role)
    _, value = add_token(lone.storage, user.email, "walk", None, lone.clock())
    for route in API:
        allowed = RIGHTS[route.name] is PUBLIC or role in RIGHTS[route.name]
        status = call(lone, route, authorization=f"Bearer {value}")
        assert (status == 403) is not allowed, f"{route.name}: {status}"
        assert status < 500


def test_the_api_takes_no_cookie_for_a_token(lone: Place) -> None:
    browser = lone.signed_in(SiteRole.ADMINISTRATOR)
    assert browser.get("/inbox").status_code == 200
    assert browser.get("/api/v1/records").status_code == 401


def test_a_route_that_is_not_in_the_table_is_closed_to_everybody(lone: Place) -> None:
    from fastapi import APIRouter

    from intake.review.entry import Guarded

    router = APIRouter(dependencies=[Guarded])
    router.add_api_route("/forgotten", lambda: "open", name="forgotten")
    lone.app.include_router(router)
    assert lone.signed_in(SiteRole.ADMINISTRATOR).get("/forgotten").status_code == 403


@pytest.mark.parametrize("role", list(SiteRole))
def test_a_page_names_only_places_that_its_user_may_go_to(lone: Place, role: SiteRole) -> None:
    page = lone.signed_in(role).get("/inbox").text
    for place in PLACES:
        assert (f'<a href="{place.path}" data-keys' in page) is may(role, place.route)
