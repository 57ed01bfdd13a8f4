"""Who gets in, who does not, how it ends: at the real application, on both databases."""

import pytest

from intake.review.passwords import hashed, is_right
from intake.review.sign_in import MOST_OF_A_USER, MOST_OF_AN_ADDRESS
from storage.site import SiteRole
from tests.review.conftest import PASSWORD, Place


def sign_in(place: Place, email: str, password: str) -> int:
    return place.browser().post("/sign-in", {"email": email, "password": password}).status_code


def test_the_right_password_leads_to_the_page_that_was_asked_for(place: Place) -> None:
    place.user(SiteRole.REVIEWER)
    browser = place.browser()
    led = browser.get("/inbox?state=to_review")
    assert led.headers["location"] == "/sign-in?next=/inbox%3Fstate%3Dto_review"
    form = {"email": "Reviewer@Example.com", "password": PASSWORD, "next": "/inbox?state=to_review"}
    answer = browser.post("/sign-in", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?state=to_review")
    assert browser.get("/inbox").status_code == 200


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\nb"]
)
def test_nobody_is_led_to_another_site(lone: Place, onward: str) -> None:
    lone.user(SiteRole.REVIEWER)
    answer = lone.browser().post("/sign-in", {"email": "reviewer@example.com", "password": PASSWORD, "next": onward})
    assert answer.headers["location"] == "/inbox"


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(lone: Place) -> None:
    lone.user(SiteRole.REVIEWER)
    answers = [
        lone.browser().post("/sign-in", {"email": email, "password": "wrong wrong"})
        for email in ("reviewer@example.com", "nobodyyy@example.com")
    ]
    assert answers[0].status_code == answers[1].status_code == 401
    pages = [answer.text.replace("reviewer@example.com", "").replace("nobodyyy@example.com", "") for answer in answers]
    assert pages[0] == pages[1]


def test_failures_of_one_user_lock_him_for_a_while_in_every_process(place: Place) -> None:
    place.user(SiteRole.REVIEWER)
    tries = [sign_in(place, "reviewer@example.com", "wrong wrong") for _ in range(MOST_OF_A_USER)]
    assert tries == [401] * MOST_OF_A_USER
    assert sign_in(place, "reviewer@example.com", PASSWORD) == 429
    place.clock.passes(minutes=16)
    assert sign_in(place, "reviewer@example.com", PASSWORD) == 303


def test_an_address_without_a_user_is_locked_just_the_same(lone: Place) -> None:
    tries = [sign_in(lone, "nobody@example.com", "wrong wrong") for _ in range(MOST_OF_A_USER + 1)]
    assert tries[-1] == 429


def test_who_tries_many_users_from_one_address_is_stopped(lone: Place) -> None:
    tries = [sign_in(lone, f"user{n}@example.com", "wrong wrong") for n in range(MOST_OF_AN_ADDRESS + 1)]
    assert tries[-2:] == [401, 429]


def test_a_right_sign_in_forgives_what_failed_before(lone: Place) -> None:
    lone.user(SiteRole.REVIEWER)
    for _ in range(2):
        for _ in range(MOST_OF_A_USER - 1):
            assert sign_in(lone, "reviewer@example.com", "wrong wrong") == 401
        assert sign_in(lone, "reviewer@example.com", PASSWORD) == 303


def test_a_disabled_user_stays_outside_and_his_session_ends(place: Place) -> None:
    from intake.review.users import disable_user

    browser = place.signed_in()
    disable_user(place.storage, "reviewer@example.com", place.clock())
    assert browser.get("/inbox").status_code == 303
    assert sign_in(place, "reviewer@example.com", PASSWORD) == 401


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(lone: Place) -> None:
    browser = lone.signed_in()
    for _ in range(5):
        lone.clock.passes(minutes=110)
        assert browser.get("/inbox").status_code == 200
    lone.clock.passes(minutes=119)
    assert browser.get("/inbox").status_code == 200
    lone.clock.passes(minutes=110)
    assert browser.get("/inbox").status_code == 303, "older than twelve hours"
    other = lone.signed_in()
    lone.clock.passes(minutes=121)
    assert other.get("/inbox").status_code == 303, "idle for two hours"


def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/inbox")
    kept = browser.client.cookies.get("intake-session")
    browser.post("/sign-out")
    browser.client.cookies.set("intake-session", str(kept))
    assert browser.get("/inbox").status_code == 303


def test_signing_out_everywhere_ends_all_sessions_of_the_user_and_of_nobody_else(place: Place) -> None:
    first, second, other = place.signed_in(), place.signed_in(), place.signed_in(SiteRole.APPROVER)
    first.get("/inbox")
    assert first.post("/sign-out/everywhere").status_code == 303
    assert [browser.get("/inbox").status_code for browser in (first, second, other)] == [303, 303, 200]


def test_the_cookie_is_not_what_the_database_keeps(lone: Place) -> None:
    browser = lone.signed_in()
    value = str(browser.client.cookies.get("intake-session"))
    with lone.storage.reading() as work:
        (session,) = work.users.sessions_of(lone.user(SiteRole.REVIEWER).id or 0)
    assert value not in session.key and len(value) >= 43


def test_a_given_password_must_be_changed_before_anything_else(place: Place) -> None:
    browser = place.signed_in(must_change=True)
    assert browser.get("/inbox").headers["location"] == "/account"
    form = {"old": PASSWORD, "new": "another long word", "again": "another long word"}
    page = browser.submit("/account", "/account/password", form)
    assert "Your password is changed" in page.text
    assert sign_in(place, "reviewer@example.com", PASSWORD) == 401
    assert sign_in(place, "reviewer@example.com", "another long word") == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong wrong", "another long word", "another long word", "The old password is wrong"),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "too plain"),
        (PASSWORD, "my reviewer word", "my reviewer word", "too plain"),
        (PASSWORD, "another long word", "another wrong word", "differ"),
        (PASSWORD, PASSWORD, PASSWORD, "is the old one"),
    ],
)
def test_a_new_password_is_refused_with_its_reason(lone: Place, old: str, new: str, again: str, said: str) -> None:
    page = lone.signed_in().submit("/account", "/account/password", {"old": old, "new": new, "again": again})
    assert page.status_code == 422 and said in page.text


def test_a_password_is_right_only_for_its_own_hash() -> None:
    stored = hashed("correct horse")
    assert is_right(stored, "correct horse")
    assert not is_right(stored, "correct hors")
    assert not is_right("", "correct horse")


def test_cookies_are_bound_to_https_where_the_site_has_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.review.conftest import place_of

    folder = tmp_path_factory.mktemp("secure")
    place = place_of(folder, f"sqlite:///{folder / 'intake.db'}", public_url="https://testserver")
    place.user(SiteRole.REVIEWER)
    answer = place.browser().client.post(
        "/sign-in",
        data={"email": "reviewer@example.com", "password": PASSWORD},
        headers={"origin": "https://testserver"},
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    place.storage.close()
