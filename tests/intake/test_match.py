"""Which record a mail belongs to (traps 27 to 32)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.match import MatchFacts, What, match, number_in
from parsers.types import Address, Envelope, Kind
from storage.records import (
    Arrival,
    Class,
    CustomerOf,
    ItemOf,
    Letter,
    Purpose,
    Record,
    RecordState,
    ThreadMessage,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OURS = frozenset({"complaints@ours.example", "quality@ours.example"})


def envelope(sender: str | None = "li@customer.example", **more: object) -> Envelope:
    address = None if sender is None else Address("", sender)
    base = Envelope(
        "客诉",
        address,
        (),
        (),
        (),
        None,
        "<1@customer.example>",
        None,
        (),
        False,
        False,
        sender,
        False,
        "f1",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def record(number: str = "KS-202611-0001", *items: ItemOf, **more: object) -> Record:
    base = Record(
        number,
        RecordState.TO_REVIEW,
        Class.B,
        (),
        "complaint",
        "email",
        "zh-CN",
        NOW,
        NOW,
        CustomerOf(),
        items or (ItemOf(model="HX-200B", batch=("B2406-01",)),),
        "客诉",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def arrival(fingerprint: str | None) -> Arrival:
    return Arrival(
        "a0", "c/INBOX", "1:1", "0" * 64, 10, NOW, NOW, message_id="<1@customer.example>", fingerprint=fingerprint
    )


def facts(**more: object) -> MatchFacts:
    return MatchFacts(**({"envelope": envelope(), "kind": Kind.COMPLAINT, "ours": OURS} | more))  # type: ignore[arg-type]


NAMED = {"record_of_number": record(), "number_named": "KS-202611-0001"}
KNOWN = frozenset({"li@customer.example", "customer.example"})


def test_a_mail_that_belongs_to_nothing_is_new() -> None:
    assert match(facts()).what is What.NEW


# ── duplicates and Message-IDs (traps 27, 28) ──


def test_the_same_mail_a_second_time_is_a_duplicate_of_its_record() -> None:
    before = ThreadMessage("KS-202611-0007", "in", None, "客诉", NOW, "c/INBOX", "f1")
    assert (match(facts(same_content=before)).what, match(facts(same_content=before)).record) == (
        What.DUPLICATE,
        "KS-202611-0007",
    )


def test_the_same_spam_a_second_time_is_a_duplicate_of_no_record() -> None:
    found = match(facts(same_content=arrival("f1"), kind=Kind.SPAM))
    assert found.what is What.DUPLICATE and found.record is None


def test_two_different_mails_without_message_id_are_two() -> None:
    assert match(facts(envelope=envelope(message_id=None))).what is What.NEW


def test_different_content_under_one_message_id_is_new_with_a_warning() -> None:
    found = match(facts(same_message_id=(arrival("another"),)))
    assert found.what is What.NEW and found.warnings == ("message_id_reused",)


@pytest.mark.parametrize("fingerprint", ["f1", None])
def test_the_same_message_id_with_the_same_or_still_unread_content_warns_of_nothing(fingerprint: str | None) -> None:
    assert match(facts(same_message_id=(arrival(fingerprint),))).warnings == ()


# ── numbers in subjects (trap 29) ──


def test_a_number_from_a_known_address_is_a_follow_up() -> None:
    found = match(facts(**NAMED, kind=Kind.REPLY, participants=KNOWN))
    assert (found.what, found.record, found.warnings) == (What.FOLLOW_UP, "KS-202611-0001", ())


def test_a_number_from_a_colleague_of_the_customer_is_a_follow_up() -> None:
    found = match(facts(**NAMED, kind=Kind.REPLY, participants=KNOWN, envelope=envelope("wang@customer.example")))
    assert found.what is What.FOLLOW_UP


def test_a_number_from_one_of_us_is_a_follow_up() -> None:
    found = match(facts(**NAMED, kind=Kind.REPLY, envelope=envelope("sales@ours.example")))
    assert found.what is What.FOLLOW_UP


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.REPLY, Kind.INQUIRY])
def test_a_foreign_sender_with_a_valid_number_is_held(kind: Kind) -> None:
    found = match(facts(**NAMED, kind=kind, participants=KNOWN, envelope=envelope("eve@other.example")))
    assert found.what is What.HELD_FOREIGN and found.record == "KS-202611-0001"


def test_sharing_a_free_mail_provider_is_no_acquaintance() -> None:
    known = frozenset({"li@qq.com", "qq.com"})
    assert match(facts(**NAMED, participants=known, envelope=envelope("eve@qq.com"))).what is What.HELD_FOREIGN
    assert (
        match(facts(**NAMED, kind=Kind.REPLY, participants=known, envelope=envelope("Li@QQ.com"))).what
        is What.FOLLOW_UP
    )


def test_a_known_sender_whose_domain_disowns_the_mail_is_held() -> None:
    forged = envelope(authentication_failed=True)
    assert match(facts(**NAMED, participants=KNOWN, envelope=forged)).what is What.HELD_FOREIGN
    assert match(facts(records_of_thread=(record(),), participants=KNOWN, envelope=forged)).what is What.HELD_FOREIGN


def test_a_mail_without_sender_and_with_a_number_is_held() -> None:
    assert match(facts(**NAMED, participants=KNOWN, envelope=envelope(sender=None))).what is What.HELD_FOREIGN


def test_a_number_that_no_record_has_is_new_with_a_warning() -> None:
    found = match(facts(number_named="KS-202611-9999"))
    assert found.what is What.NEW and found.warnings == ("number_unknown: KS-202611-9999",)


# ── threads (traps 30, 31) ──


def test_an_answer_in_the_thread_is_a_follow_up() -> None:
    found = match(facts(records_of_thread=(record(),), kind=Kind.REPLY, participants=KNOWN))
    assert (found.what, found.record, found.warnings) == (What.FOLLOW_UP, "KS-202611-0001", ())


def test_an_answer_in_the_thread_from_a_stranger_is_a_follow_up_with_a_warning() -> None:
    found = match(facts(records_of_thread=(record(),), kind=Kind.REPLY, envelope=envelope("lab@institute.example")))
    assert found.what is What.FOLLOW_UP and found.warnings == ("sender_new_to_record",)


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (ItemOf(model="HX-200B", batch=("B2409-03",)), What.NEW_SUGGESTED),
        (ItemOf(model="HX-300", batch=()), What.NEW_SUGGESTED),
        (ItemOf(model="HX-200B", batch=("B2406-01",)), What.FOLLOW_UP),
        (ItemOf(model="hx 200b", batch=("Ｂ２４０６－０１",)), What.FOLLOW_UP),  # the same, written otherwise
        (ItemOf(quantity_defective=45), What.FOLLOW_UP),
    ],
)
def test_a_new_batch_or_model_in_an_old_thread_is_suggested_as_a_new_complaint(item: ItemOf, what: What) -> None:
    found = match(facts(records_of_thread=(record(),), items=(item,), participants=KNOWN))
    assert (found.what, found.record) == (what, "KS-202611-0001")


def test_a_batch_that_the_record_was_missing_is_no_new_complaint() -> None:
    bare = record("KS-202611-0001", ItemOf(product="轴承"))
    assert (
        match(facts(records_of_thread=(bare,), items=(ItemOf(batch=("B1",)),), participants=KNOWN)).what
        is What.FOLLOW_UP
    )


@pytest.mark.parametrize("state", [RecordState.CLOSED, RecordState.CANCELLED])
def test_a_complaint_in_the_thread_of_an_ended_record_is_suggested_as_new(state: RecordState) -> None:
    ended = record(state=state)
    assert match(facts(records_of_thread=(ended,), participants=KNOWN)).what is What.NEW_SUGGESTED
    assert match(facts(records_of_thread=(ended,), participants=KNOWN, kind=Kind.REPLY)).what is What.FOLLOW_UP


def test_an_answer_to_a_merged_record_goes_to_its_target() -> None:
    target = record("KS-202611-0002")
    found = match(facts(record_of_number=target, number_named="KS-202611-0001", kind=Kind.REPLY, participants=KNOWN))
    assert (found.what, found.record) == (What.FOLLOW_UP, "KS-202611-0002")


def test_of_two_records_in_a_thread_the_one_named_counts_else_the_latest() -> None:
    first, second = record(), record("KS-202611-0002", received_at=NOW.replace(hour=3))
    thread = {"records_of_thread": (first, second), "kind": Kind.REPLY, "participants": KNOWN}
    assert match(facts(**thread)).record == "KS-202611-0002"
    assert match(facts(**thread)).warnings == ("several_records",)
    assert match(facts(**thread, **NAMED)).record == "KS-202611-0001"


# ── our own mail and automatic mail (traps 33, 34) ──


def test_our_own_letter_that_comes_back_is_own() -> None:
    ours = Letter("l1", "KS-202611-0001", Purpose.ACKNOWLEDGEMENT, "zh-CN", (), (), "", "", "", "<a@ours.example>", NOW)
    found = match(facts(our_letter=ours, records_of_thread=(record(),)))
    assert (found.what, found.record) == (What.OWN, "KS-202611-0001")


def test_a_note_from_our_own_mailbox_is_own_but_a_complaint_passed_on_is_new() -> None:
    from_us = envelope("quality@ours.example")
    assert match(facts(envelope=from_us, kind=Kind.OTHER)).what is What.OWN
    assert match(facts(envelope=from_us, kind=Kind.COMPLAINT)).what is What.NEW


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BOUNCE])
def test_an_automatic_answer_adds_nothing_and_opens_nothing(kind: Kind) -> None:
    found = match(facts(kind=kind, records_of_thread=(record(),), participants=KNOWN))
    assert (found.what, found.record) == (What.AUTOMATIC, "KS-202611-0001")
    assert match(facts(kind=kind, **NAMED, envelope=envelope("eve@other.example"))).record is None


# ── the number, as people and mail programs write it ──


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [KS-202611-0001] 客诉",
        "回复：【ＫＳ－２０２６１１－０００１】客诉",
        "ks-202611-0001",
        "答复: KS-202611-0001的补充资料",
        "RE: (KS – 202611 – 0001) more data",
        "关于KS-202611-0001,请看附件",
    ],
)
def test_number_in_a_subject(subject: str) -> None:
    assert number_in(subject) == "KS-202611-0001"


@pytest.mark.parametrize(
    "subject", ["", "KS-2026-0001", "BKS-202611-0001", "KS-202611-00011234", "NCR-24-113", "KS202611"]
)
def test_what_is_no_number(subject: str) -> None:
    assert number_in(subject) is None


def test_a_number_of_more_than_9999_in_a_month() -> None:
    assert number_in("[KS-202611-12345]") == "KS-202611-12345"


@given(st.text(max_size=3000))
def test_any_subject_is_looked_through(subject: str) -> None:
    found = number_in(subject)
    assert found is None or found.startswith("KS-")
