"""Stories run on the same real parts as the service's tests, with a company of several departments."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.importing import import_file
from intake.runners.read import Reader
from intake.wiring import storage_of
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink
from tests.service.conftest import account, dovecot, postgres, reader, sink
from tests.service.world import World
from tests.stories.story import Story

__all__ = ["account", "dovecot", "postgres", "reader", "sink"]

PEOPLE = """name,email,department,role
何军,hejun@example.com,质量部,quality
严国强,yan@example.com,质量部,quality_manager
李雷,lilei@example.com,分厂,department
周厂长,zhou@example.com,分厂,department_head
成卫东,cheng@example.com,事业部,business_unit_manager
方振华,gm@example.com,总经办,general_manager
管代表,mr@example.com,总经办,management_representative
孙销售,sun@example.com,销售部,sales
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, tmp_path: Path, dovecot: Dovecot, account: str, sink: SmtpSink, reader: Reader
) -> World:
    """A site whose people hold every role, on either database."""
    new = request.param == "postgresql"
    database = request.getfixturevalue("postgres").new_database() if new else "sqlite:///intake.db"
    world = World(tmp_path / "site", dovecot, account, sink, reader, database=database)
    people = world.folder / "company.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    storage = storage_of(world.settings())
    import_file("people", people, storage)
    storage.close()
    return world


@pytest.fixture
def story(company: World) -> Iterator[Story]:
    """The same, with its ledger kept."""
    told = Story(company)
    yield told
    told.close()
