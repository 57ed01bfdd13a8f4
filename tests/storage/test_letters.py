"""The outbox: no second acknowledgement, nothing sent twice by two senders, the brake's count, the queue's health."""

from dataclasses import replace

import pytest

from storage import AlreadyThere, NotThere, Storage
from storage.records import Letter, LetterState, Purpose, WindowName
from tests.storage.samples import NOON, at, letter, record


def _write(storage: Storage, *letters: Letter) -> None:
    with storage.unit() as work:
        if work.complaints.get("KS-202611-0001") is None:
            work.complaints.add(record())
        work.letters.add(letters)
        work.commit()


def test_a_letter_is_kept_as_it_was_written(storage: Storage) -> None:
    whole = letter(
        record="KS-202611-0001",
        cc=("boss@haichuan.example",),
        in_reply_to="<1@haichuan.example>",
        references=("<0@haichuan.example>", "<1@haichuan.example>"),
        headers={"Auto-Submitted": "auto-replied"},
        attachments=(("8D报告.docx", "application/msword", "0" * 64),),
        satisfies=WindowName.ACKNOWLEDGEMENT,
    )
    _write(storage, whole)
    with storage.reading() as work:
        assert work.letters.get("l1") == whole
        assert work.letters.by_message_id("<l1@ours.example>") == whole
        assert work.letters.of_record("KS-202611-0001") == [whole]
        assert work.letters.get("l2") is None


def test_a_record_has_one_acknowledgement_at_most(storage: Storage) -> None:
    _write(storage, letter(record="KS-202611-0001"))
    with pytest.raises(AlreadyThere, match="acknowledgement"):
        _write(storage, letter("l2", record="KS-202611-0001"))
    _write(storage, letter("l3", record="KS-202611-0001", purpose=Purpose.PROGRESS))


def test_a_cancelled_acknowledgement_makes_room_for_another_but_cannot_come_back(storage: Storage) -> None:
    first = letter(record="KS-202611-0001")
    _write(storage, first)
    with storage.unit() as work:
        work.letters.update(replace(first, state=LetterState.CANCELLED))
        work.commit()
    _write(storage, letter("l2", record="KS-202611-0001"))
    with pytest.raises(AlreadyThere), storage.unit() as work:
        work.letters.update(first)


def test_a_message_id_is_used_once(storage: Storage) -> None:
    _write(storage, letter())
    with pytest.raises(AlreadyThere):
        _write(storage, letter("l2", message_id="<l1@ours.example>"))


def test_due_letters_are_queued_or_their_time_has_come_oldest_first(storage: Storage) -> None:
    _write(
        storage,
        letter("queued", created_at=at(2)),
        letter("later", state=LetterState.DEFERRED, next_try_at=at(3)),
        letter("now", state=LetterState.DEFERRED, next_try_at=at(2), created_at=at(1)),
        *(
            letter(state.value, state=state)
            for state in LetterState
            if state not in (LetterState.QUEUED, LetterState.DEFERRED)
        ),
    )
    with storage.reading() as work:
        assert [one.id for one in work.letters.due(at(2), 10)] == ["now", "queued"]
        assert [one.id for one in work.letters.due(at(2), 1)] == ["now"]


def test_of_two_senders_one_gets_the_letter(storage: Storage) -> None:
    _write(storage, letter())
    taken = []
    for _ in range(2):
        with storage.unit() as work:
            taken.append(work.letters.claim("l1", job="job-1"))
            work.commit()
    assert taken == [letter(state=LetterState.SENDING, claim="job-1", attempts=1), None]


def test_the_history_of_states_is_kept(storage: Storage) -> None:
    _write(storage, letter())
    with storage.unit() as work:
        claimed = work.letters.claim("l1", job="job-1")
        assert claimed is not None
        sent = replace(claimed, state=LetterState.SENT, sent_at=at(2), answer="250 ok")
        work.letters.update(sent)
        work.letters.update(replace(sent, remedy="none"))
        work.commit()
    with storage.reading() as work:
        assert work.letters.history("l1") == [
            (LetterState.QUEUED, NOON, ""),
            (LetterState.SENT, at(2), "250 ok"),
        ]
        assert [one.id for one in work.letters.in_state(LetterState.SENT)] == ["l1"]


def test_what_a_try_came_to_is_saved_and_its_words_and_receivers_stay(storage: Storage) -> None:
    _write(storage, letter())
    with storage.unit() as work:
        taken = work.letters.claim("l1", job="job-1")
        assert taken is not None
        later = replace(
            taken, subject="other", to=(), state=LetterState.DEFERRED, answer="451 later", next_try_at=at(3)
        )
        assert not work.letters.answered(replace(later, claim="job-2"), at(1))
        assert work.letters.answered(later, at(1))
        assert not work.letters.answered(later, at(2))
        assert work.letters.get("l1") == replace(later, subject=letter().subject, to=letter().to)
        assert work.letters.history("l1")[1:] == [(LetterState.DEFERRED, at(1), "451 later")]


def test_a_letter_whose_receivers_change_counts_for_the_new_ones(storage: Storage) -> None:
    _write(storage, letter())
    with storage.unit() as work:
        work.letters.update(replace(letter(), to=("new@haichuan.example",)))
        counted = {
            name: work.letters.sent_since(f"{name}@haichuan.example", NOON, Purpose.ACKNOWLEDGEMENT)
            for name in ("li", "new")
        }
    assert counted == {"li": 0, "new": 1}


def test_an_unknown_letter_cannot_be_updated(storage: Storage) -> None:
    with pytest.raises(NotThere), storage.unit() as work:
        work.letters.update(letter())


def test_the_brake_counts_acknowledgements_to_an_address_but_not_drafts(storage: Storage) -> None:
    _write(
        storage,
        letter("1", to=("LI@Haichuan.example",), state=LetterState.SENT),
        letter("2", to=("a@x.example",), cc=("li@haichuan.example",)),
        letter("3", state=LetterState.DRAFT),
        letter("4", state=LetterState.CANCELLED),
        letter("5", created_at=at(-2)),
        letter("6", purpose=Purpose.PROGRESS),
        letter("7", to=("other@haichuan.example",)),
    )
    with storage.reading() as work:
        assert work.letters.sent_since("li@haichuan.example", at(-1), Purpose.ACKNOWLEDGEMENT) == 2
        assert work.letters.sent_since("Li@haichuan.example ", at(-3), Purpose.ACKNOWLEDGEMENT) == 3


def test_queue_health_is_how_many_have_not_left_and_since_when(storage: Storage) -> None:
    with storage.reading() as work:
        assert work.letters.queue_health() == (0, None)
    _write(
        storage,
        letter("1", created_at=at(-5), state=LetterState.SENT),
        letter("2", created_at=at(-1), state=LetterState.DEFERRED),
        letter("3"),
    )
    with storage.reading() as work:
        assert work.letters.queue_health() == (2, at(-1))
