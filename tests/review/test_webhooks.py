"""Webhooks, against a real receiver on this machine: what is told, how it is signed, and what bad receivers cost."""

import base64
import hashlib
import hmac
import ipaddress
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from intake.cli import main
from intake.errors import SettingsError, Unreachable
from intake.runners.acts import Actions
from intake.runners.watch import Watcher
from intake.runners.webhooks import send_again
from intake.settings import Settings
from intake.webhooks import key_of, next_try, signed
from intake.webhooks.message import LARGEST
from intake.webhooks.retries import WAITS
from intake.webhooks.sending import allowed
from intake.wiring import blobs_of, office_of, receiver_of, webhooks_of
from storage import NotThere, Storage, open_storage
from storage.outbox_rows import DeliveryState
from storage.records import Event, Person, Role, WindowName
from tests.review.conftest import NOW, Ticking, settings_of, url
from tests.servers.dovecot import make_certificates
from tests.servers.postgres import own_postgres, postgres
from tests.servers.receiver import Receiver, dripping, endless, hanging_up, receiver, silent, status
from tests.storage.samples import record, window

__all__ = ["own_postgres", "postgres", "url"]

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NUMBER = "KS-202611-0001"
ROOT = Path(__file__).parents[2]
PERSON = Person("Wang Min", "wang@example.com", "质量部", Role.QUALITY)


@dataclass
class Told:
    """The outbox of a database with one receiver, on a clock that the test moves."""

    settings: Settings
    storage: Storage
    there: Receiver
    clock: Ticking = field(default_factory=Ticking)

    def __post_init__(self) -> None:
        self.hooks = webhooks_of(self.settings, self.storage, self.clock)

    @property
    def actions(self) -> Actions:
        return Actions(self.storage, blobs_of(self.settings), office_of(self.settings), self.clock, "example.com")

    def opens(self, number: str = NUMBER, **different: Any) -> None:
        with self.storage.unit() as work:
            first = window(number, name=WindowName.FIRST_REPORT, starts_at=NOW, due_at=NOW + timedelta(hours=20))
            first = replace(first, look_at=first.due_at)
            opened = Event(number, self.clock(), "system", "opened", new={"class": "B"})
            noted = Event(number, self.clock(), "system", "to_check", new=["batch"])
            work.complaints.add(record(number, **different), [first], [opened, noted])
            work.commit()

    def notes(self, text: str = "called", number: str = NUMBER) -> None:
        self.actions.do(number, "note", {"text": text}, PERSON.email)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.there.got]

    def types(self) -> list[str]:
        return [body["type"] for body in self.bodies()]

    def stand(self) -> list[tuple[str, str, int]]:
        """(kind, state, tries) of every message, oldest first."""
        with self.storage.reading() as work:
            found = work.outbox.listing(None, None, 100)
        return [(one.event, str(one.state), one.attempts) for one in reversed(found)]


def hooked(folder: Path, database: str, there: str, **webhook: Any) -> Settings:
    plain = settings_of(folder, database).model_dump()
    values = {"name": "erp", "url": there, "secret": SECRET, "timeout_seconds": 0.4} | webhook
    return Settings.model_validate({**plain, "webhooks": [values]})


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def told_of(folder: Path, database: str, there: Receiver, **webhook: Any) -> Told:
    storage = open_storage(database, tells=True)
    storage.migrate()
    with storage.unit() as work:
        work.people.upsert_person(PERSON)
        work.commit()
    return Told(hooked(folder, database, webhook.pop("url", there.url), **webhook), storage, there)


@pytest.fixture
def told(tmp_path: Path, url: str, there: Receiver) -> Iterator[Told]:
    """On both databases."""
    made = told_of(tmp_path, url, there)
    yield made
    made.hooks.close()
    made.storage.close()


