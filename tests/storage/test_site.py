"""Users, sessions and the search index as they are kept; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import AlreadyThere, NotThere, Storage
from storage.finding import asked_words, grams_of, make_index, squeezed, words_of
from storage.inbox import InboxFilter
from storage.search import RecordFilter
from storage.site import SavedView, Session, SiteRole, User
from tests.storage.samples import NOON, at, record

USER = User("Li.Min@Example.com", "李敏", "zh-CN", SiteRole.REVIEWER, NOON, hash="h")


def add(storage: Storage, **different: object) -> User:
    with storage.unit() as work:
        user = work.users.add(replace(USER, **different))  # type: ignore[arg-type]
        work.commit()
    return user


def test_a_user_comes_back_as_he_was_kept_whatever_case_his_address_has(storage: Storage) -> None:
    kept = add(storage)
    with storage.reading() as work:
        assert work.users.get(" LI.min@example.COM ") == kept
        assert work.users.everybody() == [kept]
    assert kept.email == "li.min@example.com"


def test_an_address_is_one_user(storage: Storage) -> None:
    add(storage)
    with pytest.raises(AlreadyThere, match=r"li\.min@example\.com is a user already"):
        add(storage, email="li.min@EXAMPLE.com")


def test_nobody_is_no_user_to_change(storage: Storage) -> None:
    with storage.unit() as work, pytest.raises(NotThere):
        work.users.update(replace(USER, id=77))


def test_only_administrators_who_may_sign_in_are_counted(storage: Storage) -> None:
    add(storage)
    add(storage, email="a@x.example", role=SiteRole.ADMINISTRATOR)
    add(storage, email="b@x.example", role=SiteRole.ADMINISTRATOR, disabled=True)
    with storage.reading() as work:
        assert work.users.administrators() == 1


def test_a_session_is_found_with_its_user_and_ends(storage: Storage) -> None:
    user = add(storage)
    session = Session("k1", user.id or 0, NOON, NOON, "Firefox")
    with storage.unit() as work:
        work.users.begin_session(session)
        work.users.begin_session(replace(session, key="k2"))
        work.users.seen("k1", at(1))
        work.commit()
    with storage.unit() as work:
        assert work.users.session("k1") == (user, replace(session, seen_at=at(1)))
        assert work.users.session("none") is None
        assert [one.key for one in work.users.sessions_of(user.id or 0)] == ["k1", "k2"]
        assert work.users.end_sessions(user.id or 0, but="k1") == 1
        assert work.users.session("k2") is None
        work.users.end_session("k1")
        assert work.users.session("k1") is None


def test_sessions_that_nobody_can_use_are_cleared_away(storage: Storage) -> None:
    user = add(storage)
    with storage.unit() as work:
        for key, began, seen in (("idle", 9, 9), ("old", -20, 10), ("good", 9, 10)):
            work.users.begin_session(Session(key, user.id or 0, at(began), at(seen)))
        assert work.users.forget_sessions(at(9.5), at(0)) == 2
        assert [one.key for one in work.users.sessions_of(user.id or 0)] == ["good"]


def test_failed_sign_ins_are_counted_by_user_and_by_address_within_their_span(storage: Storage) -> None:
    with storage.unit() as work:
        for hours, email, address in (
            (0, "a@x.example", "1"),
            (2, "A@x.example", "1"),
            (2, "b@x.example", "1"),
            (2, "a@x.example", "2"),
        ):
            work.users.failed(at(hours), email, address)
        assert work.users.failures("a@x.example", "1", at(1)) == (2, 2)
        work.users.forgive("a@x.example")
        assert work.users.failures("a@x.example", "1", at(-1)) == (0, 1)
        work.users.failed(at(2) + timedelta(days=2), "c@x.example", "3")
        assert work.users.failures("b@x.example", "1", at(-1)) == (0, 0), "forgotten after a day"


def test_a_view_of_the_same_name_is_replaced(storage: Storage) -> None:
    user = add(storage)
    with storage.unit() as work:
        work.users.save_view(SavedView(user.id or 0, "urgent", "class=A"))
        work.users.save_view(SavedView(user.id or 0, "urgent", "class=B"))
        (view,) = work.users.views(user.id or 0)
        assert view.query == "class=B"
        work.users.remove_view(99, view.id or 0)
        assert len(work.users.views(user.id or 0)) == 1
        work.users.remove_view(user.id or 0, view.id or 0)
        assert work.users.views(user.id or 0) == []


def test_devices_are_counted_by_user_with_the_last_use(storage: Storage) -> None:
    user = add(storage)
    number = user.id or 0
    with storage.unit() as work:
        for n in range(2):
            work.users.begin_session(Session(f"k{n}", number, at(0), at(n)))
        assert work.users.devices() == {number: (2, at(1))}
        assert work.users.administrators(lock=True) == 0


# -------------------------------------------------------------------- the search index


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ZC-204，２批", "zc204 2批"), ("  a_b\tC.d ", "ab cd"), ("（株）ＡＢＣ", "株abc"), ("— · …", ""), ("", "")],
)
def test_words_are_squeezed_to_letters_and_digits(text: str, expected: str) -> None:
    assert squeezed(text) == expected


def test_pairs_stay_within_their_word_and_chinese_letters_stand_alone_too() -> None:
    assert grams_of("ab1 漏油") == ["ab", "b1", "漏油", "漏", "油"]
    assert asked_words("a 漏 %% xy") == ["漏", "xy"]


def test_the_customers_own_words_are_found_but_not_without_end() -> None:
    reading = {"a": {"text": "头"}, "b": [{"c": {"text": "字" * 5_000}}], "text": 7}
    words = words_of(record(reading=reading))
    assert "头" in words and words.count("字") < 3_100


def test_records_that_stood_before_the_index_are_entered_when_it_is_made(storage: Storage) -> None:
    with storage.unit() as work:
        work.complaints.add(record())
        connection = work._own
        assert connection is not None
        for statement in ("DROP TABLE found", "DELETE FROM finds"):
            connection.execute(sa.text(statement))
        make_index(connection, [("KS-202611-0001", "KS-202611-0001\n宁波海川\n轴承座尺寸超差")])
        found = work.inbox.page(InboxFilter(RecordFilter(text="尺寸 宁波")), None, 10)
        work.commit()
    assert found.numbers == ("KS-202611-0001",)


@pytest.mark.parametrize("step", ["0002"])
def test_the_step_fills_the_inbox_with_what_is_open(empty_url: str, step: str) -> None:
    """A database of the version before, with an open and a closed record, brought up to date."""
    from alembic import command
    from alembic.config import Config

    from storage import migrations, open_storage
    from storage.rows import record_values, values_of
    from storage.tables import records, windows
    from tests.storage.samples import window

    opened = open_storage(empty_url)
    with opened.engine.connect() as connection, connection.begin():
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(migrations._FOLDER))
        command.upgrade(config, step)
        for number, state in (("KS-202611-0001", "in_progress"), ("KS-202611-0002", "closed")):
            values = record_values(record(number, state=state))
            known = {column["name"] for column in sa.inspect(connection).get_columns("records")}
            connection.execute(sa.insert(records), {name: value for name, value in values.items() if name in known})
        connection.execute(sa.insert(windows), values_of(window(due_at=at(5))))
    opened.migrate()
    with opened.reading() as work:
        assert work.inbox.page(InboxFilter(), None, 10).numbers == ("KS-202611-0001",)
        assert work.inbox.counts(at(6), "").overdue == 1
        found = work.inbox.page(InboxFilter(RecordFilter(text="尺寸超差")), None, 10).numbers
        assert sorted(found) == ["KS-202611-0001", "KS-202611-0002"]
    opened.close()
