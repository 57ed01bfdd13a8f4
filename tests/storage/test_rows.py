"""Every record type goes into both databases and comes back the same."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Storage, open_storage
from storage.columns import Moment, short_mark, to_json
from storage.records import (
    Arrival,
    ArrivalState,
    Became,
    Class,
    Correction,
    CustomerCard,
    CustomerOf,
    Event,
    ItemOf,
    Letter,
    LetterState,
    Person,
    ProductCard,
    Purpose,
    Record,
    RecordState,
    Role,
    Shipment,
    SourceState,
    Spot,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)
from storage.tables import events
from tests.servers.postgres import PostgresServer
from tests.storage.samples import record

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
NAMES = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=12)
MAYBE = st.none() | WORDS
TUPLE = st.lists(WORDS, max_size=3).map(tuple)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=ZONES)
MAYBE_MOMENT = st.none() | MOMENTS
FIGURES = st.none() | st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 2**31 - 1)
LARGE = st.none() | st.integers(0, 2**32 - 1)
JSON = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(WORDS, inner | st.none(), max_size=3),
    max_leaves=8,
)
JSON_OBJECT = st.dictionaries(WORDS, JSON | st.none(), max_size=3)


def _whole(kind: type[Any], /, **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A record type with every field drawn: a field left to its default would be kept without ever being tried."""
    assert set(drawn) == {field.name for field in fields(kind)}
    return st.builds(kind, **drawn)


