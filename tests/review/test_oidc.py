"""Sign-in by an identity provider, against a real one of our own on a socket."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from storage.site import SiteRole
from tests.review.conftest import Browser, Place, place_of
from tests.servers.oidc import CLIENT, SECRET, Provider, oidc_provider


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.email, running.verified, running.wrong = "reviewer@example.com", True, ""
    return running


@pytest.fixture
def site(tmp_path: Path, provider: Provider) -> Iterator[Place]:
    oidc = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Example SSO"}
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", public_url="http://testserver", oidc=oidc)
    provider.now = lambda: place.clock().timestamp()
    yield place
    place.storage.close()


def sent_back(browser: Browser, onward: str = "") -> str:
    """Where the provider sends the browser after signing in there."""
    there = browser.get("/sign-in/oidc" + (f"?next={onward}" if onward else "")).headers["location"]
    back = urlsplit(httpx.get(there).headers["location"])
    return f"{back.path}?{back.query}"


def test_who_the_provider_vouches_for_is_signed_in_and_led_on(site: Place) -> None:
    site.user(SiteRole.REVIEWER, hash="", must_change=True)
    browser = site.browser()
    assert "Sign in with Example SSO" in browser.get("/sign-in", headers={"accept-language": "en"}).text
    answer = browser.get(sent_back(browser, "/waiting/mails"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/waiting/mails")
    assert browser.get("/waiting/mails").status_code == 200
    with site.storage.reading() as work:
        assert [entry.what for entry in work.audit.page(9).entries] == ["signed_in_by_provider"]


def test_who_is_no_user_here_is_not_let_in(site: Place, provider: Provider) -> None:
    provider.email = "stranger@example.com"
    browser = site.browser()
    assert browser.get(sent_back(browser)).status_code == 403
    assert browser.get("/inbox").status_code == 303


def test_a_disabled_user_is_not_let_in(site: Place) -> None:
    site.user(SiteRole.REVIEWER, disabled=True)
    browser = site.browser()
    assert browser.get(sent_back(browser)).status_code == 403


def test_an_address_that_the_provider_has_not_verified_counts_for_nothing(site: Place, provider: Provider) -> None:
    site.user(SiteRole.REVIEWER)
    provider.verified = False
    browser = site.browser()
    assert browser.get(sent_back(browser)).status_code == 401


@pytest.mark.parametrize("wrong", ["state", "nonce", "issuer", "audience", "expired", "signature"])
def test_a_wrong_answer_of_the_provider_lets_nobody_in(site: Place, provider: Provider, wrong: str) -> None:
    site.user(SiteRole.REVIEWER)
    provider.wrong = wrong
    browser = site.browser()
    assert browser.get(sent_back(browser)).status_code == 401
    assert browser.get("/inbox").status_code == 303


def test_an_answer_that_was_begun_in_another_browser_signs_nobody_in(site: Place) -> None:
    site.user(SiteRole.REVIEWER)
    answer = sent_back(site.browser())
    victim = site.browser()
    victim.get("/sign-in/oidc")
    assert victim.get(answer).status_code == 401


def test_an_answer_works_once(site: Place) -> None:
    site.user(SiteRole.REVIEWER)
    browser = site.browser()
    answer = sent_back(browser)
    kept = str(browser.client.cookies.get("intake-flow"))
    assert browser.get(answer).status_code == 303
    browser.client.cookies.set("intake-flow", kept)
    assert browser.get(answer).status_code == 401


def test_a_provider_that_does_not_answer_leaves_the_password(tmp_path: Path) -> None:
    oidc = {"issuer": "http://127.0.0.1:9", "client_id": CLIENT}
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", oidc=oidc)
    answer = place.browser().get("/sign-in/oidc", headers={"accept-language": "en"})
    assert answer.status_code == 503 and "use your password" in answer.text
    place.storage.close()
