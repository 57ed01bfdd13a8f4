"""The steps lead to the schema that the code expects, on both databases, however many processes start at once."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import Storage, StorageTrouble, open_storage
from storage.migrations import HEAD, current
from storage.tables import metadata

ROOT = Path(__file__).parents[2]
# Five processes with all loaded, that begin in the same moment: when the pipe they wait at is closed.
MIGRATE = """
import os, sys, traceback
import alembic.command
from storage import open_storage
gate, opener = os.pipe()
children = []
for _ in range(5):
    child = os.fork()
    if child == 0:
        try:
            os.close(opener)
            os.read(gate, 1)
            open_storage(sys.argv[1]).migrate()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(opener)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


def _is_of_both(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """The index of the search box is of another kind in each database, and made by its own step."""
    return not (kind == "table" and str(name).split("_")[0] == "found")


def _differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": _is_of_both}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def test_the_migrated_database_is_what_the_tables_say(storage: Storage) -> None:
    assert _differences(storage.engine) == []


def test_a_difference_would_be_seen(storage: Storage) -> None:
    with storage.engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX uq_letters_acknowledgement"))
        connection.execute(sa.text("ALTER TABLE people ADD COLUMN shoe_size INTEGER"))
    assert len(_differences(storage.engine)) == 2


def test_the_partial_keys_are_in_the_database(storage: Storage) -> None:
    """Alembic does not compare the WHERE of an index."""
    catalogue = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
        "postgresql": "SELECT indexdef FROM pg_indexes",
    }
    with storage.engine.connect() as connection:
        texts = connection.execute(sa.text(catalogue[connection.dialect.name])).scalars().all()
    indexes = {
        name: next(text for text in texts if name in text)
        for name in ("uq_letters_acknowledgement", "uq_messages_incoming")
    }
    assert "'cancelled'" in indexes["uq_letters_acknowledgement"].partition("WHERE")[2]
    assert "'in'" in indexes["uq_messages_incoming"].partition("WHERE")[2]


def test_a_second_start_changes_nothing(storage: Storage) -> None:
    storage.migrate()
    with storage.engine.connect() as connection:
        assert current(connection) == HEAD


def test_the_named_head_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_several_processes_may_start_at_once(empty_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE, empty_url], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    opened = open_storage(empty_url)
    assert _differences(opened.engine) == []
    opened.close()


def test_a_database_of_a_newer_version_is_refused(storage: Storage) -> None:
    with storage.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageTrouble, match="newer version"):
        storage.migrate()


def test_a_kill_in_the_middle_leaves_no_half_schema(empty_url: str) -> None:
    opened = open_storage(empty_url)
    with opened.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE people (id INTEGER)"))  # the step stumbles over it half-way
    with pytest.raises(StorageTrouble):
        opened.migrate()
    with opened.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["people"]
    opened.close()