ARRIVALS = _whole(
    Arrival,
    id=NAMES,
    source=NAMES,
    key=NAMES,
    sha256=WORDS,
    size=st.integers(0, 2**40),
    received_at=MOMENTS,
    taken_at=MOMENTS,
    file_name=MAYBE,
    headers_only=st.booleans(),
    message_id=MAYBE,
    fingerprint=MAYBE,
    subject=WORDS,
    sender=WORDS,
    state=st.sampled_from(ArrivalState),
    became=st.none() | st.sampled_from(Became),
    record=MAYBE,
    why=WORDS,
    remedy=WORDS,
    attempts=COUNTS,
)
CUSTOMERS_OF = _whole(CustomerOf, company=MAYBE, contact=MAYBE, email=MAYBE, phone=MAYBE, fax=MAYBE, location=MAYBE)
ITEMS = _whole(
    ItemOf,
    product=MAYBE,
    model=MAYBE,
    batch=TUPLE,
    order_no=MAYBE,
    production_date=MAYBE,
    ship_date=MAYBE,
    quantity_shipped=FIGURES,
    quantity_inspected=FIGURES,
    quantity_defective=FIGURES,
    defect_rate=FIGURES,
    defect=MAYBE,
    disposition=MAYBE,
)
RECORDS = _whole(
    Record,
    number=NAMES,
    state=st.sampled_from(RecordState),
    letter=st.sampled_from(Class),
    reasons=TUPLE,
    kind=WORDS,
    channel=WORDS,
    language=WORDS,
    received_at=MOMENTS,
    opened_at=MOMENTS,
    customer=CUSTOMERS_OF,
    items=st.lists(ITEMS, max_size=3).map(tuple),
    subject=WORDS,
    missing=TUPLE,
    department=WORDS,
    owner=WORDS,
    signals=TUPLE,
    requests=TUPLE,
    claim_amount=FIGURES,
    claim_currency=MAYBE,
    reply_due=MAYBE,
    customer_id=st.none() | st.integers(1, 2**40),
    merged_into=MAYBE,
    warnings=TUPLE,
    reading=JSON_OBJECT,
    version=COUNTS,
)
WINDOWS = _whole(
    Window,
    record=st.just("R"),
    name=st.sampled_from(WindowName),
    starts_at=MOMENTS,
    due_at=MOMENTS,
    clause=WORDS,
    clock=WORDS,
    state=st.sampled_from(WindowState),
    met_at=MAYBE_MOMENT,
    reminded=TUPLE,
    look_at=MAYBE_MOMENT,
)
LETTERS = _whole(
    Letter,
    id=NAMES,
    record=st.sampled_from([None, "R"]),
    purpose=st.sampled_from(Purpose),
    language=WORDS,
    to=TUPLE,
    cc=TUPLE,
    subject=WORDS,
    text=WORDS,
    html=WORDS,
    message_id=WORDS,
    created_at=MOMENTS,
    in_reply_to=MAYBE,
    references=TUPLE,
    headers=st.dictionaries(WORDS, WORDS, max_size=2),
    attachments=st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=2).map(tuple),
    satisfies=st.none() | st.sampled_from(WindowName),
    state=st.sampled_from(LetterState),
    claim=WORDS,
    attempts=COUNTS,
    next_try_at=MAYBE_MOMENT,
    sent_at=MAYBE_MOMENT,
    answer=WORDS,
    remedy=WORDS,
)
MESSAGES = _whole(
    ThreadMessage,
    record=st.just("R"),
    direction=st.sampled_from(["in", "out"]),
    message_id=MAYBE,
    subject=WORDS,
    at=MOMENTS,
    source=WORDS,
    fingerprint=MAYBE,
    arrival=MAYBE,
    recipients=TUPLE,
    party=MAYBE,
    sha256=MAYBE,
)
EVENTS = _whole(
    Event, record=st.just("R"), at=MOMENTS, who=WORDS, what=WORDS, old=st.none() | JSON, new=st.none() | JSON
)
_EDGE = st.floats(allow_nan=False, allow_infinity=False)
SPOTS = st.builds(
    Spot,
    part=WORDS,
    page=st.integers(1, 999),
    start=st.integers(0, 9_999),
    end=st.integers(0, 9_999),
    text=WORDS,
    box=st.none() | st.tuples(_EDGE, _EDGE, _EDGE, _EDGE),
    arrival=WORDS,
)
CORRECTIONS = _whole(
    Correction,
    record=st.just("R"),
    item=st.none() | st.integers(0, 99),
    field=WORDS,
    old=st.none() | JSON,
    new=st.none() | JSON,
    by=WORDS,
    at=MOMENTS,
    spot=st.none() | SPOTS,
)
CARDS = _whole(
    CustomerCard,
    name=NAMES,
    aliases=TUPLE,
    domains=TUPLE,
    contact=WORDS,
    email=WORDS,
    phone=WORDS,
    fax=WORDS,
    language=WORDS,
    province=WORDS,
    remote=st.booleans(),
    agreement=st.dictionaries(WORDS, WORDS, max_size=2),
    id=st.none(),
)
PRODUCTS = _whole(
    ProductCard, product=WORDS, model=NAMES, part_no=WORDS, customer_part_no=WORDS, department=WORDS, id=st.none()
)
SHIPMENTS = _whole(
    Shipment,
    customer=WORDS,
    model=WORDS,
    batch=NAMES,
    quantity=FIGURES,
    ship_date=st.none() | st.dates(date(1970, 1, 1), date(2199, 1, 1)),
    order_no=WORDS,
    id=st.none(),
)
PERSONS = _whole(Person, name=WORDS, email=NAMES, department=WORDS, role=st.sampled_from(Role), id=st.none())
SOURCES = _whole(
    SourceState,
    source=NAMES,
    uid_validity=LARGE,
    last_uid=LARGE,
    last_ok_at=MAYBE_MOMENT,
    failing_since=MAYBE_MOMENT,
    error=WORDS,
    seen=st.integers(0, 2**40),
)


def _arrival(work: Any, value: Arrival) -> Any:
    work.arrivals.add([value])
    return work.arrivals.get(value.id)


def _record(work: Any, value: Record) -> Any:
    work.complaints.add(value)
    return work.complaints.get(value.number)


def _window(work: Any, value: Window) -> Any:
    work.complaints.set_window(value)
    return work.complaints.windows("R")[0]


