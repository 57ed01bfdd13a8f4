"""Letters by SMTP, against real servers on a loopback port: what each answer and each break makes of a letter."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.errors import SettingsError, SignInRefused, Unreachable
from intake.replies.outlet import Accepted, Deferred, InDoubt, Outcome, Refused
from intake.replies.smtp import SmtpOutlet
from storage.records import Letter, Purpose
from tests.faults.smtp_answers import AnswersToLetters, AnswersToMail, AnswersToReceivers
from tests.faults.smtp_connections import ClosesOnReuse, ClosesWhenIdle, DropsAfterData, NeverAnswersTheLetter, scripted
from tests.servers.dovecot import free_port
from tests.servers.smtp import PASSWORD, TOKEN, USER, Keeper, Security, SmtpSink

OURS = "complaints@ours.example"
LI, WANG = "li@customer.example", "wang@customer.example"
WIRE = "Subject: 客诉\r\n\r\n您好\r\n.\r\n..点\r\n".encode()


def letter(*to: str, cc: tuple[str, ...] = (), number: int = 1) -> Letter:
    return Letter(
        f"l{number}",
        "KS-1",
        Purpose.ACKNOWLEDGEMENT,
        "zh-CN",
        to or (LI,),
        cc,
        "s",
        "t",
        "",
        f"<{number}@ours.example>",
        datetime(2026, 11, 20, tzinfo=UTC),
    )


@contextmanager
def outlet(sink: SmtpSink, bearer: Any = None, **table: Any) -> Iterator[SmtpOutlet]:
    opened = SmtpOutlet(sink.sender(**table), OURS, lambda value: value, bearer)
    try:
        yield opened
    finally:
        opened.close()


def sent(keeper: Keeper, *letters: Letter, **table: Any) -> list[Outcome]:
    with SmtpSink.running(keeper) as sink, outlet(sink, **table) as out:
        return [out.send(one, WIRE) for one in letters or (letter(),)]


# ── what is taken ──


def test_a_letter_arrives_byte_for_byte_with_its_envelope() -> None:
    keeper = Keeper()
    assert sent(keeper, letter(LI, cc=(WANG, LI))) == [Accepted("250 2.0.0 queued as 1")]
    (mail,) = keeper.received
    assert mail.content == WIRE and mail.sender == OURS and mail.receivers == (LI, WANG)


def test_the_connection_is_kept_between_letters() -> None:
    keeper = Keeper()
    outcomes = sent(keeper, *(letter(number=n) for n in range(5)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes) and keeper.connections == 1


def test_a_connection_carries_a_hundred_letters_at_the_most() -> None:
    keeper = Keeper()
    sent(keeper, *(letter(number=n) for n in range(101)))
    assert len(keeper.received) == 101 and keeper.connections == 2


def test_several_threads_may_send_at_once() -> None:
    keeper = Keeper()
    outcomes: list[Outcome] = []
    with SmtpSink.running(keeper) as sink, outlet(sink) as out:
        threads = [
            threading.Thread(target=lambda n=n: outcomes.append(out.send(letter(number=n), WIRE)), name=str(n))
            for n in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(outcomes) == 12 and all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(keeper.received) == 12


# ── later, and never ──


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "452 4.2.2 full", "421 4.3.2 going down"])
def test_4xx_to_the_letter_is_deferred_and_the_next_try_is_accepted(answer: str) -> None:
    keeper = AnswersToLetters([answer])
    first, second = sent(keeper, letter(), letter())
    assert isinstance(first, Deferred) and answer in first.answer and not first.unreachable
    assert isinstance(second, Accepted) and len(keeper.received) == 1


def test_5xx_to_the_letter_is_refused_with_a_remedy() -> None:
    (outcome,) = sent(AnswersToLetters(["554 5.7.1 message content rejected"]))
    assert outcome == Refused("554 5.7.1 message content rejected (to the letter)", outcome.remedy)
    assert "block lists" in outcome.remedy


def test_550_at_rcpt_is_refused_and_the_connection_still_serves_the_next_letter() -> None:
    keeper = AnswersToReceivers({LI: "550 5.1.1 no such user"})
    first, second = sent(keeper, letter(), letter(WANG))
    assert isinstance(first, Refused) and "5.1.1" in first.answer and "right address" in first.remedy
    assert isinstance(second, Accepted) and keeper.connections == 1 and len(keeper.received) == 1


def test_450_at_rcpt_is_deferred_and_nobody_gets_a_copy_meanwhile() -> None:
    keeper = AnswersToReceivers({LI: "450 4.2.0 greylisted"})
    (outcome,) = sent(keeper, letter(WANG, LI))
    assert isinstance(outcome, Deferred) and "greylisted" in outcome.answer and keeper.received == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "450 4.2.0 greylisted"])
def test_a_copy_that_is_not_taken_does_not_stop_the_letter(answer: str) -> None:
    keeper = AnswersToReceivers({WANG: answer})
    (outcome,) = sent(keeper, letter(LI, cc=(WANG,)))
    assert isinstance(outcome, Accepted) and f"1 of 2 receivers not taken: {answer}" in outcome.answer
    assert keeper.received[0].receivers == (LI,)


def test_one_refused_receiver_of_two_is_noted() -> None:
    (outcome,) = sent(AnswersToReceivers({LI: "550 5.1.1 no such user"}), letter(LI, WANG))
    assert isinstance(outcome, Accepted) and "1 of 2 receivers not taken" in outcome.answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 later", Deferred),
        ("552 5.3.4 too large", Refused),
        ("553 5.1.7 not your address", Refused),
        ("530 5.7.0 sign in first", Deferred),
    ],
)
def test_answers_to_mail(answer: str, kind: type[Outcome]) -> None:
    keeper = AnswersToMail(answer)
    first, second = sent(keeper, letter(), letter())
    assert isinstance(first, kind) and answer in first.answer
    assert isinstance(second, Accepted)


def test_a_letter_without_a_valid_receiver_is_refused_without_a_connection() -> None:
    keeper = Keeper()
    nobody = Letter("l", None, Purpose.DISPATCH, "zh-CN", (), (), "", "", "", "<1@o>", datetime(2026, 1, 1, tzinfo=UTC))
    for outcome in sent(keeper, nobody, letter("li@x.cn>\r\nRCPT TO:<eve@x.cn"), letter(LI, cc=("nonsense",))):
        assert isinstance(outcome, Refused) and outcome.remedy
    assert keeper.connections == 0


# ── breaks (trap 35) ──


def test_a_cut_after_the_final_dot_is_in_doubt_and_sent_once() -> None:
    keeper = DropsAfterData()
    (outcome,) = sent(keeper)
    assert isinstance(outcome, InDoubt) and len(keeper.received) == 1


def test_silence_after_the_final_dot_is_in_doubt() -> None:
    (outcome,) = sent(NeverAnswersTheLetter(), timeout_seconds=0.1)
    assert isinstance(outcome, InDoubt)


def test_after_a_cut_the_next_letter_goes_over_a_new_connection() -> None:
    first, second = sent(DropsAfterData(times=1), letter(), letter(number=2))
    assert isinstance(first, InDoubt) and isinstance(second, Accepted)


@pytest.mark.parametrize("politely", [True, False])
def test_a_kept_connection_that_the_server_closes_is_reopened_and_the_letter_goes_once(politely: bool) -> None:
    keeper = ClosesOnReuse(politely)
    outcomes = sent(keeper, letter(), letter(number=2), letter(number=3))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(keeper.received) == 3 and keeper.connections == 3


def test_a_connection_cut_while_idle_is_noticed_before_the_letter() -> None:
    keeper = ClosesWhenIdle()
    with SmtpSink.running(keeper) as sink, outlet(sink) as out:
        assert isinstance(out.send(letter(), WIRE), Accepted)
        keeper.cut()
        time.sleep(0.1)
        assert isinstance(out.send(letter(number=2), WIRE), Accepted)
    assert len(keeper.received) == 2


HELLO = b"220 hello\r\n"
EHLO = b"250 server\r\n"
OK = b"250 OK\r\n"


@pytest.mark.parametrize(
    ("script", "unreachable"),
    [
        ((b"",), True),  # closes at once
        ((b"554 5.7.1 go away\r\n",), True),
        ((HELLO, EHLO, b""), False),  # closes at MAIL
        ((HELLO, EHLO, OK, b""), False),  # at RCPT
        ((HELLO, EHLO, OK, OK, b""), False),  # at DATA
        ((HELLO, EHLO, OK, b"421 4.3.2 closing\r\n"), False),
    ],
)
def test_a_break_before_the_letter_is_deferred(script: tuple[bytes, ...], unreachable: bool) -> None:
    with SmtpSink.running() as sink, scripted(*script) as port, outlet(sink, port=port) as out:
        outcome = out.send(letter(), WIRE)
    assert isinstance(outcome, Deferred) and outcome.unreachable is unreachable


def test_a_break_in_the_middle_of_the_letter_is_deferred() -> None:
    script = (HELLO, EHLO, OK, OK, b"354 go on\r\n")
    with SmtpSink.running() as sink, scripted(*script) as port, outlet(sink, port=port) as out:
        outcome = out.send(letter(), WIRE + b"x" * 40_000_000)
    assert isinstance(outcome, Deferred) and "while the letter was being sent" in outcome.answer


def test_no_server_is_deferred_as_unreachable() -> None:
    with SmtpSink.running() as sink, outlet(sink, port=free_port()) as out:
        outcome = out.send(letter(), WIRE)
        assert isinstance(outcome, Deferred) and outcome.unreachable
        with pytest.raises(Unreachable, match="cannot be reached"):
            out.check()


# ── safety and signing in ──


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_with_a_certificate_that_is_verified(tmp_path: Path, security: Security) -> None:
    with SmtpSink.running(security=security, folder=tmp_path) as sink:
        with outlet(sink) as out:
            assert isinstance(out.send(letter(), WIRE), Accepted)
            assert security in out.check()
        with outlet(sink, ca_file="") as out:
            outcome = out.send(letter(number=2), WIRE)
            assert isinstance(outcome, Deferred) and outcome.unreachable and "not trusted" in outcome.answer
        with outlet(sink, host="localhost") as out, pytest.raises(Unreachable, match="not trusted"):
            out.check()  # the certificate is for 127.0.0.1
        assert len(sink.received) == 1


def test_a_server_that_offers_no_encryption_gets_no_letter_where_it_is_asked_for() -> None:
    with SmtpSink.running() as sink, outlet(sink, security="starttls", ca_file="") as out:
        outcome = out.send(letter(), WIRE)
        assert isinstance(outcome, Deferred) and outcome.unreachable and sink.received == []


def test_signing_in_by_password() -> None:
    with SmtpSink.running(auth=True) as sink:
        with outlet(sink) as out:
            assert isinstance(out.send(letter(), WIRE), Accepted) and f"signed in as {USER}" in out.check()
        for password in (PASSWORD + "x", "密码"):
            with outlet(sink, password=password) as out:
                outcome = out.send(letter(), WIRE)
                assert isinstance(outcome, Deferred) and outcome.unreachable and PASSWORD not in outcome.answer
                with pytest.raises(SignInRefused):
                    out.check()


def test_a_password_that_cannot_be_had_is_deferred_and_not_lost() -> None:
    def gone(value: str) -> str:
        raise SettingsError("The password file is gone.", "Put it back.")

    with SmtpSink.running(auth=True) as sink:
        outcome = SmtpOutlet(sink.sender(), OURS, gone).send(letter(), WIRE)
    assert outcome == Deferred("The password file is gone. Put it back.", unreachable=True)


class Tokens:
    """Access tokens, the first ones perhaps withdrawn."""

    def __init__(self, *tokens: str) -> None:
        self._tokens, self.forgotten = list(tokens), 0

    def token(self) -> str:
        return self._tokens[min(self.forgotten, len(self._tokens) - 1)]

    def forget(self) -> None:
        self.forgotten += 1


def test_signing_in_by_token() -> None:
    table = {"auth": "oauth2", "oauth": {"token_url": "https://t", "client_id": "c", "refresh_token": "r"}}
    with SmtpSink.running(auth=True) as sink:
        with outlet(sink, Tokens(TOKEN), **table) as out:
            assert isinstance(out.send(letter(), WIRE), Accepted)
        withdrawn = Tokens("ya29.old", TOKEN)
        with outlet(sink, withdrawn, **table) as out:
            assert isinstance(out.send(letter(), WIRE), Accepted) and withdrawn.forgotten == 1
        with outlet(sink, Tokens("ya29.old"), **table) as out, pytest.raises(SignInRefused):
            out.check()


# ── addresses beyond ASCII ──


def test_a_domain_beyond_ascii_needs_no_smtputf8() -> None:
    keeper = Keeper()
    (outcome,) = sent(keeper, letter("li@例子.公司"))
    assert isinstance(outcome, Accepted)
    assert (
        keeper.received[0].receivers == ("li@xn--fsqu00a.xn--55qx5d",) and "SMTPUTF8" not in keeper.received[0].options
    )


def test_a_local_part_beyond_ascii_goes_by_smtputf8_where_the_server_has_it() -> None:
    with SmtpSink.running(enable_SMTPUTF8=True) as sink, outlet(sink) as out:
        assert isinstance(out.send(letter("李@customer.example"), WIRE), Accepted)
        assert isinstance(out.send(letter(), WIRE), Accepted)
        assert sink.received[0].receivers == ("李@customer.example",) and "SMTPUTF8" in sink.received[0].options
        assert "SMTPUTF8" not in sink.received[1].options


def test_a_local_part_beyond_ascii_is_refused_where_the_server_has_not() -> None:
    keeper = Keeper()
    first, second = sent(keeper, letter("李@customer.example"), letter())
    assert isinstance(first, Refused) and "SMTPUTF8" in first.answer and isinstance(second, Accepted)
