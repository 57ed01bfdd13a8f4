"""What keeps strangers, foreign pages and hostile text out: headers, tokens, limits, pages of faults, the log."""

import json
from typing import Any

import pytest
import structlog

from intake.review.guard import LARGEST_FORM, Rate
from storage.site import SiteRole
from tests.review.complaints import complaint
from tests.review.conftest import PASSWORD, Place


def test_every_page_says_what_a_browser_may_do_with_it(lone: Place) -> None:
    answers = [lone.browser().get("/sign-in"), lone.signed_in().get("/inbox"), lone.signed_in().get("/nowhere")]
    for answer in answers:
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert (
            policy["default-src"] == "'none'"
            and policy["frame-ancestors"] == "'none'"
            and policy["base-uri"] == "'none'"
        )
        assert {policy[name] for name in ("script-src", "style-src", "img-src", "frame-src", "form-action")} == {
            "'self'"
        }
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "server" not in answer.headers


def test_no_page_has_script_or_style_of_its_own(lone: Place) -> None:
    browser = lone.signed_in(SiteRole.ADMINISTRATOR)
    for path in ("/inbox", "/waiting/mails", "/waiting/letters", "/account", "/nowhere"):
        page = browser.get(path).text
        assert "<style" not in page and " style=" not in page and " onclick=" not in page
        assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])


def test_static_files_may_be_kept_and_need_no_sign_in(lone: Place) -> None:
    answer = lone.browser().get("/static/site.css")
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/base.html", "/static/words/en.toml"])
def test_nothing_beside_the_static_files_is_served(lone: Place, path: str) -> None:
    assert lone.browser().get(path).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null", None])
def test_a_form_of_another_site_does_nothing(lone: Place, origin: str | None) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    assert browser.post("/account/language", {"language": "zh-CN"}, origin=origin).status_code == 403
    assert (
        browser.post("/sign-in", {"email": "reviewer@example.com", "password": PASSWORD}, origin=origin).status_code
        == 403
    )
    with lone.storage.reading() as work:
        assert [user.language for user in work.users.everybody()] == ["en"]


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_the_token_of_the_session_does_nothing(lone: Place, token: str) -> None:
    assert lone.signed_in().post("/account/language", {"language": "zh-CN", "token": token}).status_code == 403


def test_the_token_of_one_session_is_not_that_of_another(lone: Place) -> None:
    first, second = lone.signed_in(), lone.signed_in()
    first.get("/account")
    assert second.post("/account/language", {"language": "zh-CN", "token": first.token}).status_code == 403
    assert first.post("/account/language", {"language": "zh-CN"}).status_code == 303


def test_the_token_may_come_as_a_header(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    headers = {"origin": "http://testserver", "x-form-token": browser.token}
    answer = browser.client.post("/account/language", data={"language": "zh-CN"}, headers=headers)
    assert answer.status_code == 303


def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_how_long_it_is(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    assert browser.post("/account/language", {"back": "x" * LARGEST_FORM}).status_code == 413
    pieces = (b"x" * 65_536 for _ in range(LARGEST_FORM // 65_536 + 2))
    headers = {"origin": "http://testserver", "content-type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/account/language", content=pieces, headers=headers).status_code == 413


def test_an_address_that_asks_too_often_is_asked_to_wait(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.review.conftest import place_of

    folder = tmp_path_factory.mktemp("rate")
    place = place_of(folder, f"sqlite:///{folder / 'intake.db'}", requests_per_minute=10)
    browser = place.browser()
    assert [browser.get("/sign-in").status_code for _ in range(12)][-1] == 429
    place.storage.close()


def test_the_bucket_fills_again_and_each_client_has_his_own() -> None:
    rate = Rate(60)
    assert [rate.allows("a", 0.0) for _ in range(61)] == [True] * 60 + [False]
    assert rate.allows("b", 0.0) and not rate.allows("a", 0.5) and rate.allows("a", 2.0)


def test_a_fault_of_our_own_is_a_page_with_an_id_that_is_in_the_log(lone: Place, monkeypatch: Any) -> None:
    from storage.inbox import Inbox

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret words of a customer")

    monkeypatch.setattr(Inbox, "page", broken)
    browser = lone.signed_in()
    with structlog.testing.capture_logs() as logged:
        answer = browser.get("/inbox")
    assert answer.status_code == 500 and "Traceback" not in answer.text and "secret words" not in answer.text
    (failed,) = [entry for entry in logged if entry["event"] == "page_failed"]
    assert failed["id"] in answer.text and "secret words" not in json.dumps(failed)


def test_the_log_has_no_word_of_what_was_asked(lone: Place) -> None:
    browser = lone.signed_in()
    with structlog.testing.capture_logs() as logged:
        browser.get("/inbox?q=haichuan&customer=li@haichuan.example")
        browser.post("/sign-in", {"email": "li@haichuan.example", "password": "secret secret"})
    said = json.dumps(logged)
    assert "haichuan" not in said and "secret" not in said
    assert {"page", "sign_in_failed"} <= {entry["event"] for entry in logged}


def test_missing_pages_wrong_methods_and_wrong_values_are_pages_of_ours(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    told = [browser.get("/nowhere"), browser.get("/sign-out"), browser.post("/views/remove", {"view": "x"})]
    assert [answer.status_code for answer in told] == [404, 405, 400]
    assert all("<main" in answer.text and "detail" not in answer.headers for answer in told)


def test_hostile_text_is_text(lone: Place) -> None:
    page = lone.signed_in().get("/inbox?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&customer=%3Cimg%20src=x%3E").text
    assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("cookie", ["x", "eyJh", "WzEsMl0=", "W10=", "bnVsbA==", "WyJnb29kIiwxLDJd"])
def test_a_cookie_of_somebody_elses_making_says_nothing(lone: Place, cookie: str) -> None:
    browser = lone.signed_in()
    browser.client.cookies.set("intake-flash", cookie)
    assert browser.get("/inbox").status_code == 200


NESTED = "[" * 20_000


@pytest.mark.parametrize("path", ["/records/KS-202611-0001/values", "/records/KS-202611-0001/8d"])
def test_a_form_made_by_hand_that_nests_without_end_is_no_fault(lone: Place, path: str) -> None:
    complaint(lone)
    browser = lone.signed_in()
    browser.get("/inbox")
    assert browser.post(path, {"was": NESTED, "version": "1"}).status_code < 500


def test_an_address_without_a_page_keeps_the_way_back_for_who_is_signed_in(lone: Place) -> None:
    found = lone.signed_in().get("/no/such/page")
    assert found.status_code == 404
    assert 'href="/inbox"' in found.text
    assert 'href="/sign-in"' in lone.browser().get("/no/such/page").text
