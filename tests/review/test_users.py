"""Users on the terminal and on the site are one code: what it refuses, what it notes, and the last administrator."""

import threading
from pathlib import Path

import pytest

from intake.cli import main
from intake.errors import UsageError
from intake.review.users import add_user, change_user, disable_user, enable_user, new_password, sign_out_user
from storage.site import SiteRole
from tests.review.conftest import PASSWORD, Place

ADMIN, OTHER = "administrator@example.com", "other@example.com"


def noted(place: Place) -> list[tuple[str, str, str]]:
    with place.storage.reading() as work:
        return [(entry.who, entry.what, entry.about) for entry in reversed(work.audit.page(50).entries)]


def test_each_step_is_noted_with_who_took_it_and_what_it_changed(place: Place) -> None:
    place.user(SiteRole.ADMINISTRATOR)
    now = place.clock()
    add_user(place.storage, place.settings, OTHER, "", "reviewer", "", now, ADMIN)
    change_user(place.storage, OTHER, now, ADMIN, role="approver", name="Other One")
    new_password(place.storage, OTHER, now, ADMIN)
    sign_out_user(place.storage, OTHER, now, ADMIN)
    disable_user(place.storage, OTHER, now, ADMIN)
    enable_user(place.storage, OTHER, now, ADMIN)
    assert noted(place) == [
        (ADMIN, what, OTHER)
        for what in (
            "user_added", "user_changed", "password_given", "user_signed_out", "user_disabled", "user_enabled",
        )
    ]  # fmt: skip
    with place.storage.reading() as work:
        changed = next(entry for entry in work.audit.page(50).entries if entry.what == "user_changed")
    assert changed.detail == {"name": ["other", "Other One"], "role": ["reviewer", "approver"]}


@pytest.mark.parametrize("step", ["disable", "role"])
def test_the_last_administrator_stays_one(place: Place, step: str) -> None:
    place.user(SiteRole.ADMINISTRATOR)

    def take_away(email: str) -> None:
        if step == "disable":
            disable_user(place.storage, email, place.clock())
        else:
            change_user(place.storage, email, place.clock(), role="reviewer")

    with pytest.raises(UsageError, match="last administrator"):
        take_away(ADMIN)
    place.user(SiteRole.ADMINISTRATOR, email=OTHER)
    take_away(OTHER)
    with pytest.raises(UsageError, match="last administrator"):
        take_away(ADMIN)
    with place.storage.reading() as work:
        assert work.users.administrators() == 1


def test_of_two_administrators_who_take_each_other_away_one_stays(place: Place) -> None:
    place.user(SiteRole.ADMINISTRATOR)
    place.user(SiteRole.ADMINISTRATOR, email=OTHER)
    refused: list[str] = []
    together = threading.Barrier(2)

    def take_away(email: str, who: str) -> None:
        together.wait()
        try:
            disable_user(place.storage, email, place.clock(), who)
        except UsageError as error:
            refused.append(error.cause)

    pairs = ((ADMIN, OTHER), (OTHER, ADMIN))
    threads = [threading.Thread(target=take_away, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with place.storage.reading() as work:
        assert work.users.administrators() == 1


def test_nobody_disables_himself(lone: Place) -> None:
    place = lone
    place.user(SiteRole.ADMINISTRATOR)
    place.user(SiteRole.ADMINISTRATOR, email=OTHER)
    with pytest.raises(UsageError, match="himself"):
        disable_user(place.storage, OTHER.upper(), place.clock(), OTHER)


def test_a_user_of_the_provider_alone_needs_a_provider(lone: Place) -> None:
    with pytest.raises(UsageError, match="provider"):
        add_user(lone.storage, lone.settings, OTHER, "", "reviewer", "", lone.clock(), by_provider=True)


def test_a_user_of_the_provider_alone_has_no_password(tmp_path: Path) -> None:
    from tests.review.conftest import place_of

    oidc = {"issuer": "https://login.example.com", "client_id": "intake"}
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", oidc=oidc)
    user, password = add_user(place.storage, place.settings, OTHER, "", "reviewer", "", place.clock(), by_provider=True)
    assert (password, user.hash, user.must_change) == ("", "", False)
    assert place.browser().post("/sign-in", {"email": OTHER, "password": ""}).status_code == 401
    place.storage.close()


def test_sign_ins_failures_and_sign_outs_are_in_the_audit_trail_without_what_was_typed(place: Place) -> None:
    browser = place.signed_in(SiteRole.ADMINISTRATOR)
    place.browser().post("/sign-in", {"email": ADMIN, "password": "wrong wrong"})
    place.browser().post("/sign-in", {"email": "my secret word", "password": "wrong wrong"})
    browser.submit("/account", "/sign-out")
    assert noted(place) == [
        (ADMIN, "signed_in", ""), (ADMIN, "sign_in_failed", ""), ("", "sign_in_failed", ""), (ADMIN, "signed_out", ""),
    ]  # fmt: skip
    with place.storage.reading() as work:
        told = repr(work.audit.page(50).entries)
    assert "secret" not in told and "wrong" not in told and PASSWORD not in told


def test_that_a_user_is_locked_is_noted_once_and_nothing_after_it(place: Place) -> None:
    from intake.review.sign_in import MOST_OF_A_USER

    place.user(SiteRole.ADMINISTRATOR)
    for _ in range(MOST_OF_A_USER + 5):
        place.browser().post("/sign-in", {"email": ADMIN, "password": "wrong wrong"})
    whats = [what for _, what, _ in noted(place)]
    assert whats.count("sign_in_failed") == MOST_OF_A_USER
    assert whats.count("sign_in_locked") == 1


def test_the_terminal_changes_signs_out_and_refuses_as_the_site_does(
    lone: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "intake.toml"
    config.write_text(
        '[company]\nname = "x"\naddress = "c@example.com"\n[database]\nurl = "sqlite:///intake.db"\n'
        '[sender]\nkind = "maildir"\npath = "out"\n',
        encoding="utf-8",
    )

    def terminal(*words: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(config), "user", *words])
        said = capsys.readouterr()
        assert int(ended.value.code or 0) == status, said
        return said.out if status == 0 else said.err

    lone.user(SiteRole.ADMINISTRATOR)
    browser = lone.signed_in(SiteRole.REVIEWER)
    assert "approver" in terminal("change", "reviewer@example.com", "--role", "approver", "--name", "New Name")
    assert "New Name" in terminal("list")
    assert "signed out everywhere" in terminal("sign-out", "reviewer@example.com")
    assert browser.get("/inbox").status_code == 303
    assert "last administrator" in terminal("change", ADMIN, "--role", "reviewer", status=2)
    assert "last administrator" in terminal("disable", ADMIN, status=2)
    assert "no role of the site" in terminal("change", ADMIN, "--role", "emperor", status=2)
    assert "No identity provider" in terminal("add", "p@example.com", "--by-provider", status=2)
    assert {who for who, what, _ in noted(lone) if what.startswith("user_")} == {"terminal"}
