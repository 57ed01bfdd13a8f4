"""The search box's index: any two letters that stand side by side, in any language.

Chinese has no spaces between words, and a batch is asked for by any part of it. So all that a record says is squeezed
(full-width and case folded, no punctuation within words) and cut into pairs of neighbouring letters, and single ones
for Chinese. A word is found by its pairs, then compared letter by letter. SQLite keeps the pairs in an FTS5 index
without content, PostgreSQL in an array under GIN: both come with the database, no extension is needed, and the cost of
a search is that of its rarest pair rather than of all records.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from storage.marks import squeezed as squeezed
from storage.records import Record
from storage.rows import search_text
from storage.tables_site import finds

_MOST_WORDS = 8  # of one search; more are not looked for
_LONGEST_WORD = 64  # letters
_MOST_SAID = 3_000  # letters of the customer's own words beside the record's fields

SQLITE = "CREATE VIRTUAL TABLE found USING fts5(grams, content='', detail='none', columnsize=0, tokenize=\"unicode61 remove_diacritics 0\")"  # noqa: E501
POSTGRESQL = (
    "CREATE TABLE found (id bigint PRIMARY KEY, grams text[] NOT NULL)",
    "CREATE INDEX ix_found_grams ON found USING gin (grams)",
)

_IN_SQLITE = sa.text("SELECT rowid AS id FROM found WHERE found MATCH :asked AND rowid > :above")
_IN_POSTGRESQL = sa.text("SELECT id FROM found WHERE grams @> :asked AND id > :above")
_LAST = sa.select(sa.func.max(finds.c.id))
RECENT = 20_000  # entries among which words are looked for first: what is frequent is found there
_PUT = {
    "sqlite": sa.text("INSERT INTO found (rowid, grams) VALUES (:id, :grams)"),
    "postgresql": sa.text("INSERT INTO found (id, grams) VALUES (:id, :grams)"),
}
_NEW = sa.insert(finds).values(record=sa.bindparam("record"), words=sa.bindparam("words")).returning(finds.c.id)
_NEW_AND_PUT = sa.text(
    "WITH made AS (INSERT INTO finds (record, words) VALUES (:record, :words) RETURNING id)"
    " INSERT INTO found (id, grams) SELECT id, CAST(:grams AS text[]) FROM made"
)
_KNOWN = sa.select(finds.c.id, finds.c.words).where(finds.c.record == sa.bindparam("number"))
_TAKE = {
    "sqlite": sa.text("INSERT INTO found (found, rowid, grams) VALUES ('delete', :id, :grams)"),
    "postgresql": sa.text("DELETE FROM found WHERE id = :id AND grams = :grams"),
}


def grams_of(words: str) -> list[str]:
    """Every pair of neighbouring letters of squeezed text, and every Chinese letter by itself."""
    found: dict[str, None] = {}
    for word in words.split(" "):
        for first, second in pairwise(word):
            found[first + second] = None
        for letter in word:
            if letter > "\u2e7f":
                found[letter] = None
    return list(found)


def asked_words(text: str) -> list[str]:
    """The words of a search that can be looked for."""
    return [word[:_LONGEST_WORD] for word in squeezed(text).split(" ") if grams_of(word)][:_MOST_WORDS]


def _asked_grams(words: list[str]) -> list[str]:
    """A word of several letters is found by its pairs alone: its single letters would say nothing more, and mislead a
    database that reckons how rare they are together.
    """
    grams = (gram for word in words for gram in grams_of(word) if len(gram) == 2 or len(word) == 1)
    return list(dict.fromkeys(grams))


def words_of(record: Record) -> str:
    """What a record is found by: its fields, and the customer's words that they were read from."""
    said: dict[str, None] = {}
    _collect(record.reading, said)
    return squeezed(search_text(record) + "\n" + "\n".join(said)[:_MOST_SAID])


def _collect(value: Any, said: dict[str, None]) -> None:
    if isinstance(value, Mapping):
        text = value.get("text")
        if isinstance(text, str):
            said[text] = None
        for inner in value.values():
            _collect(inner, said)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, said)


def steps_down(connection: sa.Connection, below: int | None = None) -> tuple[int, ...]:
    """`above` for `matching`, step by step, where the newest come first: a search that the newest entries (below one)
    answer must not sort all that was ever found.
    """
    last = below or int(connection.execute(_LAST).scalar() or 0)
    return (last - RECENT, 0) if last > RECENT else (0,)


def matching(dialect: str, text: str, above: int = 0) -> sa.ColumnElement[bool] | None:
    """The condition on `finds` that all words of a text occur, in entries above one; None where no word can be looked
    for.
    """
    words = asked_words(text)
    if not words:
        return None
    grams = _asked_grams(words)
    if dialect == "sqlite":
        among: Any = _IN_SQLITE.bindparams(asked=" AND ".join(f'"{gram}"' for gram in grams), above=above)
    else:
        among = _IN_POSTGRESQL.bindparams(
            sa.bindparam("asked", grams, type_=_texts()), sa.bindparam("above", above, type_=sa.BigInteger)
        )
    ids = among.columns(sa.column("id", sa.BigInteger)).subquery()
    return sa.and_(
        finds.c.id.in_(sa.select(ids.c.id)), *(finds.c.words.contains(word, autoescape=True) for word in words)
    )


def _texts() -> Any:
    from sqlalchemy.dialects.postgresql import ARRAY

    return ARRAY(sa.Text)


class Finding:
    """Keeps the index in step with the records, in their own transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def put(self, record: Record) -> None:
        """Makes a record findable as it now stands."""
        words = words_of(record)
        before = self._connection.execute(_KNOWN, {"number": record.number}).first()
        if before is None:
            self.add(record.number, words)
        elif before.words != words:
            self._connection.execute(_TAKE[self._dialect], {"id": before.id, "grams": self._grams(before.words)})
            self._connection.execute(sa.update(finds).where(finds.c.id == before.id).values(words=words))
            self._index(before.id, words)

    def add(self, number: str, words: str) -> None:
        """The same for a record that was never put, by its squeezed words."""
        row = {"record": number, "words": words}
        if self._dialect == "sqlite":
            self._index(int(self._connection.execute(_NEW, row).scalar_one()), words)
        else:
            self._connection.execute(_NEW_AND_PUT, {**row, "grams": grams_of(words)})

    def _index(self, number: int, words: str) -> None:
        self._connection.execute(_PUT[self._dialect], {"id": number, "grams": self._grams(words)})

    def _grams(self, words: str) -> Any:
        grams = grams_of(words)
        return " ".join(grams) if self._dialect == "sqlite" else grams


def make_index(connection: sa.Connection, standing: Iterable[tuple[str, str]]) -> None:
    """The migration's part: the index of the database at hand, filled with (number, search text) of what stands."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(SQLITE)
    else:
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement)
    finding = Finding(connection)
    for number, text in standing:
        finding.add(number, squeezed(text))