@pytest.fixture
def make(tmp_path: Path, there: Receiver) -> Iterator[Callable[..., Told]]:
    """On SQLite, with a webhook of one's own."""
    made: list[Told] = []

    def one(**webhook: Any) -> Told:
        made.append(told_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", there, **webhook))
        return made[-1]

    yield one
    for each in made:
        each.hooks.close()
        each.storage.close()


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


# ---------------------------------------------------------------- receivers that fail


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(500), "HTTP 500"),
        (status(302, location="http://127.0.0.1:1/"), "HTTP 302"),
        (silent(1.0), "no answer within 0.4 s"),
        (dripping, "no answer within 0.4 s"),
        (hanging_up, "the connection broke"),
    ],
    ids=["500", "redirect", "slow", "dripping", "closed connection"],
)
def test_what_a_receiver_did_not_take_is_tried_again(make: Callable[..., Told], answer: Any, said: str) -> None:
    told = make()
    told.there.answer = answer
    told.opens()
    told.hooks.once()
    with told.storage.reading() as work:
        (waiting,) = work.outbox.listing(DeliveryState.WAITING, None, 10)
    assert waiting.answer.startswith(said) and waiting.next_try_at == told.clock() + WAITS[0]
    told.there.answer = status(200)
    told.hooks.once()
    assert told.stand() == [("record.new", "waiting", 1)]  # not before its time
    told.clock.passes(seconds=6)
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 2)]
    ids = {headers["webhook-id"] for headers, _ in told.there.got}
    assert len(told.there.got) == 2 and len(ids) == 1


def test_an_answer_without_end_is_taken_and_not_read(make: Callable[..., Told]) -> None:
    told = make(timeout_seconds=5)
    told.there.answer = endless
    told.opens()
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 1)]


def test_a_receiver_that_is_not_there_costs_one_try_a_look(make: Callable[..., Told]) -> None:
    told = make(url="http://127.0.0.1:1/")
    for each in range(1, 6):
        told.opens(f"KS-202611-000{each}")
    told.hooks.once()
    assert [tries for _, _, tries in told.stand()] == [1, 0, 0, 0, 0]


def test_after_three_days_it_is_given_up_visibly_and_a_person_may_send_it_again(told: Told) -> None:
    told.there.answer = status(503)
    told.opens()
    began = told.clock()
    while ("record.new", "waiting", len(told.there.got)) in told.stand() or not told.there.got:
        with capture_logs() as lines:
            told.hooks.once()
        with told.storage.reading() as work:
            (one,) = work.outbox.listing(None, None, 1)
        told.clock.at = one.next_try_at or told.clock.at
    assert told.stand() == [("record.new", "given_up", len(WAITS) + 1)]
    assert timedelta(hours=70) < told.clock() - began < timedelta(hours=73)
    assert [(line["event"], line["log_level"], line["answer"]) for line in lines] == [
        ("webhook_given_up", "error", "HTTP 503")
    ]
    told.there.answer = status(204)
    assert send_again(told.storage, one.id) == 1
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 1)]
    with pytest.raises(NotThere):
        send_again(told.storage, 99)


def test_a_receiver_that_is_gone_is_not_asked_again(make: Callable[..., Told]) -> None:
    told = make()
    told.there.answer = status(410)
    told.opens()
    told.hooks.once()
    assert told.stand() == [("record.new", "given_up", 1)]
    told.there.answer = status(204)
    assert send_again(told.storage, None) == 1
    told.hooks.once()
    assert told.stand() == [("record.new", "delivered", 1)]


def test_the_messages_of_one_record_keep_their_order_and_hold_up_no_other(told: Told) -> None:
    told.there.answer = status(500)
    told.opens()
    told.hooks.once()
    told.there.answer = status(204)
    told.notes()
    told.opens("KS-202611-0002")
    told.hooks.once()
    assert [body["data"]["number"] for body in told.bodies()] == [NUMBER, "KS-202611-0002"]
    told.clock.passes(seconds=6)
    told.hooks.once()
    assert told.types()[2:] == ["record.new", "record.changed"]