def _letter(work: Any, value: Letter) -> Any:
    work.letters.add([value])
    return work.letters.get(value.id)


def _message(work: Any, value: ThreadMessage) -> Any:
    work.complaints.add_message(value)
    return work.complaints.messages("R")[0]


def _event(work: Any, value: Event) -> Any:
    work.complaints.add_event(value)
    return work.complaints.events("R")[0]


def _correction(work: Any, value: Correction) -> Any:
    work.complaints.add_correction(value)
    return work.complaints.corrections("R")[0]


def _customer(work: Any, value: CustomerCard) -> Any:
    work.people.upsert_customer(value)
    return replace(work.people.customers()[0], id=None)


def _product(work: Any, value: ProductCard) -> Any:
    work.people.upsert_product(value)
    return replace(work.people.product_by_model(value.model), id=None)


def _shipment(work: Any, value: Shipment) -> Any:
    work.people.upsert_shipment(value)
    return replace(work.people.shipments_of(value.batch)[0], id=None)


def _person(work: Any, value: Person) -> Any:
    work.people.upsert_person(value)
    return replace(work.people.everybody()[0], id=None)


def _source(work: Any, value: SourceState) -> Any:
    work.sources.put(value)
    return work.sources.get(value.source)


KEPT: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any, Any], Any]]] = {
    "arrival": (ARRIVALS, _arrival),
    "record": (RECORDS, _record),
    "window": (WINDOWS, _window),
    "letter": (LETTERS, _letter),
    "message": (MESSAGES, _message),
    "event": (EVENTS, _event),
    "correction": (CORRECTIONS, _correction),
    "customer": (CARDS, _customer),
    "product": (PRODUCTS, _product),
    "shipment": (SHIPMENTS, _shipment),
    "person": (PERSONS, _person),
    "source": (SOURCES, _source),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One database for all examples; each is rolled back."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('rows') / 'x.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    opened = open_storage(url)
    opened.migrate()
    with opened.unit() as work:
        work.complaints.add(record("R"))
        work.commit()
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KEPT)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_kept_comes_back_the_same(shared: Storage, kind: str, data: st.DataObject) -> None:
    values, keep = KEPT[kind]
    value = data.draw(values)
    if kind == "record" and value.number == "R":
        value = replace(value, number="R2")
    with shared.unit() as work:
        assert keep(work, value) == value


def test_moments_come_back_in_utc(shared: Storage) -> None:
    eight = datetime(2026, 11, 20, 20, 0, tzinfo=timezone(timedelta(hours=8)))
    with shared.unit() as work:
        work.sources.put(SourceState("s", last_ok_at=eight))
        kept = work.sources.get("s").last_ok_at
    assert kept is not None
    assert (kept.tzinfo, kept.hour) == (UTC, 12)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 11, 20), sa.create_engine("sqlite://").dialect)


def test_json_stays_readable_in_the_database(shared: Storage) -> None:
    with shared.unit() as work:
        work.complaints.add_event(
            Event("R", datetime(2026, 1, 1, tzinfo=UTC), "system", "classified", None, {"原因": "停线"})
        )
        work.commit()
    with shared.engine.connect() as connection:
        raw = connection.execute(sa.select(sa.cast(events.c.new, sa.Text)).limit(1)).scalar_one()
    assert raw == '{"原因":"停线"}'


@given(st.text(st.characters(categories=["Cs", "Lo", "Cc"]), max_size=20))
def test_json_of_any_text_can_be_written_as_utf_8(text: str) -> None:
    assert b"\x00" not in to_json([text]).encode()


@given(st.text(min_size=200, max_size=3000))
def test_a_mark_fits_under_an_index(text: str) -> None:
    assert len(short_mark(text).encode()) <= 1000


def test_long_marks_differ_by_their_ends() -> None:
    assert short_mark("x" * 5000 + "a") != short_mark("x" * 5000 + "b")
