"""Receivers that fail, hang, hang up or are none: what they cost, and what becomes of their messages."""

import ipaddress
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from intake.errors import SettingsError, Unreachable
from intake.runners.webhooks import send_again
from intake.webhooks import key_of, next_try
from intake.webhooks.retries import WAITS
from intake.webhooks.sending import allowed
from intake.wiring import receiver_of, webhooks_of
from storage import NotThere
from storage.outbox_rows import DeliveryState
from tests.review.conftest import NOW, url
from tests.review.telling import NUMBER, Told, hooked, make, there, told, told_of
from tests.servers.dovecot import make_certificates
from tests.servers.postgres import own_postgres, postgres
from tests.servers.receiver import Receiver, dripping, endless, hanging_up, receiver, silent, status

__all__ = ["make", "own_postgres", "postgres", "there", "told", "url"]


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
        thread.join(timeout=60)
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
    thread.join(timeout=60)
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
