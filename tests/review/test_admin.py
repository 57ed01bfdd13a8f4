"""Administration: how the service is doing, the rules and letters in force, the model, users, who did what."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import templates
from intake.review.admin.facts import LAST_BACKUP
from intake.review.admin.mailboxes import plainly
from intake.review.app import app
from intake.review.wording import Wording
from intake.settings import Settings
from intake.wiring import office_of
from storage.records import ArrivalState, Correction, Event, LetterState, SourceState
from storage.running import Process
from storage.site import SiteRole
from tests.review.complaints import complaint
from tests.review.conftest import NOW, Browser, Place
from tests.storage.samples import arrival, letter, record

ADMIN = "administrator@example.com"
IMAP = {
    "name": "complaints", "kind": "imap", "host": "imap.example.com", "user": "box@example.com", "password": "secret-word",
    "after": "move:Done",
}  # fmt: skip
POLICY = '[windows.first_report]\nB = "36h"\n\n[classes]\nclaim_limit = 3000\n\n[calendar]\ndays_off = [2026-12-24]\n'


def made_of(place: Place, **tables: Any) -> Place:
    """The same site with other settings."""
    settings = Settings.model_validate({**place.settings.model_dump(), **tables})
    made = app(settings, place.storage, place.blobs, office_of(settings), place.clock)
    return Place(made, place.storage, place.blobs, settings, place.clock)


@pytest.fixture
def site(place: Place, tmp_path: Path) -> Place:
    """With a mailbox, a folder, a policy file and letters of its own."""
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    own = tmp_path / "letters" / "acknowledgement" / "zh-CN"
    shutil.copytree(Path(templates.__file__).parent / "letters" / "acknowledgement" / "zh-CN", own)
    (tmp_path / "fax").mkdir()
    fax = {"name": "fax", "kind": "folder", "path": str(tmp_path / "fax")}
    return made_of(place, sources=[IMAP, fax], policy={"file": "policy.toml"}, templates="letters")


@pytest.fixture
def admin(site: Place) -> Browser:
    return site.signed_in(SiteRole.ADMINISTRATOR)


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# -------------------------------------------------------------------- overview and mailboxes


def test_the_overview_tells_which_parts_live_and_what_needs_a_hand(site: Place, admin: Browser) -> None:
    with site.storage.unit() as work:
        work.running.beat(Process("host-run-1", ("poll", "work", "send"), NOW, NOW - timedelta(seconds=9)))
        work.running.beat(Process("host-watch-1", ("watch",), NOW, NOW - timedelta(hours=4)))
        work.complaints.add(record("KS-202611-0001"))
        work.letters.add([letter(record="KS-202611-0001", state=LetterState.IN_DOUBT)])
        work.arrivals.add([arrival(state=ArrivalState.WAITING, taken_at=NOW - timedelta(minutes=40))])
        work.commit()
    said = text_of(admin.get("/admin").text)
    assert said.count("✓") == 0, "marks are drawn, not written"
    for words in ("Fetching running", "Clock not running", "Clock is not running", "1 letters in doubt"):
        assert words in said
    assert "A mail has waited too long to be read" in said and "20 Nov, 19:20" in said
    assert "SQLite" in said or "PostgreSQL" in said
    assert "Last back-up not known" in said and LAST_BACKUP in said
    (site.settings.folder / LAST_BACKUP).touch()
    assert "not known" not in text_of(admin.get("/admin/health").text)


def test_a_source_tells_its_looks_its_error_with_the_remedy_and_sums_that_add_up(site: Place, admin: Browser) -> None:
    box = "complaints/INBOX"
    with site.storage.unit() as work:
        work.sources.put(
            SourceState(box, 1712, 40211, NOW - timedelta(hours=2), NOW - timedelta(hours=1), "It fails. Mend it.")
        )
        work.running.took(box, 7, NOW - timedelta(hours=3))
        work.running.looked(box, NOW)
        work.running.counted(box, 9, 2, NOW - timedelta(hours=9))
        work.complaints.add_event(
            Event(None, NOW, "system", "not_taken_in", new={"source": box, "missing": ["<lost@x.example>"], "count": 2})
        )
        work.arrivals.add(
            [arrival(f"k{n}", id=f"k{n}", source=box, state=state) for n, state in enumerate(
                (ArrivalState.WAITING, ArrivalState.SET_ASIDE, ArrivalState.SET_ASIDE))]
        )  # fmt: skip
        work.sources.put(SourceState("gone/INBOX"))
        work.commit()
    page = admin.get("/admin/mailboxes").text
    said = text_of(page)
    assert "It fails. Mend it." in said and "Failing since 20 Nov, 19:00" in said
    assert "7 = settled 4 + to be read 1 + set aside 2" in said
    assert "40211" in said and "UIDVALIDITY 1712" in said and "moved to Done" in said
    assert "9 lie there, 2 were never taken in" in said and "&lt;lost@x.example&gt;" in page
    assert "no longer in the settings" in said
    assert "secret-word" not in page


@pytest.mark.parametrize("error", [
    "complaints at h:993: the server refuses the sign-in (no. 5. bad). Check user, and password or the provider's app password.",
    "fax: the folder /a. b/c cannot be read: No such file. Correct `path`, or let this service read the folder.",
    "complaints: the mailbox 'INBOX.X' cannot be opened (BAD). Correct `mailbox` (as the server spells it, with its prefix), or give the user the right to read it.",
])  # fmt: skip
def test_what_is_wrong_with_a_source_is_said_in_the_users_language_with_its_remedy(error: str) -> None:
    wording = Wording("zh-CN", ZoneInfo("Asia/Shanghai"), NOW)
    said = plainly(error, wording)
    assert "请" in said and "：" in said and "Correct" not in said and "Check" not in said
    assert plainly(error, replace(wording, language="en")) == error
    assert plainly("Nothing that we know. Really.", wording) == "Nothing that we know. Really."


def test_a_source_is_tried_at_the_press_of_a_button(site: Place, admin: Browser) -> None:
    good = admin.submit("/admin/mailboxes", "/admin/mailboxes/try", {"source": "fax"})
    assert 'class="flash good"' in good.text and "The connection works." in good.text
    (site.settings.folder / "fax").rmdir()
    bad = admin.submit("/admin/mailboxes", "/admin/mailboxes/try", {"source": "fax"})
    assert 'class="flash bad"' in bad.text and "cannot be read" in text_of(bad.text)
    assert admin.post("/admin/mailboxes/try", {"source": "fax/other"}).status_code == 404
    assert admin.post("/admin/mailboxes/try", {"source": "elsewhere"}).status_code == 404


# -------------------------------------------------------------------- policy


def test_the_policy_is_shown_with_clauses_and_what_the_companys_file_has_different(site: Place, admin: Browser) -> None:
    page = admin.get("/admin/policy").text
    rows = {found[1]: text_of(found[0]) for found in re.finditer(r"<tr.*?<code>([\w.]+)</code></td></tr>", page)}
    assert (
        "36 h shipped: 48 h" in rows["windows.first_report"] and "客诉信息处理流程 §4" in rows["windows.first_report"]
    )
    assert "4 working h" in rows["windows.dispatch"]
    assert "24 h / 48 h / 72 h" in rows["windows.on_site"] and "our own province" in rows["windows.on_site"]
    assert "3000 shipped: 5000" in rows["classes.claim_limit"]
    assert "our own" in rows["reminders.first_percent"]
    assert "General manager" in rows["approval.A"]
    assert "2026-12-24" in page and "policy.toml" in page
    assert page.count('<mark class="differs">') == 1 + 3


def test_a_policy_file_that_changed_since_the_start_or_is_broken_is_told(site: Place, admin: Browser) -> None:
    path = site.settings.folder / "policy.toml"
    assert "flash" not in admin.get("/admin/policy").text
    path.write_text(POLICY.replace("36h", "30h"), encoding="utf-8")
    changed = text_of(admin.get("/admin/policy").text)
    assert "has changed since the service started" in changed and "36 h" in changed
    path.write_text("[nonsense]\n", encoding="utf-8")
    assert "would not start again" in text_of(admin.get("/admin/policy").text)


# -------------------------------------------------------------------- letters


def test_every_letter_is_listed_with_whose_it_is_and_whether_it_is_whole(site: Place, admin: Browser) -> None:
    broken = site.settings.folder / "letters" / "progress" / "en"
    broken.mkdir(parents=True)
    for name in ("subject.txt", "body.txt", "body.html"):
        (broken / name).write_text("[{{ number }}] {{ nonsense }}", encoding="utf-8")
    page = admin.get("/admin/templates").text
    assert page.count('href="/admin/templates/') == len(templates.PURPOSES) * len(templates.LANGUAGES)
    assert "2 letters of your own, 1 broken." in text_of(page)
    assert "▲ broken" in page and page.count("checked") == 1


def test_a_letter_is_shown_as_it_would_leave_in_a_frame_where_nothing_runs(site: Place, admin: Browser) -> None:
    page = admin.get("/admin/templates/acknowledgement/zh-CN").text
    assert "尊敬的张经理" in page and "your own" in page and '<iframe class="letter" sandbox' in page
    shown = admin.get("/admin/templates/acknowledgement/zh-CN/html?variety=hostile")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "<b onclick" not in shown.text and "O&#39;Neil" in shown.text
    for path in ("nothing/en", "acknowledgement/fr", "acknowledgement/en?variety=odd", "..%2f..%2fwords/en"):
        assert admin.get(f"/admin/templates/{path}").status_code == 404


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_the_word_form_comes_with_the_names_of_its_fields(lone: Place, language: str) -> None:
    admin = lone.signed_in(SiteRole.ADMINISTRATOR)
    answer = admin.get(f"/admin/eightd/{language}")
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(answer.content)) as file:
        words = file.read("word/document.xml").decode()
    assert words.count("〈") > 60 and "{{" not in words and "{%" not in words
    first = admin.get(f"/admin/eightd/{language}?kind=first")
    assert len(first.content) < len(answer.content)
    assert admin.get("/admin/eightd/xx").status_code == 404


# -------------------------------------------------------------------- model


def test_the_model_is_named_with_its_figures_and_the_last_corrections(site: Place, admin: Browser) -> None:
    number = complaint(site).number
    with site.storage.unit() as work:
        work.complaints.add_correction(Correction(number, 0, "model", "ZC-2O4", "ZC-204", "reviewer@example.com", NOW))
        work.commit()
    said = text_of(admin.get("/admin/model").text)
    assert re.search(r"Mark [0-9a-f]{8} ", said) and "the shipped model" in said
    assert re.search(r"Batch no\. \d\d\.\d% \d\d\.\d% \d\d\.\d%", said)
    assert "ZC-2O4 → ZC-204" in said and number in said
    assert "0.8" in said


def test_a_model_of_ones_own_has_the_time_of_its_training(lone: Place, tmp_path: Path) -> None:
    from parsers.nlp.pipeline import MODEL

    shutil.copytree(MODEL, tmp_path / "own")
    place = made_of(lone, model={"folder": "own"})
    said = text_of(place.signed_in(SiteRole.ADMINISTRATOR).get("/admin/model").text)
    assert "a model of your own" in said and re.search(r"Trained \d+ \w+", said)
    for broken in ("{", "[]", "{}", '{"fields": {"batch": {"f1": "x"}}, "texts": "many", "main_fields_f1": null}'):
        (tmp_path / "own" / "figures.json").write_text(broken, encoding="utf-8")
        assert "holds no figures.json" in text_of(place.signed_in(SiteRole.ADMINISTRATOR).get("/admin/model").text)


# -------------------------------------------------------------------- users


def test_an_added_user_signs_in_with_a_password_that_is_shown_once(site: Place, admin: Browser) -> None:
    admin.get("/admin/users")
    form = {"email": "cheng@example.com", "role": "reviewer", "language": "en"}
    shown = admin.post("/admin/users", form)
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    password = re.search(r'class="password"[^>]*><code>([a-z0-9-]+)</code>', shown.text)[1]  # type: ignore[index]
    assert password not in str(shown.headers)
    with site.storage.reading() as work:
        user = work.users.get("cheng@example.com")
        assert user is not None and user.name == "Cheng Weidong" and user.must_change
        assert password not in repr(work.audit.page(50).entries)
    for path in ("/admin/users", f"/admin/users/{user.id}", "/admin/audit"):
        assert password not in admin.get(path).text
    other = site.browser()
    signed_in = other.post("/sign-in", {"email": "cheng@example.com", "password": password})
    assert signed_in.headers["location"] == "/account"


def test_what_is_wrong_with_a_new_user_is_said_beside_what_was_typed(site: Place, admin: Browser) -> None:
    admin.get("/admin/users")
    for email in (ADMIN, "no address", ""):
        answer = admin.post(
            "/admin/users", {"email": email, "name": "Typed Name", "role": "reviewer", "language": "en"}
        )
        assert answer.status_code == 422 and 'class="flash bad"' in answer.text and "Typed Name" in answer.text
    assert admin.post("/admin/users", {"email": "a@b.example", "role": "emperor"}).status_code == 422


def test_a_user_is_listed_with_the_person_that_the_address_belongs_to(site: Place, admin: Browser) -> None:
    site.user(SiteRole.APPROVER)
    site.user(SiteRole.READ_ONLY, email="nobody@example.com", disabled=True)
    said = text_of(admin.get("/admin/users").text)
    assert "approver@example.com Approver Quality manager (质量部)" in said
    assert "nobody@example.com Read only disabled not among the people" in said
    assert "signed in at 1" in said


def step(admin: Browser, user: int | None, what: str, **form: str) -> Any:
    return admin.submit(f"/admin/users/{user}", f"/admin/users/{user}", {"step": what, **form})


def test_each_step_with_a_user_takes_hold_at_once(site: Place, admin: Browser) -> None:
    theirs = site.signed_in(SiteRole.REVIEWER)
    user = site.user(SiteRole.REVIEWER)
    assert "Changed." in step(admin, user.id, "change", name="Wang", role="read_only", language="zh-CN").text
    assert theirs.get("/waiting/mails").status_code == 403
    assert "Signed out everywhere." in step(admin, user.id, "sign_out").text
    assert theirs.get("/inbox").status_code == 303
    theirs = site.signed_in(SiteRole.REVIEWER)
    shown = step(admin, user.id, "password").text
    assert 'class="password"' in shown and theirs.get("/inbox").status_code == 303
    assert "Disabled." in step(admin, user.id, "disable").text
    assert "Enabled again." in step(admin, user.id, "enable").text
    assert step(admin, user.id, "explode").status_code == 400
    assert admin.get("/admin/users/999").status_code == 404
    noted = text_of(admin.get(f"/admin/users/{user.id}").text)
    for words in ("changed a user", "signed a user out everywhere", "gave a one-time password", "disabled a user"):
        assert words in noted


def test_the_last_administrator_and_oneself_stay(site: Place, admin: Browser) -> None:
    me = site.user(SiteRole.ADMINISTRATOR)
    page = admin.get(f"/admin/users/{me.id}").text
    assert "The last administrator" in page and 'value="disable"' not in page
    for what, form in (("disable", {}), ("change", {"name": "x", "role": "reviewer"})):
        refused = step(admin, me.id, what, **form)
        assert refused.status_code == 422 and 'class="flash bad"' in refused.text
    site.user(SiteRole.ADMINISTRATOR, email="second@example.com")
    for what, form in (("disable", {}), ("change", {"name": "x", "role": "reviewer"})):
        assert step(admin, me.id, what, **form).status_code == 422, "nobody takes himself away"
    with site.storage.reading() as work:
        assert work.users.administrators() == 2


def test_an_approver_sees_how_it_stands_and_changes_nothing(site: Place) -> None:
    approver = site.signed_in(SiteRole.APPROVER)
    page = approver.get("/admin").text
    assert 'href="/admin/policy"' in page and 'href="/admin/users"' not in page and 'href="/admin/audit"' not in page
    assert approver.get("/admin/mailboxes").text.count("Try it") == 0
    for path in ("/admin/users", "/admin/audit"):
        assert approver.get(path).status_code == 403
    assert site.signed_in(SiteRole.REVIEWER).get("/admin").status_code == 403


# -------------------------------------------------------------------- the audit log


@pytest.fixture
def eventful(site: Place) -> Iterator[Place]:
    number = complaint(site).number
    with site.storage.unit() as work:
        work.complaints.add_event(
            Event(
                number,
                NOW - timedelta(days=2),
                "reviewer@example.com",
                "corrected",
                {"items.0.model": "A"},
                {"items.0.model": "B"},
            )
        )
        work.complaints.add_event(
            Event(number, NOW, "approver@example.com", "letter_released", new={"letter": f"l-{number}"})
        )
        told = {"name": "海川", "changes": {"contact": ["李工", "王工"]}}
        work.audit.add("reviewer@example.com", NOW - timedelta(hours=1), "customer_changed", "customer:12", told)
        for n in range(60):
            work.audit.add(
                "cheng@example.com", NOW - timedelta(days=3, minutes=n), "signed_in", detail={"from": f"10.0.0.{n}"}
            )
        work.commit()
    yield site


def whats(page: str) -> list[str]:
    return [text_of(found).strip() for found in re.findall(r"<tr data-row.*?</td><td>.*?</td><td>(.*?)</td>", page)]


def test_the_log_tells_sign_ins_changes_and_acts_on_records_page_by_page(eventful: Place) -> None:
    admin = eventful.signed_in(SiteRole.ADMINISTRATOR)
    first = admin.get("/admin/audit").text
    assert whats(first)[:3] == ["signed in", "letter released", "changed the customer"]
    assert '<a href="/customers/12">海川</a>' in first and "Contact: 李工 → 王工" in text_of(first)
    assert "Model: A → B" in text_of(first) and "/letters/l-KS-202611-0001" in first
    found, page = len(whats(first)), first
    while (onward := re.search(r'rel="next" href="([^"]+)"', page)) is not None:
        page = admin.get(onward[1].replace("&amp;", "&")).text
        found += len(whats(page))
    assert found == 1 + 2 + 1 + 60


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("who=reviewer@example.com", 2),
        ("who=Reviewer@Example.com&kind=master_data", 1),
        ("kind=letters", 1),
        ("kind=records", 2),
        ("day=2026-11-18&until=2026-11-19", 1),
        ("kind=sign_in&day=2026-11-20", 1),
        ("kind=nonsense&day=nonsense&who=&after=nonsense", 50),
        ("who=nobody@example.com", 0),
    ],
)
def test_the_log_is_filtered_by_person_day_and_kind(eventful: Place, query: str, expected: int) -> None:
    page = eventful.signed_in(SiteRole.ADMINISTRATOR).get(f"/admin/audit?{query}")
    assert page.status_code == 200
    assert len(whats(page.text)) == expected
    assert ("No entries" in page.text) is (expected == 0)


def test_keys_of_pages_that_are_none_are_no_fault(lone: Place) -> None:
    admin = lone.signed_in(SiteRole.ADMINISTRATOR)
    for after in (
        "[]",
        "[1,2,3]",
        '["x","0","1"]',
        '["2026-11-20T12:00:00","0","1"]',
        '["2026-11-20T12:00:00+00:00","7","1"]',
        "{",
    ):
        assert admin.get("/admin/audit", params={"after": after}).status_code == 200


def test_a_mail_that_is_read_again_is_in_the_log(site: Place, admin: Browser) -> None:
    admin.submit("/waiting/mails", "/waiting/mails/retry", {})
    assert "had a mail read again" in whats(admin.get("/admin/audit?kind=mails").text)
