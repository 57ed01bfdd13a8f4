"""Webhooks as they are set, over a real database and a real receiver, on a clock that a test moves."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.runners.acts import Actions
from intake.settings import Settings
from intake.wiring import blobs_of, office_of, webhooks_of
from storage import Storage, open_storage
from storage.records import Event, Person, Role, WindowName
from tests.review.conftest import NOW, Ticking, settings_of, url
from tests.servers.postgres import own_postgres, postgres
from tests.servers.receiver import Receiver, receiver
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
