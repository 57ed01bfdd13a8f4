"""Whether an acknowledgement may go, and where to (traps 19, 33, 34, 41, 42)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.addresses import is_address, is_no_reply, is_ours
from intake.replies.guard import RULES, GuardFacts, reply_address, why_not_reply
from intake.settings import Brake
from parsers.types import Address, Channel, Customer, Envelope, Field, Kind, Reading, Source

OURS = frozenset({"complaints@ours.example", "quality@ours.example"})
LI = "li@customer.example"
SENDER = Address("李", LI)


def envelope(**more: object) -> Envelope:
    base = Envelope("客诉", SENDER, (), (), (), None, None, None, (), False, False, LI, False, "f")
    return replace(base, **more)  # type: ignore[arg-type]


def facts(sent: tuple[int, int] = (0, 0), **more: object) -> GuardFacts:
    base = GuardFacts(envelope(), Kind.COMPLAINT, LI, OURS, *sent, Brake())
    return replace(base, **more)  # type: ignore[arg-type]


CASES = {
    "bounce": facts(kind=Kind.BOUNCE),
    "spam": facts(kind=Kind.SPAM),
    "null_sender": facts(envelope=envelope(envelope_from="")),
    "automatic": facts(kind=Kind.AUTO_REPLY),
    "bulk_or_list": facts(envelope=envelope(bulk=True)),
    "authentication_failed": facts(envelope=envelope(authentication_failed=True)),
    "no_sender": facts(envelope=envelope(sender=None), recipient=None),
    "ourselves": facts(recipient="complaints@ours.example"),
    "no_reply_address": facts(recipient="no-reply@customer.example"),
    "malformed_sender": facts(envelope=envelope(sender=Address("", "li@@customer")), recipient=None),
    "already_acknowledged": facts(already_acknowledged=True),
    "auto_responder_24h": facts((0, 1), envelope=envelope(automatic=True)),
    "brake_hour": facts((10, 10)),
    "brake_day": facts((0, 30)),
}


def test_every_rule_has_its_case() -> None:
    assert {rule.name for rule in RULES} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_rule_forbids_by_its_name(name: str) -> None:
    assert why_not_reply(CASES[name]) == name


@pytest.mark.parametrize(
    "allowed",
    [
        facts(),
        facts((9, 29)),
        facts(kind=Kind.INQUIRY),
        facts(kind=Kind.NOTICE),
        facts(envelope=envelope(envelope_from=None)),  # a source that tells no Return-Path
        facts((0, 0), envelope=envelope(automatic=True)),  # a portal's complaint, the first in 24 hours
    ],
)
def test_what_may_be_answered(allowed: GuardFacts) -> None:
    assert why_not_reply(allowed) is None


def test_an_automatic_mail_that_is_no_complaint_is_not_answered() -> None:
    assert why_not_reply(facts(envelope=envelope(automatic=True), kind=Kind.NOTICE)) == "automatic"


def test_a_portal_that_nobody_reads_has_no_answer() -> None:
    machine = envelope(automatic=True, sender=Address("QMS", "noreply@portal.example"))
    assert why_not_reply(facts(envelope=machine, recipient="noreply@portal.example")) == "no_reply_address"


def test_a_person_is_answered_each_time_within_the_brake() -> None:
    assert why_not_reply(facts((5, 5))) is None


def test_a_brake_of_none_lets_nothing_through() -> None:
    assert why_not_reply(facts(brake=Brake(per_hour=0))) == "brake_hour"


# ── where to ──


def reading(channel: Channel = Channel.EMAIL, email: str | None = None) -> Reading:
    field = Field(email, email, 0.9, Source("body", 1, 0, 1), "test") if email else None
    return Reading(Kind.COMPLAINT, "zh-CN", channel, Customer(email=field))


def to(head: Envelope, read: Reading | None = None) -> str | None:
    return reply_address(head, read or reading(), OURS)


def reply_to(*addresses: str) -> tuple[Address, ...]:
    return tuple(Address("", address) for address in addresses)


def test_the_answer_goes_to_the_sender() -> None:
    assert to(envelope()) == LI


def test_a_single_reply_to_is_followed() -> None:
    assert to(envelope(reply_to=reply_to("qc@customer.example"))) == "qc@customer.example"


@pytest.mark.parametrize(
    "addresses",
    [
        ("a@x.example", "b@x.example"),
        ("complaints@ours.example",),
        ("Quality+loop@ours.example",),
        ("not an address",),
        ("a@x.example\r\nBcc: b@x.example",),
        ("",),
    ],
)
def test_any_other_reply_to_is_not_followed(addresses: tuple[str, ...]) -> None:
    assert to(envelope(reply_to=reply_to(*addresses))) == LI


def test_nobody_is_written_to_where_the_sender_is_missing_malformed_or_ourselves() -> None:
    assert to(envelope(sender=None)) is None
    assert to(envelope(sender=Address("", "li@@x"))) is None
    assert to(envelope(sender=Address("", "COMPLAINTS@ours.example"))) is None


@pytest.mark.parametrize(
    ("sender", "replies", "stated", "expected"),
    [
        ("noreply@forms.example", (), LI, LI),
        ("noreply@forms.example", (LI,), "other@x.example", LI),
        ("noreply@forms.example", ("no-reply@forms.example",), LI, LI),
        ("noreply@forms.example", (), None, "noreply@forms.example"),
        ("wordpress@ours.example", (), LI, LI),
        ("wordpress@ours.example", (LI,), None, LI),
        ("wordpress@ours.example", ("hejun@ours.example",), None, "wordpress@ours.example"),
        ("quality@ours.example", (LI,), None, LI),
    ],
)
def test_what_a_form_or_a_portal_sends_is_answered_to_the_customer(
    sender: str, replies: tuple[str, ...], stated: str | None, expected: str
) -> None:
    """Such a mail's own address is read by nobody, or by ourselves; the guard stops what is left to it."""
    assert to(envelope(sender=Address("", sender), reply_to=reply_to(*replies)), reading(email=stated)) == expected


