"""Every route, with every role and with none: the table of rights is what happens."""

import re

import pytest
from fastapi.routing import APIRoute

from intake.review.app import ROUTERS
from intake.review.navigation import PLACES
from intake.review.rights import BEFORE_A_NEW_PASSWORD, PUBLIC, RIGHTS, may
from storage.site import SiteRole
from tests.review.conftest import Place

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ONCE = {"sign_out", "sign_out_everywhere"}  # they end the very session that asks


def path_of(route: APIRoute) -> str:
    return re.sub(r"\{[^}]+\}", "x", route.path)


def ask(browser: object, route: APIRoute) -> int:
    """What a request without any value comes to; live streams are only begun."""
    method = "POST" if "POST" in route.methods else "GET"
    if method == "POST":
        return int(browser.post(path_of(route)).status_code)  # type: ignore[attr-defined]
    with browser.client.stream("GET", path_of(route)) as answer:  # type: ignore[attr-defined]
        return int(answer.status_code)


def test_every_route_stands_in_the_table_and_every_row_is_a_route() -> None:
    assert sorted(route.name for route in ROUTES) == sorted(RIGHTS)
    assert set(RIGHTS) >= BEFORE_A_NEW_PASSWORD
    assert {place.route for place in PLACES} <= set(RIGHTS)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.name != "live"], ids=lambda route: route.name)
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
    for route in ROUTES:
        if route.name in ONCE or route.name == "live":
            continue
        status = ask(browser, route)
        allowed = RIGHTS[route.name] is PUBLIC or role in RIGHTS[route.name]
        assert may(role, route.name) is allowed
        assert (status == 403) is not allowed, f"{route.name}: {status}"
        assert status < 500


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
