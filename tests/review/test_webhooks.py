"""Webhooks: what is told, how it is signed, and the commands about it, against a real receiver on this machine."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.cli import main
from intake.review.app import app
from intake.runners.watch import Watcher
from intake.webhooks import key_of, signed
from intake.webhooks.message import LARGEST
from intake.wiring import blobs_of, office_of
from storage import open_storage
from storage.records import Event
from storage.site import SiteRole
from tests.review.conftest import NOW, Place, url
from tests.review.telling import NUMBER, PERSON, ROOT, SECRET, Told, make, there, told
from tests.servers.postgres import own_postgres, postgres
from tests.servers.receiver import status
from tests.storage.samples import record

__all__ = ["make", "own_postgres", "postgres", "there", "told", "url"]


# ---------------------------------------------------------------- what is told


def test_a_new_record_is_told_small_signed_and_without_a_name(told: Told) -> None:
    told.opens()
    told.hooks.once()
    ((headers, body),) = told.there.got
    assert json.loads(body) == {
        "type": "record.new",
        "timestamp": "2026-11-20T20:00:00+08:00",
        "data": {
            "number": NUMBER,
            "class": "B",
            "state": "to_review",
            "version": 1,
            "merged_into": None,
            "windows": [{"name": "first_report", "due_at": "2026-11-21T16:00:00+08:00", "state": "open"}],
            "url": f"http://127.0.0.1:8025/records/{NUMBER}",
        },
    }
    assert headers["content-type"] == "application/json"
    signature = hmac.new(
        b"k" * 32, f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256
    )
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signature.digest()).decode()
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert told.stand() == [("record.new", "delivered", 1)]


def test_the_signature_is_the_one_of_the_published_example() -> None:
    key = key_of("x", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_does_as_the_documentation_says_knows_our_messages(told: Told) -> None:
    example = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    there: dict[str, Any] = {}
    exec(example, there)
    told.clock.at = datetime.now(UTC)
    told.opens()
    told.hooks.once()
    ((headers, body),) = told.there.got
    assert there["is_ours"](headers, body, SECRET)
    assert not there["is_ours"](headers, body + b" ", SECRET)
    assert not there["is_ours"]({**headers, "webhook-timestamp": "1"}, body, SECRET)


def test_an_act_tells_a_change_and_several_before_the_telling_are_one(told: Told) -> None:
    told.opens()
    told.hooks.once()
    told.notes("one")
    told.notes("two")
    told.hooks.once()
    assert told.types() == ["record.new", "record.changed"]


def test_what_happens_before_a_new_record_is_told_is_part_of_its_telling(told: Told) -> None:
    told.opens()
    told.notes()
    told.hooks.once()
    assert told.types() == ["record.new"]


def test_a_broken_window_is_told_as_overdue_and_a_reminder_is_not(told: Told) -> None:
    told.opens()
    told.hooks.once()
    watcher = Watcher(told.storage, office_of(told.settings), told.clock, "example.com")
    told.clock.passes(hours=12)
    watcher.look()
    told.hooks.once()
    told.clock.passes(hours=8, minutes=1)
    watcher.look()
    told.hooks.once()
    assert told.types() == ["record.new", "record.overdue"]
    assert told.bodies()[-1]["data"]["windows"][0]["state"] == "overdue"


def test_the_end_of_a_record_is_told(told: Told) -> None:
    told.opens()
    with told.storage.unit() as work:
        work.complaints.add_event(Event(NUMBER, told.clock(), PERSON.email, "closed"))
        work.commit()
    told.hooks.once()
    assert told.types() == ["record.new", "record.closed"]


def test_what_is_rolled_back_is_not_told(told: Told) -> None:
    with told.storage.unit() as work:
        work.complaints.add(record(), [], [Event(NUMBER, NOW, "system", "opened")])
    with told.storage.unit() as work:
        try:
            with work.savepoint():
                work.complaints.add(record(), [], [Event(NUMBER, NOW, "system", "opened")])
                raise ValueError
        except ValueError:
            pass
        work.commit()
    told.hooks.once()
    assert told.there.got == []


def test_without_a_webhook_nothing_is_kept_for_one(tmp_path: Path, url: str) -> None:
    storage = open_storage(url)
    storage.migrate()
    with storage.unit() as work:
        work.complaints.add(record(), [], [Event(NUMBER, NOW, "system", "opened")])
        work.commit()
    with storage.reading() as work:
        assert not work.outbox.waits()
    storage.close()


def test_only_the_events_that_were_asked_for_are_told(make: Callable[..., Told]) -> None:
    told = make(events=["overdue"])
    told.opens()
    told.hooks.once()
    assert told.stand() == []


def test_the_record_goes_along_where_it_is_asked_for(make: Callable[..., Told]) -> None:
    told = make(details=True)
    told.opens()
    told.hooks.once()
    assert told.bodies()[0]["data"]["record"]["customer"]["email"] == "li@haichuan.example"


def test_a_body_never_grows_over_its_bound(make: Callable[..., Told]) -> None:
    told = make(details=True)
    told.opens(subject="长" * 30_000)
    told.hooks.once()
    ((_, body),) = told.there.got
    assert len(body) < LARGEST
    assert json.loads(body)["data"]["cut"] is True and "record" not in json.loads(body)["data"]


# ---------------------------------------------------------------- the terminal


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def written(folder: Path, there: str) -> Path:
    """A settings file with the database of `make` and one webhook."""
    config = folder / "intake.toml"
    config.write_text(
        '[company]\nname = "x"\naddress = "c@example.com"\n[database]\nurl = "sqlite:///intake.db"\n'
        f'[sender]\nkind = "maildir"\npath = "out"\n[[webhooks]]\nname = "erp"\nurl = "{there}"\n'
        f'secret = "{SECRET}"\n',
        encoding="utf-8",
    )
    return config


def test_the_part_of_the_service_that_sends_letters_tells_the_receivers(
    make: Callable[..., Told], tmp_path: Path
) -> None:
    told = make()
    told.opens()
    command = [
        sys.executable,
        "-c",
        "from intake.cli import main; main()",
        "--config",
        written(tmp_path, told.there.url),
    ]
    for part, types in (("watch", []), ("send", ["record.new", "record.overdue"])):  # its window is long over by now
        done = subprocess.run([*command, part, "--once"], cwd=ROOT, capture_output=True, timeout=120, check=False)
        assert (done.returncode, told.types()) == (0, types), done.stderr.decode()


def test_the_terminal_lists_what_was_not_delivered_and_sends_it_again(
    make: Callable[..., Told], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = make()
    told.there.answer = status(410)
    told.opens()
    told.hooks.once()
    config = written(tmp_path, told.there.url)
    code, out, _ = run(capsys, "--config", str(config), "webhooks")
    assert code == 0 and "erp\t" in out and "1 given_up" in out and "HTTP 410" in out and NUMBER in out
    assert SECRET not in out
    code, out, _ = run(capsys, "--config", str(config), "webhooks", "resend", "1")
    assert code == 0 and out.startswith("1 to be sent again")
    code, _, err = run(capsys, "--config", str(config), "webhooks", "resend", "7")
    assert code != 0 and "no message 7" in err
    code, _, err = run(capsys, "--config", str(config), "webhooks", "--state", "lost")
    assert code == 2 and "no state" in err
    told.there.answer = status(204)
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 1)]


# ---------------------------------------------------------------- the page


def test_the_administration_shows_what_was_given_up_and_sends_it_again(
    make: Callable[..., Told], tmp_path: Path
) -> None:
    told = make()
    told.there.answer = status(410)
    told.opens()
    told.hooks.once()
    told.opens("KS-202611-0002")
    told.hooks.tell()
    site = app(told.settings, told.storage, blobs_of(told.settings), office_of(told.settings), told.clock)
    place = Place(site, told.storage, blobs_of(told.settings), told.settings, told.clock)
    approver = place.signed_in(SiteRole.APPROVER)
    page = approver.get("/admin/webhooks").text
    assert "HTTP 410" in page and NUMBER in page and "KS-202611-0002" in page and "Send again" not in page
    assert approver.post("/admin/webhooks/resend").status_code == 403
    admin = place.signed_in(SiteRole.ADMINISTRATOR)
    told.there.answer = status(204)
    assert "1 to be sent again." in admin.submit("/admin/webhooks", "/admin/webhooks/resend", {"message": "1"}).text
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 1)] * 2
    assert "Send all" not in admin.get("/admin/webhooks").text
    assert admin.post("/admin/webhooks/resend", {"message": "99"}).status_code == 404
    assert admin.post("/admin/webhooks/resend", {"message": "x"}).status_code == 404
    with told.storage.reading() as work:
        assert work.audit.page(1).entries[0].what == "webhook_resent"