def test_a_complaint_that_our_mailbox_passed_on_is_answered_to_the_customer_it_names() -> None:
    ours = envelope(sender=Address("", "quality@ours.example"), reply_to=reply_to("quality@ours.example"))
    assert to(ours, reading(email=LI)) == LI
    assert to(ours, reading(email="complaints@ours.example")) is None


def test_a_colleague_gets_the_answer_only_where_the_complaint_names_no_customer() -> None:
    colleague = envelope(sender=Address("", "sales@ours.example"))
    assert to(colleague, reading(email=LI)) == LI
    assert to(colleague) == "sales@ours.example"


def test_a_fax_is_answered_to_the_address_on_it_where_nobody_reads_the_gateways() -> None:
    gateway = envelope(sender=Address("", "noreply@fax.example"))
    assert to(gateway, reading(Channel.FAX, LI)) == LI
    assert to(gateway, reading(Channel.FAX)) is None


# ── addresses ──


@pytest.mark.parametrize(
    ("address", "nobody"),
    [
        ("noreply@x.cn", True),
        ("No-Reply@x.cn", True),
        ("qms-noreply@x.cn", True),
        ("noreply.qms@x.cn", True),
        ("do_not_reply@x.cn", True),
        ("MAILER-DAEMON@x.cn", True),
        ("postmaster@x.cn", True),
        ("bounces+123-abc@x.cn", True),
        ("bounce=li=y.cn@x.cn", True),
        ("list-owner@x.cn", True),
        ("reply@x.cn", False),
        ("noreplyson@x.cn", False),
        ("trampoline.bouncer@x.cn", False),
        ("li@noreply.cn", False),
    ],
)
def test_addresses_that_nobody_reads(address: str, nobody: bool) -> None:
    assert is_no_reply(address) is nobody


@pytest.mark.parametrize("text", ["a@b.cn", "a.b+c@sub.b.example", "李@例子.公司", "a'b@b.cn"])
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.cn",
        "a@",
        "a@b",
        "a b@c.cn",
        "a@b.cn, c@d.cn",
        "<a@b.cn>",
        "a@b.cn\n",
        "a@b..cn",
        "a@" + "b" * 300 + ".cn",
    ],
)
def test_no_addresses(text: str) -> None:
    assert not is_address(text)


def test_a_sub_address_of_ours_is_ours() -> None:
    assert is_ours("Quality+KS1@ours.example", OURS) and not is_ours("quality@other.example", OURS)


@given(st.text(max_size=400))
def test_no_text_with_a_line_break_is_an_address(text: str) -> None:
    assert not is_address(text + "\n") and not is_address("a@b.cn\r\n" + text)
    is_no_reply(text)