def test_two_processes_send_each_message_once(told: Told) -> None:
    for each in range(1, 21):
        told.opens(f"KS-202611-{each:04d}")
    others = [webhooks_of(told.settings, told.storage, told.clock) for _ in range(3)]
    threads = [threading.Thread(target=one.once) for one in (told.hooks, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    for one in others:
        one.close()
    numbers = [body["data"]["number"] for body in told.bodies()]
    assert sorted(numbers) == [f"KS-202611-{each:04d}" for each in range(1, 21)]


def test_what_a_process_died_with_in_its_hands_is_sent_by_another(told: Told) -> None:
    told.opens()
    told.hooks.tell()
    with told.storage.unit() as work:
        assert work.outbox.hold(1, told.clock(), told.clock() + timedelta(seconds=60)) is not None
        work.commit()
    told.hooks.once()
    assert told.there.got == []
    told.clock.passes(seconds=61)
    told.hooks.once()
    assert told.types() == ["record.new"]


def test_a_running_service_tells_by_itself(told: Told) -> None:
    stop, (post,) = threading.Event(), told.hooks.posts
    thread = threading.Thread(target=told.hooks.keep_delivering, args=(post, stop, 0.01))
    thread.start()
    told.opens()
    for _ in range(1000):
        if told.there.got:
            break
        time.sleep(0.01)
    stop.set()
    thread.join(timeout=10)
    assert told.types() == ["record.new"] and not thread.is_alive()


def test_what_was_delivered_is_forgotten_after_thirty_days(told: Told) -> None:
    told.opens()
    told.hooks.once()
    told.clock.passes(days=31)
    told.hooks.once()
    assert told.stand() == []


# ---------------------------------------------------------------- TLS, addresses, settings


def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    with receiver(tmp_path) as there:
        told = told_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", there, timeout_seconds=5)
        told.opens()
        told.hooks.once()
        with told.storage.reading() as work:
            (one,) = work.outbox.listing(None, None, 1)
        assert there.got == [] and one.answer.startswith("no connection (its certificate is not trusted")
        trusting = Told(
            hooked(tmp_path, str(told.settings.database.url), there.url, ca_file="ca.pem", timeout_seconds=5),
            told.storage,
            there,
            told.clock,
        )
        told.clock.passes(seconds=6)
        trusting.hooks.once()
        assert trusting.types() == ["record.new"]
        trusting.hooks.close()
        told.hooks.close()
        told.storage.close()


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("10.1.2.3", False, True),
        ("192.168.0.7", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd00::7", False, True),
        ("::ffff:10.1.2.3", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
    ],
)
def test_private_addresses_are_reached_only_where_the_operator_says_so(
    address: str, public: bool, private: bool
) -> None:
    assert allowed(ipaddress.ip_address(address), private=False) is public
    assert allowed(ipaddress.ip_address(address), private=True) is private


def test_a_name_of_a_private_network_is_not_connected_to(make: Callable[..., Told]) -> None:
    told = make(url="https://10.0.0.1/hook")
    told.opens()
    told.hooks.once()
    with told.storage.reading() as work:
        (one,) = work.outbox.listing(None, None, 1)
    assert "private network" in one.answer


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://erp.example.com/"},
        {"url": "ftp://erp.example.com/"},
        {"url": "https://user:word@erp.example.com/"},
        {"url": "https://:443"},
        {"url": "https://erp.example.com:99999/"},
        {"events": []},
        {"events": ["gone"]},
    ],
    ids=str,
)
def test_a_wrong_webhook_is_refused_with_the_settings(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        hooked(tmp_path, "sqlite:///x.db", "https://erp.example.com/", **wrong)


@pytest.mark.parametrize("secret", ["a word", "whsec_", "whsec_c2hvcnQ=", "whsec_!", "whsec_" + "a" * 120])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(SettingsError, match="openssl"):
        key_of("erp", secret)


def test_a_receiver_is_tried_without_telling_it_anything(tmp_path: Path, there: Receiver) -> None:
    settings = hooked(tmp_path, "sqlite:///x.db", there.url)
    with_receiver = receiver_of(settings, settings.webhooks[0])
    assert "answers" in with_receiver.check() and there.got == []
    with_receiver.close()
    settings = hooked(tmp_path, "sqlite:///x.db", "http://127.0.0.1:1/")
    without = receiver_of(settings, settings.webhooks[0])
    with pytest.raises(Unreachable, match="no connection"):
        without.check()


def test_the_waits_grow_and_end() -> None:
    assert list(WAITS[:-1]) == sorted(WAITS[:-1])
    assert next_try(1, NOW) == NOW + WAITS[0]
    assert next_try(len(WAITS) + 1, NOW) is None


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
