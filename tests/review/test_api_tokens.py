"""Tokens, problems in one shape, limits, and the document of the JSON API."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.cli import main
from intake.review.api.openapi import document
from intake.review.api.problems import KINDS, MEDIA_TYPE, ROOT
from intake.review.api.tokens import MOST_TOKENS, add_token
from intake.review.guard import LARGEST_FORM
from storage.records import LetterState
from storage.site import SiteRole
from tests.review.complaints import NUMBER
from tests.review.conftest import NOW, Place, place_of
from tests.review.programs import Program, alone, program, told
from tests.storage.samples import record

__all__ = ["alone", "told"]


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer cit_" + "x" * 43, "Bearer \x01"])
def test_without_a_good_token_nothing_is_told(alone: Program, header: str) -> None:
    answer = alone.place.browser().client.get(f"{ROOT}/records", headers={"authorization": header} if header else {})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == MEDIA_TYPE and answer.json()["remedy"]


def test_a_token_ends_with_its_day_and_with_its_user(told: Program) -> None:
    place = told.place
    short = program(place, days=1)
    short.get("/records")
    place.clock.passes(hours=24)
    short.get("/records", 401)
    told.get("/records")
    from intake.review.users import disable_user

    disable_user(place.storage, "reviewer@example.com", NOW)
    told.get("/records", 401)


def test_a_token_is_kept_as_a_hash_and_its_use_is_noted(told: Program) -> None:
    told.get("/records")
    with told.place.storage.reading() as work:
        user = work.users.get("reviewer@example.com")
        (token,) = work.access.of_user(user.id or 0) if user else []
    assert told.token not in repr(token) and len(token.key) == 64 and token.seen_at == NOW


def test_a_token_of_a_user_who_must_change_his_password_is_good(lone: Place) -> None:
    user = lone.user(SiteRole.REVIEWER, email="machine@example.com", must_change=True)
    Program(lone, add_token(lone.storage, user.email, "t", None, NOW)[1]).get("/records")


def test_a_user_makes_and_revokes_tokens_on_his_page(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    page = browser.post("/account/tokens", {"name": "ERP", "days": "30"})
    value = page.text.split('<pre class="said token" tabindex="0">')[1].split("<")[0]
    assert Program(lone, value).get("/account")["tokens"][0]["name"] == "ERP"
    assert value not in browser.get("/account").text and "ERP" in browser.get("/account").text
    for wrong in ({"name": "ERP"}, {"name": ""}, {"name": "x" * 61}, {"name": "y", "days": "0"}):
        assert browser.post("/account/tokens", wrong).status_code == 422
    token = Program(lone, value).get("/account")["tokens"][0]["id"]
    assert browser.post("/account/tokens/revoke", {"which": str(token)}).status_code == 303
    Program(lone, value).get("/account", 401)
    assert browser.post("/account/tokens/revoke", {"which": str(token)}).status_code == 404
    with lone.storage.reading() as work:
        assert {entry.what for entry in work.audit.page(20).entries} >= {"token_made", "token_revoked"}


def test_a_user_has_only_so_manytokens(lone: Place) -> None:
    user = lone.user(SiteRole.REVIEWER)
    for n in range(MOST_TOKENS):
        add_token(lone.storage, user.email, f"t{n}", None, NOW)
    browser = lone.signed_in()
    browser.get("/account")
    assert browser.post("/account/tokens", {"name": "one more"}).status_code == 422


@pytest.fixture
def terminal(lone: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., str]]:
    config = tmp_path / "intake.toml"
    config.write_text(
        '[company]\nname = "x"\naddress = "c@example.com"\n[database]\nurl = "sqlite:///intake.db"\n'
        '[sender]\nkind = "maildir"\npath = "out"\n',
        encoding="utf-8",
    )

    def run(*words: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(config), "user", *words])
        said = capsys.readouterr()
        assert int(ended.value.code or 0) == status, said
        return said.out if status == 0 else said.err

    yield run


def test_the_terminal_makes_lists_and_revokestokens(lone: Place, terminal: Callable[..., str]) -> None:
    email = lone.user(SiteRole.REVIEWER).email
    value = terminal("token", email, "--name", "ERP", "--expires", "30").splitlines()[-1]
    lone.clock.at = NOW
    assert Program(lone, value).get("/account")["email"] == email
    assert "ERP" in terminal("tokens", email) and value not in terminal("tokens", email)
    assert "'ERP'" in terminal("revoke", email, "ERP")
    Program(lone, value).get("/account", 401)
    assert "no token 'ERP'" in terminal("revoke", email, "ERP", status=2)
    assert "no user" in terminal("token", "nobody@example.com", "--name", "x", status=2)


# ---------------------------------------------------------------- problems, limits, the document


def test_a_body_that_is_no_json_is_told(alone: Program) -> None:
    for content in (b"{", b"\xff", b"[" * 100_000):
        answer = alone("POST", "/records", content=content, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422) and answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_body_of_another_media_type_is_told(alone: Program, media_type: str) -> None:
    answer = alone("POST", "/records", content=b'{"channel": "phone"}', headers={"content-type": media_type})
    assert answer.status_code == 415 and "application/json" in answer.json()["remedy"]


def test_limits_are_told_in_the_same_shape(tmp_path: Path) -> None:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", requests_per_minute=10)
    told = program(place)
    long = told("POST", "/records", content=b" " * (LARGEST_FORM + 1), headers={"content-type": "application/json"})
    assert long.status_code == 413 and long.json()["type"].endswith("#too-large")
    client = place.browser().client
    last = next(a for a in (client.get(f"{ROOT}/records") for _ in range(30)) if a.status_code == 429)
    assert last.headers["content-type"] == MEDIA_TYPE and int(last.headers["retry-after"]) > 0
    assert last.json()["type"].endswith("#too-many")
    place.storage.close()


def test_a_method_that_a_route_does_not_take_is_told(alone: Program) -> None:
    answer = alone("DELETE", "/records")
    assert answer.status_code == 405 and answer.headers["content-type"] == MEDIA_TYPE and answer.headers["allow"]


def test_the_document_names_every_route_once_and_what_it_may_answer() -> None:
    found = document()
    operations = [one for methods in found["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 40
    for one in operations:
        assert one["summary"].endswith(".") and one["security"] == [{"token": []}], one["operationId"]
        assert {"400", "401", "403", "429"} < set(one["responses"])
        assert all(answer["description"] for answer in one["responses"].values())
        assert "requestBody" not in one or {"413", "422"} < set(one["responses"])
    assert {str(kind.status) for kind in KINDS.values()} - {"500"} >= {
        status for one in operations for status in one["responses"] if status[0] in "45"
    }


def test_every_shape_that_the_document_names_is_described() -> None:
    found = document()
    named = {ref.split('"')[0] for ref in json.dumps(found).split('"#/components/schemas/')[1:]}
    assert named and named <= set(found["components"]["schemas"])


def test_the_page_of_the_api_has_nothing_active_and_names_every_route(lone: Place) -> None:
    answer = lone.browser().client.get(f"{ROOT}/docs")
    assert answer.status_code == 200 and "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<style" not in answer.text and "style=" not in answer.text and "onclick" not in answer.text
    for path, methods in document()["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        for method in methods:
            assert f'<code class="method">{method.upper()}</code>' in answer.text
    for name in KINDS:
        assert f'id="{name}"' in answer.text


def test_a_letter_of_no_record_is_no_letter_of_this_one(alone: Program) -> None:
    with alone.place.storage.unit() as work:
        work.complaints.add(record("KS-202611-0009"), [], [])
        work.commit()
    for path in (f"letters/l-{NUMBER}", f"mails/a-{NUMBER}", f"letters/l-{NUMBER}/html", f"mails/a-{NUMBER}/raw"):
        assert alone.get(f"/records/KS-202611-0009/{path}", 404)["detail"]
    assert alone.get(f"/records/{NUMBER}/letters/l-{NUMBER}")["state"] == LetterState.QUEUED
